"""How serious a change is, by whose rules."""

import pytest

from harness.drift.policy import FOLDER, UnreadablePolicyError, load_policy, policy_of, shipped


def grades(report):
    return {(finding.rule, finding.direction): finding.severity for finding in report.findings}


CODES, MORE_CODES = "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"
FIELD, NO_FIELD = "{type: object, properties: {a: {type: string}}}", "{type: object}"


def test_skatteetaten_calls_open_code_lists_a_warning_and_strict_a_break(schema_drift):
    key = ("enum-widened", "response")

    assert grades(schema_drift(CODES, MORE_CODES, "response", policy="skatteetaten"))[key] == "warning"
    assert grades(schema_drift(CODES, MORE_CODES, "response", policy="strict"))[key] == "breaking"


def test_skatteetaten_lets_fields_come_and_not_go(schema_drift):
    added = grades(schema_drift(NO_FIELD, FIELD, "response", policy="skatteetaten"))
    removed = grades(schema_drift(FIELD, NO_FIELD, "response", policy="skatteetaten"))

    assert added == {("property-added", "response"): "compatible"}
    assert removed == {("property-removed", "response"): "breaking"}


def test_a_policy_gives_its_reason(schema_drift):
    (finding,) = schema_drift(NO_FIELD, FIELD, "response", policy="skatteetaten").findings

    assert finding.reason == "New fields come without a new version or notice."


def test_a_policy_of_ones_own(schema_drift, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ndescription = "Ours."\n[[judgements]]\nrules = ["property-*"]\n'
        'severity = "breaking"\nreason = "We store answers as they are."\n'
    )

    report = schema_drift(NO_FIELD, FIELD, "response", policy=str(path))

    assert [(f.severity, f.reason) for f in report.findings] == [("breaking", "We store answers as they are.")]
    assert report.policy == "mine"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = ", "it is not valid TOML"),
        ('name = "x"', "description: field required."),
        ('name = "x"\ndescription = "y"\ncolour = "red"', "colour: extra inputs are not permitted."),
        (
            'name = "x"\ndescription = "y"\n[[judgements]]\nrules = ["enum-*"]\nseverity = "fatal"\nreason = "z"',
            "judgements.0.severity: input should be 'breaking', 'warning' or 'compatible'.",
        ),
        (
            'name = "x"\ndescription = "y"\n[[judgements]]\nrules = ["enums"]\nseverity = "warning"\nreason = "z"',
            "there is no rule enums. `provestand drift --explain all` lists them.",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(tmp_path, text, problem):
    path = tmp_path / "mine.toml"
    path.write_text(text)

    with pytest.raises(UnreadablePolicyError) as caught:
        load_policy(str(path))

    assert str(caught.value).replace(f"{path}:1:", f"{path}:").startswith(f"--policy {path}: {problem}")


def test_a_policy_that_is_nowhere_is_refused():
    with pytest.raises(UnreadablePolicyError, match="--policy lax: neither skatteetaten or strict nor a file"):
        load_policy("lax")


@pytest.mark.parametrize("name", shipped())
def test_the_policies_that_ship_are_whole(name):
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")

    policy = load_policy(name)

    assert policy.name == name
    assert policy == policy_of(text, name)
