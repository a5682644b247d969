"""The parts of a begjæring and their paths. A part that is missing has no path."""

import datetime
from collections.abc import Iterator, Mapping

from scenarios.utleggsbegjaering.request_rules.rule import Json, Path


def listed(node: Json, name: str, at: Path = ()) -> Iterator[tuple[Path, Json]]:
    """The objects of a list member with their paths."""
    for number, child in enumerate(node.get(name, ())):
        if isinstance(child, Mapping):
            yield (*at, name, number), child


def claims_of(begjaering: Json) -> list[tuple[Path, Json]]:
    return list(listed(begjaering, "kravTilInnkreving"))


def bases_of(begjaering: Json) -> list[tuple[Path, Json]]:
    return list(listed(begjaering, "begjaeringensTvangsgrunnlag"))


def claimants_of(begjaering: Json) -> list[tuple[Path, Json]]:
    return [((*at, "saksoeker"), part["saksoeker"]) for at, part in listed(begjaering, "saksoeker")]


def debtors_of(begjaering: Json) -> list[tuple[Path, Json]]:
    return [((*at, "saksoekt"), part["saksoekt"]) for at, part in listed(begjaering, "saksoekt")]


def representatives_of(begjaering: Json) -> Iterator[tuple[Path, Json]]:
    places = [(at, part, "saksoekersProsessfullmektig") for at, part in listed(begjaering, "saksoeker")]
    places += [(at, part, "saksoektesProsessfullmektig") for at, part in listed(begjaering, "saksoekt")]
    places.append((("innsender",), begjaering.get("innsender", {}), "innsendersProsessfullmektig"))
    for at, part, name in places:
        if name in part:
            yield (*at, name), part[name]


def actors_of(begjaering: Json) -> Iterator[tuple[Path, Json]]:
    yield from claimants_of(begjaering)
    yield from debtors_of(begjaering)
    if "innsender" in begjaering:
        yield ("innsender", "innsender"), begjaering["innsender"]["innsender"]
    for at, representative in representatives_of(begjaering):
        yield (*at, "prosessfullmektig"), representative["prosessfullmektig"]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def number_of(holder: Json) -> str:
    """The identity number of an enterprise, person or association; empty if it has none."""
    return str(holder.get("identifikator", {}).get("taxIdentificationNumber", ""))


def identity_of(actor: Json) -> object:
    """What distinguishes one actor from another: the identifier, else names with the birth date or the addresses."""
    kind = next((name for name in ("virksomhet", "person") if name in actor), "sammenslutning")
    holder = actor[kind]
    if "identifikator" in holder:
        return tuple(sorted(holder["identifikator"].items()))
    names = holder.get("personnavn") or {"navn": holder.get("navn")}
    return kind, tuple(sorted(names.items())), holder.get("foedselsdato") or str(actor.get("adresse"))


def has_full_name(person: Json) -> bool:
    return bool(person["personnavn"]["fornavn"].strip() and person["personnavn"]["etternavn"].strip())


def has_address(actor: Json) -> bool:
    """Whether an actor has an address that is not empty."""
    return any(place.get("adressetekst") or place.get("poststedUtland") for _, place in places_of(actor, ()))


def places_of(actor: Json, at: Path) -> Iterator[tuple[Path, Json]]:
    for here, address in listed(actor, "adresse", at):
        for name in ("adresseInnland", "adresseUtland"):
            if name in address:
                yield (*here, name), address[name]


def leaves_of(node: object, at: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from leaves_of(child, (*at, name))
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from leaves_of(child, (*at, number))
    elif at:
        yield at, node
