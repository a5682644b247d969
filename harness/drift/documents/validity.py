"""Whether bytes are a whole, valid OpenAPI document that can be pinned."""

from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from harness.drift.documents.loading import UnreadableDocumentError, openapi_tree, parse
from harness.drift.documents.specification import Specification, references


def ensure_valid(content: bytes, where: str) -> Specification:
    """The document; raises UnreadableDocumentError where it is no valid OpenAPI 3 document in one file."""
    tree = parse(content, where)
    if isinstance(tree, dict) and str(tree.get("swagger", "")).startswith("2."):
        raise UnreadableDocumentError(where, "it is Swagger 2.0. Convert it to OpenAPI 3 first.")
    specification = Specification(where, {"": openapi_tree(tree, where)})
    for pointer, reference in references(specification.trees[""]):
        if not reference.startswith("#"):
            raise UnreadableDocumentError(where, f"#{pointer} refers to {reference}. Bundle it into one file.")
        try:
            specification.at(specification.target("", reference))
        except KeyError as error:
            problem = f"#{pointer} refers to {reference}, and nothing stands there."
            raise UnreadableDocumentError(where, problem) from error
    validator: Any = OpenAPIV30SpecValidator if specification.dialect == "3.0" else OpenAPIV31SpecValidator
    if specification.version.startswith("3.2"):
        return specification  # no validator for 3.2 is at hand; what is read here is checked as it is read
    first = next(iter(validator(specification.trees[""]).iter_errors()), None)
    if first is not None:
        place = "/".join(str(part) for part in getattr(first, "absolute_path", ()))
        message = " ".join(str(getattr(first, "message", first)).split())[:200]
        raise UnreadableDocumentError(where, f"it is no valid OpenAPI: #/{place}: {message}.")
    return specification
