"""The operations, with path, method and scope.

The first four are published (OpenAPI 2023-10-26, endpoints page 2023-10-27); the paths of the rest are reconstructed
(dossier, section 3.3).
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from harness.sandbox.utleggsbegjaering import filing, insight, municipality, uploads
from harness.sandbox.utleggsbegjaering.authorisation import KOMMUNE_SCOPE, SCOPE, Caller
from harness.sandbox.utleggsbegjaering.office import Office, Reply

Handler = Callable[[Office, Caller, Request, str], Awaitable[Reply]]


@dataclass(frozen=True)
class Operation:
    """One operation. `*` is the variable part of its path, which the handler gets."""

    name: str
    method: str
    path: str
    handler: Handler
    tag: Literal["published", "reconstructed"] = "reconstructed"
    scope: str = SCOPE
    is_of_another_service: bool = False
    """Whether it belongs to a service that may have a different base path."""

    def match(self, path: str) -> str | None:
        """The part that matches `*`, empty if there is no `*`; None for another path."""
        before, star, after = self.path.partition("*")
        if not star:
            return "" if path == self.path else None
        varying = path[len(before) : len(path) - len(after)]
        fits = path == f"{before}{varying}{after}" and varying and "/" not in varying
        return varying if fits else None


OPERATIONS: tuple[Operation, ...] = (
    Operation("opprettBegjaering", "POST", "", filing.submit, "published"),
    Operation("validerNyBegjaering", "POST", "/valider", filing.validate, "published"),
    Operation("validerEndretBegjaering", "PUT", "/valider/*", filing.validate_change, "published"),
    Operation("lastOppVedlegg", "POST", "/vedlegg", uploads.upload),
    Operation("hentVedlegg", "GET", "/vedlegg/*", uploads.state),
    Operation("slettVedlegg", "DELETE", "/vedlegg/*", uploads.delete),
    Operation("hentEndredeSaker", "GET", "/status", insight.changed, is_of_another_service=True),
    Operation("hentStatus", "GET", "/status/*", insight.status, is_of_another_service=True),
    Operation("hentInnsynITrekk", "POST", "/innsyn/trekk", insight.insight, is_of_another_service=True),
    Operation("slaaOppBetjening", "POST", "/betjeningskartet", insight.rules_of_debtors, is_of_another_service=True),
    Operation(
        "slaaOppSamordnetTrekk",
        "POST",
        "/samordnettrekk/oppslag",
        municipality.look_up,
        scope=KOMMUNE_SCOPE,
        is_of_another_service=True,
    ),
    Operation(
        "sendBeslutning", "POST", "/beslutning", municipality.decide, scope=KOMMUNE_SCOPE, is_of_another_service=True
    ),
    Operation("meldInnbetaling", "POST", "/krav/*/innbetaling", insight.pay),
    Operation("endreBegjaering", "PUT", "/*", filing.change, "published"),
)


def at(operations: Iterable[Operation], path: str) -> list[tuple[Operation, str]]:
    """The operations at a path, with its variable part; fixed paths take precedence."""
    found = [(operation, varying) for operation in operations if (varying := operation.match(path)) is not None]
    fixed = [each for each in found if "*" not in each[0].path]
    return fixed or found
