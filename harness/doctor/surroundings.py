"""Warnings about a target before anything is sent: an unused proxy, APIs without a way in."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from harness.targets.model import Target
from harness.targets.profiles import known_apis

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def unused_proxy(target: Target) -> str | None:
    """A warning if the environment has a proxy but the target does not, unless NO_PROXY covers all hosts; else None."""
    if target.proxy is not None:
        return None
    urls = [target.maskinporten.issuer, *(api.base_url for api in target.apis.values())]
    names = [name for wanted in PROXIES for name in (wanted, wanted.lower()) if os.environ.get(name)]
    if not names or all(proxy_bypass(urlsplit(url).hostname or "") for url in urls):
        return None
    return f'{names[0]} is set and not used: only `proxy` counts. Write proxy = "env:{names[0]}" to use it.'


def no_way_in(target: Target, name: str) -> str:
    """A warning about an API without a way in, with the lines that would add one."""
    said = "no way in is configured, so the API cannot be judged. Add:"
    return "\n".join([said, *_lines(target, name)])


def missing_of(target: Target) -> Iterator[str]:
    """All such warnings, a paragraph each."""
    proxy = unused_proxy(target)
    if proxy is not None:
        yield proxy
    for name, api in target.apis.items():
        if not api.access:
            yield f"{name}: {no_way_in(target, name)}"


def _lines(target: Target, name: str) -> Iterator[str]:
    api, known = target.apis[name], known_apis().get(name)
    if not api.organisations:
        yield f"[targets.{target.name}.apis.{name}]"
        yield 'organisations = ["…"]  # synthetic, from Tenor'
    for way, access in (known.access if known else {}).items():
        yield f"[targets.{target.name}.apis.{name}.access.{way}]"
        yield f'kind = "{access.kind}"'
        if access.kind == "consent":
            yield 'consents = { "…" = "…" }  # organisation = id of its consent'
        if access.kind == "system_user":
            yield 'customers = ["…"]  # organisations that approved your system user'
