"""The formats that are checked: what each accepts, and examples."""

import base64
import binascii
import datetime
import ipaddress
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.drift.documents.json_values import is_whole


@dataclass(frozen=True)
class Format:
    """`accepts` judges a value of the format's type; it accepts all `examples`."""

    type: str
    accepts: Callable[[Any], bool]
    examples: tuple[Any, ...]


def _parses(parse: Callable[[str], object]) -> Callable[[Any], bool]:
    def accepts(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return accepts


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _date(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    datetime.date.fromisoformat(text)


def _date_time(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", text):
        raise ValueError(text)
    datetime.datetime.fromisoformat(text[:19].upper().replace(" ", "T"))


def _base64(text: str) -> None:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


_HOST = r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"

FORMATS: dict[str, Format] = {
    "date": Format("string", _parses(_date), ("2024-01-31",)),
    "date-time": Format("string", _parses(_date_time), ("2024-01-31T12:00:00Z", "2024-01-31T12:00:00.000+01:00")),
    "time": Format("string", _matches(r"\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?"), ("12:00:00Z",)),
    "uuid": Format("string", _parses(uuid.UUID), ("3f2504e0-4f89-41d3-9a0c-0305e82c3301",)),
    "email": Format("string", _matches(r"[^@\s]+@[^@\s]+"), ("a@example.test",)),
    "ipv4": Format("string", _parses(ipaddress.IPv4Address), ("192.0.2.1",)),
    "ipv6": Format("string", _parses(ipaddress.IPv6Address), ("2001:db8::1",)),
    "hostname": Format("string", _matches(_HOST), ("example.test",)),
    "uri": Format("string", _matches(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*"), ("https://example.test/a",)),
    "url": Format("string", _matches(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*"), ("https://example.test/a",)),
    "uri-reference": Format("string", _matches(r"[^\s]*"), ("/a",)),
    "byte": Format("string", _parses(_base64), ("YQ==",)),
    "int32": Format("number", lambda v: is_whole(v) and -(2**31) <= v < 2**31, (0, 2**31 - 1)),
    "int64": Format("number", lambda v: is_whole(v) and -(2**63) <= v < 2**63, (0, 2**31)),
}

RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The integer formats as limits: in JSON Schema, formats apply to strings."""

OWN = {name: known.accepts for name, known in FORMATS.items() if name in {"byte", "url"}}
"""The formats of OpenAPI that JSON Schema does not have."""
