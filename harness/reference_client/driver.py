"""Answers the messages of the driver protocol with the client."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harness.reference_client import kravogbetalinger
from harness.reference_client.client import Client, make_client
from harness.reference_client.misbehaviours import Misbehaviour
from harness.reference_client.tokens import Addresses

APIS = {"kravogbetalinger": kravogbetalinger.perform}
CAN = [*kravogbetalinger.LISTS]


class ReferenceDriver:
    """One conversation. `misbehaviours` change every client that it connects."""

    def __init__(self, misbehaviours: Sequence[Misbehaviour]) -> None:
        self._misbehaviours = misbehaviours
        self._client: Client | None = None

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one message."""
        seq, do = message.get("seq"), message.get("do")
        if do == "connect":
            self._connect(message)
            name = {"name": "Prøvestand reference client", "version": "1"}
            return {"seq": seq, "outcome": "done", "client": name, "can": CAN}
        if do == "goodbye":
            return {"seq": seq, "outcome": "done"}
        if do != "call" or message.get("api") not in APIS or self._client is None:
            return {"seq": seq, "outcome": "cannot"}
        return {"seq": seq, **asdict(APIS[message["api"]](self._client, message))}

    def _connect(self, message: Mapping[str, Any]) -> None:
        names = ("issuer", "token_endpoint", "client_id", "key", "kid", "base_urls", "ca")
        self._client = make_client(Addresses(*(message.get(name) for name in names)))  # type: ignore[arg-type]
        for each in self._misbehaviours:
            each.change(self._client)
