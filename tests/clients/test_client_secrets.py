"""A client's secrets are on no page of a running client run, and in nothing that is written about it."""

import html
import json
import re
import subprocess
import sys
import threading
import zipfile
from contextlib import suppress
from urllib.parse import unquote

import httpx
import pytest

from tests.clients.conftest import run

PERSON = "17048512387"
PLANTED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJLYXJpIn0." + "QUJD" * 20
DRIVER = """
import json, pathlib, sys, time, urllib.error, urllib.parse, urllib.request, uuid
import jwt

PERSON, PLANTED, HERE = {person!r}, {planted!r}, pathlib.Path({here!r})
where, told = dict(), []

def call(method, url, body=None, **headers):
    sent = {{name.replace("_", "-"): value for name, value in headers.items()}}
    asked = urllib.request.Request(url, body, sent, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()

def token(task, **more):
    now = int(time.time())
    claims = {{"aud": where["issuer"], "iss": where["client_id"], "scope": task["scope"], "iat": now, "exp": now + 100}}
    claims |= {{"jti": str(uuid.uuid4()), **more}}
    if task["consent"]:
        giver = "urn:altinn:organization:identifier-no:" + task["organisation"]
        claims["authorization_details"] = [{{"type": "urn:altinn:consent", "id": task["consent"], "from": giver}}]
    grant = jwt.encode(claims, key, "RS256", {{"kid": where["kid"]}})
    form = {{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": grant}}
    found = json.loads(call("POST", where["token_endpoint"], urllib.parse.urlencode(form).encode()))
    told.extend([grant, found.get("access_token", PLANTED)])
    again = urllib.parse.urlencode(form | {{"client_secret": key}}).encode()
    call("POST", where["token_endpoint"] + "?assertion=" + grant, again)
    return told[-1]

def perform(task):
    value = token(task)
    token(task, sub=PERSON, pid=PERSON, **{{PERSON: "x"}})
    base = where["base_urls"]["kravogbetalinger"]
    line = "".join(key.split("\\n")[1:-2])
    own = dict(Authorization="Bearer " + value, Accept="application/json", Korrelasjonsid=str(uuid.uuid4()))
    call("GET", f"{{base}}/finans/{{task['organisation']}}/aapnekrav", **own)
    query = f"token={{PLANTED}}&fnr={{PERSON}}&access_token={{value}}&key={{line}}"
    call("GET", f"{{base}}/finans/{{PERSON}}/krav?{{query}}", **own)
    odd = dict(Authorization="Bearer " + PLANTED, X_Api_Key=line, Cookie="sid=" + value, User_Agent="x " + PERSON)
    call("GET", f"{{base}}/finans/{{task['organisation']}}/{{value}}", Korrelasjonsid=value, **odd)
    call("GET", f"{{base}}/finans/170485%2012387/aapnekrav", Korrelasjonsid=PERSON, **odd)
    told_of = {{"fnr": PERSON, "text": f"Kari, {{PERSON}}, {{value}}", "key": key, "inner": json.dumps([PLANTED])}}
    body = json.dumps(told_of).encode()
    for url in (where["base_urls"]["utleggsbegjaering"], where["issuer"] + "../elsewhere/" + value):
        call("POST", url, body, Content_Type="application/json", **own)
    call(PERSON, base + "/" + PERSON, **own)
    call("GET", where["issuer"] + "../nowhere/" + PERSON + "?" + PLANTED, **own)
    call("POST", base + "/finans", urllib.parse.urlencode(dict(fnr=PERSON, token=value, key=key)).encode(), **own)
    seen = f"Fant {{PERSON}} med {{value}} {{PLANTED}} {{key}}"
    codes = [value, PERSON]
    understood = dict(codes=codes, reference=PLANTED)
    return dict(outcome="failed", message=seen, korrelasjonsid=PLANTED, understood=understood)

has_come = False
for text in sys.stdin:
    message = json.loads(text)
    reply = dict(outcome="done")
    if message["do"] == "connect":
        where, key = message, pathlib.Path(message["key"]).read_text()
        reply["client"] = dict(name="Acme " + PERSON, version=PLANTED[:100])
    if message["do"] == "call":
        reply = perform(message)
        (HERE / "told").write_text(json.dumps([key, *told]))
        if message["seq"] > 2 and not has_come:
            has_come = True
            come()
    print(json.dumps(dict(reply, seq=message["seq"])), flush=True)
"""
JSON_PLACES = (
    "status",
    "switches",
    "parties",
    "interventions",
    "faults",
    "knobs",
    "card",
    "card.txt",
    "card.env",
    "target",
    "openapi.json",
)


@pytest.fixture(scope="module")
def live(tmp_path_factory, meeting):
    """A client run at its second task, after the client has sent all its secrets: every page, and all output."""
    place = tmp_path_factory.mktemp("secrets")
    (place / "driver.py").write_text(meeting.code + DRIVER.format(person=PERSON, planted=PLANTED, here=str(place)))
    command = [sys.executable, "-m", "harness", "client", "--page", "--drive", f"{sys.executable} driver.py"]
    with (place / "terminal").open("w") as terminal:
        process = subprocess.Popen(
            [*command, "--out", "out", "--", "-k", "gets_in or refused_grant"],
            cwd=place, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
        )  # fmt: skip
    with meeting.with_(process):
        base = re.search(r"Follow the run at (\S+)/", (place / "terminal").read_text())[1]
        pages = pages_of(base)
    process.wait(timeout=300)
    made = run("report", "out", "--summary", "nb", "--bundle", "--sarif", "--gitlab", "--ctrf", "--github", cwd=place)
    files = {path.name: path.read_text(errors="replace") for path in (place / "out").rglob("*") if path.is_file()}
    files |= {"terminal": (place / "terminal").read_text(), "report": made.stdout + made.stderr}
    for path in (place / "out").rglob("*.zip"):
        with zipfile.ZipFile(path) as bundle:
            files |= {f"{path.name}/{name}": bundle.read(name).decode(errors="replace") for name in bundle.namelist()}
    return json.loads((place / "told").read_text()), pages, files


def pages_of(base: str) -> dict[str, str]:
    """Every page reachable by links from the first, in both languages, what programs get, and what is pushed."""
    found, waiting = {}, ["/", "/?lang=nb", "/console/board/answer", *(f"/sandbox/{name}" for name in JSON_PLACES)]
    with httpx.Client(base_url=base, trust_env=False, timeout=300) as http:
        pushed = threading.Thread(target=lambda: found.update(events=events_of(base)))
        pushed.start()
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found[path] = http.get(path).text
            links = (
                html.unescape(link).partition("#")[0] for link in re.findall(r'(?:href|src)="(/[^"]*)"', found[path])
            )
            waiting += [link for link in links if link not in found and "/do/" not in link]
        pushed.join()
    return found


def events_of(base: str) -> str:
    """What is pushed to the pages in some seconds, while others are fetched."""
    text = ""
    with (
        suppress(httpx.ReadTimeout),
        httpx.stream("GET", f"{base}/console/events", timeout=5, trust_env=False) as pushed,
    ):
        for piece in pushed.iter_text():
            text += piece
    return text


def secrets_in(text: str, told: list[str]) -> list[str]:
    """Which secrets, or large parts of one, a text contains, also if escaped for HTML, a URL or JSON."""
    key, *tokens = told
    lines = [line for line in key.splitlines() if "PRIVATE KEY" not in line and len(line) > 20]
    parts = [part for each in (*tokens, PLANTED) for part in each.split(".")[1:]]
    secrets = {*lines, *parts, PERSON, "170485 12387", "PRIVATE KEY"}
    readings = (text, html.unescape(text), unquote(text), text.replace("\\n", "\n").replace('\\"', '"'))
    return sorted(secret[:30] for secret in secrets if any(secret in reading for reading in readings))


def test_no_page_of_a_run_that_is_under_way_holds_a_secret(live):
    told, pages, _ = live

    assert {path: found for path, text in pages.items() if (found := secrets_in(text, told))} == {}


def test_every_page_was_looked_at(live):
    _, pages, _ = live
    reached = {re.sub(r"\d+", "N", path.partition("?")[0]) for path in pages}

    assert {
        "/",
        "/console/calls",
        "/console/calls/N",
        "/console/what-if",
        "/console/parties",
        "/console/parties/N",
    } <= reached
    assert {"/console/progress", "/console/page.js", "/console/style.css", "/sandbox/status", "events"} <= reached
    assert sum("/console/calls/" in path for path in pages) > 10
    assert "event" in pages["events"] or "data" in pages["events"]
    assert "gets_in" in pages["/"] or "requests a token" in pages["/"]


def test_nothing_that_is_written_holds_a_secret(live):
    told, _, files = live

    assert {"verdict.json", "report.html", "exchanges.har", "terminal", "summary.nb.md"} <= files.keys()
    assert {name: found for name, text in files.items() if (found := secrets_in(text, told))} == {}
