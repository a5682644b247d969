"""Exchanges written by hand as bytes, and a small contract of its own to hold them against."""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.contract.checks import Call, all_checks
from harness.contract.contract import Contract, load_contract
from harness.exchange import Exchange, Request, Response

BASE = "https://api.example.test/v1"

OPENAPI = """
openapi: 3.0.3
info: {title: Bøker, version: 1.0.0}
paths:
  /hyller/{hylle}/boeker:
    get:
      operationId: boeker
      parameters: [{name: hylle, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The books.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Boeker'}}
            application/xml: {schema: {$ref: '#/components/schemas/Boeker'}}
        '401': {$ref: '#/components/responses/Feil'}
        '404': {$ref: '#/components/responses/Feil'}
components:
  responses:
    Feil:
      description: An error.
      content:
        application/json: {schema: {$ref: '#/components/schemas/Feil'}}
        application/xml: {schema: {$ref: '#/components/schemas/Feil'}}
  schemas:
    Boeker:
      type: object
      required: [hylle]
      properties:
        hylle: {type: string}
        bok: {type: array, items: {$ref: '#/components/schemas/Bok'}}
    Bok:
      type: object
      required: [tittel, pris]
      properties:
        tittel: {type: string}
        pris: {type: number}
        utgitt: {type: string, format: date}
        eier: {type: string, x-provestand-sensitive: true}
        innbinding: {type: string, enum: [hard, myk]}
        laaner: {x-provestand-private: true, allOf: [{$ref: '#/components/schemas/Person'}]}
        forlag: {$ref: '#/components/schemas/Person'}
    Person:
      type: object
      properties: {konto: {type: string, x-provestand-account: true}}
    Feil:
      type: object
      properties: {kode: {type: string}, melding: {type: string}, korrelasjonsid: {type: string}}
"""

ERRORS = """
[BOK-001]
status = 401
area = "authentication"
trigger = "no token"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }

[BOK-002]
status = 404
area = "unknown shelf"
trigger = "a shelf that is not there"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }

["BOK_MÅ_FINNES"]
kind = "condition"
status = 422
area = "shelf"
trigger = "a book that is not there"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }
"""


def _requirements() -> str:
    entry = 'theme = "T"\nlevel = "must"\ntext = "X."\nsource = { document = "B", date = 2026-01-01 }\n'
    entry += 'certainty = "published"\n'
    checks = "\n".join(f'[{name}]\n{entry}checks = ["{name}"]\n' for name in all_checks())
    return checks + f'[KODE-1]\n{entry}kode = "BOK-001"\n\n[KODE-2]\n{entry}kode = "BOK-002"\n'


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract in which each check is a requirement of its own name."""
    folder = tmp_path_factory.mktemp("specs") / "boeker"
    (folder / "v1").mkdir(parents=True)
    (folder / "v1" / "openapi.yaml").write_text(OPENAPI)
    (folder / "v1" / "errors.toml").write_text(ERRORS)
    (folder / "requirements.toml").write_text(_requirements())
    return load_contract(folder, "v1")


def exchange(
    status: int,
    body: bytes = b"",
    content_type: str = "application/json",
    *,
    path: str = "/hyller/7/boeker",
    method: str = "GET",
    sent: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    elapsed: float = 0.01,
) -> Exchange:
    """An exchange as bytes; an empty content type leaves the header out."""
    received = dict(headers or {}) | ({"Content-Type": content_type} if content_type else {})
    return Exchange(
        Request(method, BASE + path, tuple((sent or {}).items())),
        Response(status, tuple(received.items()), body),
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        elapsed,
    )


@pytest.fixture
def wire() -> Callable[..., Exchange]:
    return exchange


@pytest.fixture
def verdict_of(contract: Contract) -> Callable[..., object]:
    """What one check says of an exchange: None where it does not apply, else the aspects of its breaches."""

    def judge(check: str, exchange: Exchange, earlier: Mapping[str, str] | None = None) -> list[str] | None:
        call = Call(exchange, contract, earlier or {})
        module = all_checks()[check]
        return [breach.aspect for breach in module.breaches(call)] if module.applies(call) else None

    return judge


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parent.parent
