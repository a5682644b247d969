"""Tells at once that two nodes are the same, references included."""

from harness.drift.documents.specification import Identity, Key, Node, Specification, references
from harness.drift.schemas.shapes import Schema


class Unchanged:
    """Equal text is equal meaning where nothing that it refers to has changed."""

    def __init__(self, old: Specification, new: Specification) -> None:
        self._comparable = old.dialect == new.dialect
        self._targets: dict[Identity, set[Key]] = {}
        self._touched = self._changed_targets(old, new) if self._comparable else set()

    def _changed_targets(self, old: Specification, new: Specification) -> set[Key]:
        """Every target of a reference that is not as it was, or refers to one."""
        targets = {key for one in (old, new) for found in one.references.values() for key in found}
        touched = {key for key in targets if not _equal_at(old, new, key)}
        leads_to: dict[Key, set[Key]] = {}
        for key in targets - touched:
            for reached in self._reached(old.at(key)):
                leads_to.setdefault(reached, set()).add(key)
        waiting = list(touched)
        while waiting:
            for key in leads_to.get(waiting.pop(), ()):
                if key not in touched:
                    touched.add(key)
                    waiting.append(key)
        return touched

    def _reached(self, node: Node) -> set[Key]:
        key = node.identity
        if key not in self._targets:
            target = node.specification.target
            self._targets[key] = {target(node.uri, reference) for _, reference in references(node.value)}
        return self._targets[key]

    def nodes(self, old: Node, new: Node) -> bool:
        if not self._comparable or old.value != new.value:
            return False
        if not isinstance(old.value, dict | list):
            return type(old.value) is type(new.value)
        return old.uri == new.uri and not self._touched.intersection(self._reached(old))

    def schemas(self, old: Schema, new: Schema) -> bool:
        return len(old) == len(new) and all(self.nodes(a, b) for a, b in zip(old, new, strict=True))


def _equal_at(old: Specification, new: Specification, key: Key) -> bool:
    try:
        return bool(old.at(key).value == new.at(key).value)
    except KeyError:
        return False
