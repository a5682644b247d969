"""The same question, asked in another way, has the same answer."""

import pytest

from harness.suite.markers import not_run, not_testable, requirement, several_answers
from scenarios.kravogbetalinger.caller import WITH_PERIOD, XML, is_sound
from scenarios.kravogbetalinger.relations import told
from scenarios.kravogbetalinger.relations.across import answers_agree

pytestmark = several_answers


def agree(one, other):
    """Compares two answers: their status, or everything in them that the specification knows."""
    said = [answer.kode or str(answer.status) for answer in (one, other)]
    if is_sound(one) and is_sound(other):
        other.judge(answers_agree(one.known(), other.known()))
    else:
        one.ensure_of_service()
        other.judge([told(said[0] == said[1], "answers differ", said[0], said[1])])


def something(answer):
    """The answer; ends the scenario if there is nothing to compare."""
    if not is_sound(answer):
        not_run(f"the organisation has no sound answer ({answer.kode or answer.status})")
    return answer


def required_and_missing(answer):
    """The names of values that the specification requires in a body, in any format, and that are missing."""
    contract = answer.notes.contract
    operation = contract.operation_of(answer.exchange.request)
    errors = contract.document.body_errors(operation, answer.status, "application/json", answer.known())
    return sorted({error.message.split("'")[1] for error in errors if error.validator == "required"})


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
    lacking = required_and_missing(xml)
    xml.judge([told(not lacking, "values missing in XML", "every required value", f"no {', '.join(lacking)}")])


@requirement("KOB-SAME-002")
def test_an_answer_does_not_depend_on_those_before_it(kob, organisation, operation):
    """After calls for another period, in another format and about another party, it is as after similar calls."""
    something(kob.get(operation, organisation))
    before = something(kob.get(operation, organisation))
    kob.get("krav", organisation, query={"fraOgMed": "2020-01-01", "tilOgMed": "2020-12-31"})
    kob.get(operation, organisation, headers={"Accept": "text/plain"})
    for other in [other for other in kob.bench.api.organisations if other != organisation][:1]:
        kob.get(operation, other)

    after = kob.get(operation, organisation)

    agree(before, after)


@requirement("KOB-SAME-003")
def test_an_answer_does_not_depend_on_the_token(kob, operation):
    organisation, query = kob.example(operation)
    subject = kob.bench.subject(kob.rettighetspakke, organisation)
    before = kob.plain(operation, organisation, query)

    for _ in range(2):
        token = kob.bench.maskinporten.fetch(subject).value
        agree(before, kob.get(operation, organisation, query=query, token=token))


@requirement("KOB-PACKAGE-004")
def test_whether_the_rights_packages_give_the_same_claims(kob, organisation, rettighetspakke):
    by_the_first_package_and(kob, rettighetspakke, "krav", organisation)


@requirement("KOB-PACKAGE-007")
@pytest.mark.parametrize("other_operation", ["aapnekrav", "innbetalinger", "utbetalinger"])
def test_whether_the_rights_packages_give_the_same_answer(kob, organisation, rettighetspakke, other_operation):
    by_the_first_package_and(kob, rettighetspakke, other_operation, organisation)


@requirement("KOB-INPUT-011")
def test_aapnekrav_passes_over_a_period(kob, organisation):
    without = something(kob.plain("aapnekrav", organisation))

    with_period = kob.get("aapnekrav", organisation, query=kob.last_year())

    agree(without, with_period)


@requirement("KOB-INPUT-017")
@pytest.mark.parametrize("period_op", WITH_PERIOD)
def test_the_order_of_parameters_makes_no_difference(kob, period_op):
    organisation, query = kob.example(period_op)

    turned = kob.get(period_op, organisation, query=dict(reversed(query.items())))

    agree(kob.plain(period_op, organisation, query), turned)


def by_the_first_package_and(kob, rettighetspakke, operation, organisation):
    """Compares the answer by a rights package with that by the first, which all other scenarios use."""
    if len(kob.bench.api.access) < 2:
        not_testable("the target opens fewer than two rights packages")
    if rettighetspakke == kob.rettighetspakke:
        not_run("it is the first rights package itself")
    kob.ensure_access_is_known(rettighetspakke)
    first, other = something(kob.plain(operation, organisation)), kob.get(operation, organisation, rettighetspakke)
    same = is_sound(other) and not any(answers_agree(first.known(), other.known()))
    kob.bench.notes.observe(kob.bench.notes.primary, f"{operation}: {'the same' if same else 'something else'}")
