"""The model of a target, one `[targets.NAME]` table."""

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
        raise ValueError("an address must begin with https:// and name a host")
    if parts.username or parts.password:
        raise ValueError("an address must not contain a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("an address must have no query or fragment")
    _ = parts.port  # raises ValueError for an invalid port
    _ensure_plain_host(parts.hostname)
    return url


def _ensure_plain_host(host: str) -> None:
    """Raises ValueError for a host that may be mistaken for another: with letters or dots from another script (also
    encoded as IDNA), percent-encoded, or an IP address in an unusual form.
    """
    if host.startswith("xn--") or ".xn--" in host or not host.isascii():
        raise ValueError("a host may contain only the letters a to z, digits and hyphens, separated by ordinary dots")
    with contextlib.suppress(ValueError):
        ip_address(host)
        return
    if not HOST.fullmatch(host):
        raise ValueError("a host must be a name such as api.example.no, or an address such as 127.0.0.1 or [::1]")


def secret_source(text: str) -> str:
    """Checks a secret's source, returned unchanged; raises ValueError if it is not one."""
    scheme, _, rest = text.partition(":")
    if text != "generated" and (scheme not in {"env", "file", "keyring"} or not rest):
        raise ValueError("secrets are never written in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME")
    if scheme == "env" and NO_VARIABLE.search(rest):
        raise ValueError("env: must be followed by a variable's name without $, quotes or spaces: write env:NAME")
    if scheme == "keyring" and not all(rest.partition("/")):
        raise ValueError("a keyring entry has a service and a name: write keyring:SERVICE/NAME")
    return text


NO_VARIABLE = re.compile(r"""[\s=$%{}"']""")
"""Characters of shell syntax that no variable's name contains."""


def _proxy(text: str) -> str:
    return text if text.startswith("env:") and len(text) > 4 else _address(text)


def _share(text: str) -> str:
    part, _, whole = text.partition("/")
    if not (part.isascii() and whole.isascii() and part.isdecimal() and whole.isdecimal()):
        raise ValueError('write a share of the calls in flight like "1/5"')
    if not 0 < int(part) <= int(whole):
        raise ValueError("a share must be more than 0 and at most 1")
    if IN_FLIGHT * int(part) < int(whole):
        raise ValueError(
            f"a share of {IN_FLIGHT} calls in flight must be at least one call; use at most {IN_FLIGHT} shards"
        )
    return text


LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{LABEL}\.)*(?=[a-z0-9_-]*[a-z]){LABEL}\.?")
"""A host name in lower case, as urlsplit returns it; its last label is not a number, or it would be an address."""

Address = Annotated[str, AfterValidator(_address)]
SecretSource = Annotated[str, AfterValidator(secret_source)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Share = Annotated[str, AfterValidator(_share)]
Capability = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]

# Synthetic organisations begin with 2 or 3, synthetic persons have 80 added to their month (Testmiljø, 2022-12).
Synthetic = Annotated[str, StringConstraints(pattern=r"^([23][0-9]{8}|[0-9]{2}[89][0-9]{8})$")]


class Strict(BaseModel):
    """Unknown keys are refused, so that misspelt ones are reported. Each field is explained in the text below it."""

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
    that accepts the public half at `registration`. PEM, JWK and PKCS#12 are supported.
    """
    key_password: SecretSource | None = None
    """Where the key's password comes from."""
    kid: str | None = Field(default=None, min_length=1)
    """The key's id at the issuer. Without one the certificate chain is sent (`x5c`)."""
    certificate: SecretSource | None = None
    """Where the certificate chain comes from, if it is not in the PKCS#12 file of the key."""
    registration: Address | None = None
    """Where a `generated` key's public half is registered."""


class Maskinporten(Client):
    """The token issuer and the client that asks it."""

    issuer: Address
    """The issuer's identifier; its metadata is found under it."""
    mint: Address | None = None
    """Where a sandbox makes tokens that no client could obtain."""
    clients: dict[Name, Client] = Field(default_factory=dict)
    """Additional clients, for negative tests."""

    def as_client(self, name: str) -> Self:
        """The same issuer with one of the additional clients as the main one; raises KeyError."""
        other = self.clients[name]
        return self.model_copy(update={key: getattr(other, key) for key in Client.model_fields})


class Altinn2(Strict):
    """Consent tokens of Altinn 2, for a service that still reads them."""

    token_generator: Address
    """An address like that of Altinn's test tool (GetConsentToken): a GET with `serviceCodes`, `offeredBy`, `coveredBy`
    and `ttl` in seconds returns the token as text.
    """
    service_code: str
    """The API's own service code."""


class Access(Strict):
    """How one way in (such as a rights package) is opened."""

    kind: Literal["consent", "system_user", "token"]
    """`consent` needs one active consent per organisation looked up, `system_user` the customers whose system users are
    approved, `token` nothing more than the token."""
    consents: dict[Organisation, str] = Field(default_factory=dict)
    """The id of an active consent, by the organisation that gave it."""
    consent_command: tuple[str, ...] = ()
    """Instead of ids: a program and its arguments that print an access token for `{organisation}`."""
    other_consents: dict[Organisation, str] = Field(default_factory=dict)
    """Consents of the same organisations for another resource; some scenarios are not testable without them."""
    customers: tuple[Organisation, ...] = ()
    """The customers that approved the system user."""
    external_ref: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9øØæÆåÅ_-]{1,255}$")
    """The external reference of the customers' system users."""
    external_refs: dict[Organisation, str] = Field(default_factory=dict)
    """The reference of a second system user, by customer; some scenarios are not testable without it."""
    customers_without_rights: tuple[Organisation, ...] = ()
    """Customers whose system user lacks the API's resource; some scenarios are not testable without them."""
    altinn2: Altinn2 | None = None
    """Where consent tokens of Altinn 2 come from."""


class Delegation(Strict):
    """A consumer that delegated the API's scope in Altinn to the client's owner, its supplier."""

    consumer_org: Organisation
    """The consumer."""
    consents: dict[Organisation, str] = Field(default_factory=dict)
    """Consents given to the consumer, by the organisation that gave them."""


class Api(Strict):
    """Where one API is, and which parties it may be asked about.

    Some fields serve single scenarios, which are not testable without them.
    """

    version: str | None = None
    """The pinned version to judge by. Default: the newest."""
    base_url: Address
    """The address that the operations' paths are appended to. The profile knows it for some APIs."""
    style: Literal["new", "old"] = "new"
    """Which of the profile's known addresses to use if `base_url` is left out."""
    scope: str = Field(min_length=1)
    """The scope to ask the issuer for. Known for the built-in APIs."""
    other_scope: str | None = None
    """A scope that the client holds for another API."""
    organisations: tuple[Organisation, ...] = ()
    """The organisations that the API may be asked about; synthetic ones, except in production."""
    unknown_organisation: Organisation | None = None
    """A well-formed synthetic number that belongs to no organisation."""
    shielded_organisation: Organisation | None = None
    """An organisation whose data is withheld, accessible in the same way as the others."""
    person: Person | None = None
    """A person's synthetic birth number."""
    ungranted: tuple[str, ...] = ()
    """Ways in that the client was not granted."""
    ungranted_consumer: Organisation | None = None
    """An organisation without any grant; a sandbox makes its tokens."""
    delegation: Delegation | None = None
    """A consumer that the client acts for."""
    access: dict[str, Access] = Field(default_factory=dict)
    """The ways in, by name."""
    closed_world: bool = False
    """Scenarios and target know the same parties and files, so that a complete answer can be compared. Otherwise an
    answer only has to contain what the scenario provoked.
    """
    reconstructed: bool = False
    """Also judge the operations that the pinned document only reconstructs."""
    control: str | None = None
    """The address where a sandbox lets a scenario set what a client cannot."""
    parties: dict[str, Synthetic] = Field(default_factory=dict)
    """Synthetic parties by their role (`provestand list parties`)."""


class Watch(Strict):
    """Where news is published."""

    feed: Address | None = None
    """The address of an Atom feed."""
    pages: dict[str, tuple[Address, ...]] = Field(default_factory=dict)
    """Documentation pages by API, instead of the known ones."""


class Timeouts(Strict):
    """How long to wait, in seconds."""

    connect: Seconds = 10.0
    """For a connection."""
    read: Seconds = 30.0
    """Between two chunks of an answer."""
    total: Seconds = 60.0
    """From the first byte sent to the last byte read."""


class Limits(Strict):
    """How much of one answer is read; a larger one is reported as such, and its body is not judged."""

    max_body: int = Field(default=50_000_000, ge=1_000, le=1_000_000_000)
    """Bytes of the uncompressed body."""
    max_headers: int = Field(default=1_000, ge=20, le=10_000)
    """Header fields."""
    max_depth: int = Field(default=100, ge=10, le=DEEPEST)
    """How deep JSON or XML is nested."""
    max_values: int = Field(default=250_000, ge=1_000, le=10_000_000)
    """How many values JSON or XML contains: 2 bytes on the wire can take a hundred in memory."""


class Target(Strict):
    """One system under test."""

    name: str = ""
    profile: ProfileName = "test"
    """Which hosts and rules apply: the test environment's or production's. `sandbox` is for files from the sandbox."""
    maskinporten: Maskinporten
    """The token issuer and the client."""
    apis: dict[str, Api]
    """The APIs to judge, by name; at least one."""
    capabilities: tuple[Capability, ...] = ()
    """What the target can do beyond others."""
    proxy: Proxy | None = None
    """The proxy's address without a password, or `env:NAME`."""
    ca_bundle: str | None = None
    """A PEM file with more CAs to trust."""
    timeouts: Timeouts = Timeouts()
    """How long to wait."""
    limits: Limits = Limits()
    """How much of an answer is read."""
    share: Share | None = None
    """This run's share of the five calls in flight, if several machines judge one target: "1/5" is one call."""
    requests_per_second: float | None = Field(default=None, gt=0)
    """Maximum requests per second."""
    request_budget: int | None = Field(default=None, gt=0)
    """Maximum requests per run."""
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
        """The same target with the places of its fields."""
        copy = self.model_copy()
        copy._source = source
        return copy

    def place(self, *field: str) -> str:
        """Where a field was set: file, line and name, as far as known."""
        return self._source.place(field) if self._source else ".".join(field)

    @property
    def in_flight(self) -> int:
        """The calls that this run may have in flight: the target's share of the limit."""
        part, _, whole = (self.share or "1/1").partition("/")
        return IN_FLIGHT * int(part) // int(whole)

    @property
    def clients(self) -> Iterator[tuple[tuple[str, ...], Client]]:
        """All clients with the paths of their tables."""
        yield ("maskinporten",), self.maskinporten
        for name, client in self.maskinporten.clients.items():
            yield ("maskinporten", "clients", name), client

    @property
    def own_organisations(self) -> frozenset[str]:
        """The organisations behind the clients; they may be real."""
        named = [number for _, client in self.clients for number in (client.consumer, client.consumer_org)]
        named += [api.delegation.consumer_org for api in self.apis.values() if api.delegation is not None]
        return frozenset(number for number in named if number is not None)
