"""The pinned files of Krav og betalinger v1 are sound, agree with each other, and say what the public sources say.

The last tests read the published object model and examples, which are not part of this repository: they are in the
folder that PROVESTAND_DATA names, else in `../shared/data`. Without them those tests are skipped.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30ReadValidator
from openapi_spec_validator import OpenAPIV30SpecValidator
from stdnum.no import fodselsnummer, orgnr

ROOT = Path(__file__).parents[2]
VERSION = ROOT / "specs" / "kravogbetalinger" / "v1"
TESTDATA = ROOT / "specs" / "testdata"
PUBLISHED = Path(os.environ.get("PROVESTAND_DATA") or ROOT.parent / "shared" / "data") / "kravogbetalinger"

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OPENAPI = yaml.load((VERSION / "openapi.yaml").read_text(encoding="utf-8"), SAFE)
SCHEMAS = OPENAPI["components"]["schemas"]
PARAMETERS = OPENAPI["components"]["parameters"]
RESPONSES = OPENAPI["components"]["responses"]
OPERATIONS = {item["get"]["operationId"]: item["get"] for item in OPENAPI["paths"].values()}

ERRORS = tomllib.loads((VERSION / "errors.toml").read_text(encoding="utf-8"))
ORGANISATIONS = tomllib.loads((TESTDATA / "organisations.toml").read_text(encoding="utf-8"))
PERSONS = tomllib.loads((TESTDATA / "persons.toml").read_text(encoding="utf-8"))

ROOT_SCHEMA = {
    "aapnekrav": "AapneKrav",
    "krav": "AlleKrav",
    "innbetalinger": "Innbetalinger",
    "utbetalinger": "Utbetalinger",
}
# Everything that must state its source.
ENTRIES = (
    {f"server {server['url']}": server for server in OPENAPI["servers"]}
    | {f"operation {name}": operation for name, operation in OPERATIONS.items()}
    | {f"{kind} {name}": entry for kind, named in OPENAPI["components"].items() for name, entry in named.items()}
)
CERTAINTIES = {"published", "dated", "model", "example", "observed", "inferred", "unknown"}

published_data = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published examples are not here; set PROVESTAND_DATA to their folder"
)


def pointed_at(reference: str) -> Any:
    node = OPENAPI
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


def test_the_document_is_openapi_3_0():
    assert OPENAPI["openapi"] == "3.0.3"
    assert list(OpenAPIV30SpecValidator(OPENAPI).iter_errors()) == []


@pytest.mark.parametrize("file", ["openapi.yaml", "errors.toml"])
def test_a_line_fits_the_screen_and_no_anchor_hides_a_value(file: str):
    lines = (VERSION / file).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if re.match(r"\s*(- )?[\w\"]+: [&*]\w", line)] == []
    if file == "openapi.yaml":
        assert [line for line in lines if len(line) >= 120] == []


def test_the_operations_are_the_four_of_the_api():
    expected = [f"/{{rettighetspakke}}/{{identifikator}}/{name}" for name in ROOT_SCHEMA]

    assert list(OPENAPI["paths"]) == expected
    assert list(OPERATIONS) == list(ROOT_SCHEMA)
    assert all(list(item) == ["get"] for item in OPENAPI["paths"].values())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_takes_what_the_page_gives_it(operation: str):
    period = [] if operation == "aapnekrav" else [("fraOgMed", "query", True), ("tilOgMed", "query", False)]

    taken = [pointed_at(parameter["$ref"]) for parameter in OPERATIONS[operation]["parameters"]]

    assert [(p["name"], p["in"], p["required"]) for p in taken] == [
        ("rettighetspakke", "path", True),
        ("identifikator", "path", True),
        *period,
        ("Korrelasjonsid", "header", False),
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_answers_with_the_documented_statuses_in_json_and_xml(operation: str):
    responses = OPERATIONS[operation]["responses"]
    resolved = {s: pointed_at(r["$ref"]) if "$ref" in r else r for s, r in responses.items()}

    bodies = {
        status: {media: body["schema"]["$ref"].rpartition("/")[2] for media, body in response["content"].items()}
        for status, response in resolved.items()
    }

    feil = {"application/json": "Feil", "application/xml": "Feil"}
    root = ROOT_SCHEMA[operation]
    assert bodies == {"200": {"application/json": root, "application/xml": root}} | dict.fromkeys(
        ("400", "401", "403", "404", "406", "500"), feil
    )


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        ("310123455", True),
        ("14838290095", True),
        ("31012345", False),
        ("3101234550", False),
        ("310123455000", False),
        ("31012345X", False),
        ("", False),
    ],
)
def test_an_identifier_has_9_or_11_digits(identifier: str, fits: bool):  # noqa: FBT001
    assert OAS30ReadValidator(PARAMETERS["Identifikator"]["schema"]).is_valid(identifier) is fits


def test_the_rights_packages_are_the_three_published():
    assert PARAMETERS["Rettighetspakke"]["schema"]["enum"] == ["finans", "regnskapssystem", "lovfestetrevisjon"]


def test_every_call_wants_a_token_of_maskinporten():
    assert OPENAPI["security"] == [{"maskinporten": []}]
    assert [name for name, operation in OPERATIONS.items() if "security" in operation] == []
    assert {k: v["type"] for k, v in OPENAPI["components"]["securitySchemes"].items()} == {
        "maskinporten": "http",
        "altinnSamtykke": "apiKey",
    }


def test_the_parts_that_a_target_fills_in_are_marked():
    roles = {p["name"]: p["x-provestand-role"] for p in PARAMETERS.values() if "x-provestand-role" in p}

    assert roles == {
        "rettighetspakke": "access",
        "identifikator": "organisation",
        "fraOgMed": "period-start",
        "tilOgMed": "period-end",
        "Korrelasjonsid": "call-id",
    }


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_says_how_certain_it_is_and_where_it_stands(name: str):
    mark = ENTRIES[name]["x-provestand"]

    assert set(mark) == {"certainty", "source"}
    assert mark["certainty"] in CERTAINTIES
    assert set(mark["source"]) == {"document", "date"}
    assert mark["source"]["document"]
    assert isinstance(mark["source"]["date"], str)
    assert date.fromisoformat(mark["source"]["date"])


def test_every_extension_is_one_that_the_document_explains():
    used = {key for node in nodes(OPENAPI) for key in node if str(key).startswith("x-")}

    assert used == {
        "x-provestand",
        "x-provestand-account",
        "x-provestand-certainty",
        "x-provestand-invalid",
        "x-provestand-private",
        "x-provestand-required",
        "x-provestand-role",
        "x-provestand-sensitive",
    }
    assert {key for key in used if f"`{key}" not in OPENAPI["info"]["description"]} == set()


def test_new_fields_are_allowed_and_null_is_no_value():
    assert [node for node in nodes(OPENAPI) if "additionalProperties" in node or "nullable" in node] == []


def test_every_component_is_used():
    used = {node["$ref"] for node in nodes(OPENAPI) if "$ref" in node}

    assert used == {
        f"#/components/{kind}/{name}"
        for kind in ("parameters", "responses", "schemas")
        for name in OPENAPI["components"][kind]
    }


def test_names_accounts_references_and_addresses_are_sensitive_and_party_numbers_are_not():
    sensitive = {
        name
        for schema in SCHEMAS.values()
        for name, definition in schema.get("properties", {}).items()
        if definition.get("x-provestand-sensitive") is True
    }

    assert sensitive == {
        "adressetekst",
        "bankinformasjon",
        "iban",
        "kidnummer",
        "kontoeiersNavn",
        "kontonummer",
        "kreditorsnavn",
        "landkode",
        "meldingSendtTilMottaker",
        "mottakersAddresse",
        "mottakersNavn",
        "postnummer",
        "poststedsnavn",
    }


def test_an_error_body_in_xml_has_the_published_root_namespace_and_order():
    namespace = "urn:no:skatteetaten:datasamarbeid:feil:v1"

    assert SCHEMAS["Feil"]["xml"] == {"name": "feil", "namespace": namespace}
    assert list(SCHEMAS["Feil"]["properties"]) == ["kode", "melding", "korrelasjonsid"]
    assert all(field["xml"] == {"namespace": namespace} for field in SCHEMAS["Feil"]["properties"].values())


def test_the_error_codes_are_in_order_its_own_first():
    assert list(ERRORS) == sorted(ERRORS, key=lambda kode: (not kode.startswith("KB-"), kode))


@pytest.mark.parametrize("kode", ERRORS)
def test_an_error_code_says_all_that_is_known_of_it(kode: str):
    entry = ERRORS[kode]
    required = {"status", "area", "trigger", "triggerable", "certainty", "source"}

    assert required <= set(entry)
    assert set(entry) - required <= {"operations", "trigger_certainty", "stands_for", "note"}
    assert {entry["certainty"], entry.get("trigger_certainty", "unknown")} <= CERTAINTIES
    assert ("trigger_certainty" in entry) is entry["triggerable"]
    assert set(entry.get("operations", ())) < set(OPERATIONS)
    assert isinstance(entry["source"]["date"], date)
    if "stands_for" in entry:
        assert ERRORS[entry["stands_for"]]["status"] == entry["status"]


def test_every_code_comes_with_a_status_that_the_document_has():
    documented = {int(status) for operation in OPERATIONS.values() for status in operation["responses"]}

    assert {entry["status"] for entry in ERRORS.values()} <= documented


def test_every_code_that_a_client_can_provoke_says_how():
    requirements = tomllib.loads((VERSION.parent / "requirements.toml").read_text(encoding="utf-8"))
    promised = {entry["kode"] for entry in requirements.values() if "kode" in entry}
    triggerable = {kode for kode, entry in ERRORS.items() if entry["triggerable"]}

    assert {ERRORS[kode].get("stands_for", kode) for kode in triggerable} <= promised
    assert all(ERRORS[kode]["trigger"] for kode in triggerable)


@pytest.mark.parametrize("number", ORGANISATIONS)
def test_an_organisation_is_synthetic_and_its_check_digit_is_right(number: str):
    assert orgnr.validate(number) == number
    assert number[0] in "23"


def test_the_current_organisations_are_those_of_the_newest_list():
    newest = max(day for entry in ORGANISATIONS.values() for day in entry["listed"])

    assert newest == date(2025, 4, 11)
    assert list(ORGANISATIONS) == sorted(ORGANISATIONS)
    assert [n for n, entry in ORGANISATIONS.items() if entry["current"]] == [
        n for n, entry in ORGANISATIONS.items() if newest in entry["listed"]
    ]
    assert [n for n, entry in ORGANISATIONS.items() if entry["current"]] == [
        "212201782",
        "311851381",
        "313367002",
        "314055403",
        "314961900",
    ]


@pytest.mark.parametrize("number", PERSONS)
def test_a_person_is_synthetic_and_the_check_digits_are_right(number: str):
    day, month = int(number[:2]) % 40, int(number[2:4]) - 80

    assert len(number) == 11
    assert 1 <= month <= 12
    assert 1 <= day <= 31
    # python-stdnum accepts no month above 52, so its check digits are calculated separately.
    assert number[9:] == fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)


def test_every_party_in_the_document_is_synthetic():
    text = (VERSION / "openapi.yaml").read_text(encoding="utf-8")

    assert re.findall(r"(?<![\d-])(?:\d{9}|\d{11})(?![\d-])", text) == ["310123455"]
    assert orgnr.is_valid("310123455")


def as_published(definition: dict[str, Any]) -> dict[str, Any]:
    """A property's type in the published model's terms."""
    alternatives = definition.get("allOf")
    if alternatives is not None:
        (definition,) = alternatives
    if "$ref" in definition:
        return {"ref": definition["$ref"].rpartition("/")[2]}
    kept = {key: definition[key] for key in ("type", "format") if key in definition}
    return kept | ({"items": as_published(definition["items"])} if "items" in definition else {})


@published_data
def test_the_schemas_are_those_of_the_published_object_model():
    model = json.loads((PUBLISHED / "openapi-1.1.1-model.json").read_text(encoding="utf-8"))

    objects = {
        name: [
            {"name": field, **as_published(definition), "required": field in schema.get("required", [])}
            for field, definition in schema["properties"].items()
        ]
        for name, schema in SCHEMAS.items()
        if schema["type"] == "object"
    }
    enums = {name: schema["enum"] for name, schema in SCHEMAS.items() if schema["type"] == "string"}

    assert objects == {name: entry["fields"] for name, entry in model["schemas"].items() if entry["kind"] == "object"}
    assert enums == {name: entry["values"] for name, entry in model["schemas"].items() if entry["kind"] == "enum"}


def published_examples() -> list[Path]:
    """The published answers since the response model of August 2023."""
    return [
        path
        for path in sorted(PUBLISHED.glob("20*.json"))
        if path.name >= "2023-08" and path.name.split("-")[3].removesuffix(".json") in ROOT_SCHEMA
    ]


@published_data
def test_all_18_published_answers_are_looked_at():
    assert len(published_examples()) == 18


# The innbetalinger example was published in place of this one.
MISPRINT = "2023-08-28-utbetalinger.json"


@published_data
@pytest.mark.parametrize("path", published_examples(), ids=lambda path: path.stem)
def test_a_published_answer_keeps_to_the_document(path: Path):
    operation = "innbetalinger" if path.name == MISPRINT else path.name.split("-")[3].removesuffix(".json")
    answer = json.loads(path.read_text(encoding="utf-8"))
    root = ROOT_SCHEMA[operation]

    validator = OAS30ReadValidator(
        {"$ref": f"#/components/schemas/{root}", "components": OPENAPI["components"]},
        format_checker=OAS30ReadValidator.FORMAT_CHECKER,
    )

    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)] == []
    assert sorted(unknown_fields(answer, SCHEMAS[root])) == []


def unknown_fields(value: Any, definition: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Fields that are not in the document: allowed, but in a published example they suggest a misspelt name here."""
    while "$ref" in definition or "allOf" in definition:
        definition = pointed_at(definition.get("$ref") or definition["allOf"][0]["$ref"])
    if isinstance(value, list):
        for item in value:
            yield from unknown_fields(item, definition["items"], f"{place}[]")
    elif isinstance(value, dict):
        for name, child in value.items():
            if name in definition["properties"]:
                yield from unknown_fields(child, definition["properties"][name], f"{place}.{name}")
            else:
                yield f"{place}.{name}"


@published_data
def test_the_misprint_is_the_innbetalinger_example():
    printed, meant = (
        json.loads((PUBLISHED / name).read_text(encoding="utf-8"))
        for name in (MISPRINT, "2023-08-28-innbetalinger.json")
    )

    assert printed == meant
