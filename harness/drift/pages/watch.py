"""Finds what is new since the last run: notices of a news feed, and changes in documentation pages.

The state is a small JSON file that a weekly job keeps. The first run has nothing to compare with: it only records.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.drift.compare.documentation import NOTICE_ABOUT_API, NOTICE_ELSE
from harness.drift.findings import Found
from harness.drift.pages.documentation import Page

MOST_NOTICES = 2_000  # of a feed, the newest first
LONGEST = 200  # characters of a title
_ATOM = "{http://www.w3.org/2005/Atom}"


class UnreadableFeedError(Exception):
    """The feed is not Atom; the text says in one line what is wrong."""


class UnreadableStateError(Exception):
    """The state file was not written by this program."""


@dataclass(frozen=True)
class Notice:
    """One entry of a feed. `words` is its whole text in lower case."""

    id: str
    title: str
    address: str
    updated: str
    words: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeenPage(_Strict):
    """The remembered content of a page."""

    codes: Mapping[str, int]
    texts: Mapping[str, str]
    organisations: tuple[str, ...]
    scopes: tuple[str, ...]
    paths: tuple[str, ...]
    delegations: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, page: Page) -> "SeenPage":
        """The part of a page to remember."""
        return cls(
            codes=dict(page.codes),
            texts=dict(page.texts),
            organisations=tuple(sorted(page.organisations)),
            scopes=tuple(sorted(page.scopes)),
            paths=tuple(sorted(page.paths)),
            delegations=tuple(sorted(page.delegations)),
            digest=page.digest,
        )

    def page(self, path: str) -> Page:
        """The page as it was."""
        return Page(
            path,
            self.codes,
            frozenset(self.organisations),
            self.texts,
            frozenset(self.scopes),
            frozenset(self.paths),
            frozenset(self.delegations),
            self.digest,
        )


class State(_Strict):
    """The state of the last run: notices with the time of their last change, by feed, and pages by URL."""

    format: Literal[1] = Field(default=1, alias="schema")
    run: datetime.datetime | None = None
    notices: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    pages: Mapping[str, SeenPage] = Field(default_factory=dict)


def state_of(text: str, where: object) -> State:
    """The state in a text; raises UnreadableStateError."""
    try:
        return State.model_validate_json(text)
    except ValidationError as error:
        problem = f"{where} is not a state of `provestand watch`. Delete it to start over."
        raise UnreadableStateError(problem) from error


def state_text(state: State) -> str:
    """The text of the state file."""
    return state.model_dump_json(by_alias=True, indent=1) + "\n"


def notices_of(content: bytes, where: str) -> list[Notice]:
    """The entries of an Atom feed; raises UnreadableFeedError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFeedError(f"{where}: it is not XML ({_line(error.msg)}). Name an Atom feed.") from error
    if root is None or root.tag != f"{_ATOM}feed":
        raise UnreadableFeedError(f"{where}: it is not an Atom feed. Name the feed's own address.")
    return [_notice(entry) for entry in root.findall(f"{_ATOM}entry")[:MOST_NOTICES]]


def _notice(entry: Any) -> Notice:  # noqa: ANN401 - lxml's elements
    link = entry.find(f"{_ATOM}link[@href]")
    address = _line(link.get("href")) if link is not None else ""
    title, updated = (_line(entry.findtext(f"{_ATOM}{name}")) for name in ("title", "updated"))
    words = " ".join(" ".join(entry.itertext()).split()).lower()
    return Notice(_line(entry.findtext(f"{_ATOM}id")) or address or title, title, address, updated, words)


def _line(text: object) -> str:
    """Untrusted text as one bounded line without control characters."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def news(notices: Iterable[Notice], seen: Mapping[str, str], names: Iterable[str], feed: str) -> Iterator[Found]:
    """The notices that are new or changed; `names` are the names by which a notice may mean one of the APIs."""
    wanted = [re.compile(rf"(?<!\w){re.escape(name.lower())}(?!\w)") for name in names if name]
    for notice in notices:
        if seen.get(notice.id) == notice.updated:
            continue
        word = "changed" if notice.id in seen else "new"
        about = any(pattern.search(notice.words) for pattern in wanted)
        message = f"{word} notice of {notice.updated[:10] or 'no date'}: {notice.title} {notice.address}".rstrip()
        found = Found(NOTICE_ABOUT_API if about else NOTICE_ELSE, "other", f"{feed}#", message, "", [], new=notice.id)
        found.proof, found.unproved = "not visible", "it follows from a notice"
        yield found
