"""The formats that are checked: what each accepts, and an example."""

import base64
import binascii
import datetime
import ipaddress
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jsonschema import FormatChecker


@dataclass(frozen=True)
class Format:
    """`accepts` judges a value of the format's type; `examples` are accepted by it."""

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
    "int32": Format("number", lambda v: float(v).is_integer() and -(2**31) <= v < 2**31, (0, 2**31 - 1)),
    "int64": Format("number", lambda v: float(v).is_integer() and -(2**63) <= v < 2**63, (0, 2**31)),
}


def _checker() -> FormatChecker:
    checker = FormatChecker(())
    for name, known in FORMATS.items():
        checker.checks(name)(_only(known))
    return checker


def _only(known: Format) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        applies = isinstance(value, str) if known.type == "string" else number
        return not applies or known.accepts(value)

    return check


CHECKER = _checker()
