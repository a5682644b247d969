"""What the model or its prose forbids but no condition covers (dossier, section 7). Refused only if a knob says so."""

import datetime
from collections.abc import Callable, Iterator

from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering
from harness.sandbox.utleggsbegjaering.submission import TVANGSGRUNNLAG

OLDEST_DEMAND = datetime.timedelta(days=183)


def uncovered_in(begjaering: Utleggsbegjaering) -> list[str]:
    """Every fault that is found, in words."""
    return [fault for find in FINDERS for fault in find(begjaering)]


def _reason_with_written_notice(begjaering: Utleggsbegjaering) -> Iterator[str]:
    for position, basis in enumerate(begjaering.begjaeringensTvangsgrunnlag):
        if basis.begrunnelseUnnlatVarsel is not None and basis.skriftlig_meddelelse is not None:
            yield f"{TVANGSGRUNNLAG}[{position}]: begrunnelseUnnlatVarsel kan ikke oppgis med skriftligMeddelelse"


def _old_payment_demand(begjaering: Utleggsbegjaering) -> Iterator[str]:
    for krav in begjaering.kravTilInnkreving:
        for demand in krav.betalingsoppfordring:
            if begjaering.begjaeringsdato - demand.brevdato > OLDEST_DEMAND:
                yield "en betalingsoppfordring er eldre enn seks måneder"


def _wrong_remainder(begjaering: Utleggsbegjaering) -> Iterator[str]:
    for krav in begjaering.kravTilInnkreving:
        paid = sum(payment.beloep.beloep for payment in krav.innbetaling)
        reduced = sum(change.nedjusteringAvInnsender.beloep for change in krav.kravEndring)
        if krav.gjenstaaendeBeloep.beloep != krav.opprinneligBeloep.beloep - paid - reduced:
            yield "et gjenstående beløp er ikke det opprinnelige minus innbetalinger og nedjusteringer"


def _priority_out_of_range(begjaering: Utleggsbegjaering) -> Iterator[str]:
    for krav in begjaering.kravTilInnkreving:
        if krav.prioritetISak is not None and not 1 <= krav.prioritetISak <= 99:
            yield "prioritetISak er utenfor 1-99"


def _representative_without_power(begjaering: Utleggsbegjaering) -> Iterator[str]:
    representatives = [party.saksoekersProsessfullmektig for party in begjaering.saksoeker]
    representatives += [party.saksoektesProsessfullmektig for party in begjaering.saksoekt]
    for each in representatives:
        if each is not None and each.bevillingshaver is None and each.fullmakt is None:
            yield "en prosessfullmektig uten bevilling mangler fullmakt"


def _foreign_debtor(begjaering: Utleggsbegjaering) -> Iterator[str]:
    """A debtor without any identifier is covered by MANGLER_OPPLYSNINGER_OM_SAKSOEKT."""
    for party in begjaering.saksoekt:
        identifier = party.saksoekt.identifikator
        if identifier is not None and identifier.norwegian is None:
            yield "en saksøkt har bare en utenlandsk identifikator"


FINDERS: tuple[Callable[[Utleggsbegjaering], Iterator[str]], ...] = (
    _reason_with_written_notice,
    _old_payment_demand,
    _wrong_remainder,
    _priority_out_of_range,
    _representative_without_power,
    _foreign_debtor,
)
