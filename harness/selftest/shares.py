"""Rare faults: each fault of the catalogue again, for only a share of the calls.

The shares are one call in five, the calls about one organisation, the answers in XML, and those with an amount above a
million. A share that a fault cannot have (XML of an API without XML, an amount in a refusal) is left out. The survey
finds shares that no call of a thorough run would meet; these count neither way and are listed separately, so that a
reader can tell whether nobody could see them or the suite does not make the call.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harness.selftest.trial import Reach, Subject

ORGANISATION = "314055403"
"""A test organisation from the newest list, but not the first, which single scenarios ask about."""

ENOUGH = 95
"""The percentage of shares that must be caught."""

ONE_IN_FIVE = "share=0.2"
IN_XML = "format=xml"
ABOVE_A_MILLION = "above=1000000"

WORDS = {
    ONE_IN_FIVE: "in one call in five",
    f"about={ORGANISATION}": "for one organisation",
    IN_XML: "in XML only",
    ABOVE_A_MILLION: "with an amount above a million",
}
"""Where a rare fault shows, in words, by the suffix of its name."""


def where(name: str) -> str:
    """Where the rare fault with this name shows, in words."""
    condition = name.partition("@")[2]
    return WORDS.get(condition, condition)


def shares_of(subjects: Iterable[Subject], in_xml: frozenset[str], with_amounts: frozenset[str]) -> Iterator[Subject]:
    """The rare forms of faults. `in_xml` and `with_amounts` are the full names of faults with those forms."""
    for subject in subjects:
        if subject.kind != "fault" or subject.arguments:
            continue
        shares = [ONE_IN_FIVE, f"about={ORGANISATION}"]
        shares += [IN_XML] if subject.full_name in in_xml else []
        shares += [ABOVE_A_MILLION] if subject.full_name in with_amounts else []
        yield from (replace(subject, kind="share", name=f"{subject.name}@{share}") for share in shares)


def asked_about(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """What a survey is asked about: the subjects, and for rare faults also the fault itself."""
    names = (name for each in subjects if not each.arguments for name in (each.full_name, each.fault))
    return tuple(dict.fromkeys(names))


def why_unmet(share: Subject, reach: Reach) -> str:
    """Why no call of a thorough run meets a share, according to a survey of one; empty if a call does."""
    if not reach.meets_nothing(share):
        return ""
    met = reach.calls.get(share.fault, 0)
    if not met:
        return "no answer of a thorough run would differ under the fault"
    return f"of the answers of a thorough run that would differ under the fault ({met}), none is {where(share.name)}"
