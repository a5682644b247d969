"""What a target is: a model of one `[targets.NAME]` table."""

import contextlib
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, field_validator

from harness.exchange import DEEPEST
from harness.targets.places import Source
from harness.targets.profiles import ProfileName

Organisation = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Person = Annotated[str, StringConstraints(pattern=r"^[0-9]{11}$")]
Seconds = Annotated[float, Field(gt=0, le=600)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address begins with https:// and names a host")
    if parts.username or parts.password:
        raise ValueError("an address holds no user name or password")
    if parts.query or parts.fragment:
        raise ValueError("an address has no query and no fragment")
    _ = parts.port  # raises ValueError for what is no port
    _ensure_plain_host(parts.hostname)
    return url


def _ensure_plain_host(host: str) -> None:
    """Raises ValueError for a host that may be read as another one: with letters or dots of another script, or in the
    form that they have on the wire (IDNA), percent-encoded, or a number in one of its unusual forms."""
    if host.startswith("xn--") or ".xn--" in host or not host.isascii():
        raise ValueError("a host is written in the letters a to z, digits and hyphens, with ordinary dots between")
    with contextlib.suppress(ValueError):
        ip_address(host)
        return
    if not HOST.fullmatch(host):
        raise ValueError("a host is a name such as api.example.no, or an address such as 127.0.0.1 or [::1]")


def _source(text: str) -> str:
    scheme, colon, rest = text.partition(":")
    if text != "generated" and (scheme not in {"env", "file", "keyring"} or not colon or not rest):
        raise ValueError("a secret never stands in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME")
    return text


def _proxy(text: str) -> str:
    return text if text.startswith("env:") and len(text) > 4 else _address(text)


def _share(text: str) -> str:
    part, _, whole = text.partition("/")
    if not (part.isascii() and whole.isascii() and part.isdecimal() and whole.isdecimal()):
        raise ValueError('a share of the calls in flight is written "1/5"')
    if not 0 < int(part) <= int(whole):
        raise ValueError("a share is more than nothing, and at most the whole")
    if IN_FLIGHT * int(part) < int(whole):
        raise ValueError(f"a share of {IN_FLIGHT} calls in flight is at least one call; use at most {IN_FLIGHT} shards")
    return text


LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{LABEL}\.)*(?=[a-z0-9_-]*[a-z]){LABEL}\.?")
"""A name in small letters, as urlsplit gives it; its last part is no number, or it would be an address."""

IN_FLIGHT = 5
"""Calls in flight that one consumer is allowed: docs/om/bruk of Skatteetaten's API documentation (2022)."""

Address = Annotated[str, AfterValidator(_address)]
SecretSource = Annotated[str, AfterValidator(_source)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Share = Annotated[str, AfterValidator(_share)]
Capability = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]

# Synthetic organisations begin with 2 or 3, synthetic persons have 80 added to their month (Testmiljø, 2022-12).
Synthetic = Annotated[str, StringConstraints(pattern=r"^([23][0-9]{8}|[0-9]{2}[89][0-9]{8})$")]


class Strict(BaseModel):
    """Unknown keys are refused, so that a misspelt one is told at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Client(Strict):
    """One client of the token issuer.

    `key` is where its private key comes from: `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`, or `generated` for an
    issuer that takes the public half at `registration`. PEM, JWK and PKCS#12 are read. `kid` is the key's name at the
    issuer; without one the certificate chain is sent (`x5c`), from PKCS#12 or from `certificate`. `consumer` is the
    organisation that owns the client, `consumer_org` the one that delegated the scope to it (a supplier's case).
    """

    client_id: str = Field(min_length=1)
    consumer: Organisation | None = None
    consumer_org: Organisation | None = None
    key: SecretSource
    key_password: SecretSource | None = None
    kid: str | None = Field(default=None, min_length=1)
    certificate: SecretSource | None = None
    registration: Address | None = None


class Maskinporten(Client):
    """The token issuer and the client that asks it; `clients` are further ones, for negative tests."""

    issuer: Address
    mint: Address | None = None
    clients: dict[Name, Client] = Field(default_factory=dict)

    def as_client(self, name: str) -> Self:
        """The same issuer with one of the further clients in the main one's place; raises KeyError."""
        other = self.clients[name]
        return self.model_copy(update={key: getattr(other, key) for key in Client.model_fields})


class Altinn2(Strict):
    """Consent tokens of Altinn 2, for a service that still reads them.

    `token_generator` is an address in the manner of Altinn's test tool (GetConsentToken): GET with `serviceCodes`,
    `offeredBy`, `coveredBy` and `ttl` in seconds answers with the token as text. `service_code` is the API's own.
    """

    token_generator: Address
    service_code: str


class Access(Strict):
    """How one way in (a rights package, say) is opened.

    `consent` needs one active consent id per organisation looked up, or a `consent_command` that prints an access
    token for `{organisation}`; `system_user` the customers whose system users are approved; `token` nothing more than
    the token. The other fields serve single scenarios, which are not testable without them: `other_consents` are
    consents of the same organisations for another resource, `external_refs` name a further system user of a customer,
    `customers_without_rights` have a system user that lacks the API's resource, and `altinn2` is where consent tokens
    of Altinn 2 come from.
    """

    kind: Literal["consent", "system_user", "token"]
    consents: dict[Organisation, str] = Field(default_factory=dict)
    consent_command: tuple[str, ...] = ()
    other_consents: dict[Organisation, str] = Field(default_factory=dict)
    customers: tuple[Organisation, ...] = ()
    external_ref: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9øØæÆåÅ_-]{1,255}$")
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

    `style` picks among the addresses that the profile knows, where `base_url` is left out.
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
    base_url: Address
    style: Literal["new", "old"] = "new"
    scope: str = Field(min_length=1)
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


class Watch(Strict):
    """Where news is published: the address of an Atom feed, and pages of an API in place of those that are known."""

    feed: Address | None = None
    pages: dict[str, tuple[Address, ...]] = Field(default_factory=dict)


class Timeouts(Strict):
    """Seconds: to connect, between two pieces of an answer, and from the first byte sent to the last byte read."""

    connect: Seconds = 10.0
    read: Seconds = 30.0
    total: Seconds = 60.0


class Limits(Strict):
    """How much of one answer is read; an answer beyond them is reported as such, and its body is not judged.

    `max_body` is in bytes, unpacked. `max_headers` counts header fields. `max_depth` is how deep JSON or XML is
    nested, `max_values` how many values it holds: what takes 2 bytes on the wire takes a hundred in memory.
    """

    max_body: int = Field(default=50_000_000, ge=1_000, le=1_000_000_000)
    max_headers: int = Field(default=1_000, ge=20, le=10_000)
    max_depth: int = Field(default=100, ge=10, le=DEEPEST)
    max_values: int = Field(default=250_000, ge=1_000, le=10_000_000)


class Target(Strict):
    """One system under test.

    `proxy` is an address without a password, or `env:NAME`. `ca_bundle` is a PEM file with further authorities to
    trust. `share` is this run's part of the five calls in flight, where several machines judge one target together:
    "1/5" is one call. `requests_per_second` and `request_budget` limit a run further. `capabilities` are what the
    target can do that others cannot.
    """

    name: str = ""
    profile: ProfileName = "test"
    maskinporten: Maskinporten
    apis: dict[str, Api]
    capabilities: tuple[Capability, ...] = ()
    proxy: Proxy | None = None
    ca_bundle: str | None = None
    timeouts: Timeouts = Timeouts()
    limits: Limits = Limits()
    share: Share | None = None
    requests_per_second: float | None = Field(default=None, gt=0)
    request_budget: int | None = Field(default=None, gt=0)
    watch: Watch = Watch()

    _source: Source | None = PrivateAttr(default=None)

    @field_validator("apis")
    @classmethod
    def _some_api(cls, apis: dict[str, Api]) -> dict[str, Api]:
        if not apis:
            raise ValueError("at least one [apis.NAME] table is needed")
        return apis

    def from_source(self, source: Source) -> Self:
        """The same target, which knows where its fields stand."""
        copy = self.model_copy()
        copy._source = source
        return copy

    def place(self, *field: str) -> str:
        """Where a field stands: file, line and name, as far as they are known."""
        return self._source.place(field) if self._source else ".".join(field)

    @property
    def in_flight(self) -> int:
        """Calls that may be in flight from here, by the target's share of what is allowed."""
        part, _, whole = (self.share or "1/1").partition("/")
        return IN_FLIGHT * int(part) // int(whole)

    @property
    def clients(self) -> Iterator[tuple[tuple[str, ...], Client]]:
        """Every client with the path of its table."""
        yield ("maskinporten",), self.maskinporten
        for name, client in self.maskinporten.clients.items():
            yield ("maskinporten", "clients", name), client

    @property
    def own_organisations(self) -> frozenset[str]:
        """The organisations that stand behind the clients; they may be real ones."""
        named = [number for _, client in self.clients for number in (client.consumer, client.consumer_org)]
        named += [api.delegation.consumer_org for api in self.apis.values() if api.delegation is not None]
        return frozenset(number for number in named if number is not None)
