# ruff: noqa: N815, RUF012 - wire names; pydantic copies a default
"""A complete request."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ValidationError

from harness.sandbox.knobs import Knobs
from harness.sandbox.utleggsbegjaering.body import invalid
from harness.sandbox.utleggsbegjaering.model.attachment import Vedlegg
from harness.sandbox.utleggsbegjaering.model.claims import Betalingsinformasjon, Krav
from harness.sandbox.utleggsbegjaering.model.districts import Namsmannsdistrikt
from harness.sandbox.utleggsbegjaering.model.grounds import BegjaeringensTvangsgrunnlag
from harness.sandbox.utleggsbegjaering.model.parties import Innsender, Saksoeker, Saksoekt
from harness.sandbox.utleggsbegjaering.model.values import (
    USUAL,
    Dato,
    Dialect,
    Filled,
    FilledOrCondition,
    Heltall,
    Message,
    Tekst,
)

MOST_TOLD = 20
LONGEST_PLACE = 200
Kind = TypeVar("Kind", bound=Message)


class KreverRettsgebyrErstattet(Message):
    """Whether the court fee is claimed back."""

    kreverRettsgebyrErstattet: bool
    prioritetISakRettsgebyr: Heltall | None = None
    prioritetISakFremtidigRentekrav: Heltall | None = None


class KreverFritattRettsgebyr(Message):
    """Whether the sender asks for exemption from the court fee."""

    kreverFritattRettsgebyr: bool
    aarsakTilFritak: Literal["rettsgebyrloven§14FørsteLeddAndrePunktum", "rettsgebyrloven§14FørsteLeddTredjePunktum"]


class ValgtNamsmannsdistrikt(Message):
    """A district other than the debtor's own."""

    namsmannsdistrikt: Namsmannsdistrikt
    begrunnelse: Tekst | None = None


class Utleggsbegjaering(Message):
    """A request for enforcement, model 2.0."""

    innsenderReferanse: Tekst | None = None
    tvangsfullbyrdelsestype: Literal["utlegg", "utleggOgForliksklageKombinert"]
    begjaeringsdato: Dato
    berOmInnkallingTilMoeteMedBegrunnelse: Tekst | None = None
    berOmUnnlattForeleggelseMedBegrunnelse: Tekst | None = None
    spesiellUtleggsgjenstand: list[Tekst] = []
    vedlegg: list[Vedlegg] = []
    underskrift: Tekst
    saksoeker: Annotated[list[Saksoeker], Filled]
    saksoekt: Annotated[list[Saksoekt], Filled]
    innsender: Innsender | None = None
    betalingsinformasjon: Betalingsinformasjon
    kravTilInnkreving: Annotated[list[Krav], FilledOrCondition]
    begjaeringensTvangsgrunnlag: Annotated[list[BegjaeringensTvangsgrunnlag], Filled]
    kreverRettsgebyrErstattet: KreverRettsgebyrErstattet | None = None
    kreverFritattRettsgebyr: KreverFritattRettsgebyr | None = None
    valgtNamsmannsdistrikt: ValgtNamsmannsdistrikt | None = None


def read(kind: type[Kind], value: object, knobs: Knobs) -> Kind:
    """A JSON value as a message of this kind; raises Refused, which names the malformed places."""
    try:
        return _validated(kind, value, knobs)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(map(_told, faults[:MOST_TOLD]))
        more = f"; og {len(faults) - MOST_TOLD} til" if len(faults) > MOST_TOLD else ""
        raise invalid(f"Innholdet følger ikke modellen: {told}{more}") from None


def _validated(kind: type[Kind], value: object, knobs: Knobs) -> Kind:
    """Raises ValidationError. Whether unknown properties are refused is asked only where there are some."""
    dialect = Dialect(knobs)
    try:
        return kind.model_validate(value, extra="forbid", context=dialect)
    except ValidationError as error:
        has_unknown = any(fault["type"] == UNKNOWN for fault in error.errors(include_url=False, include_context=False))
        if not has_unknown or knobs["elan-unknown-properties"] == "refused":
            raise
        return kind.model_validate(value, extra="ignore", context=dialect)


def stored(value: object) -> Utleggsbegjaering:
    """A request that was accepted earlier, whatever the knobs were then."""
    lenient = Dialect({**USUAL, "elan-whole-numbers": "either", "elan-varsel-channel": "optional"})
    return Utleggsbegjaering.model_validate(value, extra="ignore", context=lenient)


def _told(fault: Mapping[str, Any]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
    words = fault["msg"] if fault["type"] == OUR_OWN else WORDS.get(fault["type"], "har feil format")
    return f"${place[:LONGEST_PLACE]}: {words}"


UNKNOWN = "extra_forbidden"
OUR_OWN = "form"
"""The type of the errors that `problem` makes; they are already in Norwegian."""

WORDS: Mapping[str, str] = {
    "missing": "mangler",
    UNKNOWN: "finnes ikke i modellen",
    "string_type": "må være en tekst",
    "bool_type": "må være true eller false",
    "list_type": "må være en liste",
    "dict_type": "må være et objekt",
    "model_type": "må være et objekt",
    "model_attributes_type": "må være et objekt",
    "literal_error": "har en ugyldig verdi",
    "string_pattern_mismatch": "har et ugyldig format",
    "string_too_long": "er for lang",
    "string_too_short": "er for kort",
    "too_long": "har for mange elementer",
    "too_short": "har for få elementer",
}
"""Norwegian texts for pydantic's error types."""
