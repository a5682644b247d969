"""A host that impersonates the services: the same addresses over HTTPS, with an untrusted certificate."""

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
"""Which service it impersonates. A client may check the issuer's certificate more carefully than an API's."""


@dataclass
class Impostor:
    """`card` replaces the right addresses; its record shows whether the client trusted it.

    `is_believed` says whether the client accepted the addresses; it may notice only when it calls.
    """

    card: Connect
    record: RecordReader
    is_believed: bool = False

    def calls(self) -> tuple[ClientCall, ...]:
        """The calls sent to the impostor; there should be none."""
        return tuple(replace(call, seq=0) for call in self.record.new())  # the sandbox's own record does not contain it


@contextlib.contextmanager
def impostor_of(session: "Session", pretends: Pretence) -> Iterator[Impostor]:
    """A second sandbox with its own CA, unknown to the client; raises SandboxEndedError."""
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
                # 403, since a client that fetches a new token after each 401 would seem to waste tokens
                no = {"do": "answer", "status": 403, "times": None}
                switches.ask("PUT", "/sandbox/interventions", [no | {"service": name} for name in target.apis])
                yield Impostor(card, RecordReader(record, card.client_id, switches.await_record))
