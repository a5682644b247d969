"""Every format of a report, as a whole."""

import json
from html.parser import HTMLParser

import pytest

from harness.drift.flows.documents import compared
from harness.drift.presentation import forms, render

OLD = "{type: object, required: [navn], properties: {navn: {type: string, maxLength: 5}}}"
NEW = "{type: object, required: [navn], properties: {navn: {type: string, maxLength: 3}, <b>: {type: string}}}"


@pytest.fixture
def report(schema_drift):
    from dataclasses import replace

    return replace(schema_drift(OLD, NEW.replace("<b>", "'<b>'")), old="old.yaml", new="new.yaml")


TEXT = """\
old.yaml → new.yaml

breaking max-length-narrowed: POST /boeker request body (application/json): navn: maxLength 5 became 3
  --> #/paths/~1boeker/post/requestBody/content/application~1json/schema/properties/navn/maxLength
   |  old accepts request body {"navn": "aaaa"}
   |  new refuses it: navn: "aaaa" is longer than 3 characters
   =  maxLength: values that were accepted are refused.

compatible property-added: POST /boeker request body (application/json): property <b> added
  --> #/paths/~1boeker/post/requestBody/content/application~1json/schema/properties/<b>
   |  old accepts request body {"navn": "", "<b>": 0}
   |  new refuses it: <b>: 0 is not of type "string"
   =  A property is described that was not described before.

1 breaking, 0 warnings, 1 compatible, 2 with a witness; compared in full; policy strict
"""


def test_text(report):
    assert render(report, "text") == TEXT


def test_json_is_a_contract(report):
    found = json.loads(render(report, "json"))

    assert list(found) == ["schema", "old", "new", "findings", "summary"]
    finding = found["findings"][0]
    assert list(finding) == [
        "id",
        "severity",
        "rule",
        "direction",
        "operation",
        "location",
        "message",
        "witness",
        "requirements",
        "reason",
        "operations",
        "scenarios",
    ]
    assert found["schema"] == 1
    assert (finding["severity"], finding["rule"], finding["operation"]) == (
        "breaking",
        "max-length-narrowed",
        "POST /boeker",
    )
    assert found["summary"]["breaking"] == 1


def test_markdown_can_be_pasted_into_an_issue(report):
    text = render(report, "markdown")

    assert text.startswith("## Drift: 1 breaking, 0 warnings, 1 compatible\n")
    assert '  ```json\n  {\n    "navn": "aaaa"\n  }\n  ```' in text
    assert "property \\<b\\> added" in text


class Loaded(HTMLParser):
    """What a page loads from elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        places = [value for name, value in attributes if name in {"src", "href"}]
        self.found += [(tag, place) for place in places if not place.startswith("#")]


def test_html_is_one_page_that_loads_nothing_and_escapes(report):
    page = render(report, "html")

    parser = Loaded()
    parser.feed(page)
    assert parser.found == []
    assert "property &lt;b&gt; added" in page
    assert "&#34;maxLength&#34;: 5" in page
    assert "&#34;navn&#34;: &#34;aaaa&#34;" in page


def test_sarif_points_at_the_line(schema_drift, tmp_path):
    log = json.loads(render(schema_drift(OLD, NEW), "sarif"))

    (run,) = log["runs"]
    result = run["results"][0]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", "max-length-narrowed", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": str(tmp_path / "new.yaml")}, "region": {"startLine": 3}}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {r["ruleId"] for r in run["results"]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("title", ["Bøker", "\U0001f4da", "\x7f"], ids=ascii)
def test_sarif_points_at_the_line_of_json_in_whatever_encoding(tmp_path, encoding, title):
    """With tabs, and characters beyond 16 bits as two escapes, as most programs write them."""
    for name, most in (("old.json", 9), ("new.json", 5)):
        schema = {"type": "object", "properties": {"navn": {"type": "string", "maxLength": most}}}
        body = {"content": {"application/json": {"schema": schema}}}
        path = {"post": {"requestBody": body, "responses": {"200": {"description": title}}}}
        document = {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": {"/b": path}}
        (tmp_path / name).write_text(json.dumps(document, indent="\t"), encoding=encoding, newline="\r\n")
    lines = (tmp_path / "new.json").read_text(encoding=encoding).splitlines()

    log = json.loads(render(compared(tmp_path / "old.json", tmp_path / "new.json", "strict"), "sarif"))

    (place,) = [each["locations"][0]["physicalLocation"] for each in log["runs"][0]["results"]]
    assert "maxLength" in lines[place["region"]["startLine"] - 1]


def test_a_report_without_findings_says_what_it_rests_on(schema_drift):
    assert render(schema_drift(OLD, OLD), "text").endswith(
        "0 breaking, 0 warnings, 0 compatible; proved equal; policy strict\n"
    )


def test_the_command_knows_every_form():
    from harness.cli.drift import FORMATS

    assert sorted(FORMATS) == forms()
