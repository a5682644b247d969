"""A driver for `provestand client --drive "python driver.py"`: replace fetch() and file() by calls of your own system.

Needs: pip install requests pyjwt cryptography
"""

import base64
import copy
import json
import sys
import time
import uuid

import jwt
import requests

HERE, TOKENS = {}, {}
AMOUNT = {
    "aapnekrav": "gjenstaaendeBeloep",
    "krav": "opprinneligBeloep",
    "innbetalinger": "innbetaltBeloep",
    "utbetalinger": "utbetaltBeloep",
}


def token(task):
    details = []
    if task.get("consent"):
        giver = "urn:altinn:organization:identifier-no:" + task["organisation"]
        details = [{"type": "urn:altinn:consent", "id": task["consent"], "from": giver}]
    if task.get("system_user"):
        owner = {"authority": "iso6523-actorid-upis", "ID": "0192:" + task["system_user"]["organisation"]}
        details = [{"type": "urn:altinn:systemuser", "systemuser_org": owner}]
    key = json.dumps([task["scope"], task.get("consumer_org"), details])
    kept, until = TOKENS.get(key, (None, 0))
    if time.time() < until:
        return kept, key
    metadata = requests.get(HERE["issuer"] + ".well-known/oauth-authorization-server", timeout=20).json()
    now = int(time.time())
    claims = {
        "aud": metadata["issuer"],
        "iss": HERE["client_id"],
        "scope": task["scope"],
        "iat": now,
        "exp": now + 100,
        "jti": str(uuid.uuid4()),
    }
    if task.get("consumer_org"):
        claims["consumer_org"] = task["consumer_org"]
    if details:
        claims["authorization_details"] = details
    grant = jwt.encode(claims, open(HERE["key"]).read(), "RS256", {"kid": HERE["kid"]})
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": grant}
    answer = requests.post(metadata["token_endpoint"], data=form, timeout=20, allow_redirects=False)
    answer.raise_for_status()
    body = answer.json()
    TOKENS[key] = (body["access_token"], time.time() + body["expires_in"] * 0.8)
    return body["access_token"], key


def send(task, method, path, again=True, **more):
    value, key = token(task)
    headers = {
        "Authorization": "Bearer " + value,
        "Accept": "application/json",
        "KlientId": "starter",
        "Korrelasjonsid": str(uuid.uuid4()),
        "Meldingsid": str(uuid.uuid4()),
    }
    url = HERE["base_urls"][task["api"]] + path
    answer = requests.request(method, url, headers=headers, timeout=20, allow_redirects=False, **more)
    if answer.status_code == 401 and again:
        TOKENS.pop(key, None)
        return send(task, method, path, again=False, **more)
    return answer


def fetch(task):  # <-- call your own look-up here
    path = f"/{task['rettighetspakke']}/{task['organisation']}/{task['operation']}"
    return send(task, "GET", path, params=task.get("parameters"))


def file(task):  # <-- call your own filing here
    body = copy.deepcopy(task["body"])
    for cited in [c for c in walk(body) if not c["uuid"]]:
        form = {"filnavn": cited["filnavn"], "innsenderReferanse": body["innsenderReferanse"]}
        content = base64.b64decode(task["file"]["content"])
        sent = {"fil": (cited["filnavn"], content, task["file"]["type"])}
        cited["uuid"] = send(task, "POST", "/vedlegg", data=form, files=sent).json()["uuid"]
        while send(task, "GET", "/vedlegg/" + cited["uuid"]).json()["tilstand"] != "klar":
            time.sleep(1)
    debtors = [next(iter(s["saksoekt"].values()))["identifikator"] for s in body["saksoekt"]]
    send(task, "POST", "/betjeningskartet", json={"skyldner": debtors})
    return send(task, "POST", "", json=body)


def walk(value):
    if isinstance(value, dict):
        yield from [value] if "filnavn" in value and "uuid" in value else []
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


def perform(task):
    answer = file(task) if task["operation"] == "opprettBegjaering" else fetch(task)
    body = answer.json()
    if answer.status_code >= 400 and body.get("kode") != "KB-007":
        outcome = "refused" if answer.status_code < 500 else "failed"
        return {
            "outcome": outcome,
            "message": answer.text,
            "korrelasjonsid": body.get("korrelasjonsid") or body.get("feilid"),
        }
    if task["operation"] == "opprettBegjaering":
        return {"outcome": "done", "understood": {"reference": str(body["eksternSaksreferanse"])}}
    entries = next((entry for entry in body.values() if isinstance(entry, list) and "kravgruppe" not in entry[0]), [])
    entries = [] if answer.status_code == 404 else entries
    return {"outcome": "done", "understood": {"count": len(entries)}}


for line in sys.stdin:
    message = json.loads(line)
    reply = {"outcome": "cannot"}
    try:
        if message["do"] == "connect":
            HERE.update(message), TOKENS.clear()
            reply = {
                "outcome": "done",
                "client": {"name": "Starter", "version": "1"},
                "can": [*AMOUNT, "opprettBegjaering"],
            }
        elif message["do"] == "call":
            reply = perform(message)
        elif message["do"] == "goodbye":
            reply = {"outcome": "done"}
    except Exception as error:
        reply = {"outcome": "failed", "message": type(error).__name__}
    print(json.dumps({"seq": message["seq"], **reply}), flush=True)
