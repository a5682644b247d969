"""What a condition can examine: the request, whom the token acts for, the registers, and earlier data."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.sandbox.utleggsbegjaering.attachments import Attachment, Tilstand
from harness.sandbox.utleggsbegjaering.model.attachment import Vedlegg
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering
from harness.sandbox.utleggsbegjaering.model.claims import Krav
from harness.sandbox.utleggsbegjaering.model.parties import Aktoer, Prosessfullmektig
from harness.sandbox.utleggsbegjaering.register import Register

KRAV, TVANGSGRUNNLAG = "$.kravTilInnkreving", "$.begjaeringensTvangsgrunnlag"


@dataclass(frozen=True)
class Earlier:
    """The case to be changed: its state, and the newest version of its request."""

    begjaering: Utleggsbegjaering
    saksreferanse: str
    is_processed: bool
    takes_changes: bool


@dataclass(frozen=True)
class Cited:
    """A citation of an attachment in a request; `required` is the type required at this place."""

    path: str
    vedlegg: Vedlegg
    required: str | None = None


@dataclass(frozen=True)
class Submission:
    """A request that follows the model. `duplicate` is the case with the same key."""

    begjaering: Utleggsbegjaering
    organisation: str
    today: datetime.date
    register: Register
    attachments: Mapping[str, tuple[Attachment, Tilstand]] = field(default_factory=dict)
    duplicate: str | None = None
    earlier: Earlier | None = None
    asked_for_forliksraadet: Callable[[], frozenset[str]] = frozenset
    """The types of begjæring that must say whether forliksrådet may hear the case."""

    @cached_property
    def claims(self) -> Mapping[str, Krav]:
        """The claims by reference."""
        return {krav.innsendersKravreferanse: krav for krav in self.begjaering.kravTilInnkreving}

    @cached_property
    def bases(self) -> Mapping[str, frozenset[int]]:
        """The positions of the bases that list a claim, by the claim's reference."""
        found: dict[str, set[int]] = {}
        for position, basis in enumerate(self.begjaering.begjaeringensTvangsgrunnlag):
            for reference in basis.innsendersKravreferanse:
                found.setdefault(reference, set()).add(position)
        return {reference: frozenset(positions) for reference, positions in found.items()}

    @cached_property
    def uses_priorities(self) -> bool:
        return any(krav.prioritetISak is not None for krav in self.begjaering.kravTilInnkreving)

    @property
    def each_claim(self) -> Iterator[tuple[str, Krav]]:
        for position, krav in enumerate(self.begjaering.kravTilInnkreving):
            yield f"{KRAV}[{position}]", krav

    @property
    def claimants(self) -> Iterator[tuple[str, Aktoer]]:
        for position, party in enumerate(self.begjaering.saksoeker):
            yield f"$.saksoeker[{position}].saksoeker", party.saksoeker

    @property
    def debtors(self) -> Iterator[tuple[str, Aktoer]]:
        for position, party in enumerate(self.begjaering.saksoekt):
            yield f"$.saksoekt[{position}].saksoekt", party.saksoekt

    @cached_property
    def representatives(self) -> tuple[tuple[str, Prosessfullmektig], ...]:
        """All representatives of parties, with their paths."""
        named: list[tuple[str, Prosessfullmektig | None]] = [
            *(
                (f"$.saksoeker[{position}].saksoekersProsessfullmektig", party.saksoekersProsessfullmektig)
                for position, party in enumerate(self.begjaering.saksoeker)
            ),
            *(
                (f"$.saksoekt[{position}].saksoektesProsessfullmektig", party.saksoektesProsessfullmektig)
                for position, party in enumerate(self.begjaering.saksoekt)
            ),
        ]
        if self.begjaering.innsender is not None:
            named.append(
                ("$.innsender.innsendersProsessfullmektig", self.begjaering.innsender.innsendersProsessfullmektig)
            )
        return tuple((path, representative) for path, representative in named if representative is not None)

    @property
    def actors(self) -> Iterator[tuple[str, Aktoer]]:
        yield from self.claimants
        yield from self.debtors
        if self.begjaering.innsender is not None:
            yield "$.innsender.innsender", self.begjaering.innsender.innsender
        for path, representative in self.representatives:
            yield f"{path}.prosessfullmektig", representative.prosessfullmektig

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        """Every citation of an attachment."""
        return tuple(self._cited())

    def _cited(self) -> Iterator[Cited]:
        for position, vedlegg in enumerate(self.begjaering.vedlegg):
            yield Cited(f"$.vedlegg[{position}]", vedlegg)
        for path, representative in self.representatives:
            if representative.fullmakt is not None:
                yield Cited(f"{path}.fullmakt.fullmakt", representative.fullmakt.fullmakt, "fullmakt")
        for path, krav in self.each_claim:
            for position, demand in enumerate(krav.betalingsoppfordring):
                place = f"{path}.betalingsoppfordring[{position}].betalingsoppfordring"
                yield Cited(place, demand.betalingsoppfordring, "betalingsoppfordring")
            for position, assignment in enumerate(krav.transporterklaering):
                place = f"{path}.transporterklaering[{position}].transporterklaering"
                yield Cited(place, assignment.transporterklaering, "transporterklæring")
        yield from self._cited_by_bases()

    def _cited_by_bases(self) -> Iterator[Cited]:
        for position, basis in enumerate(self.begjaering.begjaeringensTvangsgrunnlag):
            path = f"{TVANGSGRUNNLAG}[{position}]"
            yield Cited(f"{path}.tvangsgrunnlag", basis.tvangsgrunnlag, "tvangsgrunnlag")
            for number, varsel in enumerate(basis.varsel):
                place = f"{path}.varsel[{number}]"
                yield Cited(f"{place}.tvangskraftgrunnlag", varsel.tvangskraftgrunnlag, "tvangskraftgrunnlag")
                channel = varsel.alternativElektroniskForsendelsesmaate
                if channel is not None:
                    path_of_channel = f"{place}.alternativElektroniskForsendelsesmaate"
                    yield Cited(f"{path_of_channel}.akseptKanalvalg", channel.akseptKanalvalg)
            notice = basis.skriftlig_meddelelse
            if notice is not None and notice.forsendelsesmaate.alternativElektroniskForsendelsesmaate is not None:
                place = f"{path}.saerligTvangsgrunnlag.skriftligMeddelelse.forsendelsesmaate"
                channel = notice.forsendelsesmaate.alternativElektroniskForsendelsesmaate
                yield Cited(f"{place}.alternativElektroniskForsendelsesmaate.akseptKanalvalg", channel.akseptKanalvalg)
