"""What a run checks before it judges: is every way in open, and does the right API answer there?

One harmless call per API and way in. What cannot be called cannot be judged, and this is reported within seconds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from harness.auth.grant import Subject
from harness.auth.maskinporten import IssuerError, NoAccessError, TokenRefusedError
from harness.auth.trouble import Trouble
from harness.doctor.catalogue import Cause, Symptom, cause_of
from harness.doctor.diagnosis import Fetch, another_api, second_look, what_the_issuer_is
from harness.doctor.harmless import Entrance, access_shown, headers_of, let_in
from harness.doctor.links import Broken, Unneeded
from harness.exchange import Exchange, Response
from harness.http.allowance import BudgetSpentError
from harness.http.client import TargetUnavailableError
from harness.http.guard import HeldBackError
from harness.http.retrying import trouble_in
from harness.targets.model import Target
from harness.targets.problem import ConfigurationError
from harness.targets.profiles import HarmlessCall

MOST_TRIES = 2
"""Tries of a call that only the network, or a busy gateway, answered: one flaky answer must not prevent a run."""

ANOTHER = "call-another-api"


@dataclass(frozen=True)
class Lines:
    """How a run reaches its target. `send` takes an API, a method, a path under its address, headers and a body."""

    token: Callable[[Subject], str]
    send: Callable[[str, str, str, Mapping[str, str], bytes | None], Exchange]
    fetch: Fetch


@dataclass(frozen=True)
class Shut:
    """A way in that is not open. `way` is empty if all ways into an API are affected."""

    api: str
    way: str
    detail: str
    cause: Cause | None

    def __str__(self) -> str:
        return f"{self.api} {self.way}: {self.detail}"


@dataclass(frozen=True)
class Preflight:
    """The results of the harmless calls: the APIs with an open way in, and the ways that are shut.

    `target` is its name as the user gave it.
    """

    target: str
    open: frozenset[str]
    shut: tuple[Shut, ...]

    @property
    def closed(self) -> Mapping[str, Shut]:
        """The APIs with no open way in, each with the first reason."""
        first: dict[str, Shut] = {}
        for each in self.shut:
            if each.api not in self.open:
                first.setdefault(each.api, each)
        return first

    @property
    def is_another_api(self) -> bool:
        return any(each.cause is not None and each.cause.id == ANOTHER for each in self.shut)

    @property
    def ends_the_run(self) -> bool:
        """Whether nothing can be judged: no way in is open, or another API answers."""
        return bool(self.shut) and (not self.open or self.is_another_api)

    def block(self) -> str:
        """For people: what blocks each closed API, why, and the fix; each cause once."""
        by_cause: dict[str, list[Shut]] = {}
        for each in self.closed.values():
            by_cause.setdefault(each.cause.id if each.cause and each.cause.id != ANOTHER else each.detail, []).append(
                each
            )
        lines = []
        for alike in by_cause.values():
            first = alike[0]
            lines.append(f"{', '.join(each.api for each in alike)}: no way in is open ({first.way}: {first.detail})")
            if first.cause is not None:
                lines += [f"  why: {first.cause.cause}", f"  fix: {first.cause.fix}"]
        lines.append(f"`provestand doctor --target {self.target}` checks the access step by step.")
        return "\n".join(lines)


def preflight(target: Target, named: str, apis: Iterable[str], lines: Lines) -> Preflight:
    """Makes the harmless calls to some of a target's APIs; `named` is the user's name for the target.

    After trouble with an address or the issuer, the other ways in through it are shut for the same reason, without a
    call.
    """
    flight = _Flight(target, lines)
    opened = {name for name in apis if flight.is_open(name)}
    return Preflight(named, frozenset(opened), tuple(flight.shut))


class _Flight:
    """What is known so far."""

    def __init__(self, target: Target, lines: Lines) -> None:
        self._target = target
        self._lines = lines
        self._dead: dict[str, Broken] = {}
        self._last: dict[str, Response] = {}
        self.shut: list[Shut] = []

    def is_open(self, name: str) -> bool:
        """Whether an API has an open way in; if not, checks whether another API answers."""
        api, is_open, shut = self._target.apis[name], False, list[Shut]()
        for way, access in api.access.items():
            try:
                self._call(Entrance(name, api, way, access))
                is_open = True
            except Unneeded:
                continue
            except Broken as broken:
                shut.append(Shut(name, way, broken.detail, broken.cause))
        if shut and not is_open:
            exchanged = another_api(self._target, name, self._last.get(name), lambda other: self._asked_at(name, other))
            if exchanged is not None:
                shut.insert(0, Shut(name, shut[0].way, exchanged.detail, exchanged.cause))
        self.shut += shut
        return is_open

    def _call(self, entrance: Entrance) -> None:
        entrance.path(entrance.call)
        self._token(entrance.subject)
        exchange = self._sent(entrance.name, entrance, entrance.call)
        self._last[entrance.name] = exchange.response
        access_shown(entrance, exchange, partial(self._sent, entrance.name))

    def _asked_at(self, name: str, other: str) -> Response | None:
        """The answer to another API's harmless call at an API's address, if it is accepted."""
        return let_in(other, self._target.apis[other], partial(self._sent, name))

    def _sent(self, name: str, entrance: Entrance, call: HarmlessCall) -> Exchange:
        """The answer to an entrance's call at an API's address; raises Broken or Unneeded."""
        path = entrance.path(call)
        address = self._target.apis[name].base_url
        if address in self._dead:
            raise self._dead[address]
        token = self._token(entrance.subject)
        body = call.body.encode() or None
        for tries in range(1, MOST_TRIES + 1):
            try:
                exchange = self._lines.send(name, call.method, path, headers_of(call, token), body)
                if trouble_in(exchange) is None or tries == MOST_TRIES:
                    return exchange
            except (HeldBackError, BudgetSpentError) as error:
                raise Broken(str(error), cause_of(Symptom(text=str(error)))) from error
            except TargetUnavailableError as error:
                if tries == MOST_TRIES or not error.trouble.may_pass or error.trouble.kind.endswith("timeout"):
                    raise self._buried(address, error.trouble) from error
        raise AssertionError("the last try returns or raises")

    def _token(self, subject: Subject) -> str:
        issuer = self._target.maskinporten.issuer
        if issuer in self._dead and not subject.command:
            raise self._dead[issuer]
        try:
            return self._lines.token(subject)
        except TokenRefusedError as error:
            text = f"{error.error}: {error.description}"
            raise Broken(str(error), cause_of(Symptom(text=text, code=error.code))) from error
        except IssuerError as error:
            known = what_the_issuer_is(self._target, self._lines.fetch, error)
            self._dead[issuer] = known or Broken(str(error), cause_of(Symptom(text=str(error))))
            raise self._dead[issuer] from error
        except NoAccessError as error:
            if error.trouble is not None:
                raise self._buried(issuer, error.trouble) from error
            raise Broken(str(error), cause_of(Symptom(text=str(error)))) from error
        except ConfigurationError as error:
            raise Broken(str(error), cause_of(Symptom(text=str(error)))) from error

    def _buried(self, address: str, trouble: Trouble) -> Broken:
        self._dead[address] = second_look(self._target, address, trouble)
        return self._dead[address]
