"""Finds values that are secret or personal because of their member's name, in JSON, XML and forms."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus

SECRET = frozenset(
    {
        "accesstoken",
        "assertion",
        "clientassertion",
        "clientsecret",
        "idtoken",
        "refreshtoken",
        "requesttoken",
        "subjecttoken",
        "actortoken",
        "token",
        "password",
        "passord",
        "passwd",
        "secret",
        "apikey",
        "authorization",
        "altinnsamtykke",
        "altinsamtykke",
        "samtykketoken",
        "d",
        "p",
        "q",
        "dp",
        "dq",
        "qi",
    }
)
"""Names, in lower case and without punctuation, of values that grant access. The short ones are members of a private
JWK."""

PERSONAL = re.compile(
    r"(?:name|navn|(?:full|first|last|middle|given|family|sur|display|user|person|bruker|owner|customer|debtor|payer)name"
    r"|(?:fullt|for|etter|mellom|slekts|visnings|person|part|bruker|kunde|eier|kontakt|skyldner|betaler)s?navn"
    r"|kontaktperson|kontoeiers?(?:navn)?"
    r"|\w*(?:adresse|address|gatenavn|street)(?:linje|line|text|tekst)?\d*|vegadresse\w*|veinavn|poststed|postnummer"
    r"|postalcode|postcode|zipcode|coadressenavn"
    r"|\w*(?:epost|email|emailaddress|telefon|telefonnummer|phone|phonenumber|mobil|mobilnummer|mobile|mobilenumber|fax)"
    r"|tlf|mail"
    r"|\w*(?:kontonummer|kontonr|accountnumber|bankaccount|iban)"
    r"|\w*(?:fodselsnummer|foedselsnummer|fødselsnummer|fodselsdato|foedselsdato|fødselsdato|personnummer|dnummer)"
    r"|fnr|dnr|ssn|pid|nationalid|nationalidentitynumber|birthdate|dateofbirth|birthday|fodt|foedt|født)"
)
"""Names, in lower case and without punctuation, that hold personal data in any API, whatever its document marks."""

MOST_NAMES = 10_000
_MARKS = re.compile(r"[\W_]+")
_TEXT = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
"""The inside of a JSON string."""
_KEY = re.compile(rf'"({_TEXT})"\s*+:\s*+')
_VALUE = re.compile(rf'"(?P<text>{_TEXT})"?|(?P<literal>[^\s,{{}}\[\]"]+)|(?P<open>[{{\[])')
_BRACKET = re.compile(rf'"{_TEXT}"?|[{{}}\[\]]')
_STRING = re.compile(rf'"({_TEXT})"')
_TAG = re.compile(r"<(?P<close>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^<>]*)>")
_ATTRIBUTE = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?:\"(?P<double>[^\"<>]*)\"|'(?P<single>[^'<>]*)')")
_FIELD = re.compile(r"(?:(?<=[?&;\s])|^)(?P<name>[^=&?;\s\"'<>{}]{1,64})=(?P<value>[^&;\s\"'<>]+)")
_SAID = re.compile(
    r"(?<![\"\w-])(?P<name>[\w-]{1,64})[\"']?[ \t]{0,8}[:=][ \t]{0,8}"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"?|'(?P<single>(?:[^'\\]|\\.)*)'?|(?P<bare>[\w+/=.-]+))"
)
_DISPOSITION = re.compile(r"form-data;[^\r\n]{0,200}?\bname=\"?(?P<name>[^\";\r\n]{1,64})")
_BLANK_LINE = re.compile(r"\r?\n\r?\n(?P<value>[^\r\n]+)")
LONGEST_HEAD = 1000
"""Maximum characters of the headers of one part of a form."""

_WORD = re.compile(r"[a-zæøå]{1,11}")
_HTML_WITH_NAMES = frozenset({"a", "button", "form", "iframe", "input", "meta", "param", "select", "textarea"})
"""HTML elements whose `name` is not a person's."""

_OF_A_KEY = frozenset({"d", "p", "q", "dp", "dq", "qi"})
_SHORTEST_OF_A_KEY = 16


@dataclass(frozen=True)
class Held:
    """The value of a sensitive name, from `start` to `end` of a text."""

    start: int
    end: int
    value: str
    is_quoted: bool = True
    """If not, its replacement needs quotation marks to remain valid JSON."""


class Members:
    """Which names are sensitive: secrets, generally personal names, and those marked in the pinned specifications."""

    def __init__(self, marked: Iterable[str] = ()) -> None:
        self._named = frozenset(map(_bare, marked)) | SECRET
        self.is_sensitive = lru_cache(MOST_NAMES)(self._is_sensitive)

    def _is_sensitive(self, name: str) -> bool:
        bare = _bare(name)
        return bare in self._named or PERSONAL.fullmatch(bare) is not None

    def held(self, text: str) -> Iterator[Held]:
        """Every value of a sensitive name in a text of any format."""
        if '"' in text and ":" in text:
            yield from self._in_json(text)
        if "<" in text and ">" in text:
            yield from self._in_xml(text)
        if "=" in text:
            yield from self._in_form(text)
        if "=" in text or ":" in text:
            yield from self._said(text)

    def _in_json(self, text: str) -> Iterator[Held]:
        keys = frozenset(key for key in set(_KEY.findall(text)) if self.is_sensitive(_unescaped(key)))
        if not keys:
            return  # the usual case
        end = 0
        for key in _pattern_of(keys).finditer(text):
            if key.start() < end:
                continue
            value = _VALUE.match(text, key.end())
            if value is None:
                continue
            if value["open"]:
                end = _end_of_bracket(text, value.start())
                leaves = [_unescaped(leaf[1]) for leaf in _STRING.finditer(text, value.start(), end)]
                if text[value.start() + 1 : end - 1].strip():
                    yield Held(value.start(), end, "\n".join(leaves), is_quoted=False)
            elif value["literal"]:
                end = value.end()
                if value["literal"] != "null" and self._is_long_enough(_unescaped(key[1]), value["literal"]):
                    yield Held(*value.span(), value["literal"], is_quoted=False)
            elif self._is_long_enough(_unescaped(key[1]), value["text"]):
                end = value.end()
                yield Held(*value.span("text"), _unescaped(value["text"]))

    def _in_xml(self, text: str) -> Iterator[Held]:
        inside: list[str] = []
        last = 0
        for tag in _TAG.finditer(text):
            if inside and text[last : tag.start()].strip():
                yield Held(last, tag.start(), html.unescape(text[last : tag.start()]))
            last = tag.end()
            name = tag["name"]
            if tag["close"]:
                if inside and inside[-1] == name:
                    inside.pop()
            elif not tag["rest"].endswith("/") and (inside or self.is_sensitive(name)):
                inside.append(name)
            for attribute in _ATTRIBUTE.finditer(text, *tag.span("rest")) if "=" in tag["rest"] else ():
                group = "double" if attribute["double"] is not None else "single"
                is_control = attribute["name"].lower() == "name" and name.lower() in _HTML_WITH_NAMES
                if attribute[group] and not is_control and self.is_sensitive(attribute["name"]):
                    yield Held(*attribute.span(group), html.unescape(attribute[group]))
        if inside and text[last:].strip():
            yield Held(last, len(text), html.unescape(text[last:]))

    def _in_form(self, text: str) -> Iterator[Held]:
        for field in _FIELD.finditer(text):
            name = unquote_plus(field["name"])
            if self.is_sensitive(name) and self._is_long_enough(name, field["value"]):
                yield Held(*field.span("value"), unquote_plus(field["value"]))
        for part in _DISPOSITION.finditer(text) if "form-data" in text else ():
            value = _BLANK_LINE.search(text, part.end(), part.end() + LONGEST_HEAD)
            if value is not None and self.is_sensitive(part["name"]):
                yield Held(*value.span("value"), value["value"])

    def _said(self, text: str) -> Iterator[Held]:
        """`name: value` in a sentence: only for secrets and marked names, and not if a plain word follows."""
        for said in _SAID.finditer(text):
            if _bare(said["name"]) not in self._named:
                continue
            group = next(name for name in ("double", "single", "bare") if said[name] is not None)
            value = said[group]
            if value and not _WORD.fullmatch(value) and self._is_long_enough(said["name"], value):
                yield Held(*said.span(group), value)

    @staticmethod
    def _is_long_enough(name: str, value: str) -> bool:
        return len(value) >= _SHORTEST_OF_A_KEY or name not in _OF_A_KEY


@lru_cache(MOST_NAMES)
def _pattern_of(keys: frozenset[str]) -> re.Pattern[str]:
    """Matches a JSON member with one of these names, as written."""
    names = "|".join(map(re.escape, sorted(keys, key=len, reverse=True)))
    return re.compile(rf'"({names})"\s*:\s*')


def _bare(name: str) -> str:
    return _MARKS.sub("", name).lower()


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _end_of_bracket(text: str, start: int) -> int:
    """The end of an object or list; the end of the text if it was cut off."""
    depth = 0
    for sign in _BRACKET.finditer(text, start):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(sign[0], 0)
        if depth == 0:
            return sign.end()
    return len(text)
