"""Fetches a published file unless it is unchanged."""

import urllib.request
from dataclasses import dataclass

import httpx

from harness.auth.trouble import trouble_of
from harness.http.coding import ACCEPTED
from harness.http.connection import ReadingTransport, usual_authorities
from harness.targets.model import Limits

LARGEST = 32 * 1024 * 1024  # bytes
PAUSE, TOTAL = 30.0, 120.0
"""Seconds: between two pieces of an answer, and for all of it."""


class DownloadFailedError(Exception):
    """The file could not be fetched; the text says why, in one line."""


@dataclass(frozen=True)
class Downloaded:
    """A file's bytes and the server's ETag (empty if none)."""

    content: bytes
    etag: str


def download(url: str, etag: str = "") -> Downloaded | None:
    """The file at an address, or None if it still has this ETag; raises DownloadFailedError."""
    headers = {"Accept": "application/json, application/yaml, */*", "Accept-Encoding": ACCEPTED}
    headers |= {"If-None-Match": etag} if etag else {}
    try:
        with _client(url) as http:
            answer = http.get(url, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = trouble_of(error).text if isinstance(error, httpx.HTTPError) else str(error)
        problem = f"{url}: it cannot be fetched ({reason}). Check the network, or pin a file."
        raise DownloadFailedError(problem) from error
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return None
    if not answer.is_success:
        raise DownloadFailedError(f"{url}: the server answers {answer.status_code}. Check the address.")
    return Downloaded(answer.content, answer.headers.get("etag", ""))


def _client(url: str) -> httpx.Client:
    """Uses the environment's proxy, as other tools do for public documents."""
    parts = httpx.URL(url)
    proxies = {} if urllib.request.proxy_bypass(parts.host) else urllib.request.getproxies()
    transport = ReadingTransport(
        Limits(max_body=LARGEST),
        TOTAL,
        verify=usual_authorities(),
        proxy=proxies.get(parts.scheme) or proxies.get("all"),
    )
    return httpx.Client(transport=transport, timeout=PAUSE, follow_redirects=True, trust_env=False)
