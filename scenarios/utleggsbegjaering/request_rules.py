"""What can be said of a begjæring before it is sent: the conditions that it would meet, and where in it.

Written from the page's table of conditions (2026-03-04), by the same reading as the scenarios, and found by
`provestand check-request` by its name. What only the service knows (registers, uploaded files, earlier submissions, the
case) is told as UNKNOWABLE.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scenarios.utleggsbegjaering.identifiers import is_account, is_kid, is_organisation, is_person, is_synthetic

OPERATION = "opprettBegjaering"
"""The operation whose body a file is held against."""

Json = Mapping[str, Any]
Path = tuple[str | int, ...]

PRINCIPAL, INTEREST = "Hovedkrav", "Rentekrav"
COSTS = frozenset(
    {"Sakskostnader", "SakskostnaderForSkriving", "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"}
)
WITH_DUE_DATE = frozenset({PRINCIPAL, "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"})
WITHOUT_DUE_DATE = frozenset({INTEREST, "SakskostnaderForSkriving"})  # nothing is published for Sakskostnader

UNKNOWABLE: Mapping[str, str] = {
    "the register of parties": "INNSENDER_IKKE_IDENTIFISERBAR ER_IKKE_HOVEDENHET SAKSOKER_ER_ENK SAKSOEKT_ER_ENK "
    "SAKSOEKT_ER_IKKE_HOVEDENHET SAKSOEKT_GAMMELT_REGELVERK SAKSOEKT_MANGLER_I_REGISTERET",
    "the uploaded files": "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN VEDLEGG_SKAL_IKKE_HA_FEILET "
    "VEDLEGG_SKAL_VAERE_TILGJENGELIG VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "earlier submissions": "DUPLIKAT_INNSENDING",
    "the case, when it is a change": "UAVKLART_STATUS UGYLDIG_STATUS ULOVLIG_ENDRING_BEGJAERINGSDATO "
    "ULOVLIG_ENDRING_INNSENDER ULOVLIG_ENDRING_SAKSOEKER ULOVLIG_ENDRING_SAKSOEKT ULOVLIG_ENDRING_UNDERSKRIFT",
}
"""The conditions that depend on what only the service knows, by where the answer lies."""


@dataclass(frozen=True)
class Finding:
    """A condition that is broken at a place. `kode` is empty for what no condition covers: a warning."""

    kode: str
    path: Path
    message: str


@dataclass(frozen=True)
class Circumstances:
    """What a begjæring is held against: the day, and the organisation of the token where it is known."""

    today: datetime.date
    sender: str | None = None


Rule = Callable[[Json, Circumstances], Iterator[Finding]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


def findings(begjaering: Json, circumstances: Circumstances) -> list[Finding]:
    """Every condition that a begjæring of right form breaks, and every warning, in the order of the document."""
    found = [finding for each in RULES for finding in each(begjaering, circumstances)]
    return sorted(dict.fromkeys(found), key=lambda finding: ([str(part) for part in finding.path], finding.kode))


def find(body: Json, today: datetime.date, sender: str | None) -> list[Finding]:
    """What is wrong with a begjæring of right form, for `provestand check-request`."""
    return findings(body, Circumstances(today, sender))


def find_what_can_be_read(body: object, today: datetime.date, sender: str | None) -> list[Finding]:
    """What is wrong with a begjæring of wrong form: a rule ends where it meets what it cannot read."""
    found: list[Finding] = []
    if isinstance(body, dict):
        for each in RULES:
            try:
                found.extend(each(body, Circumstances(today, sender)))
            except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError):
                continue
    return found


def conditions(begjaering: Json, circumstances: Circumstances) -> frozenset[str]:
    """The codes of the conditions that can be known of a begjæring before it is sent."""
    return frozenset(finding.kode for finding in findings(begjaering, circumstances) if finding.kode)


def _listed(node: Json, name: str, at: Path = ()) -> Iterator[tuple[Path, Json]]:
    """The objects of a list member with their paths."""
    for number, child in enumerate(node.get(name, ())):
        if isinstance(child, Mapping):
            yield (*at, name, number), child


def _claims(begjaering: Json) -> list[tuple[Path, Json]]:
    return list(_listed(begjaering, "kravTilInnkreving"))


def _bases(begjaering: Json) -> list[tuple[Path, Json]]:
    return list(_listed(begjaering, "begjaeringensTvangsgrunnlag"))


def _claimants(begjaering: Json) -> list[tuple[Path, Json]]:
    return [((*at, "saksoeker"), part["saksoeker"]) for at, part in _listed(begjaering, "saksoeker")]


def _debtors(begjaering: Json) -> list[tuple[Path, Json]]:
    return [((*at, "saksoekt"), part["saksoekt"]) for at, part in _listed(begjaering, "saksoekt")]


def _representatives(begjaering: Json) -> Iterator[tuple[Path, Json]]:
    places = [(at, part, "saksoekersProsessfullmektig") for at, part in _listed(begjaering, "saksoeker")]
    places += [(at, part, "saksoektesProsessfullmektig") for at, part in _listed(begjaering, "saksoekt")]
    places.append((("innsender",), begjaering.get("innsender", {}), "innsendersProsessfullmektig"))
    for at, part, name in places:
        if name in part:
            yield (*at, name), part[name]


def _actors(begjaering: Json) -> Iterator[tuple[Path, Json]]:
    yield from _claimants(begjaering)
    yield from _debtors(begjaering)
    if "innsender" in begjaering:
        yield ("innsender", "innsender"), begjaering["innsender"]["innsender"]
    for at, representative in _representatives(begjaering):
        yield (*at, "prosessfullmektig"), representative["prosessfullmektig"]


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _number(holder: Json) -> str:
    """The tax number of an enterprise, person or association; empty where it has none."""
    return str(holder.get("identifikator", {}).get("taxIdentificationNumber", ""))


def _identity(actor: Json) -> object:
    """What tells one actor from another: the identifier, else names with the birth date or the addresses."""
    kind = next((name for name in ("virksomhet", "person") if name in actor), "sammenslutning")
    holder = actor[kind]
    if "identifikator" in holder:
        return tuple(sorted(holder["identifikator"].items()))
    names = holder.get("personnavn") or {"navn": holder.get("navn")}
    return kind, tuple(sorted(names.items())), holder.get("foedselsdato") or str(actor.get("adresse"))


def _full_name(person: Json) -> bool:
    return bool(person["personnavn"]["fornavn"].strip() and person["personnavn"]["etternavn"].strip())


def _address(actor: Json) -> bool:
    """Whether an actor has an address with something in it."""
    return any(place.get("adressetekst") or place.get("poststedUtland") for _, place in _places(actor, ()))


def _places(actor: Json, at: Path) -> Iterator[tuple[Path, Json]]:
    for here, address in _listed(actor, "adresse", at):
        for name in ("adresseInnland", "adresseUtland"):
            if name in address:
                yield (*here, name), address[name]


def _twice(parts: list[tuple[Path, Json]], kode: str, who: str) -> Iterator[Finding]:
    seen: set[object] = set()
    for at, actor in parts:
        identity = _identity(actor)
        if identity in seen:
            yield Finding(kode, at, f"this {who} is listed before")
        seen.add(identity)


@rule
def sender(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """The sender is there, is an enterprise, can be found, and is the token's organisation: the first that fails."""
    at: Path = ("innsender", "innsender", "virksomhet")
    if "innsender" not in begjaering:
        yield Finding("INNSENDER_MANGLER", (), "there is no innsender")
        return
    actor = begjaering["innsender"]["innsender"]
    if "virksomhet" not in actor:
        yield Finding("INNSENDER_IKKE_ORGANISASJON", at[:-1], "the sender is no enterprise")
        return
    number = _number(actor["virksomhet"])
    here = (*at, "identifikator", "taxIdentificationNumber")
    if not is_organisation(number):
        yield Finding("INNSENDER_IKKE_IDENTIFISERBAR", here, "this is no organisation number")
    elif circumstances.sender is not None and number != circumstances.sender:
        yield Finding(
            "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", here, f"the token speaks for {circumstances.sender}"
        )


@rule
def listed_twice(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """No party is listed twice, or on both sides."""
    yield from _twice(_claimants(begjaering), "DUPLIKAT_SAKSOEKER", "claimant")
    yield from _twice(_debtors(begjaering), "DUPLIKAT_SAKSOEKT", "debtor")
    claimants = {_identity(actor) for _, actor in _claimants(begjaering)}
    for at, actor in _debtors(begjaering):
        if _identity(actor) in claimants:
            yield Finding("SAMME_SAKSOEKT_SOM_SAKSOEKER", at, "this debtor is a claimant too")


@rule
def known_parties(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Claimants and debtors can be identified by what is given of them."""
    for at, actor in _claimants(begjaering):
        if not _identified(actor, with_address=_address(actor)):
            yield Finding("MANGLER_OPPLYSNINGER_OM_SAKSOEKER", at, "too little to identify the claimant by")
    for at, actor in _debtors(begjaering):
        person = actor.get("person")
        by_birth = person is not None and "foedselsdato" in person and _full_name(person) and _address(actor)
        if not by_birth and not _by_number(actor):
            yield Finding("MANGLER_OPPLYSNINGER_OM_SAKSOEKT", at, "too little to identify the debtor by")


def _identified(actor: Json, *, with_address: bool) -> bool:
    if _by_number(actor):
        return True
    if "person" in actor:
        return _full_name(actor["person"]) and ("foedselsdato" in actor["person"] or with_address)
    holder = actor.get("virksomhet") or actor["sammenslutning"]
    return bool(holder["navn"].strip()) and with_address


def _by_number(actor: Json) -> bool:
    """An identifier beside the full name."""
    if "person" in actor:
        return "identifikator" in actor["person"] and _full_name(actor["person"])
    holder = actor.get("virksomhet") or actor["sammenslutning"]
    return "identifikator" in holder and bool(holder["navn"].strip())


@rule
def addresses(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """One address of a type, and what an address needs."""
    for at, actor in _actors(begjaering):
        types: set[str] = set()
        for here, address in _listed(actor, "adresse", at):
            if address["adressetype"] in types:
                yield Finding("MAKS_EN_ADRESSE_AV_HVER_TYPE", (*here, "adressetype"), "a second address of this type")
            types.add(address["adressetype"])
    for who, parts in (("SAKSOEKERS", _claimants(begjaering)), ("SAKSØKTES", _debtors(begjaering))):
        for at, actor in parts:
            for here, place in _places(actor, at):
                inland = here[-1] == "adresseInnland"
                needed = ("adressetekst", "postnummer") if inland else ("poststedUtland", "landkode")
                missing = [name for name in needed if not str(place.get(name, "")).strip()]
                if missing:
                    kode = f"{who}_{'INNENLANDS' if inland else 'UTENLANDS'}_ADRESSE_UGYLDIG"
                    yield Finding(kode, here, f"{' and '.join(missing)} must be there")


@rule
def representatives(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """An agency names its licence holder, a person has name and address, an enterprise a right number."""
    for at, representative in _representatives(begjaering):
        actor, here = representative["prosessfullmektig"], (*at, "prosessfullmektig")
        enterprise, person = actor.get("virksomhet"), actor.get("person")
        if enterprise is not None:
            agency = enterprise["virksomhetstype"] == "inkassovirksomhet"
            if agency and "bevillingshaver" not in representative:
                yield Finding(
                    "MANGLER_OPPLYSNINGER_BEVILLINGSHAVER", at, "a collection agency names its bevillingshaver"
                )
            if not is_organisation(_number(enterprise)):
                place = (*here, "virksomhet", "identifikator")
                yield Finding("UGYLDIG_ORGNR_PROSESSFULLMEKTIG", place, "this is no organisation number")
        if person is not None and not (_full_name(person) and _address(actor)):
            place = (*here, "person")
            yield Finding("MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON", place, "full name and address must be there")


@rule
def payment_information(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """The account has a value, and account and payment reference have right check digits."""
    at: Path = ("betalingsinformasjon",)
    information = begjaering["betalingsinformasjon"]
    account = information["kontoinformasjon"]
    if not any(str(value).strip() for value in account.values()):
        yield Finding("MANGELFULLE_KONTOOPPLYSNINGER", (*at, "kontoinformasjon"), "the account has no value")
    if "kidnummer" in information and not is_kid(information["kidnummer"]):
        yield Finding("UGYLDIG_KID", (*at, "kidnummer"), "wrong form, or check digit by neither MOD10 nor MOD11")
    if information["norskKonto"] and "kontonummer" in account and not is_account(account["kontonummer"]):
        place = (*at, "kontoinformasjon", "kontonummer")
        yield Finding("UGYLDIG_KONTONR", place, "no Norwegian account number of 11 digits with a right check digit")


@rule
def references(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Claims have references of their own, and each stands under exactly one enforcement basis."""
    claims, bases = _claims(begjaering), _bases(begjaering)
    if not claims:
        yield Finding("MANGLER_KRAV", ("kravTilInnkreving",), "there are no claims")
    named = Counter(reference for _, basis in bases for reference in set(basis["innsendersKravreferanse"]))
    seen: set[str] = set()
    for at, claim in claims:
        reference = claim["innsendersKravreferanse"]
        here = (*at, "innsendersKravreferanse")
        if reference in seen:
            yield Finding("KRAV_DUPLIKATE_REFERANSER", here, f"{reference!r} is the reference of an earlier claim")
        elif reference not in named:
            yield Finding("KRAV_IKKE_BENYTTET", here, f"no enforcement basis names {reference!r}")
        elif named[reference] > 1:
            yield Finding(
                "KRAV_I_FLERE_TVANGSGRUNNLAG", here, f"{named[reference]} enforcement bases name {reference!r}"
            )
        seen.add(reference)
    for at, basis in bases:
        for number, reference in enumerate(basis["innsendersKravreferanse"]):
            if reference not in seen:
                place = (*at, "innsendersKravreferanse", number)
                yield Finding("TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER", place, f"no claim is called {reference!r}")


@rule
def due_dates_and_payments(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """A due date where the type needs one and nowhere else; no payment is dated in the future."""
    for at, claim in _claims(begjaering):
        kind = claim["kravdetaljer"]
        if kind in WITH_DUE_DATE and "kravforfall" not in claim:
            yield Finding("KRAV_MANGLER_FORFALLSDATO", at, f"{kind} needs kravforfall")
        if kind in WITHOUT_DUE_DATE and "kravforfall" in claim:
            yield Finding("KRAV_OPPGIS_UTEN_FORFALLSDATO", (*at, "kravforfall"), f"{kind} has no due date")
        for here, payment in _listed(claim, "innbetaling", at):
            if _day(payment["bokfoertDato"]) > circumstances.today:
                yield Finding("INNBETALING_FRAM_I_TID", (*here, "bokfoertDato"), "the day is still to come")


@rule
def amounts_and_rates(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Amounts and agreed rates are not negative and have at most two decimals."""
    for at, value in _leaves(begjaering, ()):
        if at[-1] == "beloep" and _is_odd(value):
            yield Finding("UGYLDIG_BELOEP", at, "negative, or more than two decimals")
        if at[-1] in {"beregnetMedAvtaltRentesats", "avtaltRentesats"} and _is_odd(value):
            yield Finding("UGYLDIG_RENTE", at, "negative, or more than two decimals")


def _leaves(node: object, at: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _leaves(child, (*at, name))
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _leaves(child, (*at, number))
    elif at:
        yield at, node


def _is_odd(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    amount = Decimal(str(value))
    return amount < 0 or amount != round(amount, 2)


@rule
def related_claims(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """What a claim may relate to. A relation to itself, to no claim or to another basis stops the rest for that one."""
    claims = _claims(begjaering)
    kinds = {claim["innsendersKravreferanse"]: claim["kravdetaljer"] for _, claim in claims}
    under: dict[str, set[int]] = {}
    for number, (_, basis) in enumerate(_bases(begjaering)):
        for reference in basis["innsendersKravreferanse"]:
            under.setdefault(reference, set()).add(number)
    for at, claim in claims:
        own, related = claim["innsendersKravreferanse"], claim.get("relatertKrav", [])
        place = (*at, "relatertKrav")
        outside = [r for r in related if r in kinds and under.get(r, set()).isdisjoint(under.get(own, set()))]
        if own in related:
            yield Finding("RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV", place, f"{own!r} relates to itself")
        elif any(reference not in kinds for reference in related):
            yield Finding("RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER", place, "a reference of no claim")
        elif outside:
            yield Finding("RELATERTE_KRAV_MÅ_FINNES", place, f"{outside[0]!r} is under another enforcement basis")
        else:
            yield from _relation(claim["kravdetaljer"], [kinds[reference] for reference in related], at)


def _relation(kind: str, related: list[str], at: Path) -> Iterator[Finding]:
    place = (*at, "relatertKrav")
    if kind == PRINCIPAL and related:
        yield Finding("HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV", place, "a principal claim relates to nothing")
    if kind in COSTS and any(other != PRINCIPAL for other in related):
        kode = "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL"
        yield Finding(kode, place, "a cost relates to a principal claim")
    if kind == INTEREST:
        if not related:
            yield Finding("RENTE_MAA_HA_RELATERT_KRAV", at, "interest relates to the claim that bears it")
        if len(related) > 1:
            yield Finding("RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV", place, f"{len(related)} claims in place of one")
        if INTEREST in related:
            yield Finding("RENTEKRAV_KAN_IKKE_HA_RENTEKRAV", place, "interest bears no interest")


@rule
def interest_claims(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Details of interest stand on interest claims, whose period is one."""
    for at, claim in _claims(begjaering):
        if claim["kravdetaljer"] != INTEREST:
            if "rentekrav" in claim:
                yield Finding("RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV", (*at, "rentekrav"), "this is no interest claim")
            continue
        if "rentebaerendeKrav" in claim:
            place = (*at, "rentebaerendeKrav")
            yield Finding("RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER", place, "interest bears no interest")
        period = claim.get("rentekrav", {}).get("rentePeriode")
        if period is not None:
            start, filed = _day(period["startdato"]), _day(begjaering["begjaeringsdato"])
            if start >= filed or ("sluttdato" in period and start >= _day(period["sluttdato"])):
                place = (*at, "rentekrav", "rentePeriode")
                text = "a period begins before its end and before the begjaeringsdato"
                yield Finding("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE", place, text)


@rule
def priorities(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Priorities stand on every claim, on future interest and on the court fee, or on none."""
    claims = _claims(begjaering)
    if not any("prioritetISak" in claim for _, claim in claims):
        return
    for at, claim in claims:
        if "prioritetISak" not in claim:
            yield Finding("PRIORITET_MANGLER", at, "other claims have prioritetISak")
        terms = claim.get("rentebaerendeKrav")
        if terms is not None and "prioritetISakFremtidigRentekrav" not in terms:
            place = (*at, "rentebaerendeKrav")
            yield Finding("PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER", place, "prioritetISakFremtidigRentekrav is missing")
    fee = begjaering.get("kreverRettsgebyrErstattet", {})
    if fee.get("kreverRettsgebyrErstattet") and "prioritetISakRettsgebyr" not in fee:
        place = ("kreverRettsgebyrErstattet",)
        yield Finding("PRIORITET_MANGLER_PÅ_RETTSGEBYR", place, "prioritetISakRettsgebyr is missing")


@rule
def enforcement_bases(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Notices, and what a combined begjæring must say for the conciliation board."""
    combined = begjaering["tvangsfullbyrdelsestype"] == "utleggOgForliksklageKombinert"
    for at, basis in _bases(begjaering):
        notices = {notice["type"] for _, notice in _listed(basis, "varsel", at)}
        special = basis.get("saerligTvangsgrunnlag")
        section, kind = ("18", "særlig") if special is not None else ("19", "alminnelig")
        if f"varselTvfbl4{section}" not in notices and "begrunnelseUnnlatVarsel" not in basis:
            text = f"{kind} tvangsgrunnlag without varselTvfbl4{section} and without begrunnelseUnnlatVarsel"
            yield Finding(f"PARAGRAF_4_{section}_VARSEL_PAAKREVET", at, text)
        written = (special or {}).get("skriftligMeddelelse")
        if written is None:
            continue
        place = (*at, "saerligTvangsgrunnlag", "skriftligMeddelelse")
        # Whatever the type of the begjæring: it is not among the paths of this condition, as it is for paastand.
        if "kanBehandlesIForliksraadet" not in written:
            text = "kanBehandlesIForliksraadet is missing"
            yield Finding("KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET", place, text)
        if combined and not written.get("paastand", "").strip():
            yield Finding("PAASTAND_PAAKREVET", place, "a combined begjæring has a paastand")


@rule
def attachment_types(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Each place wants its type of attachment, and every reference a uuid."""
    for at, kind, attachment in _roles(begjaering):
        if attachment["type"] != kind:
            kode = f"UGYLDIG_VEDLEGG_{kind.upper()}"
            yield Finding(kode, (*at, "type"), f"{kind} in this place, not {attachment['type']}")
    for at, value in _leaves(begjaering, ()):
        if at[-1] == "uuid" and not str(value).strip():
            yield Finding("VEDLEGG_SKAL_HA_UUID", at, "the uuid is empty")


def _roles(begjaering: Json) -> Iterator[tuple[Path, str, Json]]:
    for at, claim in _claims(begjaering):
        for name, kind in (
            ("betalingsoppfordring", "betalingsoppfordring"),
            ("transporterklaering", "transporterklæring"),
        ):
            for here, part in _listed(claim, name, at):
                yield (*here, name), kind, part[name]
    for at, representative in _representatives(begjaering):
        if "fullmakt" in representative:
            yield (*at, "fullmakt", "fullmakt"), "fullmakt", representative["fullmakt"]["fullmakt"]
    for at, basis in _bases(begjaering):
        yield (*at, "tvangsgrunnlag"), "tvangsgrunnlag", basis["tvangsgrunnlag"]
        for here, notice in _listed(basis, "varsel", at):
            yield (*here, "tvangskraftgrunnlag"), "tvangskraftgrunnlag", notice["tvangskraftgrunnlag"]


@rule
def what_no_condition_covers(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Rules of the page that no condition enforces, and identifiers that a test environment must not see: warnings."""
    for at, claim in _claims(begjaering):
        priority = claim.get("prioritetISak", 1)
        if isinstance(priority, int) and not 1 <= priority <= 99:
            yield Finding("", (*at, "prioritetISak"), "priorities are 1 to 99")
        for here, demand in _listed(claim, "betalingsoppfordring", at):
            if (circumstances.today - _day(demand["brevdato"])).days > 183:
                yield Finding("", (*here, "brevdato"), "a payment demand is at most six months old")
        paid = [payment["beloep"]["beloep"] for _, payment in _listed(claim, "innbetaling", at)]
        paid += [change["nedjusteringAvInnsender"]["beloep"] for _, change in _listed(claim, "kravEndring", at)]
        left = Decimal(str(claim["opprinneligBeloep"]["beloep"])) - sum(Decimal(str(amount)) for amount in paid)
        if left != Decimal(str(claim["gjenstaaendeBeloep"]["beloep"])):
            text = f"original less payments and reductions is {left}"
            yield Finding("", (*at, "gjenstaaendeBeloep", "beloep"), text)
    for at, basis in _bases(begjaering):
        if "skriftligMeddelelse" in basis.get("saerligTvangsgrunnlag", {}) and "begrunnelseUnnlatVarsel" in basis:
            yield Finding("", (*at, "begrunnelseUnnlatVarsel"), "not beside skriftligMeddelelse, the page says")
    for at, value in _leaves(begjaering, ()):
        number = str(value)
        if at[-1] == "taxIdentificationNumber" and (is_organisation(number) or is_person(number)):
            if not is_synthetic(number):
                yield Finding("", at, "not synthetic: the test environment takes synthetic parties only")
        elif at[-1] == "taxIdentificationNumber" and len(number) in {9, 11}:
            yield Finding("", at, "a wrong check digit: nobody has this number")
