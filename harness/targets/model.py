"""What a target is: a model of one `[targets.NAME]` table."""

import contextlib
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, field_validator

from harness.exchange import DEEPEST
from harness.targets.fair_use import IN_FLIGHT
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
    _ = parts.port  # raises ValueError for what is not a port
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


def secret_source(text: str) -> str:
    """Where a secret is, as it is written; raises ValueError for what names no place."""
    scheme, _, rest = text.partition(":")
    if text != "generated" and (scheme not in {"env", "file", "keyring"} or not rest):
        raise ValueError("secrets are never written in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME")
    if scheme == "env" and NO_VARIABLE.search(rest):
        raise ValueError("env: is followed by the name of a variable, without $, quotes or spaces: write env:NAME")
    if scheme == "keyring" and not all(rest.partition("/")):
        raise ValueError("an entry of the keyring has a service and a name: write keyring:SERVICE/NAME")
    return text


NO_VARIABLE = re.compile(r"""[\s=$%{}"']""")
"""What is in no variable's name, but in how shells write its value."""


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
"""A name in small letters, as urlsplit gives it; its last part is not a number, or it would be an address."""

Address = Annotated[str, AfterValidator(_address)]
SecretSource = Annotated[str, AfterValidator(secret_source)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Share = Annotated[str, AfterValidator(_share)]
Capability = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]

# Synthetic organisations begin with 2 or 3, synthetic persons have 80 added to their month (Testmiljø, 2022-12).
Synthetic = Annotated[str, StringConstraints(pattern=r"^([23][0-9]{8}|[0-9]{2}[89][0-9]{8})$")]


class Strict(BaseModel):
    """Unknown keys are refused, so that a misspelt one is reported. What a field means is in the text below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Client(Strict):
    """One client of the token issuer."""

    client_id: str = Field(min_length=1)
    """The client's id at the issuer."""
    consumer: Organisation | None = None
    """The organisation that owns the client."""
    consumer_org: Organisation | None = None
    """The organisation that delegated the scope to the client's owner: a supplier's case."""
    key: SecretSource
    """Where the private key comes from: `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`, or `generated` for an issuer
    that takes the public half at `registration`. PEM, JWK and PKCS#12 are read."""
    key_password: SecretSource | None = None
    """Where the key's password comes from."""
    kid: str | None = Field(default=None, min_length=1)
    """The key's name at the issuer. Without one the certificate chain is sent (`x5c`)."""
    certificate: SecretSource | None = None
    """Where the certificate chain comes from, if it is not in the PKCS#12 file of the key."""
    registration: Address | None = None
    """Where a `generated` key's public half is registered."""


class Maskinporten(Client):
    """The token issuer and the client that asks it."""

    issuer: Address
    """The issuer's identifier; its metadata is found below it."""
    mint: Address | None = None
    """Where a sandbox makes tokens that no client could get."""
    clients: dict[Name, Client] = Field(default_factory=dict)
    """Further clients, for negative tests."""

    def as_client(self, name: str) -> Self:
        """The same issuer with one of the further clients in the main one's place; raises KeyError."""
        other = self.clients[name]
        return self.model_copy(update={key: getattr(other, key) for key in Client.model_fields})


class Altinn2(Strict):
    """Consent tokens of Altinn 2, for a service that still reads them."""

    token_generator: Address
    """An address in the manner of Altinn's test tool (GetConsentToken): GET with `serviceCodes`, `offeredBy`,
    `coveredBy` and `ttl` in seconds answers with the token as text."""
    service_code: str
    """The API's own service code."""


class Access(Strict):
    """How one way in (a rights package, say) is opened."""

    kind: Literal["consent", "system_user", "token"]
    """`consent` needs one active consent per organisation looked up, `system_user` the customers whose system users are
    approved, `token` nothing more than the token."""
    consents: dict[Organisation, str] = Field(default_factory=dict)
    """The id of an active consent, by the organisation that gave it."""
    consent_command: tuple[str, ...] = ()
    """In place of ids: a program and its arguments that print an access token for `{organisation}`."""
    other_consents: dict[Organisation, str] = Field(default_factory=dict)
    """Consents of the same organisations for another resource; some scenarios are not testable without them."""
    customers: tuple[Organisation, ...] = ()
    """The customers that approved the system user."""
    external_ref: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9øØæÆåÅ_-]{1,255}$")
    """The external reference of the customers' system users."""
    external_refs: dict[Organisation, str] = Field(default_factory=dict)
    """The reference of a further system user, by customer; some scenarios are not testable without it."""
    customers_without_rights: tuple[Organisation, ...] = ()
    """Customers whose system user lacks the API's resource; some scenarios are not testable without them."""
    altinn2: Altinn2 | None = None
    """Where consent tokens of Altinn 2 come from."""


class Delegation(Strict):
    """A consumer that has delegated the API's scope in Altinn to the client's owner, its supplier."""

    consumer_org: Organisation
    """The consumer."""
    consents: dict[Organisation, str] = Field(default_factory=dict)
    """Consents that were given to the consumer, by the organisation that gave them."""


class Api(Strict):
    """Where one API is and whom it may be asked about.

    Some fields serve single scenarios, which are not testable without them.
    """

    version: str | None = None
    """The pinned version to judge by. Default: the newest."""
    base_url: Address
    """The address that the operations' paths are appended to. A profile knows it for some APIs."""
    style: Literal["new", "old"] = "new"
    """Which of the addresses that the profile knows, if `base_url` is left out."""
    scope: str = Field(min_length=1)
    """The scope to ask the issuer for. Known for the APIs that are built in."""
    other_scope: str | None = None
    """A scope that the client holds for another API."""
    organisations: tuple[Organisation, ...] = ()
    """The organisations that the API may be asked about; synthetic ones, except in production."""
    unknown_organisation: Organisation | None = None
    """A well-formed synthetic number that no organisation has."""
    shielded_organisation: Organisation | None = None
    """An organisation whose data is withheld, opened by the same access as the others."""
    person: Person | None = None
    """The synthetic birth number of a person."""
    ungranted: tuple[str, ...] = ()
    """Ways in that the client was not granted."""
    ungranted_consumer: Organisation | None = None
    """An organisation that was granted none; a sandbox makes its tokens."""
    delegation: Delegation | None = None
    """A consumer that the client acts for."""
    access: dict[str, Access] = Field(default_factory=dict)
    """The ways in, by name."""
    closed_world: bool = False
    """Scenarios and target know the same parties and files, so that an answer is compared whole. Without it, what a
    scenario provoked must be among what the answer holds."""
    reconstructed: bool = False
    """Judge the operations too that the pinned document only reconstructs."""
    control: str | None = None
    """The address where a sandbox lets a scenario set what no client can."""
    parties: dict[str, Synthetic] = Field(default_factory=dict)
    """Synthetic parties by their role (`provestand list parties`)."""


class Watch(Strict):
    """Where news is published."""

    feed: Address | None = None
    """The address of an Atom feed."""
    pages: dict[str, tuple[Address, ...]] = Field(default_factory=dict)
    """Documentation pages by API, in place of those that are known."""


class Timeouts(Strict):
    """How long to wait, in seconds."""

    connect: Seconds = 10.0
    """For a connection."""
    read: Seconds = 30.0
    """Between two pieces of an answer."""
    total: Seconds = 60.0
    """From the first byte sent to the last byte read."""


class Limits(Strict):
    """How much of one answer is read; an answer beyond them is reported as such, and its body is not judged."""

    max_body: int = Field(default=50_000_000, ge=1_000, le=1_000_000_000)
    """Bytes of the body, unpacked."""
    max_headers: int = Field(default=1_000, ge=20, le=10_000)
    """Header fields."""
    max_depth: int = Field(default=100, ge=10, le=DEEPEST)
    """How deep JSON or XML is nested."""
    max_values: int = Field(default=250_000, ge=1_000, le=10_000_000)
    """How many values JSON or XML holds: what takes 2 bytes on the wire takes a hundred in memory."""


class Target(Strict):
    """One system under test."""

    name: str = ""
    profile: ProfileName = "test"
    """Which hosts and rules are known: those of the test environment or of production. `sandbox` is for files that the
    sandbox wrote."""
    maskinporten: Maskinporten
    """The token issuer and the client."""
    apis: dict[str, Api]
    """The APIs to judge, by name; at least one."""
    capabilities: tuple[Capability, ...] = ()
    """What the target can do that others cannot."""
    proxy: Proxy | None = None
    """The proxy's address without a password, or `env:NAME`."""
    ca_bundle: str | None = None
    """A PEM file with further authorities to trust."""
    timeouts: Timeouts = Timeouts()
    """How long to wait."""
    limits: Limits = Limits()
    """How much of an answer is read."""
    share: Share | None = None
    """This run's part of the five calls in flight, if several machines judge one target together: "1/5" is one call."""
    requests_per_second: float | None = Field(default=None, gt=0)
    """The most requests per second."""
    request_budget: int | None = Field(default=None, gt=0)
    """The most requests of a run."""
    watch: Watch = Watch()
    """Where news is published."""

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
