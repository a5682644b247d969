"""A driver made of Authlib and requests: nothing of Prøvestand is imported."""

import json
import sys
import time
import uuid
import warnings
from decimal import Decimal
from pathlib import Path

import requests

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Authlib's own, of what it will move
    from authlib.jose import jwt

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LISTS = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"),
    "krav": ("krav", "opprinneligBeloep"),
    "innbetalinger": ("innbetaling", "innbetaltBeloep"),
    "utbetalinger": ("utbetaling", "utbetaltBeloep"),
}


class RefusedError(Exception):
    """The issuer says no."""


class Client:
    def __init__(self, told):
        self.told, self.session, self.tokens = told, requests.Session(), {}
        self.session.trust_env = False
        self.session.verify = told["ca"] or True
        self.issuer = self.session.get(told["issuer"] + ".well-known/oauth-authorization-server", timeout=20).json()

    def details(self, task):
        if task.get("consent"):
            giver = f"urn:altinn:organization:identifier-no:{task['organisation']}"
            return [{"type": "urn:altinn:consent", "id": task["consent"], "from": giver}]
        if task.get("system_user"):
            owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{task['system_user']['organisation']}"}
            return [{"type": "urn:altinn:systemuser", "systemuser_org": owner}]
        return None

    def token(self, task, refused=None):
        purpose = json.dumps([task["scope"], task.get("consumer_org"), self.details(task)])
        value, until = self.tokens.get(purpose, (None, 0))
        if value is not None and value != refused and time.time() < until:
            return value
        now = int(time.time())
        claims = {"aud": self.issuer["issuer"], "iss": self.told["client_id"], "scope": task["scope"], "iat": now}
        claims |= {"exp": now + 119, "jti": uuid.uuid4().hex}
        more = {"consumer_org": task.get("consumer_org"), "authorization_details": self.details(task)}
        claims |= {name: value for name, value in more.items() if value}
        key = Path(self.told["key"]).read_bytes()
        grant = jwt.encode({"alg": "RS256", "kid": self.told["kid"]}, claims, key).decode()
        form = {"grant_type": GRANT, "assertion": grant}
        answer = self.session.post(self.issuer["token_endpoint"], data=form, timeout=20, allow_redirects=False)
        if 400 <= answer.status_code < 500:
            raise RefusedError(answer.json()["error_description"])
        body = answer.json()
        self.tokens[purpose] = body["access_token"], time.time() + body["expires_in"] - 15
        return body["access_token"]

    def look_up(self, task):
        value = self.token(task)
        answer = self.get(task, value)
        return self.get(task, self.token(task, value)) if answer.status_code == 401 else answer

    def get(self, task, token):
        path = f"/{task['rettighetspakke']}/{task['organisation']}/{task['operation']}"
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "application/json",
            "korrelasjonsid": str(uuid.uuid4()),
        }
        url = self.told["base_urls"][task["api"]] + path
        return self.session.get(url, params=task["parameters"], headers=headers, timeout=20, allow_redirects=False)


def reply_to(client, task):
    if task["operation"] not in LISTS:
        return {"outcome": "cannot"}
    if task["parameters"].get("fraOgMed", "2026")[:4] + "-12-31" < task["parameters"].get("tilOgMed", "")[:10]:
        span = int(task["parameters"]["tilOgMed"][:4]) - int(task["parameters"]["fraOgMed"][:4])
        if span > 1 or task["parameters"]["tilOgMed"][5:] >= task["parameters"]["fraOgMed"][5:]:
            return {"outcome": "failed", "message": "A period may be one year long at most."}
    answer = client.look_up(task)
    is_no = 400 <= answer.status_code < 500 and answer.status_code != 429
    if "json" not in answer.headers.get("content-type", ""):
        return {"outcome": "refused" if is_no else "failed", "message": f"status {answer.status_code}"}
    body = json.loads(answer.content, parse_float=Decimal)
    if body.get("kode") == "KB-007":
        return {"outcome": "done", "understood": {"count": 0, "total": "0"}}
    if answer.status_code != 200:
        found = {"codes": [body["kode"]]} if "kode" in body else None
        told = str(body.get("korrelasjonsid") or body.get("feilid"))
        return {
            "outcome": "refused" if is_no else "failed",
            "message": str(body),
            "korrelasjonsid": told,
            "understood": found,
        }
    name, amount = LISTS[task["operation"]]
    entries = body.get(name, [])
    total = sum((Decimal(entry[amount]) for entry in entries), Decimal(0))
    return {"outcome": "done", "understood": {"count": len(entries), "total": str(total)}}


def main():
    client = None
    for line in sys.stdin:
        message = json.loads(line)
        reply = {"outcome": "done"}
        try:
            if message["do"] == "connect":
                client = Client(message)
                reply |= {"client": {"name": "Authlib stranger", "version": "1"}, "can": [*LISTS]}
            elif message["do"] == "call":
                reply = reply_to(client, message)
        except RefusedError as error:
            reply = {"outcome": "refused", "message": str(error)}
        except (requests.RequestException, ValueError, KeyError) as error:
            reply = {"outcome": "failed", "message": type(error).__name__}
        print(json.dumps({"seq": message["seq"], **reply}), flush=True)


main()
