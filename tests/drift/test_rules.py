"""Every rule by its own example."""

import pytest

from harness.drift.compare import registry
from harness.drift.rules import Rule

RULES = sorted(registry().rules.values(), key=lambda rule: rule.id)
PAIRED = [rule for rule in RULES if rule.found_in == "two documents"]


def is_schema(rule: Rule) -> bool:
    return not rule.old.lstrip().startswith(("paths:", "components:", "servers:"))


@pytest.fixture
def compared(drift, schema_drift):
    def compare(rule: Rule, old: str, new: str):
        if is_schema(rule):
            return schema_drift(old, new, next(iter(rule.severity)))
        return drift(old, new)

    return compare


@pytest.mark.parametrize("rule", PAIRED, ids=lambda rule: rule.id)
def test_a_rule_finds_its_example(rule, compared):
    report = compared(rule, rule.old, rule.new)

    found = [finding for finding in report.findings if finding.rule == rule.id]
    assert [rule.severity[finding.direction] for finding in found] == [finding.severity for finding in found] != []


@pytest.mark.parametrize("rule", [r for r in PAIRED if r.visible], ids=lambda rule: rule.id)
def test_a_visible_change_has_a_witness(rule, compared):
    report = compared(rule, rule.old, rule.new)

    found = [finding for finding in report.findings if finding.rule == rule.id]
    assert all(finding.witness for finding in found)


@pytest.mark.parametrize("rule", PAIRED, ids=lambda rule: rule.id)
def test_a_rule_has_a_mirror_or_a_reason(rule, compared):
    assert bool(rule.mirror) != bool(rule.no_mirror)
    if rule.mirror:
        report = compared(rule, rule.new, rule.old)

        mirrors = {rule.mirror, *(other.id for other in RULES if other.mirror == rule.id)}
        assert mirrors & {finding.rule for finding in report.findings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_mirror_is_a_rule(rule):
    assert not rule.mirror or rule.mirror in registry().rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_in_a_sentence_what_it_finds(rule):
    assert rule.sentence.endswith(".")
    assert set(rule.severity.values()) <= {"breaking", "warning", "compatible"}


@pytest.mark.parametrize("rule", PAIRED, ids=lambda rule: rule.id)
def test_a_rule_is_silent_where_nothing_changed(rule, compared):
    assert compared(rule, rule.old, rule.old).findings == ()
    assert compared(rule, rule.new, rule.new).findings == ()
