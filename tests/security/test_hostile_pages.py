"""Every page that is written, opened in a browser with hostile texts everywhere: nothing runs, nothing is loaded."""

import json
from pathlib import Path

import pytest

from harness.drift.flows.documents import compared
from harness.drift.presentation import render
from harness.reporting.page import page as report_page
from harness.reporting.summary import as_html, summary
from harness.selftest.page import write_page as write_selftest
from harness.selftest.score import scored
from harness.selftest.trial import Result, Subject
from harness.targets.vendor import Vendor
from harness.verdict.model import Verdict
from harness.verdict.results import contracts_of
from tests.sandbox.conftest import running

HOSTILE = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    "<svg onload=\"document.title='ran'\">"
    "<style>@import url(http://192.0.2.1/a.css);body{background:url(http://192.0.2.1/b.png)}</style>"
    "</code></td></table></title></style><iframe src=http://192.0.2.1/></iframe><base href=http://192.0.2.1/>"
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'><link rel=stylesheet href=http://192.0.2.1/c.css>"
    "<form action=http://192.0.2.1/><button autofocus onfocus=\"document.title='ran'\">x</button></form>"
    "&lt;script&gt;&#60;script&#62;\" ' onmouseover=x style=background:url(//192.0.2.1/d) {{7*7}} {% raw %} ${7*7} "
    "![p](http://192.0.2.1/e.png) [l](javascript:document.title='ran') <javascript:alert(1)> [r]: http://192.0.2.1/f "
    "`</pre><script>document.title='ran'</script>` | a | b | \\| ]]> --> <!-- \u202e\u2028\x1b[2J"
)  # fmt: skip
FREE = frozenset(
    {"expected", "actual", "reproduce", "korrelasjonsid", "reason", "question", "answer", "operation", "target", "kode",
     "check", "request", "organisation", "message", "location", "name", "base_url", "issuer", "consumer", "owner"}
)  # fmt: skip
"""Members of a verdict that contain text from a target, a document or a person."""


def spoiled(value, name=""):
    """A verdict with the hostile text in every one of them."""
    if isinstance(value, dict):
        return {key: spoiled(child, key) for key, child in value.items()}
    if isinstance(value, list):
        return [HOSTILE if name == "problems" and isinstance(child, str) else spoiled(child, name) for child in value]
    return HOSTILE if isinstance(value, str) and name in FREE else value


@pytest.fixture(scope="module")
def verdict(failed_run):
    content = spoiled(json.loads((failed_run / "verdict.json").read_text()))
    content["problems"] = [HOSTILE]
    content["tool"]["name"] = "provestand"
    return Verdict.model_validate(content)


def of_a_run(verdict: Verdict, folder: Path) -> str:
    return report_page(verdict, contracts_of(verdict.specs))


def of_a_summary(language):
    def make(verdict: Verdict, folder: Path) -> str:
        vendor = Vendor.model_construct(
            name=HOSTILE, organisation=None, system=HOSTILE, version=HOSTILE, contact=HOSTILE
        )
        return as_html(summary(verdict, contracts_of(verdict.specs), vendor, language), language)

    return make


def of_markdown(verdict: Verdict, folder: Path) -> str:
    """Whatever Markdown passes through: nothing in it was escaped."""
    return as_html(f"# {HOSTILE}\n\n{HOSTILE}\n\n![p](http://192.0.2.1/e.png)\n\n| {HOSTILE} |\n|---|\n| x |\n", "en")


def of_a_self_test(verdict: Verdict, folder: Path) -> str:
    fault, clean = Subject("fault", HOSTILE, HOSTILE, HOSTILE, text=HOSTILE), Subject("clean", HOSTILE, seed=1)
    mutant = Subject("mutant", HOSTILE, HOSTILE, text=HOSTILE)
    results = [Result(fault, (HOSTILE,), 7), Result(clean), Result(mutant)]
    return write_selftest(scored(results, [fault, clean, mutant], 1.0, 1), folder).read_text()


def of_drift(verdict: Verdict, folder: Path) -> str:
    def document(kind: str) -> str:
        schema = {"type": kind, "description": HOSTILE, "enum": [HOSTILE, kind], "title": HOSTILE}
        answer = {
            "description": HOSTILE,
            "content": {"application/json": {"schema": {"properties": {HOSTILE: schema}}}},
        }
        operation = {"operationId": HOSTILE, "summary": HOSTILE, "responses": {"200": answer}}
        info = {"title": HOSTILE, "version": HOSTILE}
        return json.dumps({"openapi": "3.0.3", "info": info, "paths": {"/<script>": {"get": operation}}})

    for name, kind in (("old.json", "string"), ("new.json", "integer")):
        (folder / name).write_text(document(kind))
    return render(compared(folder / "old.json", folder / "new.json", "strict"), "html")


PAGES = {
    "report": of_a_run,
    "summary nb": of_a_summary("nb"),
    "summary en": of_a_summary("en"),
    "markdown": of_markdown,
    "self-test": of_a_self_test,
    "drift": of_drift,
}


@pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)
def test_hostile_texts_are_texts(browser, verdict, tmp_path, make):
    path = tmp_path / "page.html"
    path.write_text(make(verdict, tmp_path), encoding="utf-8")

    seen = opened(browser, path.as_uri())

    assert seen == {"asked": [path.as_uri()], "said": [], "ran": False, "policy": True}
    assert path.read_text().count("192.0.2.1") > 1, "the texts must be there"


def test_the_sandboxs_page_without_the_console_runs_nothing(browser, tmp_path):
    with running(tmp_path) as sandbox:
        seen = opened(browser, f"{sandbox.base}/")
        policy = sandbox.http.get(f"{sandbox.base}/").headers["content-security-policy"]

    assert [url for url in seen["asked"] if not url.endswith("/favicon.ico")] == [f"{sandbox.base}/"]
    assert seen["said"] == []
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy


def test_the_console_runs_its_own_script_and_asks_nobody_else(browser, tmp_path):
    with running(tmp_path, "--page") as sandbox:
        seen = opened(browser, f"{sandbox.base}/")
        policy = sandbox.http.get(f"{sandbox.base}/").headers["content-security-policy"]

    assert {url for url in seen["asked"] if not url.startswith(sandbox.base)} == set()
    assert seen["said"] == []
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy


def opened(browser, address: str) -> dict[str, object]:
    """What a page loads and logs as it is opened, whether it ran anything, and whether it has a policy."""
    page = browser.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(address, wait_until="networkidle")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
    scripts = page.locator("script, iframe, base, object, embed, img, form, [onerror], [onload], [onfocus]").count()
    seen = {"asked": asked, "said": said, "ran": page.title() == "ran" or scripts > 0, "policy": policy}
    page.close()
    return seen
