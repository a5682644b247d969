"""An address leads where it seems to lead: a host that can be read as a different one is refused."""

import pytest
from pydantic import ValidationError

from harness.targets.model import Target


def target(address: str) -> Target:
    maskinporten = {"issuer": "https://issuer.example.test/", "client_id": "c", "key": "env:K", "kid": "k"}
    return Target.model_validate(
        {"profile": "test", "maskinporten": maskinporten, "apis": {"x": {"base_url": address, "scope": "s"}}}
    )


@pytest.mark.parametrize(
    "host",
    [
        "api.skatteetaten\uff0eno",
        "api\u3002skatteetaten\u3002no",
        "api\uff61skatteetaten\uff61no",
        "\uff41pi.example.no",
        "api.sk\u0430tteetaten.no",
        "\u24d0pi.example.no",
        "bl\u00e5.example.no",
        "xn--bl-yia.example.no",
        "api.xn--bl-yia.no",
        "API.XN--BL-YIA.no",
        "api%2eexample.no",
        "api\u200b.example.no",
        "2130706433",
        "0x7f.1",
        "127.1",
        "api..example.no",
        "-api.example.no",
        "api example.no",
        "a" * 64 + ".example.no",
    ],
)
def test_a_host_that_may_be_read_as_another_is_refused(host):
    with pytest.raises(ValidationError):
        target(f"https://{host}/v1")


@pytest.mark.parametrize(
    "host",
    [
        "api.example.no",
        "API.Example.no",
        "api-test.sits.no",
        "localhost",
        "127.0.0.1:8080",
        "[::1]:1",
        "host_1.internal",
        "a.b.",
    ],
)
def test_a_plain_host_is_taken(host):
    assert target(f"https://{host}/v1").apis["x"].base_url == f"https://{host}/v1"
