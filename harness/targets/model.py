"""What a target is: a model of one `[targets.NAME]` table."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Organisation = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]


class Strict(BaseModel):
    """Unknown keys are refused, so that a misspelt one is told at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Maskinporten(Strict):
    """The token issuer and the client that asks it.

    `key` is where the client's private key comes from: `env:NAME`, `file:PATH`, or `generated` for an issuer that
    takes the public half at `registration`. `kid` is the key's name at the issuer.
    """

    issuer: str
    client_id: str
    consumer: Organisation | None = None
    key: str
    kid: str | None = None
    registration: str | None = None
    mint: str | None = None


class Access(Strict):
    """How one way in (a rights package, say) is opened.

    `consent` needs one active consent id per organisation looked up, `system_user` the customers whose system users
    are approved, `token` nothing more than the token.
    """

    kind: Literal["consent", "system_user", "token"]
    consents: dict[Organisation, str] = Field(default_factory=dict)
    customers: tuple[Organisation, ...] = ()
    external_ref: str | None = None


class Api(Strict):
    """Where one API lives and whom it may be asked about.

    `other_scope` is a scope that the client holds for another API; `unknown_organisation` is well-formed, synthetic
    and nobody's. Both serve negative tests, which are not testable without them.
    """

    version: str | None = None
    base_url: str
    scope: str
    other_scope: str | None = None
    organisations: tuple[Organisation, ...] = ()
    unknown_organisation: Organisation | None = None
    access: dict[str, Access] = Field(default_factory=dict)


class Target(Strict):
    """One system under test."""

    name: str = ""
    profile: Literal["sandbox", "test"] = "test"
    maskinporten: Maskinporten
    apis: dict[str, Api]
