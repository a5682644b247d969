"""The kinds of change that `drift` finds."""

from collections.abc import Iterator

from harness.drift.compare import registry
from harness.drift.rules import Rule
from harness.handbook.entry import Entry, known


def entries() -> Iterator[Entry]:
    for rule in sorted(registry().rules.values(), key=lambda rule: rule.id):
        grades = ", ".join(f"{severity} in {direction}" for direction, severity in rule.severity.items())
        details = known(
            family=rule.family,
            strict_policy=grades,
            mirror=rule.mirror or f"none: {rule.no_mirror}",
            found_in=rule.found_in,
            old=rule.old.strip("\n"),
            new=rule.new.strip("\n"),
        )
        yield Entry("rule", rule.id, rule.sentence, _gravest(rule), "", details)


def _gravest(rule: Rule) -> str:
    return next(grade for grade in ("breaking", "warning", "compatible") if grade in rule.severity.values())
