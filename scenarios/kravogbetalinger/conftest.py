"""Krav og betalinger in a scenario's hands: how its paths, periods and tokens are put together."""

import datetime
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pytest

from harness.suite.bench import Answer, Bench
from harness.suite.markers import not_testable
from harness.suite.plugin import target_of

API = "kravogbetalinger"
OPERATIONS = ("aapnekrav", "krav", "innbetalinger", "utbetalinger")
WITH_PERIOD = ("krav", "innbetalinger", "utbetalinger")
JSON = "application/json"


class KravOgBetalinger:
    """Calls the API the way a client does, with anything replaced that a scenario wants otherwise."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    @property
    def rettighetspakke(self) -> str:
        """The rights package for scenarios to which it does not matter: the first that the target opens."""
        if not self.bench.api.access:
            not_testable("the target opens no rights package")
        return next(iter(self.bench.api.access))

    @property
    def organisation(self) -> str:
        """The organisation for scenarios to which it does not matter."""
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
        """One call. Without `query` it asks for the last twelve months; without `token` it brings the right one.

        A header set to an empty text is left out.
        """
        organisation = self.organisation if organisation is None else organisation
        rettighetspakke = self.rettighetspakke if rettighetspakke is None else rettighetspakke
        if query is None:
            query = last_year() if operation in WITH_PERIOD else {}
        if token is None and "Authorization" not in (headers or {}):
            token = self.token(organisation, rettighetspakke)
        path = "/" + "/".join(quote(part, safe="") for part in (rettighetspakke, organisation, operation))
        if query:
            path += "?" + urlencode(query)
        sent = {"Accept": JSON, "Authorization": f"Bearer {token}", **(headers or {})}
        return self.bench.send(method, path, sent, organisation=organisation)

    def token(self, organisation: str, rettighetspakke: str) -> str:
        """The token that opens an organisation by a rights package."""
        return self.bench.token(self.bench.subject(rettighetspakke, organisation))

    def rettighetspakke_open_to_any(self) -> str:
        """A rights package whose access is not bound to one party, where there is one.

        A bound one may refuse a malformed identifier before it looks at its form: the order is not documented.
        """
        found = next((name for name, way in self.bench.api.access.items() if way.kind == "token"), None)
        return found or self.rettighetspakke

    def rettighetspakke_of_kind(self, kind: str) -> str:
        """The rights package that the target opens with a consent, a system user or a plain token."""
        found = next((name for name, way in self.bench.api.access.items() if way.kind == kind), None)
        return found or not_testable(f"the target opens no rights package by {kind.replace('_', ' ')}")


@pytest.fixture
def kob(bench: Bench) -> KravOgBetalinger:
    return KravOgBetalinger(bench)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spreads scenarios over the target's organisations, its rights packages and the operations."""
    api = target_of(metafunc.config).apis.get(API)
    spreads = {
        "organisation": api.organisations if api else (),
        "rettighetspakke": tuple(api.access) if api else (),
        "operation": OPERATIONS,
        "period_operation": WITH_PERIOD,
    }
    for name, values in spreads.items():
        if name in metafunc.fixturenames:
            none = pytest.param("", id="none", marks=pytest.mark.not_testable(f"the target names no {name}"))
            metafunc.parametrize(name, values or [none])


def last_year() -> dict[str, str]:
    """The twelve months up to today: data of the test organisations changes, but not that it has a past."""
    today = datetime.datetime.now(datetime.UTC).date()
    return period(today - datetime.timedelta(days=364), today)


def period(first: datetime.date, last: datetime.date) -> dict[str, str]:
    return {"fraOgMed": first.isoformat(), "tilOgMed": last.isoformat()}
