"""The OpenAPI document of the sandbox's own API.

It is written by hand: `own_api.yaml` here describes what all APIs share, and a file of the same name in a folder below
describes that folder's additions.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

Document = Mapping[str, Any]
FILE = "own_api.yaml"


@cache
def own_api() -> Document:
    """The document, without the additions of the pages."""
    here = Path(__file__).parent
    return joined([read_document(here / FILE), *(read_document(each) for each in sorted(here.glob(f"*/{FILE}")))])


def read_document(path: Path) -> Document:
    """A document, or part of one."""
    document: Document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def joined(documents: Iterable[Document]) -> Document:
    """The first document, with the paths, schemas and tags of the others."""
    first, *others = documents
    components = dict(first["components"])
    for other in others:
        for kind, added in other.get("components", {}).items():
            components[kind] = {**components.get(kind, {}), **added}
    return {
        **first,
        "tags": [tag for each in (first, *others) for tag in each.get("tags", [])],
        "paths": {path: item for each in (first, *others) for path, item in each["paths"].items()},
        "components": components,
    }


def document_route(base: str, pages: Document | None) -> BaseRoute:
    """The route that serves the document of a sandbox at this address; `pages` is the part that its pages add."""
    document = joined([own_api(), *([pages] if pages else [])])

    async def tell(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return JSONResponse({**document, "servers": [{"url": base}]})

    return Route("/openapi.json", tell, methods=["GET"])
