"""`provestand report` makes what was requested, and a bundle that the recipient can trust."""

import base64
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from harness.auth.keys import generate_key

CONFIGURATION = """
[vendor]
name = "Eksempel Fordring AS"
system = "Krediti"

[targets.test]
"""


@pytest.fixture
def results(failed_run, tmp_path):
    return shutil.copytree(failed_run, tmp_path / "out")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A key file, and the file of its public half."""
    pair, place = generate_key().private, tmp_path_factory.mktemp("key")
    private, public = place / "key.pem", place / "public.pem"
    pem = serialization.Encoding.PEM
    private.write_bytes(pair.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public.write_bytes(pair.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture(scope="module")
def signed(run_command, failed_run, key, tmp_path_factory):
    results = shutil.copytree(failed_run, tmp_path_factory.mktemp("signed") / "out")
    run_command("report", results, "--bundle", "--sign", f"file:{key[0]}")
    return results / "provestand-bundle.zip"


@pytest.fixture
def bundle(signed, tmp_path):
    """A signed bundle that a test may modify."""
    return Path(shutil.copy(signed, tmp_path))


def test_the_page_is_made_when_nothing_else_is_asked_for(run_command, results):
    (results / "report.html").unlink()

    ended = run_command("report", results)

    assert (ended.returncode, ended.stdout) == (0, f"{results / 'report.html'}\n")
    assert re.search(
        r"<strong>\d+ requirements of level must are broken</strong>", (results / "report.html").read_text()
    )


def test_the_summary_names_the_vendor_of_the_configuration(run_command, results, tmp_path):
    (tmp_path / "provestand.toml").write_text(CONFIGURATION)

    ended = run_command("report", results, "--summary", "nb", cwd=tmp_path)

    assert ended.stdout.splitlines() == [f"{results}/summary.nb.md", f"{results}/summary.nb.html"]
    assert "| Fagsystem | Krediti |" in (results / "summary.nb.md").read_text()


def test_a_misspelt_vendor_is_told_in_one_line(run_command, results, tmp_path):
    (tmp_path / "provestand.toml").write_text(CONFIGURATION.replace("system", "sytsem"))

    ended = run_command("report", results, "--summary", "nb", cwd=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == (
        f"Error: {tmp_path}/provestand.toml: vendor.sytsem: extra inputs are not permitted. Fix it there."
    )


def test_a_bundle_is_whole_and_signed(run_command, bundle, key):
    ended = run_command("report", "--verify", bundle, "--signer", key[1])

    assert (ended.returncode, ended.stderr) == (0, "")
    first, found, extent, where, seal = ended.stdout.splitlines()
    assert first.endswith("files match the manifest")
    assert found.startswith(f"{bundle}: deviations: Not conformant: 3 deviations")
    assert re.fullmatch(r".*: judged \d+ of \d+ testable requirements \(kravogbetalinger \d+ of \d+\), .*", extent)
    assert where.startswith(f"{bundle}: the target is not an environment of Skatteetaten: tokens from http://127.0.0.1")
    assert seal.startswith(f"{bundle}: signed by the key with thumbprint ")
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        text = b"".join(archive.read(name) for name in names)
    assert {"verdict.json", "summary.nb.md", "exchanges.har", "specs/kravogbetalinger/v1/openapi.yaml"} <= names
    assert b"PRIVATE KEY" not in text
    assert b"Bearer ey" not in text


def test_the_same_results_give_the_same_bundle(run_command, results):
    run_command("report", results, "--bundle")
    first = (results / "provestand-bundle.zip").read_bytes()

    run_command("report", results, "--bundle")

    assert first == (results / "provestand-bundle.zip").read_bytes()


def rewritten(bundle, change):
    """The bundle with its files changed: `change` gets their content by name."""
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def replace(files, name, old, new):
    files[name] = files[name].replace(old, new)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: files.update({"exchanges.har": b"{}"}), "exchanges.har was changed"),
        (lambda files: files.pop("summary.nb.md"), "summary.nb.md is missing"),
        (lambda files: files.update({"new.txt": b""}), "new.txt was added"),
        (
            lambda files: files.update(
                {"manifest.json": files["manifest.json"].replace(b'"deviations"', b'"conformant"')}
            ),
            "the signature is for another manifest",
        ),
        (
            lambda files: files.update({"manifest.jws": files["manifest.jws"][:-4] + b"AAAA"}),
            "the signature is invalid",
        ),
    ],
    ids=["changed", "missing", "added", "manifest", "signature"],
)
def test_what_was_changed_is_told(run_command, bundle, change, told):
    rewritten(bundle, change)

    ended = run_command("report", "--verify", bundle)

    assert ended.returncode == 1
    assert f"{bundle}: {told}" in ended.stdout.splitlines()


def test_a_bundle_of_somebody_else_is_told(run_command, bundle, tmp_path):
    other = tmp_path / "other.pem"
    public = generate_key().private.public_key()
    other.write_bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))

    ended = run_command("report", "--verify", bundle, "--signer", other)

    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1].startswith(f"{bundle}: not signed by the key in {other}")


def test_a_bundle_without_its_signature_is_nobodys(run_command, bundle, key):
    rewritten(bundle, lambda files: files.pop("manifest.jws"))

    ended, meant = run_command("report", "--verify", bundle), run_command("report", "--verify", bundle, "--unsigned")
    assert ended.stdout == meant.stdout
    assert ended.stdout.splitlines()[-1].endswith("anyone could have made it")
    assert (ended.returncode, meant.returncode) == (2, 0)
    assert ended.stderr.splitlines()[-1] == (
        f"Error: {bundle}: not signed. Ask for a signed bundle, or use --unsigned to accept it."
    )
    assert run_command("report", "--verify", bundle, "--signer", key[1]).returncode == 1


def test_a_changed_bundle_is_no_better_for_being_unsigned(run_command, bundle):
    rewritten(bundle, lambda files: (files.pop("manifest.jws"), files.update({"exchanges.har": b"{}"})))

    assert run_command("report", "--verify", bundle, "--unsigned").returncode == 1


def test_unsigned_and_a_signer_are_two_wishes(run_command, bundle, key):
    ended = run_command("report", "--verify", bundle, "--signer", key[1], "--unsigned")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert run_command("report", bundle.parent, "--unsigned").returncode == 2


SPOILED = {
    "a manifest nested without end": lambda files: files.update({"manifest.json": b"[" * 50_000}),
    "a key twice": lambda files: files.update({"manifest.json": b'{"schema": 1, "schema": 1}'}),
    "a name that leads out": lambda files: files.update({"../x": b""}),
    "a manifest that names what leads out": lambda files: files.update(
        {"manifest.json": files["manifest.json"].replace(b'"report.html"', b'"/report.html"')}
    ),
}


@pytest.mark.parametrize("change", SPOILED.values(), ids=SPOILED)
def test_what_no_bundle_holds_is_refused(run_command, bundle, change):
    rewritten(bundle, change)

    ended = run_command("report", "--verify", bundle)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith(f"Error: {bundle}: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("header", [b"[" * 20_000, b'{"alg": "RS256", "jwk": []}', b'{"alg": "RS256", "x5c": 1}', b"1"])
def test_a_signature_of_any_content_is_refused(run_command, bundle, header):
    encoded = base64.urlsafe_b64encode(header).rstrip(b"=")
    rewritten(bundle, lambda files: files.update({"manifest.jws": encoded + b".e30.AA"}))

    ended = run_command("report", "--verify", bundle)

    assert ended.returncode == 1
    assert f"{bundle}: the signature is invalid" in ended.stdout.splitlines()
    assert "Traceback" not in ended.stderr


def test_a_verdict_nested_without_end_is_a_fault_of_the_bundle(run_command, bundle):
    rewritten(bundle, lambda files: files.update({"verdict.json": b"[" * 50_000}))

    ended = run_command("report", "--verify", bundle)

    assert ended.returncode == 1
    assert f"{bundle}: verdict.json cannot be read" in ended.stdout.splitlines()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a system without /dev/zero")
def test_a_device_is_no_bundle(run_command):
    ended = run_command("report", "--verify", "/dev/zero")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1] == "Error: /dev/zero: it is not a file. Ask for another."


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"], ids=["empty", "cut", "text"])
def test_what_is_no_bundle_is_told_in_one_line(run_command, tmp_path, content):
    (tmp_path / "b.zip").write_bytes(content)

    ended = run_command("report", "--verify", tmp_path / "b.zip")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith(f"Error: {tmp_path / 'b.zip'}: it is not a complete ZIP archive")


def test_a_key_that_cannot_be_used_leaves_no_bundle_and_no_trace_of_it(run_command, results, tmp_path):
    (tmp_path / "bad.pem").write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")

    ended = run_command("report", results, "--bundle", "--sign", f"file:{tmp_path / 'bad.pem'}")

    assert ended.returncode == 2
    assert "c2VjcmV0" not in ended.stderr
    assert not (results / "provestand-bundle.zip").exists()


@pytest.mark.parametrize("spoiled", ["", '{"schema": 1', '{"schema": 9}'], ids=["empty", "half-written", "schema"])
def test_a_spoiled_verdict_is_told_and_spoils_no_report(run_command, results, spoiled):
    (results / "verdict.json").write_text(spoiled)
    before = (results / "report.html").read_bytes()

    ended = run_command("report", results, "--html", "--summary", "en")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith(f"Error: {results / 'verdict.json'}: ")
    assert before == (results / "report.html").read_bytes()
    assert not list(results.glob("summary.*"))


def test_a_verdict_by_another_specification_is_refused(run_command, results):
    path = results / "verdict.json"
    sha256 = contract_digest(path.read_text())
    path.write_text(path.read_text().replace(sha256, "0" * 64))

    ended = run_command("report", results)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith(
        "is pinned here. Use the version of provestand that ran, and pin the document that it used."
    )


def contract_digest(text: str) -> str:
    return text.partition('"sha256": "')[2][:64]
