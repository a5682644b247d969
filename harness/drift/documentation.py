"""Holds a Markdown page, as Skatteetaten publishes them, against the error catalogue and the test organisations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stdnum.no import orgnr

from harness.contract.contract import Contract
from harness.drift.compare.documentation import (
    ERROR_CODE_GONE,
    ERROR_CODE_NEW,
    ERROR_CODE_STATUS,
    ORGANISATION_GONE,
    ORGANISATION_NEW,
)
from harness.drift.findings import Found
from harness.drift.rules import Direction
from harness.files.text import read_text
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError

LARGEST = 5 * 1024 * 1024  # bytes
_CODE = re.compile(r"[*_`]*([A-ZÆØÅ]{2,}-\d{3})[*_`]*")
_STATUS = re.compile(r"[*_`]*([1-5]\d\d)\b.*")
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1|<pre.*?</pre>", re.DOTALL | re.MULTILINE)


class UnreadablePageError(Exception):
    """A page that is missing, no text, or has neither error codes nor test organisations."""


@dataclass(frozen=True)
class Page:
    """What a page says: the status of each error code (0: none given), and the organisations that it lists."""

    path: str
    codes: Mapping[str, int]
    organisations: frozenset[str]


def read_page(path: Path) -> Page:
    """Reads the tables and lists of a Markdown or HTML page; raises UnreadablePageError."""
    try:
        text = read_text(path, LARGEST)
    except UnreadableFileError as error:
        raise UnreadablePageError(str(error)) from error
    prose = _FENCED.sub("", text)  # examples show organisations that stand on no list
    page = Page(str(path), dict(_codes(prose)), frozenset(_organisations(prose)))
    if not page.codes and not page.organisations:
        raise UnreadablePageError(f"{path}: it has neither a table of error codes nor test organisations.")
    return page


def _codes(text: str) -> Iterator[tuple[str, int]]:
    for cells in _rows(text):
        code = next((found[1] for cell in cells if (found := _CODE.fullmatch(cell))), None)
        if code is not None:
            status = next((int(found[1]) for cell in cells if (found := _STATUS.fullmatch(cell))), 0)
            yield code, status


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of Markdown and HTML tables, as the texts of their cells."""
    for line in text.splitlines():
        if line.count("|") > 1:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]
    for row in re.findall(r"<tr\b.*?</tr>", text, re.DOTALL | re.IGNORECASE):
        cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL | re.IGNORECASE)
        yield [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def _organisations(text: str) -> Iterator[str]:
    """The synthetic organisation numbers of a text, those in addresses left out."""
    text = re.sub(r"https?://\S+|/\S*/\S+", "", text)
    for found in re.findall(r"(?<!\d)[23]\d{2} ?\d{3} ?\d{3}(?!\d)", text):
        number = found.replace(" ", "")
        if orgnr.is_valid(number):
            yield number


def documented(page: Page, contract: Contract, organisations: Path) -> list[Found]:
    """Where a page and our files differ; `organisations` is the file of known test organisations."""
    return [*_catalogue(page, contract), *_listed(page, organisations)]


def _catalogue(page: Page, contract: Contract) -> Iterator[Found]:
    ours = {kode: entry.status for kode, entry in contract.errors.items()}
    kinds = {code.partition("-")[0] for code in page.codes}
    for code, status in page.codes.items():
        if code not in ours:
            yield _found(ERROR_CODE_NEW, "response", code, f"{code} with {status or 'no status'} is not in errors.toml")
        elif status and status != ours[code]:
            told = f"{code} has {status} on the page and {ours[code]} in errors.toml"
            yield _found(ERROR_CODE_STATUS, "response", code, told)
    for code in ours:
        if code not in page.codes and code.partition("-")[0] in kinds:
            yield _found(ERROR_CODE_GONE, "response", code, f"{code} is not on the page")


def unlisted(codes: Iterable[tuple[str, int]], contract: Contract) -> list[Found]:
    """The error codes that a run met, with their statuses, and that the catalogue lacks."""
    new = sorted({(code, status) for code, status in codes if code not in contract.errors})
    return [
        _found(ERROR_CODE_NEW, "response", code, f"{code} came with {status} and is not in errors.toml")
        for code, status in new
    ]


def _listed(page: Page, organisations: Path) -> Iterator[Found]:
    """A page without a list says nothing about organisations: the newest sends testers to a search."""
    if not page.organisations:
        return
    known = read_toml(organisations) if organisations.is_file() else {}
    for number in sorted(page.organisations - known.keys()):
        yield _found(ORGANISATION_NEW, "other", number, f"test organisation {number} is not known here")
    for number, entry in sorted(known.items()):
        if entry.get("current") and number not in page.organisations:
            yield _found(ORGANISATION_GONE, "other", number, f"test organisation {number} is not on the page's list")


def _found(rule: str, direction: Direction, name: str, message: str) -> Found:
    found = Found(rule, direction, f"#{name}", message, "", [], new=message)
    found.proof, found.unproved = "not visible", "two texts say so"
    return found
