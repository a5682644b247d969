"""Exceptions for links of the chain that do not hold."""

from harness.doctor.catalogue import Cause, Symptom, cause_of


class Broken(Exception):  # noqa: N818 - a link, not an error of ours
    """A link that does not hold."""

    def __init__(self, detail: str, cause: Cause | None) -> None:
        super().__init__(detail)
        self.detail, self.cause = detail, cause


class Unneeded(Exception):  # noqa: N818 - a link, not an error of ours
    """A link that does not apply."""


def met(detail: str) -> Broken:
    """A broken link with this symptom, and the cause that its text indicates."""
    return Broken(detail, cause_of(Symptom(text=detail)))
