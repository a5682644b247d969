"""Keeps other web pages out of the console: a page token for every change, and headers on every answer.

Host and Origin are checked by the sandbox's doorkeeper, which guards the pages, too.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send `Origin: null` for our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
REPORT_HEADERS = HEADERS | {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
"""For the report: our own page with inline styles, showing data from outside."""
_OWN_PATH = re.compile(r"/(?:console(?:/[\w.-]+){1,3})?(?:\?[\w=&%.+-]*)?(?:#[\w%.-]*)?")


@dataclass(frozen=True)
class PageToken:
    """Generated at each start. Whoever can read our pages has it; another site's page cannot read it."""

    value: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def is_shown_by(self, sent: str) -> bool:
        return hmac.compare_digest(self.value.encode(), sent.encode("utf-8", "replace"))


def own_path(asked: str) -> str:
    """A console path to return to; the first page for anything else."""
    return asked if _OWN_PATH.fullmatch(asked) else "/"
