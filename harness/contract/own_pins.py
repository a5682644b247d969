"""The official documents that a user pinned: in the user's own project, never in the installed package.

They lie in the folder that PROVESTAND_SPECS names, else in `specs/` beside the nearest provestand.toml, as
`<api>/<version>/official.yaml` with a specs.lock of their own, and are found before those that are bundled.
"""

import re
from dataclasses import replace
from pathlib import Path

from harness.contract.contract import OFFICIAL, Contract
from harness.contract.document import Document, load_document

VERSION = re.compile(r"v[0-9]{1,4}(\.[0-9]{1,4}){0,3}")


def own_versions(folder: Path | None, api: str) -> list[str]:
    """The versions of an API that are pinned in a folder."""
    found = (folder / api).glob(f"*/{OFFICIAL}") if folder is not None else ()
    return [path.parent.name for path in found if VERSION.fullmatch(path.parent.name)]


def with_own(contract: Contract, folder: Path | None) -> Contract:
    """The contract by the document that is pinned in a folder, where one is; what ours marks as personal stays marked.

    Raises FaultySpecificationError.
    """
    path = folder / contract.api / contract.version / OFFICIAL if folder is not None else None
    if path is None or not path.is_file():
        return contract
    marked = contract.document.sensitive_names
    return replace(contract, document=replace(load_document(path), marked_elsewhere=marked))


def doubts(document: Document, known: Document) -> list[str]:
    """Why a document is probably not one of the API that another describes; empty where nothing speaks against it."""
    found = []
    titles = [str(each.content.get("info", {}).get("title", "")) for each in (document, known)]
    if titles[0].strip().casefold() != titles[1].strip().casefold():
        found.append(f"its title is {titles[0]!r}, not {titles[1]!r}")
    offered = [_form(operation.method, operation.path) for operation in document.operations]
    expected = [_form(operation.method, operation.path) for operation in known.operations]
    # An address of the server may be in the paths of one of them.
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
