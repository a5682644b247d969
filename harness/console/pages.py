"""The console: pages that answer the questions of a person whose system calls the sandbox, and their buttons."""

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from harness.console.active import active_switches, brief
from harness.console.bell import Bell
from harness.console.board import Board, Judgements, Told, ToldReport
from harness.console.call_log import Breach, CallLog, Logged
from harness.console.choice import Choice, page_of
from harness.console.deeds import DEEDS, NotUnderstoodError
from harness.console.explained import explained
from harness.console.lanes import lanes_of
from harness.console.safety import HEADERS, REPORT_HEADERS, PageToken, own_path
from harness.console.sandbox_api import NotDoneError, SandboxApi
from harness.console.switchboard import switch_groups
from harness.console.watcher import Watcher
from harness.console.words import Words
from harness.reporting.templates import rendered, reports_folder
from harness.reporting.texts import LANGUAGES, catalogue

QUESTIONS = {
    "now": "/",
    "calls": "/console/calls",
    "what_if": "/console/what-if",
    "parties": "/console/parties",
    "progress": "/console/progress",
}
CARDS = {"environment": ".env", "text": ".txt", "json": ""}
"""Suffixes of the address card's addresses, by the text key of the form's name."""
MOST_ARRIVED = 30
"""How many of a task's calls are shown beside it."""
STATUS_ORDER = ("failed", "waived", "passed", "observed", "not_shown")
MOST_SAID = 200
MOST_OCTETS_OF_A_FORM = 100_000
MOST_OF_A_SENTENCE = 500
MOST_OF_A_NAME = 200
"""Maximum characters of a client id in a call for it to be offered as a choice."""


@dataclass(frozen=True)
class Said:
    """The result of pressing a button, shown once at the top of the next page."""

    text: str
    is_problem: bool


@dataclass
class Console:
    """The pages of one sandbox. For one event loop."""

    log: CallLog
    watcher: Watcher
    api: SandboxApi
    board: Board = field(default_factory=Board)
    bell: Bell = field(default_factory=Bell)
    token: PageToken = field(default_factory=PageToken)
    _said: OrderedDict[str, Said] = field(default_factory=OrderedDict)
    _work: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.log.on_change = self._on_call

    def app(self) -> Starlette:
        """The application at `/` and under `/console/`."""
        return Starlette(
            routes=[
                Route("/", self.now),
                Route("/console/calls", self.calls),
                Route("/console/calls/{seq:int}", self.call),
                Route("/console/what-if", self.what_if),
                Route("/console/parties", self.parties),
                Route("/console/parties/{number}", self.party),
                Route("/console/progress", self.progress),
                Route("/console/report", self.report),
                Route("/console/active", self.active),
                Route("/console/do/{deed}", self.do, methods=["POST"]),
                Route("/console/style.css", self.style),
                Route("/console/page.js", self.script),
                *self.own_routes(),
                Route("/console/{rest:path}", self.missing),
            ],
        )

    def own_routes(self) -> list[Route]:
        """The routes for programs, described in `own_api.yaml`."""
        return [
            Route("/console/board", self.put_board, methods=["PUT"]),
            Route("/console/board/report", self.put_report, methods=["PUT"]),
            Route("/console/board/judgements", self.put_judgements, methods=["POST"]),
            Route("/console/board/answer", self.tell_answer, methods=["GET"]),
            Route("/console/events", self.events, methods=["GET"]),
        ]

    def _on_call(self) -> None:
        self.bell.ring("calls")
        if self.bell.is_heard:
            self._catch_up_aside()

    def _catch_up_aside(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        while await self.watcher.catch_up(1):
            self.bell.ring("calls")

    async def _read_calls(self) -> None:
        """Reads and judges a few calls before the page is made, and the rest in the background."""
        await self.watcher.catch_up(2)
        self._catch_up_aside()

    async def now(self, request: Request) -> Response:
        await self._read_calls()
        card: Mapping[str, str] = self.board.told.card if self.board.told else {}
        card = card or {form: await self.api.text(f"/sandbox/card{ending}") for form, ending in CARDS.items()}
        arrived = [call for call in self.log.newest() if call.seq > self.board.task_began][:MOST_ARRIVED]
        return await self._page(
            request,
            "now",
            "now",
            card=card,
            told=self.board.told,
            has_report=bool(self.board.report),
            arrived=arrived,
            parameter=_words(request).parameter,
            registration=self.watcher.judging.target.maskinporten.registration or "",
            steps=("key", "token", "call", "break"),
        )

    async def put_board(self, request: Request) -> Response:
        """A client run reports its progress; from then on the run judges the calls instead of these pages."""
        try:
            told = Told.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        self.watcher.is_judge = False
        self.board.put(told, self.log.total)
        self.bell.ring("board")
        return Response(status_code=204)

    async def put_report(self, request: Request) -> Response:
        """A finished client run sends its report."""
        try:
            self.board.report = ToldReport.model_validate_json(await request.body()).html
        except ValidationError as error:
            return _refused(error)
        return Response(status_code=204)

    async def report(self, request: Request) -> Response:
        """The run's report, which needs no script and is not allowed to run any."""
        if not self.board.report:
            return await self.missing(request)
        return HTMLResponse(self.board.report, headers=REPORT_HEADERS)

    async def put_judgements(self, request: Request) -> Response:
        """A client run reports its findings in calls, by their numbers in the record."""
        try:
            told = Judgements.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        redactor = await asyncio.to_thread(lambda: self.watcher.judging.redactor)
        breaches: dict[int, list[Breach]] = {}
        for each in told.breaches:
            breaches.setdefault(each.seq, []).append(each.shown(redactor.message))
        for seq in {*told.judged, *breaches}:
            logged = self.log.find(seq)
            if logged is not None:
                logged.is_judged = True
                self.watcher.note(logged, tuple(dict.fromkeys((*logged.breaches, *breaches.get(seq, ())))))
        self.bell.ring("calls")
        return Response(status_code=204)

    async def tell_answer(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        """A person's answer, returned once; null if there is none."""
        return JSONResponse(self.board.take_answer())

    async def calls(self, request: Request) -> Response:
        await self._read_calls()
        choice = Choice.of(request.query_params)
        found = [call for call in self.log.newest() if choice.holds(call)]
        rows, number, last = page_of(found, choice.page)
        in_flight = max((call.in_flight for call in self.log), default=0)
        lanes = await asyncio.to_thread(lanes_of, found, in_flight)
        words = _words(request)
        return await self._page(
            request,
            "calls",
            "calls",
            rows=rows,
            number=number,
            last=last,
            chosen=choice,
            lanes=lanes,
            window_text=words.duration(lanes.window),
            pending=self.watcher.pending,
            forgotten=self.log.total - len(self.log),
        )

    async def call(self, request: Request) -> Response:
        logged = self.log.find(request.path_params["seq"])
        if logged is None:
            return await self.missing(request)
        await self._read_calls()
        words = _words(request)
        redactor = await asyncio.to_thread(lambda: self.watcher.judging.redactor)
        shown = await asyncio.to_thread(explained, logged, redactor, partial(_long_body, words))
        return await self._page(
            request,
            "call",
            "calls",
            call=logged,
            shown=shown,
            earlier=self._neighbour(logged, -1),
            later=self._neighbour(logged, 1),
        )

    def _neighbour(self, logged: Logged, step: int) -> int | None:
        return logged.seq + step if self.log.find(logged.seq + step) is not None else None

    async def what_if(self, request: Request) -> Response:
        words, query = _words(request), request.query_params.get("q", "")[:200]
        switches, parties = await self._situation()
        groups = switch_groups(switches, parties, query, words)
        return await self._page(request, "what_if", "what_if", q=query, **groups)

    async def active(self, request: Request) -> Response:
        """Only the active settings: scripts fetch this if the rest of the page stays the same."""
        back = own_path(request.query_params.get("back", ""))
        return await self._page(request, "active", "none", back=back)

    async def parties(self, request: Request) -> Response:
        query = request.query_params.get("q", "")[:200]
        _, parties = await self._situation()
        wanted = query.lower().split()
        words = _words(request)
        found = [each for each in parties["parties"] if all(word in _searched(each, words) for word in wanted)]
        return await self._page(request, "parties", "parties", found=found, q=query)

    async def party(self, request: Request) -> Response:
        try:
            path = f"/sandbox/parties/{request.path_params['number']}"
            party = await self.api.ask("GET", path)
        except NotDoneError:
            return await self.missing(request)
        _, parties = await self._situation()
        profiles = parties["profiles"]
        return await self._page(request, "party", "parties", party=party, profile_names=profiles, pretty=_pretty)

    async def progress(self, request: Request) -> Response:
        await self._read_calls()
        rows = await asyncio.to_thread(self.watcher.rows)
        broken_by = self.watcher.last_broken
        return await self._page(
            request,
            "progress",
            "progress",
            rows=rows,
            told=self.board.told,
            has_report=bool(self.board.report),
            broken_by=broken_by,
            signs=STATUS_ORDER,
            status_words=catalogue(_words(request).language)["statuses"],
        )

    async def do(self, request: Request) -> Response:
        """A button: performs one action and redirects to the page it was on."""
        words = _words(request)
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_OCTETS_OF_A_FORM:
            return PlainTextResponse("the form is too long\n", 413, HEADERS)
        async with request.form(max_files=0, max_fields=2_000) as sent:
            form = {name: value for name, value in sent.items() if isinstance(value, str)}
        back = own_path(form.get("back", ""))
        words = Words("nb") if "lang=nb" in back else words
        if not self.token.is_shown_by(form.get("page_token", "")):
            return PlainTextResponse(f"{words('problem.token')}\n", 403, HEADERS)
        said = await self._done(request.path_params["deed"], form, words)
        self.bell.ring("switches")
        key = secrets.token_urlsafe(8)
        self._said[key] = said
        while len(self._said) > MOST_SAID:
            self._said.popitem(last=False)
        path, _, fragment = back.partition("#")
        to = f"{path}{'&' if '?' in path else '?'}said={key}" + (f"#{fragment}" if fragment else "")
        return RedirectResponse(to, 303, HEADERS)

    async def _done(self, deed: str, form: Mapping[str, str], words: Words) -> Said:
        if deed == "forget":
            self.log.clear()
            return Said(words("done.forgotten"), is_problem=False)
        if deed == "answer":
            is_asked = self.board.answer(form.get("said", ""), form.get("message", ""))
            return Said(words("done.answered" if is_asked else "problem.not_asked"), is_problem=not is_asked)
        if deed not in DEEDS:
            return Said(words("done.nothing"), is_problem=True)
        try:
            await DEEDS[deed](self.api, form)
        except NotUnderstoodError as error:
            return Said(words("problem.form", problem=brief(str(error), MOST_OF_A_SENTENCE)), is_problem=True)
        except NotDoneError as error:
            return Said(words("problem.lost", problem=brief(str(error), MOST_OF_A_SENTENCE)), is_problem=True)
        if deed == "reset":
            return Said(words("done.reset"), is_problem=False)
        if deed == "clock":
            return Said(words("done.clock"), is_problem=False)
        key = "done.off" if deed.endswith("-off") else "done.on"
        return Said(words(key, name=brief(form.get("name") or form.get("which", ""))), is_problem=False)

    async def events(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        if self.bell.is_full:
            return PlainTextResponse("too many pages are open\n", 503, HEADERS)
        self._catch_up_aside()
        return StreamingResponse(self.bell.listen(), media_type="text/event-stream", headers=HEADERS)

    async def style(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        text = rendered("style.css.j2") + rendered("console/console.css")
        return Response(text, media_type="text/css", headers=HEADERS)

    async def script(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        text = (reports_folder() / "templates" / "console" / "page.js").read_text(encoding="utf-8")
        return Response(text, media_type="text/javascript", headers=HEADERS)

    async def missing(self, request: Request) -> Response:
        return await self._page(request, "missing", "none", status=404)

    async def _situation(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return await self.api.ask("GET", "/sandbox/switches"), await self.api.ask("GET", "/sandbox/parties")

    async def _page(
        self, request: Request, template: str, question: str, *, status: int = 200, **members: object
    ) -> Response:
        words = _words(request)
        switches, parties = await self._situation()
        query = {name: value for name, value in request.query_params.items() if name != "said"}
        here = partial(_here, request.url.path, query)
        said = self._said.pop(request.query_params.get("said", ""), None)
        text = await asyncio.to_thread(
            rendered,
            f"console/{template}.html.j2",
            **{
                "t": words,
                "language": words.language,
                "languages": LANGUAGES,
                "questions": QUESTIONS,
                "question": question,
                "topics": TOPICS.get(template, "calls switches board"),
                "source": _here("/console/active", query, back=here()) if template in ONLY_THE_TOP else "",
                "link": partial(_link, words.language),
                "here": here,
                "back": here(),
                "page_token": self.token.value,
                "active": active_switches(switches, parties, words),
                "said": said,
                "kept": self._kept(switches, words),
                "total_calls": self.log.total,
                "broken_count": sum(1 for call in self.log if call.breaches),
                "services": switches["services"],
                "clients": self._clients(switches),
                "fix": words.fix,
                "claim_text": words.claim,
                **members,
            },
        )
        return HTMLResponse(text, status, HEADERS)

    def _kept(self, switches: Mapping[str, Any], words: Words) -> str:
        """Why switches are locked at the moment; empty if they are not."""
        if not switches["kept"]:
            return ""
        told = self.board.told.scenarios if self.board.told is not None else []
        title = next((each.title for each in told if each.state == "running"), "")
        return words("kept.scenario", title=words.sentence(title)) if title else words("kept")

    def _clients(self, switches: Mapping[str, Any]) -> list[dict[str, str]]:
        """The registered clients, and the client ids seen in calls."""
        owners = {each["id"]: each["owner"] for each in switches["clients"]}
        seen = dict.fromkeys(call.client for call in self.log.newest() if 0 < len(call.client) <= MOST_OF_A_NAME)
        known = dict.fromkeys((*seen, *owners))
        return [{"id": each, "label": f"{brief(each[:8])}… {owners.get(each, '')}".strip()} for each in known][:100]


TOPICS = {"parties": "switches", "party": "switches", "call": "calls switches"}
"""The events that make a page reload; other pages reload for all."""
ONLY_THE_TOP = {"what_if", "party"}
"""Pages where only the active settings change by themselves."""


def _words(request: Request) -> Words:
    asked = request.query_params.get("lang", "en")
    return Words(asked if asked in LANGUAGES else "en")


def _searched(party: Mapping[str, Any], words: Words) -> str:
    """The text that a search for a party looks through, in lower case."""
    told = [party["role"], *(profile["text"] for profile in party["profiles"].values())]
    return " ".join([str(party), *map(words.sentence, told)]).lower()


def _long_body(words: Words, octets: int) -> str:
    return words("call.long_body", octets=octets)


def _refused(error: ValidationError) -> Response:
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, problem["loc"]))
    return JSONResponse({"problem": f"{place}: {problem['msg']}"}, 400)


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _link(language: str, path: str) -> str:
    return path if language == "en" else f"{path}?lang={language}"


def _here(path: str, query: Mapping[str, str], **changes: object) -> str:
    members = {**query, **{name: str(value) for name, value in changes.items()}}
    members = {name: value for name, value in members.items() if value and (name, value) != ("lang", "en")}
    return f"{path}?{urlencode(members)}" if members else path
