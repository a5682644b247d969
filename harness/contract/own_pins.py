"""Official documents pinned by a user: in the user's own project, never in the installed package.

They are in the folder that PROVESTAND_SPECS names, else in `specs/` beside the nearest provestand.toml, as
`<api>/<version>/official.yaml` with their own specs.lock, and take precedence over the bundled ones.
"""

import re
from dataclasses import replace
from pathlib import Path

from harness.contract.contract import OFFICIAL, Contract
from harness.contract.document import Document, load_document

VERSION = re.compile(r"v[0-9]{1,4}(\.[0-9]{1,4}){0,3}")


def own_versions(folder: Path | None, api: str) -> list[str]:
    """The versions of an API pinned in a folder."""
    found = (folder / api).glob(f"*/{OFFICIAL}") if folder is not None else ()
    return [path.parent.name for path in found if VERSION.fullmatch(path.parent.name)]


def with_own(contract: Contract, folder: Path | None) -> Contract:
    """The contract with the document pinned in a folder, if any; fields that ours marks as personal stay marked.

    Raises FaultySpecificationError.
    """
    path = folder / contract.api / contract.version / OFFICIAL if folder is not None else None
    if path is None or not path.is_file():
        return contract
    marked = contract.document.sensitive_names
    return replace(contract, document=replace(load_document(path), marked_elsewhere=marked))


def doubts(document: Document, known: Document) -> list[str]:
    """Reasons to doubt that a document describes the same API as a known one; empty if there are none."""
    found = []
    titles = [str(each.content.get("info", {}).get("title", "")) for each in (document, known)]
    if titles[0].strip().casefold() != titles[1].strip().casefold():
        found.append(f"its title is {titles[0]!r}, not {titles[1]!r}")
    offered = [_form(operation.method, operation.path) for operation in document.operations]
    expected = [_form(operation.method, operation.path) for operation in known.operations]
    # One of them may have the server's base path in its paths.
    kept = [form for form in expected if any(_is_same(form, other) for other in offered)]
    if not kept:
        found.append(f"it has none of the API's {len(expected)} operations")
    elif len(kept) * 2 < len(expected):
        found.append(f"it has only {len(kept)} of the API's {len(expected)} operations")
    return found


def _form(method: str, path: str) -> tuple[str, str]:
    return method, re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def _is_same(form: tuple[str, str], other: tuple[str, str]) -> bool:
    return form[0] == other[0] and (form[1].endswith(other[1]) or other[1].endswith(form[1]))
