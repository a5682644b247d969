"""Altinn's system register over raw HTTP: a system is registered, a customer accepts, its token gives access."""

import uuid
from typing import Any

VENDOR, CUSTOMER = "312345676", "314055403"
RIGHTS = [{"resource": [{"id": "urn:altinn:resource", "value": "ske-krav-og-betalinger"}]}]
REGISTER = "altinn:authentication/systemregister.write"
ASK = "altinn:authentication/systemuser.request.write"


def post(sandbox: Any, path: str, body: dict[str, Any], scope: str) -> Any:
    headers = {"Authorization": f"Bearer {sandbox.token(scope=scope)}"}
    return sandbox.http.post(f"{sandbox.base}/altinn/authentication/api/v1/{path}", json=body, headers=headers)


def system(**changes: Any) -> dict[str, Any]:
    return {
        "id": f"{VENDOR}_{uuid.uuid4().hex}",
        "vendor": {"authority": "iso6523-actorid-upis", "ID": f"0192:{VENDOR}"},
        "rights": RIGHTS,
        "clientId": [],
        "allowedRedirectUrls": ["https://system.example/ferdig"],
    } | changes


def user_details(reference: str | None) -> list[dict[str, Any]]:
    owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{CUSTOMER}"}
    detail: dict[str, Any] = {"type": "urn:altinn:systemuser", "systemuser_org": owner}
    return [detail | ({"externalRef": reference} if reference else {})]


def test_a_system_user_opens_regnskapssystem_when_its_customer_accepts(start: Any):
    sandbox = start()
    registered = system(clientId=[sandbox.client.client_id])
    asked = {"systemId": registered["id"], "partyOrgNo": CUSTOMER, "externalRef": "avd-7", "rights": RIGHTS}

    first = post(sandbox, "systemregister/vendor", registered, REGISTER)
    made = post(sandbox, "systemuser/request/vendor", asked, ASK)
    before = sandbox.client.grant(authorization_details=user_details("avd-7"))
    accepted = sandbox.http.post(f"{made.json()['confirmUrl']}/accept")
    token = sandbox.token(authorization_details=user_details("avd-7"))
    answer = sandbox.get(f"/regnskapssystem/{CUSTOMER}/aapnekrav", token)

    assert [first.status_code, made.status_code, made.json()["status"]] == [200, 201, "New"]
    assert before.json()["error_uri"].endswith("MP-303")
    assert accepted.json()["status"] == "Accepted"
    assert answer.status_code == 200


def test_a_rejected_request_makes_no_system_user(start: Any):
    sandbox = start()
    registered = system(clientId=[sandbox.client.client_id])
    post(sandbox, "systemregister/vendor", registered, REGISTER)
    asked = {"systemId": registered["id"], "partyOrgNo": CUSTOMER, "externalRef": "avd-8"}
    made = post(sandbox, "systemuser/request/vendor", asked, ASK).json()

    rejected = sandbox.http.post(f"{made['confirmUrl']}/reject")
    again = sandbox.http.post(f"{made['confirmUrl']}/accept")
    refused = sandbox.client.grant(authorization_details=user_details("avd-8"))

    assert [rejected.json()["status"], again.status_code] == ["Rejected", 409]
    assert refused.status_code == 400


def test_a_system_that_cannot_be_is_told_by_every_code(sandbox: Any):
    taken = system(clientId=["a-client"])
    post(sandbox, "systemregister/vendor", taken, REGISTER)

    def codes(**changes: Any) -> list[str]:
        answer = post(sandbox, "systemregister/vendor", system(**changes), REGISTER)
        assert answer.status_code == 400
        return [error["code"] for error in answer.json()["validationErrors"]]

    assert codes(vendor={"ID": VENDOR}) == ["AUTH.VLD-00000"]
    assert codes(id="uten_nummer") == ["AUTH.VLD-00001"]
    assert codes(id=taken["id"]) == ["AUTH.VLD-00002"]
    assert codes(rights=[{"resource": [{"value": "ske-ukjent"}]}]) == ["AUTH.VLD-00003"]
    assert codes(clientId=["a-client"]) == ["AUTH.VLD-00004"]
    assert codes(allowedRedirectUrls=["ferdig"]) == ["AUTH.VLD-00005"]
    assert codes(accessPackages=[{"urn": "urn:altinn:accesspackage:ukjent"}]) == ["AUTH.VLD-00008"]
    assert codes(id=taken["id"], allowedRedirectUrls=["ferdig"]) == ["AUTH.VLD-00002", "AUTH.VLD-00005"]


def test_an_access_package_gives_the_resources_in_it(start: Any):
    sandbox = start()
    registered = system(rights=[], accessPackages=[{"urn": "urn:altinn:accesspackage:kravogutlegg"}])
    post(sandbox, "systemregister/vendor", registered, REGISTER)
    asked = {"systemId": registered["id"], "partyOrgNo": CUSTOMER}

    made = post(sandbox, "systemuser/request/vendor", asked, ASK).json()

    resources = [right["resource"][0]["value"] for right in made["rights"]]
    assert resources == ["ske-krav-og-betalinger", "ske-utleggsbegjaering"]


def test_a_request_for_an_unknown_system_or_address_is_refused(start: Any):
    sandbox = start()
    registered = system()
    post(sandbox, "systemregister/vendor", registered, REGISTER)

    too_much = {"systemId": registered["id"], "partyOrgNo": CUSTOMER, "redirectUrl": "https://annen.example/"}
    unknown = {"systemId": "312345676_ukjent", "partyOrgNo": CUSTOMER}
    answers = [post(sandbox, "systemuser/request/vendor", body, ASK) for body in (too_much, unknown)]

    assert [answer.status_code for answer in answers] == [400, 404]
