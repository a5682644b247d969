"""Every documented status, and the contents of an error body."""

import unicodedata
import uuid

import pytest

from harness.contract.deviation import Deviation
from harness.contract.error_body import listed_conditions, shape_of
from harness.suite.markers import not_run, requirement
from scenarios.utleggsbegjaering.conftest import NO_ADDRESS, SUBMISSION_PATHS
from scenarios.utleggsbegjaering.mutations import by_kode

NOT_JSON = {"nothing": b"", "cut off": b'{"underskrift": "A', "XML": b"<begjaering/>", "a bare word": b"begjaering"}


@requirement("ELAN-HTTP-001", "ELAN-SUBMIT-001")
def test_a_begjaering_without_fault_is_accepted(elan):
    elan.ensure_nothing_but(elan.submit(elan.ready(elan.simple())), 200, 201)


@requirement("ELAN-HTTP-002")
@pytest.mark.parametrize("kind", ["simple", "complex"])
def test_a_begjaering_without_fault_is_valid(elan, kind):
    elan.ensure_nothing_but(elan.validate(elan.ready_to_validate(getattr(elan, kind)())), 204)


@requirement("ELAN-HTTP-003", "ELAN-CHANGE-012", "ELAN-CHANGE-010")
def test_a_change_without_fault_is_accepted(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)

    answer = elan.change(reference, begjaering)

    elan.bench.notes.observe("ELAN-CHANGE-010", f"{answer.status} {', '.join(sorted(answer.conditions))}".strip())
    elan.ensure_nothing_but(answer, 200, 201, 204)
    elan.bench.notes.observe("ELAN-CHANGE-012", f"{answer.status} with {len(answer.exchange.response.body)} bytes")


@requirement("ELAN-HTTP-004")
def test_a_change_without_fault_is_valid(elan):
    begjaering = elan.ready(elan.simple())

    elan.ensure_nothing_but(elan.validate_change(elan.accept(begjaering), begjaering), 204, 200)


@requirement("ELAN-HTTP-005")
@pytest.mark.parametrize("octets", [pytest.param(value, id=name) for name, value in NOT_JSON.items()])
def test_a_body_that_is_no_json_is_refused(elan, octets):
    for send in (elan.validate, elan.submit):
        send(octets).expect_refusal(400)


OTHER_MEDIA = {
    "XML": (
        "application/xml",
        b"<?xml version='1.0'?><utleggsbegjaering><underskrift>Anna</underskrift></utleggsbegjaering>",
    ),
    "text": ("text/plain", b"Vi ber om utlegg for 1 000 kroner."),
    "a form": ("application/x-www-form-urlencoded", b"underskrift=Anna+Norman&begjaeringsdato=2026-03-16"),
    "a form of parts": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="underskrift"\r\n\r\nAnna\r\n--a--\r\n',
    ),
    "nothing": ("", b""),
}


@requirement("ELAN-HTTP-005")
@pytest.mark.parametrize("sent", [pytest.param(value, id=name) for name, value in OTHER_MEDIA.items()])
def test_what_is_no_json_is_refused_in_every_media_type(elan, sent):
    """With every operation that takes a begjæring, and the case stays as it was."""
    media_type, octets = sent
    reference = elan.accept(elan.ready(elan.simple()))
    headers = {"Content-Type": media_type}

    answers = [
        elan.validate(octets, headers=headers),
        elan.submit(octets, headers=headers),
        elan.change(reference, octets, headers=headers),
        elan.validate_change(reference, octets, headers=headers),
    ]

    for answer in answers:
        answer.expect_refusal(400, 415)
    elan.status(reference)


BREAKS_THE_MODEL = {
    "a required field is missing": lambda b: b.pop("underskrift"),
    "two choices at once": lambda b: b["saksoekt"][0]["saksoekt"].update(sammenslutning={"navn": "X"}),
    "no choice at all": lambda b: b["begjaeringensTvangsgrunnlag"][0].pop("saerligTvangsgrunnlag"),
    "an unknown value": lambda b: b.update(tvangsfullbyrdelsestype="arrest"),
    "a number for a text": lambda b: b.update(underskrift=17),
    "a text for an amount": lambda b: b["kravTilInnkreving"][0]["opprinneligBeloep"].update(beloep="mye"),
    "a text for a boolean": lambda b: b["betalingsinformasjon"].update(norskKonto="ja"),
    "no date": lambda b: b.update(begjaeringsdato="2026-02-30"),
    "a Norwegian date": lambda b: b.update(begjaeringsdato="16.03.2026"),
    "a text that is too long": lambda b: b.update(underskrift="x" * 4001),
    "a postcode of three digits": lambda b: b["saksoeker"][0]["saksoeker"]["adresse"][0]["adresseInnland"].update(
        postnummer="500"
    ),
    "a country in small letters": lambda b: b["saksoeker"][0]["saksoeker"]["virksomhet"]["identifikator"].update(
        landkodeIdentifikator="no"
    ),
    "a KID that is too short": lambda b: b["betalingsinformasjon"].update(kidnummer="1"),
    "an object for a list": lambda b: b.update(saksoekt=b["saksoekt"][0]),
    "null for an object": lambda b: b.update(betalingsinformasjon=None),
}


@requirement("ELAN-HTTP-006", "ELAN-HTTP-013")
@pytest.mark.parametrize("change", [pytest.param(value, id=name) for name, value in BREAKS_THE_MODEL.items()])
def test_a_body_that_breaks_the_message_model_is_refused(elan, change):
    """The form is checked first: no conditions are listed together with a breach of it."""
    begjaering = elan.with_files(elan.complex())
    change(begjaering)

    answers = [elan.validate(begjaering), elan.submit(begjaering)]

    for answer in answers:
        answer.expect_refusal(400)
        if answer.status == 400 and answer.conditions:
            listed = ", ".join(sorted(answer.conditions))
            answer.note(Deviation("ELAN-HTTP-013", "conditions beside a breach of the model", "no condition", listed))


@requirement("ELAN-HTTP-013")
def test_a_body_that_breaks_model_and_conditions_is_told_of_no_condition(elan):
    begjaering = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.complex(), elan.parties))
    begjaering["saksoekt"] = begjaering["saksoekt"][0]

    for answer in (elan.validate(begjaering), elan.submit(begjaering)):
        assert not answer.conditions


@requirement("ELAN-HTTP-007")
@pytest.mark.parametrize("path", ["/finnes/ikke/her", "/valider/x/y"])
def test_an_unknown_path_is_not_found(elan, path):
    elan.send("POST", path, elan.simple()).expect_refusal(404)


@requirement("ELAN-HTTP-020")
@pytest.mark.parametrize("path", SUBMISSION_PATHS, ids=["without a slash", "with a slash"])
def test_where_a_submission_goes(elan, path):
    begjaering = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.simple(), elan.parties))

    answer = elan.send("POST", path, begjaering)

    served = "not served" if answer.status in NO_ADDRESS else "served"
    elan.bench.notes.observe(
        "ELAN-HTTP-020", f"{'with' if path else 'without'} a slash at its end: {served} ({answer.status})"
    )
    answer.expect_no_server_error()


UNKNOWN_CASES = ["TEST_UGYLDIG", "00000000-0000-4000-8000-000000000000"]


@requirement("ELAN-HTTP-008")
@pytest.mark.parametrize("reference", UNKNOWN_CASES)
def test_a_change_of_an_unknown_case_is_not_found(elan, reference):
    elan.change(reference, elan.with_files(elan.simple())).expect_refusal(404)


@requirement("ELAN-VALIDATE-007")
@pytest.mark.parametrize("reference", UNKNOWN_CASES)
def test_validation_of_a_change_of_an_unknown_case_is_not_found(elan, reference):
    elan.validate_change(reference, elan.with_files(elan.simple())).expect_refusal(404)


@requirement("ELAN-HTTP-009")
@pytest.mark.parametrize("accept", ["text/csv", "application/xml"])
def test_a_client_that_accepts_no_json_gets_406(elan, accept):
    elan.validate(elan.with_files(elan.simple()), headers={"Accept": accept}).expect_refusal(406)


@requirement("ELAN-HTTP-012")
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_begjaering_under_another_media_type(elan, media_type):
    answer = elan.validate(elan.with_files(elan.simple()), headers={"Content-Type": media_type})

    elan.bench.notes.observe("ELAN-HTTP-012", f"{media_type or 'none'}: {answer.status}")
    assert answer.status < 500


@requirement("ELAN-HTTP-015")
def test_success_lists_no_condition(elan):
    begjaering = elan.ready(elan.complex())

    for answer in (elan.validate(begjaering), elan.submit(begjaering)):
        elan.ensure_nothing_but(answer, 200, 201, 204)
        assert b"kontrollutslag" not in answer.exchange.response.body


OPEN_QUESTIONS = {
    "ELAN-HTTP-016": lambda b: b.update(saksoeker=[]),
    "ELAN-HTTP-017": lambda b: b.update(nyttFelt="x"),
    "ELAN-HTTP-018": lambda b: [
        krav.update(prioritetISak=str(krav["prioritetISak"])) for krav in b["kravTilInnkreving"]
    ],
    "ELAN-SUBMIT-021": lambda b: b["kravTilInnkreving"][0]["gjenstaaendeBeloep"].update(beloep=1.0),
    "ELAN-SUBMIT-022": lambda b: b["kravTilInnkreving"][3]["betalingsoppfordring"][0].update(brevdato="2020-01-01"),
    "ELAN-SUBMIT-023": lambda b: b["kravTilInnkreving"][0].update(prioritetISak=0),
    "ELAN-SUBMIT-024": lambda b: b["begjaeringensTvangsgrunnlag"][0].update(
        begrunnelseUnnlatVarsel="ingenMulighetForVarsling"
    ),
}


@pytest.mark.parametrize("question", [pytest.param(q, id=q, marks=requirement(q)) for q in OPEN_QUESTIONS])
def test_a_begjaering_of_which_nothing_is_said(elan, question):
    begjaering = elan.with_files(elan.complex())
    OPEN_QUESTIONS[question](begjaering)

    answer = elan.validate(begjaering)

    elan.bench.notes.observe(question, f"{answer.status} {', '.join(sorted(answer.conditions))}".strip())
    assert answer.status < 500


@requirement("ELAN-ERROR-012", "ELAN-ERROR-001")
def test_the_form_of_each_error(elan):
    broken = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.complex(), elan.parties))

    answers = {
        "400": elan.validate(b"{"),
        "401": elan.validate(broken, headers={"Authorization": ""}),
        "404": elan.change("TEST_UGYLDIG", broken),
        "406": elan.validate(broken, headers={"Accept": "text/csv"}),
        "422": elan.validate(broken),
    }

    for status, answer in answers.items():
        response = answer.exchange.response
        shown = shape_of(response) or "none that is published"
        elan.bench.notes.observe("ELAN-ERROR-012", f"{status}: {shown}, {response.media_type or 'no Content-Type'}")


@requirement("ELAN-ERROR-011")
def test_a_korrelasjonsid_in_an_error(elan):
    sent = str(uuid.uuid4())

    answer = elan.validate(b"{", headers={"Korrelasjonsid": sent})

    where = "in the body" if sent.encode() in answer.exchange.response.body else "not in the body"
    headed = answer.exchange.response.header("korrelasjonsid") == sent
    elan.bench.notes.observe("ELAN-ERROR-011", f"{where}, {'in' if headed else 'not in'} a header")
    assert answer.status == 400


@requirement("ELAN-ERROR-013", "ELAN-COND-049")
def test_the_unicode_form_of_a_code(elan):
    broken = elan.with_files(by_kode()["PRIORITET_MANGLER_PÅ_RETTSGEBYR"][0](elan.complex(), elan.parties))

    answer = elan.validate(broken).expect_status(422)

    elan.expect_conditions(answer, "PRIORITET_MANGLER_PÅ_RETTSGEBYR")
    codes = [str(entry.get("kode")) for entry in listed_conditions(answer.exchange.response)]
    composed = all(unicodedata.is_normalized("NFC", code) for code in codes)
    elan.bench.notes.observe("ELAN-ERROR-013", "composed (NFC)" if composed else "decomposed")


@requirement("ELAN-HEADER-001")
def test_the_tracing_headers_may_be_left_out(elan):
    begjaering = elan.with_files(elan.complex())
    with_them = elan.validate(begjaering)

    without = elan.validate(begjaering, headers={"KlientId": "", "Korrelasjonsid": "", "Meldingsid": ""})

    without.expect_status(with_them.ensure_of_service().status)


@requirement("ELAN-HEADER-002")
@pytest.mark.parametrize("name", ["KlientId", "Klientid", "klientid"])
def test_the_clients_name_in_either_spelling(elan, name):
    begjaering = elan.with_files(elan.complex())
    without = elan.validate(begjaering, headers={"KlientId": ""})

    elan.validate(begjaering, headers={"KlientId": "", name: "provestand"}).expect_status(
        without.ensure_of_service().status
    )


@requirement("ELAN-HEADER-003")
def test_a_korrelasjonsid_of_wrong_form(elan):
    answer = elan.validate(b"{", headers={"Korrelasjonsid": "ikke en uuid"})

    assert answer.status < 500


@requirement("ELAN-ROBUST-006")
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_an_undocumented_method_is_refused(elan, method):
    answer = elan.send(method, "/valider", {} if method == "PATCH" else None)

    if answer.status == 401:
        not_run("access is refused before the method is checked")
    answer.expect_refusal(404, 405)


@requirement("ELAN-ERROR-019")
@pytest.mark.parametrize("refused", ["no token", "unknown path"])
def test_who_refuses_what_a_gateway_may_refuse(elan, refused):
    if refused == "no token":
        answer = elan.validate(elan.simple(), headers={"Authorization": ""})
    else:
        answer = elan.send("POST", "/finnes/ikke/her", elan.simple())

    if answer.attribution.is_of_service:
        elan.bench.notes.observe("ELAN-ERROR-019", f"the service: {answer.status} {answer.kode or 'without a kode'}")
