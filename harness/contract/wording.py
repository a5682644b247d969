"""The wording of an error: what two refusals by the same author have in common, whatever they are about."""

from dataclasses import dataclass
from typing import Self

from lxml import etree

from harness.contract.error_body import xml_root
from harness.exchange import Response

ENOUGH = 2
"""This many names in common identify an author, even if another of its refusals has more; one may be anybody's."""


@dataclass(frozen=True)
class Wording:
    """`medium` is the format, taken from the body where possible; `names` are those of the members or the root."""

    medium: str
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, response: Response) -> Self | None:
        """The wording of an error; None for an empty body."""
        if not response.body.strip():
            return None
        if response.is_page:
            return cls("a page")
        try:
            body = response.json()
        except (ValueError, RecursionError):
            root = xml_root(response)
            return cls(response.media_type) if root is None else cls("XML", frozenset({etree.QName(root).localname}))
        first = body[0] if isinstance(body, list) and body else body
        names = frozenset(first) if isinstance(first, dict) else frozenset()
        return cls(f"JSON, {type(body).__name__}", names)

    def resembles(self, known: Self) -> bool:
        """Whether a known one may have the same author: all names of one, and enough of them, are in the other."""
        common = self.names & known.names
        is_part = len(common) >= ENOUGH and common in (self.names, known.names)
        return self.medium == known.medium and (self.names == known.names or is_part)
