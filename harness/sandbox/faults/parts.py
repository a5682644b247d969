"""Which parts of an answer a variation changes, and whether two of them change the same.

Variations that change no part in common can be on together, and each shows as it does alone. Parts are found by laying
the changed answer beside the one that it was made of, so that nobody has to say what a variation touches.
"""

import json
from collections.abc import Iterable, Mapping, Set
from typing import Any

from lxml import etree

from harness.sandbox.faults.answer import Answer

Part = tuple[str, ...]
"""The way to a part: `("refused", "header", "allow")`, `("accepted", "body", "krav", "kravtype")`.

What lies below a part belongs to it. Elements of a list are one part; JSON and XML that say the same have the same way.
"""

STATUS, HEADER, SPELLING, DELAY, BODY, ORDER = "status", "header", "spelling", "delay", "body", "(order)"
FRAMES = frozenset({"content-type", "content-encoding", "content-length", "transfer-encoding"})
"""Headers that say how a body is to be read: whoever reads it otherwise may not see what is in it."""
WHOLE: frozenset[Part] = frozenset({()})


def parts_changed(before: Answer, after: Answer) -> frozenset[Part]:
    """What is another way in the second of two answers."""
    found: set[Part] = {(HEADER, name) for name in _headers_changed(before, after)}
    if before.status != after.status:
        found.add((STATUS,))
    if before.delay != after.delay:
        found.add((DELAY,))
    if _spelling(before) != _spelling(after):
        found.add((SPELLING,))
    if before.body != after.body:
        found |= {(BODY, *way) for way in _body_changed(before, after)}
    kind = "accepted" if before.status < 400 else "refused"
    return frozenset((kind, *way) for way in found)


def steers(parts: Iterable[Part]) -> bool:
    """Whether a status is among the parts: whoever calls then goes another way."""
    return any(way[1] == STATUS for way in parts)


def meet(some: Set[Part], others: Set[Part]) -> bool:
    """Whether a change of these parts could hide a change of those, or the other way round."""
    is_within = not some.isdisjoint(_ways_to(others)) or not others.isdisjoint(_ways_to(some))
    return is_within or bool(_framed(some) & _with_bodies(others) or _framed(others) & _with_bodies(some))


def _ways_to(parts: Iterable[Part]) -> set[Part]:
    """The parts, and all that they are parts of."""
    return {way[:length] for way in parts for length in range(1, len(way) + 1)}


def _framed(parts: Iterable[Part]) -> set[str]:
    """The kinds of answers whose bodies are to be read otherwise."""
    return {way[0] for way in parts if way[1] == HEADER and way[2] in FRAMES}


def _with_bodies(parts: Iterable[Part]) -> set[str]:
    return {way[0] for way in parts if way[1] == BODY}


def _headers_changed(before: Answer, after: Answer) -> Iterable[str]:
    """Names in lower case. The length goes with the body, unless it is not told."""
    told, telling = _by_name(before), _by_name(after)
    for name in told.keys() | telling.keys():
        is_of_the_body = name == "content-length" and telling.get(name) == [str(len(after.body))]
        if told.get(name) != telling.get(name) and not is_of_the_body:
            yield name


def _by_name(answer: Answer) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        found.setdefault(name.lower(), []).append(value)
    return found


def _spelling(answer: Answer) -> bool:
    """Whether names of headers have capitals, but for those that a change of the body writes itself."""
    return any(name != name.lower() for name, _ in answer.headers if name.lower() not in FRAMES)


def _body_changed(before: Answer, after: Answer) -> Set[Part]:
    """The ways to what differs; the body as a whole where the two cannot be compared, or say the same."""
    if after.header("Content-Encoding") is not None:
        return WHOLE
    try:
        if before.is_json and after.is_json:
            return _differing(before.json(), after.json()) or WHOLE
        if before.is_xml and after.is_xml:
            return _differing(_tree(before.body), _tree(after.body)) or WHOLE
    except (ValueError, etree.XMLSyntaxError):
        pass
    return WHOLE


def _differing(before: Any, after: Any) -> set[Part]:  # noqa: ANN401 - any JSON value
    if isinstance(before, dict) and isinstance(after, dict):
        common = [name for name in before if name in after]
        found: set[Part] = {(name,) for name in before.keys() ^ after.keys()}
        if common != [name for name in after if name in before]:
            found.add((ORDER,))
        return found.union(*({(name, *way) for way in _differing(before[name], after[name])} for name in common))
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        if before != after and sorted(map(json.dumps, before)) == sorted(map(json.dumps, after)):
            return {(ORDER,)}
        return set().union(*(_differing(one, other) for one, other in zip(before, after, strict=True)))
    return set() if type(before) is type(after) and before == after else {()}


def _tree(body: bytes) -> Any:  # noqa: ANN401 - as of JSON
    """XML as JSON that says the same, beside the root's name; where that changes, everything does."""
    root = etree.fromstring(body)
    return [str(root.tag), _members(root)]


def _members(element: Any) -> Any:  # noqa: ANN401 - lxml has no types
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(etree.QName(child).localname, []).append(_members(child))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()} or element.text
