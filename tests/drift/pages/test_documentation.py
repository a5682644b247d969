"""A page's tables and lists, compared with the catalogue and the known test organisations."""

import pytest

from harness.drift.pages.documentation import UnreadablePageError, documented, read_page

PAGE = """
# Bøker

| Feilkode | HTTP-status | Feilområde |
|----------|-------------|------------|
| BOK-001  | 401         | Autentisering |
| `BOK-003` | **404 Not Found** | Ukjent hylle |

| Organisasjon |
|---|
| 313367002 |

* 212 201 782
* see https://api.example.test/v1/finans/310478717/krav, and 123456789, which is no organisation

```
{"partIdentifikator": "311851381"}
```
"""
KNOWN = """
["313367002"]
current = true

["314961900"]
current = true

["310478717"]
current = false
"""


def found(tmp_path, contract, text=PAGE):
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    (tmp_path / "organisations.toml").write_text(KNOWN)
    findings = documented(read_page(tmp_path / "page.md"), contract, tmp_path / "organisations.toml")
    return [(finding.rule, finding.message) for finding in findings]


def test_codes_and_organisations_that_came_and_went(tmp_path, contract):
    assert found(tmp_path, contract) == [
        ("error-code-new", "BOK-003 with 404 is not in errors.toml"),
        ("error-code-gone", "BOK-002 is not on the page"),
        ("organisation-new", "test organisation 212201782 is not known here"),
        ("organisation-gone", "test organisation 314961900 is not on the page's list"),
    ]


def test_a_code_with_another_status(tmp_path, contract):
    page = "<table><tr><th>Kode</th><th>HTTP</th></tr><tr><td>BOK-001</td><td>403</td></tr>"
    page += "<tr><td><code>BOK-002</code></td><td>404</td></tr></table>"

    assert found(tmp_path, contract, page) == [
        ("error-code-status-changed", "BOK-001 has 403 on the page and 401 in errors.toml"),
    ]


def test_a_page_about_other_codes_says_nothing_of_ours(tmp_path, contract):
    assert found(tmp_path, contract, "| DAS-001 | 500 |\n") == [
        ("error-code-new", "DAS-001 with 500 is not in errors.toml"),
    ]


def test_a_page_with_nothing_to_compare_is_refused(tmp_path, contract):
    with pytest.raises(UnreadablePageError, match="it has neither a table of error codes nor test organisations"):
        found(tmp_path, contract, "# Nothing\n")
