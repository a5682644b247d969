"""The pinned files of Utleggsbegjæring are sound, agree with each other, and say what the public sources say.

The last tests read published data that is not part of this repository: it is in the folder that PROVESTAND_DATA names,
else in `../shared/data`. Without it they are skipped.
"""

import datetime
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30ReadValidator
from openapi_spec_validator import OpenAPIV30SpecValidator
from stdnum.no import orgnr

from harness.contract.pinned import contract_of
from scenarios.utleggsbegjaering.mutations import by_kode

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs" / "utleggsbegjaering"
SCENARIOS = ROOT / "scenarios" / "utleggsbegjaering"
PUBLISHED = Path(os.environ.get("PROVESTAND_DATA") or ROOT.parent / "shared" / "data") / "utleggsbegjaering"

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MODELS = {"v1": "1.1", "v2": "2.0"}
DOCUMENTS = {v: yaml.load((SPECS / v / "openapi.yaml").read_text(encoding="utf-8"), SAFE) for v in MODELS}
ERRORS = tomllib.loads((SPECS / "errors.toml").read_text(encoding="utf-8"))
CONDITIONS = {kode: entry for kode, entry in ERRORS.items() if entry["kind"] == "condition"}
REQUIREMENTS = contract_of("utleggsbegjaering").requirements
CERTAINTIES = {"published", "dated", "model", "example", "archived", "inferred", "reconstructed"}

OPERATIONS = {
    "opprettBegjaering": ("POST", "/", "published"),
    "validerNyBegjaering": ("POST", "/valider", "published"),
    "validerEndretBegjaering": ("PUT", "/valider/{eksternSaksreferanse}", "published"),
    "endreBegjaering": ("PUT", "/{eksternSaksreferanse}", "published"),
    "lastOppVedlegg": ("POST", "/vedlegg", "reconstructed"),
    "hentVedleggstilstand": ("GET", "/vedlegg/{uuid}", "reconstructed"),
    "slettVedlegg": ("DELETE", "/vedlegg/{uuid}", "reconstructed"),
    "hentStatusPaaSak": ("GET", "/status/{eksternSaksreferanse}", "reconstructed"),
    "finnEndredeSaker": ("GET", "/status", "reconstructed"),
    "hentInnsynIEttTrekk": ("POST", "/innsyn/trekk", "reconstructed"),
    "slaaOppRegelverk": ("POST", "/betjeningskartet", "reconstructed"),
    "slaaOppSamordnetTrekk": ("POST", "/samordnettrekk/oppslag", "reconstructed"),
    "sendInnBeslutning": ("POST", "/beslutning", "reconstructed"),
    "meldInnbetaling": ("POST", "/krav/{kravgrunnlagsidentifikator}/innbetaling", "reconstructed"),
    "regelverkForBehandling": ("POST", "/api/v1/betjeningskartet", "archived"),
    "startSaksbehandling": ("POST", "/api/v1/betjeningskartet/saksbehandling/startsak", "archived"),
    "endreParter": ("POST", "/api/v1/betjeningskartet/saksbehandling/endrepart", "archived"),
    "avsluttSaksbehandling": ("POST", "/api/v1/betjeningskartet/saksbehandling/avsluttsak", "archived"),
}

published_data = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published data is not here; set PROVESTAND_DATA to its folder"
)


@pytest.fixture(params=MODELS)
def document(request) -> dict[str, Any]:
    return DOCUMENTS[request.param]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


def test_the_document_is_openapi_3_0(document):
    assert document["openapi"] == "3.0.3"
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize("version", MODELS)
def test_a_version_is_a_message_model(version):
    assert DOCUMENTS[version]["info"]["version"] == MODELS[version]


def test_model_2_0_is_the_default():
    assert contract_of("utleggsbegjaering").version == "v2"


@pytest.mark.parametrize("version", MODELS)
def test_a_line_fits_the_screen(version):
    lines = (SPECS / version / "openapi.yaml").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("version", MODELS)
def test_the_operations_and_how_they_are_known(version):
    found = {
        operation.id: (operation.method, operation.path, operation.certainty)
        for operation in contract_of("utleggsbegjaering", version).document.operations
    }
    tags = {part["operationId"]: part["tags"] for item in DOCUMENTS[version]["paths"].values() for part in item.values()
            if isinstance(part, dict)}  # fmt: skip

    assert found == OPERATIONS
    assert tags == {name: [certainty] for name, (_, _, certainty) in OPERATIONS.items()}


def test_every_entry_says_how_certain_it_is_and_where_it_stands(document):
    entries = [entry for named in document["components"].values() for entry in named.values()]
    entries += [*document["servers"]]
    entries += [part for item in document["paths"].values() for part in item.values() if isinstance(part, dict)]

    for entry in entries:
        mark = entry["x-provestand"]
        assert mark["certainty"] in CERTAINTIES
        assert mark["source"]["document"]
        assert datetime.date.fromisoformat(mark["source"]["date"])


def test_every_extension_is_one_that_the_document_explains(document):
    used = {key for node in nodes(document) for key in node if str(key).startswith("x-")}

    assert {key for key in used if f"`{key}" not in document["info"]["description"]} == set()


def test_every_component_is_used(document):
    used = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}

    assert used == {
        f"#/components/{kind}/{name}"
        for kind in ("parameters", "responses", "schemas")
        for name in document["components"][kind]
    }


def test_every_example_keeps_to_its_schema(document):
    for name, schema in document["components"]["schemas"].items():
        if "example" in schema:
            at = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            errors = OAS30ReadValidator(at, format_checker=OAS30ReadValidator.FORMAT_CHECKER).iter_errors(
                schema["example"]
            )
            assert [error.message for error in errors] == [], name


@pytest.mark.parametrize("version", MODELS)
def test_every_party_in_a_document_is_synthetic(version):
    text = (SPECS / version / "openapi.yaml").read_text(encoding="utf-8")

    assert set(re.findall(r"(?<![\d-])(?:\d{9}|\d{11})(?![\d-])", text)) == {"310123455"}
    assert orgnr.is_valid("310123455")


def test_names_addresses_accounts_and_signatures_are_sensitive(document):
    sensitive = {
        name
        for schema in document["components"]["schemas"].values()
        for name, definition in schema.get("properties", {}).items()
        if definition.get("x-provestand-sensitive") is True
    }

    assert sensitive == {
        "adressetekst", "annenOffisiellIdentifikator", "epostAdresse", "etternavn", "foedselsdato", "fornavn", "iban",
        "kidnummer", "kontonummer", "mellomnavn", "postnummer", "postnummerUtland", "poststedUtland", "poststedsnavn",
        "saksbehandler", "telefonnummer", "underskrift",
    }  # fmt: skip


def test_what_model_2_0_changed():
    """The change log of 2026-03-04: three enumerations shrink, a class is renamed, a reference becomes optional."""
    old, new = (DOCUMENTS[version]["components"]["schemas"] for version in ("v1", "v2"))

    gone = {
        name: sorted(set(old[name]["enum"]) - set(new[name]["enum"]))
        for name in old
        if name in new and "enum" in old[name]
    }
    added = {name for name in new if "enum" in new[name] and set(new[name]["enum"]) - set(old[name]["enum"])}

    assert {name: values for name, values in gone.items() if values} == {
        "TvangskraftgrunnlagType": ["erklærtTvangskraftig", "inkassovarsel", "oppfyllelsesfrist", "vedtattForelegg"],
        "BegrunnelseUnnlatVarselType": [
            "ukjentElektroniskKontaktinformasjon",
            "ukjentFullmektigMedKjentOppholdssted",
            "ukjentOppholdsstedSakssøkt",
        ],
        "ForsendelsesmaateType": ["ebox", "epost"],
    }
    assert added == set()
    assert set(old) ^ set(new) == {"Tvangskraftgrunnlag", "Varsel"}
    required = [schemas["BegjaeringensTvangsgrunnlag"]["required"] for schemas in (old, new)]
    assert set(required[0]) - set(required[1]) == {"eksternSaksreferanse"}


def test_one_catalogue_is_for_both_versions():
    assert [path for path in SPECS.rglob("errors.toml") if path.parent != SPECS] == []
    assert {entry["kind"] for entry in ERRORS.values()} == {"status", "code", "condition"}


@pytest.mark.parametrize("kode", CONDITIONS)
def test_a_condition_says_all_that_is_known_of_it(kode):
    entry = CONDITIONS[kode]

    assert entry["status"] == 422
    assert entry["paths"]
    assert all(path.startswith("$.") or path == "path:eksternSaksreferanse" for path in entry["paths"])
    assert re.fullmatch(r"202[56]-\d\d", entry["first_seen"])
    assert entry["text"].endswith(".")
    assert kode in entry["text"]


def test_only_changes_meet_the_conditions_of_changes():
    only = {kode for kode, entry in CONDITIONS.items() if entry.get("only_for_changes")}

    assert only == {kode for kode in CONDITIONS if kode.startswith(("UAVKLART", "UGYLDIG_STATUS", "ULOVLIG_ENDRING"))}


def test_each_condition_is_a_requirement_of_its_own_and_no_other_promises_it():
    assert sorted(entry.kode for entry in REQUIREMENTS.values() if entry.kode) == sorted(CONDITIONS)
    for kode, entry in CONDITIONS.items():
        promise = REQUIREMENTS[entry["requirement"]]
        assert (promise.kode, promise.text, promise.level) == (kode, entry["text"], entry["level"])


def test_every_requirement_is_covered():
    """By a check, by a scenario that names it or provokes its condition, or it says why not."""
    cited = set(
        re.findall(r"ELAN-[A-Z]+-\d{3}", "".join(p.read_text(encoding="utf-8") for p in SCENARIOS.rglob("*.py")))
    )
    provoked = set(by_kode())

    left = {
        key
        for key, entry in REQUIREMENTS.items()
        if not (entry.checks or entry.not_tested or key in cited or entry.kode in provoked)
    }

    assert left == set()
    assert cited - set(REQUIREMENTS) == set()


def test_an_open_question_is_asked():
    asked = {key for key, entry in REQUIREMENTS.items() if entry.question}

    assert asked == {key for key, entry in REQUIREMENTS.items() if entry.level == "observe"}


def as_reference(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition without what only our documents add."""
    if "allOf" in definition:
        (definition,) = definition["allOf"]
    kept = {k: v for k, v in definition.items() if not k.startswith("x-") and k not in {"description", "example"}}
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].rpartition("/")[2]
    if "items" in kept:
        kept["items"] = as_reference(kept["items"])
    return kept


RENAMED = {
    "Kravdetaljer": "KravdetaljerUtleggsbegjaering",
    "Landkode": "LandkodeIsoAlfa2",
}
INLINED = {"Boolsk", "Desimaltall", "Heltall", "UUID"}


@published_data
@pytest.mark.parametrize("version", MODELS)
def test_the_message_model_is_the_one_that_was_reconstructed(version):
    """Names, types, cardinalities, enumerations and choices, compared with a reconstruction of the diagrams."""
    path = PUBLISHED / "reconstructed" / f"utleggsbegjaering-{MODELS[version]}.schema.json"
    theirs = json.loads(path.read_text(encoding="utf-8"))
    defs = theirs["$defs"] | {"Utleggsbegjaering": theirs}
    ours = DOCUMENTS[version]["components"]["schemas"]

    for name, expected in ((name, defs[RENAMED.get(name, name)]) for name in ours if RENAMED.get(name, name) in defs):
        schema = ours[name]
        if "enum" in expected:
            assert schema["enum"] == expected["enum"], name
        if "properties" in expected:
            assert set(schema["properties"]) == set(expected["properties"]), name
            assert set(schema.get("required", ())) == set(expected.get("required", ())), name
            assert schema.get("oneOf") == expected.get("oneOf") or set(map(str, schema["oneOf"])) == set(
                map(str, expected["oneOf"])
            ), name
            for field, definition in schema["properties"].items():
                target = expected["properties"][field].get("$ref", "").rpartition("/")[2]
                reference = as_reference(definition).get("$ref", "")
                if reference:
                    assert RENAMED.get(reference, reference) == target, f"{name}.{field}"
                elif target:
                    assert target in INLINED, f"{name}.{field}"
    missing = set(defs) - {RENAMED.get(name, name) for name in ours} - INLINED
    assert missing == set()


@published_data
def test_the_conditions_are_those_that_were_published():
    told = json.loads((PUBLISHED / "validation-conditions.json").read_text(encoding="utf-8"))["conditions"]

    assert set(CONDITIONS) == {condition["code"] for condition in told}
    assert {kode for kode, entry in CONDITIONS.items() if entry.get("only_for_changes")} == {
        condition["code"] for condition in told if condition["only_changes"]
    }
    first_seen = {condition["code"]: condition["first_published"]["date"][:7] for condition in told}
    assert {kode: entry["first_seen"] for kode, entry in CONDITIONS.items()} == first_seen
