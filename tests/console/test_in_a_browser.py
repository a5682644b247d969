"""The pages as a person uses them in Chromium: each question answered by clicking, live in two tabs."""

import html
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.console.conftest import ORGANISATION, PERIOD, Seen
from tests.sandbox.conftest import running
from tests.sandbox.utleggsbegjaering.conftest import make_sender  # noqa: F401 - a fixture

PATHS = [
    "/",
    "/console/calls",
    "/console/what-if",
    "/console/parties",
    f"/console/parties/{ORGANISATION}",
    "/console/progress",
]


@pytest.fixture
def open_page(browser, seen):
    """Opens a page of the sandbox; every error that it reports is kept."""
    contexts = []

    def opened(path="/", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on(
            "request",
            lambda request: page.errors.append(request.url) if not request.url.startswith(seen.base) else None,
        )
        page.goto(seen.base + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def ask(page, question):
    """Goes to a question's page by the links at the top."""
    page.get_by_role("navigation", name="Questions").get_by_role("link", name=question).click()


def test_what_do_i_do_now(open_page, seen):
    page = open_page("/console/calls")

    ask(page, "What do I do now?")

    card = page.locator("#card-environment")
    expect(card).to_contain_text(f"KRAVOGBETALINGER_BASE_URL={seen.sandbox.api['base_url']}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.locator("#news")).to_contain_text("Calls")  # the first reading of the record; later ones add nothing
    page.get_by_role("button", name="Copy").first.click()
    expect(page.locator("#news")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == card.text_content()
    assert page.errors == []


def test_what_did_my_system_just_send(open_page, seen):
    page = open_page("/")
    ask(page, "What did my system just send?")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    seen.call(Korrelasjonsid="not-a-uuid")

    wrong = page.locator(".call").first
    expect(wrong).to_contain_text("Use a UUID as the Korrelasjonsid.", timeout=20_000)
    wrong.locator(".call-line").click()
    expect(page.get_by_role("heading", name="What was wrong")).to_be_visible()
    expect(page.locator("article#KOB-CLIENT-002")).to_be_visible()
    expect(page.get_by_role("heading", name="The token that was sent")).to_be_visible()
    expect(page.locator("#curl-text")).to_contain_text("curl --include --request GET")
    assert page.errors == []


def test_what_if(open_page, seen):
    token = seen.token()
    page = open_page("/")
    ask(page, "What if…?")
    page.get_by_role("searchbox").fill("429")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_label("only the next calls").check()
    page.get_by_label("How many").fill("2")
    page.locator("fieldset select[name=client]").select_option(value=seen.sandbox.client.client_id)

    page.get_by_role("button", name="Switch on: 429 Too Many Requests").click()

    expect(page.get_by_text("Switched on: 1")).to_be_visible()
    assert [seen.call(token=token).status_code for _ in range(3)] == [429, 429, 200]
    page.reload()
    expect(page.get_by_text("Switched on: 1")).to_have_count(0)
    assert page.errors == []


def test_who_is_who(open_page, seen):
    token = seen.token(authorization_details=_consent_of(seen))
    page = open_page("/")
    ask(page, "Who is who?")
    page.get_by_role("link", name=ORGANISATION).click()
    expect(page.get_by_text("many-claims").first).to_be_visible()
    page.get_by_text("aapnekrav", exact=True).click()
    expect(page.locator("details[open] pre")).to_contain_text("aapentKravMedGjenstaaendeBeloep")

    consent = _consent_of(seen)[0]["id"]
    page.locator(f"#consent-{consent}").get_by_role("button", name="Revoke").click()

    expect(page.locator(f"#consent-{consent}")).to_contain_text("revoked")
    refused = seen.sandbox.client.grant(authorization_details=_consent_of(seen))
    assert refused.status_code == 400
    page.locator(f"#consent-{consent}").get_by_role("button", name="Grant").click()
    assert seen.sandbox.client.grant(authorization_details=_consent_of(seen)).status_code == 200
    page.locator(f"#consent-{consent}").get_by_role("button", name="Let expire").click()
    expect(page.locator(f"#consent-{consent}")).to_contain_text("expired")
    assert token and page.errors == []


def _consent_of(seen):
    consent = seen.sandbox.api["access"]["finans"]["consents"][ORGANISATION]
    giver = f"urn:altinn:organization:identifier-no:{ORGANISATION}"
    return [{"type": "urn:altinn:consent", "id": consent, "from": giver}]


def test_how_far_am_i(open_page, seen):
    seen.call(Korrelasjonsid="not-a-uuid")
    page = open_page("/")

    ask(page, "How far am I?")

    row = page.locator("#KOB-CLIENT-002")
    expect(row).to_contain_text("broken")
    row.get_by_role("link").click()
    expect(page.locator("article#KOB-CLIENT-002")).to_be_visible()
    assert page.errors == []


def test_two_tabs_are_live_and_show_what_the_other_one_switched(open_page, seen):
    one, other = open_page("/console/what-if?q=KB-007"), open_page("/console/calls")
    expect(other.get_by_text("Live", exact=True)).to_be_visible()

    one.locator("select[name=value-nothing-open]").select_option("KB-007")
    one.get_by_role("button", name="Set: nothing-open").click()

    expect(other.locator("#active")).to_contain_text("Switched on: 1", timeout=20_000)
    other.get_by_role("button", name="Reset all").click()
    expect(one.locator("#active")).not_to_contain_text("Switched on", timeout=20_000)
    before = int(other.locator("#count-calls").text_content())
    seen.call()
    expect(other.locator("#count-calls")).not_to_have_text(str(before), timeout=20_000)


def test_without_scripts_everything_works_but_liveness(open_page, seen):
    page = open_page("/console/what-if?q=shielded", java_script_enabled=False)
    page.locator("select[name=number]").select_option(ORGANISATION)

    page.get_by_role("button", name="Give: shielded", exact=True).click()

    expect(page.get_by_text("Switched on: 1")).to_be_visible()
    assert seen.call().json()["skjermet"] is True
    page.get_by_role("button", name="Reset all").click()
    expect(page.get_by_text("Everything has been reset.")).to_be_visible()


def test_another_sites_page_switches_nothing(browser, seen):
    fields = {"page_token": "guess", "which": "kravogbetalinger/no-token-opens"}
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    attack = f"""<!doctype html><form id=f method=post action="{seen.base}/console/do/fault">{inputs}</form><script>
      fetch("{seen.base}/console/what-if").then(r => r.text()).then(t => document.title = "read").catch(() => 0);
      fetch("{seen.base}/sandbox/reset", {{method: "POST", mode: "no-cors"}}).catch(() => 0);
      fetch("{seen.base}/sandbox/faults", {{method: "PUT", mode: "no-cors", body: '["x"]'}}).catch(() => 0);
      fetch("{seen.base}/sandbox/interventions", {{method: "POST", mode: "no-cors",
        body: '{{"do": "answer", "status": 500}}'}}).catch(() => 0);
      new EventSource("{seen.base}/console/events").onmessage = () => document.title = "heard";
      const socket = new WebSocket("{seen.base.replace("http", "ws")}/console/events");
      socket.onopen = socket.onmessage = () => document.title = "heard";
      for (const path of ["/console/do/reset", "/sandbox/reset", "/console/do/fault?which={fields["which"]}"]) {{
        const image = new Image();
        image.onload = () => document.title = "read";
        image.src = "{seen.base}" + path;
      }}
      fetch("{seen.base}/sandbox/keeper", {{method: "PUT", body: '{{"key": "k", "what": "w"}}'}}).catch(() => 0);
      fetch("{seen.base}/sandbox/clock", {{method: "PUT", body: '{{"ahead": 9}}'}}).catch(() => 0);
      setTimeout(() => f.submit(), 300);
    </script>"""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(attack.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    try:
        with page.expect_response(lambda response: "/console/do/fault" in response.url) as answered:
            page.goto(f"http://127.0.0.1:{server.server_port}/")
        assert answered.value.status == 403
        assert page.title() not in {"read", "heard"}
    finally:
        page.close()
        server.shutdown()
        server.server_close()

    switches = seen.switches()
    assert [each["name"] for each in switches["faults"] if each["on"]] == []
    assert switches["interventions"] == []
    assert (switches["kept"], switches["passing"], round(switches["ahead"])) == ("", [], 0)


HOSTILE = "<img src=x onerror=document.title='pwned'>\"'><script>document.title='pwned'</script>\u202e{{7*7}}"


@pytest.mark.nightly
def test_hostile_text_in_every_place_runs_nothing_and_stays_text(open_page, seen, make_sender):  # noqa: F811
    """What a client or a program can name: files, clients, paths, reasons, the value of a button."""
    sender = make_sender(seen.sandbox)
    sender.upload(f"PRØVE-{HOSTILE}"[:60], f"{HOSTILE}.pdf")
    begjaering = sender.begjaering()
    put = {"do": "wait", "seconds": 0, "times": None, "service": HOSTILE, "path": f"/{HOSTILE}", "client": HOSTILE}
    seen.http.post(f"{seen.base}/sandbox/interventions", json=put)
    seen.http.put(f"{seen.base}/sandbox/clock", json={"ahead": 60, "client": HOSTILE})
    seen.http.post(f"{seen.base}/sandbox/knobs", json={"name": "year", "value": "365", "client": HOSTILE * 50})
    seen.http.put(f"{seen.base}/sandbox/keeper", json={"key": "k", "what": HOSTILE})
    pages = [*PATHS, f"/console/what-if?q={HOSTILE}", f"/console/calls?q={HOSTILE}&client={HOSTILE}&lang={HOSTILE}"]
    page = open_page("/")
    try:
        for path in [*pages, f"/console/{HOSTILE}", f"/console/parties/{HOSTILE}", f"/console/active?back={HOSTILE}"]:
            page.goto(seen.base + path)
            page.wait_for_load_state()
            assert ("pwned" in page.title(), page.locator("img, main script").count()) == (False, 0), path
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
            assert "\u202e" not in page.locator("#active").inner_text(), path
    finally:
        seen.http.delete(f"{seen.base}/sandbox/keeper", headers={"Provestand-Key": "k"})
    pressed = seen.press("fault", which=HOSTILE, name=HOSTILE, back=f"/console/what-if?q={HOSTILE}")
    page.goto(seen.base + pressed.headers["location"])
    assert "pwned" not in page.title()
    assert begjaering and [each for each in page.errors if "404" not in each] == []


def test_the_back_button_leads_back_and_the_page_still_switches(open_page, seen):
    page = open_page("/console/what-if?q=503")
    page.get_by_role("button", name="Switch on: 503").click()
    expect(page.locator("#active")).to_contain_text("Switched on: 1")

    page.go_back()
    page.get_by_role("button", name="Switch on: 503").click()

    expect(page.locator("#active")).to_contain_text("Switched on: 2")
    assert page.errors == []


def test_two_faults_of_one_operation_are_on_together_and_go_one_by_one(open_page, seen):
    token = seen.token()
    healthy = seen.call(token=token).json()
    page = open_page("/")
    names = ["total-balance-off-by-one-oere", "unplaced-total-off-by-one-oere"]
    for name in names:
        page.goto(f"{seen.base}/console/what-if?q={name}")
        page.get_by_role("button", name=f"Switch on: kravogbetalinger/{name}").click()
    expect(page.locator("#active")).to_contain_text("Switched on: 2")

    both = seen.call(token=token).json()
    page.get_by_role("button", name=f"Switch off kravogbetalinger/{names[0]}").first.click()
    expect(page.locator("#active")).to_contain_text("Switched on: 1")
    one = seen.call(token=token).json()

    assert len({str(each) for each in (healthy, both, one)}) == 3
    assert page.errors == []


@pytest.mark.nightly
def test_every_kind_of_button_works_without_scripts(open_page, seen, make_sender):  # noqa: F811
    sender = make_sender(seen.sandbox)
    attachment = sender.uploaded("PRØVE-uten-skript")
    page = open_page("/", java_script_enabled=False)

    def press(path, name, *, sets=None, exact=True):
        page.goto(seen.base + path)
        for selector, value in (sets or {}).items():
            field = page.locator(selector)
            field.check() if value is True else field.fill(value) if "input" in selector else field.select_option(value)
        page.get_by_role("button", name=name, exact=exact).first.click()
        expect(page.locator(".said:not(.is-problem)"), name).to_have_count(1)

    what_if = "/console/what-if"
    next_one = {"input[value=next]": True, "input[name=times]": "3"}
    press(what_if, "A day later", sets=next_one)
    press(what_if, "Set", sets={"input[name=to]": "2027-01-31T12:00:00"})
    press(what_if, "Reset")
    press(
        f"{what_if}?q=nothing-open",
        "Set: nothing-open",
        sets={"select[name=value-nothing-open]": "KB-007", **next_one},
    )
    press(f"{what_if}?q=shielded", "Give: shielded", sets={"select[name=number]": ORGANISATION, **next_one})
    press(what_if, "Change: ", sets={f"select[name=value-{attachment}]": "inneholderVirus", **next_one}, exact=False)
    press(f"{what_if}?q=503", "Switch on: 503", exact=False, sets=next_one)
    press(f"{what_if}?q=no-token-opens", "Switch on: kravogbetalinger/no-token-opens", sets=next_one)
    expect(page.locator("#active li")).to_have_count(6)
    assert {each["kind"] for each in seen.switches()["passing"]} == {"clock", "knob", "data", "state"}
    for left in range(6, 0, -1):
        page.goto(seen.base + "/")
        page.locator("#active li button").first.click()
        expect(page.locator("#active li")).to_have_count(left - 1)
    party = f"/console/parties/{ORGANISATION}"
    for name in ("Revoke: ", "Grant: ", "Let expire: ", "Grant: "):
        press(party, name, exact=False)
    page.goto(seen.base + party)
    page.locator("#users ~ .panel").get_by_role("button", name="Revoke: ", exact=False).first.click()
    expect(page.locator(".said")).to_have_count(1)
    press(party, "Give")
    press("/", "Reset all")
    press("/console/calls", "Clear the list")
    expect(page.get_by_text("The list was emptied. New calls appear here.")).to_be_visible()


def test_hostile_text_in_calls_runs_nothing(open_page, seen):
    hostile = "<img src=x onerror=document.title='pwned'><script>document.title='pwned'</script>"
    seen.http.get(
        f"{seen.base}/{hostile}",
        params={"q": hostile},
        headers={"Korrelasjonsid": hostile, hostile[:4].strip("<"): "x"},
    )
    seen.call("krav", None, f"?fraOgMed={hostile}", **{"User-Agent": hostile})
    page = open_page("/console/calls")

    for path in re.findall(r'href="(/console/calls/\d+)"', html.unescape(page.content()))[:4]:
        page.goto(seen.base + path)
        page.wait_for_load_state()
        assert "pwned" not in page.title()
    assert page.errors == []


@pytest.mark.by_day(2)
@pytest.mark.parametrize(("width", "language"), [(400, "nb"), (1280, "en"), (400, "en"), (1280, "nb")])
def test_every_page_fits_its_screen(open_page, seen, width, language):
    seen.call("krav", None, PERIOD)
    page = open_page("/", viewport={"width": width, "height": 900})

    for path in PATHS:
        page.goto(f"{seen.base}{path}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.errors == []


def test_the_keyboard_reaches_the_content_first_and_every_control_has_a_name(open_page, seen):
    page = open_page("/console/what-if")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"

    for path in PATHS:
        page.goto(seen.base + path)
        nameless = page.evaluate(NAMELESS)
        landmarks = page.evaluate("['header', 'nav', 'main', 'footer'].filter(name => !document.querySelector(name))")
        assert (path, nameless, landmarks) == (path, [], [])
        assert page.locator("h1").count() == 1


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
NAMELESS = (Path(__file__).parent / "nameless.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_aa_asks_for(open_page, seen, scheme):
    seen.call(Korrelasjonsid="not-a-uuid")
    seen.http.post(f"{seen.base}/sandbox/interventions", json={"do": "wait", "seconds": 1, "service": "elsewhere"})
    page = open_page("/", color_scheme=scheme)

    for path in PATHS:
        page.goto(seen.base + path)
        assert (path, page.evaluate(CONTRAST)) == (path, [])


@pytest.mark.nightly
def test_five_thousand_calls_stay_quick_and_do_not_fill_the_page(browser, tmp_path):
    """The list is paged, storage is bounded, and the oldest calls are still there."""
    with running(tmp_path, "--page") as sandbox:
        seen = Seen(sandbox)
        token = seen.token()
        seen.page("/console/calls")
        before = octets_of(sandbox.process.pid)
        for _ in range(5_000):
            seen.call(token=token)
        page = browser.new_page()

        page.goto(f"{seen.base}/console/calls")

        expect(page.locator(".call")).to_have_count(50)
        expect(page.get_by_text("still being judged")).to_have_count(0, timeout=240_000)
        page.reload()
        sent = page.evaluate("performance.getEntriesByType('navigation')[0].encodedBodySize")
        elements = page.evaluate("document.querySelectorAll('*').length")
        page.goto(f"{seen.base}/console/calls?page=101")
        expect(page.locator(".call").last).to_contain_text("POST token")
        page.close()
        grown = octets_of(sandbox.process.pid) - before

    assert (sent < 300_000, elements < 3_000, grown < 150_000_000) == (True, True, True), (sent, elements, grown)


def octets_of(process: int) -> int:
    """The memory of a process; None if it cannot be determined."""
    file = Path(f"/proc/{process}/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", file.read_text()) if file.exists() else None
    return int(found[1]) * 1024 if found else 0
