"""Replacements that somebody wrote into a recording are recognised; the service's own values stay."""

import pytest

from harness.suite.traffic import TAKEN_OUT


@pytest.mark.parametrize(
    "written",
    [
        "***", "####", "[REDACTED]", "<redacted>", "***REDACTED***", "(removed)", "__MASKED__", "Sladdet", "fjernet",
        "●●●●", "anonymised", "11111111-1111-1111-1111-111111111111",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ['{"navn": "%s"}', "<navn>%s</navn>"])
def test_what_is_in_place_of_a_value_is_left_out(around, written):
    assert TAKEN_OUT.sub(b"-", (around % written).encode()) == (around % "-").encode()


def test_what_xml_escapes_is_the_same():
    assert TAKEN_OUT.sub(b"-", b"<navn>&lt;redacted&gt;</navn>") == b"<navn>-</navn>"


@pytest.mark.parametrize(
    "value", ["Hidden Valley AS", "*****1234", "xxxxxxxxxxx", "**", "2f7dcded-fa20-4685-977e-803dec287d18", ""]
)
def test_what_a_service_writes_stays(value):
    body = f'{{"navn": "{value}"}}'.encode()

    assert TAKEN_OUT.sub(b"-", body) == body
