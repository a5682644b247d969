"""Media types, charsets and bodies that are not what they claim to be."""

import json
import re
from dataclasses import replace

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import in_answer, in_service
from harness.sandbox.kravogbetalinger import rendering
from harness.sandbox.kravogbetalinger.faults.reading import ERRORS
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger


@in_answer(breaks="KOB-MEDIA-001", status=200)
def json_as_plain_text(answer: Answer, call: Call) -> Answer:
    """JSON is sent as text/plain."""
    return answer.with_header("Content-Type", "text/plain; charset=utf-8") if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-001", status=200)
def content_type_missing(answer: Answer, call: Call) -> Answer:
    """Answers have no Content-Type."""
    return answer.without_header("Content-Type")


@in_answer(breaks="KOB-MEDIA-001", status=ERRORS)
def errors_as_problem_json(answer: Answer, call: Call) -> Answer:
    """Errors are sent as application/problem+json."""
    return answer.with_header("Content-Type", "application/problem+json") if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-001", operation="krav", status=200)
def vendor_media_type(answer: Answer, call: Call) -> Answer:
    """krav is sent with a vendor media type."""
    return answer.with_header("Content-Type", "application/vnd.skatteetaten.krav+json") if answer.is_json else answer


@in_service(breaks="KOB-MEDIA-002")
def xml_by_default(service: KravOgBetalinger) -> KravOgBetalinger:
    """Without Accept, the answer is XML."""
    return replace(service, negotiate=lambda accept: rendering.negotiated(accept) if accept else rendering.XML)


@in_service(breaks="KOB-MEDIA-002")
def xml_for_any_type(service: KravOgBetalinger) -> KravOgBetalinger:
    """A client that accepts any type gets XML."""

    def negotiate(accept: str | None) -> str | None:
        return rendering.XML if (accept or "").strip() == "*/*" else rendering.negotiated(accept)

    return replace(service, negotiate=negotiate)


@in_answer(breaks="KOB-MEDIA-003", operation="krav", status=200)
def json_truncated(answer: Answer, call: Call) -> Answer:
    """The last bytes of krav are missing."""
    return answer.with_body(answer.body[:-20]) if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-003", operation="innbetalinger", status=200)
def xml_truncated(answer: Answer, call: Call) -> Answer:
    """The last element of innbetalinger is not closed in XML."""
    return answer if answer.is_json else answer.with_body(answer.body[: answer.body.rfind(b"</")])


@in_answer(breaks="KOB-MEDIA-003", status=200)
def key_repeated(answer: Answer, call: Call) -> Answer:
    """A key occurs twice in the root of an answer."""
    return answer.with_body(b'{"skjermet":false,' + answer.body[1:]) if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-003", status=ERRORS)
def error_cut_short(answer: Answer, call: Call) -> Answer:
    """The closing brace of a JSON error is missing."""
    return answer.with_body(answer.body[:-1]) if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-003", operation="aapnekrav", status=200)
def text_after_the_body(answer: Answer, call: Call) -> Answer:
    """A log line follows the JSON of aapnekrav."""
    return answer.with_body(answer.body + b"\nINFO served in 12 ms") if answer.is_json else answer


@in_answer(breaks="KOB-MEDIA-003", operation="innbetalinger", status=200)
def not_a_number(answer: Answer, call: Call) -> Answer:
    """A payment without an amount is written as NaN, which JSON does not have."""
    return answer.with_body(answer.body.replace(b'"uplassertBeloep":0.0', b'"uplassertBeloep":NaN'))


@in_answer(breaks="KOB-MEDIA-004", status=200)
def json_in_latin_1(answer: Answer, call: Call) -> Answer:
    """JSON is in ISO 8859-1, and is labelled as such."""
    if not answer.is_json:
        return answer
    body = answer.body.decode().encode("latin-1", errors="replace")
    return answer.with_body(body).with_header("Content-Type", "application/json; charset=iso-8859-1")


@in_answer(breaks="KOB-MEDIA-004", status=200)
def latin_1_unannounced(answer: Answer, call: Call) -> Answer:
    """JSON is in ISO 8859-1, and is not labelled as such."""
    if not answer.is_json:
        return answer
    text = json.dumps(answer.json() | {"merknad": "Nøkkeltall på forespørsel"}, ensure_ascii=False)
    return answer.with_body(text.encode("latin-1", errors="replace"))


@in_service(breaks="KOB-MEDIA-005")
def xml_not_served(service: KravOgBetalinger) -> KravOgBetalinger:
    """A client that asks for XML is refused with 406."""

    def negotiate(accept: str | None) -> str | None:
        kind = rendering.negotiated(accept)
        return None if kind == rendering.XML else kind

    return replace(service, negotiate=negotiate)


@in_service(breaks="KOB-MEDIA-005")
def json_for_a_client_of_xml(service: KravOgBetalinger) -> KravOgBetalinger:
    """A client that asks for XML gets JSON."""

    def negotiate(accept: str | None) -> str | None:
        return rendering.JSON if rendering.negotiated(accept) else None

    return replace(service, negotiate=negotiate)


@in_service(breaks="KOB-MEDIA-006")
def quality_not_read(service: KravOgBetalinger) -> KravOgBetalinger:
    """The client gets whichever of JSON and XML it names first."""

    def negotiate(accept: str | None) -> str | None:
        kind = rendering.negotiated(accept)
        places = {each: (accept or "").find(each) for each in (rendering.JSON, rendering.XML)}
        named = sorted((place, each) for each, place in places.items() if place >= 0)
        return named[0][1] if kind and named else kind

    return replace(service, negotiate=negotiate)


@in_service(breaks="KOB-MEDIA-007")
def list_of_formats_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """An Accept that names more than one format is refused with 406."""

    def negotiate(accept: str | None) -> str | None:
        return None if "," in (accept or "") else rendering.negotiated(accept)

    return replace(service, negotiate=negotiate)


@in_service(breaks="KOB-CODE-008")
def unserved_format_gets_json(service: KravOgBetalinger) -> KravOgBetalinger:
    """A client that accepts neither JSON nor XML gets JSON anyway."""
    return replace(service, negotiate=lambda accept: rendering.negotiated(accept) or rendering.JSON)


@in_answer(breaks="KOB-SAME-001", status=200)
def xml_shows_other_amounts(answer: Answer, call: Call) -> Answer:
    """Original amounts have an extra digit in XML."""
    if answer.is_json:
        return answer
    return answer.with_body(answer.body.replace(b"<opprinneligBeloep>", b"<opprinneligBeloep>1"))


@in_answer(breaks="KOB-MODEL-002", status=200)
def amounts_in_xml_have_a_comma(answer: Answer, call: Call) -> Answer:
    """Amounts in XML are written with a decimal comma."""
    if answer.is_json:
        return answer
    return answer.with_body(re.sub(rb"(Beloep>-?[0-9]+)[.]", rb"\1,", answer.body))


@in_answer(breaks="KOB-SAME-001", status=200)
def xml_lacks_the_due_dates(answer: Answer, call: Call) -> Answer:
    """Due dates have another name in XML."""
    if answer.is_json:
        return answer
    return answer.with_body(answer.body.replace(b"forfallsdato>", b"forfallsDato>"))
