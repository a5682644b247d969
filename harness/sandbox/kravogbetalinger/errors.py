"""Refusals of the API: each kode with its status in the error table (2025-09-02; common codes 2022-11)."""

from dataclasses import dataclass

from harness.sandbox.knobs import Knobs

STATUS = {
    "KB-003": 404,
    "KB-004": 401,
    "KB-005": 403,
    "KB-006": 400,
    "KB-007": 404,
    "KB-008": 406,
    "KB-009": 404,
    "DAS-002": 404,
    "DAS-008": 403,
}
OF_THE_GATEWAY = {"KB-003": "DAS-002", "KB-005": "DAS-008"}
"""The common codes that a gateway may use in place of the API's own."""


@dataclass(frozen=True)
class Refused(Exception):  # noqa: N818 - what the API does
    """The call is refused with this kode; `melding` is meant for people."""

    kode: str
    melding: str

    def worded(self, knobs: Knobs) -> "Refused":
        """The same refusal with its kode as set by the knobs."""
        kode = OF_THE_GATEWAY.get(self.kode, self.kode) if knobs["gateway-codes"] == "DAS" else self.kode
        return Refused(kode, self.melding)

    @property
    def status(self) -> int:
        return STATUS[self.kode]
