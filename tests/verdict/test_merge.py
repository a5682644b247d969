"""Merging is associative, counts each run once, and loses nothing."""

import datetime
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.contract.pinned import contract_of
from harness.verdict.conclusion import fingerprint
from harness.verdict.merge import join, merged_verdict
from harness.verdict.model import Specification
from harness.verdict.outcome import Finding, Observed, Outcome, Sample
from harness.verdict.results import UnusableResultsError
from harness.verdict.shard import Circumstances, Shard, in_order, read_shards, write_shards
from harness.verdict.waivers import Waiver

IDS = st.sampled_from(["KODE-1", "KODE-2", "charset_utf8", "KODE-9"])
WORDS = st.text(max_size=8)
COUNTS = st.integers(0, 5)
SPEC = Specification(api="boeker", version="v1", sha256="0" * 64)

FINDINGS = st.builds(Finding, IDS, WORDS, WORDS, WORDS, WORDS, operation=WORDS, organisation=WORDS)
OUTCOMES = st.builds(
    Outcome,
    scenario=WORDS,
    api=st.just("boeker"),
    requirements=st.lists(IDS, min_size=1, max_size=3).map(tuple),
    result=st.sampled_from(["passed", "deviations", "not_testable", "not_run", "error"]),
    reason=WORDS,
    findings=st.lists(FINDINGS, max_size=2),
    observations=st.lists(st.builds(Observed, IDS, WORDS, WORDS), max_size=2),
    judged=st.dictionaries(IDS, COUNTS, max_size=2),
    kodes=st.dictionaries(st.sampled_from(["BOK-001 401", "BOK-9 404"]), COUNTS, max_size=2),
    calls=st.dictionaries(st.sampled_from(["313367002", "311851381"]), st.integers(1, 5), max_size=2),
    samples=st.lists(st.builds(Sample, WORDS, WORDS, st.integers(200, 599), WORDS, WORDS, WORDS), max_size=2),
    requests=COUNTS,
    max_in_flight=COUNTS,
)
TIMES = st.datetimes(
    datetime.datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime.datetime(2026, 1, 2),  # noqa: DTZ001
    timezones=st.just(datetime.UTC),
)
WAIVERS = st.builds(
    Waiver,
    name=st.sampled_from("abc"),
    reason=st.just("known"),
    owner=st.just("Ola"),
    expires=st.dates(datetime.date(2025, 12, 30), datetime.date(2026, 1, 3)),
    requirement=IDS,
    operation=st.just("*"),
)
SHARDS = st.builds(
    Shard,
    st.builds(
        Circumstances,
        target=st.just("sandbox"),
        seed=COUNTS,
        started=TIMES,
        finished=TIMES,
        reproduce=st.just("provestand run"),
        problems=st.lists(WORDS, max_size=2).map(tuple),
        waivers=st.lists(WAIVERS, max_size=2).map(tuple),
    ),
    specs=st.just((SPEC,)),
    outcomes=st.lists(OUTCOMES, max_size=4).map(tuple),
    partial=st.booleans(),
)
RESULTS = st.lists(SHARDS, min_size=1, max_size=3).map(in_order)


@given(RESULTS, RESULTS, RESULTS)
@settings(max_examples=40)
def test_merging_is_associative_and_knows_no_order(contract, a, b, c):
    left, right, turned = join(join(a, b), c), join(a, join(b, c)), join(c, a, b)

    assert left == right == turned
    assert merged_verdict(left, [contract], []) == merged_verdict(right, [contract], [])


@given(RESULTS)
def test_the_same_run_twice_counts_once(a):
    assert a == join(a, a)


@given(RESULTS, RESULTS)
@settings(max_examples=50)
def test_merging_loses_nothing(contract, a, b):
    outcomes = [outcome for shard in in_order([*a, *b]) for outcome in shard.outcomes]

    merged = merged_verdict(join(a, b), [contract], [])

    seen = Counter(fingerprint(finding) for outcome in outcomes for finding in outcome.findings)
    assert seen == {entry.fingerprint: entry.seen for entry in merged.deviations}
    assert sum(outcome.requests for outcome in outcomes) == merged.http.requests
    assert len(outcomes) == merged.counts["scenarios"]
    in_flight = [max((o.max_in_flight for o in shard.outcomes), default=0) for shard in in_order([*a, *b])]
    assert sum(in_flight) == merged.http.max_in_flight
    answers = {(o.requirement, o.question, o.answer) for outcome in outcomes for o in outcome.observations}
    assert answers == {(o.requirement, o.question, o.answer) for o in merged.observations}
    errors = sum(outcome.result == "error" for outcome in outcomes)
    said = {problem for shard in (*a, *b) for problem in shard.circumstances.problems}
    assert said <= set(merged.problems)
    assert len(merged.problems) == len(said) + errors


@given(RESULTS)
def test_a_results_folder_gives_back_what_was_put_in(tmp_path_factory, a):
    folder = tmp_path_factory.mktemp("results")

    write_shards(a, folder)

    assert a == read_shards(folder)


def test_the_drift_that_a_shard_saw_is_kept(contract):
    around = Circumstances("sandbox", 1, *[datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)] * 2, "provestand run")
    shard = Shard(around, (SPEC,), ())
    alone = merged_verdict([shard], [contract], [])
    seen = [alone.model_copy(update={"observed_drift": [{"id": name, "rule": "x"}]}) for name in "ab"]

    merged = merged_verdict([shard], [contract], [*seen, seen[0]])

    assert merged.observed_drift == [{"id": "a", "rule": "x"}, {"id": "b", "rule": "x"}]


def shard(target: str, sha256: str) -> Shard:
    then = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    spec = Specification(api="boeker", version="v1", sha256=sha256)
    return Shard(Circumstances(target, 1, then, then, "provestand run"), (spec,), ())


def test_runs_that_do_not_belong_together_are_refused():
    with pytest.raises(UnusableResultsError, match="the runs had different targets: a, b"):
        join([shard("a", "0")], [shard("b", "0")])
    with pytest.raises(UnusableResultsError, match="the runs judged boeker by different specifications"):
        join([shard("a", "0")], [shard("a", "1")])


def test_what_a_recording_of_the_client_does_not_show_is_no_reason_for_the_service():
    contract = contract_of("kravogbetalinger")
    spec = Specification(api=contract.api, version=contract.version, sha256=contract.sha256)
    then = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    service = Circumstances("sandbox", 1, then, then, "provestand run")
    client = replace(service, target="recording x.har", actor="client", silence="the recording does not show it")

    merged = merged_verdict([Shard(service, (spec,), ()), Shard(client, (spec,), (), partial=True)], [contract], [])

    reasons = {(each.actor, each.reason) for each in merged.requirements if each.status == "not_run"}
    assert reasons == {
        ("server", "nothing in this run could show it"),
        ("client", "the recording does not show it"),
    }
