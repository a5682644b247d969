"""The summary answers every point of step 5 of the vendor checklist, with evidence, in either language."""

import datetime
import re

import pytest
from lxml import html

from harness.contract.pinned import api_names, contract_of
from harness.reporting.summary import as_html, id_ranges, summary
from harness.targets.vendor import Vendor
from harness.verdict.conclusion import conclude
from harness.verdict.model import Environment, Surface, read_verdict
from harness.verdict.outcome import Finding, Outcome, Sample
from harness.verdict.results import contracts_of
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, 12, 30, tzinfo=datetime.UTC)
VENDOR = Vendor(name="Eksempel Fordring AS", organisation="312345676", system="Krediti", version="4.2", contact="Kari")


@pytest.fixture
def verdict(contract):
    findings = [Finding("KODE-1", "c", "a", "a | b", "<b>bold</b> `x` 13889998787", "boeker", korrelasjonsid="5f0c9e")]
    outcomes = [
        Outcome("s1", "boeker", ("KODE-1",), "deviations", findings=findings, calls={"313367002": 2}, requests=2),
        Outcome("s2", "boeker", ("KODE-2",), "not_testable", "no consent here"),
        Outcome(
            "s3",
            "boeker",
            ("body_well_formed",),
            samples=[Sample("boeker", "GET x", 200, "", "77aa", "2026-01-01T12:30:01+00:00")],
            calls={"983971636": 1},
        ),
    ]
    waiver = Waiver(name="w1", reason="known", owner="Ola", expires=THEN.date(), requirement="KODE-1", operation="*")
    surface = Surface(api="boeker", base_url="https://api.example.test/v1", access={"fag": "system_user"})
    environment = Environment(profile="test", issuer="https://i.test/", consumer="312345676", apis=[surface])
    around = Circumstances("prøve", 7, THEN, THEN, "provestand run", (), (waiver,), environment)
    return conclude(outcomes, [contract], around)


@pytest.fixture(params=["nb", "en"])
def told(request, verdict, contract):
    return summary(verdict, [contract], VENDOR, request.param)


@pytest.mark.parametrize(
    "fact",
    [
        "Eksempel Fordring AS",
        "312345676",
        "Krediti",
        "4.2",
        "`https://api.example.test/v1`",
        "2026-01-01 12:30:00",
        "KODE-1",
        "`5f0c9e`",
        "`77aa`",
        "no consent here",
        "BOK-002",
        "w1",
        "Ola",
        "**Disse organisasjonsnumrene har ikke syntetisk form: 983971636.**"
        "|**These organisation numbers do not have a synthetic form: 983971636.**",
    ],
)
def test_it_says(told, fact):
    assert any(words in told for words in (fact.split("|") if fact.startswith("**") else [fact]))


def test_the_specification_is_named_by_its_whole_digest(told, contract):
    assert contract.sha256 in told


def test_every_point_of_step_5_has_an_answer_and_evidence(run_command, healthy_run, failed_run):
    """The flow, error handling, validation, correct responses, logged, summarised, documented."""
    for folder in (healthy_run, failed_run):
        verdict = read_verdict(folder)
        told = summary(verdict, contracts_of(verdict.specs), VENDOR, "nb")
        rows = rows_of(told.partition("## 3.")[2].partition("## 4.")[0])
        evidence = rows_of(told.partition("### A.")[2].partition("### B.")[0])
        for point in ("Full flyt: innsending eller oppslag", "Feilhåndtering", "Validering", "Riktige svar"):
            assert re.match(r"Ja$|Delvis \(\d+ av \d+\)$|Nei, se avvikene i vedlegg E", rows[point][1])
            assert re.match(r"KOB-[A-Z]+-\d{3}", evidence[point][2])
            assert re.search(r"korrelasjonsid `[0-9a-f-]{36}`", evidence[point][3])
        assert {"Logg testen", "Oppsummer testen", "Dokumenter integrasjon og test"} <= set(rows)


def rows_of(chapter: str) -> dict[str, list[str]]:
    """The cells of a table's rows, by the first cell."""
    rows = [row.removeprefix("| ").split(" | ") for row in chapter.splitlines() if row.startswith("| ")]
    return {row[0]: row for row in rows}


ENGLISH = re.compile(
    r"\b(the|of|and|was|were|with|not|which|that|this|from|answers?|must|should|breaking|requirements?|error)\b", re.I
)


def test_in_norwegian_whatever_is_english_is_a_quotation(healthy_run, failed_run):
    for folder in (healthy_run, failed_run):
        verdict = read_verdict(folder)
        told = summary(verdict, contracts_of(verdict.specs), VENDOR, "nb")
        ours = re.sub(r"«[^»]*»|`[^`]*`|\b[A-Z]+(-[A-Z]+)+-\d{3}", "", told)

        assert [line for line in ours.splitlines() if ENGLISH.search(line)] == []


def test_an_api_goes_by_its_name(healthy_run):
    verdict = read_verdict(healthy_run)
    told = summary(verdict, contracts_of(verdict.specs), VENDOR, "nb")

    assert "kravogbetalinger" not in re.sub(r"`[^`]*`", "", told)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_what_comes_before_the_appendix_fits_two_pages(language, healthy_run, failed_run, browser):
    """However many failures there are, a reader at Skatteetaten reads two pages, and looks up the rest."""
    for folder in (healthy_run, failed_run):
        verdict = read_verdict(folder)
        told = summary(verdict, contracts_of(verdict.specs), VENDOR, language)
        page = browser.new_page()
        page.set_content(as_html(told.partition("\n---\n")[0], language))

        assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") <= 2
        page.close()


@pytest.mark.parametrize("api", api_names())
def test_each_theme_that_has_a_norwegian_name_is_there(api):
    contract = contract_of(api)

    assert contract.checklist.bokmaal.keys() <= {requirement.theme for requirement in contract.active.values()}


def test_it_says_that_a_sandbox_is_none_of_skatteetaten(healthy_run):
    verdict = read_verdict(healthy_run)

    assert "ikke mot Skatteetatens testmiljø" in summary(verdict, contracts_of(verdict.specs), VENDOR, "nb")


def test_no_identity_number_stands_in_it(told):
    assert "13889998787" not in told
    assert "[redacted]" in told


def test_what_a_server_sent_breaks_neither_table_nor_page(told):
    tree = html.document_fromstring(as_html(told, "nb"))

    tables = tree.xpath("//table[.//td[contains(., 'bold')]]")
    rows = {len(row.xpath("./td | ./th")) for table in tables for row in table.xpath(".//tr")}
    assert tree.xpath("//td//b | //script | //th[not(normalize-space())]") == []
    assert any("<b>bold</b> `x`" in cell.text_content() for cell in tree.xpath("//td"))
    assert rows <= {4, 6, 8}


def test_what_is_not_known_is_left_to_fill_in(verdict, contract):
    told = summary(verdict, [contract], Vendor(), "en")

    assert "| Vendor | ______________________ |" in told
    assert "| Document integration and test | To be filled in by the vendor |" in told


@pytest.mark.parametrize("api", api_names())
def test_the_checklist_of_an_api_names_themes_that_it_has(api):
    themes = {requirement.theme for requirement in contract_of(api).active.values()}

    named = [theme for themes_of_point in contract_of(api).checklist.themes.values() for theme in themes_of_point]
    assert sorted(set(named)) == sorted(named)
    assert set(named) <= themes


def test_runs_of_ids_are_drawn_together():
    ids = ["A-001", "A-002", "A-003", "A-005", "B-006", "B-X"]

    assert id_ranges(ids) == "A-001–003, A-005, B-006, B-X"
