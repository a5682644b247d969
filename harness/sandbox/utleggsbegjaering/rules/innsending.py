"""The submission as a whole."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@rule(
    "DUPLIKAT_INNSENDING",
    "Begjæringen er allerede mottatt.",
    "En begjæring med samme begjæringsdato og innsenderreferanse er akseptert før.",
    level="state",
)
def duplikat_innsending(submission: Submission) -> Iterator[str]:
    """The key is taken to be the sender's own; without a reference there is no key (assumed)."""
    if submission.duplicate is not None:
        yield "$.begjaeringsdato"
        yield "$.innsenderReferanse"
