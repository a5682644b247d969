"""Every fault does something that a client can see on a tour of its theme; benign ones break no tour."""

import base64
import copy
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from harness.sandbox.faults.catalogue import all_faults

OTHER, CUSTOMER, SCOPE = "310288837", "212201782", "skatteetaten:utleggsbegjaering"
FAULTS = [fault for fault in all_faults() if fault.api == "utleggsbegjaering"]
CHANGING = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+]+|(?<=UTLBGJ/2026/)[0-9]+"
)
Tour = Callable[[Any], Iterator[Any]]


def seen(answer: Any) -> Any:
    """What a client sees of an answer, without what differs between calls."""
    text = answer.content.decode("utf-8", errors="backslashreplace")
    try:
        body = ordered(json.loads(text))
    except ValueError:
        body = text
    is_problem = isinstance(body, dict) and "detail" in body
    if is_problem:
        body.pop("detail")
        body.pop("instance")
    repeated = len(re.findall(r'"status"', text))
    return answer.status_code, answer.headers.get("content-type"), repeated, json.dumps(body, sort_keys=True)


def ordered(node: Any) -> Any:
    """Without values that are new each time, the order of lists, and the field that a restless sandbox adds."""
    if isinstance(node, str):
        return CHANGING.sub("*", node)
    if isinstance(node, dict):
        return {name: ordered(child) for name, child in node.items() if name != "nyttFelt"}
    if isinstance(node, list):
        return sorted((ordered(child) for child in node), key=lambda child: json.dumps(child, sort_keys=True))
    return node


def party(number: str) -> dict[str, str]:
    return {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}


def sent_by(begjaering: Any, number: str) -> Any:
    begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"] = party(number)
    return begjaering


def broken(sender: Any) -> Any:
    """A request that breaks three conditions."""
    begjaering = sender.begjaering()
    begjaering["betalingsinformasjon"]["kidnummer"] = "1234567"
    begjaering["saksoekt"].append(copy.deepcopy(begjaering["saksoekt"][0]))
    del begjaering["begjaeringensTvangsgrunnlag"][1]["varsel"]
    return begjaering


def referanse_of(answer: Any) -> str:
    body = answer.json()
    return str(body["eksternSaksreferanse"] if isinstance(body, dict) else body)


def as_another(sender: Any) -> Any:
    """The same calls as another organisation."""
    consumer = {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER}"}
    return type(sender)(sender.sandbox, sender.sandbox.mint(sender.bearer, consumer=consumer), sender.fault)


def tour_of_access(sender: Any) -> Iterator[Any]:
    path, token = "/status/TEST_SAK_HEVET", sender.bearer
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))

    def encoded(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    hashed = hmac.new(b"key", f"{encoded({'alg': 'HS256'})}.{payload}".encode(), hashlib.sha256).digest()
    user = {"type": "urn:altinn:systemuser", "systemuser_org": claims["consumer"] | {"ID": f"0192:{CUSTOMER}"}}
    tokens = {
        "none": None,
        "text": "noe",
        "altered": f"{header}.{encoded(claims | {'jti': 'x'})}.{signature}",
        "foreign key": f"{encoded({'alg': 'RS256', 'kid': 'x'})}.{payload}.{signature}",
        "unsigned": f"{encoded({'alg': 'none'})}.{payload}.",
        "HS256": f"{encoded({'alg': 'HS256'})}.{payload}.{base64.urlsafe_b64encode(hashed).decode().rstrip('=')}",
        "issuer": sender.sandbox.mint(token, iss="https://test.maskinporten.no/"),
        "expired": sender.sandbox.mint(token, exp=1700000000),
        "scope": sender.sandbox.mint(token, scope="skatteetaten:trekkpaalegg"),
        "longer scope": sender.sandbox.mint(token, scope=f"{SCOPE}er"),
        "audience": sender.sandbox.mint(token, aud="unspecified"),
        "claim": sender.sandbox.mint(token, noe="nytt"),
        "no right": sender.sandbox.mint(token, authorization_details=[user | {"systemuser_id": ["x"]}]),
    }
    for name, each in tokens.items():
        headers = {"Authorization": f"Bearer {each}"} if each else {"Authorization": ""}
        yield name, sender.call("GET", path, headers=headers).status_code
    yield sender.call("GET", path, headers={"KlientId": "en-klient"}).status_code
    fresh = sender.sandbox.mint(token, jti=f"once-{time.monotonic_ns()}")
    for _ in range(3):
        yield sender.call("GET", path, headers={"Authorization": f"Bearer {fresh}"}).status_code
    details = [{name: value for name, value in user.items() if name != "systemuser_id"}]
    tokens_by_sender = {
        "plain": token,
        "customer": sender.sandbox.token(scope=SCOPE, authorization_details=details),
        "delegated": sender.sandbox.token(scope=SCOPE, consumer_org="312987651"),
    }
    for name, bearer in tokens_by_sender.items():
        for number in ("312345676", CUSTOMER, "312987651"):
            begjaering = sent_by(copy.deepcopy(EXAMPLE_WITHOUT_ATTACHMENTS), number)
            answer = sender.call("POST", "", json=begjaering, headers={"Authorization": f"Bearer {bearer}"})
            yield name, number, answer.status_code, b"INNSENDER_SAMSVARER" in answer.content


def tour_of_answers(sender: Any) -> Iterator[Any]:
    begjaering, faulty = sender.begjaering(), broken(sender)
    submitted = sender.submit(begjaering)
    yield seen(submitted)
    referanse = submitted.json().get("eksternSaksreferanse", "")
    yield referanse == "00000000-0000-4000-8000-000000000000"
    yield seen(sender.submit(faulty))
    yield seen(sender.validate(faulty))
    yield seen(sender.validate(sender.begjaering()))
    yield seen(sender.change(referanse, begjaering))
    yield seen(sender.call("PUT", f"/valider/{referanse}", json=begjaering))
    yield seen(sender.change("FINNES-IKKE", begjaering))
    yield seen(sender.call("PUT", "/valider/FINNES-IKKE", json=begjaering))
    yield seen(sender.call("POST", "", content=b"{", headers={"Content-Type": "application/json"}))
    yield seen(sender.submit({"underskrift": 1}))
    yield seen(sender.submit(faulty | {"underskrift": 1}))
    yield seen(sender.call("GET", "/finnes/ikke"))
    yield seen(sender.call("PATCH", "/valider"))
    yield seen(sender.call("POST", "/valider", json={}, headers={"Accept": "text/html"}))
    yield seen(sender.call("POST", "/valider", json={}, headers={"Korrelasjonsid": "ingen uuid"}))
    formless = sender.begjaering() | {"underskrift": 7}
    refused = sender.validate(formless)
    yield refused.status_code, "java" in refused.text
    nobody = {"saksoeker": party("311110004"), "saksoekt": party("01818040071")}
    yield sender.call("POST", "/innsyn/trekk", json=nobody).status_code


def tour_of_filing(sender: Any) -> Iterator[Any]:
    begjaering, stranger = sender.begjaering(), as_another(sender)
    yield seen(sender.validate(begjaering))
    faulty = sender.begjaering()
    faulty["betalingsinformasjon"]["kidnummer"] = "1234567"
    yield from (seen(sender.validate(faulty)) for _ in range(2))
    yield seen(sender.submit(faulty))
    faulty["betalingsinformasjon"]["kidnummer"] = "1234566"
    yield seen(sender.submit(faulty))
    submitted = sender.submit(begjaering)
    yield seen(submitted)
    yield from (seen(call(begjaering)) for call in (sender.submit, sender.validate))
    yield seen(sender.validate(begjaering | {"begjaeringsdato": "2026-05-02"}))
    yield seen(stranger.validate(begjaering))
    yield from _tour_of_changes(sender, stranger)
    at_once = sender.begjaering()
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(sender.submit(at_once))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield sorted(answer.status_code for answer in answers)
    yield from _tour_of_claims(sender)


def _tour_of_changes(sender: Any, stranger: Any) -> Iterator[Any]:
    begjaering = sender.begjaering()
    submitted = sender.submit(begjaering)
    referanse = referanse_of(submitted)

    def look() -> Any:
        return seen(sender.call("GET", f"/status/{referanse}"))

    yield look()
    changed = copy.deepcopy(begjaering)
    changed["kravTilInnkreving"][5]["gjenstaaendeBeloep"]["beloep"] = 3000
    yield seen(sender.call("PUT", f"/valider/{referanse}", json=changed))
    yield look()
    yield seen(sender.call("PUT", f"/valider/{referanse}", json=changed | {"underskrift": "En Annen"}))
    yield from (seen(sender.change(referanse, changed)), look())
    changed["kravTilInnkreving"][5]["gjenstaaendeBeloep"]["beloep"] = 2000
    del changed["kreverRettsgebyrErstattet"], changed["kravTilInnkreving"][4]
    changed["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"].remove("SKRIVING")
    yield from (seen(sender.change(referanse, changed)), look())
    refused = copy.deepcopy(changed) | {"underskrift": "En Annen"}
    refused["kravTilInnkreving"][4]["gjenstaaendeBeloep"]["beloep"] = 1
    yield from (seen(sender.change(referanse, refused)), look())
    yield from (seen(stranger.change(referanse, changed)), look())
    with_debtor = copy.deepcopy(changed)
    with_debtor["saksoekt"].append(copy.deepcopy(with_debtor["saksoekt"][0]))
    with_debtor["saksoekt"][1]["saksoekt"]["person"]["identifikator"] = party("03898431389")
    yield from (seen(sender.change(referanse, with_debtor)), look())
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakUnderBehandling"})
    yield seen(sender.change(referanse, with_debtor))
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakBesluttet"})
    yield seen(sender.change(referanse, refused))


def tour_of_attachments(sender: Any) -> Iterator[Any]:
    stranger, kept = as_another(sender), sender.begjaering()
    sender.submit(kept)
    cited = kept["vedlegg"][0]["uuid"]
    answer = sender.upload("R-1", "brev.pdf")
    yield seen(answer), answer.json()["uuid"].startswith("00000000")
    free = answer.json()["uuid"]
    yield from (seen(sender.call("GET", f"/vedlegg/{free}")) for _ in range(3))
    yield seen(stranger.call("GET", f"/vedlegg/{free}"))
    yield seen(stranger.call("DELETE", f"/vedlegg/{cited}"))
    yield seen(sender.call("DELETE", f"/vedlegg/{cited}"))
    yield from (seen(sender.call("DELETE", f"/vedlegg/{free}")) for _ in range(2))
    yield seen(sender.call("GET", "/vedlegg/ffffffff-ffff-4fff-8fff-ffffffffffff"))
    infected = sender.upload("R-1", "virus-1.pdf").json()["uuid"]
    yield seen(sender.call("GET", f"/vedlegg/{infected}"))
    yield seen(sender.upload("R-1", kind="application/x-msdownload"))
    yield seen(sender.upload("R-1", content=b"x" * 20_000_001))
    yield seen(sender.upload(" "))
    yield seen(sender.call("POST", "/vedlegg", content=b"--x", headers={"Content-Type": "multipart/form-data"}))
    yield seen(sender.validate(sender.begjaering()))


def _tour_of_claims(sender: Any) -> Iterator[Any]:
    """A change that adds a claim, a request with three bases, and what a refused request leaves behind."""
    begjaering = sender.begjaering()
    referanse = referanse_of(sender.submit(begjaering))
    extra = begjaering["kravTilInnkreving"][5] | {"innsendersKravreferanse": "NYTT", "prioritetISak": 90}
    begjaering["kravTilInnkreving"].append(copy.deepcopy(extra))
    last = begjaering["begjaeringensTvangsgrunnlag"][-1]
    last["innsendersKravreferanse"].append("NYTT")
    yield sender.change(referanse, begjaering).status_code
    last["innsendersKravreferanse"].remove("NYTT")
    begjaering["begjaeringensTvangsgrunnlag"].append(last | {"innsendersKravreferanse": ["NYTT"]})
    yield "KRAV_I_FLERE_TVANGSGRUNNLAG" in sender.validate(begjaering).text
    faulty = broken(sender)
    before = len(sender.call("GET", "/status?endretEtter=2026-01-01T00:00:00Z").json())
    sender.submit(faulty)
    yield len(sender.call("GET", "/status?endretEtter=2026-01-01T00:00:00Z").json()) - before


def tour_of_cases(sender: Any) -> Iterator[Any]:
    stranger, begjaering = as_another(sender), sender.begjaering()
    begjaering["saksoekt"][0]["saksoekt"]["person"]["identifikator"] = party("21819031387")
    asked = {"saksoeker": party("311110004"), "saksoekt": party("21819031387")}
    referanse = sender.submit(begjaering).json()["eksternSaksreferanse"]
    for name in ("TEST_SAK_BESLUTTET", "TEST_UGYLDIG"):
        yield seen(sender.call("GET", f"/status/{name}"))
    first = sender.call("GET", f"/status/{referanse}")
    yield seen(first)
    yield seen(first)[3].count("*"), len(first.json().get("meldingsdato", ""))
    again = sender.call("GET", f"/status/{referanse}")
    yield first.json().get("meldingsdato") == again.json().get("meldingsdato")
    yield seen(stranger.call("GET", f"/status/{referanse}"))
    begjaering["kravTilInnkreving"][5]["gjenstaaendeBeloep"]["beloep"] = 3000
    sender.change(referanse, begjaering)
    yield seen(sender.call("GET", f"/status/{referanse}"))
    for since in ("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        listed = sender.call("GET", f"/status?endretEtter={since}").json()
        yield referanse in [each["eksternSaksreferanse"] for each in listed]
    yield from (seen(each.call("POST", "/innsyn/trekk", json=asked))[:2] for each in (sender, stranger))
    shown = sender.call("POST", "/innsyn/trekk", json=asked).json()
    yield shown.get("saksoekt"), shown.get("mottattTrekkbeloepSistePeriode")
    yield json.dumps(shown.get("saksoekersKravIEttTrekk", [{}])[0].get("kravMedSammePrioritet"), sort_keys=True)
    yield seen(sender.call("POST", "/innsyn/trekk", json=asked | {"saksoekt": party("01818040071")}))
    for numbers in NUMBERS:
        yield seen(sender.call("POST", "/betjeningskartet", json={"skyldner": [party(each) for each in numbers]}))
    yield from _tour_of_municipality(sender)
    yield from _tour_of_payments(sender, referanse)


NUMBERS: list[list[str]] = [
    [],
    ["12847931084"],
    ["08907395937"],
    ["313159949"],
    ["01818040071"],
    ["12847931084", "08907395937"],
    ["08907395937", "12847931084"],
]


def _tour_of_municipality(sender: Any) -> Iterator[Any]:
    for number in ("12847931084", "01818040071", "12847931085"):
        yield seen(sender.call("POST", "/samordnettrekk/oppslag", json={"skyldner": party(number)}))
    begjaering = sender.begjaering()
    beslutning = {
        "beslutning": {"filnavn": "b.pdf", "uuid": begjaering["vedlegg"][0]["uuid"]},
        "beslutningsdato": "2026-05-20T10:00:00+02:00",
        "underskrift": "Siri Saksbehandler",
        "saksoeker": [{"saksoeker": begjaering["innsender"]["innsender"]}],
        "saksoekt": {"saksoekt": begjaering["saksoekt"][0]["saksoekt"]},
        "kravTilInnkreving": [begjaering["kravTilInnkreving"][5]],
        "betalingsinformasjon": begjaering["betalingsinformasjon"],
    }
    yield seen(sender.call("POST", "/beslutning", json=beslutning))
    beslutning["saksoekt"]["saksoekt"]["person"]["identifikator"] = party("01818040071")
    yield seen(sender.call("POST", "/beslutning", json=beslutning))


def _tour_of_payments(sender: Any, referanse: str) -> Iterator[Any]:
    claims = sender.call("GET", f"/status/{referanse}").json().get("kravISak", [{}])
    identifier = next((each["kravgrunnlagsidentifikator"] for each in claims if len(each) == 5), "x")
    payment = {"bokfoertDato": "2026-05-19", "beloep": 1}
    yield seen(sender.call("POST", f"/krav/{identifier}/innbetaling", json=payment))
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakBesluttet"})
    yield seen(sender.call("POST", f"/krav/{identifier}/innbetaling", json=payment))
    yield seen(sender.call("POST", "/krav/x/innbetaling", json=payment))


def tour_of_strictness(sender: Any) -> Iterator[Any]:
    for name, change in VARIATIONS.items():
        begjaering = sender.begjaering()
        change(begjaering)
        yield name, sender.submit(begjaering).status_code
    late = sender.begjaering()
    late["betalingsinformasjon"]["kidnummer"] = "1234567"
    late["betalingsinformasjon"] = late.pop("betalingsinformasjon")
    yield sender.validate(late).status_code
    for body in (b"[" * 1000 + b"]" * 1000, b'{"a": "\xff"}'):
        yield sender.call("POST", "", content=body, headers={"Content-Type": "application/json"}).status_code


def _to_general(kind: str) -> Callable[[Any], None]:
    return lambda b: b["begjaeringensTvangsgrunnlag"][1]["alminneligTvangsgrunnlag"].update(type=kind)


def _to_instrument(begjaering: Any) -> None:
    special = begjaering["begjaeringensTvangsgrunnlag"][0]["saerligTvangsgrunnlag"]
    del special["skriftligMeddelelse"]
    special["gjeldsbrev"] = {"skyldnererklaering": True, "inndrivelsesklausul": True}


def _without_priorities(begjaering: Any) -> None:
    for krav in begjaering["kravTilInnkreving"]:
        del krav["prioritetISak"]


def _several(name: str, number: str) -> Callable[[Any], None]:
    def change(begjaering: Any) -> None:
        begjaering[name].append(copy.deepcopy(begjaering[name][0]))
        actor = begjaering[name][1][name]
        (actor.get("person") or actor.get("virksomhet"))["identifikator"] = party(number)

    return change


def _other_channel(begjaering: Any) -> None:
    varsel = begjaering["begjaeringensTvangsgrunnlag"][0]["varsel"][0]
    del varsel["forsendelsemaateType"]
    accepted = {"kanalForMeddelelse": "Portal", "akseptKanalvalg": begjaering["vedlegg"][0]}
    varsel["alternativElektroniskForsendelsesmaate"] = accepted


def _first_basis(**fields: Any) -> Callable[[Any], None]:
    return lambda b: b["begjaeringensTvangsgrunnlag"][0].update(fields)


def tour_of_states(sender: Any) -> Iterator[Any]:
    """For faults of conditions that need an attachment, a case or a sender in a certain state."""
    states = ("mottatt", "konverteringFeilet", "inneholderVirus")
    for state in states:
        begjaering = sender.begjaering()
        other = sender.uploaded(begjaering["innsenderReferanse"])
        sender.control("PUT", f"vedlegg/{other}", {"tilstand": state})
        begjaering["vedlegg"][0]["uuid"] = other
        yield seen(sender.validate(begjaering))
    begjaering["vedlegg"][0]["uuid"] = sender.uploaded("EN-ANNEN")
    yield seen(sender.validate(begjaering))
    consumer = {"authority": "iso6523-actorid-upis", "ID": "0192:219001002"}
    unknown = type(sender)(sender.sandbox, sender.sandbox.mint(sender.bearer, consumer=consumer), sender.fault)
    yield seen(unknown.validate(sent_by(unknown.begjaering(), "219001002")))
    begjaering = sender.begjaering()
    referanse = sender.filed(begjaering)
    path = f"/valider/{referanse}"
    with_debtor = copy.deepcopy(begjaering)
    with_debtor["saksoekt"].append(copy.deepcopy(with_debtor["saksoekt"][0]))
    with_debtor["saksoekt"][1]["saksoekt"]["person"]["identifikator"] = party("08907395937")
    other_claimant = copy.deepcopy(begjaering)
    other_claimant["saksoeker"][0]["saksoeker"]["virksomhet"]["identifikator"] = party("312220008")
    changes = (
        begjaering | {"begjaeringsdato": "2026-05-19"},
        begjaering | {"underskrift": "En Annen"},
        sent_by(copy.deepcopy(begjaering), OTHER),
        other_claimant,
        with_debtor,
    )
    for change in changes:
        yield seen(sender.call("PUT", path, json=change))
    for state in ({"saksstatus": "sakForelagt"}, {"saksstatus": "sakAvsluttet"}, {"saksstatus": "sakOpprettet"}):
        sender.control("PUT", f"saker/{referanse}", state)
        yield seen(sender.call("PUT", path, json=begjaering))
    sender.control("PUT", f"saker/{referanse}", {"behandlet": False})
    yield seen(sender.call("PUT", path, json=begjaering))


VARIATIONS: dict[str, Callable[[Any], Any]] = {
    "plain": lambda b: b,
    "wrong form": lambda b: b.update(underskrift=1),
    "writ": _to_general("forelegg"),
    "instrument": _to_instrument,
    "debtors": _several("saksoekt", "03898431389"),
    "claimants": _several("saksoeker", "312220008"),
    "no reference": lambda b: b.pop("innsenderReferanse"),
    "dropped field": lambda b: b["begjaeringensTvangsgrunnlag"][0]["saerligTvangsgrunnlag"].update(
        paalydendeBeloep={"beloep": 1}
    ),
    "KID": lambda b: b["betalingsinformasjon"].update(kidnummer="6-"),
    "zero": lambda b: b["kravTilInnkreving"][5]["gjenstaaendeBeloep"].update(beloep=0),
    "priorities": _without_priorities,
    "exemption": lambda b: b.update(
        kreverFritattRettsgebyr={
            "kreverFritattRettsgebyr": True,
            "aarsakTilFritak": "rettsgebyrloven§14FørsteLeddAndrePunktum",
        }
    ),
    "district": lambda b: b.update(valgtNamsmannsdistrikt={"namsmannsdistrikt": "Sysselmesteren på Svalbard"}),
    "own reference": _first_basis(eksternSaksreferanse="E-1"),
    "other channel": _other_channel,
    "no channel": lambda b: b["begjaeringensTvangsgrunnlag"][0]["varsel"][0].pop("forsendelsemaateType"),
    "removed value": lambda b: b["begjaeringensTvangsgrunnlag"][1]["varsel"].append(
        b["begjaeringensTvangsgrunnlag"][1]["varsel"][0] | {"type": "inkassovarsel"}
    ),
}
TOURS: dict[str, Tour] = {
    "access": tour_of_access,
    "answers": tour_of_answers,
    "attachments": tour_of_attachments,
    "cases": tour_of_cases,
    "filing": tour_of_filing,
    "strictness": tour_of_strictness,
}
EXAMPLE_WITHOUT_ATTACHMENTS: Any = {}


@pytest.fixture(autouse=True)
def _example(sender: Any) -> None:
    if not EXAMPLE_WITHOUT_ATTACHMENTS:
        EXAMPLE_WITHOUT_ATTACHMENTS.update(sender.begjaering() | {"innsenderReferanse": "UTEN-VEDLEGG"})


def walked(tour: Tour, sender: Any, fault: str = "") -> list[Any]:
    """What a tour shows; if it cannot go on, that is the last thing it shows."""
    shown: list[Any] = []
    sender.fault = fault
    try:
        shown.extend(tour(sender))
    except (AssertionError, KeyError, ValueError, TypeError, AttributeError, httpx.HTTPError) as error:
        shown.append(type(error))
    return shown


@pytest.mark.by_day(2)  # the self-test meets every fault
@pytest.mark.parametrize("theme", TOURS)
def test_each_fault_shows_on_the_tour_of_its_theme(theme: str, sandbox: Any, make_sender: Callable[..., Any]):
    def sender() -> Any:
        return make_sender(sandbox)

    healthy = walked(TOURS[theme], sender())
    faults = [fault.name for fault in FAULTS if fault.theme == theme]

    unseen = [name for name in faults if walked(TOURS[theme], sender(), name) == healthy]

    assert healthy == walked(TOURS[theme], sender())
    assert faults
    assert unseen == []


NEED_A_STATE = (
    "an-unknown-sender-is-accepted",
    "an-attachment-of-another-request-is-accepted",
    "a-failed-attachment-is-accepted",
    "an-attachment-that-is-not-ready-is-accepted",
    "an-unprocessed-case-is-changed",
    "a-closed-case-is-changed",
    "the-date-may-change",
    "the-sender-may-change",
    "the-claimant-may-change",
    "the-signature-may-change",
    "a-change-brings-in-old-rules",
    "only-closed-cases-refuse-changes",
    "infected-attachments-are-accepted",
    "the-reference-of-an-attachment-is-not-compared",
)
"""Faults that show only after other calls."""


def test_each_fault_of_a_condition_shows_where_its_state_does(sandbox: Any, make_sender: Callable[..., Any]):
    healthy = walked(tour_of_states, make_sender(sandbox))

    unseen = [name for name in NEED_A_STATE if walked(tour_of_states, make_sender(sandbox), name) == healthy]

    assert healthy == walked(tour_of_states, make_sender(sandbox))
    assert unseen == []


def otherwise(begjaering: Any) -> Any:
    """The same request with the channel's other name and with priorities as strings."""
    text = json.dumps(begjaering).replace('"forsendelsemaateType"', '"forsendelsesmaatetype"')
    return json.loads(re.sub(r'("prioritetISak[A-Za-z]*": )([0-9]+)', r'\1"\2"', text))


def test_what_is_benign_still_takes_a_request_in_and_refuses_a_faulty_one(
    sandbox: Any, make_sender: Callable[..., Any]
):
    for fault in FAULTS:
        if not fault.is_benign:
            continue
        sender = make_sender(sandbox)
        begjaering, faulty = sender.begjaering(), broken(sender)
        if fault.name == "messages-are-written-otherwise":
            begjaering, faulty = otherwise(begjaering), otherwise(faulty)
        sender.fault = fault.name

        address = "/" if fault.name == "submissions-go-to-the-address-with-a-slash" else ""
        submitted, refused = (sender.call("POST", address, json=each) for each in (begjaering, faulty))

        assert (fault.name, submitted.status_code) in {(fault.name, 200), (fault.name, 201)}
        assert (fault.name, refused.status_code) == (fault.name, 422)


def test_there_are_as_many_as_were_asked_for():
    names = [fault.name for fault in FAULTS]

    assert len(names) == len(set(names))
    assert len([fault for fault in FAULTS if not fault.is_benign]) >= 80
    assert len([fault for fault in FAULTS if fault.is_benign]) >= 15
    assert all(fault.text.endswith(".") for fault in FAULTS)


def test_the_survey_tells_which_answers_a_fault_would_begin_at(
    start: Callable[..., Any], make_sender: Callable[..., Any]
):
    """Without calling twice: this API keeps state."""
    sandbox = start("--now", "2026-05-20T12:00:00Z")
    surveyed = sandbox.http.put(f"{sandbox.base}/sandbox/survey").json()["utleggsbegjaering"]
    sender = make_sender(sandbox)
    begjaering = sender.begjaering()

    valid = reached(surveyed, sender.validate(begjaering))
    begjaering["betalingsinformasjon"]["kidnummer"] = "1234567"
    faulty = reached(surveyed, sender.validate(begjaering))

    assert {"kid-is-not-checked", "a-valid-request-is-found-faulty"} & valid == {"a-valid-request-is-found-faulty"}
    assert {"kid-is-not-checked", "account-number-is-not-checked"} & faulty == {"kid-is-not-checked"}
    assert [each["name"] for each in surveyed if each["name"] == "kid-is-not-checked" and each["told"]] != []
    assert sender.counts()["saker"] == 0


def test_the_survey_tells_for_which_answers_a_knob_was_read(start: Callable[..., Any], make_sender: Callable[..., Any]):
    """Faults that only turn knobs change no answer for which none of the knobs was read."""
    sandbox = start()
    surveyed = sandbox.http.put(f"{sandbox.base}/sandbox/survey").json()["utleggsbegjaering"]
    sender = make_sender(sandbox)
    watched = {"problems-are-plain-json", "a-missing-scope-is-401", "success-is-200"}

    refused = reached(surveyed, sender.call("GET", "/status/unknown"))
    foreign = reached(surveyed, type(sender)(sandbox, sandbox.token()).call("GET", "/status/unknown"))
    accepted = reached(surveyed, sender.submit(sender.begjaering()))

    assert refused & watched == {"problems-are-plain-json"}
    assert foreign & watched == {"problems-are-plain-json", "a-missing-scope-is-401"}
    assert accepted & watched == {"success-is-200"}
    assert [each["told"] for each in surveyed if each["name"] in watched] == [True] * 3
    assert [each["told"] for each in surveyed if each["name"] == "attachments-take-a-second"] == [False]


def test_the_survey_tells_which_answers_can_show_what_a_variation_did_before(
    start: Callable[..., Any], make_sender: Callable[..., Any]
):
    """A case that waits to be processed is seen to wait only when it is to be changed."""
    sandbox = start()
    surveyed = sandbox.http.put(f"{sandbox.base}/sandbox/survey").json()["utleggsbegjaering"]
    sender = make_sender(sandbox)
    name = "cases-are-processed-by-hand"
    begjaering = sender.begjaering()

    submitted = sender.submit(begjaering)
    referanse = submitted.json()["eksternSaksreferanse"]
    shown = sender.call("GET", f"/status/{referanse}")
    changed = sender.change(referanse, begjaering)

    assert [name in reached(surveyed, answer) for answer in (submitted, shown, changed)] == [False, False, True]


def test_a_case_that_is_processed_by_hand_differs_from_others_only_when_it_is_changed(
    sandbox: Any, make_sender: Callable[..., Any]
):
    usual = make_sender(sandbox)
    by_hand = type(usual)(sandbox, usual.bearer, "cases-are-processed-by-hand")

    def course(sender: Any) -> list[int]:
        begjaering = sender.begjaering()
        referanse = sender.filed(begjaering)
        answers = [sender.validate(begjaering), sender.call("GET", f"/status/{referanse}")]
        return [answer.status_code for answer in [*answers, sender.change(referanse, begjaering)]]

    assert course(usual) == [422, 200, 204]
    assert course(by_hand) == [422, 200, 422]


def test_the_survey_tells_which_calls_a_firewall_would_block(
    start: Callable[..., Any], make_sender: Callable[..., Any]
):
    """A fault around a call is tried with the given answer: nothing is called twice."""
    sandbox = start()
    surveyed = sandbox.http.put(f"{sandbox.base}/sandbox/survey").json()["utleggsbegjaering"]
    sender = make_sender(sandbox)

    assert "firewall-blocks-what-resembles-an-attack" in reached(surveyed, sender.call("GET", "/status/%27%22"))
    assert "firewall-blocks-what-resembles-an-attack" not in reached(surveyed, sender.call("GET", "/status/unknown"))


def test_the_survey_tells_which_calls_a_rare_fault_would_meet(
    start: Callable[..., Any], make_sender: Callable[..., Any]
):
    """The vendor that is shown its customers' cases is not the organisation that the share applies to.

    A customer's refused call is tried, and is answered as before.
    """
    sandbox = start()
    fault = "utleggsbegjaering/a-vendor-sees-the-cases-of-its-customers"
    names = [f"{fault}@share=0.2", f"{fault}@about={CUSTOMER}", "utleggsbegjaering/success-is-200@share=0.2"]
    surveyed = sandbox.http.put(f"{sandbox.base}/sandbox/survey", json=names).json()["utleggsbegjaering"]
    vendor, customer = make_sender(sandbox), make_sender(sandbox, CUSTOMER)
    begjaering = sent_by(customer.begjaering(), CUSTOMER)

    accepted = customer.submit(begjaering)
    of_customer = vendor.call("GET", f"/status/{accepted.json()['eksternSaksreferanse']}")
    unknown = customer.call("GET", "/status/unknown")

    assert (accepted.status_code, of_customer.status_code, unknown.status_code) == (201, 404, 404)
    assert reached(surveyed, accepted) == {"success-is-200@share=0.2"}
    assert reached(surveyed, of_customer) == {"a-vendor-sees-the-cases-of-its-customers@share=0.2"}
    assert reached(surveyed, unknown) == set()


def test_a_survey_of_what_does_not_exist_is_refused(sandbox: Any):
    answer = sandbox.http.put(f"{sandbox.base}/sandbox/survey", json=["success-is-201"])

    assert (answer.status_code, "there is no fault 'success-is-201'" in answer.text) == (400, True)


def test_a_variation_turns_its_knob_for_every_part_of_the_service(sandbox: Any, make_sender: Callable[..., Any]):
    foreign = type(make_sender(sandbox))(sandbox, sandbox.token(), "a-missing-scope-is-401")

    assert foreign.call("GET", "/status/unknown").status_code == 401


def reached(surveyed: list[Any], answer: Any) -> set[str]:
    """The names of the faults that would have changed an answer."""
    _, _, numbers = answer.headers["Provestand-Reached"].split(";")
    return {surveyed[int(number)]["name"] for number in numbers.split(",") if number}
