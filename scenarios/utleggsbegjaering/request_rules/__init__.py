"""What can be said about a begjæring before it is sent: the conditions that it would trigger, and where.

Written from the page's table of conditions (2026-03-04), by the same reading as the scenarios, and found by name by
`provestand check-request`. What only the service knows (registers, uploaded files, earlier submissions, the case) is
listed as UNKNOWABLE.
"""

import datetime
from collections.abc import Mapping

from scenarios.utleggsbegjaering.request_rules import claims, grounds, parties, uncovered
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json

__all__ = [
    "OPERATION",
    "UNKNOWABLE",
    "Circumstances",
    "Finding",
    "conditions",
    "find",
    "find_what_can_be_read",
    "findings",
]

OPERATION = "opprettBegjaering"
"""The operation whose body a file is checked against."""

RULES = (*parties.RULES, *claims.RULES, *grounds.RULES, *uncovered.RULES)

UNKNOWABLE: Mapping[str, str] = {
    "the register of parties": "INNSENDER_IKKE_IDENTIFISERBAR ER_IKKE_HOVEDENHET SAKSOKER_ER_ENK SAKSOEKT_ER_ENK "
    "SAKSOEKT_ER_IKKE_HOVEDENHET SAKSOEKT_GAMMELT_REGELVERK SAKSOEKT_MANGLER_I_REGISTERET",
    "the uploaded files": "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN VEDLEGG_SKAL_IKKE_HA_FEILET "
    "VEDLEGG_SKAL_VAERE_TILGJENGELIG VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "earlier submissions": "DUPLIKAT_INNSENDING",
    "the case, when it is a change": "UAVKLART_STATUS UGYLDIG_STATUS ULOVLIG_ENDRING_BEGJAERINGSDATO "
    "ULOVLIG_ENDRING_INNSENDER ULOVLIG_ENDRING_SAKSOEKER ULOVLIG_ENDRING_SAKSOEKT ULOVLIG_ENDRING_UNDERSKRIFT",
}
"""The conditions that depend on what only the service knows, by where the answer is found."""


def findings(begjaering: Json, circumstances: Circumstances) -> list[Finding]:
    """Every condition that a well-formed begjæring breaks, and every warning, in document order."""
    found = [finding for each in RULES for finding in each(begjaering, circumstances)]
    return sorted(dict.fromkeys(found), key=lambda finding: ([str(part) for part in finding.path], finding.kode))


def find(body: Json, today: datetime.date, sender: str | None) -> list[Finding]:
    """What is wrong with a well-formed begjæring, for `provestand check-request`."""
    return findings(body, Circumstances(today, sender))


def find_what_can_be_read(body: object, today: datetime.date, sender: str | None) -> list[Finding]:
    """What is wrong with a malformed begjæring: a rule stops where it finds something that it cannot read."""
    found: list[Finding] = []
    if isinstance(body, dict):
        for each in RULES:
            try:
                found.extend(each(body, Circumstances(today, sender)))
            except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError):
                continue
    return found


def conditions(begjaering: Json, circumstances: Circumstances) -> frozenset[str]:
    """The codes of the conditions that can be checked in a begjæring before it is sent."""
    return frozenset(finding.kode for finding in findings(begjaering, circumstances) if finding.kode)
