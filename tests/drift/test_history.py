"""The real history: the published Utleggsbegjæring files, and the model changes of Krav og betalinger as pairs."""

from pathlib import Path

import pytest
import yaml

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import Report, report_of


@pytest.fixture
def published(repository: Path) -> Path:
    folder = repository.parent / "shared" / "data" / "utleggsbegjaering" / "openapi"
    if not folder.is_dir():
        pytest.skip("the published files are not part of the project")
    return folder


def drift(old: Path, new: Path, policy: str = "skatteetaten") -> Report:
    return report_of(compare(load(old), load(new)), load_policy(policy))


def test_the_first_utleggsbegjaering_against_the_second(published):
    """What the change log of October 2023 mentions, and what it does not."""
    report = drift(
        published / "utleggsbegjaering_2023-05-24_v0.1.json",
        published / "utleggsbegjaering_2023-10-26_v1.0.0-SNAPSHOT.json",
    )

    breaking = [f"{f.rule} {f.message}" for f in report.findings if f.severity == "breaking"]
    expected = [
        ("operation-moved", "/external/v0/utleggsbegjaering"),
        ("required-narrowed", "mottaksdato"),
        ("required-narrowed", "begjaeringsdato"),
        ("required-narrowed", "begjaeringensTvangsgrunnlag"),
        ("required-narrowed", "uuid"),
        ("max-length-narrowed", "kidnummer"),
        ("pattern-narrowed", "landkode"),
    ]
    missing = [pair for pair in expected if not any(pair[0] in told and pair[1] in told for told in breaking)]
    assert missing == []
    assert any("adresseNorsk" in f.message and f.rule == "property-removed" for f in report.findings)
    assert any(f.rule == "operation-added" and "valider" in f.message for f in report.findings)
    unproved = [f.message for f in report.findings if f.witness is None and f.severity != "compatible"]
    assert unproved == []


def test_the_two_utleggstrekk_files_promise_the_same(published):
    """They differ in one example."""
    report = drift(
        published / "utleggstrekk_2023-11-09_v0.0.1.json",
        published / "utleggstrekk_2023-11-09_v0.0.1_misfiled-as-utleggsbegjaering.json",
    )

    assert report.findings == ()
    assert report.basis == "proved equal"


def test_a_trekk_document_under_the_name_of_begjaering_is_told_as_another_api(published):
    """It was published for three months."""
    report = drift(
        published / "utleggsbegjaering_2023-10-26_v1.0.0-SNAPSHOT.json",
        published / "utleggstrekk_2023-11-09_v0.0.1_misfiled-as-utleggsbegjaering.json",
    )

    assert report.notes == (
        "These look like different APIs: “Utleggsbegjaering app” and “Utleggstrekk app” share no operation."
        " Make sure that the right files are compared.",
    )


ANSWER = """
openapi: 3.0.3
info: {{title: Krav og betalinger, version: '1'}}
paths:
  '/v1/{{pakke}}/{{identifikator}}/{path}':
    {method}:
      parameters: {parameters}
      {body}
      responses:
        '200':
          description: The answer.
          content: {{application/json: {{schema: {schema}}}}}
"""
PATH = (
    "[{name: pakke, in: path, required: true, schema: {type: string}},"
    " {name: identifikator, in: path, required: true, schema: {type: string}}%s]"
)
PERIOD = (
    ", {name: fraOgMed, in: query, required: true, schema: {type: string, format: date}}"
    ", {name: tilOgMed, in: query, required: true, schema: {type: string, format: date}}"
)


def written(
    folder: Path, name: str, schema: str, path: str = "krav", method: str = "get", query: str = "", body: str = ""
) -> Path:
    file = folder / f"{name}.yaml"
    text = ANSWER.format(path=path, method=method, parameters=PATH % query, body=body, schema=schema)
    yaml.safe_load(text)
    file.write_text(text, encoding="utf-8")
    return file


def shape(*required: str, **properties: str) -> str:
    members = ", ".join(f"{name}: {schema}" for name, schema in properties.items())
    wanted = f", required: [{', '.join(required)}]" if required else ""
    return f"{{type: object{wanted}, properties: {{{members}}}}}"


TEXT, NUMBER, DATE, TIME = (
    "{type: string}",
    "{type: number}",
    "{type: string, format: date}",
    "{type: string, format: date-time}",
)
TEXTS = shape("spraakTekst", spraakTekst="{type: array, items: {type: object}}")

# Step, old schema, new schema, expected finding: severity by Skatteetaten's rules, rule, a name in the message.
STEPS = [
    (
        "2022-10-05 to 2022-11-02, root",
        shape("forespurtPart", forespurtPart=TEXT),
        shape("partIdentifikator", partIdentifikator=TEXT),
        [("breaking", "property-removed", "forespurtPart"), ("compatible", "property-added", "partIdentifikator")],
    ),
    (
        "2022-10-05 to 2022-11-02, sums",
        shape(totalOversikt=shape("stipulerteRenter", stipulerteRenter=NUMBER, forfalteKrav=NUMBER)),
        shape(totalOversikt=shape("sumStipulerteRenter", sumStipulerteRenter=NUMBER, sumForfalteKrav=NUMBER)),
        [
            ("breaking", "required-widened", "stipulerteRenter"),
            ("breaking", "property-removed", "forfalteKrav"),
        ],
    ),
    (
        "2022-10-05 to 2022-11-02, case",
        shape("innbetalingsIdentifikator", innbetalingsIdentifikator=TEXT),
        shape("innbetalingsidentifikator", innbetalingsidentifikator=TEXT),
        [("breaking", "required-widened", "innbetalingsIdentifikator")],
    ),
    (
        "2022-11-02 to 2022-12-01, the item's partIdentifikator",
        shape("krav", krav="{type: array, items: " + shape("partIdentifikator", partIdentifikator=TEXT) + "}"),
        shape("krav", krav="{type: array, items: " + shape() + "}"),
        [("breaking", "required-widened", "partIdentifikator")],
    ),
    (
        "2022-12-01 to 2022-12-05, dates",
        shape("forfallsdato", forfallsdato=TIME, periode=shape("start", start=DATE, slutt=DATE)),
        shape("forfallsdato", forfallsdato=DATE, periode=shape("fraOgMed", fraOgMed=DATE, tilOgMed=DATE)),
        [
            ("breaking", "format-widened", "forfallsdato"),
            ("breaking", "required-widened", "periode.start"),
            ("breaking", "property-removed", "slutt"),
        ],
    ),
    (
        "2023-03-06 to 2023-08-28, skjermet",
        shape("partIdentifikator", partIdentifikator=TEXT),
        shape("partIdentifikator", "skjermet", partIdentifikator=TEXT, skjermet="{type: boolean}"),
        [("compatible", "property-added", "skjermet")],
    ),
    (
        "2023-03-06 to 2023-08-28, texts become objects",
        shape("kravbeskrivelse", kravbeskrivelse=TEXT, kravperiode=TEXT),
        shape("kravbeskrivelse", kravbeskrivelse=TEXTS, kravperiode=shape(fraDato=DATE)),
        [("breaking", "type-widened", "kravbeskrivelse"), ("breaking", "type-widened", "kravperiode")],
    ),
    (
        "2023-03-06 to 2023-08-28, utsattIverksettelse",
        shape(utsattIverksettelse="{type: boolean}", forfallsdato=DATE),
        shape("forfallsdato", forfallsdato=DATE),
        [("breaking", "property-removed", "utsattIverksettelse"), ("compatible", "required-narrowed", "forfallsdato")],
    ),
    (
        "2023-03-06 to 2023-08-28, betaltTilKonto",
        shape("betaltTilKonto", betaltTilKonto=TEXT, plasseringsdato=DATE),
        shape(mottakersKontonummer=TEXT, plassertDato=DATE),
        [("breaking", "required-widened", "betaltTilKonto"), ("breaking", "property-removed", "plasseringsdato")],
    ),
    (
        "2023-03-06 to 2023-08-28, empty lists left out",
        shape("krav", krav="{type: array, items: {type: object}}"),
        shape(krav="{type: array, items: {type: object}}"),
        [("breaking", "required-widened", "krav")],
    ),
    (
        "2023-08-28 to 2023-10-04, utbetaling",
        shape(
            "grunnlagForUtbetaling",
            grunnlagForUtbetaling="{type: array, items: {type: object}}",
            utbetalingsbeskrivelse=TEXT,
        ),
        shape("grunnlagForUtbetaling", grunnlagForUtbetaling=shape(kreditKrav="{type: array}"), utbetaltBeloep=NUMBER),
        [
            ("breaking", "type-widened", "grunnlagForUtbetaling"),
            ("breaking", "property-removed", "utbetalingsbeskrivelse"),
            ("compatible", "property-added", "utbetaltBeloep"),
        ],
    ),
    (
        "2024-04-24 to early 2025, the totals are optional in the model",
        shape("totalOversikt", totalOversikt=shape(sum=NUMBER)),
        shape(totalOversikt=shape(sum=NUMBER)),
        [("breaking", "required-widened", "totalOversikt")],
    ),
    (
        "examples to 1.1.1, more fields",
        shape(plassertKrav="{type: array}"),
        shape(plassertKrav="{type: array}", motregningAvKreditkrav="{type: array}", plassertUtbetaling="{type: array}"),
        [
            ("compatible", "property-added", "motregningAvKreditkrav"),
            ("compatible", "property-added", "plassertUtbetaling"),
        ],
    ),
]


@pytest.mark.parametrize(("step", "old", "new", "expected"), STEPS, ids=[step[0] for step in STEPS])
def test_every_step_of_the_model_is_found_with_a_witness(tmp_path, step, old, new, expected):
    report = drift(written(tmp_path, "old", old), written(tmp_path, "new", new))

    told = [(f.severity, f.rule, f.message) for f in report.findings]
    missing = [one for one in expected if not any(one[:2] == t[:2] and one[2] in t[2] for t in told)]
    assert missing == []
    assert [f.message for f in report.findings if f.severity == "breaking" and f.witness is None] == []


def test_from_a_body_to_a_query(tmp_path):
    """2022-12-01 to 2022-12-05."""
    period = shape("periode", periode="{type: object}")
    body = f"requestBody: {{required: true, content: {{application/json: {{schema: {period}}}}}}}"
    old = written(tmp_path, "old", shape(), method="post", body=body)
    new = written(tmp_path, "new", shape(), method="get", query=PERIOD)

    told = {(f.severity, f.rule) for f in drift(old, new).findings}

    assert told == {("breaking", "operation-removed"), ("compatible", "operation-added")}


def test_from_oversikt_to_aapnekrav(tmp_path):
    """2022-12-05 to 2023-03-06: only the path."""
    old, new = written(tmp_path, "old", shape(), "oversikt"), written(tmp_path, "new", shape(), "aapnekrav")

    told = {(f.severity, f.rule) for f in drift(old, new).findings}

    assert told == {("breaking", "operation-removed"), ("compatible", "operation-added")}


def test_from_the_old_style_host_to_the_new(tmp_path):
    """2024: the old addresses stop."""
    text = written(tmp_path, "old", shape()).read_text()
    for name, host in (("old", "api-test.sits.no"), ("new", "api.skatteetaten-test.no")):
        (tmp_path / f"{name}.yaml").write_text(text + f"servers: [{{url: 'https://{host}'}}]\n")

    report = drift(tmp_path / "old.yaml", tmp_path / "new.yaml")

    assert [(f.severity, f.rule) for f in report.findings] == [
        ("breaking", "server-removed"),
        ("compatible", "server-added"),
    ]


def test_from_consent_to_system_user(tmp_path):
    """2023-10-04 to 2024-04-24: callers that were let in with a consent need something else."""
    text = written(tmp_path, "old", shape()).read_text()
    schemes = "components: {securitySchemes: {samtykke: {type: apiKey, in: header, name: AltinnSamtykke}, "
    schemes += "maskinporten: {type: http, scheme: bearer}}}\n"
    (tmp_path / "old.yaml").write_text(text + schemes + "security: [{maskinporten: [], samtykke: []}]\n")
    (tmp_path / "new.yaml").write_text(text + schemes + "security: [{maskinporten: []}]\n")

    forth = drift(tmp_path / "old.yaml", tmp_path / "new.yaml")
    back = drift(tmp_path / "new.yaml", tmp_path / "old.yaml")

    assert [(f.severity, f.rule) for f in forth.findings] == [("compatible", "security-widened")]
    assert [(f.severity, f.rule) for f in back.findings] == [("breaking", "security-narrowed")]
