"""Reads an access token for diagnosis only; code that acts on a token must verify it first."""

import base64
from collections.abc import Mapping

from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError


def claims_of(token: str) -> Mapping[str, object]:
    """The claims of a JWT, unverified; empty if it is not one."""
    return _part(token, 1)


def header_of(token: str) -> Mapping[str, object]:
    """The header of a JWT, unverified; empty if it is not one."""
    return _part(token, 0)


def _part(token: str, index: int) -> Mapping[str, object]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json_of(base64.urlsafe_b64decode(parts[index] + "=" * (-len(parts[index]) % 4)).decode(), "token")
    except (ValueError, UnreadableFileError):
        return {}
    return found if isinstance(found, dict) else {}
