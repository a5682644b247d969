"""Krav og betalinger for scenarios: how its paths, periods and tokens are put together."""

import datetime
from collections.abc import Container, Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from harness.auth.grant import Subject
from harness.suite.answer import Answer
from harness.suite.bench import Bench
from harness.suite.markers import not_run, not_testable
from scenarios.kravogbetalinger.each_answer import judge_by_itself

API = "kravogbetalinger"
OPERATIONS = ("aapnekrav", "krav", "innbetalinger", "utbetalinger")
WITH_PERIOD = ("krav", "innbetalinger", "utbetalinger")
JSON = "application/json"
XML = "application/xml"


FORM = frozenset({"body_well_formed", "body_matches_schema", "success_is_no_error", "date_form"})
"""An answer that breaks one of these checks is left out of relations, which would report the same breach again."""


class KravOgBetalinger:
    """Calls the API like a client, with anything that a scenario wants to change replaced."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    @property
    def rettighetspakke(self) -> str:
        """The rights package for scenarios in which it does not matter: the first that the target opens."""
        if not self.bench.api.access:
            not_testable("the target opens no rights package")
        return next(iter(self.bench.api.access))

    @property
    def organisation(self) -> str:
        """The organisation for scenarios in which it does not matter."""
        if not self.bench.api.organisations:
            not_testable("the target names no organisation")
        return self.bench.api.organisations[0]

    def get(
        self,
        operation: str,
        organisation: str | None = None,
        rettighetspakke: str | None = None,
        *,
        query: Mapping[str, str] | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> Answer:
        """One call. By default it asks for the last twelve months and sends the right token.

        A header set to an empty text is left out.
        """
        organisation = self.organisation if organisation is None else organisation
        rettighetspakke = self.rettighetspakke if rettighetspakke is None else rettighetspakke
        if query is None:
            query = self.last_year() if operation in WITH_PERIOD else {}
        if token is None and "Authorization" not in (headers or {}):
            token = self.token(organisation, rettighetspakke)
        path = "/" + "/".join(quote(part, safe="") for part in (rettighetspakke, organisation, operation))
        if query:
            path += "?" + urlencode(query)
        return self.send(method, path, organisation, token=token, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        organisation: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One call to a path that is already percent-encoded.

        What can be judged from its answer alone is always judged.
        """
        sent = {"Accept": JSON, "Authorization": f"Bearer {token}", **(headers or {})}
        answer = self.bench.send(method, path, sent, body, organisation=organisation)
        asked = path.partition("?")[0].rpartition("/")[2]
        if method == "GET" and asked in OPERATIONS and is_sound(answer):
            judge_by_itself(answer, asked)
        return answer

    def plain(self, operation: str, organisation: str, query: Mapping[str, str] | None = None) -> Answer:
        """The answer to an ordinary call, which is made once per worker."""
        if query is None:
            query = self.last_year() if operation in WITH_PERIOD else {}
        rettighetspakke = self.rettighetspakke
        key = (API, rettighetspakke, organisation, operation, *query.items())
        return self.bench.recall(key, lambda: self.get(operation, organisation, rettighetspakke, query=query))

    def example(self, operation: str) -> tuple[str, dict[str, str]]:
        """An organisation that the operation has data about, and the query that shows it; ends the scenario if none."""
        for organisation in self._own_first(self.bench.api.organisations):
            for query in self._recent_years() if operation in WITH_PERIOD else [{}]:
                if is_sound(self.plain(operation, organisation, query)):
                    return organisation, query
        return not_run(f"{operation} shows no data for any organisation")

    def _own_first(self, organisations: Iterable[str]) -> list[str]:
        return sorted(organisations, key=lambda each: each != self.organisation)

    def one_of(self, organisations: Iterable[str]) -> str | None:
        """The scenario's organisation if it is among them, else the first; None if there are none."""
        return next(iter(self._own_first(organisations)), None)

    @property
    def today(self) -> datetime.date:
        return self.bench.today

    def last_year(self) -> dict[str, str]:
        """The twelve months up to today: the test organisations' data changes, but they always have a past."""
        return period(self.today - datetime.timedelta(days=364), self.today)

    def _recent_years(self) -> list[dict[str, str]]:
        years = (self.today.year - back for back in range(4))
        return [self.last_year(), *({"fraOgMed": f"{year}-01-01", "tilOgMed": f"{year}-12-31"} for year in years)]

    def token(self, organisation: str, rettighetspakke: str) -> str:
        """The token that gives access to an organisation by a rights package."""
        return self.bench.token(self.bench.subject(rettighetspakke, organisation))

    def plain_token(self) -> str:
        """A token with the API's scope and nothing else."""
        return self.bench.token(Subject(self.bench.api.scope))

    def rettighetspakke_open_to_any(self) -> str:
        """A rights package whose access is not bound to one party, if there is one.

        A bound one may refuse a malformed identifier before it checks its form: the order is not documented.
        """
        ways = self.bench.api.access.items()
        return next((name for name, way in ways if way.kind == "token" and self.opens(name)), self.rettighetspakke)

    def opens(self, rettighetspakke: str) -> bool:
        """Whether a package lets the client in for any operation.

        What `lovfestetrevisjon` requires is unknown: the target may say that a token is enough while the service wants
        more.
        """
        return any(self._opens(rettighetspakke, operation) for operation in OPERATIONS)

    def _opens(self, rettighetspakke: str, operation: str) -> bool:
        answer = self.bench.recall(
            (API, rettighetspakke, operation, "opens"),
            lambda: self.get(operation, self.organisation, rettighetspakke),
        )
        return answer.status != 403

    def rettighetspakke_of_kind(self, kind: str) -> str:
        """The rights package that the target opens with a consent, a system user or a plain token."""
        ways = self.bench.api.access.items()
        found = next((name for name, way in ways if way.kind == kind and (kind != "token" or self.opens(name))), None)
        return found or not_testable(f"the target opens no rights package with a {kind.replace('_', ' ')}")

    def ensure_access_is_known(self, rettighetspakke: str) -> None:
        """Ends the scenario if a package that should need only a token requires more."""
        if self.bench.api.access[rettighetspakke].kind == "token" and not self.opens(rettighetspakke):
            not_testable(f"{rettighetspakke} needs more than a token, although the target says that a token is enough")

    def consent_of_altinn_2(self, **claims: str) -> str:
        """An Altinn 2 consent token for the default call, with some of its claims replaced."""
        finans = self.rettighetspakke_of_kind("consent")
        source = self.bench.api.access[finans].altinn2
        consumer = self.bench.target.maskinporten.consumer
        if source is None or consumer is None:
            not_testable("the target has no Altinn 2 consent tokens")
        right = {
            "serviceCodes": source.service_code,
            "offeredBy": self.organisation,
            "coveredBy": consumer,
            "ttl": "30",
        }
        return self.bench.maskinporten.fetch_text(source.token_generator, right | claims)

    def with_consent_of_altinn_2(self, consent: str) -> Answer:
        """The answer to a plain token sent with such a consent."""
        finans = self.rettighetspakke_of_kind("consent")
        headers = {"AltinnSamtykke": consent}
        return self.get("aapnekrav", rettighetspakke=finans, token=self.plain_token(), headers=headers)

    @property
    def stranger(self) -> str:
        """An organisation number that nobody has, for tokens that name somebody else."""
        return self.bench.api.unknown_organisation or not_testable(
            "the target names no organisation number that nobody has"
        )

    def two_organisations(self, known: Container[str]) -> tuple[str, str]:
        """Two organisations that the target has access to, the scenario's own first."""
        found = [each for each in self._own_first(self.bench.api.organisations) if each in known]
        if len(found) < 2:
            not_testable("the target has fewer than two organisations to mix up")
        return found[0], found[1]

    def observe(self, requirement: str, answer: Answer, prefix: str = "") -> None:
        """Records an answer as its status and kode."""
        self.bench.notes.observe(requirement, prefix + shown(answer))


def is_sound(answer: Answer) -> bool:
    """Whether an answer carries data in the form that the specification gives, in JSON or XML."""
    return answer.status == 200 and not answer.broken & FORM and isinstance(answer.known(), dict)


def sound_body(answer: Answer) -> Any:
    """The JSON body of a sound answer; ends the scenario if the answer is not sound."""
    return answer.json() if is_sound(answer) else not_run("the answer does not have the documented form")


def shown(answer: Answer) -> str:
    """An answer in short: its status, and its kode if it is a refusal."""
    if answer.status < 400:
        return str(answer.status)
    return f"{answer.status} {answer.kode or 'without a kode'}"


def period(first: datetime.date, last: datetime.date) -> dict[str, str]:
    return {"fraOgMed": first.isoformat(), "tilOgMed": last.isoformat()}
