"""A run says within seconds that nothing can be judged, why, and what to do; and it never judges another API."""

import ssl
import subprocess
import tomllib

import pytest
import tomli_w
import trustme

from tests import prepared
from tests.e2e.conftest import run
from tests.troubled import (  # noqa: F401 - two are fixtures
    TroubledProxy,
    _shared_behind,
    answer,
    behind,
    closed_port,
    hang_up,
    on,
    pass_on,
)

KOB, ELAN = "kravogbetalinger", "utleggsbegjaering"
FEW = ("--requirement", "KOB-MODEL-003", "--requirement", "ELAN-HTTP-002")
DOCTOR = "`provestand doctor --target "


@pytest.fixture
def target(behind, tmp_path):  # noqa: F811
    """Writes a target file with something changed."""

    def written(change):
        content = tomllib.loads(behind.target_file.read_text())
        change(content["targets"]["sandbox"])
        file = tmp_path / "target.toml"
        file.write_text(tomli_w.dumps(content))
        return file

    return written


def exchange_addresses(target):
    one, other = target["apis"][KOB], target["apis"][ELAN]
    one["base_url"], other["base_url"] = other["base_url"], one["base_url"]


def address_of_the_other(target):
    target["apis"][KOB]["base_url"] = target["apis"][ELAN]["base_url"]


def everywhere(change):
    def of_all(target):
        for api in target["apis"].values():
            api["base_url"] = change(api["base_url"])

    return of_all


NO_CLIENT = "0b9f4c1e-2d34-4a55-8f60-7a1b2c3d4e5f"
WRONG = {
    "the addresses exchanged": (exchange_addresses, f"base_url of {KOB} answers like {ELAN}"),
    "the address of the other": (address_of_the_other, "are the two swapped?"),
    "nobody listens": (everywhere(lambda url: f"http://127.0.0.1:{closed_port()}/v1"), "the connection was refused"),
    "TLS to a plain port": (everywhere(lambda url: url.replace("http:", "https:")), "the port speaks plain HTTP"),
    "a dead proxy": (lambda t: t.update(proxy=f"http://127.0.0.1:{closed_port()}"), "the proxy 127.0.0.1:"),
    "an unknown client": (
        lambda t: t["maskinporten"].update(client_id=NO_CLIENT),
        "MP-100",
    ),
    "an API as issuer": (
        lambda t: t["maskinporten"].update(issuer=t["apis"][KOB]["base_url"]),
        f"`issuer` is the address of the API {KOB}",
    ),
}


@pytest.mark.by_day(2)
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_in_the_way_is_named_before_anything_is_judged(target, tmp_path, wrong):
    change, said = WRONG[wrong]
    file = target(change)

    finished = run(tmp_path / "out", "--target", str(file), *FEW)

    assert finished.code == 3
    assert said in finished.stderr
    assert "  why: " in finished.stderr
    assert "  fix: " in finished.stderr
    assert f"{DOCTOR}{file}`" in finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr
    verdict = finished.verdict
    assert (verdict["verdict"], verdict["deviations"], verdict["counts"]["scenarios"]) == ("inconclusive", [], 0)


def test_where_nobody_answers_host_and_port_are_named(target, tmp_path):
    port = closed_port()
    file = target(everywhere(lambda url: f"http://127.0.0.1:{port}/v1"))

    finished = run(tmp_path / "out", "--target", str(file), *FEW)
    doctor = _provestand("doctor", "--target", str(file))

    for said in (finished.stderr, doctor.stdout):
        assert f"127.0.0.1:{port}: the connection was refused" in said
        assert " fix: " in said


def test_plain_http_to_a_tls_port_is_told_as_that(target, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    proxy = TroubledProxy(tls=context)

    file = target(everywhere(lambda url: f"http://127.0.0.1:{proxy.port}/v1"))
    finished = run(tmp_path / "out", "--target", str(file), *FEW)
    proxy.close()

    assert finished.code == 3
    assert "the port speaks TLS, and the address begins with http://" in finished.stderr


def test_an_issuer_of_openid_connect_alone_is_told_as_that(behind, tmp_path):  # noqa: F811
    known = b'{"issuer": "https://idporten.example.test", "authorization_endpoint": "x"}'

    def plan(asked):
        if "openid-configuration" in asked.path:
            return answer(200, known)
        return answer(404, b"{}") if ".well-known" in asked.path else pass_on

    behind.proxy.plan = plan
    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    assert finished.code == 3
    assert "only OpenID Connect metadata" in finished.stderr


def test_one_flaky_answer_keeps_nobody_from_a_run(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = on(f"/{KOB}/v1", hang_up, first=1)

    assert run(tmp_path / "out", "--target", str(behind.target_file), *FEW).code == 0


def test_a_refusal_of_everything_is_no_sign_of_another_api(behind, tmp_path):  # noqa: F811
    """The other's harmless call is refused with 400 if it is let in: not every 400 is the other API."""
    behind.proxy.plan = on(f"/{KOB}/v1", answer(400, b'{"message": "Bad Request"}'))

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    assert finished.code == 3
    assert f"{KOB}: no way in is open" in finished.stderr
    assert "exchanged" not in finished.stderr


ODD = {
    "status 999": answer(999, b"{}"),
    "status 204": answer(204, b"", ""),
    "status 299": answer(299, b"{}"),
    "status 418": answer(418, b'{"message": "teapot"}'),
    "a health check": answer(200, b"OK", "text/plain"),
    "status 400 of a load balancer": answer(400, b"Bad Request", "text/plain"),
    "status 422": answer(422, b"{}"),
    "status 500 as a page": answer(500, b"<html>Internal Server Error</html>", "text/html"),
    "status 500 as JSON": answer(500, b'{"status": 500, "error": "Internal Server Error"}'),
}
FEW_ODD, NIGHTLY = {"status 999", "status 500 as a page"}, pytest.mark.nightly


@pytest.mark.by_day(2)
@pytest.mark.parametrize("api", [f"/{KOB}/v1", f"/api/{ELAN}"])
@pytest.mark.parametrize("odd", [name if name in FEW_ODD else pytest.param(name, marks=NIGHTLY) for name in ODD])
def test_what_answers_alike_whatever_is_asked_is_not_judged(behind, tmp_path, odd, api):  # noqa: F811
    behind.proxy.plan = on(api, ODD[odd])

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--api", KOB if KOB in api else ELAN)

    verdict = finished.verdict
    assert (finished.code, verdict["deviations"], verdict["counts"]["scenarios"]) == (3, [], 0)
    assert "no way in is open" in finished.stderr
    assert "  fix: " in finished.stderr


def test_a_server_error_over_a_broken_body_alone_is_judged(behind, tmp_path):  # noqa: F811
    """The preflight's own call has a body that is not JSON: a service that fails on it has still let us in."""
    broken = answer(500, b"<html>Internal Server Error</html>", "text/html")
    behind.proxy.plan = lambda asked: broken if asked.body[:1] == b"{" and asked.body[-1:] != b"}" else pass_on

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--requirement", "ELAN-HTTP-005")

    assert (finished.code, set(finished.failed)) == (1, {"ELAN-HTTP-005", "ELAN-ROBUST-001"})


def test_an_api_that_lets_nobody_in_is_not_judged_and_the_other_is(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = on("/api/utleggsbegjaering", answer(403, b"", ""))

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    verdict = finished.verdict
    statuses = {entry["id"]: entry["status"] for entry in verdict["requirements"]}
    assert (finished.code, verdict["deviations"]) == (3, [])
    assert (statuses["KOB-MODEL-003"], statuses["ELAN-HTTP-002"]) == ("passed", "not_run")
    assert f"{ELAN}: no way in is open" in finished.stderr


def test_a_proxy_that_is_set_and_not_used_is_told(behind, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)
    doctor = _provestand("doctor", "--target", str(behind.target_file))

    assert finished.code == 0
    for said in (finished.stderr, doctor.stdout):
        assert 'HTTPS_PROXY is set and not used: only `proxy` counts. Write proxy = "env:HTTPS_PROXY"' in said


def test_an_api_without_a_way_in_is_a_line_with_the_lines_to_add(target):
    file = str(target(lambda t: t["apis"][ELAN].pop("access")))

    doctor = _provestand("doctor", "--target", file)
    plan = _provestand("run", "--plan", "--target", file, "--requirement", "KOB-MODEL-003")

    assert (doctor.returncode, plan.returncode) == (3, 0)
    for said in (doctor.stdout, plan.stdout):
        assert "no way in is configured" in said
        assert f"[targets.sandbox.apis.{ELAN}.access.egen]" in said
        assert 'kind = "token"' in said


def _provestand(*arguments: str) -> subprocess.CompletedProcess[str]:
    return prepared.run(*arguments)
