"""JSON and XML, and how a client chooses between them."""

import pytest
from lxml import etree

from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.caller import JSON, XML
from scenarios.kravogbetalinger.relations import told


def media_type_is(answer, expected):
    found = answer.exchange.response.media_type
    answer.judge([told(found == expected, f"another format than {expected}", expected, found or "no Content-Type")])


@requirement("KOB-MEDIA-002")
@pytest.mark.parametrize("accept", ["", "*/*", "application/*"], ids=["no Accept", "anything", "any application"])
def test_json_is_the_default(kob, operation, accept):
    organisation, query = kob.example(operation)

    answer = kob.get(operation, organisation, query=query, headers={"Accept": accept})

    media_type_is(answer.expect_status(200), JSON)


@requirement("KOB-MEDIA-005")
def test_xml_is_given_on_request(kob, operation):
    organisation, query = kob.example(operation)

    answer = kob.get(operation, organisation, query=query, headers={"Accept": XML})

    media_type_is(answer.expect_status(200), XML)


PREFERENCES = {
    f"{JSON};q=0.2, {XML}": XML,
    f"{XML};q=0.2, {JSON}": JSON,
    f"{JSON};q=0, {XML}": XML,
    f"{XML};q=0.9, {JSON};q=0.1, */*;q=0.05": XML,
}


@requirement("KOB-MEDIA-006")
@pytest.mark.parametrize(("accept", "expected"), PREFERENCES.items())
def test_the_client_gets_what_it_prefers(kob, accept, expected):
    organisation, query = kob.example("aapnekrav")

    answer = kob.get("aapnekrav", organisation, query=query, headers={"Accept": accept})

    media_type_is(answer.expect_status(200), expected)


AMONG_OTHERS = {
    f"text/html, {JSON}": JSON,
    f"text/html, {XML};q=0.5": XML,
    "text/html, application/xhtml+xml, */*;q=0.1": JSON,
    "APPLICATION/JSON": JSON,
}


@requirement("KOB-MEDIA-007")
@pytest.mark.parametrize(("accept", "expected"), AMONG_OTHERS.items())
def test_a_known_format_among_others_is_served(kob, accept, expected):
    organisation, query = kob.example("aapnekrav")

    answer = kob.get("aapnekrav", organisation, query=query, headers={"Accept": accept})

    media_type_is(answer.expect_status(200), expected)


@requirement("KOB-MEDIA-008")
def test_text_xml(kob):
    answer = kob.get("aapnekrav", headers={"Accept": "text/xml"})

    kob.observe("KOB-MEDIA-008", answer, f"{answer.exchange.response.media_type or 'no Content-Type'}, ")


@requirement("KOB-MEDIA-009")
def test_the_root_of_an_xml_answer(kob, operation):
    organisation, query = kob.example(operation)
    answer = kob.get(operation, organisation, query=query, headers={"Accept": XML})

    try:
        root = etree.fromstring(answer.exchange.response.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        not_run("the answer is not XML")
    name = etree.QName(root)
    kob.bench.notes.observe("KOB-MEDIA-009", f"{operation}: {name.localname} in {name.namespace or 'no namespace'}")


@requirement("KOB-MEDIA-010", "KOB-CODE-008")
def test_the_format_of_a_406(kob):
    answer = kob.get("aapnekrav", headers={"Accept": "text/plain"}).expect_refusal(406, kode="KB-008")

    kob.bench.notes.observe("KOB-MEDIA-010", answer.exchange.response.media_type or "no body")


@requirement("KOB-MEDIA-011")
@pytest.mark.parametrize("accept", ["json", "application", ";q=1", "application/json;q=verdi"])
def test_an_accept_that_is_no_media_type(kob, accept):
    kob.observe("KOB-MEDIA-011", kob.get("aapnekrav", headers={"Accept": accept}), f"{accept}: ")
