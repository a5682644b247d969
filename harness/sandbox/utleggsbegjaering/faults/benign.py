"""Ways in which a conformant server may vary: none is a fault, and no scenario may report one."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.sandbox.faults import gateways, growth
from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Handler, Json, in_answer, in_body, in_call, in_knobs
from harness.sandbox.utleggsbegjaering.faults.surgery import ALL, ERRORS, FILING, SUCCESS
from harness.sandbox.utleggsbegjaering.leeway import may_be_changed

ANY = ("", *ALL)


@in_knobs("elan-submit-success=200", "elan-change-success=200", breaks=NOTHING)
def success_is_200() -> None:
    """Accepted submissions and changes are answered with 200."""


@in_knobs("elan-register=listed", breaks=NOTHING)
def nobody_is_registered_but_the_listed() -> None:
    """The party registers contain the listed parties only, not every synthetic number."""


@in_knobs("elan-submit-success=200-number", breaks=NOTHING)
def success_is_a_number() -> None:
    """An accepted submission is answered with the case's number alone, as in 2023."""


@in_knobs("elan-empty-lists=schema", breaks=NOTHING)
def empty_lists_break_the_form() -> None:
    """A request without claims is refused with 400."""


@in_knobs("elan-unknown-properties=refused", breaks=NOTHING)
def unknown_properties_are_refused() -> None:
    """An unknown property is refused."""


@in_knobs("elan-forliksraadet=combined", breaks=NOTHING)
def a_plain_utlegg_need_not_name_forliksraadet() -> None:
    """Only a combined begjæring must say whether forliksrådet may hear the case."""


@in_knobs("elan-whole-numbers=either", breaks=NOTHING)
def numbers_may_be_texts() -> None:
    """prioritetISak may be sent as a string."""


@in_knobs("elan-duplicate=409", breaks=NOTHING)
def a_duplicate_is_a_conflict() -> None:
    """A duplicate is answered with 409."""


@in_knobs("elan-foreign-change=404", breaks=NOTHING)
def another_senders_case_is_unknown() -> None:
    """A change of another sender's case is answered with 404."""


@in_knobs("elan-uncovered=refused", breaks=NOTHING)
def what_no_condition_covers_is_refused() -> None:
    """A request that breaks the prose but no condition is refused with 400."""


@in_knobs("elan-missing-scope=401", breaks=NOTHING)
def a_missing_scope_is_401() -> None:
    """A token with another scope is answered with 401."""


@in_knobs("elan-tracing-ids=ignored", breaks=NOTHING)
def malformed_ids_are_ignored() -> None:
    """A Korrelasjonsid that is not a UUID is ignored."""


@in_knobs("elan-problem-type=application/json", breaks=NOTHING)
def problems_are_plain_json() -> None:
    """The media type of a problem is application/json."""


@in_knobs("elan-vedlegg-delay=1", breaks=NOTHING, remembers=True, shows_in=("hentVedlegg", *FILING))
def attachments_take_a_second() -> None:
    """An attachment takes a second from one state to the next."""


@in_knobs("elan-varsel-name=forsendelsesmaatetype", "elan-whole-numbers=string", breaks=NOTHING)
def messages_are_written_otherwise() -> None:
    """The channel of a varsel is named as in the diagram, and prioritetISak is a string."""


@in_knobs(
    "elan-processing=manual",
    "elan-change-states=sakOpprettet",
    breaks=NOTHING,
    remembers=True,
    shows_in=("endreBegjaering", "validerEndretBegjaering"),
)
def cases_are_processed_by_hand() -> None:
    """A message waits until it is processed, and a case under treatment cannot be changed."""


@in_knobs("elan-condition-order=theme", "elan-too-large=413", "elan-media-type=415", breaks=NOTHING)
def conditions_come_by_theme() -> None:
    """Conditions are listed by theme; a body that is too large gets 413, another media type 415."""


@in_knobs("elan-submission-address=bare", breaks=NOTHING)
def submissions_go_to_the_bare_address() -> None:
    """Submissions are accepted at the API's address without a trailing slash only."""


@in_knobs("elan-submission-address=slash", breaks=NOTHING)
def submissions_go_to_the_address_with_a_slash() -> None:
    """Submissions are accepted at the API's address with a trailing slash, as documented, and only there."""


@in_knobs(
    "elan-condition-order=code",
    "elan-foreign-change=403",
    "elan-upload-types=pdf",
    "elan-kommune-scope=own",
    breaks=NOTHING,
)
def conditions_come_by_code() -> None:
    """Conditions are listed by code; another sender's case gets 403; uploads are PDF; municipalities need a scope."""


@in_body(breaks=NOTHING, operation=FILING, status=422)
def conditions_are_turned_round(body: Json) -> Json:
    """Conditions are listed in another order."""
    return body | {"kontrollutslag": body["kontrollutslag"][::-1]}


@in_body(breaks=NOTHING, operation=FILING, status=422)
def texts_are_other_texts(body: Json) -> Json:
    """The texts of conditions differ from the published ones; the codes are the same."""
    for told in body["kontrollutslag"]:
        told |= {"melding": told["kode"].capitalize(), "beskrivelse": "Se dokumentasjonen."}
    return body


@in_body(breaks=NOTHING, operation=FILING, status=422)
def codes_are_decomposed(body: Json) -> Json:
    """Å in codes is written as A with a combining ring."""
    for told in body["kontrollutslag"]:
        told["kode"] = unicodedata.normalize("NFD", told["kode"])
    return body


@in_body(breaks=NOTHING, operation=ANY, status=ERRORS)
def errors_have_a_new_field(body: Json) -> Json:
    """Error bodies have a new field."""
    return body | {"sporingsid": "0000"}


@in_answer(breaks=NOTHING, operation=ALL, status=SUCCESS)
def answers_have_a_new_field(answer: Answer, call: Call) -> Answer:
    """Answers have a new field, and their members are in another order."""
    if not answer.is_json or not isinstance(answer.json(), dict):
        return answer
    body: dict[str, Any] = {"nyttFelt2": 1, **dict(reversed(answer.json().items()))}
    return answer.with_json(body)


@in_answer(breaks=NOTHING, operation=ANY)
def bodies_are_indented(answer: Answer, call: Call) -> Answer:
    """Bodies are written with spaces, and non-ASCII letters are escaped."""
    if not answer.is_json:
        return answer
    return answer.with_body(json.dumps(answer.json(), indent=2).encode())


@in_answer(breaks=NOTHING, operation=ANY)
def header_names_are_in_lower_case(answer: Answer, call: Call) -> Answer:
    """Header names are in lower case, and there is an extra header."""
    return replace(answer, headers=(*((name.lower(), value) for name, value in answer.headers), ("x-request-id", "1")))


@in_answer(breaks=NOTHING, operation=ALL)
def answers_are_slow(answer: Answer, call: Call) -> Answer:
    """Every answer takes a moment longer."""
    return answer.delayed(0.02)


@in_answer(breaks=NOTHING, status=200)
def whatever_is_optional_absent(answer: Answer, call: Call) -> Answer:
    """Every member whose absence carries no meaning is left out, as the diagrams allow."""
    return answer.with_json(_without(answer.json(), call.operation, "")) if answer.is_json else answer


def _without(node: Any, operation: str, path: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_without(child, operation, path) for child in node]
    if not isinstance(node, dict):
        return node
    below = {name: f"{path}.{name}" if path else name for name in node}
    return {
        name: _without(child, operation, below[name])
        for name, child in node.items()
        if not may_be_changed(operation, below[name], "drop")
    }


TURNED_AWAY = (401, 404, 405)
UNKNOWN = "Adressen finnes ikke"
"""The service's own text for an unknown address."""


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_no_body(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a bare status."""
    return gateways.turned_away(answer, gateways.with_no_body, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_in_json(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with its own JSON, whatever format was requested."""
    return gateways.turned_away(answer, gateways.in_json, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_a_page(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with an HTML page."""
    return gateways.turned_away(answer, gateways.as_page, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_an_oauth_error(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with an OAuth error."""
    return gateways.turned_away(answer, gateways.as_oauth_error, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_a_problem(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a problem document."""
    return gateways.turned_away(answer, gateways.as_problem, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_in_plain_text(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods in plain text, with header names in lower case."""
    return gateways.turned_away(answer, gateways.in_text, unknown_address=UNKNOWN)


@in_call(breaks=NOTHING)
def firewall_blocks_what_resembles_an_attack(healthy: Handler) -> Handler:
    """A firewall answers an address that resembles an attack with a page that has a support ID."""
    return gateways.with_firewall(healthy)


def with_growth(answer: Answer, members: Mapping[str, Any]) -> Answer:
    """A JSON answer, whether an error or not, with new members in every object."""
    return answer.with_json(growth.grown(answer.json(), members)) if answer.is_json else answer


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_a_new_object(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has a new member that is an object."""
    return with_growth(answer, growth.OBJECT)


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_a_new_list(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has a new member that is a list."""
    return with_growth(answer, growth.LIST)


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_new_values(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has new members with strings, numbers and dates."""
    return with_growth(answer, growth.VALUES)


@in_body(breaks=NOTHING, operation=FILING, status=422)
def a_new_condition_is_broken_too(body: Json) -> Json:
    """A refusal lists a new condition besides the published ones."""
    new = {"kode": "NYTT_VILKÅR", "melding": "Et nytt vilkår er ikke oppfylt.", "beskrivelse": "Se dokumentasjonen."}
    return body | {"kontrollutslag": [new, *body["kontrollutslag"]]}


@in_body(breaks=NOTHING, operation=("hentStatus", "hentInnsynITrekk"))
def codes_of_the_answers_are_new(body: Json) -> Json:
    """Decisions, claims added by the service and payers have new kinds."""
    for decision in body.get("beslutningsinformasjon", []):
        decision["besluttetNyttTiltak"] = {"tiltaksidentifikator": "nytt", "kravgrunnlagsidentifikator": []}
    if "kravISak" in body:
        new = {"kravbeskrivelse": "nyKravtype", "prioritetDekningsloven": "f", "gjenstaaendeBeloep": {"beloep": 1}}
        return body | {"kravISak": [*body["kravISak"], new]}
    return body
