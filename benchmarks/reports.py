"""How long each report format takes to make from a default run, and how large it is.

    python benchmarks/reports.py

For reference, in the same minute, Python reads the run's exchanges.har and writes it again. Limits: all formats except
Allure's in 5 s, report.html under 2 MB, Allure's page under 8 MB.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from _measuring import PROVESTAND, Row, cost, told

from harness.reporting.formats import all_formats

BARS = {"report.html": 2.0, "allure-report.html": 8.0}
"""Megabytes."""
SEEN = ("verdict.json", "junit.xml", "exchanges.har", "allure-results")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        run = [*PROVESTAND, "run", "--out", str(out)]
        whole = cost(run)
        print(told(run), f"  {whole.wall:.1f} s, {whole.processor:.1f} s of processor", sep="\n")
        har = cost([sys.executable, "-m", "json.tool", str(out / "exchanges.har"), str(Path(folder) / "again.har")])
        report = [*PROVESTAND, "report", str(out)]
        forms = [f"--{name}" for name in all_formats()]
        together = [*report, *forms, "--summary", "nb", "--bundle"]
        measured = cost(together)
        print(told(together))
        print(f"  {measured.wall:.2f} s (bar 5)   exchanges.har read and written {har.wall:.2f} s", end="")
        print(f"   ratio {measured.wall / har.wall:.1f}")
        for form in forms:
            alone = cost([*report, form])
            print(f"{told([*report, form])}\n  {alone.wall:.2f} s")
        if shutil.which("npx"):
            allure = cost([*report, "--allure"])
            print(f"{told([*report, '--allure'])}\n  {allure.wall:.2f} s")
        print_sizes(out)
        print(
            Row(
                "all reports of a run except Allure's page",
                f"{measured.wall:.1f} s",
                f"`python -m json.tool` reads and writes its `exchanges.har`: {har.wall:.1f} s",
                f"{measured.wall / har.wall:.1f}",
                "5 s",
            )
        )
        for name, bar in BARS.items():
            pages = [path for path in out.rglob(name) if path.is_file()]
            for page in pages:
                print(Row(f"`{name}`", f"{size(page) / 1e6:.1f} MB", limit=f"{bar:.0f} MB"))


def print_sizes(out: Path) -> None:
    for path in sorted({*(out / name for name in SEEN), *(path for path in out.rglob("*") if path.suffix == ".html")}):
        name = path.relative_to(out).as_posix()
        bar = f" (bar {BARS[name]:.0f})" if name in BARS else ""
        print(f"  {name:32} {size(path) / 1e6:7.2f} MB{bar}")


def size(path: Path) -> int:
    """The size in bytes of a file, or of everything in a folder."""
    return path.stat().st_size if path.is_file() else sum(each.stat().st_size for each in path.rglob("*"))


if __name__ == "__main__":
    main()
