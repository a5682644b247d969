"""An attachment's path from upload to converted document (dossier, section 8.2; the state names are ours)."""

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

Tilstand = Literal[
    "mottatt",
    "inneholderVirus",
    "virussjekket",
    "valideringFeilet",
    "validert",
    "konverteringFeilet",
    "kanIkkeKonverteres",
    "klar",
    "slettet",
    "kassert",
]
TILSTANDER: tuple[Tilstand, ...] = get_args(Tilstand)
WAYS: dict[str, tuple[Tilstand, ...]] = {
    "virus-": ("mottatt", "inneholderVirus"),
    "valideringsfeil-": ("mottatt", "virussjekket", "valideringFeilet"),
    "konverteringsfeil-": ("mottatt", "virussjekket", "validert", "konverteringFeilet"),
    "ikke-pdf-": ("mottatt", "virussjekket", "validert", "kanIkkeKonverteres"),
}
"""The states of a file, by the prefix of its name."""
SOUND: tuple[Tilstand, ...] = ("mottatt", "virussjekket", "validert", "klar")
SLOW, SLOW_STEP = "treg-", datetime.timedelta(minutes=1)
# In two halves, so that virus scanners do not flag this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
REASONS: dict[Tilstand, str] = {
    "inneholderVirus": "Filen inneholder virus.",
    "valideringFeilet": "Filen kunne ikke valideres. Last den opp på nytt.",
    "konverteringFeilet": "Filen kunne ikke konverteres til pdf. Last den opp på nytt.",
    "kanIkkeKonverteres": "Filtypen kan ikke konverteres til pdf.",
    "slettet": "Vedlegget er slettet.",
    "kassert": "Vedlegget ble ikke brukt og er kassert.",
}


@dataclass(frozen=True)
class Attachment:
    """What is kept of an upload, without its content. `fixed` is a state that no longer changes by itself."""

    uuid: str
    innsender: str
    innsenderReferanse: str  # noqa: N815 - wire name
    filnavn: str
    received: datetime.datetime
    step: datetime.timedelta
    way: tuple[Tilstand, ...]
    discarded: datetime.datetime
    fixed: Tilstand | None = None
    sak: str | None = None
    """The case that cites it."""

    def tilstand(self, now: datetime.datetime) -> Tilstand:
        if self.fixed is not None:
            return self.fixed
        if self.sak is None and now >= self.discarded:
            return "kassert"
        if not self.step:
            return self.way[-1]
        steps = max(0, (now - self.received) // self.step)
        return self.way[min(steps, len(self.way) - 1)]


def way_of(filnavn: str, content: bytes) -> tuple[Tilstand, ...]:
    """The states that a file goes through."""
    if EICAR in content:
        return WAYS["virus-"]
    return next((way for start, way in WAYS.items() if filnavn.lower().startswith(start)), SOUND)


def step_of(filnavn: str, usual: datetime.timedelta) -> datetime.timedelta:
    return max(usual, SLOW_STEP) if filnavn.lower().startswith(SLOW) else usual
