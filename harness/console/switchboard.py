"""Everything that can be switched, in groups, filtered by a search."""

from collections.abc import Iterable, Mapping
from typing import Any

from harness.console.active import brief
from harness.console.trouble import TROUBLES
from harness.console.words import Words

LEAPS = {"minutes": 120, "hour": 3_600, "day": 86_400, "quarter": 91 * 86_400, "year": 365 * 86_400}
"""Seconds that each button moves the clock forward: the life of a grant, of a token, a day, a consent, a period."""


def switch_groups(switches: Mapping[str, Any], parties: Mapping[str, Any], query: str, words: Words) -> dict[str, Any]:
    """The page's variables: each group's entries, their number, and the clock."""
    wanted = query.lower().split()

    def is_found(*texts: object) -> bool:
        whole = " ".join(map(str, texts)).lower()
        return all(word in whole for word in wanted)

    troubles = [
        name
        for name, deed in TROUBLES.items()
        if is_found(name, words(f"trouble.{name}"), words(f"trouble.{name}.name"), deed.get("status", ""))
    ]
    faults = [each for each in switches["faults"] if is_found(*each.values(), words.sentence(_theme(each["theme"])))]
    knobs = [each for each in switches["knobs"] if is_found(*each.values(), words.sentence(each["text"]))]
    states = [
        each | {"label": brief(each["label"])}
        for each in switches["states"]
        if is_found(each["kind"], each["label"], each["id"], each["state"])
    ]
    profiles = {
        api: {name: text for name, text in listed.items() if is_found(api, name, text, words.sentence(text))}
        for api, listed in parties["profiles"].items()
    }
    has_clock = is_found(words("group.clock"), words("clock.lead"), "clock")
    themes = {
        "faults": _by_theme(fault for fault in faults if fault["breaks"]),
        "benign": _by_theme(fault for fault in faults if not fault["breaks"]),
    }
    found_in = {
        "trouble": len(troubles),
        "clock": len(LEAPS) * has_clock,
        "states": len(states),
        "data": sum(map(len, profiles.values())),
        "knobs": len(knobs),
        **{group: sum(map(len, by_theme.values())) for group, by_theme in themes.items()},
    }
    apart = switches["ahead"]
    return {
        "troubles": troubles,
        "states": states,
        "knobs": knobs,
        "themes": themes,
        "profile_lists": profiles,
        "numbers": [party["number"] for party in parties["parties"]],
        "leaps": LEAPS,
        "now": switches["now"],
        "now_text": switches["now"][:19].replace("T", " ") + " UTC",
        "ahead_text": words("clock.ahead", text=words.duration(apart)) if apart >= 1 else "",
        "found_in": found_in,
        "shows_states": bool(states) or not wanted,
        "found": sum(found_in.values()),
    }


def _by_theme(faults: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for fault in faults:
        found.setdefault((fault["service"], _theme(fault["theme"])), []).append(fault)
    return found


def _theme(module: str) -> str:
    """The display name of a fault module."""
    return module.replace("_", " ")
