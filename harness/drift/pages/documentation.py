"""Compares a page published by Skatteetaten with what is pinned, and with its earlier version."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stdnum.no import orgnr

from harness.contract.contract import Contract
from harness.drift.compare.documentation import (
    DELEGATION_CHANGED,
    ERROR_CODE_GONE,
    ERROR_CODE_NEW,
    ERROR_CODE_STATUS,
    ERROR_TEXT_CHANGED,
    ORGANISATION_GONE,
    ORGANISATION_NEW,
    PAGE_CHANGED,
    PAGE_EDITED,
    PATH_GONE,
    PATH_NEW,
    SCOPE_CHANGED,
)
from harness.drift.findings import Found
from harness.drift.rules import Direction
from harness.files.text import decoded, read_octets
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError

LARGEST = 5 * 1024 * 1024  # bytes
_CODE = re.compile(r"[*_`]*([A-ZÆØÅ]{2,}-\d{3})[*_`]*")
_STATUS = re.compile(r"[*_`]*([1-5]\d\d)\b.*")
_SCOPE = re.compile(r"\b[a-zæøå][a-z0-9æøå_-]*:[a-zæøå0-9_-]+(?:[.:/][a-zæøå0-9_.-]+)*(?![\w:/])")
_SEGMENT = r"/(?:[\w.-]+|\{[\w-]+\}|<[\w -]+>|&lt;[\w -]+&gt;)"
_PATH = re.compile(rf"(?:https?://[\w.:-]+)?((?:{_SEGMENT}){{2,}})")
_DELEGATION = re.compile(r"[A-ZÆØÅ][\w ]{2,80}? - På vegne av")
MOST_NAMES = 8
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1|<pre.*?</pre>", re.DOTALL | re.MULTILINE)


class UnreadablePageError(Exception):
    """A page that is missing, is not text, or has nothing to compare."""


@dataclass(frozen=True)
class Page:
    """The content of a page that is compared.

    `codes` gives the status of each error code (0 if there is none), `texts` the text beside it, `organisations` those
    listed; `scopes`, `paths` (templates) and `delegations` are those named; `digest` is a hash of the page.
    """

    path: str
    codes: Mapping[str, int]
    organisations: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    delegations: frozenset[str] = frozenset()
    digest: str = ""


@dataclass(frozen=True)
class Access:
    """The scope of an API, and the name of its delegation in Altinn; empty if not known."""

    scope: str = ""
    delegation: str = ""


def read_page(path: Path) -> Page:
    """Reads the tables and lists of a Markdown or HTML page; raises UnreadablePageError."""
    try:
        content = read_octets(path, LARGEST)
    except UnreadableFileError as error:
        raise UnreadablePageError(str(error)) from error
    return page_of(content, str(path))


def page_of(content: bytes, where: str) -> Page:
    """Parses the bytes of a page; raises UnreadablePageError."""
    try:
        text = decoded(content, where)
    except UnreadableFileError as error:
        raise UnreadablePageError(str(error)) from error
    prose = _FENCED.sub("", text)  # examples show organisations that are not listed
    codes = {code: status for code, status, _ in _codes(prose)}
    page = Page(
        where,
        codes,
        frozenset(_organisations(prose)),
        {code: words for code, _, words in _codes(prose)},
        frozenset(found.rstrip(".:") for found in _SCOPE.findall(text)),
        frozenset(_template(found) for found in _PATH.findall(text) if "{" in _template(found)),
        frozenset(" ".join(found.split()) for found in _DELEGATION.findall(text)),
        hashlib.sha256(content).hexdigest(),
    )
    if not (page.codes or page.organisations or page.scopes or page.paths or page.delegations):
        problem = "it has neither a table of error codes nor test organisations, scopes, paths or delegations."
        raise UnreadablePageError(f"{where}: {problem}")
    return page


def _template(path: str) -> str:
    """A path with its placeholders, in whatever notation, written as `{}`."""
    return re.sub(r"\{[^}]*\}|<[^>]*>|&lt;.*?&gt;", "{}", path).rstrip("/.")


def _codes(text: str) -> Iterator[tuple[str, int, str]]:
    """Each error code with its status and the other cells of its row."""
    for cells in _rows(text):
        code = next((found[1] for cell in cells if (found := _CODE.fullmatch(cell))), None)
        if code is not None:
            status = next((int(found[1]) for cell in cells if (found := _STATUS.fullmatch(cell))), 0)
            words = [cell for cell in cells if not _CODE.fullmatch(cell) and not _STATUS.fullmatch(cell)]
            yield code, status, " | ".join(" ".join(cell.split()) for cell in words)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of Markdown and HTML tables, as lists of cell texts."""
    for line in text.splitlines():
        if line.count("|") > 1:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]
    for row in re.findall(r"<tr\b.*?</tr>", text, re.DOTALL | re.IGNORECASE):
        cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL | re.IGNORECASE)
        yield [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def _organisations(text: str) -> Iterator[str]:
    """The synthetic organisation numbers in a text, except those in URLs."""
    text = re.sub(r"https?://\S+|/\S*/\S+", "", text)
    for found in re.findall(r"(?<!\d)[23]\d{2} ?\d{3} ?\d{3}(?!\d)", text):
        number = found.replace(" ", "")
        if orgnr.is_valid(number):
            yield number


def documented(page: Page, contract: Contract, organisations: Path, access: Access = Access()) -> list[Found]:
    """The differences between a page and our files; `organisations` is the file of known test organisations."""
    return [*_catalogue(page, contract), *_listed(page, organisations), *_reached(page, contract, access)]


def _reached(page: Page, contract: Contract, access: Access) -> Iterator[Found]:
    """Differences in scope, delegation and paths. A page that names none of a kind says nothing about it."""
    owner = access.scope.partition(":")[0]
    scopes = {scope for scope in page.scopes if scope.partition(":")[0] == owner}
    if access.scope and scopes and access.scope not in scopes:
        told = f"the scope {access.scope} is not on the page, which names {', '.join(sorted(scopes))}"
        yield noted(SCOPE_CHANGED, "security", access.scope, told)
    if access.delegation and page.delegations and access.delegation not in page.delegations:
        named = ", ".join(f"“{name}”" for name in sorted(page.delegations))
        told = f"the delegation “{access.delegation}” is not on the page, which names {named}"
        yield noted(DELEGATION_CHANGED, "security", "delegation", told)
    ours = {_template(operation.path) for operation in contract.document.operations}
    known = {path for path in page.paths if any(_ends_like(path, one) for one in ours)}
    for path in sorted(ours) if known else ():
        if "{" in path and not any(_ends_like(other, path) for other in known):
            yield noted(PATH_GONE, "operation", path, f"no path on the page ends with {path}")
    parents = {path.rpartition("/")[0] for path in known}
    for path in sorted(page.paths - known):
        if path.rpartition("/")[0] in parents:
            yield noted(PATH_NEW, "operation", path, f"the page has {path}, but no operation does")


def _ends_like(path: str, template: str) -> bool:
    return path == template or path.endswith(f"/{template.strip('/')}")


def changes(before: Page, now: Page) -> Iterator[Found]:
    """The differences between a page and its earlier version."""
    for code, text in now.texts.items():
        if code in before.texts and before.texts[code] != text:
            yield noted(ERROR_TEXT_CHANGED, "response", code, f"{code}: its text on {now.path} has changed")
    for word, had, has in (
        ("error codes", set(before.codes), set(now.codes)),
        ("scopes", before.scopes, now.scopes),
        ("paths", before.paths, now.paths),
        ("delegations", before.delegations, now.delegations),
        ("organisations", before.organisations, now.organisations),
    ):
        gone, new = sorted(set(had) - set(has)), sorted(set(has) - set(had))
        parts = [f"{verb} {', '.join(names[:MOST_NAMES])}" for verb, names in (("gone", gone), ("new", new)) if names]
        if parts:
            yield noted(PAGE_CHANGED, "other", now.path, f"{now.path}: {word}: {'; '.join(parts)}")
    if before.digest != now.digest:
        yield noted(PAGE_EDITED, "other", now.path, f"{now.path} was edited")


def _catalogue(page: Page, contract: Contract) -> Iterator[Found]:
    ours = {kode: entry.status for kode, entry in contract.errors.items()}
    kinds = {code.partition("-")[0] for code in page.codes}
    for code, status in page.codes.items():
        if code not in ours:
            yield noted(ERROR_CODE_NEW, "response", code, f"{code} with {status or 'no status'} is not in errors.toml")
        elif status and status != ours[code]:
            told = f"{code} has {status} on the page and {ours[code]} in errors.toml"
            yield noted(ERROR_CODE_STATUS, "response", code, told)
    for code in ours:
        if code not in page.codes and code.partition("-")[0] in kinds:
            yield noted(ERROR_CODE_GONE, "response", code, f"{code} is not on the page")


def unlisted(codes: Iterable[tuple[str, int]], contract: Contract) -> list[Found]:
    """The error codes, with statuses, that a run received and the catalogue lacks."""
    new = sorted({(code, status) for code, status in codes if code not in contract.errors})
    return [
        noted(ERROR_CODE_NEW, "response", code, f"{code} came with {status} and is not in errors.toml")
        for code, status in new
    ]


def _listed(page: Page, organisations: Path) -> Iterator[Found]:
    """Differences in organisations. A page without a list says nothing: the newest page sends testers to a search."""
    if not page.organisations:
        return
    known = read_toml(organisations) if organisations.is_file() else {}
    for number in sorted(page.organisations - known.keys()):
        yield noted(ORGANISATION_NEW, "other", number, f"test organisation {number} is not known here")
    for number, entry in sorted(known.items()):
        if entry.get("current") and number not in page.organisations:
            yield noted(ORGANISATION_GONE, "other", number, f"test organisation {number} is not on the page's list")


def noted(rule: str, direction: Direction, name: str, message: str) -> Found:
    """A finding shown by texts alone."""
    found = Found(rule, direction, f"#{name}", message, "", [], new=message)
    found.proof, found.unproved = "not visible", "it follows from two texts"
    return found
