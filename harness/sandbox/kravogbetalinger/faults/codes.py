"""Wrong status codes, wrong error codes, and errors that support cannot trace."""

import json
import uuid

from lxml import etree

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Json, in_answer, in_body
from harness.sandbox.kravogbetalinger.faults.reading import ERRORS
from harness.sandbox.kravogbetalinger.rendering import ERROR_NAMESPACE


def with_kode(answer: Answer, old: str, new: str) -> Answer:
    """Replaces one kode by another, in JSON and in XML."""
    return answer.with_body(answer.body.replace(old.encode(), new.encode()))


@in_answer(breaks="KOB-CODE-003", status=404)
def unknown_url_is_unknown_identifier(answer: Answer, call: Call) -> Answer:
    """An unknown URL gets the kode of an unknown identifier."""
    return with_kode(answer, "KB-003", "KB-009")


@in_answer(breaks="KOB-CODE-003", status=404)
def unknown_url_is_400(answer: Answer, call: Call) -> Answer:
    """An unknown URL is refused like invalid input, with 400."""
    return with_kode(answer, "KB-003", "KB-006").with_status(400) if b"KB-003" in answer.body else answer


@in_answer(breaks="KOB-CODE-004", status=401)
def authentication_gets_the_code_of_consent(answer: Answer, call: Call) -> Answer:
    """A refused token gets the kode of a missing consent."""
    return with_kode(answer, "KB-004", "KB-005")


@in_answer(breaks="KOB-CODE-005", status=403)
def consent_gets_the_code_of_authentication(answer: Answer, call: Call) -> Answer:
    """A missing consent gets the kode of a refused token."""
    return with_kode(answer, "KB-005", "KB-004")


@in_answer(breaks="KOB-CODE-006", status=400)
def invalid_input_is_nothing_found(answer: Answer, call: Call) -> Answer:
    """Invalid input gets the kode of an empty period."""
    return with_kode(answer, "KB-006", "KB-007")


@in_answer(breaks="KOB-CODE-007", status=404)
def nothing_found_is_unknown_identifier(answer: Answer, call: Call) -> Answer:
    """An empty period gets the kode of an unknown identifier."""
    return with_kode(answer, "KB-007", "KB-009")


@in_answer(breaks="KOB-CODE-007", status=404)
def nothing_found_is_204(answer: Answer, call: Call) -> Answer:
    """An empty period is answered with 204 and no body."""
    return answer.with_body(b"").with_status(204) if b"KB-007" in answer.body else answer


@in_answer(breaks="KOB-CODE-008", status=406)
def wrong_format_is_invalid_input(answer: Answer, call: Call) -> Answer:
    """An unsupported format gets the kode of invalid input."""
    return with_kode(answer, "KB-008", "KB-006")


@in_answer(breaks="KOB-CODE-008", status=406)
def wrong_format_is_400(answer: Answer, call: Call) -> Answer:
    """A call for an unsupported format is refused as invalid input, with 400."""
    return with_kode(answer, "KB-008", "KB-006").with_status(400)


@in_answer(breaks="KOB-CODE-009", status=404)
def unknown_identifier_is_nothing_found(answer: Answer, call: Call) -> Answer:
    """An unknown identifier gets the kode of an empty period."""
    return with_kode(answer, "KB-009", "KB-007")


@in_answer(breaks="KOB-CODE-009", status=404)
def unknown_identifier_is_invalid(answer: Answer, call: Call) -> Answer:
    """An unknown identifier is refused as invalid input."""
    return with_kode(answer, "KB-009", "KB-006").with_status(400) if b"KB-009" in answer.body else answer


@in_answer(breaks="KOB-CODE-006", status=ERRORS)
def unknown_code(answer: Answer, call: Call) -> Answer:
    """Refusals of input have a kode that is in no table."""
    return with_kode(answer, "KB-006", "KB-042")


@in_answer(breaks="KOB-CODE-009", status=ERRORS)
def code_of_a_sister_api(answer: Answer, call: Call) -> Answer:
    """An unknown identifier gets the kode of another API."""
    return with_kode(answer, "KB-009", "UKJENT_PART")


@in_answer(breaks="KOB-CODE-011", status=400)
def invalid_input_is_404(answer: Answer, call: Call) -> Answer:
    """Invalid input comes with status 404."""
    return answer.with_status(404)


@in_answer(breaks="KOB-CODE-011", status=404)
def unknown_identifier_is_400(answer: Answer, call: Call) -> Answer:
    """KB-009 comes with status 400."""
    return answer.with_status(400) if b"KB-009" in answer.body else answer


@in_answer(breaks="KOB-CODE-011", status=401)
def authentication_is_403(answer: Answer, call: Call) -> Answer:
    """KB-004 comes with status 403."""
    return answer.with_status(403)


@in_answer(breaks="KOB-CODE-011", status=403)
def missing_consent_is_401(answer: Answer, call: Call) -> Answer:
    """KB-005 comes with status 401."""
    return answer.with_status(401) if b"KB-005" in answer.body else answer


@in_answer(breaks="KOB-CODE-016", status=404)
def not_found_is_200(answer: Answer, call: Call) -> Answer:
    """A look-up that finds nothing is answered with an error body and status 200."""
    return answer.with_status(200)


@in_answer(breaks="KOB-CODE-016", operation="innbetalinger", status=200)
def success_carries_an_error(answer: Answer, call: Call) -> Answer:
    """innbetalinger answers 200 with an error body instead of the data."""
    body = {"kode": "KB-002", "melding": "Feil i bakenforliggende system.", "korrelasjonsid": str(uuid.uuid4())}
    return answer.with_json(body) if answer.is_json else answer


@in_body(breaks="KOB-ERROR-001", status=ERRORS)
def melding_missing(body: Json) -> Json:
    """Error bodies have no melding."""
    body.pop("melding", None)
    return body


@in_body(breaks="KOB-ERROR-001", status=ERRORS)
def kode_missing(body: Json) -> Json:
    """Error bodies have no kode."""
    body.pop("kode", None)
    return body


@in_body(breaks="KOB-ERROR-001", status=ERRORS)
def kode_is_a_number(body: Json) -> Json:
    """kode is a number."""
    return body | {"kode": int(body["kode"].rpartition("-")[2])}


@in_body(breaks="KOB-ERROR-001", status=ERRORS)
def error_in_another_shape(body: Json) -> Json:
    """Errors have the shape of RFC 9457."""
    return {"type": "about:blank", "title": body["melding"], "detail": body["kode"]}


@in_body(breaks="KOB-ERROR-001", status=400)
def error_wrapped_in_a_list(body: Json) -> Json:
    """Refused input is answered with a list of errors."""
    return {"feil": [body]}


@in_answer(breaks="KOB-ERROR-002", status=ERRORS)
def korrelasjonsid_missing(answer: Answer, call: Call) -> Answer:
    """Error bodies have no korrelasjonsid."""
    if not answer.is_json:
        return answer
    body = answer.json()
    body.pop("korrelasjonsid", None)
    return answer.with_json(body)


@in_body(breaks="KOB-ERROR-002", status=ERRORS)
def korrelasjonsid_empty(body: Json) -> Json:
    """korrelasjonsid is an empty string."""
    return body | {"korrelasjonsid": ""}


@in_body(breaks="KOB-ERROR-003", status=ERRORS)
def korrelasjonsid_constant(body: Json) -> Json:
    """Every error has the same korrelasjonsid."""
    return body | {"korrelasjonsid": "5f0c9e0a-6d1b-4c57-9a53-1d2f3c4b5a69"}


@in_answer(breaks="KOB-ERROR-004", status=ERRORS)
def korrelasjonsid_not_echoed(answer: Answer, call: Call) -> Answer:
    """A Korrelasjonsid that the client sent is replaced by a new one."""
    sent = call.headers.get("korrelasjonsid")
    return answer.with_body(answer.body.replace(sent.encode(), str(uuid.uuid4()).encode())) if sent else answer


@in_body(breaks="KOB-CALLID-003", status=ERRORS)
def korrelasjonsid_malformed(body: Json) -> Json:
    """korrelasjonsid is a running number, not a UUID."""
    return body | {"korrelasjonsid": str(uuid.uuid4().int % 10**12)}


@in_answer(breaks="KOB-CALLID-004", status=ERRORS)
def korrelasjonsid_not_echoed_in_xml(answer: Answer, call: Call) -> Answer:
    """An XML error does not return the Korrelasjonsid that the client sent."""
    sent = call.headers.get("korrelasjonsid")
    if not sent or answer.is_json:
        return answer
    return answer.with_body(answer.body.replace(sent.encode(), str(uuid.uuid4()).encode()))


@in_answer(breaks="KOB-ERROR-005", status=ERRORS)
def errors_always_in_json(answer: Answer, call: Call) -> Answer:
    """A client that asks for XML gets its errors in JSON."""
    if answer.is_json or not answer.body:
        return answer
    root = etree.fromstring(answer.body)
    body = {etree.QName(child).localname: child.text for child in root}
    return answer.with_header("Content-Type", "application/json").with_json(body)


def is_xml_error(answer: Answer) -> bool:
    return ERROR_NAMESPACE.encode() in answer.body


@in_answer(breaks="KOB-ERROR-006", status=ERRORS)
def error_without_namespace(answer: Answer, call: Call) -> Answer:
    """XML errors have no namespace."""
    return answer.with_body(answer.body.replace(f' xmlns="{ERROR_NAMESPACE}"'.encode(), b""))


@in_answer(breaks="KOB-ERROR-006", status=ERRORS)
def error_in_another_namespace(answer: Answer, call: Call) -> Answer:
    """XML errors are in a namespace of version 2."""
    return answer.with_body(answer.body.replace(b"feil:v1", b"feil:v2"))


@in_answer(breaks="KOB-ERROR-006", status=ERRORS)
def error_under_another_root(answer: Answer, call: Call) -> Answer:
    """The root of an XML error is named error."""
    return answer.with_body(answer.body.replace(b"<feil ", b"<error ").replace(b"</feil>", b"</error>"))


@in_answer(breaks="KOB-ERROR-007", status=ERRORS)
def error_members_out_of_order(answer: Answer, call: Call) -> Answer:
    """melding comes before kode in an XML error."""
    if not is_xml_error(answer):
        return answer
    root = etree.fromstring(answer.body)
    root.insert(0, root[1])
    return answer.with_body(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@in_answer(breaks="KOB-ERROR-007", status=ERRORS)
def korrelasjonsid_first(answer: Answer, call: Call) -> Answer:
    """korrelasjonsid comes first in an XML error."""
    if not is_xml_error(answer):
        return answer
    root = etree.fromstring(answer.body)
    root.insert(0, root[2])
    return answer.with_body(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@in_answer(breaks="KOB-ERROR-008", status=ERRORS)
def stack_trace_leaked(answer: Answer, call: Call) -> Answer:
    """The text of an error contains a stack trace."""
    trace = "java.lang.IllegalStateException\n\tat no.skatteetaten.reskontro.KravDao.find(KravDao.java:117)"
    return _with_melding(answer, trace)


@in_answer(breaks="KOB-ERROR-008", status=400)
def query_leaked(answer: Answer, call: Call) -> Answer:
    """The text of a refusal contains the database query."""
    return _with_melding(answer, "ORA-01861 ved SELECT * FROM KRAV WHERE PART_ID = ? AND DATO BETWEEN ? AND ?")


def _with_melding(answer: Answer, text: str) -> Answer:
    return answer.with_json(answer.json() | {"melding": text}) if answer.is_json else answer


@in_answer(breaks="KOB-ERROR-009", status=ERRORS)
def another_code_in_xml(answer: Answer, call: Call) -> Answer:
    """An XML error has another kode than the JSON error for the same call."""
    return with_kode(answer, "KB-009", "KB-003") if is_xml_error(answer) else answer


@in_answer(breaks="KOB-ERROR-009", status=400)
def another_status_in_xml(answer: Answer, call: Call) -> Answer:
    """Refused input is 400 in JSON and 404 in XML."""
    return answer.with_status(404) if is_xml_error(answer) else answer


@in_answer(breaks="KOB-ERROR-012", status=ERRORS)
def melding_is_the_kode(answer: Answer, call: Call) -> Answer:
    """melding repeats the kode."""
    if not answer.is_json:
        return answer
    body = answer.json()
    return answer.with_json(body | {"melding": body["kode"]})


@in_body(breaks="KOB-ERROR-010", status=ERRORS)
def melding_empty(body: Json) -> Json:
    """melding is an empty string."""
    return body | {"melding": ""}


@in_body(breaks="KOB-ERROR-010", status=ERRORS)
def melding_is_markup(body: Json) -> Json:
    """melding is HTML."""
    return body | {"melding": f"<html><body><h1>{body['melding']}</h1></body></html>"}


@in_answer(breaks="KOB-ERROR-001", status=400)
def error_page_within_json(answer: Answer, call: Call) -> Answer:
    """Refused input is answered with a JSON object that contains a gateway's error page."""
    return answer.with_body(json.dumps({"html": "<h1>Bad Request</h1>"}).encode())
