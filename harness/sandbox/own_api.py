"""Tells the sandbox's own API as an OpenAPI document; `own_api.yaml` is written by hand."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route


@cache
def own_api() -> dict[str, Any]:
    """The document."""
    document: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return document


def document_route(base: str) -> BaseRoute:
    """Where the document is told, for a sandbox at an address."""

    async def tell(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return JSONResponse({**own_api(), "servers": [{"url": base}]})

    return Route("/openapi.json", tell, methods=["GET"])
