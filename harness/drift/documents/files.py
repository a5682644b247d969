"""Reads an OpenAPI document from a file into a tree, or explains in one line why it cannot."""

import re
from pathlib import Path
from typing import Any

from harness.drift.documents.swagger2 import Converted, Raw, converted
from harness.files.text import decoded, read_octets
from harness.files.tree import NotJsonError, unambiguous_json_of
from harness.files.unreadable import UnreadableFileError


class UnreadableDocumentError(Exception):
    """A document that cannot be read, resolved or understood; the text says what is wrong, where, and how to fix it."""

    def __init__(self, where: object, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


def read_tree(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """The content of a JSON or YAML file; raises UnreadableDocumentError."""
    try:
        return parse(read_octets(path), path)
    except UnreadableFileError as error:
        raise _unreadable(error) from error


def parse(content: bytes, where: object) -> Any:  # noqa: ANN401 - any JSON value
    """Parses JSON or YAML; `where` names the source in errors. Raises UnreadableDocumentError."""
    try:
        text = decoded(content, where)
        if text.lstrip()[:1] == "{":
            try:
                return unambiguous_json_of(text, where)
            except NotJsonError:
                pass  # it may still be YAML in flow style
        from harness.files.yaml_tree import yaml_of  # noqa: PLC0415 - not needed for JSON

        return yaml_of(text, where)
    except UnreadableFileError as error:
        raise _unreadable(error) from error


def _unreadable(error: UnreadableFileError) -> UnreadableDocumentError:
    where = f"{error.where}:{error.line}" if error.line else error.where
    return UnreadableDocumentError(where, f"{error.what}. {error.fix}")


def openapi_tree(content: Any, where: object, raw: Raw) -> Converted:  # noqa: ANN401 - any JSON value
    """The tree of an OpenAPI 3 document, converted if it is Swagger 2.0; raises UnreadableDocumentError."""
    if not isinstance(content, dict):
        raise UnreadableDocumentError(where, "it is not an OpenAPI document (no mapping at its root).")
    tree = converted(content, raw) if str(content.get("swagger", "")).startswith("2.") else Converted(content)
    content = tree.content
    version = str(content.get("openapi", ""))
    if not version:
        raise UnreadableDocumentError(where, "it is not an OpenAPI document (no `openapi: 3.…` at its root).")
    if not re.match(r"3\.[0-2](\.|\Z)", version):
        raise UnreadableDocumentError(where, f"OpenAPI {version} is not supported. Use 2.0, 3.0, 3.1 or 3.2.")
    for part in ("paths", "components", "info", "webhooks"):
        if not isinstance(content.get(part) or {}, dict):
            raise UnreadableDocumentError(where, f"#/{part} is not a mapping.")
    if not any(isinstance(content.get(part), dict) for part in ("paths", "components", "webhooks")):
        raise UnreadableDocumentError(where, "it has neither paths, components nor webhooks.")
    return tree
