"""The simple values of the model, and the open questions about them."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from harness.sandbox.knobs import Knobs

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\Z", re.ASCII
)
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z", re.ASCII)
MOST_DIGITS = 15


USUAL: Knobs = {
    "elan-whole-numbers": "integer",
    "elan-empty-lists": "conditions",
    "elan-varsel-channel": "required",
    "elan-varsel-name": "forsendelsemaateType",
}


@dataclass(frozen=True)
class Dialect:
    """Unknown details of the wire format, settled by knobs. A knob is read only where it may make a difference."""

    knobs: Knobs = field(default_factory=lambda: USUAL)

    @property
    def whole_numbers(self) -> str:
        return self.knobs["elan-whole-numbers"]

    @property
    def empty_lists(self) -> str:
        return self.knobs["elan-empty-lists"]

    @property
    def varsel_channel(self) -> str:
        return self.knobs["elan-varsel-channel"]

    @property
    def varsel_name(self) -> str:
        return self.knobs["elan-varsel-name"]


class Message(BaseModel):
    """A part of a message. It accepts exactly the types of the model: no string for a number or vice versa.

    No field of the model may be null. Fields outside the model are ignored.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_field_is_null(cls, value: object) -> object:
        if isinstance(value, dict):
            for name in cls.model_fields:
                if name in value and value[name] is None:
                    raise problem(f"{name} kan ikke være null; utelat feltet")
        return value


def exactly_one_of(*names: str) -> Any:  # noqa: ANN401 - what pydantic's decorator makes
    """A choice in the diagrams: exactly one of these fields is present."""
    return model_validator(mode="after")(_counted(names, lambda count: count == 1, "nøyaktig ett av {names} må oppgis"))


def at_most_one_of(*names: str) -> Any:  # noqa: ANN401 - what pydantic's decorator makes
    """An optional choice: at most one of these fields is present."""
    return model_validator(mode="after")(_counted(names, lambda count: count <= 1, "høyst ett av {names} kan oppgis"))


def _counted(names: tuple[str, ...], holds: Callable[[int], bool], text: str) -> Callable[[Message], Message]:
    def check(message: Message) -> Message:
        if not holds(sum(getattr(message, name) is not None for name in names)):
            raise problem(text.format(names=", ".join(names)))
        return message

    return check


def problem(text: str) -> PydanticCustomError:
    """An error about a value, with a text that does not quote it."""
    return PydanticCustomError("form", "{text}", {"text": text})


def dialect(info: ValidationInfo) -> Dialect:
    return info.context if isinstance(info.context, Dialect) else Dialect()


def _date(value: object) -> datetime.date:
    if isinstance(value, str) and DATE.match(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise problem("må være en dato på formen ÅÅÅÅ-MM-DD")


def _time(value: object) -> datetime.datetime:
    if isinstance(value, str) and TIME.match(value):
        try:
            return datetime.datetime.fromisoformat(value)
        except ValueError:
            pass
    raise problem("må være et tidspunkt på formen ÅÅÅÅ-MM-DDTtt:mm:ssZ")


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise problem("må være et tall")
    number = Decimal(value) if not isinstance(value, int) or abs(value) < 10**MOST_DIGITS else None
    if number is None or (number and not -MOST_DIGITS <= number.adjusted() < MOST_DIGITS):
        raise problem(f"har flere enn {MOST_DIGITS} sifre")
    return number


def _whole_number(value: object, info: ValidationInfo) -> int:
    form = dialect(info).whole_numbers
    if form != "string" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if form != "integer" and isinstance(value, str) and re.match(r"[0-9]{1,4}\Z", value, re.ASCII):
        return int(value)
    raise problem("må være et heltall" if form != "string" else "må være et heltall skrevet som tekst")


def _uuid(value: str) -> str:
    """An empty string is accepted here, because a condition reports it."""
    if value and not UUID.match(value):
        raise problem("må være en UUID")
    return value.lower()


def _kid(value: str) -> str:
    """The published pattern is not anchored: one digit anywhere is enough."""
    if not re.search("[0-9]", value):
        raise problem("må inneholde sifre")
    return value


def _filled(value: list[Any], info: ValidationInfo) -> list[Any]:
    if not value and dialect(info).empty_lists == "schema":
        raise problem("listen kan ikke være tom")
    return value


def _at_least_one(value: list[Any]) -> list[Any]:
    if not value:
        raise problem("listen kan ikke være tom")
    return value


Tekst = Annotated[str, StringConstraints(max_length=4000)]
Dato = Annotated[datetime.date, BeforeValidator(_date)]
Tidspunkt = Annotated[datetime.datetime, BeforeValidator(_time)]
Tall = Annotated[Decimal, BeforeValidator(_number)]
Heltall = Annotated[int, BeforeValidator(_whole_number)]
Uuid = Annotated[str, AfterValidator(_uuid)]
Kid = Annotated[str, StringConstraints(min_length=2, max_length=25), AfterValidator(_kid)]
Postnummer = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Kommunenummer = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Landkode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Valuta = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

Filled = AfterValidator(_at_least_one)
"""Marks a list of cardinality 1..*."""

FilledOrCondition = AfterValidator(_filled)
"""Marks a list of cardinality 1..* that a condition also requires to be non-empty."""
