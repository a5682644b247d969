"""Unannounced growth: a new member in every object of an answer, at every depth (Skatteetaten's versioning rules).

The whole answer is walked, so that every object in it grows and none is singled out.
"""

from collections.abc import Mapping
from typing import Any

OBJECT = {"nyttObjekt": {"navn": "nytt", "beloep": -1, "dato": "1900-01-01", "regelverk": "ukjent"}}
LIST = {"nyListe": [{"kode": "NY", "beloep": -1}, {"kode": "NY"}]}
VALUES = {"nyTekst": "nytt", "nyDato": "1900-01-01", "nyttTall": -1, "nytt": False}
"""New members of each kind. Their values break every rule that could be applied to them."""

NEW = OBJECT.keys() | LIST.keys()


def grown(node: Any, members: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The same with these members in every object, except those that grew themselves: growth on growth would only make
    answers long.
    """
    if isinstance(node, dict):
        return {name: child if name in NEW else grown(child, members) for name, child in node.items()} | dict(members)
    return [grown(child, members) for child in node] if isinstance(node, list) else node
