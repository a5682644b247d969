"""A driver made with Authlib and requests: nothing of Prøvestand is imported."""

import base64
import copy
import json
import sys
import time
import uuid
import warnings
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import requests

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Authlib's own deprecation warning
    from authlib.jose import jwt

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LISTS = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"),
    "krav": ("krav", "opprinneligBeloep"),
    "innbetalinger": ("innbetaling", "innbetaltBeloep"),
    "utbetalinger": ("utbetaling", "utbetaltBeloep"),
}
USELESS = {"inneholderVirus", "valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"}
YEAR = timedelta(days=365)


class RefusedError(Exception):
    """A refusal."""


class UselessError(Exception):
    """An attachment cannot be cited, or the user asked for something that must not be sent."""


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

    def send(self, task, method, path, **what):
        value = self.token(task)
        answer = self.sent(task, method, path, value, what)
        if answer.status_code != 401:
            return answer
        return self.sent(task, method, path, self.token(task, refused=value), what)

    def sent(self, task, method, path, token, what):
        headers = {"authorization": f"Bearer {token}", "accept": "application/json", "klientid": "authlib-stranger"}
        headers |= {name: str(uuid.uuid4()) for name in ("korrelasjonsid", "meldingsid")}
        url = self.told["base_urls"][task["api"]] + path
        return self.session.request(method, url, headers=headers, timeout=20, allow_redirects=False, **what)

    def look_up(self, task):
        first, last = (task["parameters"].get(name) for name in ("fraOgMed", "tilOgMed"))
        if first and date.fromisoformat(last) - date.fromisoformat(first) > YEAR:
            raise UselessError("A period may be one year long at most.")
        path = f"/{task['rettighetspakke']}/{task['organisation']}/{task['operation']}"
        return self.send(task, "GET", path, params=task["parameters"])

    def follow(self, task):
        return self.send(task, "GET", f"/status/{task['parameters']['eksternSaksreferanse']}")

    def file(self, task):
        body = copy.deepcopy(task["body"])
        missing = [each for each in cited_in(body) if not each["uuid"]]
        for each in missing:
            each["uuid"] = self.upload(task, each["filnavn"], body["innsenderReferanse"])
        for each in missing:
            self.await_ready(task, each)
        debtors = [debtor_of(entry["saksoekt"]) for entry in body["saksoekt"]]
        asked = self.send(task, "POST", "/betjeningskartet", json={"skyldner": debtors})
        return self.send(task, "POST", "", json=body) if asked.status_code == 200 else asked

    def upload(self, task, name, reference):
        file = {"fil": (name, base64.b64decode(task["file"]["content"]), task["file"]["type"])}
        form = {"filnavn": name, "innsenderReferanse": reference}
        answer = self.send(task, "POST", "/vedlegg", data=form, files=file)
        if answer.status_code != 201:
            raise UselessError(f"{name} was not taken: status {answer.status_code}, {answer.text}")
        return answer.json()["uuid"]

    def await_ready(self, task, cited):
        for _ in range(20):
            state = self.send(task, "GET", f"/vedlegg/{cited['uuid']}").json()["tilstand"]
            if state == "klar":
                return
            if state in USELESS:
                break
            time.sleep(0.8)
        raise UselessError(f"{cited['filnavn']} cannot be used: {state}")

    def change(self, task):
        return self.send(task, "PUT", f"/{task['parameters']['eksternSaksreferanse']}", json=task["body"])


def debtor_of(saksoekt):
    """The debtors of a begjæring, as Betjeningskartet asks for them."""
    return next(saksoekt[kind]["identifikator"] for kind in ("virksomhet", "person") if kind in saksoekt)


def cited_in(value):
    """Every object that cites a file."""
    if isinstance(value, dict) and {"filnavn", "uuid"} <= value.keys():
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from cited_in(child)


STEPS = dict.fromkeys(LISTS, Client.look_up)
STEPS |= {"opprettBegjaering": Client.file, "endreBegjaering": Client.change, "hentStatusPaaSak": Client.follow}


def reply_to(client, task):
    if task["operation"] not in STEPS:
        return {"outcome": "cannot"}
    answer = STEPS[task["operation"]](client, task)
    is_no = 400 <= answer.status_code < 500 and answer.status_code != 429
    if answer.status_code == 204:
        return {"outcome": "done"}
    if "json" not in answer.headers.get("content-type", ""):
        return {"outcome": "refused" if is_no else "failed", "message": f"status {answer.status_code}"}
    body = json.loads(answer.content, parse_float=Decimal)
    if not 200 <= answer.status_code < 300 and body.get("kode") != "KB-007":
        codes = [each["kode"] for each in (*body.get("kontrollutslag", ()), body) if "kode" in each]
        return {
            "outcome": "refused" if is_no else "failed",
            "message": str(body),
            "korrelasjonsid": str(body.get("korrelasjonsid") or body.get("feilid")),
            "understood": {"codes": codes},
        }
    return {"outcome": "done", "understood": understood_of(task, body)}


def understood_of(task, body):
    if task["operation"] in LISTS:
        name, amount = LISTS[task["operation"]]
        amounts = [Decimal(entry[amount]) for entry in body.get(name, ())]
        return {"count": len(amounts), "total": str(sum(amounts, Decimal(0)))}
    if task["operation"] == "opprettBegjaering":
        return {"reference": str(body["eksternSaksreferanse"] if isinstance(body, dict) else body)}
    return {}


def main():
    client = None
    for line in sys.stdin:
        message = json.loads(line)
        reply = {"outcome": "done"}
        try:
            if message["do"] == "connect":
                client = Client(message)
                reply |= {"client": {"name": "Authlib stranger", "version": "1"}, "can": [*STEPS]}
            elif message["do"] == "call":
                reply = reply_to(client, message)
        except RefusedError as error:
            reply = {"outcome": "refused", "message": str(error)}
        except UselessError as error:
            reply = {"outcome": "failed", "message": str(error)}
        except (requests.RequestException, ValueError, KeyError) as error:
            reply = {"outcome": "failed", "message": type(error).__name__}
        print(json.dumps({"seq": message["seq"], **reply}), flush=True)


main()
