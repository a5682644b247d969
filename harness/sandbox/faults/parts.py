"""Which parts of an answer a variation changes, and whether two variations change the same part.

Variations that change no part in common can be switched on together, and each shows as it does alone. The parts are
found by comparing the changed answer with the original, so a variation does not have to declare what it changes.
"""

import json
from collections.abc import Iterable, Mapping, Set
from typing import Any

from lxml import etree

from harness.sandbox.faults.answer import Answer

Part = tuple[str, ...]
"""The path to a part: `("refused", "header", "allow")`, `("accepted", "body", "krav", "kravtype")`.

A part includes everything below it. The elements of a list are one part; equivalent JSON and XML have the same paths.
"""

STATUS, HEADER, SPELLING, DELAY, BODY, ORDER = "status", "header", "spelling", "delay", "body", "(order)"
FRAMES = frozenset({"content-type", "content-encoding", "content-length", "transfer-encoding"})
"""Headers that say how to read the body: a change of one can hide a change in the body."""
WHOLE: frozenset[Part] = frozenset({()})


def parts_changed(before: Answer, after: Answer) -> frozenset[Part]:
    """The parts in which the second answer differs from the first."""
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
    """Whether the status is among the parts: a client that gets another status goes on differently."""
    return any(way[1] == STATUS for way in parts)


def takes_away(before: Answer, after: Answer) -> bool:
    """Whether the second answer lacks something that the first has, so that there is less to judge."""
    if _by_name(before).keys() - _by_name(after).keys():
        return True
    if before.body == after.body or after.header("Content-Encoding") is not None:
        return False
    bodies = _comparable(before, after)
    return bodies is None or _lacks(*bodies)


def meet(some: Set[Part], others: Set[Part]) -> bool:
    """Whether a change of these parts could hide a change of those, or the other way round."""
    is_within = not some.isdisjoint(_ways_to(others)) or not others.isdisjoint(_ways_to(some))
    return is_within or bool(_framed(some) & _with_bodies(others) or _framed(others) & _with_bodies(some))


def _ways_to(parts: Iterable[Part]) -> set[Part]:
    """The parts, and every part that contains one of them."""
    return {way[:length] for way in parts for length in range(1, len(way) + 1)}


def _framed(parts: Iterable[Part]) -> set[str]:
    """The kinds of answers whose bodies must be read differently."""
    return {way[0] for way in parts if way[1] == HEADER and way[2] in FRAMES}


def _with_bodies(parts: Iterable[Part]) -> set[str]:
    return {way[0] for way in parts if way[1] == BODY}


def _headers_changed(before: Answer, after: Answer) -> Iterable[str]:
    """Names in lower case. The length belongs to the body, unless the header is missing."""
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
    """Whether header names have capitals, except those that a change of the body writes itself."""
    return any(name != name.lower() for name, _ in answer.headers if name.lower() not in FRAMES)


def _body_changed(before: Answer, after: Answer) -> Set[Part]:
    """The paths to the differences; the whole body if the two cannot be compared or are equivalent."""
    bodies = _comparable(before, after) if after.header("Content-Encoding") is None else None
    return _differing(*bodies) or WHOLE if bodies is not None else WHOLE


def _comparable(before: Answer, after: Answer) -> tuple[Any, Any] | None:
    """What both bodies say, if they are in the same format and can be read."""
    try:
        if before.is_json and after.is_json:
            return before.json(), after.json()
        if before.is_xml and after.is_xml:
            return _tree(before.body), _tree(after.body)
    except (ValueError, etree.XMLSyntaxError):
        pass
    return None


def _lacks(before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a member or an element is gone."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(name not in after or _lacks(value, after[name]) for name, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        is_turned = sorted(map(json.dumps, before)) == sorted(map(json.dumps, after))
        return not is_turned and (len(after) < len(before) or any(map(_lacks, before, after)))
    if isinstance(after, list) and after:  # an element of XML that came to be repeated
        return _lacks(before, after[0])
    return isinstance(before, dict | list) and type(before) is not type(after)


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
    """XML as equivalent JSON, after the root's name; if that changes, everything does."""
    root = etree.fromstring(body)
    return [str(root.tag), _members(root)]


def _members(element: Any) -> Any:  # noqa: ANN401 - lxml has no types
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(etree.QName(child).localname, []).append(_members(child))
    members = {name: values[0] if len(values) == 1 else values for name, values in found.items()}
    return members or element.text or {}
