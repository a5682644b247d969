"""Answers with a wrong status code or form."""

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Json, in_answer, in_body
from harness.sandbox.utleggsbegjaering.faults.surgery import ALL, ERRORS, FILING, SUCCESS

ANY = ("", *ALL)
REFERENCE = "00000000-0000-4000-8000-000000000000"


@in_body(breaks="ELAN-ERROR-004", operation=FILING, status=422)
def only_the_first_condition_is_told(body: Json) -> Json:
    """Only one of several broken conditions is reported."""
    return body | {"kontrollutslag": body["kontrollutslag"][:1]}


@in_body(breaks="ELAN-ERROR-004", operation=FILING, status=422)
def the_last_condition_is_left_out(body: Json) -> Json:
    """The last of several broken conditions is not reported."""
    told = body["kontrollutslag"]
    return body | {"kontrollutslag": told[:-1] if len(told) > 1 else told}


@in_body(breaks="ELAN-ERROR-002", operation=FILING, status=422)
def conditions_are_not_listed(body: Json) -> Json:
    """A 422 has no conditions."""
    return {name: value for name, value in body.items() if name != "kontrollutslag"}


@in_body(breaks="ELAN-ERROR-002", operation=FILING, status=422)
def the_list_of_conditions_is_empty(body: Json) -> Json:
    """A 422 has an empty list of conditions."""
    return body | {"kontrollutslag": []}


@in_body(breaks="ELAN-ERROR-002", operation=FILING, status=422)
def conditions_have_no_text(body: Json) -> Json:
    """A condition is reported without its text."""
    for told in body["kontrollutslag"]:
        del told["melding"]
    return body


@in_body(breaks="ELAN-ERROR-002", operation=FILING, status=422)
def conditions_have_no_description(body: Json) -> Json:
    """A condition is reported without its description."""
    for told in body["kontrollutslag"]:
        del told["beskrivelse"]
    return body


@in_body(breaks="ELAN-COND-041", operation=FILING, status=422)
def codes_are_transliterated(body: Json) -> Json:
    """Codes are written without Å, Æ and Ø, unlike the published ones."""
    for told in body["kontrollutslag"]:
        told["kode"] = told["kode"].replace("SAKSOEK", "SAKSØK").replace("Å", "AA").replace("INNSENDER", "AVSENDER")
        told["kode"] = told["kode"].replace("VEDLEGG", "BILAG").replace("KRAV", "FORDRING")
    return body


@in_body(breaks="ELAN-COND-006", operation=FILING, status=422)
def codes_are_in_lower_case(body: Json) -> Json:
    """Codes are written in lower case."""
    for told in body["kontrollutslag"]:
        told["kode"] = told["kode"].lower()
    return body


@in_answer(breaks="ELAN-ERROR-006", operation=FILING, status=422)
def conditions_come_with_400(answer: Answer, call: Call) -> Answer:
    """A well-formed request that breaks a condition is refused with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400)


@in_answer(breaks="ELAN-ERROR-006", operation=FILING, status=422)
def conditions_come_with_200(answer: Answer, call: Call) -> Answer:
    """A refusal comes with status 200."""
    return answer.with_status(200)


@in_answer(breaks="ELAN-HTTP-006", operation=FILING, status=400)
def a_wrong_form_is_422(answer: Answer, call: Call) -> Answer:
    """A request that breaks the model is refused with 422."""
    return answer.with_json(answer.json() | {"status": 422}).with_status(422)


@in_answer(breaks="ELAN-HTTP-005", operation=FILING, status=400)
def no_json_is_a_server_error(answer: Answer, call: Call) -> Answer:
    """A body that is not JSON leads to a server error."""
    is_syntax = "ikke JSON" in answer.json()["detail"]
    return answer.with_json(answer.json() | {"status": 500}).with_status(500) if is_syntax else answer


@in_body(breaks="ELAN-ERROR-005", operation=ANY, status=ERRORS)
def the_status_inside_is_another(body: Json) -> Json:
    """The status inside a problem differs from the answer's."""
    return body | {"status": 500}


@in_answer(breaks="ELAN-ERROR-001", operation=ANY, status=ERRORS)
def errors_have_a_form_of_their_own(answer: Answer, call: Call) -> Answer:
    """An error has none of the published forms."""
    return answer.with_json({"error": "invalid", "message": "noe er feil"}) if answer.is_json else answer


@in_answer(breaks="ELAN-ERROR-001", operation=FILING, status=422)
def conditions_are_a_bare_list(answer: Answer, call: Call) -> Answer:
    """The body of a 422 is a bare list of conditions."""
    return answer.with_json(answer.json()["kontrollutslag"])


@in_answer(breaks="ELAN-ERROR-007", operation=ANY, status=ERRORS)
def errors_are_pages(answer: Answer, call: Call) -> Answer:
    """An error is an HTML page."""
    return answer.with_body(b"<html><body>Feil</body></html>").with_header("Content-Type", "text/html")


@in_answer(breaks="ELAN-ERROR-008", operation=ANY, status=ERRORS)
def errors_are_cut_off(answer: Answer, call: Call) -> Answer:
    """The end of an error body is missing."""
    return answer.with_body(answer.body[:-1])


@in_answer(breaks="ELAN-ERROR-008", operation=ANY, status=ERRORS)
def an_error_repeats_a_key(answer: Answer, call: Call) -> Answer:
    """An error body repeats a key."""
    return answer.with_body(b'{"status":0,' + answer.body[1:]) if answer.is_json else answer


@in_answer(breaks="ELAN-ERROR-009", operation=ANY, status=ERRORS)
def errors_are_in_latin_1(answer: Answer, call: Call) -> Answer:
    """An error body is not in UTF-8."""
    return answer.with_body(answer.body.decode().replace("i", "ï").encode("latin-1", errors="replace"))


@in_body(breaks="ELAN-ERROR-010", operation=ANY, status=ERRORS)
def the_status_inside_is_a_text(body: Json) -> Json:
    """The status inside a problem is a string."""
    return body | {"status": str(body.get("status"))}


@in_body(breaks="ELAN-SUBMIT-001", operation="opprettBegjaering", status=201)
def an_accepted_request_has_no_reference(body: Json) -> Json:
    """The answer to an accepted request lacks the reference."""
    return {name: value for name, value in body.items() if name != "eksternSaksreferanse"}


@in_body(breaks="ELAN-SUBMIT-002", operation="opprettBegjaering", status=201)
def every_case_has_the_same_reference(body: Json) -> Json:
    """Every accepted request gets the same reference."""
    return body | {"eksternSaksreferanse": REFERENCE}


@in_answer(breaks="ELAN-HTTP-001", operation="opprettBegjaering", status=201)
def an_accepted_request_is_202(answer: Answer, call: Call) -> Answer:
    """An accepted request is answered with 202."""
    return answer.with_status(202)


@in_answer(breaks="ELAN-HTTP-002", operation="validerNyBegjaering", status=204)
def a_valid_request_is_200(answer: Answer, call: Call) -> Answer:
    """A valid request is answered with 200 and a body."""
    return answer.with_json({"gyldig": True}).with_header("Content-Type", "application/json").with_status(200)


@in_answer(breaks="ELAN-HTTP-003", operation="endreBegjaering", status=204)
def an_accepted_change_is_202(answer: Answer, call: Call) -> Answer:
    """An accepted change is answered with 202."""
    return answer.with_status(202)


@in_answer(breaks="ELAN-HTTP-004", operation="validerEndretBegjaering", status=204)
def a_valid_change_is_202(answer: Answer, call: Call) -> Answer:
    """A valid change is answered with 202."""
    return answer.with_status(202)


@in_answer(breaks="ELAN-HTTP-008", operation="endreBegjaering", status=404)
def a_change_of_an_unknown_case_is_400(answer: Answer, call: Call) -> Answer:
    """A change of an unknown case is refused with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400)


@in_answer(breaks="ELAN-VALIDATE-007", operation="validerEndretBegjaering", status=404)
def validating_a_change_of_an_unknown_case_is_400(answer: Answer, call: Call) -> Answer:
    """Validation of a change of an unknown case is refused with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400)


@in_answer(breaks="ELAN-HTTP-007", operation="", status=404)
def an_unknown_path_is_a_bad_request(answer: Answer, call: Call) -> Answer:
    """An unknown path is answered with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400) if answer.is_json else answer


@in_answer(breaks="ELAN-ROBUST-006", operation="", status=405)
def an_unknown_method_is_a_server_error(answer: Answer, call: Call) -> Answer:
    """An unsupported method leads to a server error."""
    return answer.with_json(answer.json() | {"status": 500}).with_status(500)


@in_answer(breaks="ELAN-HTTP-009", operation=ALL, status=406)
def json_comes_to_who_accepts_none(answer: Answer, call: Call) -> Answer:
    """A client that accepts no JSON is answered with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400)


@in_answer(breaks="ELAN-HEADER-003", operation=FILING)
def a_malformed_korrelasjonsid_is_a_server_error(answer: Answer, call: Call) -> Answer:
    """A Korrelasjonsid that is not a UUID leads to a server error."""
    sent = call.headers.get("korrelasjonsid")
    if sent is None or sent.lower() == answer.header("Korrelasjonsid"):
        return answer
    return answer.with_json({"type": "about:blank", "status": 500}).with_status(500)


@in_body(breaks="ELAN-HTTP-013", operation=FILING, status=400)
def conditions_are_told_beside_faults_of_form(body: Json) -> Json:
    """A request that breaks the model gets a condition as well."""
    if "følger ikke modellen" not in body["detail"]:
        return body
    told = {"kode": "UGYLDIG_KID", "melding": "KID-nummeret er ugyldig.", "beskrivelse": "Kontroller KID-nummeret."}
    return body | {"kontrollutslag": [told]}


@in_answer(breaks="ELAN-HTTP-010", operation=FILING, status=422)
def conditions_come_with_403(answer: Answer, call: Call) -> Answer:
    """A request that breaks a condition is refused with 403 without naming the condition."""
    return answer.with_json({"type": "about:blank", "status": 403}).with_status(403)


@in_answer(breaks="ELAN-HTTP-011", operation="endreBegjaering", status=404)
def an_unknown_case_is_gone(answer: Answer, call: Call) -> Answer:
    """A change of an unknown case is answered with the undocumented status code 410."""
    return answer.with_json(answer.json() | {"status": 410}).with_status(410)


@in_body(breaks="ELAN-HTTP-015", operation="opprettBegjaering", status=SUCCESS)
def success_lists_a_condition(body: Json) -> Json:
    """The answer to an accepted request has a list of conditions."""
    told = {"kode": "UGYLDIG_KID", "melding": "KID-nummeret er ugyldig.", "beskrivelse": "Kontroller KID-nummeret."}
    return body | {"kontrollutslag": [told]}


@in_answer(breaks="ELAN-HTTP-019", operation=FILING, status=422)
def the_length_promises_more(answer: Answer, call: Call) -> Answer:
    """The Content-Length of a 422 is ten octets too high."""
    return answer.with_header("Content-Length", str(len(answer.body) + 10))


@in_body(breaks="ELAN-ERROR-015", operation=ANY, status=ERRORS)
def every_error_has_the_same_korrelasjonsid(body: Json) -> Json:
    """Every error body has the same korrelasjonsid."""
    return body | {"korrelasjonsid": REFERENCE}


@in_body(breaks="ELAN-ERROR-017", operation=ANY, status=ERRORS)
def an_error_tells_of_the_inside(body: Json) -> Json:
    """The text of an error contains a stack trace."""
    trace = "java.lang.IllegalStateException\n\tat no.skatteetaten.utlegg.BegjaeringDao.find(BegjaeringDao.java:117)"
    return body | {"detail": trace}


@in_answer(breaks="ELAN-ERROR-018", operation="hentInnsynITrekk", status=404)
def an_error_comes_as_success(answer: Answer, call: Call) -> Answer:
    """Without a running deduction, the answer is an error with status 200."""
    error = {"kode": "XXX-003", "melding": "Ingen trekk løper.", "korrelasjonsid": answer.header("Korrelasjonsid")}
    return answer.with_json(error).with_header("Content-Type", "application/json").with_status(200)


@in_answer(breaks="ELAN-ROBUST-001", operation=FILING, status=400)
def a_wrong_form_is_a_server_error(answer: Answer, call: Call) -> Answer:
    """A request that breaks the model leads to a server error."""
    if "følger ikke modellen" not in answer.json().get("detail", ""):
        return answer
    return answer.with_json(answer.json() | {"status": 500}).with_status(500)


@in_answer(breaks="ELAN-ROBUST-002", operation="validerNyBegjaering", status=400)
def a_wrong_form_is_valid(answer: Answer, call: Call) -> Answer:
    """A request that breaks the model passes validation."""
    if "følger ikke modellen" not in answer.json().get("detail", ""):
        return answer
    return answer.with_body(b"").without_header("Content-Type").with_status(204)


@in_answer(breaks="ELAN-ROBUST-003", operation=FILING, status=400)
def a_wrong_form_is_418(answer: Answer, call: Call) -> Answer:
    """A request that cannot be read or breaks the model is answered with an undocumented status code."""
    return answer.with_json(answer.json() | {"status": 418}).with_status(418)


@in_answer(breaks="ELAN-ROBUST-004", operation=FILING, status=400)
def a_wrong_form_is_answered_by_a_page(answer: Answer, call: Call) -> Answer:
    """A request that cannot be read or breaks the model is answered with an HTML page."""
    page = b"<!doctype html><title>Bad Request</title><h1>Bad Request</h1>"
    return answer.with_body(page).with_header("Content-Type", "text/html")


@in_answer(breaks="ELAN-ROBUST-005", operation=FILING, status=400)
def a_wrong_form_is_answered_by_a_text(answer: Answer, call: Call) -> Answer:
    """A request that cannot be read or breaks the model is answered with a JSON string instead of an object."""
    return answer.with_json("ugyldig")
