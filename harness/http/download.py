"""Fetches a published file, unless it is the one that is known already."""

from dataclasses import dataclass

import httpx

LARGEST = 32 * 1024 * 1024  # bytes
TIMEOUT = 30.0  # seconds


class DownloadFailedError(Exception):
    """The address did not give the file; the text says why, in one line."""


@dataclass(frozen=True)
class Downloaded:
    """A file's bytes with the server's ETag (empty: none)."""

    content: bytes
    etag: str


def download(url: str, etag: str = "") -> Downloaded | None:
    """The file at an address, or None where it still has that ETag; raises DownloadFailedError."""
    headers = {"Accept": "application/json, application/yaml, */*"} | ({"If-None-Match": etag} if etag else {})
    content = b""
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT, follow_redirects=True) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if not answer.is_success:
                raise DownloadFailedError(f"{url}: the server answers {answer.status_code}. Check the address.")
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > LARGEST:
                    raise DownloadFailedError(f"{url}: it is larger than {LARGEST // 1024**2} MB.")
            return Downloaded(content, answer.headers.get("etag", ""))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        problem = f"{url}: it cannot be fetched ({reason}). Check the network, or pin a file."
        raise DownloadFailedError(problem) from error
