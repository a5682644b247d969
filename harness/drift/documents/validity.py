"""Checks that bytes are a complete, valid OpenAPI document that can be pinned."""

from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from harness.drift.documents.files import UnreadableDocumentError, openapi_tree, parse
from harness.drift.documents.loading import of_tree
from harness.drift.documents.specification import Specification, references


def ensure_valid(content: bytes, where: str) -> Specification:
    """The document; raises UnreadableDocumentError if it is not a valid OpenAPI 3 document in one file."""
    tree = parse(content, where)
    if isinstance(tree, dict) and str(tree.get("swagger", "")).startswith("2."):
        raise UnreadableDocumentError(where, "it is Swagger 2.0. Convert it to OpenAPI 3 first.")
    specification = Specification(where, {"": openapi_tree(tree, where, _no_files).content})
    for pointer, reference in references(tree):
        if not reference.startswith("#"):
            raise UnreadableDocumentError(where, f"#{pointer} refers to {reference}. Bundle it into one file.")
        try:
            specification.at(specification.leads_to("", pointer, reference))
        except KeyError as error:
            problem = f"#{pointer} refers to {reference}, which leads nowhere."
            raise UnreadableDocumentError(where, problem) from error
    validator: Any = OpenAPIV30SpecValidator if specification.dialect == "3.0" else OpenAPIV31SpecValidator
    # There is no validator for 3.2; reading the document checks what is used here.
    errors = () if specification.version.startswith("3.2") else validator(tree).iter_errors()
    first = next(iter(errors), None)
    if first is not None:
        place = "/".join(str(part) for part in getattr(first, "absolute_path", ()))
        message = " ".join(str(getattr(first, "message", first)).split())[:200]
        raise UnreadableDocumentError(where, f"it is not valid OpenAPI: #/{place}: {message}.")
    return of_tree(where, tree)


def _no_files(file: str, reference: str) -> Any:  # noqa: ANN401 - any JSON value
    raise UnreadableDocumentError(file, f"{reference} is in another file. Bundle it into one file.")
