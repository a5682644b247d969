"""The service's messages about a body that breaks the model are Norwegian, whatever library found the breach."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox.knobs import turned
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read
from harness.sandbox.utleggsbegjaering.problem import Refused

WHOLE = json.loads((Path(__file__).parent / "begjaering.json").read_text(encoding="utf-8"))
ENGLISH = re.compile(
    r"\b(input|should|field|required|valid|value|least|most|characters|string|extra|be|not|or)\b", re.I
)
WRONG: tuple[Any, ...] = (None, 1, "feil", "x" * 100_000, [], {"ukjent": 1})
REMOVED = object()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every member and element of a body."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in steps:
        yield (*path, name)
        yield from places(inner, (*path, name))


def with_value(path: tuple[Any, ...], value: Any) -> Any:
    body = copy.deepcopy(WHOLE)
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    if value is REMOVED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return body


@pytest.mark.parametrize("unknown", ["ignored", "refused"])
def test_every_refusal_of_the_model_is_in_norwegian(unknown):
    knobs = turned([f"elan-unknown-properties={unknown}"])
    said = set()
    for path in places(WHOLE):
        for value in (*WRONG, REMOVED):
            try:
                read(Utleggsbegjaering, with_value(path, value), knobs)
            except Refused as refused:
                said |= {part.partition(": ")[2] for part in refused.detail.partition(": ")[2].split("; $")}

    assert {"mangler", "må være en tekst", "må være et objekt", "må være en liste"} <= said
    assert [words for words in said if ENGLISH.search(words)] == []
    assert "har feil format" not in said  # the message of a type that has no translation
