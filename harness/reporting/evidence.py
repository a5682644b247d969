"""What went over the wire in one scenario, as its report shows it: the exchanges, and the commands that repeat them."""

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
"""Characters of a curl command; no generated request needs a fifth of them."""

LONGEST_TEXT = 2_000
"""Characters of what is said about an answer, or taken from it. A code of a megabyte is in every report otherwise."""

ENDLESS = re.compile(r"[0-9]{40,}")
SILENCE = "nothing was answered any more from this call on:"

Shown = Callable[[Exchange], RedactedExchange]


class Evidence:
    """The exchanges of one scenario.

    `shown` gives a call that is to be sent again, as it may be shown; `has_our_token` says whether it brought a token
    that the issuer gave us, for which the command has a variable.
    """

    def __init__(self, redactor: Redactor, shown: Shown, has_our_token: Callable[[Exchange], bool]) -> None:
        self._redactor = redactor
        self._shown = shown
        self._has_our_token = has_our_token
        self._kept: list[tuple[Callable[[], RedactedExchange], Exchange]] = []

    def keep(self, redacted: Callable[[], RedactedExchange], exchange: Exchange) -> None:
        """Keeps an exchange for the report, while there is room; of a large answer what is written down alone."""
        if len(self._kept) >= MOST_ATTACHED:
            return
        if len(exchange.response.body) > MOST:
            shown = redacted()
            redacted, exchange = lambda: shown, replace(exchange, response=Response(exchange.response.status))
        self._kept.append((redacted, exchange))

    def text(self, text: str) -> Redacted:
        """A text about exchanges, as it may be shown; of what a target may have made endless, the beginning."""
        return self._redactor.message(beginning(text, LONGEST_TEXT))

    def short_text(self, text: str) -> Redacted:
        """As `text`, with endless numbers cut: nobody reads 309 digits."""
        return self.text(ENDLESS.sub(lambda number: f"{number[0][:6]}… ({len(number[0])} digits)", text))

    def curl(self, exchange: Exchange) -> Redacted:
        """The command that sends a call again; empty where it would be too long for anybody to paste."""
        return self._command(self._shown(exchange), exchange)

    def last_words(self, calls: Sequence[Request]) -> Redacted:
        """Which calls a service may have died of, and how to send one again."""
        named = self.text(", ".join(f"{call.method} {call.url}" for call in calls))
        if len(calls) > 1:
            return ours(f"{SILENCE} {named}. A run with --in-flight 1 tells which of them it was.")
        alone = Exchange(calls[0], Response(0), NO_TIME, 0.0)
        return ours(f"{SILENCE} {named}. To send it again: {self.curl(alone)}")

    def attach(self, most: int = MOST_ATTACHED) -> None:
        """Attaches the first exchanges to the scenario's report, where somebody reports."""
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
    """Attaches an exchange to the report of the scenario that runs; `why` begins its name."""
    tries = f", {exchange.attempts} attempts" if exchange.attempts > 1 else ""
    answer = exchange.response.status or "no answer"
    name = f"{why}{exchange.request.method} {exchange.request.parts.path} → {answer}{tries}"
    allure.attach(as_text(exchange), name=name, attachment_type=allure.attachment_type.TEXT)


def as_text(exchange: RedactedExchange) -> str:
    """An exchange as people read it: request, blank line, answer."""
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
