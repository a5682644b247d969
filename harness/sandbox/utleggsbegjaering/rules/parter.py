"""Claimants and debtors: their identity, and whether they can be parties."""

from collections.abc import Iterable, Iterator

from harness.sandbox.utleggsbegjaering.model.parties import Aktoer
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission

IDENTIFIKATOR = "virksomhet.identifikator"


def _repeated(actors: Iterable[tuple[str, Aktoer]]) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for path, actor in actors:
        if actor.key in seen:
            yield path
        seen.add(actor.key)


def _organisation(actor: Aktoer) -> str:
    """The Norwegian number of an enterprise; empty for other actors."""
    return (actor.virksomhet.identifikator.norwegian or "") if actor.virksomhet else ""


@rule("DUPLIKAT_SAKSOEKER", "Samme saksøker er oppgitt flere ganger.", "En saksøker skal oppgis én gang.")
def duplikat_saksoeker(submission: Submission) -> Iterator[str]:
    yield from _repeated(submission.claimants)


@rule("DUPLIKAT_SAKSOEKT", "Samme saksøkt er oppgitt flere ganger.", "En saksøkt skal oppgis én gang.")
def duplikat_saksoekt(submission: Submission) -> Iterator[str]:
    yield from _repeated(submission.debtors)


@rule(
    "SAMME_SAKSOEKT_SOM_SAKSOEKER",
    "Samme part er både saksøker og saksøkt.",
    "En part kan ikke begjære utlegg mot seg selv.",
)
def samme_saksoekt_som_saksoeker(submission: Submission) -> Iterator[str]:
    claimants = {actor.key for _, actor in submission.claimants}
    yield from (path for path, actor in submission.debtors if actor.key in claimants)


@rule(
    "ER_IKKE_HOVEDENHET",
    "Saksøker er en underenhet.",
    "Bare hovedenheten kan være part.",
    level="register",
)
def er_ikke_hovedenhet(submission: Submission) -> Iterator[str]:
    for path, actor in submission.claimants:
        if submission.register.is_sub_unit(_organisation(actor)):
            yield f"{path}.{IDENTIFIKATOR}"


@rule(
    "SAKSOEKT_ER_IKKE_HOVEDENHET",
    "Saksøkt er en underenhet.",
    "Bare hovedenheten kan være part.",
    level="register",
)
def saksoekt_er_ikke_hovedenhet(submission: Submission) -> Iterator[str]:
    for path, actor in submission.debtors:
        if submission.register.is_sub_unit(_organisation(actor)):
            yield f"{path}.{IDENTIFIKATOR}"


@rule(
    "SAKSOKER_ER_ENK",
    "Saksøker er et enkeltpersonforetak.",
    "Oppgi innehaveren med fødselsdato og privat adresse i stedet.",
    level="register",
)
def saksoker_er_enk(submission: Submission) -> Iterator[str]:
    for path, actor in submission.claimants:
        if submission.register.is_sole_proprietorship(_organisation(actor)):
            yield f"{path}.{IDENTIFIKATOR}"


@rule(
    "SAKSOEKT_ER_ENK",
    "Saksøkt er et enkeltpersonforetak.",
    "Oppgi innehaveren i stedet.",
    level="register",
)
def saksoekt_er_enk(submission: Submission) -> Iterator[str]:
    for path, actor in submission.debtors:
        if submission.register.is_sole_proprietorship(_organisation(actor)):
            yield f"{path}.{IDENTIFIKATOR}"


@rule(
    "SAKSOEKT_GAMMELT_REGELVERK",
    "Saksøkt behandles fortsatt etter gammelt regelverk.",
    "Send begjæringen i ELSA.",
    level="register",
)
def saksoekt_gammelt_regelverk(submission: Submission) -> Iterator[str]:
    for path, actor in submission.debtors:
        number = actor.identifikator.norwegian if actor.identifikator else None
        if number is not None and submission.register.has_old_rules(number, submission.today):
            yield path


@rule(
    "SAKSOEKT_MANGLER_I_REGISTERET",
    "Saksøkt finnes ikke i partsregisteret.",
    "Kontroller identifikatoren.",
    level="register",
)
def saksoekt_mangler_i_registeret(submission: Submission) -> Iterator[str]:
    for path, actor in submission.debtors:
        number = actor.identifikator.norwegian if actor.identifikator else None
        if number is not None and not submission.register.knows(number):
            yield path


@rule(
    "MANGLER_OPPLYSNINGER_OM_SAKSOEKER",
    "Saksøker er ikke godt nok beskrevet.",
    "Oppgi organisasjonsnummer og navn, navn og adresse, identifikator og fullt navn eller fødselsdato og fullt navn.",
)
def mangler_opplysninger_om_saksoeker(submission: Submission) -> Iterator[str]:
    for path, actor in submission.claimants:
        has_birth_date = actor.person is not None and actor.person.foedselsdato is not None
        if not _has_name(actor) or not (_has_identifier(actor) or actor.has_address or has_birth_date):
            yield path


@rule(
    "MANGLER_OPPLYSNINGER_OM_SAKSOEKT",
    "Saksøkt er ikke godt nok beskrevet.",
    "Oppgi identifikator og fullt navn, fødselsdato, fullt navn og adresse, eller organisasjonsnummer og navn.",
)
def mangler_opplysninger_om_saksoekt(submission: Submission) -> Iterator[str]:
    for path, actor in submission.debtors:
        has_birth_date = actor.person is not None and actor.person.foedselsdato is not None
        if not _has_name(actor) or not (_has_identifier(actor) or (has_birth_date and actor.has_address)):
            yield path


def _has_name(actor: Aktoer) -> bool:
    if actor.person is not None:
        return actor.person.personnavn.is_full
    named = actor.virksomhet or actor.sammenslutning
    return named is not None and bool(named.navn.strip())


def _has_identifier(actor: Aktoer) -> bool:
    return actor.identifikator is not None and bool(actor.identifikator.key[1])
