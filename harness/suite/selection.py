"""Selects the scenarios of a run."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from harness.contract.contract import Contract
from harness.contract.pinned import api_names, issuer_names
from harness.suite.settings import CLIENT_RECORDED, CLIENT_SUITE, RECORDED_SUITE, THOROUGH, Settings

SCHEMATHESIS = "schemathesis:"


@cache
def _known() -> frozenset[str]:
    """The scenario folders of APIs and issuers; the bundled files do not change while a program runs."""
    return frozenset({*api_names(), *issuer_names()})


def api_of(item: pytest.Item) -> str:
    """The API that a scenario belongs to: its folder's name, or its parameter `api`."""
    callspec = getattr(item, "callspec", None)
    if callspec is not None and "api" in callspec.params:
        return str(callspec.params["api"])
    return next((part for part in reversed(Path(item.path).parts) if part in _known()), "")


def cited_by(item: pytest.Item) -> tuple[str, ...]:
    """The requirements that a scenario cites, its primary one first."""
    marks = reversed([*item.iter_markers("requirement")])
    return tuple(dict.fromkeys(str(key) for mark in marks for key in mark.args))


def suite_of(item: pytest.Item) -> str:
    mark = item.get_closest_marker("suite")
    if mark is not None:
        return str(mark.args[0])
    return CLIENT_SUITE if _holds_client_scenarios(Path(item.path).parent) else "scenarios"


def _holds_client_scenarios(folder: Path) -> bool:
    """Whether a folder is `<api>/client` or `<issuer>/client`."""
    return folder.name == CLIENT_SUITE and folder.parent.name in _known()


def holds_nothing_wanted(path: Path, settings: Settings, contracts: Mapping[str, Contract]) -> bool:
    """Whether a folder belongs to an API and none of its scenarios is wanted, so that it need not be read.

    Generated requests are next to the folders of the APIs, not in them.
    """
    if not path.is_dir():
        return False
    if _holds_client_scenarios(path):
        return not settings.judges_a_client
    if path.name not in _known():
        return False
    return path.name not in contracts or not settings.suites & {
        "scenarios",
        THOROUGH,
        CLIENT_SUITE,
        CLIENT_RECORDED,
        RECORDED_SUITE,
    }


def keep_selected(
    config: pytest.Config, items: list[pytest.Item], settings: Settings, contracts: Mapping[str, Contract]
) -> None:
    """Deselects scenarios that were not asked for."""
    kept = [item for item in items if _is_wanted(item, settings, contracts)]
    wanted = set(kept)
    left_out = [item for item in items if item not in wanted]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def leave_out(config: pytest.Config, items: list[pytest.Item], finished: frozenset[str]) -> None:
    """Deselects scenarios that an earlier part of the run has judged."""
    left_out = [item for item in items if item.nodeid in finished]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.nodeid not in finished]


def keep_to_production(items: list[pytest.Item]) -> None:
    """Makes everything not testable in production except the scenarios marked for it; generated requests never run."""
    for item in items:
        if item.get_closest_marker("production") is None:
            item.add_marker(pytest.mark.not_testable("only scenarios marked for production run there"))


def _is_wanted(item: pytest.Item, settings: Settings, contracts: Mapping[str, Contract]) -> bool:
    api, suite = api_of(item), suite_of(item)
    is_recordable = settings.recorded is not None and not settings.judges_a_client
    if is_recordable and item.get_closest_marker("recordable") is not None:
        suite = RECORDED_SUITE
    if api not in contracts or suite not in settings.suites:
        return False
    if not settings.requirements or settings.requirements & set(cited_by(item)):
        return True
    return any(_judged_by_checks(key, suite, contracts[api]) for key in settings.requirements)


def _judged_by_checks(requirement: str, suite: str, contract: Contract) -> bool:
    """Whether a check judges it: ours run in every scenario, schemathesis's only on generated requests."""
    checks: Iterable[str] = contract.requirements[requirement].checks if requirement in contract.requirements else ()
    return any(suite not in {"scenarios", THOROUGH} or not check.startswith(SCHEMATHESIS) for check in checks)
