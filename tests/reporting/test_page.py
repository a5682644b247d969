"""Everybody can read report.html, and it says what the verdict says."""

import datetime
import re
from itertools import pairwise

import pytest
from lxml import html

from harness.reporting.page import page
from harness.verdict.conclusion import conclude
from harness.verdict.model import Environment, Surface
from harness.verdict.outcome import Finding, Observed, Outcome, Sample
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
NASTY = '<script>alert("x")</script> & <b>'


@pytest.fixture
def told(contract):
    """The page of a run that contains something of everything."""
    findings = [
        Finding(
            "KODE-1", "c", "a", f"a {NASTY}", f"no {NASTY}", "boeker", "313367002", "5f0c9e", "GET https://x.test/a"
        ),
        Finding("KODE-1", "c", "b", "an x", "a y", "hyller"),
        Finding("charset_utf8", "c", "a", "utf-8", "latin-1", "boeker"),
    ]
    outcomes = [
        Outcome("s1", "boeker", ("KODE-1",), "deviations", findings=findings, kodes={"BOK-001 401": 2, "BOK-9 404": 1}),
        Outcome("s2", "boeker", ("KODE-2",), "not_testable", "no consent here", calls={"313367002": 3}),
        Outcome("s3", "boeker", ("status_documented",), observations=[Observed("status_documented", "How?", "so")]),
        Outcome("s4", "boeker", ("body_well_formed",), samples=[Sample("boeker", "GET x", 200, "", "77aa", "2026")]),
        Outcome("s5", "boeker", ("error_code_known",), "error", "no answer from the network"),
    ]
    waivers = (
        Waiver(name="w1", reason="known", owner="Ola", expires=THEN.date(), requirement="charset_utf8", operation="*"),
        Waiver(name="w2", reason="old", owner="Kari", expires=datetime.date(2025, 1, 1), fingerprint="0" * 16),
    )
    surface = Surface(api="boeker", base_url="https://api.example.test/v1", access={"fag": "token"})
    around = Circumstances(
        "prøve",
        7,
        THEN,
        THEN,
        "provestand run",
        (),
        waivers,
        Environment(profile="test", issuer="https://i.test", apis=[surface]),
    )
    verdict = conclude(outcomes, [contract], around)
    drift = {"severity": "warning", "rule": "enum-value", "operation": "boeker", "location": "$.x", "message": "new"}
    return page(verdict.model_copy(update={"observed_drift": [drift]}), [contract])


@pytest.fixture
def tree(told):
    return html.document_fromstring(told)


def test_what_only_a_person_says_is_shown_as_attested(contract):
    outcome = Outcome("s1", "boeker", ("KODE-1",), attested=True)
    told = page(conclude([outcome], [contract], Circumstances("x", 1, THEN, THEN, "provestand client")), [contract])

    [row] = html.document_fromstring(told).xpath("//tr[@id='KODE-1']")
    assert "✓ passed" in row.text_content()
    assert "Attested by a person" in row.text_content()
    assert "Not judged" not in row.text_content()


def test_it_needs_no_script_and_nothing_from_elsewhere(tree):
    assert tree.xpath("//script | //link | //img | //iframe | //@onclick") == []
    assert "url(" not in tree.xpath("string(//style)")


def test_what_a_server_sent_is_shown_as_text(tree):
    assert f"no {NASTY}" in tree.xpath("//dd[@class='actual']/text()")


def test_every_requirement_stands_in_the_matrix_with_its_status(tree, contract):
    rows = {row.get("id"): row for row in tree.xpath("//tr[@id]")}

    assert set(contract.active) <= set(rows)
    assert [" ".join(rows[key].xpath(".//span[contains(@class, 'mark')]")[0].text_content().split()) for key in
            ("KODE-1", "KODE-2", "charset_utf8", "status_documented", "body_well_formed")] == [
        "✗ failed", "· not testable", "~ waived", "✓ passed", "✓ passed"]  # fmt: skip
    assert "no consent here" in rows["KODE-2"].text_content()
    assert "77aa" in rows["body_well_formed"].text_content()


@pytest.mark.parametrize(
    "words",
    [
        "1 requirement of level must is broken",
        "provestand run --requirement KODE-1",
        "5f0c9e",
        "BOK-9",
        "Not in the catalogue.",
        "not seen",
        "no answer from the network",
        "enum-value",
        "https://api.example.test/v1",
        "w1",
        "expired",
        "Ola",
    ],
)
def test_it_says(tree, words):
    assert words in " ".join(tree.text_content().split())


def test_every_link_within_the_page_leads_somewhere(tree):
    targets = {link.removeprefix("#") for link in tree.xpath("//a/@href") if link.startswith("#")}

    assert targets - set(tree.xpath("//@id")) == set()


def test_it_can_be_heard_and_walked_by_keyboard(tree):
    assert tree.get("lang") == "en"
    assert tree.xpath("//a[@class='skip']/@href") == ["#content"]
    assert tree.xpath("//thead//th[not(@scope)] | //tbody//th[not(@scope)]") == []
    assert tree.xpath("//ul[contains(@class, 'tiles')]//a[not(@aria-label)]") == []
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


PAIR = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_words_stand_out_from_their_ground(told, scheme):
    """WCAG 2.2 AA requires a contrast of 4.5 between a text and its background."""
    blocks = re.findall(r":root \{(.*?)\}", told, re.DOTALL)
    colours = dict(PAIR.findall(blocks[scheme]))
    pairs = [(name, f"{name}-tint") for name in ("passed", "failed", "waived", "observed", "not_run", "not_testable")]
    pairs += [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "ground")]

    weak = [(ink, ground) for ink, ground in pairs if contrast(colours[ink], colours[ground]) < 4.5]

    assert weak == []


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
