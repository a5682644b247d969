"""What a sender can see, status (R4, R5), deductions (R6) and debtors' rules (R7), and report, payments (R10).

All of it is reconstructed except the bodies of R4 and R6, which are in published diagrams (2025-10-22, 2025-10-24).
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
    """StatusPaaSak of one of the caller's cases, or of a fixed test reference."""
    fixed = fixed_case(referanse, office.register, office.clock.now())
    if fixed is not None:
        return Reply(200, fixed)
    case = office.store.case(referanse)
    if case is None or case.innsender != caller.organisation:
        raise Refused(404, "XXX-003", "Ingen sak har denne referansen.")
    return Reply(200, status_of(case, office.store))


async def changed(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """The caller's cases with a message after a given time."""
    query = parse_qs(request.url.query, keep_blank_values=True, max_num_fields=100)
    after = query.get("endretEtter", [])
    if len(after) != 1:
        raise invalid("Oppgi endretEtter én gang.")
    since = _time(after[0])
    cases = [case for case in office.store.cases_of(caller.organisation) if case.meldingsdato > since]
    return Reply(200, [_in_short(case) for case in cases])


def _time(text: str) -> datetime.datetime:
    # An unescaped plus sign arrives as a space.
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
    """The claimant and the debtor of a deduction."""

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
    """The debtors of a future request."""

    skyldner: Annotated[list[Partsidentifikator], Filled]


async def rules_of_debtors(office: Office, caller: Caller, request: Request, _: str) -> Reply:  # noqa: ARG001 - one signature
    """Old or new rules, for each debtor and for all together."""
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
    """A bare number is an amount in kroner: the draft does not say which of the two forms is sent."""
    return value if isinstance(value, dict) else {"beloep": value}


class Innbetaling(Message):
    """A payment on a claim that already has utlegg or trekk."""

    bokfoertDato: Dato  # noqa: N815 - wire name
    beloep: Annotated[BeloepValuta, BeforeValidator(_amount)]


async def pay(office: Office, caller: Caller, request: Request, kravgrunnlagsidentifikator: str) -> Reply:
    """Records a payment; the claim's remaining amount is reduced by it."""
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
