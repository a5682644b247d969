"""Answers the driver protocol's messages with the client."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harness.reference_client.apis import all_apis
from harness.reference_client.client import Client, make_client
from harness.reference_client.misbehaviours import Misbehaviour
from harness.reference_client.tokens import Addresses


class ReferenceDriver:
    """One conversation. `misbehaviours` are applied to every client that it connects."""

    def __init__(self, misbehaviours: Sequence[Misbehaviour]) -> None:
        self._misbehaviours = misbehaviours
        self._client: Client | None = None

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one message."""
        seq, do = message.get("seq"), message.get("do")
        if do == "connect":
            self._connect(message)
            can = [operation for api in all_apis().values() for operation in api.OPERATIONS]
            name = {"name": "Prøvestand reference client", "version": "1"}
            return {"seq": seq, "outcome": "done", "client": name, "can": can}
        if do == "goodbye":
            return {"seq": seq, "outcome": "done"}
        api = all_apis().get(str(message.get("api")))
        if do != "call" or api is None or message.get("operation") not in api.OPERATIONS or self._client is None:
            return {"seq": seq, "outcome": "cannot"}
        return {"seq": seq, **asdict(api.perform(self._client, message))}

    def _connect(self, message: Mapping[str, Any]) -> None:
        names = ("issuer", "token_endpoint", "client_id", "key", "kid", "base_urls", "ca")
        self._client = make_client(Addresses(*(message.get(name) for name in names)))  # type: ignore[arg-type]
        for each in self._misbehaviours:
            each.change(self._client)
