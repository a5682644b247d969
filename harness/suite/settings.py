"""The options of a run as pytest options, checked against the pinned specifications."""

import datetime
import os
import random
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pytest

from harness.auth.keys import ensure_keys_usable
from harness.contract.contract import Contract
from harness.contract.faulty import FaultySpecificationError
from harness.contract.pinned import api_names, contract_of, issuer_names
from harness.http.connection import ensure_connection_usable
from harness.suite.options import EMBEDDED, EXAMPLES, OPTIONS
from harness.targets.configuration import load_target
from harness.targets.model import Target
from harness.targets.problem import ConfigurationError
from harness.verdict.coverage import Wanted
from harness.verdict.levels import FailOn
from harness.verdict.waivers import FaultyWaiverError, Waiver, read_waivers

CLIENT_SUITE = "client"
"""The scenarios that judge a client; they run separately from those that judge a service."""

RECORDED_SUITE = "recorded"
"""The scenarios that judge recorded traffic: those that need no calls of their own."""

CLIENT_RECORDED = "client-recorded"
"""The scenarios that judge a client from recorded traffic."""

THOROUGH = "thorough"
"""Scenarios added on request: each write flow and access attempt for everything that the target has."""
GENERATED = frozenset({"property", "fuzz"})
"""The suites whose requests are generated."""

SUITES: Mapping[str, frozenset[str]] = {
    "scenarios": frozenset({"scenarios"}),
    "property": frozenset({"property"}),
    "fuzz": frozenset({"fuzz"}),
    "default": frozenset({"scenarios", "property"}),
    "all": frozenset({"scenarios", "property", "fuzz"}),
    CLIENT_SUITE: frozenset({CLIENT_SUITE}),
    RECORDED_SUITE: frozenset({RECORDED_SUITE}),
    CLIENT_RECORDED: frozenset({CLIENT_RECORDED}),
}
PRODUCTION_VARIABLE = "PROVESTAND_I_MEAN_PRODUCTION"


def add_options(parser: pytest.Parser) -> None:
    """Adds the options of a run to pytest, and those that only our own commands pass to it."""
    group = parser.getgroup("provestand", "Prøvestand: conformance of Skatteetaten's collection APIs")
    types = {"whole": int, "number": float}
    for option in OPTIONS.values():
        if option.kind == "flag":
            group.addoption(f"--{option.name}", action="store_true", help=option.help)
        elif option.many:
            group.addoption(f"--{option.name}", action="append", default=[], help=option.help)
        else:
            choices = sorted(SUITES) if option.name == "suite" else option.choices or None
            kind = types.get(option.kind, str)
            group.addoption(f"--{option.name}", type=kind, choices=choices, default=option.default, help=option.help)
    group.addoption("--resume", action="store_true", help="complete the run in --out")
    group.addoption("--choose-workers", action="store_true", help="choose the number of processes")
    group.addoption("--page", action="store_true", help="client: show the run's progress on the sandbox's pages")
    group.addoption("--sandbox-option", action="append", default=[], help="client: another option for the sandbox")
    group.addoption("--no-verdict-summary", action="store_true", help="do not print the verdict on the terminal")


def _ensure_bounded(config: pytest.Config) -> None:
    for option in OPTIONS.values():
        value = config.getoption(option.name.replace("-", "_"))
        if not isinstance(value, int | float) or option.kind == "flag":
            continue
        if (option.least is not None and value < option.least) or (option.most is not None and value > option.most):
            bounds = f"from {option.least:g} to {option.most:g}" if option.most else f"{option.least:g} or more"
            raise pytest.UsageError(f"--{option.name} {value:g}: give a number, {bounds}.")


@dataclass(frozen=True)
class Settings:
    """The options of a run after checking; the same in every worker."""

    target: str
    apis: tuple[str, ...]
    suites: frozenset[str]
    requirements: frozenset[str]
    max_examples: int
    seed: int
    out: Path
    fail_on: FailOn = "must"
    require_coverage: Wanted | None = None
    evidence: str = "sample"
    """Which passed scenarios get their exchanges attached: `sample` or `all`."""
    in_flight: int | None = None
    """Calls in flight from here; None means the target's limit."""
    selected: bool = False
    """Whether pytest was asked to run only some of the scenarios (`-k`, `-m`, `--lf`, a path)."""
    sandbox_options: tuple[str, ...] = ()
    """Further options of the built-in sandbox."""
    recorded: Path | None = None
    """The HAR file, or the folder of a run, that is judged instead of a target."""
    drive: str = ""
    """The command or URL that drives the client under test; empty for a person."""

    @property
    def parts(self) -> Path:
        """Where each process keeps its findings until the run ends."""
        return self.out / ".parts"

    @property
    def judges_a_client(self) -> bool:
        return bool(self.suites & {CLIENT_SUITE, CLIENT_RECORDED})

    @property
    def junit(self) -> Path:
        return self.out / "junit.xml"

    @property
    def is_partial(self) -> bool:
        """Whether less than the default was asked for."""
        whole = SUITES[CLIENT_SUITE] if self.judges_a_client else SUITES["default"]  # a recording shows only a part
        return self.selected or bool(self.requirements) or not whole <= self.suites

    @property
    def reproduce(self) -> str:
        """The command that repeats the run, without any choice of requirements."""
        if self.judges_a_client and self.recorded is None:
            drive = ["--drive", self.drive] if self.drive else []
            return shlex.join(["provestand", "client", *drive, "--seed", str(self.seed)])
        target = [] if self.target == EMBEDDED else ["--target", self.target]
        if self.recorded is not None:
            command = "client" if self.judges_a_client else "run"
            return shlex.join(["provestand", command, *target, "--recorded", str(self.recorded)])
        further = ["--suite", "all"] if "fuzz" in self.suites else []
        if further and self.max_examples != EXAMPLES:
            further += ["--max-examples", str(self.max_examples)]
        further += ["--thorough"] if THOROUGH in self.suites else []
        return shlex.join(["provestand", "run", *target, *further, "--seed", str(self.seed)])


def read_settings(config: pytest.Config) -> Settings:
    """Checks the options; raises pytest.UsageError with one line about what is wrong."""
    known = api_names()
    apis = tuple(dict.fromkeys(config.getoption("api"))) or tuple(known)
    for api in apis:
        _ensure_known("API", api, known)
    recorded = config.getoption("recorded")
    suites = SUITES[_suite(config.getoption("suite"), recorded)]
    if config.getoption("thorough"):
        suites |= {THOROUGH}
    seed = config.getoption("seed")
    if seed is None:
        seed = random.SystemRandom().randrange(1, 10_000) if "fuzz" in suites else 1
    _ensure_bounded(config)
    return Settings(
        in_flight=config.getoption("in_flight"),
        target=config.getoption("target"),
        apis=apis,
        suites=suites,
        requirements=frozenset(key.upper() for key in config.getoption("requirement")),
        max_examples=config.getoption("max_examples"),
        seed=seed,
        out=_out_folder(config.getoption("out"), Path(config.invocation_params.dir)),
        fail_on=config.getoption("fail_on"),
        require_coverage=wanted_coverage(config.getoption("require_coverage")),
        evidence=config.getoption("evidence"),
        selected=_is_selected(config),
        sandbox_options=tuple(config.getoption("sandbox_option")),
        recorded=None if recorded is None else Path(config.invocation_params.dir) / recorded,
        drive=config.getoption("drive") or "",
    )


def _suite(asked: str, recorded: str | None) -> str:
    if recorded is None:
        return asked
    return CLIENT_RECORDED if asked == CLIENT_SUITE else RECORDED_SUITE


def wanted_coverage(given: str | None) -> Wanted | None:
    """`must`, or a percentage with or without the percent sign; raises pytest.UsageError."""
    if given is None:
        return None
    if given == "must":
        return "must"
    try:
        percent = float(given.removesuffix("%").rstrip())
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise pytest.UsageError(f"--require-coverage {given}: give a percentage from 0 to 100, or `must`.")
    return percent


def _is_selected(config: pytest.Config) -> bool:
    chosen = ("keyword", "markexpr", "lf", "deselect", "stepwise")
    paths = (Path(argument.partition("::")[0]) for argument in config.args)
    return any(config.getoption(name, None) for name in chosen) or not all(path.is_dir() for path in paths)


def waivers_of(config: pytest.Config) -> tuple[Waiver, ...]:
    """The waivers in the given file; raises pytest.UsageError."""
    given = config.getoption("waivers")
    if given is None:
        return ()
    try:
        known = [key for api in (*api_names(), *issuer_names()) for key in contract_of(api).requirements]
        return tuple(read_waivers(Path(config.invocation_params.dir) / given, known))
    except (FaultyWaiverError, FaultySpecificationError) as error:
        raise pytest.UsageError(str(error)) from error


def read_contracts(settings: Settings, target: Target) -> Mapping[str, Contract]:
    """The contracts of the APIs to judge; raises pytest.UsageError."""
    try:
        contracts = {
            api: contract_of(api, target.apis[api].version).served_at(target.apis[api].base_url)
            for api in settings.apis
            if api in target.apis
        }
        if contracts and settings.judges_a_client:
            contracts |= {issuer: contract_of(issuer) for issuer in issuer_names()}
    except FaultySpecificationError as error:
        raise pytest.UsageError(str(error)) from error
    if not contracts:
        raise pytest.UsageError(
            f"target {target.name!r} has none of the APIs {', '.join(settings.apis)}. Configure one."
        )
    ensure_requirements_known(settings, contracts)
    return contracts


def ensure_requirements_known(settings: Settings, contracts: Mapping[str, Contract]) -> None:
    """Raises pytest.UsageError for a requirement that none of the contracts has."""
    ids = [key for contract in contracts.values() for key in contract.requirements]
    for key in settings.requirements:
        _ensure_known("requirement", key, ids)


def ensure_target_can_be_judged(config: pytest.Config, settings: Settings, start: Path) -> None:
    """Raises pytest.UsageError, before anything is started, if the target is missing or production is not confirmed."""
    if settings.target == EMBEDDED or settings.recorded is not None:
        return
    target = read_target(settings.target, start)
    if target.profile == "prod":
        _ensure_production_is_meant(config, settings, os.environ)


def _ensure_production_is_meant(config: pytest.Config, settings: Settings, environ: Mapping[str, str]) -> None:
    """Production needs a flag and its name, typed or set in the environment, and accepts no generated requests."""
    if not config.getoption("i_mean_production"):
        raise pytest.UsageError(f"target {settings.target!r} is production. Give --i-mean-production if you mean it.")
    if environ.get(PRODUCTION_VARIABLE) != settings.target:
        raise pytest.UsageError(
            f"target {settings.target!r} is production. Type its name on a terminal, or set "
            f"{PRODUCTION_VARIABLE}={settings.target}."
        )
    if config.getoption("suite") not in {"default", "scenarios"}:
        raise pytest.UsageError("production accepts no generated requests. Remove --suite.")


def read_target(name: str, start: Path) -> Target:
    """The target, with readable keys; raises pytest.UsageError with a line for every wrong field."""
    try:
        target = load_target(name, start)
        ensure_keys_usable(target)
        ensure_connection_usable(target)
        return target
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error


def _ensure_known(kind: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known[:10])}."
        raise pytest.UsageError(f"there is no {kind} {name!r}. {hint}")


def _out_folder(given: str | None, start: Path) -> Path:
    if given is None:
        now = datetime.datetime.now(datetime.UTC).astimezone()
        return start / "reports" / "out" / now.strftime("%Y-%m-%dT%H-%M-%S-%f")[:-3]
    folder = (start / given).resolve()
    if folder.exists() and not folder.is_dir():
        raise pytest.UsageError(f"--out {given}: it is a file. Name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise pytest.UsageError(f"--out {given}: the folder holds other files. Name a new or empty one.")
    return folder


def _is_ours(folder: Path) -> bool:
    return (folder / "verdict.json").is_file() or (folder / ".parts").is_dir()
