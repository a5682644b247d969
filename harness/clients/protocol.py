"""The protocol between the suite and a driver: one JSON object per message, schema 1.

The suite sends `connect`, then one `call` per task, then `goodbye`; the driver answers each with the same `seq`.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

SCHEMA = 1
OPERATIONS = ("connect", "call", "goodbye")
MOST_OCTETS = 1_000_000
"""Bytes of one answer from a driver: it contains what a user would see, never a megabyte."""

Outcome = Literal["done", "refused", "failed", "cannot"]


class SystemUserRef(BaseModel):
    """The system user that a task is for."""

    organisation: str
    external_ref: str | None = None


class FileToSend(BaseModel):
    """A file that a task uploads; `content` is base64."""

    name: str
    type: str
    content: str


class Connect(BaseModel):
    """Where the client finds everything, and what it signs with. `key` and `ca` name files in PEM."""

    do: Literal["connect"] = "connect"
    issuer: str
    token_endpoint: str
    client_id: str
    key: str
    kid: str
    base_urls: dict[str, str]
    ca: str | None = None


class Task(BaseModel):
    """One API call for the client to make."""

    do: Literal["call"] = "call"
    scenario: str = ""
    api: str
    operation: str
    scope: str
    organisation: str
    rettighetspakke: str | None = None
    consent: str | None = None
    system_user: SystemUserRef | None = None
    consumer_org: str | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    file: FileToSend | None = None


class Goodbye(BaseModel):
    do: Literal["goodbye"] = "goodbye"


Message = Connect | Task | Goodbye


class _Told(BaseModel):
    """A message from a driver. Null counts as absent, unknown members are ignored, a number is accepted as a text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        return {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value


def _text(most: int) -> BeforeValidator:
    """Truncates a long text: a client may show a whole page."""
    return BeforeValidator(lambda value: value[:most] if isinstance(value, str) else value)


class Understood(_Told):
    """What the client read from an answer. `total` is an exact sum as a text; None means not reported."""

    count: int | None = None
    total: Decimal | None = None
    codes: tuple[str, ...] | None = None
    reference: str | None = None

    @field_validator("total", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError("write the total as a text, so that no øre is lost")  # noqa: TRY004 - pydantic reports it
        try:
            total = Decimal(value)
        except InvalidOperation as error:
            raise ValueError("write the total as a plain number in a text") from error
        if not total.is_finite():
            raise ValueError("write the total as a plain number in a text")
        return total


class SystemName(_Told):
    """The name and version that the client under test reports."""

    name: Annotated[str, _text(200)] = ""
    version: Annotated[str, _text(100)] = ""


class Reply(_Told):
    """What the driver answers.

    `done`: the client has what it asked for. `refused`: the service said no, and the client knows. `failed`: it could
    not find out. `cannot`: it does not have this feature. `message` is what a user would see.
    """

    seq: int
    outcome: Outcome
    message: Annotated[str, _text(20_000)] = ""
    korrelasjonsid: Annotated[str | None, _text(200)] = None
    understood: Understood | None = None
    client: SystemName | None = None
    can: tuple[str, ...] | None = None
    attested: bool = False
    """Whether a person answered, not a program."""


def as_json(message: Message, seq: int) -> dict[str, Any]:
    """A message as bytes to send."""
    return {"schema": SCHEMA, "seq": seq, **message.model_dump(mode="json")}
