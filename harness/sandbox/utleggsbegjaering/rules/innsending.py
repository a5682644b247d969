"""The submission as a whole."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@rule(
    "DUPLIKAT_INNSENDING",
    "Begjæringen er allerede mottatt.",
    "En begjæring med samme begjæringsdato og innsenderreferanse er allerede mottatt.",
    level="state",
)
def duplikat_innsending(submission: Submission) -> Iterator[str]:
    """Assumed: the key is per sender, and without a reference there is no key."""
    if submission.duplicate is not None:
        yield "$.begjaeringsdato"
        yield "$.innsenderReferanse"
