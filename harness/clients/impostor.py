"""A host that pretends to be the services: the same addresses over HTTPS, with a certificate that nobody trusts."""

import contextlib
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx

from harness.clients.protocol import Connect
from harness.clients.record import RecordReader
from harness.clients.situation import Switches
from harness.contract.client_calls import ClientCall
from harness.targets.embedded import running_sandbox

if TYPE_CHECKING:
    from harness.clients.session import Session


Pretence = Literal["everybody", "the APIs"]
"""Whom it pretends to be. A client may look more closely at the issuer's certificate than at an API's."""


@dataclass
class Impostor:
    """`card` is what a client is given in place of the right addresses; whoever trusts it shows in its record.

    `is_believed` says whether the client took the addresses; it may see through them only when it calls.
    """

    card: Connect
    record: RecordReader
    is_believed: bool = False

    def calls(self) -> tuple[ClientCall, ...]:
        """What was sent to the impostor: anything at all is too much."""
        return tuple(replace(call, seq=0) for call in self.record.new())  # it is in no record of the sandbox's own


@contextlib.contextmanager
def impostor_of(session: "Session", pretends: Pretence) -> Iterator[Impostor]:
    """A second sandbox with an authority of its own, which the client is not told of; raises SandboxEndedError."""
    with tempfile.TemporaryDirectory(prefix="provestand-impostor-") as folder:
        record = Path(folder) / "record.jsonl"
        with running_sandbox("--tls", str(Path(folder) / "tls"), "--record", str(record)) as running:
            target = running.target
            issuer = target.maskinporten.issuer
            card = session.card.model_copy(
                update={"base_urls": {name: api.base_url for name, api in target.apis.items()}}
            )
            if pretends == "everybody":
                card = card.model_copy(update={"issuer": issuer, "token_endpoint": issuer.rstrip("/") + "/token"})
            with httpx.Client(verify=ssl.create_default_context(cafile=target.ca_bundle), trust_env=False) as http:
                switches = Switches(target.maskinporten.issuer.removesuffix("/maskinporten/"), http)
                # Who is asked for a new token after each call would seem to waste tokens.
                no = {"do": "answer", "status": 403, "times": None}
                switches.ask("PUT", "/sandbox/interventions", [no | {"service": name} for name in target.apis])
                yield Impostor(card, RecordReader(record, card.client_id, switches.await_record))
