"""`nox` runs what CI runs; `nox -l` lists the sessions."""

import os
import re
from pathlib import Path

import nox

# uv makes an environment in seconds where pip takes half a minute. Without uv beside nox, pip is used.
nox.options.default_venv_backend = "uv|virtualenv"
# Compile at installation, like pip: where Python writes no bytecode, every process would compile everything again.
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")

GROUPS = nox.project.load_toml("pyproject.toml")

# Four workers: much of the time is spent waiting for servers that fail on purpose.
PYTEST = ("pytest", "-n", "4", "--dist", "worksteal")

nox.options.sessions = ["tests", "lint", "walls", "types", "docs", "conformance", "selftest"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True


@nox.session
def tests(session: nox.Session) -> None:
    """The project's own tests."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "tests"))
    session.run(*PYTEST, "-m", "not nightly", *session.posargs)


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """The project's own tests that are slow and seldom break."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "tests"))
    session.run(*PYTEST, "-m", "nightly", *session.posargs)


@nox.session(default=False)
def network(session: nox.Session) -> None:
    """Every behaviour of an unreliable network, all the time and in one call of ten, on both APIs."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "tests"))
    session.run(*PYTEST, "tests/http", "tests/e2e/test_behaviours.py", "tests/e2e/test_network.py", *session.posargs)


@nox.session(default=False)
def neighbours(session: nox.Session) -> None:
    """The same verdict with two dozen other pytest plugins installed."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "tests"))
    session.run("pytest", "tests/neighbours", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """The main job: the conformance suite against the built-in sandbox."""
    session.install(".")
    session.run("provestand", "run", *session.posargs)


@nox.session
def selftest(session: nox.Session) -> None:
    """The suite's power: every fault of the sandbox caught, no false alarm."""
    session.install(".")
    session.run("provestand", "selftest", *session.posargs)


@nox.session(default=False)
def selftest_shares(session: nox.Session) -> None:
    """Nightly: rare faults, each fault of the catalogue in a share of the calls, against a thorough run."""
    session.install(".")
    session.run("provestand", "selftest", "--shares", *session.posargs)


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Nightly: the sandbox's own code, broken mechanically in one place at a time, against the suite."""
    session.install("-e", ".")
    session.run("python", "-m", "tests.mutation", *session.posargs)


@nox.session(default=False)
def selftest_clients(session: nox.Session) -> None:
    """The client suite's power: every misbehaving client caught, in full client runs."""
    session.install(".")
    session.run("provestand", "selftest", "--clients", "--whole", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, by ruff; declared dependencies, by deptry."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("deptry", ".")


@nox.session
def walls(session: nox.Session) -> None:
    """Who may import whom, by import-linter (contracts in pyproject.toml)."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "lint"))
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Types, by mypy: strict on harness, annotated code in scenarios; and a test that mypy rejects wrong types."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "types", "tests"))
    session.run("mypy")
    session.run("pytest", "tests/test_types.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation as pages in docs/_build, its reference generated from the code; a broken link is an error."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "docs"))
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-q", "docs", "docs/_build", *session.posargs)


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """The wheel, built from the sdist, and a first run from it in an empty folder."""
    session.install("build")
    target = session.create_tmp()
    session.run("python", "-m", "build", "--outdir", target)
    wheels = sorted(str(path) for path in Path(target).glob("*.whl"))
    session.install("--force-reinstall", wheels[-1])
    session.chdir(target)
    session.run("provestand", "specs", "verify")
    session.run("provestand", "run")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """What a tag releases, in dist/: sdist, wheel and their software bill of materials. `nox -s release -- v0.1.0`."""
    if len(session.posargs) != 1:
        session.error("Name the tag: nox -s release -- v0.1.0")
    _ensure_described(session, session.posargs[0].removeprefix("v"))
    session.install("build", "cyclonedx-bom>=7")
    session.run("python", "-m", "build", "--outdir", "dist")
    clean = Path(session.create_tmp()) / "clean"
    python = str(clean / "bin" / "python")
    session.run("python", "-m", "venv", "--clear", str(clean))
    wheels = [str(path) for path in Path("dist").glob("*.whl")]
    session.run(python, "-m", "pip", "install", "--quiet", *wheels, external=True)
    session.run("cyclonedx-py", "environment", "--output-reproducible", "-o", "dist/provestand.cdx.json", python)


def _ensure_described(session: nox.Session, version: str) -> None:
    """Ends the session if the tag, the version and the changelog do not agree, or if dist/ is not empty."""
    text = Path("harness/__init__.py").read_text(encoding="utf-8")
    if f'__version__ = "{version}"' not in text:
        session.error(f"harness/__init__.py has another version than {version}.")
    heading = rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$"
    if not re.search(heading, Path("CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE):
        session.error(f"CHANGELOG.md has no dated section of {version}.")
    if Path("dist").exists() and any(Path("dist").iterdir()):
        session.error("dist/ is not empty: remove what is in it.")


@nox.session(default=False)
def gateways(session: nox.Session) -> None:
    """Nightly: the whole suite through a gateway of every kind, none of which may be mistaken for the service."""
    session.install("-e", ".", *nox.project.dependency_groups(GROUPS, "tests"))
    session.run("pytest", "tests/e2e/test_gateways.py", "-n", "2", *session.posargs, env={"PROVESTAND_GATEWAYS": "1"})


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Every measurement in benchmarks/, or those named, each beside a reference.

    The output is kept in reports/benchmarks/.
    """
    session.install("-e", ".")
    folder = Path("reports/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    for script in sorted(Path("benchmarks").glob("[!_]*.py")):
        if script.stem in session.posargs or not session.posargs:
            kept = folder / f"{script.stem}.txt"
            with kept.open("w", encoding="utf-8") as file:
                session.run("python", str(script), stdout=file)
            session.log(f"{kept}:\n{kept.read_text(encoding='utf-8')}")


@nox.session(default=False)
def readme(session: nox.Session) -> None:
    """Measures the figures in README.md again and updates them with today's date: takes an hour or more."""
    session.install("-e", ".")
    session.run("python", "benchmarks/_readme.py", *session.posargs)


@nox.session(default=False, python=["3.11", "3.12", "3.13", "3.14"])
def versions(session: nox.Session) -> None:
    """The main job on every version of Python that this machine has."""
    session.install(".")
    session.run("provestand", "run", *session.posargs)


@nox.session(default=False, venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """The main job with the lowest versions of the dependencies that pyproject.toml allows."""
    session.install("--resolution", "lowest-direct", ".")
    session.run("provestand", "run", *session.posargs)
