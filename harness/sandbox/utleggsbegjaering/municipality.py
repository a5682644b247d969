# ruff: noqa: N815 - wire names
"""A municipality looks up coordinated deductions and sends its decision (reconstructed paths: R8, R9).

Bodies: class diagram 1.0 and two examples (2025-10-01).
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from starlette.requests import Request

from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import json_body
from harness.sandbox.utleggsbegjaering.model.begjaering import ValgtNamsmannsdistrikt, read
from harness.sandbox.utleggsbegjaering.model.claims import Betalingsinformasjon, Krav
from harness.sandbox.utleggsbegjaering.model.parties import Aktoer, Innsender, Kontaktinformasjon, Partsidentifikator
from harness.sandbox.utleggsbegjaering.model.values import Filled, Message, Tekst, Tidspunkt, Uuid
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Kontrollutslag, Refused
from harness.sandbox.utleggsbegjaering.register import is_synthetic_organisation, is_synthetic_person
from harness.sandbox.utleggsbegjaering.rules.betaling import is_kid
from harness.sandbox.utleggsbegjaering.rules.krav import is_faulty_number


class Oppslag(Message):
    """The debtor that a municipality asks about."""

    skyldner: Partsidentifikator


class Beslutningsdokument(Message):
    """The decision as a document."""

    filnavn: Tekst
    uuid: Uuid


class Kommune(Message):
    """A municipality as claimant."""

    saksoeker: Aktoer
    saksoekerKontaktinformasjon: Kontaktinformasjon | None = None
    innsender: Innsender | None = None


class Skyldner(Message):
    """The debtor that a decision is about."""

    saksoekt: Aktoer


class Beslutning(Message):
    """BeslutningOmUtleggstrekkFraKommune, model 1.0."""

    beslutning: Beslutningsdokument
    beslutningsdato: Tidspunkt
    underskrift: Tekst
    innsenderReferanse: Tekst | None = None
    saksreferanse: Tekst | None = None
    trekkEtterGammeltRegelverkBesluttet: Tidspunkt | None = None
    saksoeker: Annotated[list[Kommune], Filled]
    saksoekt: Skyldner
    kravTilInnkreving: Annotated[list[Krav], Filled]
    betalingsinformasjon: Betalingsinformasjon
    valgtNamsmannsdistrikt: ValgtNamsmannsdistrikt | None = None


async def look_up(office: Office, caller: Caller, request: Request, _: str) -> Reply:  # noqa: ARG001 - one signature
    """Whether a debtor has or had a coordinated deduction; the answer is invented but always the same."""
    party = read(Oppslag, await json_body(request, office.knobs), office.knobs).skyldner
    number = party.norwegian or ""
    is_valid = is_synthetic_organisation(number) or is_synthetic_person(number)
    is_known = is_valid and office.register.knows(number)
    answer: dict[str, object] = {
        "partsreferanse": party.model_dump(exclude_none=True),
        "harEllerHarHattSamordnetTrekk": is_known and random.Random(number).random() < 0.5,  # noqa: S311 - no secret
    }
    if not is_known:
        answer["ukjentSkyldner" if is_valid else "ugyldigSkyldner"] = True
    return Reply(200, {"skyldner": answer})


async def decide(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """Receives a decision."""
    value = await json_body(request, office.knobs)
    decision = read(Beslutning, value, office.knobs)
    kontrollutslag = list(_kontrollutslag(office, caller, decision))
    if kontrollutslag:
        raise Refused(422, kontrollutslag[0].kode, "Beslutningen oppfyller ikke alle vilkår.", kontrollutslag)
    return Reply(201, {"eksternSaksreferanse": office.store.decide(caller.organisation, value, office.clock.now())})


def _kontrollutslag(office: Office, caller: Caller, decision: Beslutning) -> Iterator[Kontrollutslag]:
    """Only the conditions for parts that the two models share; none are published for decisions."""
    senders = {(each.innsender.innsender if each.innsender else each.saksoeker).key for each in decision.saksoeker}
    if senders != {("NO", caller.organisation)}:
        code = "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING"
        yield Kontrollutslag(code, "Innsender er en annen enn den innloggede virksomheten.", "Kontroller innsender.")
    references = Counter(krav.innsendersKravreferanse for krav in decision.kravTilInnkreving)
    if max(references.values()) > 1:
        yield Kontrollutslag(
            "KRAV_DUPLIKATE_REFERANSER", "Flere krav har samme referanse.", "Gi hvert krav sin egen referanse."
        )
    amounts = [
        each for krav in decision.kravTilInnkreving for each in (krav.opprinneligBeloep, krav.gjenstaaendeBeloep)
    ]
    if any(is_faulty_number(amount.beloep) for amount in amounts):
        yield Kontrollutslag(
            "UGYLDIG_BELOEP", "Et beløp er ugyldig.", "Et beløp kan ha høyst to desimaler og ikke være negativt."
        )
    kid = decision.betalingsinformasjon.kidnummer
    if kid is not None and not is_kid(kid):
        yield Kontrollutslag("UGYLDIG_KID", "KID-nummeret er ugyldig.", "Kontroller KID-nummeret.")
    debtor = decision.saksoekt.saksoekt.identifikator
    if debtor is None or debtor.norwegian is None or not office.register.knows(debtor.norwegian):
        code = "SAKSOEKT_MANGLER_I_REGISTERET"
        yield Kontrollutslag(code, "Skyldneren finnes ikke i partsregisteret.", "Kontroller identifikatoren.")
    attachment = office.store.attachment(decision.beslutning.uuid)
    is_there = attachment is not None and attachment.innsender == caller.organisation
    if attachment is None or not is_there or attachment.tilstand(office.clock.now()) != "klar":
        code = "VEDLEGG_SKAL_VAERE_TILGJENGELIG"
        yield Kontrollutslag(code, "Beslutningen er ikke tilgjengelig som vedlegg.", "Last den opp på nytt.")
