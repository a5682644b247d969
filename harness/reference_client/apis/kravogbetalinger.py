"""Asks Krav og betalinger for a party's claims and payments, and adds up the amounts.

Member names: Krav og betalinger dossier of the API's page (2025-09-02).
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from harness.reference_client.answers import Content, UnreadableError
from harness.reference_client.client import Client, Outcome, Task, outcome_of

LISTS: Mapping[str, tuple[str, str]] = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"),
    "krav": ("krav", "opprinneligBeloep"),
    "innbetalinger": ("innbetaling", "innbetaltBeloep"),
    "utbetalinger": ("utbetaling", "utbetaltBeloep"),
}
"""For each operation, the member with the list and the amount to add up."""

OPERATIONS = (*LISTS,)
NOTHING_FOUND = "KB-007"
"""No claims or payments in the period: an empty list for the user, not an error."""


def perform(client: Client, task: Task) -> Outcome:
    """One look-up."""
    operation = task["operation"]
    if days_of(task.get("parameters") or {}) > client.longest_period:
        return Outcome("failed", "A period may be at most one year.")
    parts = (task["rettighetspakke"], task["organisation"], operation)
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    if task.get("parameters"):
        path += "?" + urlencode(task["parameters"])
    outcome = outcome_of(client, lambda: client.call(task, "GET", path), read(operation))
    codes = (outcome.understood or {}).get("codes", [])
    if outcome.outcome == "refused" and NOTHING_FOUND in codes:
        return Outcome("done", "Nothing in the period.", outcome.korrelasjonsid, {"count": 0, "total": "0"})
    return outcome


def days_of(parameters: Mapping[str, str]) -> int:
    """The number of days in a period, both ends included; 0 without a period."""
    if not {"fraOgMed", "tilOgMed"} <= parameters.keys():
        return 0
    first, last = (datetime.date.fromisoformat(parameters[name]) for name in ("fraOgMed", "tilOgMed"))
    return (last - first).days + 1


def read(operation: str) -> Callable[[Content], dict[str, Any]]:
    """Reads an operation's answers: the number of entries in its list, and their exact sum."""
    name, amount = LISTS[operation]

    def understand(content: Content) -> dict[str, Any]:
        amounts = (
            _in_xml(content.xml, name, amount) if content.xml is not None else _in_json(content.json, name, amount)
        )
        return {"count": len(amounts), "total": str(sum(amounts, Decimal(0)))}

    return understand


def _in_json(body: Any, name: str, amount: str) -> list[Decimal]:  # noqa: ANN401 - any JSON value
    if not isinstance(body, dict):
        raise UnreadableError("the answer is not an object")
    return [Decimal(entry.get(amount, 0)) for entry in body.get(name, [])]


def _in_xml(root: Any, name: str, amount: str) -> list[Decimal]:  # noqa: ANN401 - lxml's element
    entries = [child for child in root if _local(child) == name]
    found = [next((part.text for part in entry if _local(part) == amount), "0") for entry in entries]
    return [Decimal(text) for text in found]


def _local(element: Any) -> str:  # noqa: ANN401 - lxml's element
    return str(element.tag).rpartition("}")[2]
