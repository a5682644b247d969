"""Puts the sandbox into a situation with its switches, and back."""

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Intervention = Mapping[str, Any]


class SwitchRefusedError(Exception):
    """The sandbox refused a scenario's use of its switches: our own bug, never the client's."""


@dataclass(frozen=True)
class Switches:
    """The switches of one running sandbox, at the addresses under `base`."""

    base: str
    http: httpx.Client
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    """While the switches are locked, this is needed to change them."""

    def keep(self, what: str) -> None:
        """From now on nobody else can change the switches; `what` tells others why."""
        self.ask("PUT", "/sandbox/keeper", {"key": self.key, "what": what[:500]})

    def release(self) -> None:
        """Anyone may change the switches again."""
        self.ask("DELETE", "/sandbox/keeper")

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON answer of a switch, None without one; raises SwitchRefusedError."""
        response = self.http.request(method, f"{self.base}{path}", json=body, headers={"Provestand-Key": self.key})
        if response.status_code >= 400:
            raise SwitchRefusedError(f"{method} {path}: status {response.status_code}: {response.text[:300]}")
        return response.json() if response.content else None

    def text(self, path: str) -> str:
        """The sandbox's answer at an address, as text; raises SwitchRefusedError."""
        response = self.http.get(f"{self.base}{path}")
        if response.status_code >= 400:
            raise SwitchRefusedError(f"GET {path}: status {response.status_code}")
        return response.text

    def await_record(self) -> None:
        """Returns when every answered call is in the record."""
        self.ask("GET", "/sandbox/record")

    def reset(self) -> None:
        """Resets everything to the start, including every API's data."""
        self.ask("POST", "/sandbox/reset")

    @contextlib.contextmanager
    def turned(
        self,
        *,
        faults: Sequence[str] = (),
        interventions: Sequence[Intervention] = (),
        knobs: Mapping[str, str] | None = None,
        ahead: float | None = None,
    ) -> Iterator[None]:
        """The sandbox with these faults, interventions and knobs, and its clock `ahead` seconds ahead.

        The switches are restored afterwards. Faults reset every API's data.
        """
        with contextlib.ExitStack() as stack:
            if faults:
                stack.callback(self.ask, "PUT", "/sandbox/faults", [])
                self.ask("PUT", "/sandbox/faults", [*faults])
            if knobs:
                stack.callback(self.ask, "PUT", "/sandbox/knobs", {})
                self.ask("PUT", "/sandbox/knobs", {**knobs})
            if interventions:
                stack.callback(self.ask, "PUT", "/sandbox/interventions", [])
                self.ask("PUT", "/sandbox/interventions", [*interventions])
            if ahead is not None:
                before = self.ask("GET", "/sandbox/clock")["ahead"]
                stack.callback(self.ask, "PUT", "/sandbox/clock", {"ahead": before})
                self.ask("PUT", "/sandbox/clock", {"ahead": before + ahead})
            yield
