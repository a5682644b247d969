"""Krav og betalinger over raw HTTP: what each knob decides, who is shown what, what is reported about clients."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

OPEN_CLAIMS, NOTHING, SHIELDED, PARTLY, NOBODY = "313367002", "311851381", "310478717", "312438623", "219001002"
FEIL = "{urn:no:skatteetaten:datasamarbeid:feil:v1}"


def answer_of(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("kode")


@pytest.mark.parametrize(
    ("knob", "organisation", "operation", "query", "healthy", "turned"),
    [
        ("nothing-found=200", NOTHING, "krav", {}, (404, "KB-007"), (200, None)),
        ("nothing-open=KB-007", NOTHING, "aapnekrav", {}, (200, None), (404, "KB-007")),
        ("check-digit=KB-009", "313367003", "aapnekrav", {}, (400, "KB-006"), (404, "KB-009")),
        ("til-og-med=required", OPEN_CLAIMS, "krav", {"fraOgMed": "2026-01-01"}, (200, None), (400, "KB-006")),
        (
            "year=365",
            OPEN_CLAIMS,
            "krav",
            {"fraOgMed": "2024-01-01", "tilOgMed": "2024-12-31"},
            (200, None),
            (400, "KB-006"),
        ),
    ],
)
def test_a_knob_settles_what_is_unknown(
    sandbox: Any,
    start: Callable[..., Any],
    knob: str,
    organisation: str,
    operation: str,
    query: dict[str, str],
    healthy: tuple[int, str | None],
    turned: tuple[int, str | None],
):
    other = start("--knob", knob, "--now", "2026-05-20T12:00:00Z")

    assert answer_of(sandbox.ask(organisation, operation, **query)) == healthy
    assert answer_of(other.ask(organisation, operation, **query)) == turned


def test_codes_and_order_are_knobs_too(start: Callable[..., Any]):
    sandbox = start("--knob", "gateway-codes=DAS", "--knob", "order=input-first", "--knob", "missing-scope=KB-004")
    other_scope = sandbox.token(scope=sandbox.api["other_scope"])

    answers = {
        "unknown URL": answer_of(sandbox.get("/finans/313367002/ukjent", sandbox.token())),
        "no consent": answer_of(sandbox.get("/finans/313367002/aapnekrav", sandbox.token())),
        "no token, bad input": answer_of(sandbox.get("/finans/31336700/aapnekrav")),
        "other scope": answer_of(sandbox.get("/lovfestetrevisjon/313367002/aapnekrav", other_scope)),
    }

    assert answers == {
        "unknown URL": (404, "DAS-002"),
        "no consent": (403, "DAS-008"),
        "no token, bad input": (400, "KB-006"),
        "other scope": (401, "KB-004"),
    }


def test_of_a_shielded_party_nothing_is_shown(sandbox: Any):
    open_claims, claims = sandbox.ask(SHIELDED, "aapnekrav"), sandbox.ask(SHIELDED, "krav")

    assert open_claims.json() == {"partIdentifikator": SHIELDED, "skjermet": True}
    assert claims.json() == {
        "partIdentifikator": SHIELDED,
        "skjermet": True,
        "periode": {"fraOgMed": "2025-01-01", "tilOgMed": "2025-12-31"},
    }


def test_of_a_partly_shielded_party_the_sums_are_right(sandbox: Any):
    body = sandbox.ask(PARTLY, "aapnekrav").json()

    listed = sum(round(claim["gjenstaaendeBeloep"] * 100) for claim in body["aapentKravMedGjenstaaendeBeloep"])
    total = body["totalOversikt"]
    assert body["skjermet"]
    assert round((total["sumForfalteKrav"] + total["sumIkkeForfalteKrav"]) * 100) > listed


def test_accounts_of_private_parties_are_masked(sandbox: Any):
    payment = sandbox.ask("314961900", "innbetalinger").json()["innbetaling"][0]
    payout = sandbox.ask("314055403", "utbetalinger").json()["utbetaling"][0]

    assert payment["innbetaltFra"]["konto"]["kontonummer"].startswith("******")
    assert payout["betaltTil"]["konto"]["kontonummer"].endswith("xxxxxx")


def test_an_owner_s_claims_stand_under_the_birth_number(sandbox: Any):
    claims = sandbox.ask("212201782", "krav").json()["krav"]

    numbers = {claim["partIdentifikator"] for claim in claims}
    assert all(len(number) == 11 and int(number[2:4]) > 80 for number in numbers - {"212201782"})
    assert numbers - {"212201782"}


def test_xml_has_the_values_of_json(sandbox: Any):
    json = sandbox.ask(OPEN_CLAIMS, "aapnekrav").json()
    xml = sandbox.get(f"/lovfestetrevisjon/{OPEN_CLAIMS}/aapnekrav", sandbox.token(), Accept="application/xml")

    root = etree.fromstring(xml.content)
    amounts = [float(node.text) for node in root.findall("aapentKravMedGjenstaaendeBeloep/gjenstaaendeBeloep")]
    assert root.tag == "aapneKrav"
    assert amounts == [claim["gjenstaaendeBeloep"] for claim in json["aapentKravMedGjenstaaendeBeloep"]]


def test_an_xml_error_is_the_published_document(sandbox: Any):
    answer = sandbox.get(f"/lovfestetrevisjon/{NOBODY}/aapnekrav", sandbox.token(), Accept="application/xml")

    root = etree.fromstring(answer.content)
    assert (answer.status_code, root.tag) == (404, f"{FEIL}feil")
    assert [child.tag for child in root] == [f"{FEIL}kode", f"{FEIL}melding", f"{FEIL}korrelasjonsid"]


def test_a_korrelasjonsid_comes_back(sandbox: Any):
    sent = "7b0e8f4e-5d0e-4b8c-9a3e-0c5d8a1f2b3c"

    echoed = sandbox.get("/finans/313367002/aapnekrav", Korrelasjonsid=sent)
    replaced = sandbox.get("/finans/313367002/aapnekrav", Korrelasjonsid="ingen uuid")

    assert (echoed.json()["korrelasjonsid"], echoed.headers["Korrelasjonsid"]) == (sent, sent)
    assert len(replaced.json()["korrelasjonsid"]) == 36


def test_call_ids_that_come_twice_are_counted(start: Callable[..., Any]):
    sandbox = start()
    for name in ("a", "b", "a", "a"):
        sandbox.get("/finans/313367002/aapnekrav", Korrelasjonsid=name)

    figures = sandbox.http.get(f"{sandbox.base}/sandbox/status").json()["apis"]["kravogbetalinger"]

    assert (figures["requests"], figures["repeated_ids"]) == (4, 2)


def test_a_consumer_is_shown_what_it_was_granted(sandbox: Any):
    """The scope's consumer counts, not the supplier that sends the request."""
    delegated = sandbox.token(consumer_org="312987651")
    nobody = sandbox.mint(sandbox.token(), consumer={"authority": "iso6523-actorid-upis", "ID": f"0192:{NOBODY}"})

    statuses = [
        answer_of(sandbox.get(f"/lovfestetrevisjon/{OPEN_CLAIMS}/aapnekrav", token)) for token in (delegated, nobody)
    ]

    assert statuses == [(403, "DAS-008"), (403, "DAS-008")]


def test_a_system_user_without_rights_opens_nothing(sandbox: Any):
    customer = sandbox.api["access"]["regnskapssystem"]["customers_without_rights"][0]
    owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{customer}"}
    token = sandbox.token(authorization_details=[{"type": "urn:altinn:systemuser", "systemuser_org": owner}])

    answer = sandbox.get(f"/regnskapssystem/{customer}/aapnekrav", token)

    assert answer_of(answer) == (403, "DAS-008")


@pytest.mark.parametrize("version", ["v2", "v99", "x"])
def test_another_version_is_an_unknown_url(sandbox: Any, version: str):
    """In both styles of address; the fault serves it anyway."""
    path = f"{version}/lovfestetrevisjon/{OPEN_CLAIMS}/aapnekrav"
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    addresses = [f"{sandbox.base}{home}/{path}" for home in ("/kravogbetalinger", "/api/innkreving/kravogbetalinger")]

    answers = [sandbox.http.get(address, headers=headers) for address in addresses]

    assert [answer_of(answer) for answer in answers] == [(404, "KB-003"), (404, "KB-003")]


def test_a_fault_serves_any_version(sandbox: Any):
    headers = {"Authorization": f"Bearer {sandbox.token()}", "Provestand-Fault": "any-version-served"}
    address = f"{sandbox.base}/kravogbetalinger/v99/lovfestetrevisjon/{OPEN_CLAIMS}/aapnekrav"

    answer = sandbox.http.get(address, headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("needed", "kind"), [("token", "token"), ("consent", "consent"), ("system-user", "system_user")]
)
def test_the_target_says_what_auditors_need(start: Callable[..., Any], needed: str, kind: str):
    sandbox = start("--knob", f"lovfestetrevisjon={needed}")

    statuses = {OPEN_CLAIMS: sandbox.ask(OPEN_CLAIMS, "aapnekrav").status_code}

    assert sandbox.api["access"]["lovfestetrevisjon"]["kind"] == kind
    assert statuses == {OPEN_CLAIMS: 200 if needed == "token" else 403}


def test_a_token_in_the_body_opens_nothing_but_by_the_fault(sandbox: Any):
    address = f"{sandbox.api['base_url']}/lovfestetrevisjon/{OPEN_CLAIMS}/aapnekrav"

    def status(**headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = sandbox.http.request("GET", address, data={"access_token": sandbox.token()}, headers=sent)
        return int(answer.status_code)

    assert (status(), status(Provestand_Fault="token-read-from-the-body")) == (401, 200)
