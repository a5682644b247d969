"""The simplest look-ups of Krav og betalinger, for scenarios in which the question does not matter."""

from harness.clients.bench import ClientBench, Done

API = "kravogbetalinger"
KINDS = ("consent", "system_user", "token")


def look_up(client: ClientBench, kind: str = "consent", organisation: int = 0) -> Done:
    """The open claims of an organisation (by its position among the target's), by a way in of that kind."""
    return client.asks(API, "aapnekrav", way=way_of(client, kind), organisation=customer(client, kind, organisation))


def way_of(client: ClientBench, kind: str) -> str:
    """The name of the way in that needs a consent, a system user or a plain token; ends the scenario if none."""
    found = next((name for name, way in client.api(API).access.items() if way.kind == kind), None)
    return found or client.cannot(f"the target has no way in with a {kind.replace('_', ' ')}")


def customer(client: ClientBench, kind: str, place: int = 0) -> str:
    """An organisation that can be asked about by a way in of that kind."""
    api = client.api(API)
    way = api.access[way_of(client, kind)]
    asked = [number for number in api.organisations if kind != "system_user" or number in way.customers]
    return asked[place] if place < len(asked) else client.cannot("the target names too few organisations")
