"""`provestand watch` against a local server: what is new since the last run, and what is stored for the next."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Driftsmeldinger</title>
  {entries}
</feed>
"""
ENTRY = "<entry><id>urn:{id}</id><title>{title}</title><updated>2026-0{id}-01T08:00:00Z</updated>{more}</entry>"
PAGE = """
# Krav og betalinger

Scope: `skatteetaten:kravogbetalinger`. Delegering: Krav og betalinger API - På vegne av.

    GET https://api.test/v1/{rettighetspakke}/{identifikator}/aapnekrav
    GET https://api.test/v1/{rettighetspakke}/{identifikator}/krav
    GET https://api.test/v1/{rettighetspakke}/{identifikator}/innbetalinger
    GET https://api.test/v1/{rettighetspakke}/{identifikator}/utbetalinger

| Feilkode | HTTP | Beskrivelse |
|---|---|---|
| KB-001 | 500 | Uventet feil |
"""
TARGET = """
[targets.test]
profile = "test"

[targets.test.maskinporten]
client_id = "0f1e2d3c-0000-4000-8000-000000000001"
key = "env:PROVESTAND_KEY"
kid = "k"
consumer = "313367002"

[targets.test.apis.kravogbetalinger]
organisations = ["212201782"]

[targets.test.watch]
feed = "{root}/feed.xml"
pages = {{ kravogbetalinger = ["{root}/krav.md"], utleggsbegjaering = [] }}
"""


class Published:
    """What a server returns for each path; a path that is not there is answered with 404."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.files: dict[str, str] = {}


@pytest.fixture
def published() -> Iterator[Published]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            text = site.files.get(self.path)
            self.send_response(404 if text is None else 200)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Published(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def watch(provestand, published, tmp_path):
    (tmp_path / "provestand.toml").write_text(TARGET.format(root=published.root), encoding="utf-8")
    published.files = {
        "/feed.xml": FEED.format(entries=ENTRY.format(id=1, title="Gammelt", more="")),
        "/krav.md": PAGE,
    }

    def run(*options: str):
        finished = provestand("watch", "--target", "test", "--format", "json", *options)
        found = json.loads(finished.stdout) if finished.stdout else {"findings": [], "summary": {}}
        told = [
            (f["severity"], f["rule"], f["message"])
            for f in found["findings"]
            if not f["rule"].startswith("error-code")
        ]
        return finished, told, found["summary"]

    return run


def test_a_first_run_records_and_a_second_finds_nothing_new(watch):
    first, told, summary = watch("--fail-on", "none")
    second, again, _ = watch("--fail-on", "none")

    assert (first.code, told, second.code, again) == (0, [], 0, [])
    assert summary["notes"][0] == "First run: notices and pages are recorded, for later comparison."
    assert summary["basis"] == "2 sources asked"


def test_notices_since_the_last_run_are_told_those_about_an_api_as_warnings(watch, published):
    watch()
    entries = [
        ENTRY.format(id=1, title="Gammelt", more=""),
        ENTRY.format(id=2, title="Nytt i mva-melding", more=""),
        ENTRY.format(
            id=3, title="Ny \x1b versjon".replace("\x1b", "&#9;"), more="<summary>Utleggsbegj&#230;ring API</summary>"
        ),
    ]
    published.files["/feed.xml"] = FEED.format(entries="".join(entries))

    finished, told, _ = watch()

    assert finished.code == 1
    assert told == [
        ("warning", "notice-about-api", "new notice of 2026-03-01: Ny versjon"),
        ("compatible", "notice-else", "new notice of 2026-02-01: Nytt i mva-melding"),
    ]


def test_what_a_page_says_of_scope_paths_delegation_and_errors_is_compared(watch, published):
    watch()
    page = PAGE.replace("skatteetaten:kravogbetalinger", "skatteetaten:krav").replace("Uventet feil", "Noe gikk galt")
    page = page.replace("Krav og betalinger API - På", "Krav API - På").replace("/utbetalinger", "/tilbakebetalinger")
    published.files["/krav.md"] = page

    finished, told, _ = watch()

    assert finished.code == 1
    assert sorted(rule for _, rule, _ in told) == [
        *("delegation-changed", "error-text-changed", "page-changed", "page-changed", "page-changed", "page-edited"),
        *("path-gone", "path-new", "scope-changed"),
    ]
    assert [message for severity, _, message in told if severity == "breaking"] == [
        "the scope skatteetaten:kravogbetalinger is not on the page, which names skatteetaten:krav"
    ]


def test_a_pin_of_the_users_own_that_changed_upstream_is_told(watch, published, tmp_path):
    watch()
    place = tmp_path / "specs" / "kravogbetalinger" / "v1"
    place.mkdir(parents=True)
    (place / "official.yaml").write_text("openapi: 3.0.3\n")
    lock = (
        '[files]\n"kravogbetalinger/v1/official.yaml" = "00"\n[sources."kravogbetalinger/v1/official.yaml"]\n'
        f'origin = "{published.root}/api.yaml"\netag = ""\ntaken = "2026-01-01"\n'
    )
    (tmp_path / "specs" / "specs.lock").write_text(lock)
    published.files["/api.yaml"] = "openapi: 3.0.4\n"

    finished, told, _ = watch()

    assert finished.code == 1
    assert [rule for _, rule, _ in told] == ["document-newer"]
    assert "changed upstream since 2026-01-01" in told[0][2]


def test_what_cannot_be_asked_is_3_and_keeps_what_was_known(watch, published):
    watch()
    feed = published.files.pop("/feed.xml")

    finished, told, summary = watch("--fail-on", "none")
    published.files["/feed.xml"] = feed
    later, none_new, _ = watch("--fail-on", "none")

    assert (finished.code, told) == (3, [])
    assert (
        f"Could not be asked: {published.root}/feed.xml: the server answers 404. Check the address." in summary["notes"]
    )
    assert (later.code, none_new) == (0, [])


@pytest.mark.parametrize(
    "feed", ["no XML", "<html/>", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", ""]
)
def test_what_is_not_a_feed_is_named_in_one_line(watch, published, feed):
    published.files["/feed.xml"] = feed

    finished, _, summary = watch("--fail-on", "none")

    assert finished.code == 3
    assert any(
        note.startswith(f"Could not be asked: {published.root}/feed.xml: it is not ") for note in summary["notes"]
    )


@pytest.mark.parametrize("text", ["", "{}}", '{"schema": 2}', '{"notices": 7}'])
def test_a_state_that_is_none_is_one_line_and_2(watch, tmp_path, text):
    (tmp_path / "state.json").write_text(text)

    finished, _, _ = watch("--state", "state.json")

    assert (finished.code, finished.stdout) == (2, "")
    assert (
        finished.stderr.splitlines()[-1]
        == "Error: state.json is not a state of `provestand watch`. Delete it to start over."
    )
    assert Path(tmp_path / "state.json").read_text() == text
