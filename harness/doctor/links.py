"""How a link of the chain turns out that does not hold."""

from harness.doctor.catalogue import Cause, Symptom, cause_of


class Broken(Exception):  # noqa: N818 - a link, not an error of ours
    """A link that does not hold."""

    def __init__(self, detail: str, cause: Cause | None) -> None:
        super().__init__(detail)
        self.detail, self.cause = detail, cause


class Unneeded(Exception):  # noqa: N818 - a link, not an error of ours
    """A link that there is nothing to say of."""


def met(detail: str) -> Broken:
    """What was met, with the cause that its words tell."""
    return Broken(detail, cause_of(Symptom(text=detail)))
