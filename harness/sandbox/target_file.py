"""Describes a running sandbox as a target, in the format of provestand.toml."""

from collections.abc import Mapping

import tomli_w

from harness.sandbox.population import VENDOR
from harness.sandbox.service import Service, World


def target_file(world: World, services: Mapping[str, Service], authority: str | None = None) -> str:
    """The text of a file with one target, `sandbox`: its issuer, its client and every API that it serves.

    `authority` is the PEM file of the CA behind an HTTPS sandbox.
    """
    client = world.people.client.client_id
    maskinporten = f"{world.base}/maskinporten"
    target = {
        "profile": "sandbox",
        **({"ca_bundle": authority} if authority else {}),
        "maskinporten": {
            "issuer": f"{maskinporten}/",
            "client_id": client,
            "consumer": VENDOR,
            "key": "generated",
            "registration": f"{maskinporten}/clients/{client}/jwks",
            "mint": f"{maskinporten}/mint",
        },
        "apis": {
            api: {"base_url": f"{world.base}{service.bases[0]}", **service.target()}
            for api, service in services.items()
        },
    }
    comment = (
        f"# A Prøvestand sandbox running at {world.base}; valid as long as it runs.\n"
        "# `key` is generated at each start, and its public half is posted to `registration`;\n"
        "# `mint` signs tokens with any claims, for negative tests.\n"
    )
    return comment + tomli_w.dumps({"targets": {"sandbox": target}})
