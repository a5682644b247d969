"""Who answered is determined from evidence, never from the form that a requirement accuses."""

from dataclasses import replace

import pytest

from harness.contract.attribution import Asked, Ways, attribute
from harness.contract.checks import Call, judge

TOKEN = {"Authorization": "Bearer eyJh.eyJp.c2ln", "Accept": "application/json"}
OWN_ERROR = b'{"kode": "BOK-001", "melding": "Ingen adgang", "korrelasjonsid": "k"}'


@pytest.fixture
def who(wire, contract):
    """Who answered an ordinary call, with a token and a valid address unless stated otherwise."""

    def decide(status, body=b"", content_type="application/json", *, own=None, asked=None, **how):
        sent = {**TOKEN, **how.pop("sent", {})}
        exchange = wire(status, body, content_type, sent={k: v for k, v in sent.items() if v}, **how)
        return attribute(exchange, contract, own or Ways(), asked or Asked())

    return decide


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (OWN_ERROR, "application/json"),
        (OWN_ERROR, "text/html"),
        (OWN_ERROR[:-1], "application/json"),
        (OWN_ERROR.replace(b"001", b"999"), "application/json"),
        (b'{"melding": "Ingen adgang", "korrelasjonsid": "k"}', "application/json"),
        (b'[{"kode": "BOK-001"}]', "application/json"),
        (b"<error><kode>BOK-001</kode></error>", "application/xml"),
        (b"<feil><melding>x</melding><korrelasjonsid>k</korrelasjonsid></feil>", "text/plain"),
    ],
)
@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_a_code_or_names_of_its_own_are_the_service_s_word_in_whatever_form(who, status, body, content_type):
    found = who(status, body, content_type)

    assert (found.by, found.has_own_form) == ("service", True)
    assert found.evidence


GATEWAYS = {
    "bare": (b"", ""),
    "nginx": (b"<html>\r\n<head><title>401 Authorization Required</title></head></html>", "text/html"),
    "Azure APIM": (b'{"statusCode": 401, "message": "Access denied"}', "application/json"),
    "AWS": (b'{"message": "Missing Authentication Token"}', "application/json"),
    "Kong": (b'{"message": "Unauthorized", "request_id": "6b"}', "application/json; charset=utf-8"),
    "Envoy": (b"Jwt is missing", "text/plain"),
    "Apigee": (b'{"fault": {"faultstring": "Invalid token", "detail": {"errorcode": "x"}}}', "application/json"),
    "Spring Security": (
        b'{"timestamp": "2026-01-01T00:00:00Z", "status": 401, "error": "Unauthorized", "path": "/"}',
        "application/json",
    ),
    "WSO2": (b"<ams:fault xmlns:ams='http://wso2.org/x'><ams:code>900902</ams:code></ams:fault>", "application/xml"),
    "OAuth": (b'{"error": "invalid_token", "error_description": "The token expired"}', "application/json"),
    "Norwegian": (b'{"kode": 401, "melding": "Ikke autentisert"}', "application/json"),
    "JSON:API": (b'{"errors": [{"status": "401", "title": "Unauthorized"}]}', "application/vnd.api+json"),
    "problem": (b'{"type": "about:blank", "title": "Unauthorized", "status": 401}', "application/problem+json"),
}


@pytest.mark.parametrize("form", GATEWAYS)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_access_or_address_without_a_mark_of_the_api_is_not_laid_to_it(who, status, form):
    found = who(status, *GATEWAYS[form])

    assert found.by == "before"
    assert f"status {status}" in str(found)


@pytest.mark.parametrize("form", GATEWAYS)
def test_what_a_gateway_answered_is_judged_by_nobody(wire, contract, form):
    exchange = wire(401, *GATEWAYS[form], sent=TOKEN)

    assert judge(Call(exchange, contract, attribution=attribute(exchange, contract, Ways()))) == []


SOMEBODY_ELSE = {
    "an unknown address": {"path": "/hyller/7/filmer"},
    "an unknown method": {"method": "DELETE"},
    "an attack in the path": {"path": "/hyller/%27%20OR%201%3D1/boeker"},
    "a NUL": {"path": "/hyller/7%00/boeker"},
    "a traversal": {"path": "/hyller/..%2F..%2Fetc/boeker"},
    "a script": {"path": "/hyller/7/boeker?q=%3Cscript%3E"},
    "a long URL": {"path": "/hyller/7/boeker?q=" + "7" * 3000},
    "a long header": {"sent": {"X-Ukjent": "7" * 3000}},
    "a header that is no ASCII": {"sent": {"X-Ukjent": "æ"}},
    "no token": {"sent": {"Authorization": ""}},
    "another scheme": {"sent": {"Authorization": "Basic eDp5"}},
    "a format that nobody has": {"sent": {"Accept": "image/png"}},
    "a malformed Accept": {"sent": {"Accept": "json"}},
}


@pytest.mark.parametrize("kind", SOMEBODY_ELSE)
@pytest.mark.parametrize("status", [400, 406])
def test_what_gateways_look_at_they_may_refuse(who, kind, status):
    found = who(status, b"<html>Request rejected</html>", "text/html", **SOMEBODY_ELSE[kind])

    assert found.by == "before"
    assert "the request had" in str(found)


@pytest.mark.parametrize("status", [200, 302])
def test_of_an_answer_to_head_the_media_type_tells_of_a_page(who, status):
    assert who(status, b"", "text/html; charset=utf-8", method="HEAD").by == "before"


def test_beside_the_api_s_own_address_anybody_may_refuse(who):
    assert who(400, b"", "", asked=Asked(is_home=False)).by == "before"


@pytest.mark.parametrize(("status", "by"), [(400, "service"), (401, "before"), (404, "before"), (414, "before")])
def test_a_header_that_names_a_call_is_a_mark_where_nobody_else_refuses(who, status, by):
    """A gateway that puts it on everything is still a gateway."""
    assert who(status, b"", "", headers={"Korrelasjonsid": "k"}).by == by


@pytest.mark.parametrize("status", [302, 400, 401, 403])
def test_a_token_that_a_test_made_up_anybody_may_refuse(who, status):
    assert who(status, b"", "", asked=Asked(has_token=False)).by == "before"


@pytest.mark.parametrize(("body", "content_type"), GATEWAYS.values(), ids=GATEWAYS)
@pytest.mark.parametrize("status", [400, 409, 410, 418, 422])
def test_an_ordinary_call_is_refused_by_nobody_else(who, status, body, content_type):
    assert who(status, body, content_type).by == "service"


OF_THEMSELVES = [
    301,
    302,
    307,
    404,
    405,
    407,
    408,
    413,
    414,
    429,
    431,
    440,
    460,
    464,
    499,
    501,
    502,
    503,
    504,
    511,
    520,
    526,
]


@pytest.mark.parametrize("status", OF_THEMSELVES)
def test_some_statuses_say_of_themselves_whose_they_are(who, status):
    assert who(status, b"", "").by == "before"


def test_a_server_error_is_a_finding_and_its_form_is_none(who):
    found = who(500, b"<html>Internal Server Error</html>", "text/html")

    assert (found.by, found.has_own_form) == ("service", False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_only_the_service_can_know_only_the_service_answers(who, status):
    hostile = who(status, b"<html/>", "text/html", asked=Asked(only_the_service=True), path="/hyller/%27/boeker")

    assert (hostile.by, hostile.has_own_form) == ("service", True)


@pytest.mark.parametrize("status", [413, 429, 503])
def test_but_not_what_says_that_it_came_no_further(who, status):
    assert who(status, b"", "", asked=Asked(only_the_service=True)).by == "before"


STRANGE = [{"Server": "AkamaiGHost"}, {"x-amzn-errortype": "BadRequestException"}, {"VIA": "1.1 proxy.example.test"}]


@pytest.mark.parametrize("headers", STRANGE, ids=str)
def test_headers_that_the_service_s_own_answers_do_not_carry_tell_another(who, wire, contract, headers):
    own = Ways()
    attribute(wire(200, b"{}", headers={"Server": "Kestrel", "Korrelasjonsid": "k"}), contract, own)

    strange = who(400, b"{}", own=own, headers=headers)
    same = who(400, b"{}", own=own, headers={"server": "Kestrel", "Allow": "GET"})

    assert (strange.by, same.by) == ("before", "service")
    assert "headers that the service's answers do not carry" in str(strange)


def test_of_a_service_that_has_not_spoken_no_header_is_strange(who):
    assert who(400, b"{}", headers={"Server": "nginx"}).by == "service"


def test_a_success_is_the_service_s_unless_it_is_a_page(who):
    assert who(200, b"{}").by == "service"
    assert who(200, b"", "").by == "service"
    assert who(200, b"<html>Log in</html>", "text/plain").by == "before"


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"<!DOCTYPE html><title>x</title>", True),
        (b"\xef\xbb\xbf  <html lang=en>", True),
        (b"Please log in\n<html><body>", True),
        (b'{"melding": "<html>"}', False),
        (b"<?xml version='1.0'?><htmlkrav/>", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_its_body(wire, body, is_one):
    assert wire(200, body, "application/json").response.is_page is is_one


def test_what_did_not_arrive_whole_is_nobody_s(wire, contract):
    exchange = wire(200, b'{"tit', sent=TOKEN)
    cut = replace(exchange, response=replace(exchange.response, completeness="cut", shortfall="3 bytes are missing"))

    found = attribute(cut, contract, Ways())

    assert (found.by, found.evidence) == ("nobody", ("3 bytes are missing",))


def test_nothing_of_a_body_and_no_version_stands_in_the_evidence(who):
    found = who(403, b"support id 4711", "text/html", headers={"Server": "Apache/2.4.1 (evil\x1b[31m)", "Via": "1.1 x"})

    assert "4711" not in str(found)
    assert "2.4.1" not in str(found)
    assert str(found).isprintable()


FRAMEWORK = b'{"type": "about:blank", "title": "Bad Request", "status": 400, "errors": {"fraOgMed": ["x"]}}'
ALIKE = {
    "the same names": (b'{"message": "Forbidden"}', b'{"message": "Invalid request"}', "application/json"),
    "more beside them": (GATEWAYS["problem"][0], FRAMEWORK, "application/problem+json"),
    "fewer of them": (FRAMEWORK, GATEWAYS["problem"][0], "application/problem+json"),
    "a page": (b"<html>401</html>", b"<html>Bad Request</html>", "text/html"),
    "text": (b"Jwt is missing", b"bad request", "text/plain"),
    "a word in JSON": (b'"Unauthorized"', b'"Bad Request"', "application/json"),
    "XML": (b"<fault><x/></fault>", b"<fault><y/></fault>", "application/xml"),
}
UNLIKE = {
    "some names of each": (b'{"a": 1, "b": 2, "c": 3}', b'{"a": 1, "b": 2, "d": 3}', "application/json"),
    "other names": (b'{"message": "Forbidden"}', b'{"title": "Bad Request"}', "application/json"),
    "one name and more": (b'{"message": "Forbidden"}', b'{"message": "no", "felt": "x"}', "application/json"),
    "no words": (b"", b"", "application/json"),
    "words where there were none": (b"", b'{"message": "no"}', "application/json"),
    "another format": (b"<html>401</html>", b'{"message": "no"}', "application/json"),
}


@pytest.mark.parametrize("kind", ALIKE)
@pytest.mark.parametrize("status", [400, 405, 406, 415, 422])
@pytest.mark.parametrize("headers", [{}, {"Korrelasjonsid": "k"}], ids=["", "an id of the call"])
def test_an_error_worded_as_the_entrance_refuses_is_by_whoever_keeps_it(who, kind, status, headers):
    """For example a gateway that validates by the document; nothing in the call suggests that it would be refused."""
    at_the_entrance, later, content_type = ALIKE[kind]
    ways = Ways()
    who(401, at_the_entrance, content_type, own=ways, sent={"Authorization": ""})

    found = who(status, later, content_type, own=ways, headers=headers)

    assert found.by == "before"


@pytest.mark.parametrize("kind", UNLIKE)
def test_an_error_that_is_worded_otherwise_is_not(who, kind):
    at_the_entrance, later, content_type = UNLIKE[kind]
    ways = Ways()
    who(401, at_the_entrance, content_type, own=ways)

    assert who(400, later, content_type, own=ways).by == "service"


@pytest.mark.parametrize("kind", ALIKE)
def test_what_only_the_service_can_know_it_answers_however_the_entrance_words_refusals(who, kind):
    at_the_entrance, later, content_type = ALIKE[kind]
    ways = Ways()
    who(401, at_the_entrance, content_type, own=ways)

    assert who(400, later, content_type, own=ways, asked=Asked(only_the_service=True)).by == "service"


def test_the_service_s_own_refusal_at_the_entrance_tells_of_nobody_else(who):
    ways = Ways()
    who(401, OWN_ERROR, own=ways)

    assert who(400, b'{"kode": "x", "melding": "y"}', own=ways).by == "service"


THREAT = {"path": "/hyller/7/boeker?q=%27%20OR%20%271"}
OF_A_FIREWALL = {
    "JSON": (b'{"supportID": "1", "message": "Rejected"}', "application/json"),
    "a SOAP fault": (b"<s:Envelope xmlns:s='x'><s:Body/></s:Envelope>", "text/xml"),
    "nothing": (b"", "text/plain"),
    "text": (b"Rejected", "text/plain"),
}


@pytest.mark.parametrize("form", OF_A_FIREWALL)
def test_a_success_without_data_for_what_resembles_an_attack_is_a_firewall_s(who, form):
    assert who(200, *OF_A_FIREWALL[form], **THREAT).by == "before"


@pytest.mark.parametrize("form", OF_A_FIREWALL)
def test_for_an_ordinary_call_it_is_the_service_s(who, form):
    """Nobody expects an attack there: that it has no data accuses the service."""
    assert who(200, *OF_A_FIREWALL[form]).by == "service"


@pytest.mark.parametrize("sent", [{"Authorization": ""}, {"Authorization": "Bearer x.y.z"}])
def test_a_success_without_a_right_to_enter_is_the_service_s_whatever_it_holds(who, sent):
    assert who(200, b'{"message": "ok"}', sent=sent).by == "service"


@pytest.mark.parametrize("path", ["/hyller/7/boeker?q=%27%20OR%20%271", "/hyller/..%2F8/boeker", "/hyller/8/../7"])
def test_data_shown_to_an_attack_is_the_service_s(who, path):
    assert who(200, b'{"hylle": "8", "bok": []}', path=path).by == "service"


UNKNOWN_TO_OTHERS = Asked(only_the_service=True)
PAGE = b"<html><body>Access Denied</body></html>"


def test_what_comes_to_any_call_now_and_then_is_not_the_service_s_though_only_it_can_know(who, wire):
    ways = Ways()
    presumed = who(404, PAGE, "text/html", own=ways, asked=UNKNOWN_TO_OTHERS)

    ways.learn_passing(wire(404, PAGE, "text/html").response)
    found = who(404, PAGE.replace(b"Denied", b"denied"), "text/html", own=ways, asked=UNKNOWN_TO_OTHERS)

    assert (presumed.by, presumed.is_presumed) == ("service", True)
    assert (found.by, found.evidence[0]) == ("before", "a call that is let in at other times also got this answer")


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (403, PAGE, "text/html"),
        (404, b"not found", "text/plain"),
        (404, OWN_ERROR, "application/json"),
        (404, b"", ""),
        (500, PAGE, "text/html"),
    ],
)
def test_what_is_otherwise_worded_or_has_another_status_stays_the_service_s(who, wire, status, body, content_type):
    ways = Ways()
    for known in (404, 500):
        ways.learn_passing(wire(known, PAGE, "text/html").response)

    assert who(status, body, content_type, own=ways, asked=UNKNOWN_TO_OTHERS).by == "service"


def test_an_answer_without_words_comes_and_goes_by_its_status(who, wire):
    ways = Ways()
    ways.learn_passing(wire(403, b"", "").response)

    assert who(403, b"", "", own=ways, asked=UNKNOWN_TO_OTHERS).by == "before"
    assert who(404, b"", "", own=ways, asked=UNKNOWN_TO_OTHERS).by == "service"
