"""The values of an answer as scenarios read them: all that use the answer share them, so none can change them."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NoReturn

from harness.contract.deviation import OWN, Deviation, DeviationFoundError


def _refuse_to_change(*_: object, **__: object) -> NoReturn:
    raise TypeError("other scenarios use this answer, too: change a copy of it (copy.deepcopy)")


class Members(dict[str, Any]):
    """A JSON object of an answer: reading a missing field is a deviation, not a bug in the scenario."""

    def __missing__(self, name: str) -> NoReturn:
        raise DeviationFoundError(Deviation(OWN, f"{name} missing", f"the field {name}", "an answer without it"))

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {name: deepcopy(value, memo) for name, value in self.items()}

    __setitem__ = __delitem__ = _refuse_to_change
    clear = pop = popitem = setdefault = update = __ior__ = _refuse_to_change


class Elements(list[Any]):
    """A JSON array of an answer."""

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [deepcopy(value, memo) for value in self]

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse_to_change
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse_to_change


def shared(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value of which nobody can change any part."""
    if isinstance(value, dict):
        return Members(_shared_members(value))
    return Elements(map(shared, value)) if isinstance(value, list) else value


def _shared_members(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, child in value.items():
        yield name, shared(child) if isinstance(child, dict | list) else child
