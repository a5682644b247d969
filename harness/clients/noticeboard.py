"""Sends a client run's progress to the sandbox's pages, and reads what a person answers there.

The run judges; the pages only show: the scenarios with their state, the current task with the values to enter, what was
wrong with each call, the requirements so far, and how the run ended.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx

from harness.clients.protocol import Task
from harness.clients.situation import Switches, SwitchRefusedError
from harness.contract.client_calls import ClientCall
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.contract.requirements import Requirement
from harness.redaction.redactor import Redactor

BOARD = "/console/board"
REPORT = "report.html"
State = Literal["waiting", "running", "passed", "failed", "not_shown"]


@dataclass
class ScenarioNote:
    """One scenario on the board."""

    id: str
    title: str
    requirements: tuple[str, ...]
    state: State = "waiting"
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """The button that a person pressed (an outcome of a task, `ready` or `close`), and the text they entered."""

    said: str
    message: str = ""


class Noticeboard(Protocol):
    """What a run reports as it proceeds."""

    def put_scenarios(self, scenarios: Iterable[ScenarioNote]) -> None:
        """The scenarios that will be run."""

    def put_card(self, forms: Mapping[str, str]) -> None:
        """The address card, as text by form: `environment`, `text` and `json`."""

    def put_state(self, scenario: str, state: State, reason: str = "") -> None:
        """The state of one scenario."""

    def put_task(self, task: Task | None) -> None:
        """The client's current task; None for none."""

    def ask_ready(self) -> None:
        """Asks a person to confirm that the client has its addresses."""

    def put_judged(self, calls: Iterable[ClientCall]) -> None:
        """These calls have been judged; where no deviation was noted, they conform."""

    def put_breach(self, call: ClientCall, check: str, deviation: Deviation) -> None:
        """A deviation in one call."""

    def put_requirements(self, requirements: Sequence[Mapping[str, str]], headline: str) -> None:
        """The requirements so far, each with `id`, `level`, `text`, `status` and `reason`; and the verdict in words."""

    def put_end(self, folder: Path) -> None:
        """The run has ended; its report is in this folder."""

    def answer(self) -> Answer | None:
        """The next button press that has not been read; None if there is none."""


class NoNoticeboard:
    """For runs without pages."""

    def put_scenarios(self, scenarios: Iterable[ScenarioNote]) -> None: ...
    def put_card(self, forms: Mapping[str, str]) -> None: ...
    def put_state(self, scenario: str, state: State, reason: str = "") -> None: ...
    def put_task(self, task: Task | None) -> None: ...
    def ask_ready(self) -> None: ...
    def put_judged(self, calls: Iterable[ClientCall]) -> None: ...
    def put_breach(self, call: ClientCall, check: str, deviation: Deviation) -> None: ...
    def put_requirements(self, requirements: Sequence[Mapping[str, str]], headline: str) -> None: ...
    def put_end(self, folder: Path) -> None: ...
    def answer(self) -> Answer | None:
        return None


@dataclass
class PagedNoticeboard:
    """The board of one sandbox's pages. `is_person` says whether a person drives the client and must be asked."""

    switches: Switches
    contracts: Mapping[str, Contract]
    redactor: Redactor
    is_person: bool
    _scenarios: dict[str, ScenarioNote] = field(default_factory=dict)
    _task: Mapping[str, Any] | None = None
    _requirements: Sequence[Mapping[str, str]] = ()
    _headline: str = ""
    _folder: str = ""
    _card: Mapping[str, str] = field(default_factory=dict)
    _breaches: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def _known(self) -> Iterator[Mapping[str, Requirement]]:
        return (contract.requirements for contract in self.contracts.values())

    def put_scenarios(self, scenarios: Iterable[ScenarioNote]) -> None:
        self._scenarios = {each.id: each for each in scenarios}
        self._put()

    def put_card(self, forms: Mapping[str, str]) -> None:
        self._card = forms
        self._put()

    def put_state(self, scenario: str, state: State, reason: str = "") -> None:
        if scenario in self._scenarios:
            self._scenarios[scenario].state = state
            self._scenarios[scenario].reason = self.redactor.message(reason)
            self._put()

    def put_task(self, task: Task | None) -> None:
        self._task = None
        if task is not None:
            self._task = {
                "question": "outcome",
                "scenario": task.scenario,
                "api": task.api,
                "operation": task.operation,
                "values": [[name, value] for name, value in values_of(task)],
            }
        self._put()

    def ask_ready(self) -> None:
        self._task = {"question": "ready", "scenario": "", "api": "", "operation": "", "values": []}
        self._put()

    def put_judged(self, calls: Iterable[ClientCall]) -> None:
        told, self._breaches = self._breaches, []
        body = {"judged": [call.seq for call in calls if call.seq], "breaches": told}
        if body["judged"] or told:
            self._ask("POST", f"{BOARD}/judgements", body)

    def put_breach(self, call: ClientCall, check: str, deviation: Deviation) -> None:
        requirement = next(
            (known[deviation.requirement] for known in self._known if deviation.requirement in known),
            None,
        )
        if requirement is None or not call.seq:
            return
        source, redact = requirement.source, self.redactor.message
        self._breaches.append(
            {
                "seq": call.seq,
                "requirement": deviation.requirement,
                "level": requirement.level,
                "text": requirement.text,
                "source": f"{source.document}, {source.date}",
                "url": source.url or "",
                "check": check,
                "aspect": redact(deviation.aspect),
                "expected": redact(deviation.expected),
                "actual": redact(deviation.actual),
            }
        )

    def put_requirements(self, requirements: Sequence[Mapping[str, str]], headline: str) -> None:
        self._requirements, self._headline = requirements, headline
        self._put()

    def put_end(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            self._ask("PUT", f"{BOARD}/report", {"html": (folder / REPORT).read_text(encoding="utf-8")})
        self._task, self._folder = None, str(folder)
        self._put()

    def answer(self) -> Answer | None:
        told = self._ask("GET", f"{BOARD}/answer")
        return Answer(str(told["said"]), str(told["message"])) if told else None

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """If the pages cannot be reached, the run goes on: its judgement does not depend on them."""
        with contextlib.suppress(SwitchRefusedError, httpx.HTTPError):
            return self.switches.ask(method, path, body)
        return None

    def _put(self) -> None:
        self._ask(
            "PUT",
            BOARD,
            {
                "driven_by": "person" if self.is_person else "program",
                "scenarios": [
                    {**vars(each), "requirements": [*each.requirements]} for each in self._scenarios.values()
                ],
                "task": self._task,
                "requirements": [*self._requirements],
                "headline": self._headline,
                "folder": self._folder,
                "card": dict(self._card),
            },
        )


def values_of(task: Task) -> Iterator[tuple[str, str]]:
    """The exact values to enter for a task, each with its name."""
    yield "organisation", task.organisation
    for name, value in (
        ("way", task.rettighetspakke),
        ("scope", task.scope),
        ("consent", task.consent),
        ("consumer_org", task.consumer_org),
        ("system_user", task.system_user.organisation if task.system_user else None),
        *task.parameters.items(),
        ("body", task.body and as_text(task.body)),
        ("file", task.file.name if task.file else None),
    ):
        if value:
            yield name, value


def as_text(body: object) -> str:
    """A JSON body for a person to paste."""
    return json.dumps(body, ensure_ascii=False, indent=2)
