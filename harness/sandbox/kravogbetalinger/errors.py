"""Refusals of the API, each kode with the status that the error table gives it (2025-09-02; common codes 2022-11)."""

from dataclasses import dataclass

STATUS = {
    "KB-003": 404,
    "KB-004": 401,
    "KB-005": 403,
    "KB-006": 400,
    "KB-007": 404,
    "KB-008": 406,
    "KB-009": 404,
    "DAS-008": 403,
}


@dataclass(frozen=True)
class Refused(Exception):  # noqa: N818 - what the API does
    """The call is refused with this kode; `melding` is for people."""

    kode: str
    melding: str

    @property
    def status(self) -> int:
        return STATUS[self.kode]
