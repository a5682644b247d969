"""What a target is: a model of one `[targets.NAME]` table."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Organisation = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Person = Annotated[str, StringConstraints(pattern=r"^[0-9]{11}$")]

# Synthetic organisations begin with 2 or 3, synthetic persons have 80 added to their month (Testmiljø, 2022-12).
Synthetic = Annotated[str, StringConstraints(pattern=r"^([23][0-9]{8}|[0-9]{2}[89][0-9]{8})$")]


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


class Altinn2(Strict):
    """Consent tokens of Altinn 2, for a service that still reads them.

    `token_generator` is an address in the manner of Altinn's test tool (GetConsentToken): GET with `serviceCodes`,
    `offeredBy`, `coveredBy` and `ttl` in seconds answers with the token as text. `service_code` is the API's own.
    """

    token_generator: str
    service_code: str


class Access(Strict):
    """How one way in (a rights package, say) is opened.

    `consent` needs one active consent id per organisation looked up, `system_user` the customers whose system users
    are approved, `token` nothing more than the token. The other fields serve single scenarios, which are not testable
    without them: `other_consents` are consents of the same organisations for another resource, `external_refs` name a
    further system user of a customer, `customers_without_rights` have a system user that lacks the API's resource, and
    `altinn2` is where consent tokens of Altinn 2 come from.
    """

    kind: Literal["consent", "system_user", "token"]
    consents: dict[Organisation, str] = Field(default_factory=dict)
    other_consents: dict[Organisation, str] = Field(default_factory=dict)
    customers: tuple[Organisation, ...] = ()
    external_ref: str | None = None
    external_refs: dict[Organisation, str] = Field(default_factory=dict)
    customers_without_rights: tuple[Organisation, ...] = ()
    altinn2: Altinn2 | None = None


class Delegation(Strict):
    """A consumer that has delegated the API's scope in Altinn to the client's owner, its supplier.

    `consents` are given to the consumer, by organisation.
    """

    consumer_org: Organisation
    consents: dict[Organisation, str] = Field(default_factory=dict)


class Api(Strict):
    """Where one API lives and whom it may be asked about.

    `other_scope` is a scope that the client holds for another API; `unknown_organisation` is well-formed, synthetic
    and nobody's; `shielded_organisation` is one whose data is withheld, opened by the same access as the others;
    `person` is the synthetic birth number of somebody. `ungranted` are ways in that the client was not granted,
    `ungranted_consumer` is an organisation that was granted none (a sandbox mints its tokens), and `delegation` a
    consumer that the client acts for. Each serves scenarios that are not testable without it.

    What a target can do beyond the published interface: `closed_world` says that scenarios and target know the same
    parties and files, so that an answer is compared whole; without it, what a scenario provoked must be among what the
    answer holds. `reconstructed` opens the operations that the pinned document only reconstructs. `control` is the
    address where a sandbox lets a scenario set what no client can. `parties` names synthetic parties by their role.
    """

    version: str | None = None
    base_url: str
    scope: str
    other_scope: str | None = None
    organisations: tuple[Organisation, ...] = ()
    unknown_organisation: Organisation | None = None
    shielded_organisation: Organisation | None = None
    person: Person | None = None
    ungranted: tuple[str, ...] = ()
    ungranted_consumer: Organisation | None = None
    delegation: Delegation | None = None
    access: dict[str, Access] = Field(default_factory=dict)
    closed_world: bool = False
    reconstructed: bool = False
    control: str | None = None
    parties: dict[str, Synthetic] = Field(default_factory=dict)


class Target(Strict):
    """One system under test."""

    name: str = ""
    profile: Literal["sandbox", "test"] = "test"
    maskinporten: Maskinporten
    apis: dict[str, Api]
