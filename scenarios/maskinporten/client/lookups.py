"""The plainest thing that a client of any API can be asked for: what scenarios about tokens let it do."""

from harness.clients.bench import ClientBench, Done


def look_up(client: ClientBench, organisation: int = 0) -> Done:
    """A look-up that changes nothing, about one of the organisations, by whichever API the client calls."""
    api = client.api("kravogbetalinger")
    return client.asks("kravogbetalinger", "aapnekrav", way="finans", organisation=api.organisations[organisation])
