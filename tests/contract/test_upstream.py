"""SwaggerHub's addresses and its list of versions."""

import pytest

from harness.contract.upstream import address, is_newer, newest

DOCUMENT = "https://api.swaggerhub.com/apis/skatteetaten/utleggsbegjaering-api/3.0.0?resolved=true"


@pytest.mark.parametrize(
    "url",
    [
        "https://app.swaggerhub.com/apis/skatteetaten/utleggsbegjaering-api/3.0.0",
        "https://app.swaggerhub.com/apis-docs/skatteetaten/utleggsbegjaering-api/3.0.0#/",
        "https://api.swaggerhub.com/apis/skatteetaten/utleggsbegjaering-api/3.0.0",
        "https://api.swaggerhub.com/apis/skatteetaten/utleggsbegjaering-api/3.0.0/swagger.yaml?resolved=false",
        DOCUMENT,
    ],
)
def test_every_address_of_a_document_leads_to_the_document(url):
    assert address(url) == DOCUMENT


def test_other_addresses_are_taken_as_they_are():
    assert address("https://example.test/apis/a/b/1") == "https://example.test/apis/a/b/1"


def test_the_newest_version_is_found_by_number():
    listing = {
        "apis": [
            {"properties": [{"type": "Swagger", "url": "x"}, {"type": "X-Version", "value": version}]}
            for version in ("1.9.0", "1.10.0", "1.10.0-SNAPSHOT", "1.2.0")
        ]
    }

    assert newest(listing) == "1.10.0"
    assert newest({}) == ""
    assert is_newer("1.10.0", "1.9.9")
    assert not is_newer("1.0.0-SNAPSHOT", "1.0.0")
