"""The sums of aapnekrav: of each group, of the total, and what they are sums of.

There are two known rules for øre: exact sums, and each addend truncated towards zero to whole kroner (published example
of 2022-12-01). An answer's own addends show which one applies; a sum that fits neither is a deviation to the øre.
"""

import datetime
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from harness.contract.checks import Breach
from scenarios.kravogbetalinger.relations import Body, Verdicts, amount, kroner, told, total

CLAIMS = "aapentKravMedGjenstaaendeBeloep"
UNPLACED = "innbetalingMedUplassertBeloep"
BY_GROUP = ("sumStipulerteRenter", "sumForfalteKrav", "sumIkkeForfalteKrav")

Rounding = Callable[[Decimal], Decimal]


def exact(value: Decimal) -> Decimal:
    return value


def cut(value: Decimal) -> Decimal:
    """Truncated towards zero to whole kroner."""
    return Decimal(int(value))


RULES: Mapping[str, Rounding] = {"exact to the øre": exact, "each addend cut to whole kroner": cut}


@dataclass(frozen=True)
class Sum:
    """A sum in the answer, and the addends that it should consist of."""

    name: str
    given: Decimal
    addends: tuple[Decimal, ...]

    def fits(self, rule: Rounding) -> bool:
        return self.given == total(map(rule, self.addends))

    @property
    def candidates(self) -> str:
        return " or ".join(dict.fromkeys(kroner(total(map(rule, self.addends))) for rule in RULES.values()))


def groups(body: Body) -> list[Body]:
    return list(body.get("oversiktPerKravgruppe", []))


def saldo_of_groups(body: Body) -> Verdicts:
    for group in groups(body):
        parts = total(amount(group, name) for name in BY_GROUP)
        yield _equal("saldo of a group", amount(group, "saldo"), parts)


def saldo_of_total(body: Body) -> Verdicts:
    if "totalOversikt" in body:
        whole = body["totalOversikt"]
        parts = total(amount(whole, name) for name in (*BY_GROUP, "sumUplasserteInnbetalinger"))
        yield _equal("saldo of the total", amount(whole, "saldo"), *_rounded(body, parts))


def total_is_sum_of_groups(body: Body) -> Verdicts:
    if "totalOversikt" in body and "oversiktPerKravgruppe" in body:
        for name in BY_GROUP:
            parts = total(amount(group, name) for group in groups(body))
            yield _equal(f"{name} of the total", amount(body["totalOversikt"], name), parts)


def unplaced_payments_count_once(body: Body) -> Verdicts:
    if "totalOversikt" in body and "oversiktPerKravgruppe" in body:
        whole = body["totalOversikt"]
        parts = total(amount(group, "saldo") for group in groups(body)) + amount(whole, "sumUplasserteInnbetalinger")
        yield _equal("saldo of the groups and unplaced payments", amount(whole, "saldo"), *_rounded(body, parts))


def groups_are_those_of_the_claims(body: Body) -> Verdicts:
    claims = _claims(body)
    is_whole = not body.get("skjermet") and all("kravgruppe" in claim for claim in claims)
    if "oversiktPerKravgruppe" not in body or not is_whole:
        return
    listed, wanted = Counter(group["kravgruppe"] for group in groups(body)), {claim["kravgruppe"] for claim in claims}
    for name in wanted | set(listed):
        shown = f"{name!r} {listed[name]} times"
        if name not in wanted:
            yield told(holds=False, aspect="group without a claim", expected=f"no group {name!r}", actual=shown)
        else:
            aspect = "group missing" if listed[name] == 0 else "group twice"
            yield told(listed[name] == 1, aspect, f"the group {name!r} once", shown)


def groups_consist_of_their_claims(body: Body) -> Verdicts:
    for found in _sums_of_groups(body):
        yield _fits_a_rule(found)


def total_consists_of_all_claims(body: Body) -> Verdicts:
    for found in _sums_of_total(body):
        yield _fits_a_rule(found)


def split_by_due_date(body: Body, around_now: tuple[datetime.date, datetime.date]) -> Verdicts:
    """`around_now` are the first and last day that may be today at the service: amounts due then may be in either."""
    first, last = (day.isoformat() for day in around_now)
    for name, table, claims in _tables(body):
        dues = _dues(claims)
        if not dues:
            continue
        before = [amount(due, "gjenstaaendeBeloep") for due in dues if due["forfallsdato"] < first]
        after = [amount(due, "gjenstaaendeBeloep") for due in dues if due["forfallsdato"] > last]
        today = [due for due in dues if first <= due["forfallsdato"] <= last]
        sums = {"sumForfalteKrav": (before, operator.le), "sumIkkeForfalteKrav": (after, operator.ge)}
        for field, (certain, side) in sums.items():
            parts = _parts(today, side)
            allowed = {total(map(rule, (*certain, *more))) for rule in RULES.values() for more in parts}
            given = amount(table, field)
            expected = " or ".join(kroner(value) for value in sorted(allowed))
            yield told(given in allowed, f"{field} of {name}", f"{expected} by due date", kroner(given))


def _parts(today: Iterable[Body], is_on_its_side: Callable[[str, str], bool]) -> list[list[Decimal]]:
    """The amounts due around today that may be in a sum: all on its side of one of the days, or none."""
    owed = [(due["forfallsdato"], amount(due, "gjenstaaendeBeloep")) for due in today]
    days = {day for day, _ in owed}
    return [[], *([each for day, each in owed if is_on_its_side(day, moment)] for moment in days)]


def today_is(body: Body, around_now: tuple[datetime.date, datetime.date]) -> str | None:
    """Whether an amount due today is overdue; None if nothing is due, or if the sums do not show it."""
    first, last = (day.isoformat() for day in around_now)
    if first != last:
        return None
    for name, table, claims in _tables(body):
        dues = _dues(claims)
        today = [amount(due, "gjenstaaendeBeloep") for due in dues if due["forfallsdato"] == first]
        before = [amount(due, "gjenstaaendeBeloep") for due in dues if due["forfallsdato"] < first]
        given = amount(table, "sumForfalteKrav")
        for rule in RULES.values():
            without, added = total(map(rule, before)), total(map(rule, (*before, *today)))
            if name == "the total" and without != added and given in {without, added}:
                return "overdue" if given == added else "not overdue"
    return None


def one_rule_for_oere(body: Body) -> Verdicts:
    sums = [*_sums_of_groups(body), *_sums_of_total(body)]
    if any(addend != cut(addend) for found in sums for addend in found.addends):
        wrong = [found for found in sums if not found.fits(exact)]
        held = not wrong or all(found.fits(cut) for found in sums)
        shown = ", ".join(f"{found.name} {kroner(found.given)}" for found in wrong[:3])
        yield told(held, "no rule for øre", "every sum exact, or every addend truncated to whole kroner", shown)


def rule_in_use(body: Body) -> str | None:
    """The rule for øre that this answer's sums follow; None if both do, or neither."""
    sums = [*_sums_of_groups(body), *_sums_of_total(body)]
    fitting = [name for name, rule in RULES.items() if all(found.fits(rule) for found in sums)]
    return fitting[0] if sums and len(fitting) == 1 else None


def unplaced_payments_add_up(body: Body) -> Verdicts:
    if "totalOversikt" in body and not body.get("skjermet"):
        payments = [payment for payment in body.get(UNPLACED, []) if "uplassertBeloep" in payment]
        parts = total(amount(payment, "uplassertBeloep") for payment in payments)
        yield _equal("sumUplasserteInnbetalinger", amount(body["totalOversikt"], "sumUplasserteInnbetalinger"), parts)


def _claims(body: Body) -> list[Body]:
    """The open claims; none for a shielded party, whose sums include more than is shown."""
    return [] if body.get("skjermet") else list(body.get(CLAIMS, []))


def _tables(body: Body) -> Iterator[tuple[str, Body, list[Body]]]:
    """Each table of sums with the claims that it covers."""
    claims = _claims(body)
    for group in groups(body):
        yield "a group", group, [claim for claim in claims if claim.get("kravgruppe") == group["kravgruppe"]]
    if "totalOversikt" in body:
        yield "the total", body["totalOversikt"], claims


def _dues(claims: list[Body]) -> list[Body]:
    """Their due dates; one whose enforcement is postponed has no date (published example of 2022), and is in no sum."""
    return [due for claim in claims for due in claim["kravforfall"] if "forfallsdato" in due]


def _sums(name: str, table: Body, claims: list[Body]) -> Iterator[Sum]:
    remaining = tuple(amount(due, "gjenstaaendeBeloep") for due in _dues(claims))
    interest = tuple(amount(claim, "stipulerteRenter") for claim in claims if "stipulerteRenter" in claim)
    forfalt = amount(table, "sumForfalteKrav") + amount(table, "sumIkkeForfalteKrav")
    yield Sum(f"what remains in {name}", forfalt, remaining)
    yield Sum(f"interest in {name}", amount(table, "sumStipulerteRenter"), interest)


def _sums_of_groups(body: Body) -> list[Sum]:
    tables = [table for table in _tables(body) if table[0] == "a group" and table[2]]
    return [found for table in tables for found in _sums(*table)]


def _sums_of_total(body: Body) -> list[Sum]:
    tables = [table for table in _tables(body) if table[0] == "the total" and table[2]]
    return [found for table in tables for found in _sums(*table)]


def _fits_a_rule(found: Sum) -> Breach | None:
    held = any(found.fits(rule) for rule in RULES.values())
    return told(held, found.name, found.candidates, kroner(found.given))


def _rounded(body: Body, value: Decimal) -> tuple[Decimal, ...]:
    """The values that are allowed.

    If addends are truncated, their sum may be too, without the øre of unplaced payments, as in the published example.
    """
    sums = [*_sums_of_groups(body), *_sums_of_total(body)]
    return (value, cut(value)) if all(found.fits(cut) for found in sums) else (value,)


def _equal(aspect: str, given: Decimal, *allowed: Decimal) -> Breach | None:
    expected = " or ".join(dict.fromkeys(map(kroner, allowed)))
    return told(given in allowed, aspect, expected, kroner(given))
