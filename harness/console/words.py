"""The texts of one page in one language; a missing key is an error."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.console.call_log import Breach
from harness.reporting.texts import Catalogue, catalogue, sentences


@dataclass(frozen=True)
class Words:
    """One language's texts."""

    language: str

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.language)

    def __call__(self, key: str, **members: object) -> str:
        """A text of the console, filled in; raises KeyError for an unknown key.

        If `count` is one, the text of `KEY.one` is used, if there is one.
        """
        texts = self._catalogue["console"]
        text = texts.get(f"{key}.one", texts[key]) if members.get("count") == 1 else texts[key]
        return text.format_map({name: str(value) for name, value in members.items()})

    def sentence(self, english: str) -> str:
        """The translation of an English sentence from the code; the sentence itself if there is none."""
        return sentences(self.language).get(english, english)

    def language_of(self, english: str) -> str:
        """The language that the sentence is shown in."""
        return self.language if english in sentences(self.language) else "en"

    def claim(self, name: str) -> str:
        """What a claim of a token means."""
        return _or_else(self._catalogue["claims"], name)

    def fix(self, breach: Breach) -> str:
        """How to fix what a check found."""
        return _or_else(self._catalogue["fixes"], breach.check)

    def parameter(self, name: str) -> str:
        """The label of a value to enter."""
        return self._catalogue["parameters"].get(name, name)

    def duration(self, seconds: float) -> str:
        """A duration, rounded."""
        if seconds < 100:
            return self("window.s", count=round(seconds))
        if seconds < 6_000:
            return self("window.min", count=round(seconds / 60))
        if seconds < 360_000:
            return self("window.h", count=round(seconds / 3_600))
        return self("window.d", count=round(seconds / 86_400))


def _or_else(texts: Mapping[str, str], key: str) -> str:
    return texts.get(key) or texts[""]
