"""Prints a self-test for people: a line for each result as it arrives, the matrix at the end."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.display import quantity
from harness.selftest.score import BenignRow, CleanRow, SelfTest
from harness.selftest.trial import Result

SHOWN_OTHERS = 4


def line_of(result: Result) -> str:
    """One line for one result."""
    subject = result.subject
    name = subject.name if subject.kind == "clean" else f"{subject.kind} {subject.full_name}"
    if subject.kind == "fault":
        word = "caught" if result.by_right_requirement else ("caught by others" if result.caught else "MISSED")
        told = f"{word} ({subject.requirement}, {quantity(result.requests, 'request')})"
    elif result.unmet:
        told = f"left out, {result.unmet}"
    elif subject.kind in {"mutant", "share"}:
        told = "caught" if result.caught else "not caught"
    else:
        told = f"FALSE ALARM {' '.join(result.by)}" if result.by else "silent"
    problem = f", {quantity(len(result.problems), 'scenario')} could not judge" if result.problems else ""
    beside = f", together with {quantity(len(result.together), 'other')}" if result.together else ""
    return f"{name}: {told}{problem}{beside}  [{quantity(result.scenarios, 'scenario')}, {result.seconds} s]"


def print_matrix(selftest: SelfTest, console: Console) -> None:
    """Every fault with what found it, unsatisfactory ones last; then every false alarm, every mutant that was not
    caught, and the score."""
    table = Table("fault", "breaks", "found", "also found", "requests", box=None, header_style="bold", pad_edge=False)
    for row in sorted(selftest.faults, key=lambda row: not row.by_right_requirement):
        found = (
            Text("right", "green") if row.by_right_requirement else Text("others" if row.caught else "missed", "red")
        )
        others = [key for key in row.by if key != row.requirement]
        more = f" +{len(others) - SHOWN_OTHERS}" if len(others) > SHOWN_OTHERS else ""
        table.add_row(row.name, row.requirement, found, " ".join(others[:SHOWN_OTHERS]) + more, str(row.requests))
    console.print(table)
    for line in alarms([*selftest.benign, *selftest.clean]):
        console.print(line, style="red")
    for mutant in selftest.uncaught:
        name = f"{mutant.api}/{mutant.name}"
        console.print(f"mutant not caught: {name}\n  {mutant.text}", markup=False, emoji=False)
    for share in [row for row in selftest.shares if not row.caught]:
        console.print(f"share not caught: {share.api}/{share.name} ({share.requirement})", markup=False, emoji=False)
    for unmet in selftest.unmet:
        name = f"{unmet.api}/{unmet.name}"
        console.print(f"share left out: {name}\n  {unmet.reason}", markup=False, emoji=False)
    score = selftest.score
    time = f"{selftest.seconds} s with {quantity(selftest.workers, 'worker')}"
    console.print(f"\n{'; '.join([*_score(selftest), time])}.")
    if score.shares:
        console.print(
            f"{score.shares_caught} of {score.shares} shares of faults caught ({score.percent_shares_caught} %), "
            f"with {quantity(score.requests_for_shares, 'request')}; "
            f"left out, because no call of a thorough run meets them: {score.shares_unmet}."
        )
    if score.not_judged:
        console.print(f"{score.not_judged} could not be fully judged; the page says why.")
    if selftest.missing:
        console.print(f"ended early: {len(selftest.missing)} without a result.")


def _score(selftest: SelfTest) -> Iterator[str]:
    """What was tried, and how it went."""
    score, healthy = selftest.score, len(selftest.clean)
    if score.faults:
        right = f"{score.by_right_requirement} by the right requirement ({score.percent_by_right_requirement} %)"
        yield f"{score.caught} of {quantity(score.faults, 'fault')} caught, {right}"
    yield (
        f"{quantity(score.false_alarms, 'false alarm')} in {quantity(len(selftest.benign), 'variation')} "
        f"and {healthy} healthy {'sandbox' if healthy == 1 else 'sandboxes'}"
    )
    if score.mutants:
        yield f"{score.mutants_caught} of {quantity(score.mutants, 'mechanical mutant')} caught"


def alarms(rows: Iterable[BenignRow | CleanRow]) -> list[str]:
    """A line for each variation or healthy sandbox in which the suite found a deviation."""
    names = {id(row): f"seed {row.seed}" if isinstance(row, CleanRow) else row.name for row in rows}
    return [f"false alarm: {names[id(row)]}: {' '.join(row.by)}" for row in rows if row.deviations]
