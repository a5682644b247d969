"""The sender, claimants, debtors and representatives, and where the money goes."""

from collections.abc import Iterator

from scenarios.utleggsbegjaering.identifiers import is_account, is_kid, is_organisation
from scenarios.utleggsbegjaering.request_rules.reading import (
    actors_of,
    claimants_of,
    debtors_of,
    has_address,
    has_full_name,
    identity_of,
    listed,
    number_of,
    places_of,
    representatives_of,
)
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json, Path, Rule, left_open


def _twice(parts: list[tuple[Path, Json]], kode: str, who: str) -> Iterator[Finding]:
    seen: set[object] = set()
    for at, actor in parts:
        identity = identity_of(actor)
        if identity in seen:
            yield Finding(kode, at, f"this {who} is already listed")
        seen.add(identity)


def sender(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """The sender is given, is an enterprise, can be found, and is the token's organisation: the first failed check."""
    at: Path = ("innsender", "innsender", "virksomhet")
    if "innsender" not in begjaering:
        yield Finding("INNSENDER_MANGLER", (), "there is no innsender")
        return
    actor = begjaering["innsender"]["innsender"]
    if "virksomhet" not in actor:
        yield Finding("INNSENDER_IKKE_ORGANISASJON", at[:-1], "the sender is not an enterprise")
        return
    number = number_of(actor["virksomhet"])
    here = (*at, "identifikator", "taxIdentificationNumber")
    if not is_organisation(number):
        yield Finding("INNSENDER_IKKE_IDENTIFISERBAR", here, "this is not an organisation number")
    elif circumstances.sender is not None and number != circumstances.sender:
        yield Finding("INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", here, f"the token is for {circumstances.sender}")


def listed_twice(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """No party is listed twice, or on both sides."""
    yield from _twice(claimants_of(begjaering), "DUPLIKAT_SAKSOEKER", "claimant")
    yield from _twice(debtors_of(begjaering), "DUPLIKAT_SAKSOEKT", "debtor")
    claimants = {identity_of(actor) for _, actor in claimants_of(begjaering)}
    for at, actor in debtors_of(begjaering):
        if identity_of(actor) in claimants:
            yield Finding("SAMME_SAKSOEKT_SOM_SAKSOEKER", at, "this debtor is also a claimant")


def known_parties(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Claimants and debtors can be identified by what is given about them."""
    for at, actor in claimants_of(begjaering):
        if not _identified(actor, with_address=has_address(actor)):
            yield Finding("MANGLER_OPPLYSNINGER_OM_SAKSOEKER", at, "not enough information to identify the claimant")
    for at, actor in debtors_of(begjaering):
        person = actor.get("person")
        by_birth = person is not None and "foedselsdato" in person and has_full_name(person) and has_address(actor)
        if not by_birth and not _by_number(actor):
            yield Finding("MANGLER_OPPLYSNINGER_OM_SAKSOEKT", at, "not enough information to identify the debtor")
        elif not _by_number(actor):
            text = "the page requires a Norwegian identifier for a debtor, but its condition accepts a birth date"
            yield left_open(at, text)


def _identified(actor: Json, *, with_address: bool) -> bool:
    if _by_number(actor):
        return True
    if "person" in actor:
        return has_full_name(actor["person"]) and ("foedselsdato" in actor["person"] or with_address)
    holder = actor.get("virksomhet") or actor["sammenslutning"]
    return bool(holder["navn"].strip()) and with_address


def _by_number(actor: Json) -> bool:
    """An identifier as well as the full name."""
    if "person" in actor:
        return "identifikator" in actor["person"] and has_full_name(actor["person"])
    holder = actor.get("virksomhet") or actor["sammenslutning"]
    return "identifikator" in holder and bool(holder["navn"].strip())


def addresses(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """One address of each type, and what an address needs."""
    for at, actor in actors_of(begjaering):
        types: set[str] = set()
        for here, address in listed(actor, "adresse", at):
            if address["adressetype"] in types:
                yield Finding("MAKS_EN_ADRESSE_AV_HVER_TYPE", (*here, "adressetype"), "a second address of this type")
            types.add(address["adressetype"])
    for who, parts in (("SAKSOEKERS", claimants_of(begjaering)), ("SAKSØKTES", debtors_of(begjaering))):
        for at, actor in parts:
            for here, place in places_of(actor, at):
                inland = here[-1] == "adresseInnland"
                needed = ("adressetekst", "postnummer") if inland else ("poststedUtland", "landkode")
                missing = [name for name in needed if not str(place.get(name, "")).strip()]
                if missing:
                    kode = f"{who}_{'INNENLANDS' if inland else 'UTENLANDS'}_ADRESSE_UGYLDIG"
                    yield Finding(kode, here, f"{' and '.join(missing)} must be given")


def representatives(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """An agency names its licence holder, a person has name and address, an enterprise a valid number."""
    for at, representative in representatives_of(begjaering):
        actor, here = representative["prosessfullmektig"], (*at, "prosessfullmektig")
        enterprise, person = actor.get("virksomhet"), actor.get("person")
        if enterprise is not None:
            agency = enterprise["virksomhetstype"] == "inkassovirksomhet"
            if agency and "bevillingshaver" not in representative:
                yield Finding(
                    "MANGLER_OPPLYSNINGER_BEVILLINGSHAVER", at, "a collection agency must name its bevillingshaver"
                )
            if not is_organisation(number_of(enterprise)):
                place = (*here, "virksomhet", "identifikator")
                yield Finding("UGYLDIG_ORGNR_PROSESSFULLMEKTIG", place, "this is not an organisation number")
        if person is not None and not (has_full_name(person) and has_address(actor)):
            place = (*here, "person")
            yield Finding("MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON", place, "full name and address are required")


def payment_information(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """The account has a value, and account and payment reference have valid check digits."""
    at: Path = ("betalingsinformasjon",)
    information = begjaering["betalingsinformasjon"]
    account = information["kontoinformasjon"]
    if not any(str(value).strip() for value in account.values()):
        yield Finding("MANGELFULLE_KONTOOPPLYSNINGER", (*at, "kontoinformasjon"), "the account has no value")
    if "kidnummer" in information and not is_kid(information["kidnummer"]):
        yield Finding("UGYLDIG_KID", (*at, "kidnummer"), "malformed, or the check digit is neither MOD10 nor MOD11")
    if is_all_zeros(information.get("kidnummer")):
        yield Finding("", (*at, "kidnummer"), "a payment reference of only zeros: its check digit is valid by chance")
    if is_all_zeros(account.get("kontonummer")):
        place = (*at, "kontoinformasjon", "kontonummer")
        yield Finding("", place, "an account number of only zeros: its check digit is valid by chance")
    if information["norskKonto"] and "kontonummer" in account and not is_account(account["kontonummer"]):
        place = (*at, "kontoinformasjon", "kontonummer")
        yield Finding("UGYLDIG_KONTONR", place, "not a Norwegian account number: 11 digits with a valid check digit")


def is_all_zeros(number: object) -> bool:
    """Whether a number has nothing but zeros, however they are grouped."""
    return isinstance(number, str) and set(number) - set(" .-") == {"0"}


RULES: tuple[Rule, ...] = (
    sender,
    listed_twice,
    known_parties,
    addresses,
    representatives,
    payment_information,
)
