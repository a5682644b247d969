"""Error codes that a client can provoke, and the bodies that carry them."""

import pytest

from harness.suite.markers import not_run, not_testable, requirement, several_answers
from scenarios.kravogbetalinger.caller import XML, sound_body
from scenarios.kravogbetalinger.relations import told


@requirement("KOB-CODE-003")
@pytest.mark.parametrize("unknown", ["ukjentoperasjon", "oversikt"])
def test_an_unknown_operation_is_an_unknown_url(kob, unknown):
    token = kob.token(kob.organisation, kob.rettighetspakke)

    kob.get(unknown, token=token).expect_refusal(404, kode="KB-003")


@requirement("KOB-CODE-007", "KOB-CODE-012")
def test_nothing_in_the_period(kob, organisation, period_operation):
    """Long before there was a ledger, nobody owed anything.

    Test data changes: an organisation may have disappeared altogether.
    """
    answer = kob.get(period_operation, organisation, query={"fraOgMed": "1990-01-01", "tilOgMed": "1990-12-31"})

    if answer.status == 200:
        lists = {name: value for name, value in sound_body(answer).items() if isinstance(value, list)}
        if any(lists.values()):
            not_run("the organisation has data from 1990")
        kob.bench.notes.observe("KOB-CODE-012", "200 with an empty list" if lists else "200 without a list")
    else:
        if answer.kode == "KB-009" and kob.plain("aapnekrav", organisation).kode == "KB-009":
            not_run("the service knows nobody with this number")
        answer.expect_refusal(404, kode="KB-007")
        kob.observe("KOB-CODE-012", answer)


@requirement("KOB-CODE-008")
@pytest.mark.parametrize("accept", ["text/plain", "application/pdf", "image/png"])
def test_a_format_that_is_neither_json_nor_xml_is_refused(kob, operation, accept):
    kob.get(operation, headers={"Accept": accept}).expect_refusal(406, kode="KB-008")


@requirement("KOB-CODE-013")
def test_which_family_of_codes(kob):
    unknown_url, forbidden = kob.get("ukjentoperasjon"), kob.get("aapnekrav", token=kob.plain_token())

    kob.observe("KOB-CODE-013", unknown_url, "unknown URL: ")
    if forbidden.status == 403:
        kob.observe("KOB-CODE-013", forbidden, "no access: ")


BROKEN_TWICE = {
    "no token, unknown operation": ("ukjentoperasjon", None, {"Authorization": ""}),
    "no token, wrong identifier": ("aapnekrav", "31336700", {"Authorization": ""}),
    "no token, wrong format": ("aapnekrav", None, {"Authorization": "", "Accept": "text/plain"}),
    "wrong identifier, wrong format": ("aapnekrav", "31336700", {"Accept": "text/plain"}),
    "wrong period, wrong format": ("krav", None, {"Accept": "text/plain"}),
}


@requirement("KOB-CODE-014")
@pytest.mark.parametrize("broken", [pytest.param(value, id=name) for name, value in BROKEN_TWICE.items()])
def test_which_refusal_wins(kob, broken, request):
    operation, identifikator, headers = broken
    package = kob.rettighetspakke_open_to_any()
    token = None if "Authorization" in headers else kob.token(kob.organisation, package)
    query: dict[str, str] | None = {} if operation == "krav" else None

    answer = kob.get(operation, identifikator, package, query=query, token=token, headers=headers)

    kob.observe("KOB-CODE-014", answer, f"{request.node.callspec.id}: ")


@requirement("KOB-CODE-015")
def test_a_party_without_open_claims(kob, organisation):
    answer = kob.plain("aapnekrav", organisation)

    if answer.status == 200:
        body = sound_body(answer)
        if body.get("aapentKravMedGjenstaaendeBeloep"):
            not_run("the organisation has open claims")
        totals = "with totals" if "totalOversikt" in body else "without totals"
        kob.bench.notes.observe("KOB-CODE-015", f"200 {totals}")
    else:
        kob.observe("KOB-CODE-015", answer)


@requirement("KOB-CODE-016")
def test_data_comes_without_an_error(kob, operation):
    """The check judges every success; this scenario makes sure that there is one for each operation."""
    kob.example(operation)


@requirement("KOB-CODE-017", "KOB-CODE-003")
def test_an_unknown_version_is_an_unknown_url(kob):
    """With another version in place of the one in the base address, if it has one."""
    version = kob.bench.api.base_url.rstrip("/").rpartition("/")[2]
    if not version.startswith("v"):
        not_testable("the target's address does not end in a version")
    token = kob.token(kob.organisation, kob.rettighetspakke)

    answer = kob.send(
        "GET", f"/../v99/{kob.rettighetspakke}/{kob.organisation}/aapnekrav", kob.organisation, token=token
    )

    answer.expect_refusal(404, kode="KB-003")


REFUSALS = {
    "token": ("aapnekrav", {}, {"Authorization": ""}),
    "input": ("krav", {"fraOgMed": "ingen dato"}, {}),
    "URL": ("ukjentoperasjon", {}, {}),
    "nothing": ("krav", {"fraOgMed": "1990-01-01", "tilOgMed": "1990-12-31"}, {}),
}


@requirement("KOB-ERROR-009", "KOB-ERROR-005", "KOB-ERROR-006", "KOB-ERROR-007")
@several_answers
@pytest.mark.parametrize("refusal", [pytest.param(value, id=name) for name, value in REFUSALS.items()])
def test_an_error_is_the_same_in_json_and_xml(kob, refusal):
    operation, query, headers = refusal

    json = kob.get(operation, query=query, headers=headers)
    xml = kob.get(operation, query=query, headers={**headers, "Accept": XML})

    if json.status < 400 or json.kode is None:
        not_run("nothing was refused by the service")
    said = f"{json.status} {json.kode}"
    xml.judge([told(f"{xml.status} {xml.kode}" == said, "another error in XML", said, f"{xml.status} {xml.kode}")])


@requirement("KOB-ERROR-009")
@several_answers
def test_an_identifier_of_nobody_is_the_same_error_in_json_and_xml(kob, operation):
    json = kob.get(operation, kob.stranger)
    xml = kob.get(operation, kob.stranger, headers={"Accept": XML})

    if json.status < 400 or json.kode is None:
        not_run("nothing was refused by the service")
    said = f"{json.status} {json.kode}"
    xml.judge([told(f"{xml.status} {xml.kode}" == said, "another error in XML", said, f"{xml.status} {xml.kode}")])


@requirement("KOB-ERROR-005")
@pytest.mark.parametrize("refusal", [pytest.param(value, id=name) for name, value in REFUSALS.items()])
def test_an_error_body_is_xml_for_a_client_that_asks_for_xml(kob, refusal):
    operation, query, headers = refusal

    answer = kob.get(operation, query=query, headers={**headers, "Accept": XML})

    if answer.status < 400 or not answer.exchange.response.body:
        not_run("nothing was refused with a body")
    media_type = answer.exchange.response.media_type
    answer.judge([told(media_type == XML, "error in another format", XML, media_type or "no Content-Type")])


@requirement("KOB-ERROR-008", "KOB-ERROR-010", "KOB-ERROR-001")
@pytest.mark.parametrize("refusal", [pytest.param(value, id=name) for name, value in REFUSALS.items()])
def test_an_error_says_what_is_wrong_and_no_more(kob, refusal):
    """The checks judge each error; this scenario provokes the kinds that a client meets."""
    operation, query, headers = refusal

    kob.get(operation, query=query, headers=headers)


@requirement("KOB-ERROR-011")
@pytest.mark.parametrize("refusal", ["token", "URL"])
def test_who_refuses_what_a_gateway_may_refuse(kob, refusal):
    operation, query, headers = REFUSALS[refusal]

    answer = kob.get(operation, query=query, headers=headers)

    if answer.attribution.is_of_service:
        kob.observe("KOB-ERROR-011", answer, "the service: ")
