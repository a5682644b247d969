"""The words of one page: one language's catalogue, its missing keys an error."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.console.call_log import Breach
from harness.reporting.texts import Catalogue, catalogue, sentences


@dataclass(frozen=True)
class Words:
    """In one language."""

    language: str

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.language)

    def __call__(self, key: str, **members: object) -> str:
        """A text of the console, filled in; raises KeyError for a key that nobody wrote.

        Where `count` is one, the text under the key's `.one` goes before, if somebody wrote it.
        """
        texts = self._catalogue["console"]
        text = texts.get(f"{key}.one", texts[key]) if members.get("count") == 1 else texts[key]
        return text.format_map({name: str(value) for name, value in members.items()})

    def sentence(self, english: str) -> str:
        """A sentence that is stated in English where it belongs; as it is, where nobody has translated it."""
        return sentences(self.language).get(english, english)

    def language_of(self, english: str) -> str:
        """The language in which that sentence is shown."""
        return self.language if english in sentences(self.language) else "en"

    def claim(self, name: str) -> str:
        """What a claim of a token means."""
        return _or_else(self._catalogue["claims"], name)

    def fix(self, breach: Breach) -> str:
        """How to fix what a check found."""
        return _or_else(self._catalogue["fixes"], breach.check)

    def parameter(self, name: str) -> str:
        """How a value to enter is called."""
        return self._catalogue["parameters"].get(name, name)

    def duration(self, seconds: float) -> str:
        """A span of time, roughly."""
        if seconds < 100:
            return self("window.s", count=round(seconds))
        if seconds < 6_000:
            return self("window.min", count=round(seconds / 60))
        if seconds < 360_000:
            return self("window.h", count=round(seconds / 3_600))
        return self("window.d", count=round(seconds / 86_400))


def _or_else(texts: Mapping[str, str], key: str) -> str:
    return texts.get(key) or texts[""]
