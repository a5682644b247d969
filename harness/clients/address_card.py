"""The address card: everything a client must be configured with before its first call, as text, environment block or
JSON.

The sandbox writes the card with its addresses and parties; the client's signing key is added here.
"""

import json
import shlex
from collections.abc import Callable, Mapping

from harness.clients.protocol import Connect
from harness.clients.situation import Switches


def connect_text(card: Connect) -> str:
    """The values that a person enters in the system under test, in short."""
    rows = [
        ("issuer", card.issuer),
        ("token endpoint", card.token_endpoint),
        *((f"{api}", url) for api, url in card.base_urls.items()),
        ("client id", card.client_id),
        ("key", card.key),
        ("kid", card.kid),
        *([("authority (CA)", card.ca)] if card.ca else []),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in rows)


def card_text(card: Connect, switches: Switches) -> str:
    """For people: the addresses, the key, and the parties with a note on each."""
    return f"{switches.text('/sandbox/card.txt')}\n  key  {card.key}\n  kid  {card.kid}"


def card_environment(card: Connect, switches: Switches) -> str:
    """For a shell: one assignment per line."""
    key, kid = shlex.quote(card.key), shlex.quote(card.kid)
    return f"{switches.text('/sandbox/card.env')}MASKINPORTEN_KEY_FILE={key}\nMASKINPORTEN_KID={kid}"


def card_json(card: Connect, switches: Switches) -> str:
    """For programs."""
    told = switches.ask("GET", "/sandbox/card")
    return json.dumps({**told, "key": card.key, "kid": card.kid}, indent=1, ensure_ascii=False)


CARD_FORMS: Mapping[str, Callable[[Connect, Switches], str]] = {
    "text": card_text,
    "env": card_environment,
    "json": card_json,
}
