"""One thing that has a name: what it is, and everything known about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """A requirement, a code, a fault and so on.

    `kind` is the singular word for it, `mark` what a list shows beside the id (a level, a status, a default), `api` the
    folder name of its API, empty if it has none. `details` are labelled texts in display order, `also` other names that
    find it.
    """

    kind: str
    id: str
    text: str
    mark: str = ""
    api: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.id, *self.also)

    def as_dict(self) -> dict[str, object]:
        """As `--json` prints it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "api": self.api or None,
            "text": self.text,
            "mark": self.mark or None,
            "details": dict(self.details),
        }


def known(**details: object) -> dict[str, str]:
    """Details by label, without empty ones; `_` in a name becomes a space."""
    told = {name.replace("_", " "): _text(value) for name, value in details.items()}
    return {name: text for name, text in told.items() if text}


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
