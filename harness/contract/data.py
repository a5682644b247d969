"""Whether a successful answer holds the API's data, or somebody else's text."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.contract.contract import Contract
from harness.contract.document import Document, Operation
from harness.contract.error_body import xml_root
from harness.exchange import Exchange, Response


def holds_data(exchange: Exchange, contract: Contract) -> bool:
    """Whether a successful answer has a member that the specification names for the operation's data, in JSON or XML.

    At an address that the API does not have, the names of every operation count: data shown there is data shown. A
    success without specified content needs none.
    """
    response, operation = exchange.response, contract.operation_of(exchange.request)
    if not response.body:
        return exchange.request.method == "HEAD" or not _has_content(operation, response.status)
    asked = [operation] if operation is not None else contract.document.operations
    known = {name for each in asked for name in _names_of(contract.document, each)}
    return bool(known & _names_in(response))


def _has_content(operation: Operation | None, status: int) -> bool:
    if operation is None:
        return True
    documented = operation.response(status)
    return documented is None or bool(documented.get("content"))


def _names_of(document: Document, operation: Operation) -> Iterator[str]:
    for status, response in operation.responses.items():
        if status.startswith("2"):
            for content in response.get("content", {}).values():
                yield from _members(document, content.get("schema", {}))


def _members(document: Document, schema: Mapping[str, Any]) -> Iterator[str]:
    resolved = document.merged(schema)
    yield from resolved.get("properties", {})
    if "items" in resolved:
        yield from _members(document, resolved["items"])


def _names_in(response: Response) -> set[str]:
    root = xml_root(response)
    if root is not None:
        return {str(child.tag).rpartition("}")[2] for child in root}
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return set()
    first = body[0] if isinstance(body, list) and body else body
    return set(first) if isinstance(first, dict) else set()
