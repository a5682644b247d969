"""A waiver accepts one kind of deviation until a date, and is reported if it has no effect."""

import datetime

import pytest

from harness.verdict.conclusion import conclude, fingerprint
from harness.verdict.outcome import Finding, Outcome
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import FaultyWaiverError, Waiver, read_waivers

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
FINDING = Finding("KODE-1", "test_y", "status 200", "refused", "status 200", operation="boeker")
OTHER = Finding("KODE-2", "test_y", "status 200", "refused", "status 200", operation="boeker")


def waiver(**members: object) -> Waiver:
    given = {"name": "w", "reason": "known", "owner": "Ola", "expires": datetime.date(2026, 1, 1)}
    return Waiver.model_validate(given | members)


def verdict(contract, findings, *waivers, judged=("KODE-1", "KODE-2"), partial=False):
    result = "deviations" if findings else "passed"
    outcome = Outcome("s", "boeker", tuple(judged), result, findings=list(findings))
    around = Circumstances("sandbox", 7, THEN, THEN, "provestand run", waivers=waivers)
    return conclude([outcome], [contract], around, partial=partial)


@pytest.mark.parametrize(
    "members",
    [
        {"fingerprint": fingerprint(FINDING)},
        {"requirement": "KODE-1", "operation": "boeker"},
        {"requirement": "KODE-1", "operation": "*"},
    ],
    ids=["fingerprint", "operation", "every operation"],
)
def test_a_waived_deviation_does_not_fail_the_run(contract, members):
    found = verdict(contract, [FINDING], waiver(**members))

    assert (found.verdict, found.deviations[0].waived_by, found.waivers[0].state) == ("conformant", "w", "used")
    assert [(r.id, r.status, r.reason) for r in found.requirements if r.id == "KODE-1"] == [("KODE-1", "waived", "w")]


def test_another_deviation_fails_beside_a_waived_one(contract):
    found = verdict(contract, [FINDING, OTHER], waiver(requirement="KODE-1", operation="*"))

    assert (found.verdict, [d.waived_by for d in found.deviations]) == ("deviations", ["w", None])


def test_a_waiver_for_another_operation_covers_nothing(contract):
    found = verdict(contract, [FINDING], waiver(requirement="KODE-1", operation="hyller"))

    assert (found.verdict, found.waivers[0].state) == ("deviations", "unused")


def test_an_expired_waiver_covers_nothing_and_is_told(contract):
    expired = waiver(requirement="KODE-1", operation="*", expires=datetime.date(2025, 12, 31))

    found = verdict(contract, [FINDING], expired)

    assert (found.verdict, found.waivers[0].state) == ("deviations", "expired")


def test_a_waiver_holds_on_its_last_day(contract):
    assert verdict(contract, [FINDING], waiver(requirement="KODE-1", operation="*")).verdict == "conformant"


def test_a_waiver_is_not_unused_where_nothing_could_have_used_it(contract):
    by_requirement = waiver(requirement="KODE-1", operation="*")
    by_fingerprint = waiver(name="v", fingerprint="0" * 16)

    found = verdict(contract, [], by_requirement, by_fingerprint, judged=["KODE-2"], partial=True)

    assert {entry.name: entry.state for entry in found.waivers} == {"w": "not_judged", "v": "not_judged"}


GOOD = """\
# Agreed with Skatteetaten.
[krav-late]
requirement = "KODE-1"
operation = "*"
reason = "fixed in the next release"
owner = "Ola"
expires = 2026-12-31
link = "https://example.test/1"
"""


def test_a_file_is_read_whole(tmp_path):
    path = tmp_path / "waivers.toml"
    path.write_text(GOOD)

    found = read_waivers(path, ["KODE-1"])

    assert [(w.name, w.requirement, w.expires) for w in found] == [("krav-late", "KODE-1", datetime.date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("reason =", "# reason ="), "2: [krav-late] has no `reason`. Say why it is accepted."),
        (("expires =", "# expires ="), "2: [krav-late] has no `expires`. Give the last day on which it is valid, like"),
        (('"fixed in the next release"', '" "'), "5: [krav-late] `reason`: string should have at least 1 character"),
        (("2026-12-31", '"soon"'), "7: [krav-late] `expires`: input should be a valid date"),
        (
            ("owner =", "onwer ="),
            "6: [krav-late] `onwer` is not a key of a waiver. The keys are reason, owner, expires,",
        ),
        (('operation = "*"', ""), '2: [krav-late] a requirement needs an operation; `"*"` means every one'),
        (("KODE-1", "KODE-l"), "3: there is no requirement 'KODE-l'. Did you mean KODE-1?"),
        (("[krav-late]", "[krav-late"), "2: it is not valid TOML ("),
    ],
    ids=["reason", "date", "empty reason", "no date", "misspelt", "operation", "requirement", "syntax"],
)
def test_a_faulty_waiver_is_refused_with_its_line(tmp_path, change, told):
    path = tmp_path / "waivers.toml"
    path.write_text(GOOD.replace(*change))

    with pytest.raises(FaultyWaiverError) as refused:
        read_waivers(path, ["KODE-1"])

    assert str(refused.value).startswith(f"{path}:{told}")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FaultyWaiverError, match="it cannot be read"):
        read_waivers(tmp_path / "waivers.toml", [])
