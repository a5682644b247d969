"""The same question asked another way has the same answer."""

import pytest

from harness.suite.markers import not_run, not_testable, requirement
from scenarios.kravogbetalinger.client import WITH_PERIOD, XML, is_sound, last_year
from scenarios.kravogbetalinger.relations import told
from scenarios.kravogbetalinger.relations.across import answers_agree


def agree(one, other):
    """Holds two answers against each other: their status, or all that the specification knows of them."""
    said = [answer.kode or str(answer.status) for answer in (one, other)]
    if is_sound(one) and is_sound(other):
        other.judge(answers_agree(one.known(), other.known()))
    else:
        other.judge([told(said[0] == said[1], "answers differ", said[0], said[1])])


def something(answer):
    """The answer, or the end of the scenario where there is nothing to compare."""
    if not is_sound(answer):
        not_run(f"the organisation has nothing sound to show ({answer.kode or answer.status})")
    return answer


@requirement("KOB-MODEL-005")
def test_the_same_call_twice_gives_the_same_data(kob, organisation, operation):
    first = something(kob.plain(operation, organisation))
    second = kob.get(operation, organisation)

    agree(first, second)


@requirement("KOB-SAME-001")
def test_xml_and_json_carry_the_same_values(kob, organisation, operation):
    json = something(kob.plain(operation, organisation))
    xml = kob.get(operation, organisation, headers={"Accept": XML}).expect_status(200)

    if not isinstance(xml.known(), dict):
        not_run("the XML answer cannot be read")
    agree(json, xml)


@requirement("KOB-SAME-002")
def test_an_answer_does_not_depend_on_those_before_it(kob, organisation, operation):
    """After calls about another party, for another period and in another format the answer is the same."""
    before = something(kob.plain(operation, organisation))
    others = [other for other in kob.bench.api.organisations if other != organisation][:1]
    for other in others:
        kob.get(operation, other)
    kob.get("krav", organisation, query={"fraOgMed": "2020-01-01", "tilOgMed": "2020-12-31"})
    kob.get(operation, organisation, headers={"Accept": "text/plain"})

    after = kob.get(operation, organisation)

    agree(before, after)


@requirement("KOB-SAME-003")
def test_an_answer_does_not_depend_on_the_token(kob, operation):
    organisation, query = kob.example(operation)
    subject = kob.bench.subject(kob.rettighetspakke, organisation)
    before = kob.plain(operation, organisation, query)

    after = kob.get(operation, organisation, query=query, token=kob.bench.maskinporten.fetch(subject).value)

    agree(before, after)


@requirement("KOB-PACKAGE-004")
def test_two_rights_packages_give_the_same_claims(kob, organisation):
    """Claims are the same whoever looks at them."""
    first, second = by_two_packages(kob, "krav", organisation)

    agree(first, second)


@requirement("KOB-PACKAGE-007")
@pytest.mark.parametrize("other_operation", ["aapnekrav", "innbetalinger", "utbetalinger"])
def test_two_rights_packages_give_the_same_answer(kob, organisation, other_operation):
    first, second = by_two_packages(kob, other_operation, organisation)

    agree(first, second)


@requirement("KOB-INPUT-011")
def test_aapnekrav_passes_over_a_period(kob, organisation):
    without = something(kob.plain("aapnekrav", organisation))

    with_period = kob.get("aapnekrav", organisation, query=last_year())

    agree(without, with_period)


@requirement("KOB-INPUT-017")
@pytest.mark.parametrize("period_op", WITH_PERIOD)
def test_the_order_of_parameters_makes_no_difference(kob, period_op):
    organisation, query = kob.example(period_op)

    turned = kob.get(period_op, organisation, query=dict(reversed(query.items())))

    agree(kob.plain(period_op, organisation, query), turned)


def by_two_packages(kob, operation, organisation):
    """The answers of the first two rights packages; the first is that of every other scenario."""
    packages = list(kob.bench.api.access)
    if len(packages) < 2:
        not_testable("the target opens fewer than two rights packages")
    first = something(kob.plain(operation, organisation))
    return first, something(kob.get(operation, organisation, packages[1]))
