"""The pages as a program reads them: their content, and what keeps others away from their buttons."""

import html
import re
import uuid

import pytest

from tests.console.conftest import ORGANISATION, PERIOD

BROKEN, OTHER_BROKEN = "kravogbetalinger/no-token-opens", "utleggsbegjaering/no-token-is-needed"
PATHS = [
    "/",
    "/console/calls",
    "/console/what-if",
    "/console/parties",
    f"/console/parties/{ORGANISATION}",
    "/console/progress",
]


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_both_languages_and_lets_nothing_foreign_run(seen, path, language):
    answer = seen.http.get(f"{seen.base}{path}?lang={language}")

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert re.findall(r'(?:src|href)="(?!/|#|https://[^"]*" rel="noreferrer)([^"]*)"', answer.text) == []


def test_a_call_is_shown_with_what_was_wrong_and_how_to_fix_it(seen):
    seen.sandbox.client.grant(exp=seen.sandbox.now() + 600)

    page = html.unescape(seen.page("/console/calls"))

    assert "A grant is valid for at most 120 seconds (exp - iat)." in page
    assert "Set exp to at most 120 seconds after iat." in page


def test_a_call_is_shown_with_its_token_explained_and_nothing_secret_in_it(seen):
    token = seen.token()
    seen.call("krav", token, PERIOD)
    number = re.search(r'id="call-(\d+)"', seen.page("/console/calls"))[1]

    page = html.unescape(seen.page(f"/console/calls/{number}"))

    assert token not in page and token.rpartition(".")[2] not in page
    assert '<h2 id="token-1">The token that was sent</h2>' in page
    assert "What it gives access to; one scope per API." in page
    assert "curl --include --request GET" in page and "Bearer $TOKEN" in page


def test_what_a_client_sends_is_text_on_the_page_and_nothing_else(seen):
    seen.call("aapnekrav", Korrelasjonsid="<script>alert(1)</script>")
    seen.http.get(f"{seen.base}/<img src=x onerror=alert(1)>?q=<b>")

    pages = [seen.page("/console/calls")] + [
        seen.page(path) for path in re.findall(r'href="(/console/calls/\d+)"', seen.page("/console/calls"))[:3]
    ]

    assert [page for page in pages if "<script>alert" in page or "<img src=x" in page] == []


def test_a_fault_is_switched_on_for_the_next_calls_and_the_apis_keep_what_they_have(seen):
    assert seen.press("fault", which=BROKEN, scope="next", times="1").status_code == 303

    assert [each["on"]["last"] for each in seen.switches()["faults"] if each["on"]] == [1]
    assert BROKEN in seen.page("/")


def test_trouble_is_for_one_client_alone(seen):
    token = seen.token()
    seen.press("intervene", which="unavailable", scope="all", client="somebody-else")
    assert seen.call(token=token).status_code == 200

    seen.press("intervene", which="unavailable", scope="next", times="1", client=seen.sandbox.client.client_id)
    assert [seen.call(token=token).status_code for _ in range(2)] == [503, 200]


def test_a_knob_is_turned_for_the_next_calls_only(seen):
    token = seen.token()
    seen.press("knob", which="til-og-med", **{"value-til-og-med": "required"}, scope="next", times="1")

    answers = [seen.call("krav", token, "?fraOgMed=2026-01-01").status_code for _ in range(2)]

    assert answers == [400, 200]


def test_the_clock_goes_forward_and_back(seen):
    seen.press("clock", which="86400")
    assert 86_390 < seen.switches()["ahead"] < 86_410

    seen.press("clock", which="start")
    assert abs(seen.switches()["ahead"]) < 1


def test_a_party_gets_other_data(seen):
    seen.press("profile", which="kravogbetalinger shielded", number=ORGANISATION)

    assert seen.call().json()["skjermet"] is True
    assert "shielded" in seen.page("/")


def test_an_attachment_is_put_into_another_state_and_back_by_a_reset(seen, make_sender):
    sender = make_sender(seen.sandbox)
    reference = f"PRØVE-{uuid.uuid4()}"
    attachment = sender.uploaded(reference)
    assert f'id="vedlegg-{attachment}"' in seen.page("/console/what-if")

    seen.press("state", which=f"utleggsbegjaering vedlegg {attachment}", **{f"value-{attachment}": "inneholderVirus"})

    [kept] = [each for each in seen.switches()["states"] if each["id"] == attachment]
    assert kept["state"] == "inneholderVirus"
    seen.reset()
    assert attachment not in [each["id"] for each in seen.switches()["states"]]


def test_a_fault_that_is_switched_on_leaves_what_was_sent(seen, make_sender):
    attachment = make_sender(seen.sandbox).uploaded(f"PRØVE-{uuid.uuid4()}")

    seen.press("fault", which=OTHER_BROKEN)
    seen.press("fault-off", which=OTHER_BROKEN)

    assert attachment in [each["id"] for each in seen.switches()["states"]]


def test_a_system_user_is_revoked_and_granted(seen):
    def granted():
        owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{ORGANISATION}"}
        details = [{"type": "urn:altinn:systemuser", "systemuser_org": owner}]
        return seen.sandbox.client.grant(authorization_details=details).status_code

    party = seen.http.get(f"{seen.base}/sandbox/parties/{ORGANISATION}").json()
    [user] = [each["id"] for each in party["system_users"] if each["reference"] == ORGANISATION]

    assert granted() == 200
    seen.press("system-user", which=user, do="revoke")
    assert granted() == 400
    seen.press("system-user", which=user, do="grant")
    assert granted() == 200


def test_everything_is_reset_by_one_button(seen):
    before = seen.call().json()
    seen.press("profile", which="kravogbetalinger nothing", number=ORGANISATION)
    seen.press("fault", which=BROKEN)
    seen.press("knob", which="til-og-med", **{"value-til-og-med": "required"})
    seen.press("clock", which="3600")

    seen.press("reset")

    assert seen.call().json().keys() == before.keys()
    assert "Switched on" not in seen.page("/")


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"page_token": ""}, {}, 403),
        ({"page_token": "x" * 43}, {}, 403),
        ({}, {"Origin": "https://elsewhere.example"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Host": "elsewhere.example"}, 421),
    ],
)
def test_nobody_presses_a_button_but_a_page_of_ours(seen, fields, headers, status):
    answer = seen.press("fault", which=BROKEN, headers=headers, **fields)

    assert answer.status_code == status
    assert [each for each in seen.switches()["faults"] if each["on"]] == []


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:alert(1)"]
)
def test_a_button_leads_back_to_a_page_of_ours(seen, back):
    answer = seen.press("reset", back=back)

    assert answer.headers["location"].startswith("/?said=")


@pytest.mark.parametrize(
    "deed", ["fault", "knob", "intervene", "clock", "state", "profile", "consent", "nonsense", "passing-off"]
)
def test_a_form_that_makes_no_sense_changes_nothing_and_says_so(seen, deed):
    answer = seen.press(deed, which="../../x", times="many", scope="next")

    assert answer.status_code == 303
    assert 'role="alert"' in seen.page(answer.headers["location"])


@pytest.mark.parametrize(
    "path",
    [
        "/console/calls?q={long}",
        "/console/calls?client={long}&service={long}&page={long}",
        "/console/calls?page=99999999999999999999",
        "/console/what-if?q={long}",
        "/console/parties?q={long}",
        "/console/active?back=/{long}",
        "/?lang={long}&said={long}",
    ],
)
def test_very_long_values_make_no_long_page(seen, path):
    short = len(seen.page(path.replace("{long}", "")))

    page = seen.page(path.replace("{long}", "x" * 7_000))

    assert '<html lang="en">' in page
    assert len(page) < short + 100_000


@pytest.mark.parametrize("deed", ["fault", "knob", "profile", "state", "consent", "clock"])
def test_what_a_very_long_form_asks_for_is_answered_by_one_short_sentence(seen, deed):
    answer = seen.press(deed, which="x" * 20_000, number="9" * 20_000, to="1" * 20_000, name="y" * 20_000)

    said = re.search(r'<p class="said is-problem" role="alert">(.*?)</p>', seen.page(answer.headers["location"]))
    assert said and len(said[1]) < 1_000
    assert seen.press(deed, which="x" * 200_000).status_code == 413


def test_an_address_that_is_not_there_says_so_on_a_page(seen):
    answer = seen.http.get(f"{seen.base}/console/nowhere/at/all?lang=nb")

    assert (answer.status_code, "Det er ingenting på denne adressen." in answer.text) == (404, True)


@pytest.mark.parametrize("language", ["xx", "NB", "", "en-GB", "../nb"])
def test_a_language_that_nobody_has_written_is_english(seen, language):
    assert '<html lang="en">' in seen.page(f"/?lang={language}")


def test_a_list_that_was_emptied_says_so_and_draws_nothing(seen):
    seen.call()
    seen.press("forget", back="/console/calls")

    page = seen.page("/console/calls")

    assert "The list was emptied. New calls appear here." in page
    assert "<svg" not in page
