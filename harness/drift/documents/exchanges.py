"""Proof by example: a request or response that one document accepts and the other does not.

Witnesses about bodies, parameters and headers are judged by a `Reader`; those about the surface (paths, statuses, media
types, credentials) are looked up in each document here, independently of the rules that claim them.
"""

import re
from collections.abc import Mapping
from typing import Any

from harness.drift.documents.matching import Endpoint, Surface, content, covering
from harness.drift.documents.specification import Node, Specification

Witness = Mapping[str, Any]


def takes(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:
    """Whether a document accepts the request or response that a witness describes.

    Raises KeyError for an unknown kind of witness.
    """
    return _KINDS[witness["kind"]](surface, endpoint, witness)


def _call(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001 - one signature for all
    return any(e.name == witness["name"] or _leads_to(e, witness) for e in surface.endpoints)


def _leads_to(endpoint: Endpoint, witness: Witness) -> bool:
    if endpoint.kind != "operation" or endpoint.method != witness["method"]:
        return False
    pattern = re.escape(endpoint.place + endpoint.slash).replace(r"\{\}", "[^/]+")
    return re.fullmatch(pattern, re.sub(r"\{[^}]*\}", "a", witness["path"])) is not None


def _without_parameter(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    parameter = endpoint.parameters.get((witness["in"], witness["key"])) if endpoint else None
    return not (parameter and parameter.get("required") is True)


def _with_parameter(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    return endpoint is not None and (witness["in"], witness["key"]) in endpoint.parameters


def _without_body(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    return endpoint is not None and (endpoint.body is None or endpoint.body.get("required") is not True)


def _with_body(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    return endpoint is not None and covering(witness["media_type"], content(endpoint.body)) is not None


def _answer(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    return endpoint is not None and endpoint.response(witness["status"]) is not None


def _answer_in(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    answer = endpoint.response(witness["status"]) if endpoint else None
    return answer is not None and covering(witness["media_type"], content(answer)) is not None


def _answer_without_header(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    header = _header(endpoint, witness)
    return header is None or header.get("required") is not True


def _answer_with_header(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:  # noqa: ARG001
    return _header(endpoint, witness) is not None


def _header(endpoint: Endpoint | None, witness: Witness) -> Node | None:
    answer = endpoint.response(witness["status"]) if endpoint else None
    if answer is None:
        return None
    return next(
        (h.resolved for n, h in answer.children("headers").items() if n.lower() == witness["name"].lower()), None
    )


def _credentials(surface: Surface, endpoint: Endpoint | None, witness: Witness) -> bool:
    if endpoint is None:
        return False
    shown = {scheme: set(scopes) for scheme, scopes in witness["credentials"].items()}
    return any(
        all(scheme in shown and set(scopes) <= shown[scheme] for scheme, scopes in wanted.items())
        for wanted in security_of(surface.specification, endpoint)
    )


def security_of(specification: Specification, endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """The accepted sets of credentials: scheme names with scopes. One empty set if no credentials are required."""
    for node in (endpoint.node, specification.root):
        if isinstance(node.get("security"), list):
            ways = [way for way in node.value["security"] if isinstance(way, dict)]
            return [
                {scheme_name(specification, str(name)): _scopes(scopes) for name, scopes in way.items()} for way in ways
            ] or [{}]
    return [{}]


def _scopes(scopes: object) -> list[str]:
    return [str(scope) for scope in scopes] if isinstance(scopes, list) else []


def scheme_name(specification: Specification, name: str) -> str:
    """What a security scheme is, regardless of its name in the document."""
    scheme = specification.root.child("components", "securitySchemes", name).resolved
    kind = str(scheme.get("type", ""))
    if kind == "apiKey":
        return f"apiKey {scheme.get('in')} {scheme.get('name')}"
    if kind == "http":
        return f"http {str(scheme.get('scheme', '')).lower()}"
    schemes = specification.root.children("components", "securitySchemes").values()
    alone = sum(other.resolved.get("type") == kind for other in schemes) < 2
    return kind if kind and alone else f"{kind} {name}".strip()


_KINDS = {
    "call": _call,
    "request without parameter": _without_parameter,
    "request with parameter": _with_parameter,
    "request without body": _without_body,
    "request with body": _with_body,
    "answer": _answer,
    "answer in media type": _answer_in,
    "answer without header": _answer_without_header,
    "answer with header": _answer_with_header,
    "credentials": _credentials,
}
