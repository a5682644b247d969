"""The evidence of a deviation says what was found, in few words, and nothing that only our developers understand."""

import re

import pytest

from tests.e2e.conftest import run
from tests.troubled import Asked, _shared_behind, behind  # noqa: F401 - two are fixtures

BROKEN = b'{"kode": "XXX-001", "melding": "Ukjent feil", "korrelasjonsid": "0f8fad5b-d9cb-469f-a165-70867728950e"}'
ELAN = "/api/utleggsbegjaering/v2"


def written(finished) -> str:
    """Everything that a person reads about a run."""
    files = ("verdict.json", "junit.xml", "report.html")
    return "\n".join([finished.stdout, finished.stderr, *((finished.out / name).read_text() for name in files)])


def test_a_bare_assertion_never_shows_the_text_of_pytest(lying, tmp_path):
    target = lying(lambda path, status, body: BROKEN, status=500, of="utleggsbegjaering")

    finished = run(tmp_path / "out", "--target", str(target), "--requirement", "ELAN-HEADER-003")

    found = [each["actual"] for each in finished.verdict["deviations"] if each["requirement"] == "ELAN-HEADER-003"]
    assert found == ["500 is not below 500"]
    for alien in (r"\bassert ", "where 500 =", "AssertionError", r"Answer\(", r"test_statuses\.py:\d"):
        assert re.search(alien, written(finished)) is None, alien


@pytest.mark.nightly
@pytest.mark.parametrize("digits", [300, 309])
def test_a_number_of_hundreds_of_digits_is_shortened(lying, tmp_path, digits):
    endless = b"3" * digits

    def lie(path, status, body):
        return re.sub(rb'("\w*(?:[Bb]el\w+|[Ss]um\w+|saldo)":\s*)-?\d+(?:\.\d+)?', rb"\g<1>" + endless, body)

    finished = run(tmp_path / "out", "--target", str(lying(lie)), "--api", "kravogbetalinger", "--suite", "scenarios")

    assert finished.verdict["deviations"]
    assert re.findall(r"3{40,}", written(finished)) == []


@pytest.mark.parametrize(("scenarios", "paths"), [("without_a_token_is_refused", 10), ("altered", 1)])
def test_a_call_with_a_wrong_token_brings_a_body_that_a_right_token_is_served_with(behind, tmp_path, scenarios, paths):  # noqa: F811
    """If everybody is let in, no such call is refused for its other content."""
    given, used = set(), [""]

    def note_token(proxy, connection, asked):
        answered = proxy.fetched(asked.octets)
        given.update(re.findall(rb'"access_token": *"([^"]+)"', answered))
        connection.sendall(answered)

    def let_in(proxy, connection, asked):
        token = asked.header("authorization").removeprefix("Bearer ")
        if token.encode() in given:
            used[0] = token
        head = re.sub(rb"(?i)\r\nauthorization:[^\r\n]*", b"", asked.head)
        head += f"\r\nAuthorization: Bearer {used[0]}".encode()
        # A submission would make the next one a duplicate: it is only validated.
        head = head.replace(f"POST {ELAN} ".encode(), f"POST {ELAN}/valider ".encode())
        answered = proxy.fetched(Asked(asked.number, head, asked.body).octets)
        if token != used[0]:
            served.append((asked.method, asked.path, int(answered.split(b" ")[1])))
        connection.sendall(answered)

    def plan(asked: Asked):
        return let_in if asked.path.startswith(ELAN) else note_token

    served: list[tuple[str, str, int]] = []
    behind.proxy.plan = plan
    chosen = ("--api", "utleggsbegjaering", "--suite", "scenarios", "--", "-k", scenarios)
    run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    assert len({path for _, path, _ in served}) >= paths
    refused = [each for each in served if each[2] in {400, 415, 422} or each[2] >= 500]
    assert refused == []
