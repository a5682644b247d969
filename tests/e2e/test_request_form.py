"""`check-request` and the sandbox agree on the form of a begjæring, though they share nothing but the source."""

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.contract.request_check import check_request
from harness.http.connection import open_client
from harness.targets.embedded import running_sandbox
from scenarios.utleggsbegjaering import request_rules

BEGJAERING = json.loads(
    (Path(__file__).parents[1] / "sandbox" / "utleggsbegjaering" / "begjaering.json").read_text(encoding="utf-8")
)


def cited(value: Any) -> Any:
    """The same with a uuid wherever the file has a word in its place."""
    if isinstance(value, dict):
        return {name: A_UUID if name == "uuid" else cited(child) for name, child in value.items()}
    return [cited(child) for child in value] if isinstance(value, list) else value


TODAY = datetime.date(2026, 6, 1)
A_UUID = "00000000-0000-4000-8000-00000000abcd"

Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def validated() -> Iterator[Callable[[Any], int]]:
    """The status of a sandbox's answer to the validation of a begjæring."""
    with running_sandbox() as sandbox:
        api = sandbox.target.apis["utleggsbegjaering"]
        with open_client(sandbox.target) as http:
            token = MaskinportenClient(sandbox.target.maskinporten, http).token(Subject(api.scope))
            headers = {"Authorization": f"Bearer {token}"}
            yield lambda begjaering: http.post(f"{api.base_url}/valider", json=begjaering, headers=headers).status_code


def kinds(begjaering: Any) -> set[str]:
    contract, text = contract_of("utleggsbegjaering"), json.dumps(begjaering)
    return {p.kind for p in check_request(contract, request_rules.OPERATION, text, request_rules, TODAY, None)}


def cite(value: Any) -> Change:
    return lambda b: b["vedlegg"][0].update(uuid=value)


def first_claim(begjaering: Any) -> Any:
    return begjaering["kravTilInnkreving"][0]


CASES: dict[str, Change] = {
    "uuid": cite(A_UUID),
    "uuid in capitals": cite(A_UUID.upper()),
    "uuid without hyphens": cite(A_UUID.replace("-", "")),
    "uuid in braces": cite(f"{{{A_UUID}}}"),
    "uuid as a URN": cite(f"urn:uuid:{A_UUID}"),
    "uuid with a blank": cite(f" {A_UUID}"),
    "uuid with a line feed": cite(f"{A_UUID}\n"),
    "uuid with another letter": cite(A_UUID.replace("a", "g")),
    "uuid of other digits": cite(A_UUID.replace("0", "٠")),
    "uuid that is a word": cite("ikke-en-uuid"),
    "uuid that is a number": cite(7),
    "uuid that is null": cite(None),
    "uuid that is empty": cite(""),
    "no uuid": lambda b: b["vedlegg"][0].pop("uuid"),
    "null in a member of the root": lambda b: b.update(innsenderReferanse=None),
    "null in a list of the root": lambda b: b.update(vedlegg=None),
    "null in a member inside": lambda b: first_claim(b).update(prioritetDekningsloven=None),
    "null in a member that is left out": lambda b: b.update(valgtNamsmannsdistrikt=None),
    "null among the elements of a list": lambda b: b["vedlegg"].append(None),
    "null in a member of no model": lambda b: b.update(ukjent=None),
    "null in a member of no model, inside": lambda b: first_claim(b).update(ukjent=None),
    "null deep in a member of no model": lambda b: b.update(ukjent={"a": [None, {"b": None}]}),
    "null in a list of no model": lambda b: first_claim(b).update(ukjent=[None]),
    "a member of no model": lambda b: b.update(ukjent={"a": 1}),
    "a date that is none": lambda b: b.update(begjaeringsdato="2026-02-30"),
    "a text for an amount": lambda b: first_claim(b)["opprinneligBeloep"].update(beloep="9000"),
    "a KID without a digit": lambda b: b["betalingsinformasjon"].update(kidnummer="abc"),
}


def test_the_begjaering_itself_has_the_right_form(validated):
    assert "form" not in kinds(cited(BEGJAERING))
    assert validated(cited(BEGJAERING)) == 422  # its files were never uploaded


@pytest.mark.parametrize("change", CASES.values(), ids=CASES)
def test_what_is_of_wrong_form_for_one_is_so_for_the_other(validated, change):
    begjaering = cited(BEGJAERING)
    change(begjaering)

    assert ("form" in kinds(begjaering)) == (validated(begjaering) == 400)


@pytest.mark.parametrize("written", ["3", "99"])
def test_a_priority_as_text_is_open(validated, written):
    """Examples are published with a string and with a number: a knob decides which one the sandbox accepts."""
    begjaering = cited(BEGJAERING)
    for claim in begjaering["kravTilInnkreving"]:
        claim["prioritetISak"] = written

    found = kinds(begjaering)

    assert "open" in found
    assert "form" not in found


def test_a_priority_that_is_no_number_is_of_wrong_form(validated):
    begjaering = cited(BEGJAERING)
    first_claim(begjaering)["prioritetISak"] = "først"

    assert "form" in kinds(begjaering)
    assert validated(begjaering) == 400
