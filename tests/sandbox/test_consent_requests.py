"""Altinn 3 over raw HTTP: a consent is requested, decided, fetched as a token, and gives access to finans."""

import datetime
import uuid
from typing import Any

import pytest

GIVER, VENDOR, CUSTOMER = "314055403", "312345676", "312987651"
ORGANISATION = "urn:altinn:organization:identifier-no:"
RESOURCE = "ske-samtykke-krav-og-betalinger"
WRITE = "altinn:consentrequests.write"


def address(sandbox: Any, *parts: str) -> str:
    return "/".join([f"{sandbox.base}/altinn/accessmanagement/api/v1/enterprise/consentrequests", *parts])


def request_body(**changes: Any) -> dict[str, Any]:
    right = {"action": ["consent"], "resource": [{"type": "urn:altinn:resource", "value": RESOURCE}]}
    return {
        "id": str(uuid.uuid4()),
        "from": f"{ORGANISATION}{GIVER}",
        "to": f"{ORGANISATION}{VENDOR}",
        "validTo": "2027-01-01T00:00:00+00:00",
        "consentRights": [right],
        "redirectUrl": "https://bank.example/retur?kunde=7",
    } | changes


def with_resource(name: str, metadata: dict[str, str] | None = None) -> list[dict[str, Any]]:
    right: dict[str, Any] = {"action": ["consent"], "resource": [{"type": "urn:altinn:resource", "value": name}]}
    return [right | ({"metaData": metadata} if metadata is not None else {})]


def create(sandbox: Any, body: dict[str, Any], **claims: object) -> Any:
    token = sandbox.token(**({"scope": WRITE} | claims))
    return sandbox.http.post(address(sandbox), json=body, headers={"Authorization": f"Bearer {token}"})


def decide(sandbox: Any, consent: str, decision: str) -> Any:
    return sandbox.http.post(f"{sandbox.base}/altinn/consentrequests/{consent}/{decision}")


def consent_details(consent: str) -> list[dict[str, str]]:
    return [{"type": "urn:altinn:consent", "id": consent, "from": f"{ORGANISATION}{GIVER}"}]


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_consent_opens_finans_when_it_is_accepted(sandbox: Any):
    body = request_body()

    created = create(sandbox, body)
    before = sandbox.client.grant(authorization_details=consent_details(body["id"]))
    decided = decide(sandbox, body["id"], "accept")
    token = sandbox.token(authorization_details=consent_details(body["id"]))
    answer = sandbox.get(f"/finans/{GIVER}/aapnekrav", token)

    assert created.status_code == 201
    assert created.headers["Location"] == address(sandbox, body["id"])
    assert created.json()["status"] == "Created"
    assert "AM-00014" in before.json()["error_description"]
    assert decided.headers["Location"] == "https://bank.example/retur?kunde=7&Status=OK"
    assert answer.status_code == 200


def test_the_same_request_again_is_the_same_consent(sandbox: Any):
    body = request_body()

    first, again = create(sandbox, body), create(sandbox, body | {"validTo": "2028-01-01T00:00:00+00:00"})
    between_others = create(sandbox, body | {"from": f"{ORGANISATION}313367002"})

    assert [first.status_code, again.status_code] == [201, 200]
    assert again.json()["validTo"] == first.json()["validTo"]
    assert code_of(between_others) == (400, "AM-00016")


def test_what_cannot_be_asked_for_is_told_by_its_code(sandbox: Any):
    other = "ske-samtykke-sbl-inntekt"

    codes = {
        "unknown giver": code_of(create(sandbox, request_body(**{"from": f"{ORGANISATION}219001002"}))),
        "person": code_of(create(sandbox, request_body(**{"from": "urn:altinn:person:identifier-no:14838290095"}))),
        "for another": code_of(create(sandbox, request_body(to=f"{ORGANISATION}{CUSTOMER}"))),
        "resource": code_of(create(sandbox, request_body(consentRights=with_resource("ske-ukjent")))),
        "unknown key": code_of(create(sandbox, request_body(consentRights=with_resource(RESOURCE, {"aar": "2025"})))),
        "missing key": code_of(create(sandbox, request_body(consentRights=with_resource(other)))),
        "empty value": code_of(create(sandbox, request_body(consentRights=with_resource(other, {"inntektsaar": ""})))),
        "templates": code_of(
            create(
                sandbox,
                request_body(
                    consentRights=with_resource(RESOURCE) + with_resource(other, {"inntektsaar": "2025"}),
                ),
            )
        ),
    }

    assert codes == {
        "unknown giver": (400, "AM-00003"),
        "person": (400, "AM-00004"),
        "for another": (403, "AM-00000"),
        "resource": (400, "AM-00005"),
        "unknown key": (400, "AM-00006"),
        "missing key": (400, "AM-00008"),
        "empty value": (400, "AM-00007"),
        "templates": (400, "AM-00009"),
    }


def test_validation_tells_every_error(sandbox: Any):
    body = request_body(validTo="2020-01-01T00:00:00+00:00", consentRights=[], redirectUrl="bank")

    answer = create(sandbox, body)

    assert code_of(answer) == (400, "STD-00000")
    assert [error["code"] for error in answer.json()["validationErrors"]] == [
        "AM.VLD-00022",
        "AM.VLD-00023",
        "AM.VLD-00027",
    ]


def test_several_problems_at_once_are_a_500(sandbox: Any):
    rights = with_resource("ske-ukjent")

    answer = create(sandbox, request_body(consentRights=rights, **{"from": f"{ORGANISATION}219001002"}))

    assert code_of(answer) == (500, "STD-00001")
    assert [problem["code"] for problem in answer.json()["problems"]] == ["AM-00003", "AM-00005"]


def test_a_decision_that_comes_too_late_is_refused(sandbox: Any):
    body = request_body()
    create(sandbox, body)

    answers = [
        decide(sandbox, body["id"], "revoke"),
        decide(sandbox, body["id"], "accept"),
        decide(sandbox, body["id"], "accept"),
        decide(sandbox, body["id"], "reject"),
        decide(sandbox, str(uuid.uuid4()), "accept"),
    ]

    assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [
        (400, "AM-00010"),
        (303, None),
        (400, "AM-00002"),
        (400, "AM-00015"),
        (404, "AM-00001"),
    ]


def test_a_revoked_consent_gives_no_token(sandbox: Any):
    body = request_body()
    create(sandbox, body)
    decide(sandbox, body["id"], "accept")
    decide(sandbox, body["id"], "revoke")

    refused = sandbox.client.grant(authorization_details=consent_details(body["id"]))

    assert refused.json()["error"] == "invalid_altinn_customer_configuration"
    assert refused.json()["error_uri"].endswith("/errors/MP-303")
    assert "AM-00011" in refused.json()["error_description"]


def test_a_supplier_asks_for_its_consumer(sandbox: Any):
    body = request_body(to=f"{ORGANISATION}{CUSTOMER}")

    created = create(sandbox, body, consumer_org=CUSTOMER)

    assert created.status_code == 201
    assert created.json()["handledBy"] == f"{ORGANISATION}{VENDOR}"


def test_only_the_parties_read_a_request(sandbox: Any):
    body = request_body()
    create(sandbox, body)
    own = {"Authorization": f"Bearer {sandbox.token(scope='altinn:consentrequests.read')}"}
    others = {
        "Authorization": f"Bearer {sandbox.token(scope='altinn:consentrequests.read', consumer_org=CUSTOMER)}",
    }

    answers = [
        sandbox.http.get(address(sandbox, body["id"]), headers=own),
        sandbox.http.get(address(sandbox, body["id"]), headers=others),
        sandbox.http.get(address(sandbox, body["id"])),
        sandbox.http.get(address(sandbox, body["id"]), headers={"Authorization": f"Bearer {sandbox.token()}"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 401, 403]


def test_the_feed_has_what_is_older_than_five_minutes(sandbox: Any):
    create(sandbox, request_body())
    headers = {"Authorization": f"Bearer {sandbox.token(scope='altinn:consentrequests.read')}"}

    feed = sandbox.http.get(address(sandbox, "events"), headers=headers).json()

    now = datetime.datetime.fromtimestamp(sandbox.now(), datetime.UTC)
    assert all(datetime.datetime.fromisoformat(event["created"]) < now for event in feed["data"])
    assert feed == {"data": [], "links": {"next": None}}


def test_metadata_of_a_consent_stands_in_its_token(start: Any):
    sandbox = start("--knob", "consent-metadata=metaData")
    rights = with_resource("ske-samtykke-sbl-inntekt", {"inntektsaar": "2025"})
    body = request_body(consentRights=rights, validTo="2099-01-01T00:00:00+00:00")
    create(sandbox, body)
    decide(sandbox, body["id"], "accept")

    token = sandbox.token(authorization_details=consent_details(body["id"]))

    detail = sandbox.claims(token)["authorization_details"][0]
    assert detail["consentRights"] == [rights[0]]


def test_a_consent_of_altinn_2_opens_finans_behind_its_knob(start: Any):
    legacy = start("--knob", "altinn2-consent=on")
    modern = start()

    statuses = {}
    for name, sandbox in {"on": legacy, "off": modern}.items():
        query = f"serviceCodes=5928_202301&offeredBy={GIVER}&coveredBy={VENDOR}"
        consent = sandbox.http.get(f"{sandbox.base}/altinn/api/GetConsentToken?{query}").text
        answer = sandbox.get(f"/finans/{GIVER}/aapnekrav", sandbox.token(), AltinnSamtykke=consent)
        statuses[name] = answer.status_code

    assert statuses == {"on": 200, "off": 403}


def test_a_consent_of_altinn_2_must_fit(start: Any):
    sandbox = start("--knob", "altinn2-consent=on")
    token = sandbox.token()

    def status(**changes: str) -> int:
        query = {"serviceCodes": "5928_202301", "offeredBy": GIVER, "coveredBy": VENDOR, "ttl": "30"} | changes
        consent = sandbox.http.get(f"{sandbox.base}/altinn/api/GetConsentToken", params=query).text
        return sandbox.get(f"/finans/{GIVER}/aapnekrav", token, AltinnSamtykke=consent).status_code

    statuses = {
        "as it is": status(),
        "other code": status(serviceCodes="5929_202301"),
        "other giver": status(offeredBy="313367002"),
        "other recipient": status(coveredBy=CUSTOMER),
        "expired": status(ttl="0"),
    }
    forged = sandbox.get(f"/finans/{GIVER}/aapnekrav", token, AltinnSamtykke="a.b.c").status_code

    assert statuses == {
        "as it is": 200,
        "other code": 403,
        "other giver": 403,
        "other recipient": 403,
        "expired": 403,
    }
    assert forged == 403


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("expired-altinn-2-consent-accepted", {"ttl": "0"}),
        ("altinn-2-consent-to-another-accepted", {"coveredBy": CUSTOMER}),
        ("altinn-2-consent-of-another-accepted", {"offeredBy": "313367002"}),
        ("altinn-2-consent-to-another-service-accepted", {"serviceCodes": "5929_202301"}),
    ],
)
def test_a_fault_lets_one_wrong_consent_of_altinn_2_through(sandbox: Any, fault: str, changes: dict[str, str]):
    """And no other: a consent with another party's signature gives no access."""
    right = {"serviceCodes": "5928_202301", "offeredBy": GIVER, "coveredBy": VENDOR, "ttl": "30"}
    wrong = sandbox.http.get(f"{sandbox.base}/altinn/api/GetConsentToken", params=right | changes).text
    asked = {"path": f"/finans/{GIVER}/aapnekrav", "token": sandbox.token(), "Provestand_Fault": fault}

    opened = sandbox.get(**asked, AltinnSamtykke=wrong)
    forged = sandbox.get(**asked, AltinnSamtykke=with_another_signature(wrong))

    assert opened.status_code == 200
    assert (forged.status_code, forged.json()["kode"]) == (403, "KB-005")


def test_a_fault_lets_any_signature_of_altinn_2_through(sandbox: Any):
    query = f"serviceCodes=5928_202301&offeredBy={GIVER}&coveredBy={VENDOR}"
    consent = sandbox.http.get(f"{sandbox.base}/altinn/api/GetConsentToken?{query}").text
    fault = "altinn-2-signature-not-verified"

    statuses = [
        sandbox.get(
            f"/finans/{GIVER}/aapnekrav", sandbox.token(), AltinnSamtykke=samtykke, Provestand_Fault=fault
        ).status_code
        for samtykke in (with_another_signature(consent), "a.b.c", "abc")
    ]

    assert statuses == [200, 403, 403]


def with_another_signature(token: str) -> str:
    content, _, signature = token.rpartition(".")
    return f"{content}.{signature[::-1]}"
