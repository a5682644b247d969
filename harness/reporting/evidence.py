"""One scenario's traffic in its report: the exchanges, and the commands that repeat them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import allure
from allure_commons import plugin_manager

from harness.exchange import NO_TIME, Exchange, Request, Response, beginning
from harness.redaction.redacted import NOTHING, Redacted, RedactedExchange, ours
from harness.redaction.redactor import MOST, Redactor
from harness.reporting.curl import TOKEN, as_curl

MOST_ATTACHED = 25
"""How many exchanges of one scenario are attached to its report; all of them are in exchanges.har."""

LONGEST_COMMAND = 50_000
"""The longest curl command; no generated request needs a fifth of it."""

LONGEST_TEXT = 2_000
"""The longest text about or from an answer; without a limit, a code of a megabyte would be in every report."""

ENDLESS = re.compile(r"[0-9]{40,}")
SILENCE = "there were no answers from this call on:"

Shown = Callable[[Exchange], RedactedExchange]


class Evidence:
    """The exchanges of one scenario.

    `shown` redacts a call that is to be repeated; `has_our_token` says whether it carried a token that the issuer gave
    us, which the command replaces with a variable.
    """

    def __init__(self, redactor: Redactor, shown: Shown, has_our_token: Callable[[Exchange], bool]) -> None:
        self._redactor = redactor
        self._shown = shown
        self._has_our_token = has_our_token
        self._kept: list[tuple[Callable[[], RedactedExchange], Exchange]] = []

    def keep(self, redacted: Callable[[], RedactedExchange], exchange: Exchange) -> None:
        """Keeps an exchange for the report, while there is room; of a large answer only the redacted form."""
        if len(self._kept) >= MOST_ATTACHED:
            return
        if len(exchange.response.body) > MOST:
            shown = redacted()
            redacted, exchange = lambda: shown, replace(exchange, response=Response(exchange.response.status))
        self._kept.append((redacted, exchange))

    def text(self, text: str) -> Redacted:
        """A text about exchanges, redacted and truncated: a target may have made it endless."""
        return self._redactor.message(beginning(text, LONGEST_TEXT))

    def short_text(self, text: str) -> Redacted:
        """Like `text`, with long numbers shortened: nobody reads 309 digits."""
        return self.text(ENDLESS.sub(lambda number: f"{number[0][:6]}… ({len(number[0])} digits)", text))

    def curl(self, exchange: Exchange) -> Redacted:
        """The command that repeats a call; empty if it would be too long to paste."""
        return self._command(self._shown(exchange), exchange)

    def last_words(self, calls: Sequence[Request]) -> Redacted:
        """Which calls may have killed a service, and how to repeat one."""
        named = self.text(", ".join(f"{call.method} {call.url}" for call in calls))
        if len(calls) > 1:
            return ours(f"{SILENCE} {named}. A run with --in-flight 1 shows which one it was.")
        alone = Exchange(calls[0], Response(0), NO_TIME, 0.0)
        return ours(f"{SILENCE} {named}. To send it again: {self.curl(alone)}")

    def attach(self, most: int = MOST_ATTACHED) -> None:
        """Attaches the first exchanges to the scenario's report, if Allure is active."""
        if not plugin_manager.hook.attach_data.get_hookimpls():
            return
        for number, (redacted, sent) in enumerate(self._kept[:most]):
            exchange = redacted()
            attach_exchange(exchange)
            if exchange.response.status != 200 or number == 0:
                command = self._command(exchange, sent)
                allure.attach(command, name="curl", attachment_type=allure.attachment_type.TEXT)

    def _command(self, redacted: RedactedExchange, sent: Exchange) -> Redacted:
        command = ours(as_curl(redacted.request, TOKEN if self._has_our_token(sent) else None))
        return command if len(command) <= LONGEST_COMMAND else NOTHING


def attach_exchange(exchange: RedactedExchange, why: str = "") -> None:
    """Attaches an exchange to the current scenario's report; its name starts with `why`."""
    tries = f", {exchange.attempts} attempts" if exchange.attempts > 1 else ""
    answer = exchange.response.status or "no answer"
    name = f"{why}{exchange.request.method} {exchange.request.parts.path} → {answer}{tries}"
    allure.attach(as_text(exchange), name=name, attachment_type=allure.attachment_type.TEXT)


def as_text(exchange: RedactedExchange) -> str:
    """An exchange as text: request, blank line, answer."""
    request, response = exchange.request, exchange.response
    lines = [f"{request.method} {request.url} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    if request.body:
        lines += ["", request.body.decode(errors="replace")]
    lines += [
        "",
        f"{response.http_version} {response.status}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    lines += ["", response.body.decode(errors="replace")]
    return "\n".join(lines)
