"""Rare faults: each fault of the catalogue once more, for a share of the calls only.

One call in five, the calls about one organisation, the answers in XML, and those that hold an amount above a million. A
share that a fault cannot have (XML of an API that has none, an amount in a refusal) is left out. One that no call of a
thorough run would meet is found by the survey and counts neither way: it is listed apart, for a reader to see whether
nobody could see it, or the suite does not make the call.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harness.selftest.trial import Reach, Subject

ORGANISATION = "314055403"
"""One of the test organisations of the newest list, and not the first: single scenarios ask about another one."""

ENOUGH = 95
"""Percent of the shares that must be caught."""

ONE_IN_FIVE = "share=0.2"
IN_XML = "format=xml"
ABOVE_A_MILLION = "above=1000000"

WORDS = {
    ONE_IN_FIVE: "in one call of five",
    f"about={ORGANISATION}": "for one organisation",
    IN_XML: "in XML only",
    ABOVE_A_MILLION: "with an amount above a million",
}
"""Where a rare fault shows, in words, by the end of its name."""


def where(name: str) -> str:
    """Where the rare fault of a name shows, in words."""
    condition = name.partition("@")[2]
    return WORDS.get(condition, condition)


def shares_of(subjects: Iterable[Subject], in_xml: frozenset[str], with_amounts: frozenset[str]) -> Iterator[Subject]:
    """The rare forms of faults. `in_xml` and `with_amounts` are the full names of those that may be so."""
    for subject in subjects:
        if subject.kind != "fault" or subject.arguments:
            continue
        shares = [ONE_IN_FIVE, f"about={ORGANISATION}"]
        shares += [IN_XML] if subject.full_name in in_xml else []
        shares += [ABOVE_A_MILLION] if subject.full_name in with_amounts else []
        yield from (replace(subject, kind="share", name=f"{subject.name}@{share}") for share in shares)


def asked_about(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """What a survey is asked about: the subjects, and of rare faults what they would change if they were not rare."""
    names = (name for each in subjects if not each.arguments for name in (each.full_name, each.fault))
    return tuple(dict.fromkeys(names))


def why_unmet(share: Subject, reach: Reach) -> str:
    """Why no call of a thorough run meets a share, by what the survey of one told; empty where one does."""
    if not reach.meets_nothing(share):
        return ""
    met = reach.calls.get(share.fault, 0)
    if not met:
        return "no answer of a thorough run would be another under the fault"
    return f"of {met} answers of a thorough run that would be others under the fault, none is {where(share.name)}"
