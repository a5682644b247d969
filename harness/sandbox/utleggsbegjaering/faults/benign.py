"""What a conformant server may do otherwise: none of it is a fault, and no scenario may say so."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.sandbox.faults import gateways, growth
from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Handler, Json, in_answer, in_body, in_call, in_service
from harness.sandbox.knobs import OtherKnobs
from harness.sandbox.utleggsbegjaering.faults.surgery import ALL, ERRORS, FILING, SUCCESS, Api, with_office
from harness.sandbox.utleggsbegjaering.leeway import may_be_changed

ANY = ("", *ALL)


def _turned(service: Api, **knobs: str) -> Api:
    """The same service with an open question answered in another way."""
    others = {f"elan-{name.replace('_', '-')}": value for name, value in knobs.items()}
    turned = OtherKnobs(service.office.knobs, others)
    world = replace(service.world, knobs=turned)
    return replace(service, world=world, office=replace(service.office, knobs=turned))


@in_service(breaks=NOTHING)
def success_is_200(service: Api) -> Api:
    """An accepted submission and change are answered with 200."""
    return _turned(service, submit_success="200", change_success="200")


@in_service(breaks=NOTHING)
def nobody_is_registered_but_the_listed(service: Api) -> Api:
    """The party registers know the listed parties alone, and not every synthetic number."""
    turned = _turned(service, register="listed")
    return with_office(turned, register=replace(turned.office.register, is_open=lambda: False))


@in_service(breaks=NOTHING)
def success_is_a_number(service: Api) -> Api:
    """An accepted submission is answered with the case's number alone, as in 2023."""
    return _turned(service, submit_success="200-number")


@in_service(breaks=NOTHING)
def empty_lists_break_the_form(service: Api) -> Api:
    """A request without claims is refused with 400."""
    return _turned(service, empty_lists="schema")


@in_service(breaks=NOTHING)
def unknown_properties_are_refused(service: Api) -> Api:
    """A property that the model does not have is refused."""
    return _turned(service, unknown_properties="refused")


@in_service(breaks=NOTHING)
def a_plain_utlegg_need_not_name_forliksraadet(service: Api) -> Api:
    """Only a combined begjæring must say whether forliksrådet may take the case."""
    return _turned(service, forliksraadet="combined")


@in_service(breaks=NOTHING)
def numbers_may_be_texts(service: Api) -> Api:
    """prioritetISak may be sent as a text."""
    return _turned(service, whole_numbers="either")


@in_service(breaks=NOTHING)
def a_duplicate_is_a_conflict(service: Api) -> Api:
    """A duplicate is answered with 409."""
    return _turned(service, duplicate="409")


@in_service(breaks=NOTHING)
def another_senders_case_is_unknown(service: Api) -> Api:
    """A change of another sender's case is answered with 404."""
    return _turned(service, foreign_change="404")


@in_service(breaks=NOTHING)
def what_no_condition_covers_is_refused(service: Api) -> Api:
    """What the prose forbids and no condition covers is refused with 400."""
    return _turned(service, uncovered="refused")


@in_service(breaks=NOTHING)
def a_missing_scope_is_401(service: Api) -> Api:
    """A token for another scope is answered with 401."""
    return _turned(service, missing_scope="401")


@in_service(breaks=NOTHING)
def malformed_ids_are_ignored(service: Api) -> Api:
    """A Korrelasjonsid that is no UUID does not matter."""
    return _turned(service, tracing_ids="ignored")


@in_service(breaks=NOTHING)
def problems_are_plain_json(service: Api) -> Api:
    """The media type of a problem is application/json."""
    return _turned(service, problem_type="application/json")


@in_service(breaks=NOTHING)
def attachments_take_a_second(service: Api) -> Api:
    """An attachment needs a second from one state to the next."""
    return _turned(service, vedlegg_delay="1")


@in_service(breaks=NOTHING)
def messages_are_written_otherwise(service: Api) -> Api:
    """The channel of a varsel has the name of the diagram, and prioritetISak is a text."""
    return _turned(service, varsel_name="forsendelsesmaatetype", whole_numbers="string")


@in_service(breaks=NOTHING)
def cases_are_processed_by_hand(service: Api) -> Api:
    """A message waits until somebody processes it, and a case under treatment takes no change."""
    return _turned(service, processing="manual", change_states="sakOpprettet")


@in_service(breaks=NOTHING)
def conditions_come_by_theme(service: Api) -> Api:
    """Conditions come theme by theme; what is too large is 413, another media type 415."""
    return _turned(service, condition_order="theme", too_large="413", media_type="415")


@in_service(breaks=NOTHING)
def submissions_go_to_the_bare_address(service: Api) -> Api:
    """A submission is served at the API's address without a slash at its end, and not with one."""
    return _turned(service, submission_address="bare")


@in_service(breaks=NOTHING)
def submissions_go_to_the_address_with_a_slash(service: Api) -> Api:
    """A submission is served at the API's address with a slash at its end, as the document has it, and only there."""
    return _turned(service, submission_address="slash")


@in_service(breaks=NOTHING)
def conditions_come_by_code(service: Api) -> Api:
    """Conditions come by code; another sender's case is 403; uploads are PDF; municipalities need a scope."""
    return _turned(service, condition_order="code", foreign_change="403", upload_types="pdf", kommune_scope="own")


@in_body(breaks=NOTHING, operation=FILING, status=422)
def conditions_are_turned_round(body: Json) -> Json:
    """Conditions are listed in another order."""
    return body | {"kontrollutslag": body["kontrollutslag"][::-1]}


@in_body(breaks=NOTHING, operation=FILING, status=422)
def texts_are_other_texts(body: Json) -> Json:
    """Texts of conditions are others than published; codes are the same."""
    for told in body["kontrollutslag"]:
        told |= {"melding": told["kode"].capitalize(), "beskrivelse": "Se dokumentasjonen."}
    return body


@in_body(breaks=NOTHING, operation=FILING, status=422)
def codes_are_decomposed(body: Json) -> Json:
    """Codes with Å are written as A with a ring."""
    for told in body["kontrollutslag"]:
        told["kode"] = unicodedata.normalize("NFD", told["kode"])
    return body


@in_body(breaks=NOTHING, operation=ANY, status=ERRORS)
def errors_have_a_new_field(body: Json) -> Json:
    """Error bodies have a field that was not there before."""
    return body | {"sporingsid": "0000"}


@in_answer(breaks=NOTHING, operation=ALL, status=SUCCESS)
def answers_have_a_new_field(answer: Answer, call: Call) -> Answer:
    """Answers have a field that was not there before, and their members in another order."""
    if not answer.is_json or not isinstance(answer.json(), dict):
        return answer
    body: dict[str, Any] = {"nyttFelt2": 1, **dict(reversed(answer.json().items()))}
    return answer.with_json(body)


@in_answer(breaks=NOTHING, operation=ANY)
def bodies_are_indented(answer: Answer, call: Call) -> Answer:
    """Bodies are written with spaces, and letters outside ASCII as escapes."""
    if not answer.is_json:
        return answer
    return answer.with_body(json.dumps(answer.json(), indent=2).encode())


@in_answer(breaks=NOTHING, operation=ANY)
def header_names_are_in_lower_case(answer: Answer, call: Call) -> Answer:
    """Header names are written in lower case, and there is one more of them."""
    return replace(answer, headers=(*((name.lower(), value) for name, value in answer.headers), ("x-request-id", "1")))


@in_answer(breaks=NOTHING, operation=ALL)
def answers_are_slow(answer: Answer, call: Call) -> Answer:
    """Every answer takes a moment longer."""
    return answer.delayed(0.02)


@in_answer(breaks=NOTHING, status=200)
def whatever_is_optional_absent(answer: Answer, call: Call) -> Answer:
    """Every member is left out whose absence says nothing, as the diagrams allow."""
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
"""What an error of the service says of an unknown address."""


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_no_body(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a bare status."""
    return gateways.turned_away(answer, gateways.with_no_body, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_in_json(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods in JSON of its own, whatever was asked for."""
    return gateways.turned_away(answer, gateways.in_json, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_a_page(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a page for people."""
    return gateways.turned_away(answer, gateways.as_page, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_an_oauth_error(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with an error of OAuth."""
    return gateways.turned_away(answer, gateways.as_oauth_error, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_with_a_problem(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a problem document."""
    return gateways.turned_away(answer, gateways.as_problem, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, operation=ANY, status=TURNED_AWAY)
def gateway_turns_away_in_plain_text(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods in plain text, and header names are in lower case."""
    return gateways.turned_away(answer, gateways.in_text, unknown_address=UNKNOWN)


@in_call(breaks=NOTHING)
def firewall_blocks_what_resembles_an_attack(healthy: Handler) -> Handler:
    """A firewall answers an address that resembles an attack with a page and a number for support."""
    return gateways.with_firewall(healthy)


def with_growth(answer: Answer, members: Mapping[str, Any]) -> Answer:
    """A JSON answer, error or not, with new members in every object."""
    return answer.with_json(growth.grown(answer.json(), members)) if answer.is_json else answer


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_a_new_object(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has an object that was not there before."""
    return with_growth(answer, growth.OBJECT)


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_a_new_list(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has a list that was not there before."""
    return with_growth(answer, growth.LIST)


@in_answer(breaks=NOTHING, operation=ANY)
def every_object_has_new_values(answer: Answer, call: Call) -> Answer:
    """Every object of every answer, at every depth, has texts, numbers and dates that were not there before."""
    return with_growth(answer, growth.VALUES)


@in_body(breaks=NOTHING, operation=FILING, status=422)
def a_new_condition_is_broken_too(body: Json) -> Json:
    """Beside the conditions that are published a refusal lists one that came later."""
    new = {"kode": "NYTT_VILKÅR", "melding": "Et nytt vilkår er brutt.", "beskrivelse": "Se dokumentasjonen."}
    return body | {"kontrollutslag": [new, *body["kontrollutslag"]]}


@in_body(breaks=NOTHING, operation=("hentStatus", "hentInnsynITrekk"))
def codes_of_the_answers_are_new(body: Json) -> Json:
    """What was decided, claims of the service's own, and who pays may be of kinds that came later."""
    for decision in body.get("beslutningsinformasjon", []):
        decision["besluttetNyttTiltak"] = {"tiltaksidentifikator": "nytt", "kravgrunnlagsidentifikator": []}
    if "kravISak" in body:
        new = {"kravbeskrivelse": "nyKravtype", "prioritetDekningsloven": "f", "gjenstaaendeBeloep": {"beloep": 1}}
        return body | {"kravISak": [*body["kravISak"], new]}
    return body
