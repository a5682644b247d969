"""The simplest task for a client of any API: each API defines it in `client/plainest.py`."""

import importlib

from harness.clients.bench import ClientBench, Done
from harness.contract.pinned import api_names


def look_up(client: ClientBench, kind: str = "", organisation: int = 0) -> Done:
    """A look-up that changes nothing, by the first API that the run covers.

    `kind` is the kind of the way in (consent, system_user, token; empty: the API's first), `organisation` the party's
    position among the target's.
    """
    found = apis_of(client) or client.cannot("the client calls none of the APIs")
    return look_up_in(client, found[0], kind, organisation)


def apis_of(client: ClientBench) -> list[str]:
    """The APIs that the run covers and that the client calls."""
    return [api for api in api_names() if api in client.contracts and client.can_call(api)]


def look_up_in(client: ClientBench, api: str, kind: str = "", organisation: int = 0) -> Done:
    """Like `look_up`, by a given API."""
    plainest = importlib.import_module(f"scenarios.{api}.client.plainest")
    chosen = kind or plainest.KINDS[0]
    if chosen not in plainest.KINDS:
        client.cannot(f"{api} has no way in with a {chosen.replace('_', ' ')}")
    done: Done = plainest.look_up(client, chosen, organisation)
    return done


def ensure_in(client: ClientBench, kind: str = "") -> None:
    """Ends the scenario if the client cannot get in by a way of that kind under normal conditions."""

    def is_in() -> bool:
        done = look_up(client, kind)
        return done.outcome == "done" and bool(done.api_calls)

    client.must_first(f"in by {kind}", is_in)
