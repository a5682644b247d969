"""The address card: everything that a client must be told before its first call, as text, environment block or JSON."""

import json

from harness.clients.protocol import Connect


def card_text(card: Connect) -> str:
    """For people."""
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


def card_environment(card: Connect) -> str:
    """For a shell: one assignment per line."""
    values = {
        "MASKINPORTEN_ISSUER": card.issuer,
        "MASKINPORTEN_TOKEN_ENDPOINT": card.token_endpoint,
        "MASKINPORTEN_CLIENT_ID": card.client_id,
        "MASKINPORTEN_KEY_FILE": card.key,
        "MASKINPORTEN_KID": card.kid,
        **{f"{api.upper()}_BASE_URL": url for api, url in card.base_urls.items()},
        **({"SSL_CERT_FILE": card.ca} if card.ca else {}),
    }
    return "\n".join(f"{name}={value}" for name, value in values.items())


def card_json(card: Connect) -> str:
    """For programs."""
    return json.dumps(card.model_dump(mode="json", exclude={"do"}), indent=1, ensure_ascii=False)
