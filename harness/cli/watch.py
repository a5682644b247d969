"""`provestand watch`: what is new in specifications, notices and documentation since the last run."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._surroundings import print_document
from harness.cli.drift import FORMATS
from harness.display import quantity

if TYPE_CHECKING:
    from harness.contract.contract import Contract
    from harness.drift.findings import Found
    from harness.drift.pages.watch import State
    from harness.drift.report import Threshold
    from harness.targets.model import Watch


@click.command()
@click.option(
    "--target",
    "name",
    help="The target whose [watch] table names the news feed, and pages to use instead of the known ones.",
)
@click.option(
    "--state",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="provestand-watch.json",
    show_default=True,
    help="What the last run saw. It is rewritten; a job must keep it.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "warning", "any", "none"]),
    default="warning",
    show_default=True,
    help="Exit code 1 if a finding is at least this severe.",
)
@click.option("--policy", "policy_name", default="skatteetaten", show_default=True)
def command(name: str | None, file: Path, form: str, fail_on: "Threshold", policy_name: str) -> None:
    """Ask what is new since the last run: pinned documents upstream, the news feed, the documentation pages.

    Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong configuration or state, 3 a source could not be
    asked; the rest is still reported.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.drift.flows.pages import since_last_run
    from harness.drift.pages.watch import UnreadableStateError, state_text
    from harness.drift.policy import UnreadablePolicyError
    from harness.drift.presentation import render
    from harness.files.unreadable import UnreadableFileError
    from harness.targets.problem import ConfigurationError

    try:
        before = _state(file)
        watching = _Watching(before, _watch(name))
        found = [*watching.documents(), *watching.notices(), *watching.pages()]
        report = since_last_run(found, policy_name, watching.notes, watching.basis)
    except (ConfigurationError, UnreadableFileError, UnreadableStateError, UnreadablePolicyError) as error:
        raise click.UsageError(str(error)) from error
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    print_document(render(report, form), form)
    aside = file.with_name(f".{file.name}.new")
    try:
        aside.write_text(state_text(watching.after), encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        problem = (
            f"--state {file}: it cannot be written ({error.strerror}). Name a file in a folder that you can write to."
        )
        raise click.UsageError(problem) from error
    if report.fails(fail_on):
        sys.exit(1)
    sys.exit(3 if watching.unasked else 0)


def _state(file: Path) -> "State":
    from harness.drift.pages.watch import State, state_of
    from harness.files.text import read_text

    return state_of(read_text(file), file) if file.exists() else State()


def _watch(name: str | None) -> "Watch":
    """The target's [watch] table; without a target, only the defaults of each API."""
    from harness.targets.configuration import load_target
    from harness.targets.model import Watch

    return load_target(name, Path.cwd()).watch if name is not None else Watch()


class _Watching:
    """Asks each source. One that cannot be asked is named, and its previous state is kept for the next run."""

    def __init__(self, before: "State", watch: "Watch") -> None:
        self._before, self._watch = before, watch
        self._notices: dict[str, Mapping[str, str]] = dict(before.notices)
        self._pages = dict(before.pages)
        self._asked = 0
        self.unasked: list[str] = []
        self.notes: list[str] = (
            [] if before.run else ["First run: notices and pages are recorded, for later comparison."]
        )

    @property
    def after(self) -> "State":
        import datetime

        from harness.drift.pages.watch import State

        return State(run=datetime.datetime.now(datetime.UTC), notices=self._notices, pages=self._pages)

    @property
    def basis(self) -> str:
        return f"{quantity(self._asked, 'source')} asked" + (
            f", {len(self.unasked)} could not be asked" if self.unasked else ""
        )

    def documents(self) -> Iterator["Found"]:
        """The pinned official documents, including those of the user's own project."""
        from harness.cli.specs import upstream
        from harness.contract.pinned import official_sources
        from harness.drift.compare.documentation import DOCUMENT_NEWER
        from harness.drift.pages.documentation import noted
        from harness.http.download import DownloadFailedError

        sources = official_sources()
        if not sources:
            self.notes.append(
                "No official document is pinned: `provestand specs pin API VERSION --from URL` imports one."
            )
        for name, (source, digest) in sources.items():
            try:
                code, told = upstream(source, digest)
            except DownloadFailedError as error:
                self._failed(str(error))
                continue
            self._asked += 1
            if code:
                yield noted(DOCUMENT_NEWER, "other", name, f"{name}: {told}")

    def notices(self) -> Iterator["Found"]:
        """The news feed."""
        from harness.drift.pages.watch import UnreadableFeedError, news, notices_of
        from harness.http.download import DownloadFailedError, download

        feed = self._watch.feed
        if feed is None:
            self.notes.append("No news feed is configured: set `feed` in the [watch] table of a target.")
            return
        try:
            fetched = download(feed)
            notices = notices_of(fetched.content if fetched else b"", feed)
        except (DownloadFailedError, UnreadableFeedError) as error:
            self._failed(str(error))
            return
        self._asked += 1
        if feed in self._before.notices:
            yield from news(notices, self._before.notices[feed], _names(), feed)
        self._notices[feed] = {notice.id: notice.updated for notice in notices}

    def pages(self) -> Iterator["Found"]:
        """Checks each API's documentation pages against our files, and against their previous text."""
        from harness.contract.pinned import api_names, contract_of
        from harness.targets.profiles import known_apis

        for api in api_names():
            known = known_apis().get(api)
            for address in self._watch.pages.get(api, known.pages if known else ()):
                yield from self._page(address, contract_of(api))

    def _page(self, address: str, contract: "Contract") -> Iterator["Found"]:
        from harness.contract.folders import specs_folder
        from harness.drift.pages.documentation import Access, UnreadablePageError, changes, documented, page_of
        from harness.drift.pages.watch import SeenPage
        from harness.http.download import DownloadFailedError, download
        from harness.targets.profiles import known_apis

        try:
            fetched = download(address)
            page = page_of(fetched.content if fetched else b"", address)
        except (DownloadFailedError, UnreadablePageError) as error:
            self._failed(str(error))
            return
        self._asked += 1
        known = known_apis().get(contract.api)
        access = Access(known.scope, known.delegation) if known else Access()
        yield from documented(page, contract, specs_folder() / "testdata" / "organisations.toml", access)
        if address in self._before.pages:
            yield from changes(self._before.pages[address].page(address), page)
        self._pages[address] = SeenPage.of(page)

    def _failed(self, problem: str) -> None:
        self.unasked.append(problem)
        self.notes.append(f"Could not be asked: {problem}")


def _names() -> list[str]:
    """How a notice may refer to one of the APIs: its folder, scope, title and the title's main word."""
    from harness.contract.pinned import api_names, contract_of
    from harness.targets.profiles import known_apis

    names = []
    for api in api_names():
        info = contract_of(api).document.content.get("info") or {}
        title = str(info.get("title", "")).partition("(")[0].strip()
        known = known_apis().get(api)
        delegated = known.delegation.partition(" - ")[0].removesuffix(" API") if known else ""
        names += [api, title, delegated, known.scope if known else ""]
    return list(dict.fromkeys(name for name in names if len(name) > 3))
