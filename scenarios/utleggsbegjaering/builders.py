"""Makes valid begjæringer of message model 2.0 from synthetic parties, as plain JSON values.

A builder returns a value that a scenario may change freely. uuids are placeholders for the file of each attachment;
`cite` replaces them with those of uploaded files.
"""

import datetime
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

from scenarios.utleggsbegjaering.identifiers import kid_mod10
from scenarios.utleggsbegjaering.interest import interest, periods
from scenarios.utleggsbegjaering.parties import Parties

Json = dict[str, Any]

KONTONUMMER = "69930570044"
KID = kid_mod10("250993760")

ALMINNELIGE = (
    "domEllerKjennelse",
    "avgjørelseSomHarVirkningSomDom",
    "forelegg",
    "voldgiftsdom",
    "avgjørelseAvUtenlandskDomstolKonvensjon",
    "avgjørelseAvUtenlandskDomstol",
    "avgjørelseAvInternasjonalDomstol",
    "rettsforlik",
)

SAERLIGE: dict[str, Json] = {
    "tvangsmulkt": {
        "tvangsmulktEllerLovbestemmelse": {"type": "tvangsmulkt", "juridiskGrunnlag": "Vedtak om tvangsmulkt"}
    },
    "lovbestemmelse": {"tvangsmulktEllerLovbestemmelse": {"type": "lovbestemmelse", "juridiskGrunnlag": "Lov"}},
    "skriftligMeddelelse": {
        "skriftligMeddelelse": {
            "kravetsGrunnlag": "Faktura 55 for varer",
            "faktiskeForholdForKravet": "Fakturaen er ikke betalt",
            "paastand": "Saksøkte dømmes til å betale kravet",
            "kanBehandlesIForliksraadet": True,
            "krevesFravaersdom": True,
            "forsendelsesmaate": {"forsendelsesmaate": "digipost"},
        }
    },
    "gjeldsbrev": {"gjeldsbrev": {"skyldnererklaering": True, "inndrivelsesklausul": True}},
    "elektroniskGjeldserklaering": {
        "elektroniskGjeldserklaering": {"skyldnererklaering": True, "inndrivelsesklausul": True}
    },
    "sjekk": {"sjekkEllerVeksel": {"sjekk": True}},
    "veksel": {"sjekkEllerVeksel": {"veksel": True}},
}


def partsidentifikator(number: str) -> Json:
    return {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}


def adresse(adressetype: str = "forretningsadresse", gate: str = "Prøvegata 1") -> Json:
    innland = {"adressetekst": gate, "poststedsnavn": "Bergen", "kommunenummer": "4601", "postnummer": "5003"}
    return {"adressetype": adressetype, "adresseInnland": innland}


def virksomhet(number: str, navn: str = "PRØVENDE STAND AS", virksomhetstype: str = "annet") -> Json:
    """An enterprise as an actor."""
    members = {"navn": navn, "identifikator": partsidentifikator(number), "virksomhetstype": virksomhetstype}
    return {"virksomhet": members, "adresse": [adresse()]}


def person(number: str, born: str, fornavn: str = "PRØVENDE", etternavn: str = "STAND") -> Json:
    """A person as an actor."""
    members = {
        "personnavn": {"fornavn": fornavn, "etternavn": etternavn},
        "foedselsdato": born,
        "identifikator": partsidentifikator(number),
    }
    return {"person": members, "adresse": [adresse("bopelsadresse", "Prøvegata 2")]}


def sammenslutning(navn: str = "PRØVENDE VELFORENING") -> Json:
    """An association without a number as an actor."""
    return {"sammenslutning": {"navn": navn}, "adresse": [adresse("postadresse")]}


def vedlegg(type_: str, filnavn: str) -> Json:
    """A reference to a file; the same name gives the same placeholder."""
    return {"type": type_, "filnavn": filnavn, "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, filnavn))}


def beloep(amount: str | int | Decimal) -> Json:
    return {"beloep": float(amount), "valuta": "NOK"}


def hovedkrav(reference: str, amount: str | int = 10_000, due: str = "2025-02-14", **members: object) -> Json:
    return {
        "innsendersKravreferanse": reference,
        "kravdetaljer": "Hovedkrav",
        "kravbeskrivelse": "Varer",
        "prioritetDekningsloven": "e",
        "opprinneligBeloep": beloep(amount),
        "gjenstaaendeBeloep": beloep(amount),
        "kravforfall": {"forfallsdato": due},
        **members,
    }


def kostnad(reference: str, kravdetaljer: str, relatert: str, amount: str | int = 700, **members: object) -> Json:
    """A cost; `members` contains a due date if its type needs one."""
    return {
        "innsendersKravreferanse": reference,
        "kravdetaljer": kravdetaljer,
        "prioritetDekningsloven": "e",
        "opprinneligBeloep": beloep(amount),
        "gjenstaaendeBeloep": beloep(amount),
        "relatertKrav": [relatert],
        **members,
    }


def rentekrav(reference: str, relatert: str, start: str, end: str, base: Decimal, rate: Decimal | None = None) -> Json:
    """Interest on a claim, at the statutory rate or at an agreed one; the amount is computed."""
    dates = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    ((period, left),) = periods(*dates, base, ())
    computed = interest(left, period, rate)
    how: Json = {"beregnetMedForsinkelsesrente": True} if rate is None else {"beregnetMedAvtaltRentesats": float(rate)}
    return {
        "innsendersKravreferanse": reference,
        "kravdetaljer": "Rentekrav",
        "prioritetDekningsloven": "e",
        "opprinneligBeloep": beloep(computed),
        "gjenstaaendeBeloep": beloep(computed),
        "relatertKrav": [relatert],
        "rentekrav": {"rentePeriode": {"startdato": start, "sluttdato": end}, "renteGrunnlag": beloep(base), **how},
    }


def varsel(paragraph: str, **members: object) -> Json:
    """A notice by section 4-18 or 4-19 of the Enforcement Act (`418` or `419`)."""
    return {
        "type": f"varselTvfbl{paragraph}",
        "dato": "2025-12-01",
        "tvangskraftgrunnlag": vedlegg("tvangskraftgrunnlag", f"varsel-{paragraph}.pdf"),
        "forsendelsemaateType": "alminneligPost",
        **members,
    }


def alminnelig_tvangsgrunnlag(type_: str, references: list[str], debtor: str, creditor: str) -> Json:
    dom = {
        "oppfyllelsesfrist": "2025-06-01",
        "forkynnelsesdato": "2025-05-10",
        "forpliktet": [partsidentifikator(debtor)],
        "berettiget": [partsidentifikator(creditor)],
    }
    return {
        "betegnelseAvTvangsgrunnlag": "Dom",
        "tvangsgrunnlagsdato": "2025-05-01",
        "innsendersKravreferanse": references,
        "tvangsgrunnlag": vedlegg("tvangsgrunnlag", "dom.pdf"),
        "varsel": [varsel("419")],
        "alminneligTvangsgrunnlag": {"type": type_, "domsslutningInformasjon": [dom]},
    }


def saerlig_tvangsgrunnlag(kind: str, references: list[str], debtor: str, creditor: str) -> Json:
    """`kind` is one of SAERLIGE."""
    parties = {"skyldner": [partsidentifikator(debtor)], "kreditor": [partsidentifikator(creditor)]}
    return {
        "betegnelseAvTvangsgrunnlag": "Faktura 55",
        "tvangsgrunnlagsdato": "2025-02-01",
        "innsendersKravreferanse": references,
        "tvangsgrunnlag": vedlegg("tvangsgrunnlag", "grunnlag.pdf"),
        "varsel": [varsel("418")],
        "saerligTvangsgrunnlag": {**parties, **deepcopy(SAERLIGE[kind])},
    }


def inkassobyraa(number: str) -> Json:
    """A collection agency that represents the sender, with its licence holder."""
    agency = virksomhet(number, "PRØVENDE INKASSO AS", "inkassovirksomhet")
    return {"prosessfullmektig": agency, "bevillingshaver": {"navn": {"fornavn": "ANNA", "etternavn": "NORMAN"}}}


def fullmektig_person(
    number: str, filnavn: str = "fullmakt.pdf", first: str = "2025-01-01", last: str | None = None
) -> Json:
    """A person with a power of attorney."""
    actor = person(number, "1980-01-01", "VIKTIG", "FULLMEKTIG")
    del actor["person"]["foedselsdato"]
    fullmakt = {"fraDato": first, "fullmakt": vedlegg("fullmakt", filnavn)} | ({"tilDato": last} if last else {})
    return {"prosessfullmektig": actor, "fullmakt": fullmakt}


def new_reference() -> str:
    """An innsenderReferanse that nobody has used."""
    return f"PROEVESTAND-{uuid.uuid4()}"


def simple(parties: Parties, sender: str, today: datetime.date) -> Json:
    """One claimant, one debtor, one claim under a promissory note."""
    debtor, creditor = parties["saksoekt"], parties["saksoeker"]
    return {
        "innsenderReferanse": new_reference(),
        "tvangsfullbyrdelsestype": "utlegg",
        "begjaeringsdato": today.isoformat(),
        "underskrift": "Anna Norman",
        "saksoeker": [{"saksoeker": virksomhet(creditor)}],
        "saksoekt": [{"saksoekt": person(debtor, parties.born("saksoekt"))}],
        "innsender": {"innsender": virksomhet(sender, "PRØVENDE INKASSO AS", "inkassovirksomhet")},
        "betalingsinformasjon": {
            "kidnummer": KID,
            "norskKonto": True,
            "kontoinformasjon": {"kontonummer": KONTONUMMER},
        },
        "kravTilInnkreving": [hovedkrav("H1")],
        "begjaeringensTvangsgrunnlag": [saerlig_tvangsgrunnlag("gjeldsbrev", ["H1"], debtor, creditor)],
    }


def complex_(parties: Parties, sender: str, today: datetime.date) -> Json:
    """Two enforcement bases, claims of every kind with priorities, representatives: the basis of every mutation."""
    debtor, creditor = parties["saksoekt"], parties["saksoeker"]
    paid = "2025-07-01"
    sent = today - datetime.timedelta(days=60)  # a payment demand is at most six months old
    demanded = {"brevdato": str(sent), "betalingsfrist": str(sent + datetime.timedelta(days=14))}
    demand = {**demanded, "betalingsoppfordring": vedlegg("betalingsoppfordring", "betalingsoppfordring.pdf")}
    assignment = {"dato": "2025-08-01", "transporterklaering": vedlegg("transporterklæring", "transport.pdf")}
    claims = [
        hovedkrav(
            "H1",
            gjenstaaendeBeloep=beloep(8_000),
            innbetaling=[{"bokfoertDato": paid, "beloep": beloep(2_000)}],
            rentebaerendeKrav={"harForsinkelsesrente": True, "prioritetISakFremtidigRentekrav": 5},
        ),
        rentekrav("R1", "H1", "2025-02-14", paid, Decimal(10_000)),
        rentekrav("R2", "H1", paid, "2025-12-01", Decimal(8_000), Decimal("9.5")),
        kostnad(
            "U1",
            "UtenrettsligeKostnader",
            "H1",
            kravforfall={"forfallsdato": "2025-12-15"},
            betalingsoppfordring=[demand],
        ),
        kostnad("S1", "SakskostnaderForSkriving", "H1", 500),
        hovedkrav("H2", 5_000, "2025-06-01", transporterklaering=[assignment]),
    ]
    for claim, priority in zip(claims, (1, 2, 2, 3, 4, 1), strict=True):
        claim["prioritetISak"] = priority
    begjaering = simple(parties, sender, today)
    begjaering["tvangsfullbyrdelsestype"] = "utleggOgForliksklageKombinert"
    begjaering["saksoeker"][0]["saksoekersProsessfullmektig"] = fullmektig_person(parties["saksoekt_annen"])
    begjaering["innsender"] |= {"saksbehandler": "Ola Norman", "innsendersProsessfullmektig": inkassobyraa(sender)}
    begjaering["kreverRettsgebyrErstattet"] = {
        "kreverRettsgebyrErstattet": True,
        "prioritetISakRettsgebyr": 6,
        "prioritetISakFremtidigRentekrav": 7,
    }
    begjaering["vedlegg"] = [vedlegg("annet", "erkjennelse.pdf")]
    begjaering["kravTilInnkreving"] = claims
    begjaering["begjaeringensTvangsgrunnlag"] = [
        saerlig_tvangsgrunnlag("skriftligMeddelelse", ["H1", "R1", "R2", "U1", "S1"], debtor, creditor),
        alminnelig_tvangsgrunnlag("domEllerKjennelse", ["H2"], debtor, creditor),
    ]
    return begjaering


def telling(parties: Parties, sender: str, today: datetime.date) -> Json:
    """A begjæring with distinctive values, none round, repeated or plain ASCII: whatever is lost or swapped shows.

    Amounts above a million and of one øre, with less remaining than the original; the second party on each side is of
    another kind than the first; dates on a leap day, at the end of a year and where summer time changes.
    """
    debtors = (parties["saksoekt"], parties["saksoekt_virksomhet"], parties["saksoekt_annen"])
    creditor, other = parties["saksoeker"], parties["saksoeker_annen"]
    begjaering = simple(parties, sender, today)
    references = ["HOVED-Æ-1", "hoved-æ-2", "Skriving-é", "Utenrettslig-Å", "Rente-ø"]
    begjaering |= {
        "innsenderReferanse": f"PRØVESTAND-é-{uuid.uuid4()}",
        "saksoeker": [
            {"saksoeker": virksomhet(creditor, "ÆRLIG & SØNNER AS")},
            {
                "saksoeker": virksomhet(other, "BLÅBÆR ÉN AS", "inkassovirksomhet"),
                "saksoekersProsessfullmektig": fullmektig_person(
                    debtors[2], "fullmakt-søker.pdf", "2024-02-29", f"{today.year + 1}-12-31"
                ),
            },
        ],
        "saksoekt": [
            {"saksoekt": person(debtors[0], parties.born("saksoekt"), "BJØRG", "ÅS-LIE")},
            {"saksoekt": virksomhet(debtors[1], "SKYLDIG GRØNN AS")},
            {
                "saksoekt": person(debtors[2], parties.born("saksoekt_annen"), "ÅGE", "ØYÉN"),
                "saksoektesProsessfullmektig": fullmektig_person(
                    debtors[0], "fullmakt-søkt.pdf", "2025-03-30", f"{today.year + 1}-10-31"
                ),
            },
        ],
        "kreverRettsgebyrErstattet": {"kreverRettsgebyrErstattet": True},
        "kravTilInnkreving": [
            hovedkrav(
                references[0],
                "1234567.89",
                "2024-02-29",
                prioritetDekningsloven="a",
                gjenstaaendeBeloep=beloep("1230000.37"),
                innbetaling=[{"bokfoertDato": "2024-10-27", "beloep": beloep("4567.52")}],
            ),
            hovedkrav(references[1], "0.01", "2024-12-31", prioritetDekningsloven="b"),
            kostnad(
                references[2],
                "SakskostnaderForSkriving",
                references[0],
                "501.05",
                prioritetDekningsloven="c",
                gjenstaaendeBeloep=beloep("300.40"),
                innbetaling=[{"bokfoertDato": "2025-03-30", "beloep": beloep("200.65")}],
            ),
            kostnad(
                references[3],
                "UtenrettsligeKostnader",
                references[1],
                "700.10",
                prioritetDekningsloven="d",
                kravforfall={"forfallsdato": "2025-12-31"},
            ),
            rentekrav(references[4], references[0], "2024-03-01", "2025-12-31", Decimal("1230000.37")),
        ],
        "begjaeringensTvangsgrunnlag": [saerlig_tvangsgrunnlag("gjeldsbrev", references, debtors[0], creditor)],
    }
    return begjaering


def with_several_parties(begjaering: Json, parties: Parties) -> Json:
    """The same with a second claimant and a second debtor."""
    found = deepcopy(begjaering)
    found["saksoeker"].append({"saksoeker": virksomhet(parties["saksoeker_annen"], "ANNEN STAND AS")})
    found["saksoekt"].append({"saksoekt": person(parties["saksoekt_annen"], parties.born("saksoekt_annen"), "ANNEN")})
    return found


def attachments(node: object) -> Iterator[Json]:
    """Every reference to an attachment within a begjæring."""
    if isinstance(node, list):
        for child in node:
            yield from attachments(child)
    elif isinstance(node, dict):
        if {"filnavn", "uuid"} <= set(node):
            yield node
        else:
            for child in node.values():
                yield from attachments(child)


def cite(begjaering: Json, uuid_of: Callable[[str], str]) -> Json:
    """The same begjæring with the uuids under which the files were uploaded."""
    found = deepcopy(begjaering)
    for reference in attachments(found):
        reference["uuid"] = uuid_of(reference["filnavn"])
    return found
