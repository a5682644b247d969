"""What a sender sees: status (R4, R5), a deduction (R6), a debtor's rules (R7). And what he tells: payments (R10).

All of it is reconstructed but the bodies of R4 and R6, which are in published diagrams (2025-10-22 and 2025-10-24).
"""

import datetime
import re
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import BeforeValidator
from starlette.requests import Request

from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import invalid, json_body
from harness.sandbox.utleggsbegjaering.case_views import deduction, fixed_case, status_of
from harness.sandbox.utleggsbegjaering.model.begjaering import read
from harness.sandbox.utleggsbegjaering.model.claims import BeloepValuta
from harness.sandbox.utleggsbegjaering.model.parties import Partsidentifikator
from harness.sandbox.utleggsbegjaering.model.values import TIME, Dato, Filled, Message
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.rules.krav import is_faulty_number
from harness.sandbox.utleggsbegjaering.store import Case

ENDED = frozenset({"sakNektetFremmet", "sakHevet", "sakAvsluttet"})
TAKES_PAYMENTS = frozenset({"sakBesluttet"})


async def status(office: Office, caller: Caller, request: Request, referanse: str) -> Reply:  # noqa: ARG001 - one signature
    """StatusPaaSak of a case of one's own, or of one of the fixed test references."""
    fixed = fixed_case(referanse, office.register, office.clock.now())
    if fixed is not None:
        return Reply(200, fixed)
    case = office.store.case(referanse)
    if case is None or case.innsender != caller.organisation:
        raise Refused(404, "XXX-003", "Ingen sak har denne referansen.")
    return Reply(200, status_of(case, office.store))


async def changed(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """One's own cases with a message after a time."""
    query = parse_qs(request.url.query, keep_blank_values=True, max_num_fields=100)
    after = query.get("endretEtter", [])
    if len(after) != 1:
        raise invalid("Oppgi endretEtter én gang.")
    since = _time(after[0])
    cases = [case for case in office.store.cases_of(caller.organisation) if case.meldingsdato > since]
    return Reply(200, [_in_short(case) for case in cases])


def _time(text: str) -> datetime.datetime:
    # A plus sign that was not escaped arrives as a space.
    text = re.sub(r" (?=[0-9]{2}:[0-9]{2}\Z)", "+", text)
    try:
        if TIME.match(text):
            return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise invalid("endretEtter skal være et tidspunkt på formen ÅÅÅÅ-MM-DDTtt:mm:ssZ.")


def _in_short(case: Case) -> dict[str, str]:
    return {
        "eksternSaksreferanse": case.referanse,
        "saksstatus": case.saksstatus,
        "meldingsdato": case.meldingsdato.isoformat(),
    }


class Innsynsforespoersel(Message):
    """Whose deduction, for whom."""

    saksoeker: Partsidentifikator
    saksoekt: Partsidentifikator


async def insight(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """ResponsInnsynIEttTrekk: synthetic, and only after a submission for the same claimant and debtor."""
    asked = read(Innsynsforespoersel, await json_body(request, office.knobs), office.knobs)
    found = office.store.cases_between(":".join(asked.saksoeker.key), ":".join(asked.saksoekt.key))
    running = [case for case in found if case.saksstatus not in ENDED]
    if not running:
        raise Refused(404, "XXX-003", "Det finnes ikke noe løpende trekk for disse partene.")
    own = [case for case in running if case.innsender == caller.organisation]
    if not own:
        raise Refused(403, "XXX-005", "Den som spør, representerer ikke saksøkeren i en slik sak.")
    return Reply(200, deduction(own, asked.saksoeker, asked.saksoekt, office.store, office.clock.now()))


class Betjeningsoppslag(Message):
    """The debtors of one request to come."""

    skyldner: Annotated[list[Partsidentifikator], Filled]


async def rules_of_debtors(office: Office, caller: Caller, request: Request, _: str) -> Reply:  # noqa: ARG001 - one signature
    """Old or new rules, for each debtor and for all of them together."""
    asked = read(Betjeningsoppslag, await json_body(request, office.knobs), office.knobs)
    answers = [
        {"partsreferanse": each.model_dump(exclude_none=True), "regelverk": _regelverk(office, each)}
        for each in asked.skyldner
    ]
    common = {str(answer["regelverk"]) for answer in answers}
    return Reply(200, {"regelverk": common.pop() if len(common) == 1 else "motstridendeRegelverk", "skyldner": answers})


def _regelverk(office: Office, party: Partsidentifikator) -> str:
    if party.norwegian is None or not office.register.knows(party.norwegian):
        return "ukjentSkyldner"
    is_old = office.register.has_old_rules(party.norwegian, office.clock.today())
    return "tidligereRegelverk" if is_old else "nyttRegelverk"


def _amount(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A bare number is an amount in kroner: the draft text does not say which of the two is sent."""
    return value if isinstance(value, dict) else {"beloep": value}


class Innbetaling(Message):
    """A payment on a claim that is in utlegg or trekk already."""

    bokfoertDato: Dato  # noqa: N815 - wire name
    beloep: Annotated[BeloepValuta, BeforeValidator(_amount)]


async def pay(office: Office, caller: Caller, request: Request, kravgrunnlagsidentifikator: str) -> Reply:
    """Takes note of a payment; what remains of the claim goes down by it."""
    claim = office.store.claim(kravgrunnlagsidentifikator)
    case = office.store.case(claim[0]) if claim else None
    if case is None or case.innsender != caller.organisation:
        raise Refused(404, "XXX-003", "Ingen krav har denne identifikatoren.")
    payment = read(Innbetaling, await json_body(request, office.knobs), office.knobs)
    if payment.bokfoertDato > office.clock.today() or is_faulty_number(payment.beloep.beloep):
        raise invalid("Innbetalingen har en dato fram i tid eller et ugyldig beløp.")
    if case.saksstatus not in TAKES_PAYMENTS:
        raise Refused(409, "XXX-006", "Saken har ikke utlegg eller trekk. Send en endring i stedet.")
    office.store.pay(kravgrunnlagsidentifikator, payment.bokfoertDato.isoformat(), str(payment.beloep.beloep))
    return Reply(202)
