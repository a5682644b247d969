"""A provestand.toml that cannot be used says so in one line per field: file, line, field, what, and how to fix it."""

# ruff: noqa: E501 - a message is one line

from pathlib import Path

import pytest

from harness.targets.configuration import load_target
from harness.targets.problem import ConfigurationError

GOOD = """\
[targets.pilot]
profile = "test"
proxy = "http://proxy.example:8080"
ca_bundle = "ca.pem"
capabilities = ["mint"]
timeouts = { connect = 5, read = 10, total = 20 }
requests_per_second = 4
request_budget = 100

[targets.pilot.maskinporten]
client_id = "0b9f4c1e"
consumer = "312345676"
consumer_org = "312987651"
key = "env:KEY"
kid = "k"

[targets.pilot.maskinporten.clients.without_scope]
client_id = "other"
key = "file:other.pem"
kid = "o"

[targets.pilot.apis.kravogbetalinger]
organisations = [
    "313367002",
    "311851381",
]
unknown_organisation = "219001002"

[targets.pilot.apis.kravogbetalinger.access.finans]
kind = "consent"
consent_command = ["./print-token", "{organisation}"]

[targets.pilot.apis.kravogbetalinger.access.finans.consents]
"313367002" = "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"

[targets.pilot.apis.kravogbetalinger.access.regnskapssystem]
customers = ["211112220"]
"""
API = "targets.pilot.apis.kravogbetalinger"
FINANS = f"{API}.access.finans"


def written(folder: Path, text: str) -> Path:
    path = folder / "provestand.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problem(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    """The error for a file's text, with the file's folder removed."""
    written(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        load_target("pilot", folder, environ or {})
    return str(caught.value).replace(f"{folder}/", "")


def test_the_profile_fills_in_what_it_knows(tmp_path):
    written(tmp_path, GOOD)

    target = load_target("pilot", tmp_path, {})

    api = target.apis["kravogbetalinger"]
    assert target.maskinporten.issuer == "https://test.maskinporten.no/"
    assert (api.base_url, api.scope, api.access["regnskapssystem"].kind) == (
        "https://kravogbetalinger.api.skatteetaten-test.no/v1",
        "skatteetaten:kravogbetalinger",
        "system_user",
    )


def test_the_old_style_of_addresses_can_be_chosen(tmp_path):
    written(tmp_path, GOOD.replace("unknown_organisation", 'style = "old"\nunknown_organisation'))

    api = load_target("pilot", tmp_path, {}).apis["kravogbetalinger"]

    assert api.base_url == "https://api-test.sits.no/api/innkreving/kravogbetalinger/v1"


def test_files_are_named_from_the_folder_of_the_configuration(tmp_path):
    written(tmp_path, GOOD)
    (tmp_path / "below").mkdir()

    target = load_target("pilot", tmp_path / "below", {})

    assert target.ca_bundle == str(tmp_path / "ca.pem")
    assert target.maskinporten.clients["without_scope"].key == f"file:{tmp_path}/other.pem"


def test_a_further_client_has_the_same_issuer(tmp_path):
    written(tmp_path, GOOD)

    other = load_target("pilot", tmp_path, {}).maskinporten.as_client("without_scope")

    assert (other.issuer, other.client_id, other.consumer_org) == ("https://test.maskinporten.no/", "other", None)


def test_the_environment_overrides(tmp_path):
    written(tmp_path, GOOD)
    environ = {
        "PROVESTAND__MASKINPORTEN__CLIENT_ID": "from the environment",
        "PROVESTAND__APIS__KRAVOGBETALINGER__ORGANISATIONS": '["314961900"]',
        "PROVESTAND__REQUESTS_PER_SECOND": "2.5",
    }

    target = load_target("pilot", tmp_path, environ)

    assert target.maskinporten.client_id == "from the environment"
    assert target.apis["kravogbetalinger"].organisations == ("314961900",)
    assert target.requests_per_second == 2.5


def test_a_wrong_value_of_the_environment_is_told_by_its_name(tmp_path):
    found = problem(tmp_path, GOOD, {"PROVESTAND__MASKINPORTEN__CONSUMER": "12"})

    assert found == (
        "environment variable PROVESTAND__MASKINPORTEN__CONSUMER: maskinporten.consumer: an organisation number has "
        "nine digits. Write it without spaces, in quotes."
    )


WRONG = [
    ('profile = "test"', 'profile = "live"', "2: targets.pilot.profile: it is not one of the allowed values. Use 'sandbox', 'test' or 'prod'."),
    ('"http://proxy.example:8080"', '"http://u:p@proxy.example"', "3: targets.pilot.proxy: an address must not contain a user name or password. Fix it there."),
    ('ca_bundle = "ca.pem"', "ca_bundle = 1", "4: targets.pilot.ca_bundle: input should be a valid string. Fix it there."),
    ('["mint"]', '["Mint it"]', "5: targets.pilot.capabilities.0: string should match pattern '^[a-z][a-z0-9-]*$'. Fix it there."),
    ("connect = 5", "connect = 0", "6: targets.pilot.timeouts.connect: input should be greater than 0. Fix it there."),
    ("connect = 5", "conect = 5", "6: targets.pilot.timeouts.conect: no such field. Did you mean connect?"),
    ("second = 4", 'second = 4\nshare = "1"', "8: targets.pilot.share: write a share of the calls in flight like \"1/5\". Fix it there."),
    ("second = 4", 'second = 4\nshare = "1/6"', "8: targets.pilot.share: a share of 5 calls in flight must be at least one call; use at most 5 shards. Fix it there."),
    ("second = 4", 'second = 4\nshare = "2/1"', "8: targets.pilot.share: a share must be more than 0 and at most 1. Fix it there."),
    ("second = 4", 'second = 4\nlimits = { max_bodi = 1 }', "8: targets.pilot.limits.max_bodi: no such field. Did you mean max_body?"),
    ("second = 4", 'second = 4\nlimits = { max_depth = 101 }', "8: targets.pilot.limits.max_depth: input should be less than or equal to 100. Fix it there."),
    ("second = 4", "second = -1", "7: targets.pilot.requests_per_second: input should be greater than 0. Fix it there."),
    ("budget = 100", "budget = 0.5", "8: targets.pilot.request_budget: input should be a valid integer, got a number with a fractional part. Fix it there."),
    ('client_id = "0b9f4c1e"', "", "10: targets.pilot.maskinporten.client_id: it is missing. Add it, or run `provestand init`."),
    ('client_id = "0b9f4c1e"', 'client_idd = "0b9f4c1e"', "10: targets.pilot.maskinporten.client_id: it is missing. Add it, or run `provestand init`.\n11: targets.pilot.maskinporten.client_idd: no such field. Did you mean client_id?"),
    ('"312345676"', "312345676", "12: targets.pilot.maskinporten.consumer: input should be a valid string. Fix it there."),
    ('"312345676"', '"312 345 676"', "12: targets.pilot.maskinporten.consumer: an organisation number has nine digits. Write it without spaces, in quotes."),
    ('"312345676"', '"312345677"', "12: targets.pilot.maskinporten.consumer: 312345677 has a wrong check digit. Compare it with the register."),
    ('"312987651"', '"31298765"', "13: targets.pilot.maskinporten.consumer_org: an organisation number has nine digits. Write it without spaces, in quotes."),
    ('"env:KEY"', '"-----BEGIN PRIVATE KEY-----"', "14: targets.pilot.maskinporten.key: secrets are never written in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME. Fix it there."),
    ('"env:KEY"', '"file:"', "14: targets.pilot.maskinporten.key: secrets are never written in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME. Fix it there."),
    ('"env:KEY"', '"keyring:pilot"', "14: targets.pilot.maskinporten.key: a keyring entry has a service and a name: write keyring:SERVICE/NAME. Fix it there."),
    ('"env:KEY"', '"keyring:/pilot"', "14: targets.pilot.maskinporten.key: a keyring entry has a service and a name: write keyring:SERVICE/NAME. Fix it there."),
    ('"env:KEY"', '"env:${KEY}"', "14: targets.pilot.maskinporten.key: env: must be followed by a variable's name without $, quotes or spaces: write env:NAME. Fix it there."),
    ('"env:KEY"', '"generated"', "14: targets.pilot.maskinporten.key: no issuer knows a generated key without `registration`. Use env:NAME or file:PATH."),
    ('kid = "k"', 'kid = ""', "15: targets.pilot.maskinporten.kid: string should have at least 1 character. Fix it there."),
    ('key = "file:other.pem"', "", "17: targets.pilot.maskinporten.clients.without_scope.key: it is missing. Add it, or run `provestand init`."),
    ("consumer =", 'issuer = "test.maskinporten.no"\nconsumer =', "12: targets.pilot.maskinporten.issuer: an address must begin with https:// and name a host. Fix it there."),
    ("consumer =", 'issuer = "https://maskinporten.no/"\nconsumer =', "12: targets.pilot.maskinporten.issuer: https://maskinporten.no/ is production, and the profile is `test`. Use the address of the test environment."),
    ("consumer =", 'issuer = "http://issuer.example/"\nconsumer =', "12: targets.pilot.maskinporten.issuer: a token would be sent unencrypted. Use an https:// address, or profile = \"sandbox\" for a service on this machine."),
    ("consumer =", 'issuer = "HTTP://localhost:8080/"\nconsumer =', "12: targets.pilot.maskinporten.issuer: a token would be sent unencrypted. Use an https:// address, or profile = \"sandbox\" for a service on this machine."),
    ("unknown_", 'base_url = "https://api.skatteetaten.no/v1"\nunknown_', "27: targets.pilot.apis.kravogbetalinger.base_url: https://api.skatteetaten.no/v1 is production, and the profile is `test`. Use the address of the test environment."),
    ("unknown_", 'style = "newest"\nunknown_', "27: targets.pilot.apis.kravogbetalinger.style: it is not one of the allowed values. Use 'new' or 'old'."),
    ('"311851381"', '"987654325"', "23: targets.pilot.apis.kravogbetalinger.organisations: 987654325 is not a synthetic organisation (first digit 2 or 3, valid check digit). Choose one from Tenor."),
    ('"219001002"', '"219001003"', "27: targets.pilot.apis.kravogbetalinger.unknown_organisation: 219001003 is not a synthetic organisation (first digit 2 or 3, valid check digit). Choose one from Tenor."),
    ('"219001002"', '"311851381"', f"27: {API}.unknown_organisation: 311851381 is an organisation of this target; this field needs one that nobody has. Name another number, or remove it."),
    ("unknown_", 'ungranted_consumer = "312345676"\nunknown_', f"27: {API}.ungranted_consumer: 312345676 is the client's own organisation, which was granted the API. Name another number, or remove it."),
    ("unknown_", 'scope = "a:b"\nother_scope = "c:d a:b"\nunknown_', f"28: {API}.other_scope: this is the API's own scope; this field needs the scope of another API. Name another scope, or remove it."),
    ('customers = [', 'customers_without_rights = ["211112220"]\ncustomers = [', f"37: {API}.access.regnskapssystem.customers_without_rights: 211112220 is among `customers`, whose system users have the right. Remove it from one of the two."),
    ('kind = "consent"', 'kind = "consent"\nother_consents = { "313367002" = "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10" }', f"31: {FINANS}.other_consents.313367002: this is the consent for this API; this field needs one for another resource. Name another consent, or remove it."),
    ('"219001002"', '"219001002"\nparties = { saksoekt = "10828697949", enk = "10828697949" }', f"28: {API}.parties.enk: 10828697949 is also saksoekt; each role needs a different party. Name another number, or remove one of the two."),
    ('kind = "consent"', 'kind = "samtykke"', f"30: {FINANS}.kind: it is not one of the allowed values. Use 'consent', 'system_user' or 'token'."),
    ('["./print-token", "{organisation}"]', '"./print-token"', f"31: {FINANS}.consent_command: input should be a valid tuple. Fix it there."),
    ('"313367002" = ', '"912345678" = ', f"34: {FINANS}.consents.912345678: 912345678 is not a synthetic organisation (first digit 2 or 3, valid check digit). Choose one from Tenor."),
    ('["211112220"]', '["2111"]', "37: targets.pilot.apis.kravogbetalinger.access.regnskapssystem.customers.0: an organisation number has nine digits. Write it without spaces, in quotes."),
    ('profile = "test"', 'profile = "sandbox"', "10: targets.pilot.maskinporten.issuer: it is missing. Add it, or run `provestand init`.\n22: targets.pilot.apis.kravogbetalinger.base_url: it is missing. Add it, or run `provestand init`."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "expected"), WRONG)
def test_a_wrong_field_is_told_with_its_line(tmp_path, right, wrong, expected):
    assert right in GOOD

    found = problem(tmp_path, GOOD.replace(right, wrong, 1))

    assert found.replace("provestand.toml:", "") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[targets.pilot\n", "provestand.toml:1: it is not valid TOML (expected ']' at the end of a table declaration). Fix the syntax there."),
        ('[targets.pilot]\nprofile = "test\n', "provestand.toml:2: it is not valid TOML (illegal character '\\n'). Fix the syntax there."),
        ("[target.pilot]\n", "provestand.toml:1: target: no such table. Targets are written as [targets.NAME]."),
        ("", "provestand.toml: it has no [targets.NAME] table. Add one, or run `provestand init`."),
        ("[targets]\npilot = 1\n", "provestand.toml:2: targets.pilot: it is not a table. Write [targets.pilot] above its fields."),
        ("[targets.pillot]\n", "provestand.toml: there is no target 'pilot'. Did you mean 'pillot'?"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


PROD = """\
[targets.pilot]
profile = "prod"
[targets.pilot.maskinporten]
client_id = "x"
consumer = "312345676"
key = "env:KEY"
[targets.pilot.apis.kravogbetalinger]
organisations = ["312345676"]
access.regnskapssystem.customers = ["312345676"]
"""


def test_production_is_asked_about_the_own_organisation(tmp_path):
    written(tmp_path, PROD)

    target = load_target("pilot", tmp_path, {})

    assert target.apis["kravogbetalinger"].base_url == "https://kravogbetalinger.api.skatteetaten.no/v1"


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ('= ["312345676"]', '= ["312987651"]', "8: targets.pilot.apis.kravogbetalinger.organisations: 312987651 is not your own organisation. Remove it: this is production."),
        ('consumer = "312345676"\n', 'consumer_org = "312345676"\n', "3: targets.pilot.maskinporten.consumer: it is missing; production may be asked only about your own organisation. Add your organisation number."),
        ("organisations", 'base_url = "https://x.api.skatteetaten-test.no/v1"\norganisations', "8: targets.pilot.apis.kravogbetalinger.base_url: https://x.api.skatteetaten-test.no/v1 is the test environment, and the profile is `prod`. Use profile = \"test\"."),
    ],
)  # fmt: skip
def test_production_is_asked_about_nothing_else(tmp_path, right, wrong, expected):
    assert problem(tmp_path, PROD.replace(right, wrong, 1)).replace("provestand.toml:", "") == expected


def test_a_sandbox_is_on_this_machine(tmp_path):
    text = PROD.replace('"prod"', '"sandbox"').replace("consumer", 'issuer = "http://127.0.0.1:1/"\nconsumer')

    found = problem(tmp_path, text.replace("organisations", 'base_url = "http://10.0.0.1/v1"\norganisations'))

    assert found.splitlines()[0] == (
        "provestand.toml:9: targets.pilot.apis.kravogbetalinger.base_url: http://10.0.0.1/v1 is not a loopback "
        "address, "
        'and the profile is `sandbox`. Use profile = "test" for a real target.'
    )


@pytest.mark.parametrize(("share", "calls"), [("1/5", 1), ("2/5", 2), ("1/2", 2), ("3/4", 3), ("1/1", 5), ("5/5", 5)])
def test_a_share_is_so_many_calls_in_flight(tmp_path, share, calls):
    written(tmp_path, GOOD.replace('profile = "test"', f'profile = "test"\nshare = "{share}"', 1))

    assert load_target("pilot", tmp_path, {}).in_flight == calls


def test_an_answer_has_limits_that_a_target_may_set(tmp_path):
    written(tmp_path, GOOD.replace('profile = "test"', 'profile = "test"\nlimits = { max_body = 1000000 }', 1))

    limits = load_target("pilot", tmp_path, {}).limits

    assert (limits.max_body, limits.max_headers, limits.max_depth, limits.max_values) == (
        1_000_000,
        1_000,
        100,
        250_000,
    )


def test_a_home_that_nobody_has_is_a_folder_that_is_not_there(tmp_path):
    """`~` of a user that the system does not know: opening the file reports that it is missing."""
    path = written(
        tmp_path, GOOD.replace('"file:other.pem"', '"file:~nobody-here/k.pem"').replace("ca.pem", "~nobody-here/ca.pem")
    )

    target = load_target("pilot", path.parent, {})

    assert target.maskinporten.clients["without_scope"].key == f"file:{tmp_path}/~nobody-here/k.pem"
    assert target.ca_bundle == f"{tmp_path}/~nobody-here/ca.pem"
