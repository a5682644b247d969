"""Every witness of every available pair, judged by validators that know nothing of this program.

The documents are taken as they are in their files; only the keywords that are specific to OpenAPI 3.0 are translated to
those of JSON Schema, here and independently of the program's own translation.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.files import read_tree
from harness.drift.documents.loading import load
from harness.drift.findings import Found

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared" / "data"
LARGE = 300_000  # bytes
BASE = "https://judge.invalid/"


def pairs() -> Iterator[Any]:
    """Our own pair and the real ones; the large ones take some time."""
    specs = REPOSITORY / "specs" / "utleggsbegjaering"
    yield pytest.param((specs / "v1" / "openapi.yaml", specs / "v2" / "openapi.yaml"), id="utleggsbegjaering")
    for folder in sorted((SHARED / "histories").glob("*/")) if SHARED.is_dir() else ():
        pair = next(folder.glob("old.*")), next(folder.glob("new.*"))
        large = [pytest.mark.nightly] if pair[1].stat().st_size > LARGE else []
        yield pytest.param(pair, id=folder.name, marks=large)


def cases() -> Iterator[tuple[Path, Path]]:
    folder = SHARED / "drift-cases"
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines() if folder.is_dir() else ():
        case = json.loads(line)
        yield folder / case["old"], folder / case["new"]


@pytest.mark.parametrize("pair", list(pairs()))
@pytest.mark.parametrize("turn", [1, -1], ids=["forwards", "backwards"])
def test_witnesses_of_real_documents_are_accepted_by_one_side_alone(pair, turn):
    judged = verdicts(*pair[::turn])

    assert judged.pop("sound") > 0
    assert judged.keys() <= {"read otherwise"}


def test_witnesses_of_small_documents_are_accepted_by_one_side_alone():
    judged: Counter[str] = Counter()
    for old, new in cases():
        if not (load(old).malformed or load(new).malformed):  # the judge cannot read a document with mistakes
            judged += verdicts(old, new)
    if not judged:
        pytest.skip("the pairs are not part of the project")

    assert judged.pop("sound") > 0
    assert judged.keys() <= {"read otherwise"}


def verdicts(old: Path, new: Path) -> Counter[str]:
    """How many witnesses are sound, how many say that they must be read differently, and each that is neither."""
    judged: Counter[str] = Counter()
    outcome = compare(load(old), load(new))
    for found in outcome.found:
        if (
            found.witness is not None
            and found.shown_at is not None
            and not (outcome.old.origins or outcome.new.origins)
        ):
            judged[verdict(found, old, new)] += 1
    return judged


def verdict(found: Found, old: Path, new: Path) -> str:
    site, witness = found.shown_at, found.witness
    assert site is not None
    assert witness is not None
    accepted = {
        word: all(validator(path, node.uri, node.pointer).is_valid(witness["value"]) for node in schema)
        for word, path, schema in (("old", old, site.old), ("new", new, site.new))
    }
    if accepted[witness["accepted_by"]] and not accepted[witness["refused_by"]]:
        return "sound"
    if witness.get("reading"):
        return "read otherwise"
    return f"{found.rule} {found.message}: {accepted}: {json.dumps(witness)}"


@cache
def validator(path: Path, file: str, pointer: str) -> jsonschema_rs.Draft202012Validator:
    reference = {"$ref": f"{BASE}{quote(file)}#{quote(pointer, safe='/~')}"}
    return jsonschema_rs.Draft202012Validator(reference, registry=registry(path), validate_formats=True)


@cache
def registry(path: Path) -> jsonschema_rs.Registry:
    """Every file in a document's folder, unchanged except for the OpenAPI keywords."""
    whole = read_tree(path)
    old = str(whole["openapi"]).startswith("3.0")
    return jsonschema_rs.Registry([(BASE, reworded(whole, old=old))], draft=jsonschema_rs.Draft202012)


def reworded(node: Any, *, old: bool) -> Any:
    """OpenAPI 3.0 keywords as JSON Schema ones; whatever is not a schema keyword is unchanged."""
    if isinstance(node, list):
        return [reworded(child, old=old) for child in node]
    if not isinstance(node, dict):
        return node
    if old and isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"]}
    words = {key: reworded(child, old=old) for key, child in node.items()}
    if old:
        if words.get("nullable") is True and isinstance(words.get("type"), str):
            words["type"] = [words["type"], "null"]
        for limit, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if words.get(flag) is True and limit in words:
                words[flag] = words.pop(limit)
            elif isinstance(words.get(flag), bool):
                del words[flag]
    elif isinstance(words.get("exclusiveMinimum"), bool):
        del words["exclusiveMinimum"]  # a mistake in a public document
    low_and_high = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}.get(str(words.get("format")))
    if low_and_high is not None:
        words["allOf"] = [*words.get("allOf", ()), {"minimum": low_and_high[0], "maximum": low_and_high[1]}]
    return words
