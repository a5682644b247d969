"""No text is empty, and none begins or ends with a blank."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call


def applies(call: Call) -> bool:
    return any(isinstance(place.value, str) for place in call.places)


def breaches(call: Call) -> Iterator[Breach]:
    texts = [place for place in call.places if isinstance(place.value, str)]
    for path in sorted({place.path for place in texts if not place.value}):
        yield Breach(f"{path}: empty", f"a text at {path}, or nothing", "an empty text")
    for path in sorted({place.path for place in texts if str(place.value).strip() != place.value}):
        yield Breach(
            f"{path}: outer blanks",
            f"a text without leading or trailing blanks at {path}",
            "outer blanks",
        )
