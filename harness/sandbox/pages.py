"""The sandbox's few HTML pages, without scripts or external resources."""

import html

from starlette.responses import HTMLResponse

STYLE = (
    "body{font:16px/1.5 system-ui;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    "th{text-align:left;padding-right:2rem;font-weight:600}td,th{padding-block:.3rem}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action {}"


def page(title: str, body: str, form_action: str = "'none'") -> HTMLResponse:
    """A page with this title and (already escaped) body. `form_action` limits where its forms may post to."""
    return HTMLResponse(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(title)}</title>"
        f"<style>{STYLE}</style>{body}",
        headers={"Content-Security-Policy": POLICY.format(form_action), "X-Content-Type-Options": "nosniff"},
    )
