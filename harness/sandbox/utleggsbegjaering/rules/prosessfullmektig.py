"""The parties' representatives."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.register import is_organisation
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@rule(
    "MANGLER_OPPLYSNINGER_BEVILLINGSHAVER",
    "Bevillingshaver mangler.",
    "En inkassovirksomhet som er prosessfullmektig, skal oppgi navnet på bevillingshaveren.",
)
def mangler_opplysninger_bevillingshaver(submission: Submission) -> Iterator[str]:
    for path, representative in submission.representatives:
        enterprise, holder = representative.prosessfullmektig.virksomhet, representative.bevillingshaver
        is_agency = enterprise is not None and enterprise.virksomhetstype == "inkassovirksomhet"
        if is_agency and (holder is None or not holder.navn.is_full):
            yield f"{path}.bevillingshaver"


@rule(
    "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON",
    "En prosessfullmektig er ikke godt nok beskrevet.",
    "En person som er prosessfullmektig, skal ha fullt navn og adresse.",
)
def mangler_opplysninger_prosessfullmektig_person(submission: Submission) -> Iterator[str]:
    for path, representative in submission.representatives:
        actor = representative.prosessfullmektig
        if actor.person is not None and not (actor.person.personnavn.is_full and actor.has_address):
            yield f"{path}.prosessfullmektig.person"


@rule(
    "UGYLDIG_ORGNR_PROSESSFULLMEKTIG",
    "Organisasjonsnummeret til en prosessfullmektig er ugyldig.",
    "Kontroller nummeret: det skal ha ni sifre, og det siste er et kontrollsiffer.",
)
def ugyldig_orgnr_prosessfullmektig(submission: Submission) -> Iterator[str]:
    for path, representative in submission.representatives:
        enterprise = representative.prosessfullmektig.virksomhet
        number = enterprise.identifikator.norwegian if enterprise else None
        if number is not None and not is_organisation(number):
            yield f"{path}.prosessfullmektig.virksomhet.identifikator"
