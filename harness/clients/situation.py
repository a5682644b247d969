"""Puts the sandbox into a situation through its switches, and back."""

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Intervention = Mapping[str, Any]


class SwitchRefusedError(Exception):
    """The sandbox does not do what a scenario asked of its switches: our own mistake, never the client's."""


@dataclass(frozen=True)
class Switches:
    """The switches of one running sandbox, by the addresses below `base`."""

    base: str
    http: httpx.Client
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    """Without it nobody changes the switches while they are kept."""

    def keep(self, what: str) -> None:
        """From now on nobody else changes the switches; `what` says to others why."""
        self.ask("PUT", "/sandbox/keeper", {"key": self.key, "what": what[:500]})

    def release(self) -> None:
        """Everybody may change the switches again."""
        self.ask("DELETE", "/sandbox/keeper")

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON answer of a switch, None without one; raises SwitchRefusedError."""
        response = self.http.request(method, f"{self.base}{path}", json=body, headers={"Provestand-Key": self.key})
        if response.status_code >= 400:
            raise SwitchRefusedError(f"{method} {path}: status {response.status_code}: {response.text[:300]}")
        return response.json() if response.content else None

    def text(self, path: str) -> str:
        """What an address of the sandbox says, as it is; raises SwitchRefusedError."""
        response = self.http.get(f"{self.base}{path}")
        if response.status_code >= 400:
            raise SwitchRefusedError(f"GET {path}: status {response.status_code}")
        return response.text

    def await_record(self) -> None:
        """Returns when every call that has its answer is in the record."""
        self.ask("GET", "/sandbox/record")

    def reset(self) -> None:
        """Everything as at the start, every API's data too."""
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
        """The sandbox with these faults, interventions and knobs, and its clock so many seconds ahead.

        What was switched is as before afterwards. Faults begin every API's data anew.
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
