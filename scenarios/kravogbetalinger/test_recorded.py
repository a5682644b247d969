"""Relations between recorded calls that a run would make itself: repeated, in parts, in another format."""

import datetime
import itertools
from collections.abc import Callable, Iterator

from harness.suite.answer import Answer
from harness.suite.markers import not_run, recorded, requirement
from scenarios.kravogbetalinger.caller import WITH_PERIOD, is_sound
from scenarios.kravogbetalinger.ledger import items_of
from scenarios.kravogbetalinger.recorded_ledger import RecordedLedger, is_near, operation_of
from scenarios.kravogbetalinger.relations import told
from scenarios.kravogbetalinger.relations.across import agree, answers_agree, unmatched
from scenarios.kravogbetalinger.relations.periods import Period, period_asked_for
from scenarios.kravogbetalinger.test_same import required_and_missing

pytestmark = recorded

AT_ONCE = datetime.timedelta(minutes=1)
"""How far apart two calls may be whose answers should agree; data seldom changes in that time."""

Call = tuple[str, str, str, str]
"""Operation, rights package, query and media type."""


def call_of(answer: Answer) -> Call:
    parts = answer.exchange.request.parts
    package = parts.path.rstrip("/").split("/")[-3]
    query = "&".join(sorted(parts.query.split("&")))
    return operation_of(answer), package, query, answer.exchange.response.media_type


def pairs(ledger: RecordedLedger, alike: Callable[[Call, Call], bool]) -> Iterator[tuple[Answer, Answer]]:
    """Each answer with the first one to a similar call within a minute after it."""
    calls = [(answer, call_of(answer)) for answer in ledger.everything() if operation_of(answer)]
    for place, (one, call) in enumerate(calls):
        later = itertools.takewhile(lambda pair: is_near(one, pair[0], AT_ONCE), calls[place + 1 :])  # noqa: B023
        following = next((other for other, other_call in later if alike(call, other_call)), None)
        if following is not None:
            yield one, following


def ensure_some(found: list[tuple[Answer, Answer]], what: str) -> list[tuple[Answer, Answer]]:
    return found or not_run(f"the recording shows no call {what} within a minute")


@requirement("KOB-MODEL-005")
def test_the_same_call_twice_gave_the_same_data(ledger):
    """Data that has changed for good is not a deviation: then later calls show the new data."""
    for one, other in ensure_some(list(pairs(ledger, lambda a, b: a == b)), "that was made twice"):
        later = [
            answer
            for answer in ledger.everything()
            if call_of(answer) == call_of(one) and answer.exchange.started > other.exchange.started
        ]
        if not (later and all(agree(other.content(), answer.content()) for answer in later)):
            other.judge(answers_agree(one.content(), other.content()))


@requirement("KOB-SAME-001")
def test_xml_and_json_carried_the_same_values(ledger):
    def in_another_format(one: Call, other: Call) -> bool:
        return one[:3] == other[:3] and one[3] != other[3]

    for one, other in ensure_some(list(pairs(ledger, in_another_format)), "in both formats"):
        other.judge(answers_agree(one.known(), other.known()))
        xml = one if not one.exchange.response.is_json else other
        lacking = required_and_missing(xml)
        xml.judge([told(not lacking, "values missing in XML", "every required value", f"no {', '.join(lacking)}")])


def by_another_package(one: Call, other: Call) -> bool:
    return one[0] == other[0] and one[2:] == other[2:] and one[1] != other[1]


@requirement("KOB-PACKAGE-004")
def test_the_rights_packages_gave_the_same_claims(ledger):
    found = [(a, b) for a, b in pairs(ledger, by_another_package) if operation_of(a) == "krav"]

    for one, other in ensure_some(found, "of krav by two rights packages"):
        other.judge(answers_agree(one.known(), other.known()))


@requirement("KOB-PACKAGE-007")
def test_the_rights_packages_gave_the_same_answer(ledger):
    found = [(a, b) for a, b in pairs(ledger, by_another_package) if operation_of(a) != "krav"]

    for one, other in ensure_some(found, "by two rights packages"):
        other.judge(answers_agree(one.known(), other.known()))


@requirement("KOB-PERIOD-003")
def test_a_part_listed_nothing_that_the_whole_did_not(ledger):
    found = [
        (whole, part)
        for whole, part in itertools.permutations(_with_period(ledger), 2)
        if is_near(whole, part, AT_ONCE) and operation_of(whole) == operation_of(part) and _is_part(part, whole)
    ]

    for whole, part in ensure_some(found, "for a part of another period"):
        listed = items_of(operation_of(whole), whole)
        beyond = [item for item in items_of(operation_of(part), part) if not any(agree(item, i) for i in listed)]
        part.judge(
            [told(not beyond, "a part has more than the whole", "everything in the whole", f"{len(beyond)} beyond")]
        )


@requirement("KOB-PERIOD-004")
def test_a_period_was_the_union_of_its_parts(ledger):
    """Payments equally often, claims at least once: a claim may belong to two parts."""
    answers = _with_period(ledger)
    found = [(whole, parts) for whole in answers if (parts := _parts(whole, answers))] or not_run(
        "the recording shows no period with all its parts within a minute"
    )

    for whole, parts in found:
        operation = operation_of(whole)
        listed, together = items_of(operation, whole), [item for part in parts for item in items_of(operation, part)]
        lost, gained = unmatched(listed, together)
        if operation == "krav":
            gained = [item for item in gained if not any(agree(item, other) for other in listed)]
        whole.judge(
            [
                told(
                    not lost,
                    "the whole has more than its parts",
                    "everything in a part",
                    f"{len(lost)} only in the whole",
                ),
                told(
                    not gained, "the parts have more than the whole", "everything in the whole", f"{len(gained)} beyond"
                ),
            ]
        )


def _with_period(ledger: RecordedLedger) -> list[Answer]:
    return [answer for answer in ledger.everything() if operation_of(answer) in WITH_PERIOD and _period(answer)]


def _period(answer: Answer) -> Period | None:
    return period_asked_for(answer.exchange.request) if is_sound(answer) else None


def _is_part(part: Answer, whole: Answer) -> bool:
    inner, outer = _period(part), _period(whole)
    return inner is not None and outer is not None and inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def _parts(whole: Answer, answers: list[Answer]) -> list[Answer]:
    """Answers whose periods follow one another from the first day of a period to its last; empty if there are none."""
    period = _period(whole)
    candidates = [
        other
        for other in answers
        if operation_of(other) == operation_of(whole) and is_near(other, whole, AT_ONCE) and _is_part(other, whole)
    ]
    parts: list[Answer] = []
    day = period[0] if period else ""
    while period is not None and day <= period[1]:
        following = next((other for other in candidates if (_period(other) or ("", ""))[0] == day), None)
        if following is None:
            return []
        parts.append(following)
        last = datetime.date.fromisoformat((_period(following) or ("", ""))[1])
        day = (last + datetime.timedelta(days=1)).isoformat()
    return parts
