"""The pages as a reader sees them: in light mode, dark mode and print, on a desktop and on a telephone."""

import json
import shutil

import pytest

from tests import prepared


@pytest.fixture(scope="module")
def pages(failed_run, tmp_path_factory):
    folder = shutil.copytree(failed_run, tmp_path_factory.mktemp("pages") / "out")
    for language in ("nb", "en"):
        prepared.run("report", folder, "--summary", language).check_returncode()
    return folder


@pytest.mark.parametrize("name", ["report.html", "summary.nb.html", "summary.en.html"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_fits_and_asks_nobody_for_anything(browser, pages, name, width):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((pages / name).as_uri())
    client = context.new_cdp_session(page)

    size = client.send("Page.getLayoutMetrics")["cssContentSize"]

    assert size["width"] <= width
    assert asked == [(pages / name).as_uri()]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_verdict_is_what_one_sees_first(browser, pages, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto((pages / "report.html").as_uri())

    word = page.get_by_role("heading", level=1)

    assert word.inner_text().startswith("Not conformant: 3 deviations")
    box = word.bounding_box()
    assert box["y"] + box["height"] < 300
    page.close()


def test_a_tile_leads_to_its_requirement_by_keyboard(browser, pages):
    page = browser.new_page()
    page.goto((pages / "report.html").as_uri())
    page.get_by_role("link", name="KOB-CODE-004: failed").focus()

    page.keyboard.press("Enter")

    assert page.url.endswith("#KOB-CODE-004")
    assert page.locator("tr:target").inner_text().startswith("KOB-CODE-004")
    page.close()


@pytest.mark.parametrize("name", ["report.html", "summary.nb.html"])
def test_it_prints_on_few_pages(browser, pages, name):
    """At most one page for five requirements, with everything that is said about them."""
    requirements = len(json.loads((pages / "verdict.json").read_text())["requirements"])
    page = browser.new_page()
    page.goto((pages / name).as_uri())

    pdf = page.pdf(format="A4", prefer_css_page_size=True)

    assert 2 <= pdf.count(b"/Type /Page\n") <= requirements / 5
    page.close()
