"""Writes a first provestand.toml: commented, complete as far as known, with the rest to be filled in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.targets.profiles import PROFILES, KnownApi, ProfileName, known_apis


@dataclass(frozen=True)
class Draft:
    """What is known about a target before its file is written. Empty values become commented examples."""

    name: str
    profile: ProfileName
    client_id: str
    key: str
    kid: str = ""
    key_password: str = ""
    consumer: str = ""
    consumer_org: str = ""
    issuer: str = ""
    ca_bundle: str = ""
    proxy: str = ""
    apis: tuple[str, ...] = ()
    base_urls: Mapping[str, str] = field(default_factory=dict)
    organisations: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    consents: Mapping[str, str] = field(default_factory=dict)
    customers: tuple[str, ...] = ()


def draft_text(draft: Draft) -> str:
    """The whole file."""
    return "\n".join([*_head(draft), *_maskinporten(draft), *(line for api in draft.apis for line in _api(draft, api))])


def _head(draft: Draft) -> Iterable[str]:
    yield "# Targets of Prøvestand. Secrets are never written in this file: it says where they are."
    yield f"# `provestand doctor --target {draft.name}` shows what is missing and how to fix it."
    yield f"# `provestand run --target {draft.name}` judges the target."
    yield "# PROVESTAND__MASKINPORTEN__CLIENT_ID=… in the environment overrides maskinporten.client_id, and so on."
    yield ""
    yield f"[targets.{draft.name}]"
    yield f'profile = "{draft.profile}" # the known addresses of this environment, and what may be sent there'
    yield _line("ca_bundle", draft.ca_bundle, "ca.pem", "more CAs to trust, in PEM")
    yield _line("proxy", draft.proxy, "env:HTTPS_PROXY", "an address without a password, or env:NAME")
    yield "# requests_per_second = 10 # in addition to fair use's limit of five calls in flight"
    yield "# request_budget = 5000 # the most requests of a run"
    yield "# timeouts = { connect = 10, read = 30, total = 60 } # seconds"


def _maskinporten(draft: Draft) -> Iterable[str]:
    known = PROFILES[draft.profile].issuer
    yield ""
    yield f"[targets.{draft.name}.maskinporten]"
    if draft.issuer and draft.issuer != known:
        yield _line("issuer", draft.issuer, "", "its metadata names all other addresses")
    yield _line("client_id", draft.client_id, "", "from the self-service; not the key's id")
    yield _line("consumer", draft.consumer, "312345676", "the organisation that owns the client")
    yield _line("consumer_org", draft.consumer_org, "312345676", "suppliers: who delegated the scope to you")
    yield _line("key", draft.key, "", "env:NAME, file:PATH or keyring:SERVICE/NAME; PEM, JWK or PKCS#12")
    yield _line("key_password", draft.key_password, "env:KEY_PASSWORD", "for PKCS#12 and encrypted PEM")
    yield (
        _line("kid", draft.kid, "", "the key's id in the self-service")
        if draft.kid
        else ('# kid = "…" # the id of the key in the self-service; without it the certificate is sent (x5c)')
    )
    yield ""
    yield "# An additional client enables more negative tests: for example one without the API's scope."
    yield f"# [targets.{draft.name}.maskinporten.clients.without_scope]"
    yield '# client_id = "…"'
    yield '# key = "env:OTHER_KEY"'
    yield '# kid = "…"'


def _api(draft: Draft, name: str) -> Iterable[str]:
    known = known_apis()[name]
    table = f"targets.{draft.name}.apis.{name}"
    hosts = known.hosts.get(draft.profile, {})
    yield ""
    yield f"[{table}]"
    if name in draft.base_urls:
        yield _line("base_url", draft.base_urls[name], "", "the base address, which ends with the version")
    else:
        yield from (f"# style = {_text(style)} # {url}" for style, url in hosts.items())
    yield f"# scope = {_text(known.scope)}"
    what = (
        "your own organisation" if draft.profile == "prod" else "synthetic ones, from Tenor: the first digit is 2 or 3"
    )
    yield _line("organisations", draft.organisations, [], f"organisations to ask about: {what}", shown='["312345676"]')
    if draft.profile != "prod":
        yield '# unknown_organisation = "219001002" # synthetic, belongs to nobody'
    for way in known.access:
        yield from _access(draft, known, table, way)


def _access(draft: Draft, known: KnownApi, table: str, way: str) -> Iterable[str]:
    kind = known.access[way].kind if way in known.access else "token"
    mark = "" if way in draft.access else "# "
    resource = f" to the resource {known.access[way].resource}" if way in known.access and kind != "token" else ""
    yield ""
    yield f"{mark}[{table}.access.{way}]"
    yield f'{mark}kind = "{kind}"' + (f" # needs a {kind.replace('_', ' ')}{resource}" if resource else "")
    if kind == "consent":
        yield '# consent_command = ["./print-token", "{organisation}"] # a program that prints an access token'
        yield f"{mark}[{table}.access.{way}.consents] # organisation = id of its consent"
        if draft.consents:
            yield from (f"{mark}{_text(giver)} = {_text(consent)}" for giver, consent in draft.consents.items())
        else:
            yield '# "312345676" = "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"'
    if kind == "system_user":
        yield mark + _line(
            "customers", draft.customers, [], "customers that approved your system user", shown='["211112220"]'
        )
        yield '# external_ref = "kunde-0042" # if the system user was created with one'


def _line(name: str, value: object, missing: object, comment: str, shown: str = "") -> str:
    if value:
        return f"{name} = {_text(value)} # {comment}"
    return f"# {name} = {shown or _text(missing)} # {comment}"


def _text(value: object) -> str:
    """A TOML basic string, or an array of them; JSON writes both in the same way."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
