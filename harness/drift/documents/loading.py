"""Loads an OpenAPI document with all files it refers to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.drift.documents.files import UnreadableDocumentError, openapi_tree, parse, read_tree
from harness.drift.documents.grammar import examine
from harness.drift.documents.specification import Specification
from harness.files.text import LARGEST

LONGEST = 200  # characters of a reference in an error
MOST_BYTES = 2 * LARGEST  # of all files together
Fetch = Callable[[str], bytes]


def load(path: Path, root: Path | None = None, fetch: Fetch | None = None) -> Specification:
    """Reads a document with all files it refers to. Malformed parts are noted and removed (see `grammar`).

    References may lead to files below `root`, by default the document's own folder; remote ones are read only through
    `fetch`. Raises UnreadableDocumentError.
    """
    files = _Files(path, (root or path.parent).resolve(), fetch)
    tree = openapi_tree(read_tree(path), path, files.raw)
    specification = Specification(str(path), {"": tree.content}, origins=tree.origins, moved=tree.moved)
    examine(specification, files.other)
    specification.size = files.size
    return specification


def of_tree(path: str, content: Any) -> Specification:  # noqa: ANN401 - any JSON value
    """A document consisting of one tree; raises UnreadableDocumentError if it refers to files."""

    def other(file: str, reference: str, place: str) -> Any:  # noqa: ANN401, ARG001 - any JSON value
        raise UnreadableDocumentError(path, f"{place} refers to {reference}. Bundle it into one file.")

    tree = openapi_tree(content, path, lambda file, reference: other(file, reference, "it"))
    specification = Specification(path, {"": tree.content}, origins=tree.origins, moved=tree.moved)
    examine(specification, other)
    return specification


def _short(reference: str) -> str:
    return reference if len(reference) <= LONGEST else f"{reference[: LONGEST - 1]}…"


class _Files:
    """The other files of a document, restricted to a folder and a total size."""

    def __init__(self, document: Path, root: Path, fetch: Fetch | None) -> None:
        self._document, self._root, self._fetch = document, root, fetch
        self._trees: dict[str, Any] = {}
        self.size = document.stat().st_size if document.is_file() else 0

    def raw(self, file: str, reference: str) -> Any:  # noqa: ANN401 - any JSON value
        """The tree of a file that the document itself refers to."""
        return self.other(file, reference, "it")

    def other(self, file: str, reference: str, place: str) -> Any:  # noqa: ANN401 - any JSON value
        """The tree of a file; `place` is where the reference is."""
        if file not in self._trees:
            self._trees[file] = self._read(file, reference, place)
        return self._trees[file]

    def _read(self, file: str, reference: str, place: str) -> Any:  # noqa: ANN401 - any JSON value
        if "://" in file:
            return self._remote(file, reference)
        path = self._document.parent / file
        try:
            whole, is_file = path.resolve(), path.is_file()
        except (OSError, ValueError) as error:  # too long, or containing a null byte
            problem = (
                f"{place} refers to {_short(reference)}, which cannot be the name of a file. Correct the reference."
            )
            raise UnreadableDocumentError(self._document, problem) from error
        if not whole.is_relative_to(self._root):
            told = f"{_short(reference)}, which is outside {self._root}"
            problem = f"{place} refers to {told}. Name a folder above both with --root."
            raise UnreadableDocumentError(self._document, problem)
        if not is_file:
            problem = f"{place} refers to {_short(reference)}, and there is no file {path}. Add it there."
            raise UnreadableDocumentError(self._document, problem)
        self._count(path.stat().st_size)
        return read_tree(path)

    def _remote(self, file: str, reference: str) -> Any:  # noqa: ANN401 - any JSON value
        if self._fetch is None or not file.startswith(("https://", "http://")):
            told = _short(reference)
            problem = f"the remote reference {told} is not fetched. Save the file and refer to the copy."
            raise UnreadableDocumentError(self._document, problem)
        content = self._fetch(file)
        self._count(len(content))
        return parse(content, file)

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > MOST_BYTES:
            problem = f"its files have more than {MOST_BYTES // 1024**2} MB together. Compare parts of it."
            raise UnreadableDocumentError(self._document, problem)
