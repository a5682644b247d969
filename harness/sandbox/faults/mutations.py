"""How a mechanical mutant changes one member of a good answer, in JSON and in XML.

It changes both formats alike: a change in only one of them would be found by comparing the two, whatever it is.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
Json = Any
Element = etree._Element


@dataclass(frozen=True)
class Kind:
    """One way to change a member: `in_json` in its object, `in_xml` in all elements of that name in a parent.

    `told` describes it in words. A kind without `in_xml` cannot be seen in XML, where every value is text.
    """

    told: str
    in_json: Callable[[dict[str, Json], str], None]
    in_xml: Callable[[list[Element]], None] | None = None


def _drop(holder: dict[str, Json], name: str) -> None:
    del holder[name]


def _drop_elements(elements: list[Element]) -> None:
    for element in elements:
        _parent(element).remove(element)


def _swap(holder: dict[str, Json], name: str) -> None:
    value = holder[name]
    holder[name] = [value] if isinstance(value, str | dict) else str(value)


def _negate(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], int | float) and not isinstance(holder[name], bool):
        holder[name] = -holder[name] or 0.0


def _negate_elements(elements: list[Element]) -> None:
    for element in elements:
        text = element.text or ""
        if NUMBER.match(text) and float(text):
            element.text = text.removeprefix("-") if text.startswith("-") else f"-{text}"


def _shift(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], str) and DATE.match(holder[name]):
        holder[name] = _day_after(holder[name])


def _shift_elements(elements: list[Element]) -> None:
    for element in elements:
        if DATE.match(element.text or ""):
            element.text = _day_after(element.text or "")


def _day_after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def _repeat(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], list) and holder[name]:
        holder[name] = [*holder[name], holder[name][-1]]


def _repeat_elements(elements: list[Element]) -> None:
    elements[-1].addnext(deepcopy(elements[-1]))


KINDS = {
    "drop": Kind("is left out", _drop, _drop_elements),
    "swap": Kind("has another type: a string or an object is wrapped in a list, anything else is a string", _swap),
    "negate": Kind("has the opposite sign", _negate, _negate_elements),
    "shift": Kind("is a day later", _shift, _shift_elements),
    "repeat": Kind("has its last element twice", _repeat, _repeat_elements),
}


def kinds_of(value: Json) -> set[str]:
    """The kinds that change a value."""
    kinds = {"drop", "swap"}
    if isinstance(value, list) and value:
        kinds.add("repeat")
    elif isinstance(value, float | int) and not isinstance(value, bool) and value:
        kinds.add("negate")
    elif isinstance(value, str) and DATE.match(value):
        kinds.add("shift")
    return kinds


def changed_json(body: Json, kind: Kind, path: str) -> Json:
    """The body after the change at every place of the path; a name that ends in [] means every element of a list."""
    for holder, member in _holders(body, path.split(".")):
        kind.in_json(holder, member)
    return body


def changed_xml(body: bytes, kind: Kind, path: str) -> bytes:
    """The same for an XML document, below its root element; a list has one element per entry."""
    root = etree.fromstring(body)
    names = [name.removesuffix("[]") for name in path.split(".")]
    found = list(_families(root, names)) if kind.in_xml is not None else []
    for elements in found:
        if kind.in_xml is not None:
            kind.in_xml(elements)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") if found else body


def _holders(node: Json, path: Sequence[str]) -> Iterator[tuple[dict[str, Json], str]]:
    """Every object that has the member at the end of a path."""
    if isinstance(node, list):
        for child in node:
            yield from _holders(child, path)
        return
    name = path[0].removesuffix("[]")
    if not isinstance(node, dict) or name not in node:
        return
    if len(path) == 1:
        yield node, name
    else:
        yield from _holders(node[name], path[1:])


def _families(parent: Element, names: Sequence[str]) -> Iterator[list[Element]]:
    """The elements at the end of a path, grouped by parent."""
    children = [child for child in parent if etree.QName(child).localname == names[0]]
    if len(names) > 1:
        for child in children:
            yield from _families(child, names[1:])
    elif children:
        yield children


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - it was found below one
    return parent
