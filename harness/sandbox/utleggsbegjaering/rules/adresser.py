"""Addresses."""

from collections.abc import Iterable, Iterator

from harness.sandbox.utleggsbegjaering.model.parties import Aktoer
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission

Actors = Iterable[tuple[str, Aktoer]]


def _faulty_domestic(actors: Actors) -> Iterator[str]:
    for path, actor in actors:
        for position, address in enumerate(actor.adresse):
            domestic = address.adresseInnland
            if domestic is not None and not ((domestic.adressetekst or "").strip() and domestic.postnummer):
                yield f"{path}.adresse[{position}].adresseInnland"


def _faulty_foreign(actors: Actors) -> Iterator[str]:
    for path, actor in actors:
        for position, address in enumerate(actor.adresse):
            foreign = address.adresseUtland
            if foreign is not None and not (foreign.poststedUtland.strip() and foreign.landkode):
                yield f"{path}.adresse[{position}].adresseUtland"


@rule(
    "MAKS_EN_ADRESSE_AV_HVER_TYPE",
    "En aktør har flere adresser av samme type.",
    "Oppgi høyst én adresse av hver type.",
)
def maks_en_adresse_av_hver_type(submission: Submission) -> Iterator[str]:
    for path, actor in submission.actors:
        types = [address.adressetype for address in actor.adresse]
        if len(set(types)) < len(types):
            yield f"{path}.adresse"


@rule(
    "SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG",
    "En norsk adresse til saksøker er ufullstendig.",
    "Oppgi adressetekst og postnummer.",
)
def saksoekers_innenlands_adresse_ugyldig(submission: Submission) -> Iterator[str]:
    yield from _faulty_domestic(submission.claimants)


@rule(
    "SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG",
    "En utenlandsk adresse til saksøker er ufullstendig.",
    "Oppgi poststed og landkode.",
)
def saksoekers_utenlands_adresse_ugyldig(submission: Submission) -> Iterator[str]:
    yield from _faulty_foreign(submission.claimants)


@rule(
    "SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG",
    "En norsk adresse til saksøkt er ufullstendig.",
    "Oppgi adressetekst og postnummer.",
)
def saksoektes_innenlands_adresse_ugyldig(submission: Submission) -> Iterator[str]:
    yield from _faulty_domestic(submission.debtors)


@rule(
    "SAKSØKTES_UTENLANDS_ADRESSE_UGYLDIG",
    "En utenlandsk adresse til saksøkt er ufullstendig.",
    "Oppgi poststed og landkode.",
)
def saksoektes_utenlands_adresse_ugyldig(submission: Submission) -> Iterator[str]:
    yield from _faulty_foreign(submission.debtors)
