"""Ways in which a conformant service may vary: new fields, another order, other texts, open questions settled."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from harness.sandbox.faults import gateways, growth
from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Handler, Json, in_answer, in_body, in_call, in_service
from harness.sandbox.kravogbetalinger.faults.privacy import accounts
from harness.sandbox.kravogbetalinger.faults.reading import CLAIMS, ERRORS, claims, groups, holders, payments, with_knob
from harness.sandbox.kravogbetalinger.ledger import Ledger
from harness.sandbox.kravogbetalinger.leeway import OPTIONAL
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger


def in_every_format(service: KravOgBetalinger, change: Callable[[Json], Json]) -> KravOgBetalinger:
    """Changes the content before it is written as JSON or XML, which must agree."""
    return replace(service, vary=lambda body, seed, name: change(service.vary(body, seed, name)))


@in_body(breaks=NOTHING)
def unknown_field_in_the_root(body: Json) -> Json:
    """The root has an unannounced field."""
    return body | {"sistOppdatert": "2026-01-01", "kilder": [{"navn": "reskontro", "versjon": 3}]}


@in_body(breaks=NOTHING, operation=CLAIMS)
def unknown_field_in_claims(body: Json) -> Json:
    """Claims and due dates have an unannounced field."""
    for holder in list(holders(body, "gjenstaaendeBeloep")):
        holder["betalingsutsettelse"] = {"innvilget": False}
    return body


@in_body(breaks=NOTHING)
def unknown_field_in_payments(body: Json) -> Json:
    """Payments have an unannounced field."""
    for payment in payments(body):
        payment["kanal"] = "nettbank"
    return body


def turned(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        return {name: turned(value) for name, value in reversed(node.items())}
    return [turned(value) for value in node] if isinstance(node, list) else node


@in_answer(breaks=NOTHING, status=200)
def members_in_another_order(answer: Answer, call: Call) -> Answer:
    """The members of every object are in reverse order."""
    return answer.with_json(turned(answer.json())) if answer.is_json else answer


@in_body(breaks=NOTHING)
def lists_in_another_order(body: Json) -> Json:
    """The lists of claims and payments are in reverse order."""
    return {name: value[::-1] if isinstance(value, list) else value for name, value in body.items()}


@in_service(breaks=NOTHING)
def unknown_kravtype(service: KravOgBetalinger) -> KravOgBetalinger:
    """Claims have a new kravtype."""

    def change(body: Json) -> Json:
        for claim in [*claims(body), *holders(body.get("utbetaling", []), "kravtype")]:
            claim["kravtype"] = "NYSKATT_2027"
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def unknown_kravgruppe(service: KravOgBetalinger) -> KravOgBetalinger:
    """A group has a new name."""

    def change(body: Json) -> Json:
        for node in [*claims(body), *groups(body)]:
            if node.get("kravgruppe") == "Skatt":
                node["kravgruppe"] = "Personskatt"
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def unknown_innbetalingstype(service: KravOgBetalinger) -> KravOgBetalinger:
    """Payments have a new type."""

    def change(body: Json) -> Json:
        for holder in list(holders(body, "innbetalingstype")):
            holder["innbetalingstype"] = "Straksbetaling"
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def totals_absent(service: KravOgBetalinger) -> KravOgBetalinger:
    """aapnekrav has no totals, as in the examples of 2025."""
    return with_knob(service, "totals", "absent")


@in_body(breaks=NOTHING, operation=CLAIMS)
def descriptions_absent(body: Json) -> Json:
    """Claims have no description: it is optional in the model."""
    for claim in claims(body):
        claim.pop("kravbeskrivelse")
    return body


@in_body(breaks=NOTHING, operation=CLAIMS)
def tax_periods_absent(body: Json) -> Json:
    """Claims have no tax period: it is optional in the model."""
    for claim in claims(body):
        claim.pop("kravperiode")
    return body


@in_service(breaks=NOTHING)
def recording_days_absent(service: KravOgBetalinger) -> KravOgBetalinger:
    """Claims have no opprettelsesdatoForKrav: it is optional in the model."""

    def change(body: Json) -> Json:
        for claim in claims(body):
            claim.pop("opprettelsesdatoForKrav")
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def payment_ids_absent(service: KravOgBetalinger) -> KravOgBetalinger:
    """Payments have no innbetalingsidentifikator: the model requires nothing of a payment."""

    def change(body: Json) -> Json:
        for payment in payments(body):
            payment.pop("innbetalingsidentifikator")
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def whatever_is_optional_absent(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every member whose absence carries no meaning is left out, as the model allows."""

    def without(holder: str, node: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(node, list):
            return [without(holder, child) for child in node]
        if not isinstance(node, dict):
            return node
        optional = OPTIONAL.get(holder, frozenset())
        return {name: without(name, child) for name, child in node.items() if name not in optional}

    return in_every_format(service, lambda body: without("", body))


@in_body(breaks=NOTHING, operation=CLAIMS)
def interest_of_nothing_absent(body: Json) -> Json:
    """A claim without interest has no stipulerteRenter, whatever the ledger system."""
    for claim in claims(body):
        if not claim.get("stipulerteRenter"):
            claim.pop("stipulerteRenter", None)
    return body


@in_body(breaks=NOTHING, operation=CLAIMS)
def interest_of_nothing_written(body: Json) -> Json:
    """A claim without interest has stipulerteRenter 0.0, whatever the ledger system."""
    for claim in claims(body):
        claim.setdefault("stipulerteRenter", 0.0)
    return body


@in_service(breaks=NOTHING)
def description_in_two_languages(service: KravOgBetalinger) -> KravOgBetalinger:
    """Descriptions are in nynorsk as well."""

    def change(body: Json) -> Json:
        for claim in claims(body):
            texts = claim["kravbeskrivelse"]["spraakTekst"]
            texts.append(texts[0] | {"spraak": "nn"})
        return body

    return in_every_format(service, change)


@in_answer(breaks=NOTHING)
def further_headers(answer: Answer, call: Call) -> Answer:
    """Answers carry a gateway's headers."""
    headers = (("X-Request-Id", "7"), ("Cache-Control", "no-store"), ("Strict-Transport-Security", "max-age=1"))
    return replace(answer, headers=(*answer.headers, *headers, ("Set-Cookie", "lb=a; Path=/")))


@in_body(breaks=NOTHING, status=ERRORS)
def other_texts(body: Json) -> Json:
    """melding has another text with the same meaning."""
    return body | {"melding": f"Forespørselen kunne ikke behandles ({body['kode']})."}


@in_body(breaks=NOTHING, status=ERRORS)
def specification_in_errors(body: Json) -> Json:
    """Error bodies have the list spesifisering, as in another of Skatteetaten's APIs."""
    return body | {"spesifisering": [{"felt": "identifikator", "melding": "se melding"}]}


@in_service(breaks=NOTHING)
def empty_period_is_200(service: KravOgBetalinger) -> KravOgBetalinger:
    """An empty period gets 200 without a list."""
    return with_knob(service, "nothing-found", "200")


@in_service(breaks=NOTHING)
def empty_list_written(service: KravOgBetalinger) -> KravOgBetalinger:
    """An empty period gets 200 with an empty list."""
    lists = {"krav": "krav", "innbetalinger": "innbetaling", "utbetalinger": "utbetaling"}

    def vary(body: Json, seed: int, name: str) -> Json:
        empty = lists.get(name.rpartition("/")[2])
        varied = service.vary(body, seed, name)
        return varied if empty is None or varied["skjermet"] else {empty: [], **varied}

    return replace(with_knob(service, "nothing-found", "200"), vary=vary)


@in_service(breaks=NOTHING)
def nothing_open_is_404(service: KravOgBetalinger) -> KravOgBetalinger:
    """aapnekrav for a party without open claims gets 404 KB-007."""
    return with_knob(service, "nothing-open", "KB-007")


@in_service(breaks=NOTHING)
def xml_root_is_svar(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every XML answer has the same root element."""
    return with_knob(service, "xml-root", "svar")


@in_answer(breaks=NOTHING, status=200)
def xml_in_a_namespace(answer: Answer, call: Call) -> Answer:
    """XML answers are in a namespace."""
    if answer.is_json or not answer.body:
        return answer
    root = etree.fromstring(answer.body)
    namespace = "urn:no:skatteetaten:innkreving:kravogbetalinger:v1"
    text = etree.tostring(root, encoding="unicode").replace(f"<{root.tag}", f'<{root.tag} xmlns="{namespace}"', 1)
    return answer.with_body(text.encode())


@in_service(breaks=NOTHING)
def codes_of_the_gateway(service: KravOgBetalinger) -> KravOgBetalinger:
    """An unknown URL and a missing consent get the common codes DAS-002 and DAS-008."""
    return with_knob(service, "gateway-codes", "DAS")


@in_service(breaks=NOTHING)
def missing_scope_is_401(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token with another scope is refused with 401 KB-004."""
    return with_knob(service, "missing-scope", "KB-004")


@in_service(breaks=NOTHING)
def end_of_period_required(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period without tilOgMed is refused."""
    return with_knob(service, "til-og-med", "required")


@in_service(breaks=NOTHING)
def year_of_366_days(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period may have 366 days, both ends included."""
    return with_knob(service, "year", "366")


@in_service(breaks=NOTHING)
def year_of_365_days(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period may have 365 days, both ends included: how long a year is remains undocumented."""
    return with_knob(service, "year", "365")


@in_service(breaks=NOTHING)
def claims_by_due_date(service: KravOgBetalinger) -> KravOgBetalinger:
    """A claim belongs to the period of its due date."""
    return with_knob(service, "krav-date", "forfall")


@in_service(breaks=NOTHING)
def sums_cut_to_kroner(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every addend of a sum is truncated to whole kroner, as in 2022."""
    return with_knob(service, "oere", "cut")


@in_service(breaks=NOTHING)
def due_today_is_overdue(service: KravOgBetalinger) -> KravOgBetalinger:
    """A claim due today counts as overdue."""
    return with_knob(service, "due-today", "overdue")


@in_service(breaks=NOTHING)
def unknown_package_is_403(service: KravOgBetalinger) -> KravOgBetalinger:
    """An unknown rights package is refused with 403 DAS-008."""
    return with_knob(service, "unknown-package", "DAS-008")


@in_service(breaks=NOTHING)
def unknown_package_is_400(service: KravOgBetalinger) -> KravOgBetalinger:
    """An unknown rights package is refused with 400 KB-006."""
    return with_knob(service, "unknown-package", "KB-006")


@in_service(breaks=NOTHING)
def lovfestetrevisjon_by_consent(service: KravOgBetalinger) -> KravOgBetalinger:
    """`lovfestetrevisjon` requires a consent, which the target file does not mention."""
    return with_knob(service, "lovfestetrevisjon", "consent")


@in_service(breaks=NOTHING)
def lovfestetrevisjon_by_system_user(service: KravOgBetalinger) -> KravOgBetalinger:
    """`lovfestetrevisjon` requires a system user, which the target file does not mention."""
    return with_knob(service, "lovfestetrevisjon", "system-user")


@in_service(breaks=NOTHING)
def altinn_2_consent_read(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent token of Altinn 2 still opens `finans`, as does one of Altinn 3."""
    return with_knob(service, "altinn2-consent", "on")


@in_service(breaks=NOTHING)
def one_claim_withheld(service: KravOgBetalinger) -> KravOgBetalinger:
    """One open claim of each party is shielded: it is not shown but counts in the sums, and `skjermet` is true."""

    def shown(party: str) -> Ledger | None:
        ledger = service.ledger(party)
        if ledger is None or not ledger.open_claims:
            return ledger
        withheld = ledger.open_claims[0]
        claims = [replace(claim, shielded=True) if claim is withheld else claim for claim in ledger.claims]
        return replace(ledger, claims=claims)

    return replace(service, ledger=shown)


def settled(*settings: str) -> tuple[str, ...]:
    """The arguments for a separate sandbox: these knobs are not the service's alone."""
    return tuple(argument for setting in settings for argument in ("--knob", setting))


@in_service(
    breaks=NOTHING,
    seen_with=settled(
        "grant-lifetime=180",
        "unknown-claims=lenient",
        "grant-audience=token-url-too",
        "token-audience=unspecified",
        "no-access=forbidden",
        "error-tail=correlation-id",
        "resource-form=array",
        "consent-failure=invalid_grant",
        "consent-metadata=metaData",
        "multiple-problems=400",
        "sixth-call=429",
        "lovfestetrevisjon=consent",
    ),
)
def issuers_settle_everything_otherwise(service: KravOgBetalinger) -> KravOgBetalinger:
    """Maskinporten and Altinn settle every open question the other way; auditors are known to need a consent."""
    return service


@in_service(
    breaks=NOTHING,
    seen_with=settled("unknown-claims=allow_sub", "token-lifetime=20", "lovfestetrevisjon=system-user"),
)
def short_tokens_and_system_users_of_auditors(service: KravOgBetalinger) -> KravOgBetalinger:
    """Tokens live for 20 seconds; auditors are known to need a system user."""
    return service


@in_service(breaks=NOTHING)
def wrong_check_digit_is_404(service: KravOgBetalinger) -> KravOgBetalinger:
    """An identifier with a wrong check digit is unknown: 404 KB-009."""
    return with_knob(service, "check-digit", "KB-009")


@in_service(breaks=NOTHING)
def input_judged_before_the_token(service: KravOgBetalinger) -> KravOgBetalinger:
    """Path, format and input are checked before the token."""
    return with_knob(service, "order", "input-first")


@in_service(breaks=NOTHING)
def malformed_call_id_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A Korrelasjonsid that is not a UUID is refused."""
    return with_knob(service, "korrelasjonsid", "refused")


@in_service(breaks=NOTHING)
def no_korrelasjonsid_header(service: KravOgBetalinger) -> KravOgBetalinger:
    """Answers have no Korrelasjonsid header."""
    return with_knob(service, "korrelasjonsid-header", "absent")


@in_answer(breaks=NOTHING)
def charset_written(answer: Answer, call: Call) -> Answer:
    """The Content-Type of JSON names the charset."""
    return answer.with_header("content-type", "application/json;charset=UTF-8") if answer.is_json else answer


@in_answer(breaks=NOTHING)
def json_indented(answer: Answer, call: Call) -> Answer:
    """JSON is indented, and non-ASCII characters are escaped."""
    return answer.with_body(json.dumps(answer.json(), indent=2).encode()) if answer.is_json else answer


def whole(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        return {name: whole(value) for name, value in node.items()}
    if isinstance(node, list):
        return [whole(value) for value in node]
    return int(node) if isinstance(node, float) and node.is_integer() else node


@in_answer(breaks=NOTHING, status=200)
def whole_amounts_without_decimals(answer: Answer, call: Call) -> Answer:
    """Whole amounts are written without a decimal point."""
    return answer.with_json(whole(answer.json())) if answer.is_json else answer


def _with_accounts(body: Json, change: Callable[[Json], object]) -> Json:
    for name in ("innbetaltFra", "betaltTil"):
        for account in accounts(body, name):
            change(account)
    return body


@in_service(breaks=NOTHING)
def accounts_masked_otherwise(service: KravOgBetalinger) -> KravOgBetalinger:
    """Private accounts are masked with groups of x."""

    def change(body: Json) -> Json:
        return _with_accounts(
            body, lambda account: account.update(kontonummer=f"xxxx xx {account['kontonummer'][-5:]}")
        )

    return in_every_format(service, change)


@in_body(breaks=NOTHING)
def accounts_absent(body: Json) -> Json:
    """Private accounts are left out."""
    return _with_accounts(body, lambda account: account.pop("kontonummer", None))


@in_answer(breaks=NOTHING, status=401)
def challenge_sent(answer: Answer, call: Call) -> Answer:
    """A 401 names the scheme in WWW-Authenticate."""
    return answer.with_header("WWW-Authenticate", 'Bearer error="invalid_token"')


@in_answer(breaks=NOTHING, status=200)
def answers_compressed(answer: Answer, call: Call) -> Answer:
    """Answers are compressed for clients that accept compression."""
    if "gzip" not in call.headers.get("accept-encoding", "") or call.method != "GET":
        return answer
    return answer.with_body(gzip.compress(answer.body)).with_header("Content-Encoding", "gzip")


@in_answer(breaks=NOTHING, status=200)
def length_not_told(answer: Answer, call: Call) -> Answer:
    """Answers come in chunks, without a Content-Length."""
    return answer.without_header("Content-Length")


@in_answer(breaks=NOTHING, status=200)
def head_not_offered(answer: Answer, call: Call) -> Answer:
    """HEAD with a valid token is refused with 405."""
    return answer.with_status(405).with_header("Allow", "GET") if call.method == "HEAD" else answer


@in_service(breaks=NOTHING)
def unknown_assessment(service: KravOgBetalinger) -> KravOgBetalinger:
    """fastsettingsmaate has a value that is not in the specification: such lists grow."""

    def change(body: Json) -> Json:
        for claim in list(holders(body, "fastsettingsmaate")):
            claim["fastsettingsmaate"] = "skjoennsfastsatt"
        return body

    return in_every_format(service, change)


@in_service(breaks=NOTHING)
def unknown_status_of_payout(service: KravOgBetalinger) -> KravOgBetalinger:
    """utbetalingstatus has a value that is not in the specification: such lists grow."""

    def change(body: Json) -> Json:
        for payout in list(holders(body, "utbetalingstatus")):
            payout["utbetalingstatus"] = "avvist"
        return body

    return in_every_format(service, change)


@in_answer(breaks=NOTHING, status=200)
def package_shows_fewer_claims(answer: Answer, call: Call) -> Answer:
    """`lovfestetrevisjon` leaves the last claim out: no document says that every rights package shows the same."""
    if not answer.is_json or "/lovfestetrevisjon/" not in call.path:
        return answer
    body = answer.json()
    if len(body.get("krav", [])) > 1:
        body["krav"].pop()
    return answer.with_json(body)


TURNED_AWAY = (401, 404, 405)
UNKNOWN = "KB-003"
"""The service's own error code for an unknown address."""


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_with_no_body(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a bare status."""
    return gateways.turned_away(answer, gateways.with_no_body, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_in_json(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with its own JSON, whatever format was requested."""
    return gateways.turned_away(answer, gateways.in_json, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_with_a_page(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with an HTML page."""
    return gateways.turned_away(answer, gateways.as_page, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_with_an_oauth_error(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with an OAuth error."""
    return gateways.turned_away(answer, gateways.as_oauth_error, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_with_a_problem(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods with a problem document."""
    return gateways.turned_away(answer, gateways.as_problem, unknown_address=UNKNOWN)


@in_answer(breaks=NOTHING, status=TURNED_AWAY)
def gateway_turns_away_in_plain_text(answer: Answer, call: Call) -> Answer:
    """A gateway refuses tokens, addresses and methods in plain text, with header names in lower case."""
    return gateways.turned_away(answer, gateways.in_text, unknown_address=UNKNOWN)


@in_call(breaks=NOTHING)
def firewall_blocks_what_resembles_an_attack(healthy: Handler) -> Handler:
    """A firewall answers an address that resembles an attack with a page that has a support ID."""
    return gateways.with_firewall(healthy)


def grown(service: KravOgBetalinger, members: Mapping[str, Any]) -> KravOgBetalinger:
    """Every answer, in JSON and XML, with new members in every object."""
    return in_every_format(service, lambda body: dict(growth.grown(body, members)))


@in_service(breaks=NOTHING)
def every_object_has_a_new_object(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every object of every answer, at every depth, has a new member that is an object."""
    return grown(service, growth.OBJECT)


@in_service(breaks=NOTHING)
def every_object_has_a_new_list(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every object of every answer, at every depth, has a new member that is a list."""
    return grown(service, growth.LIST)


@in_service(breaks=NOTHING)
def every_object_has_new_values(service: KravOgBetalinger) -> KravOgBetalinger:
    """Every object of every answer, at every depth, has new members with strings, numbers and dates."""
    return grown(service, growth.VALUES)


@in_body(breaks=NOTHING, status=ERRORS)
def errors_have_new_members(body: Json) -> Json:
    """An error has new members of every kind."""
    return body | growth.OBJECT | growth.LIST | growth.VALUES
