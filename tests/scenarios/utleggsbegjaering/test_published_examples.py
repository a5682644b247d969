"""The published begjæringer, compared with our rules: which rule each breaks, as the domain reading lists.

They are not part of this repository: they are in the folder that PROVESTAND_DATA names, else in `../shared/data`.

Result: nothing that the reading (its section on drift of the published files) does not list, with one exception. The
complex example of 2025-10-29 has a remaining amount that is not the original less payments; that of 2025-11-07, which
is otherwise the same, has it fixed. No published condition covers it, so both readings are right: it is a warning.
"""

import datetime
import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from harness.contract.pinned import contract_of
from harness.contract.request_check import Problem, check_request
from scenarios.utleggsbegjaering import request_rules
from scenarios.utleggsbegjaering.interest import Period, interest

ROOT = Path(__file__).parents[3]
PUBLISHED = Path(os.environ.get("PROVESTAND_DATA") or ROOT.parent / "shared" / "data") / "utleggsbegjaering"
EXAMPLES = PUBLISHED / "examples"

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the published examples are not here; set PROVESTAND_DATA to their folder"
)

PRIORITY = "open: published examples write a text, the diagram a number"
SIMPLE_2_0 = {
    ("", "prioritetISak", PRIORITY): 3,
    ("", "begrunnelseUnnlatVarsel", "a value that model 2.0 removed"): 1,
    ("KRAV_OPPGIS_UTEN_FORFALLSDATO", "kravforfall", "Rentekrav must not have a due date"): 1,
}
NO_CHANNEL = {("", "varsel", "no channel"): 1}
COMPLEX_1_0 = {
    ("KRAV_OPPGIS_UTEN_FORFALLSDATO", "kravforfall", "Rentekrav must not have a due date"): 5,
    ("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE", "rentePeriode", "the period"): 1,
}

BROKEN = {
    ("2025-09-26_001a84f_model-1.0_enkel", "v1"): {
        k: v for k, v in SIMPLE_2_0.items() if k[1] != "begrunnelseUnnlatVarsel"
    },
    ("2025-09-26_f6f29a4_model-1.0_enkel", "v1"): {
        k: v for k, v in SIMPLE_2_0.items() if k[1] != "begrunnelseUnnlatVarsel"
    },
    ("2025-09-30_89d1395_model-1.0_enkel", "v1"): {
        k: v for k, v in SIMPLE_2_0.items() if k[1] != "begrunnelseUnnlatVarsel"
    },
    ("2025-12-01_412a6af_model-1.1_enkel", "v1"): {
        k: v for k, v in SIMPLE_2_0.items() if k[1] != "begrunnelseUnnlatVarsel"
    },
    ("2025-09-26_001a84f_model-1.0_enkel", "v2"): SIMPLE_2_0 | NO_CHANNEL,
    ("2025-09-26_f6f29a4_model-1.0_enkel", "v2"): SIMPLE_2_0 | NO_CHANNEL,
    ("2025-09-30_89d1395_model-1.0_enkel", "v2"): SIMPLE_2_0 | NO_CHANNEL,
    ("2025-12-01_412a6af_model-1.1_enkel", "v2"): SIMPLE_2_0,
    ("2025-10-29_1dd727f_model-1.0_kompleks", "v1"): COMPLEX_1_0,
    ("2025-11-07_ba18369_model-1.0_kompleks", "v1"): COMPLEX_1_0,
    ("2025-10-29_1dd727f_model-1.0_kompleks", "v2"): COMPLEX_1_0 | {("", "varsel", "no channel"): 4},
    ("2025-11-07_ba18369_model-1.0_kompleks", "v2"): COMPLEX_1_0 | {("", "varsel", "no channel"): 4},
    ("2025-12-01_412a6af_model-1.1_kompleks", "v1"): {("", "prioritetISak", PRIORITY): 7},
    ("2025-12-01_412a6af_model-1.1_kompleks", "v2"): {("", "prioritetISak", PRIORITY): 7},
}

UNKNOWN_FIELDS = {
    "2025-09-26_001a84f_model-1.0_enkel": {
        "alternativElektroniskForesendelsesmåte",
        "mottakeradresseInnland",
        "saksreferanse",
        "inkassobevillingshaverNummer",
    },
    "2025-09-26_f6f29a4_model-1.0_enkel": {
        "alternativElektroniskForesendelsesmåte",
        "mottakeradresseInnland",
        "kidnummer",
        "saksreferanse",
        "inkassobevillingshaverNummer",
    },
    "2025-09-30_89d1395_model-1.0_enkel": {
        "alternativElektroniskForesendelsesmåte",
        "mottakeradresseInnland",
        "saksreferanse",
    },
    "2025-10-29_1dd727f_model-1.0_kompleks": {
        "alternativElektroniskForesendelsesmaate",
        "saksreferanse",
        "saksbehandler",
        "saksbehandlersKontaktinformasjon",
    },
    "2025-11-07_ba18369_model-1.0_kompleks": {
        "alternativElektroniskForesendelsesmaate",
        "saksreferanse",
        "saksbehandler",
        "saksbehandlersKontaktinformasjon",
    },
    "2025-12-01_412a6af_model-1.1_enkel": {"mottakeradresseInnland"},
    "2025-12-01_412a6af_model-1.1_kompleks": set(),
}


def problems(stem: str, version: str) -> list[Problem]:
    text = (EXAMPLES / f"{stem}.json").read_text(encoding="utf-8")
    day = datetime.date(2026, 3, 16)
    return check_request(
        contract_of("utleggsbegjaering", version), request_rules.OPERATION, text, request_rules, day, None
    )


def in_short(problem: Problem) -> tuple[str, str, str]:
    """Code, last name of the path, and the kind of breach."""
    name = problem.path.rpartition(".")[2].partition("[")[0]
    if problem.message.startswith("exactly one of forsendelsemaateType"):
        return problem.kode, name, "no channel"
    if "is not one of" in problem.message:
        return problem.kode, name, "a value that model 2.0 removed"
    return problem.kode, name, "the period" if name == "rentePeriode" else problem.message


@pytest.mark.parametrize(("stem", "version"), BROKEN)
def test_a_published_example_breaks_what_is_known_of_it(stem, version):
    known = [problem for problem in problems(stem, version) if problem.kind in {"form", "condition"}]
    questions = [p for p in problems(stem, version) if p.kind == "open" and "examples" in p.message]

    found = Counter(map(in_short, [*known, *questions]))

    assert found == BROKEN[stem, version]


@pytest.mark.parametrize("stem", UNKNOWN_FIELDS)
def test_a_published_example_has_the_fields_that_are_known_to_be_no_more(stem):
    warned = [problem for problem in problems(stem, "v2") if "not in the message model" in problem.message]

    assert {problem.path.rpartition(".")[2] for problem in warned} == UNKNOWN_FIELDS[stem]


def test_every_example_of_a_1_x_model_is_looked_at():
    stems = {path.stem for path in EXAMPLES.glob("*_model-1.*.json")}

    assert stems == set(UNKNOWN_FIELDS) == {stem for stem, _ in BROKEN}


def old_examples() -> list[Path]:
    return sorted(path for path in EXAMPLES.glob("*.json") if "_model-1." not in path.name)


def test_examples_of_older_models_are_of_wrong_form():
    """Models 0 and 0.9 had other forms of identifiers, addresses and notices: every one breaks the form of 2.0."""
    assert len(old_examples()) == 11
    for path in old_examples():
        found = problems(path.stem, "v2")
        assert sum(problem.kind == "form" for problem in found) > 20, path.stem


def test_the_interest_of_the_complex_example_is_what_ours_computes():
    begjaering = json.loads((EXAMPLES / "2025-12-01_412a6af_model-1.1_kompleks.json").read_text(encoding="utf-8"))
    claims = [claim for claim in begjaering["kravTilInnkreving"] if claim["kravdetaljer"] == "Rentekrav"]

    computed = []
    for claim in claims:
        dates = claim["rentekrav"]["rentePeriode"]
        period = Period(*(datetime.date.fromisoformat(dates[name]) for name in ("startdato", "sluttdato")))
        computed.append(interest(Decimal(str(claim["rentekrav"]["renteGrunnlag"]["beloep"])), period))

    published = [Decimal(str(claim["opprinneligBeloep"]["beloep"])) for claim in claims]
    assert computed == published
    assert computed == [Decimal(amount) for amount in ("40.98", "699.96", "116.10", "143.98", "99.68")]


def test_the_reconstructed_base_and_its_triggers_break_what_they_are_for():
    """The domain reading's own begjæring and patches, checked by rules that were written without them."""
    told = json.loads((PUBLISHED / "validation-conditions.json").read_text(encoding="utf-8"))["conditions"]
    base = json.loads((PUBLISHED / "reconstructed/base-begjaering-2.0.json").read_text(encoding="utf-8"))
    unknowable = {kode for kodes in request_rules.UNKNOWABLE.values() for kode in kodes.split()}
    day = datetime.date(2026, 3, 16)

    found = {}
    for condition in told:
        if condition["trigger"]["kind"] == "patch" and condition["code"] not in unknowable:
            patched = json.loads(json.dumps(base))
            for step in condition["trigger"]["patch"]:
                apply(patched, step)
            circumstances = request_rules.Circumstances(day, condition["trigger"]["token_organisation"])
            found[condition["code"]] = request_rules.conditions(patched, circumstances)

    assert request_rules.findings(base, request_rules.Circumstances(day, "312597772")) == []
    assert len(found) > 50
    assert {kode: {kode} for kode in found} == {kode: set(koder) for kode, koder in found.items()}


def apply(document: dict, step: dict) -> None:
    """One step of a JSON Patch (RFC 6902): only the operations that the triggers use."""

    def parent(pointer: str):
        *way, last = pointer.split("/")[1:]
        node = document
        for part in way:
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node, last

    node, last = parent(step["path"])
    if step["op"] == "copy":
        source, name = parent(step["from"])
        value = json.loads(json.dumps(source[int(name)] if isinstance(source, list) else source[name]))
    else:
        value = step.get("value")
    if isinstance(node, list):
        if step["op"] == "replace":
            node[int(last)] = value
        else:
            node.append(value)
    elif step["op"] == "remove":
        del node[last]
    else:
        node[last] = value
