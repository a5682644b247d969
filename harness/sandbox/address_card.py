"""The address card: what a client must know before its first call, as JSON, text and environment variables.

`GET /sandbox/card` gives JSON, `/sandbox/card.txt` the text, `/sandbox/card.env` one assignment per line.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.sandbox.population import SPECIAL
from harness.sandbox.service import Service, World

Card = Mapping[str, Any]


def address_card(world: World, services: Mapping[str, Service], authority: str | None) -> Card:
    """The card of a running sandbox. `authority` is the PEM file of the CA behind an HTTPS sandbox."""
    client = world.people.client
    issuer = world.issuer.name
    described = {api: service.target() for api, service in services.items()}
    special = {api: service.parties() for api, service in services.items()}
    numbers = dict.fromkeys([*SPECIAL, *(number for parties in special.values() for number in parties)])
    return {
        "schema": 1,
        "issuer": issuer,
        "metadata": f"{issuer}.well-known/oauth-authorization-server",
        "token_endpoint": world.issuer.metadata["token_endpoint"],
        "client_id": client.client_id,
        "kids": [*client.keys],
        "registration": f"{issuer}clients/{client.client_id}/jwks",
        "ca": authority,
        "apis": {
            api: {
                "base_url": f"{world.base}{services[api].bases[0]}",
                "scope": target["scope"],
                "access": {way: access["kind"] for way, access in _ways(target).items()},
            }
            for api, target in described.items()
        },
        "parties": [
            {
                "number": number,
                "special": [SPECIAL[number]] if number in SPECIAL else [],
                "apis": {api: parties[number] for api, parties in special.items() if number in parties},
                "access": {api: found for api, target in described.items() if (found := _access(target, number))},
            }
            for number in numbers
        ],
    }


def _ways(target: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    ways: Mapping[str, Mapping[str, Any]] = target["access"]
    return ways


def _access(target: Mapping[str, Any], number: str) -> Mapping[str, Mapping[str, str]]:
    """The ways in which a client can reach an organisation's data, and what it must name for each."""
    found: dict[str, Mapping[str, str]] = {}
    for way, access in _ways(target).items():
        consent = access.get("consents", {}).get(number)
        if consent:
            found[way] = {"consent": consent}
        elif number in access.get("customers", ()):
            reference = access.get("external_refs", {}).get(number)
            found[way] = {"system_user": number} | ({"external_ref": reference} if reference else {})
    return found


def as_text(card: Card) -> str:
    """For people to read."""
    return "\n".join([*_addresses(card), "", "Parties (all synthetic)", *_parties(card), ""])


def _addresses(card: Card) -> Iterable[str]:
    kids = ", ".join(card["kids"]) or f"none yet: post a JWK, a JWKS or PEM to {card['registration']}"
    rows = [
        ("issuer", card["issuer"]),
        ("metadata", card["metadata"]),
        ("token endpoint", card["token_endpoint"]),
        ("client id", card["client_id"]),
        ("registered keys", kids),
        *([("authority (CA)", card["ca"])] if card["ca"] else []),
    ]
    for api, told in card["apis"].items():
        ways = ", ".join(f"{way} ({kind.replace('_', ' ')})" for way, kind in told["access"].items())
        rows += [(api, told["base_url"]), ("  scope", told["scope"]), ("  ways in", ways)]
    width = max(len(name) for name, _ in rows)
    return (f"  {name:<{width}}  {value}" for name, value in rows)


def _parties(card: Card) -> Iterable[str]:
    for party in card["parties"]:
        lines = [*party["special"], *(f"{api}: {text}" for api, text in party["apis"].items())]
        lines += [
            f"{api}, {way}: {', '.join(f'{name} {value}' for name, value in told.items())}"
            for api, ways in party["access"].items()
            for way, told in ways.items()
        ]
        for number, line in enumerate(lines):
            yield f"  {party['number'] if number == 0 else '':<11}  {line}"


def as_environment(card: Card) -> str:
    """For a shell and for .env files: `NAME=value`."""
    values = {
        "MASKINPORTEN_ISSUER": card["issuer"],
        "MASKINPORTEN_TOKEN_ENDPOINT": card["token_endpoint"],
        "MASKINPORTEN_CLIENT_ID": card["client_id"],
        "MASKINPORTEN_REGISTRATION": card["registration"],
        **({"SSL_CERT_FILE": card["ca"]} if card["ca"] else {}),
    }
    for api, told in card["apis"].items():
        values |= {_name(api, "base_url"): told["base_url"], _name(api, "scope"): told["scope"]}
    lines = [f"{name}={shlex.quote(value)}" for name, value in values.items()]
    for party in card["parties"]:
        specials = "; ".join([*party["special"], *(f"{api}: {text}" for api, text in party["apis"].items())])
        lines.append(f"# {party['number']}: {specials}")
        for api, ways in party["access"].items():
            lines += [
                f"{_name(api, way, name, party['number'])}={shlex.quote(value)}"
                for way, told in ways.items()
                for name, value in told.items()
                if value != party["number"]
            ]
    return "\n".join([*lines, ""])


def _name(*parts: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", "_".join(parts).upper())


CARD_FORMS: Mapping[str, Callable[[Card], str]] = {"txt": as_text, "env": as_environment}
"""By the suffix of the address."""
