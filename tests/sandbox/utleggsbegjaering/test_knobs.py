"""Every open question of the API has a knob, and each of its values is available."""

from collections.abc import Callable
from typing import Any

import pytest

NOON = "2026-05-20T12:00:00Z"


@pytest.fixture
def with_knobs(start: Callable[..., Any], make_sender: Callable[..., Any]) -> Callable[..., Any]:
    """A sender of a sandbox with these knobs."""

    def make(*knobs: str) -> Any:
        return make_sender(start("--now", NOON, *(part for knob in knobs for part in ("--knob", knob))))

    return make


def broken(sender: Any) -> Any:
    """A request that breaks two conditions."""
    begjaering = sender.begjaering()
    begjaering["betalingsinformasjon"]["kidnummer"] = "1234567"
    begjaering["saksoekt"].append(begjaering["saksoekt"][0])
    return begjaering


def test_success_may_be_200_with_the_reference(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-submit-success=200", "elan-change-success=200")
    begjaering = sender.begjaering()

    submitted = sender.submit(begjaering)
    changed = sender.change(submitted.json()["eksternSaksreferanse"], begjaering)

    assert (submitted.status_code, changed.status_code) == (200, 200)


def test_success_may_be_a_bare_number_by_which_the_case_is_found(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-submit-success=200-number")
    begjaering = sender.begjaering()

    number = sender.submit(begjaering).json()

    assert isinstance(number, int)
    assert number < 2**63
    assert sender.change(str(number), begjaering).status_code == 204


def test_a_problem_may_come_without_the_list(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-error-shape=problem", "elan-problem-type=application/json")

    answer = sender.submit(broken(sender))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["feilkode"] in {"UGYLDIG_KID", "DUPLIKAT_SAKSOEKT"}
    assert "kontrollutslag" not in answer.json()


def test_an_error_may_be_the_general_feil(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-error-shape=feil")
    korrelasjonsid = "0b9f4c1e-2d34-4a55-8f60-7a1b2c3d4e5f"

    refused = sender.call("POST", "", json=broken(sender), headers={"Korrelasjonsid": korrelasjonsid})
    unknown = sender.call("GET", "/status/TEST_UGYLDIG")

    assert refused.json().keys() == {"kode", "melding", "korrelasjonsid"}
    assert refused.json()["korrelasjonsid"] == korrelasjonsid
    assert unknown.json()["kode"] == "XXX-003"


def test_only_the_first_condition_may_be_told(with_knobs: Callable[..., Any], conditions_of: Any):
    sender = with_knobs("elan-conditions=first")

    assert len(conditions_of(sender.submit(broken(sender)))) == 1


def test_conditions_may_come_in_the_order_of_their_codes_and_say_them_twice(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-condition-order=code", "elan-melding=kode")

    told = sender.submit(broken(sender)).json()["kontrollutslag"]

    assert [each["melding"] for each in told] == ["DUPLIKAT_SAKSOEKT", "UGYLDIG_KID"]


def test_empty_lists_of_claims_may_break_the_form(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-empty-lists=schema")
    begjaering = sender.begjaering()
    begjaering["kravTilInnkreving"] = []

    assert sender.submit(begjaering).status_code == 400


def test_unknown_properties_may_be_refused(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-unknown-properties=refused")
    begjaering = sender.begjaering()

    known = sender.validate(begjaering)
    begjaering["vedlegg"][0]["nytt"] = 1
    unknown = sender.validate(begjaering)

    assert (known.status_code, unknown.status_code) == (204, 400)
    assert "$.vedlegg[0].nytt" in unknown.json()["detail"]


@pytest.mark.parametrize(
    ("form", "as_number", "as_text"), [("string", 400, 204), ("either", 204, 204), ("integer", 204, 400)]
)
def test_whole_numbers_may_be_texts(with_knobs: Callable[..., Any], form: str, as_number: int, as_text: int):
    sender = with_knobs(f"elan-whole-numbers={form}")
    numbers, texts = sender.begjaering(), sender.begjaering()
    for krav in texts["kravTilInnkreving"]:
        krav["prioritetISak"] = str(krav["prioritetISak"])
    terms, fee = texts["kravTilInnkreving"][0]["rentebaerendeKrav"], texts["kreverRettsgebyrErstattet"]
    terms["prioritetISakFremtidigRentekrav"] = "5"
    fee |= {"prioritetISakRettsgebyr": "6", "prioritetISakFremtidigRentekrav": "7"}

    assert (sender.validate(numbers).status_code, sender.validate(texts).status_code) == (as_number, as_text)


def test_the_channel_of_a_notice_may_be_optional_and_have_the_other_name(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-varsel-channel=optional", "elan-varsel-name=forsendelsesmaatetype")
    begjaering = sender.begjaering()
    varsel = begjaering["begjaeringensTvangsgrunnlag"][0]["varsel"][0]

    del varsel["forsendelsemaateType"]
    without = sender.validate(begjaering)
    varsel["forsendelsesmaatetype"] = "finnesIkke"
    unknown_value = sender.validate(begjaering)

    assert (without.status_code, unknown_value.status_code) == (204, 400)


def test_a_change_may_be_for_created_cases_only(with_knobs: Callable[..., Any], conditions_of: Any):
    sender = with_knobs("elan-change-states=sakOpprettet")
    begjaering = sender.begjaering()
    referanse = sender.filed(begjaering)
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakUnderBehandling"})

    assert conditions_of(sender.change(referanse, begjaering)) == ["UGYLDIG_STATUS"]


def test_processing_may_wait_for_the_switch(with_knobs: Callable[..., Any], conditions_of: Any):
    sender = with_knobs("elan-processing=manual")
    begjaering = sender.begjaering()

    assert conditions_of(sender.change(sender.filed(begjaering), begjaering)) == ["UAVKLART_STATUS"]


@pytest.mark.parametrize("status", [404, 403])
def test_a_foreign_change_may_be_refused_before_its_body_is_read(
    with_knobs: Callable[..., Any], make_sender: Callable[..., Any], status: int
):
    sender = with_knobs(f"elan-foreign-change={status}")
    begjaering = sender.begjaering()
    referanse = sender.filed(begjaering)

    assert make_sender(sender.sandbox, "310288837").change(referanse, begjaering).status_code == status


def test_a_duplicate_may_be_a_conflict(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-duplicate=409")
    begjaering = sender.begjaering()
    sender.filed(begjaering)

    answer = sender.submit(begjaering)

    assert (answer.status_code, answer.json()["status"]) == (409, 409)
    assert [each["kode"] for each in answer.json()["kontrollutslag"]] == ["DUPLIKAT_INNSENDING"]


def test_tracing_headers_may_be_required(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-headers=required")
    traced = {
        "KlientId": "x",
        "Korrelasjonsid": "0b9f4c1e-2d34-4a55-8f60-7a1b2c3d4e5f",
        "Meldingsid": "0b9f4c1e-2d34-4a55-8f60-7a1b2c3d4e60",
    }

    without = sender.call("GET", "/status/TEST_SAK_OPPRETTET")
    with_them = sender.call("GET", "/status/TEST_SAK_OPPRETTET", headers=traced)

    assert (without.status_code, with_them.status_code) == (400, 200)


def test_the_other_services_may_lie_elsewhere(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-other-services=elsewhere")

    assert sender.call("GET", "/status/TEST_SAK_OPPRETTET").status_code == 404
    assert sender.call("POST", "/betjeningskartet", json={}).status_code == 405  # like a case of that name
    assert sender.submit(sender.begjaering()).status_code == 201


def test_an_id_that_is_no_uuid_is_refused_or_ignored(sender: Any, with_knobs: Callable[..., Any]):
    path, headers = "/status/TEST_SAK_OPPRETTET", {"Meldingsid": "ingen uuid"}
    lenient = with_knobs("elan-tracing-ids=ignored")

    assert sender.call("GET", path, headers=headers).status_code == 400
    assert sender.call("GET", path, headers={"Meldingsid": "0B9F4C1E-2D34-4A55-8F60-7A1B2C3D4E5F"}).status_code == 200
    assert lenient.call("GET", path, headers=headers).status_code == 200


def test_another_scope_may_be_401(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-missing-scope=401")
    sender.bearer = sender.sandbox.token(scope="skatteetaten:trekkpaalegg")

    assert sender.call("GET", "/status/TEST_SAK_OPPRETTET").status_code == 401


def test_the_municipality_may_need_its_own_scope(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-kommune-scope=own")

    assert sender.call("POST", "/samordnettrekk/oppslag", json={}).status_code == 403


def test_attachments_may_take_their_time_and_have_another_size_type_and_life(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-vedlegg-delay=60", "elan-upload-limit=1", "elan-upload-types=pdf", "elan-retention=1")

    vedlegg = sender.uploaded("R")
    at_first = sender.call("GET", f"/vedlegg/{vedlegg}").json()["tilstand"]
    too_large = sender.upload("R", content=b"x" * 1_000_001)
    picture = sender.upload("R", kind="image/png")
    sender.control("POST", "klokke", {"sekunder": 24 * 3600})
    next_day = sender.call("GET", f"/vedlegg/{vedlegg}").json()["tilstand"]

    assert (at_first, next_day) == ("mottatt", "kassert")
    assert (too_large.status_code, picture.status_code) == (413, 415)


def test_size_and_media_type_may_have_statuses_of_their_own(with_knobs: Callable[..., Any]):
    sender = with_knobs("elan-too-large=413", "elan-media-type=415")
    headers = {"Content-Type": "application/json"}

    assert sender.call("POST", "", content=b"x" * 3_000_000, headers=headers).status_code == 413
    assert sender.call("POST", "", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_only_listed_parties_may_be_registered(with_knobs: Callable[..., Any], conditions_of: Any):
    sender = with_knobs("elan-register=listed")
    begjaering = sender.begjaering()
    begjaering["saksoekt"][0]["saksoekt"]["person"]["identifikator"]["taxIdentificationNumber"] = "21819031387"

    assert conditions_of(sender.submit(begjaering)) == ["SAKSOEKT_MANGLER_I_REGISTERET"]


@pytest.mark.parametrize(
    ("knob", "plain", "combined"),
    [("every", 422, 422), ("combined", 204, 422)],
)
def test_a_plain_utlegg_may_leave_out_whether_forliksraadet_may_take_the_case(
    with_knobs: Callable[..., Any], knob: str, plain: int, combined: int
):
    sender = with_knobs(f"elan-forliksraadet={knob}")
    begjaering = sender.begjaering()
    del begjaering["begjaeringensTvangsgrunnlag"][0]["saerligTvangsgrunnlag"]["skriftligMeddelelse"][
        "kanBehandlesIForliksraadet"
    ]

    as_plain = sender.validate(begjaering | {"tvangsfullbyrdelsestype": "utlegg"})
    as_combined = sender.validate(begjaering | {"tvangsfullbyrdelsestype": "utleggOgForliksklageKombinert"})

    assert (as_plain.status_code, as_combined.status_code) == (plain, combined)
    for answer in (as_plain, as_combined):
        if answer.status_code == 422:
            told = [each["kode"] for each in answer.json()["kontrollutslag"]]
            assert told == ["KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET"]


UNCOVERED: dict[str, Any] = {
    "a reason beside a written notice": lambda b: b["begjaeringensTvangsgrunnlag"][0].update(
        begrunnelseUnnlatVarsel="ingenMulighetForVarsling"
    ),
    "an old payment demand": lambda b: b["kravTilInnkreving"][3]["betalingsoppfordring"][0].update(
        brevdato="2025-11-01"
    ),
    "a remainder that does not add up": lambda b: b["kravTilInnkreving"][0]["gjenstaaendeBeloep"].update(beloep=7500),
    "a priority of a hundred": lambda b: b["kravTilInnkreving"][0].update(prioritetISak=100),
    "a representative without power": lambda b: b["saksoeker"][0]["saksoekersProsessfullmektig"].pop("fullmakt"),
    "a foreign debtor": lambda b: b["saksoekt"][0]["saksoekt"]["person"]["identifikator"].update(
        landkodeIdentifikator="SE"
    ),
}


def test_what_no_condition_covers_may_be_refused(sender: Any, with_knobs: Callable[..., Any]):
    strict = with_knobs("elan-uncovered=refused")

    for name, change in UNCOVERED.items():
        silently, refused = sender.begjaering(), strict.begjaering()
        change(silently)
        change(refused)

        assert (name, sender.validate(silently).status_code) == (name, 204)
        assert (name, strict.validate(refused).status_code) == (name, 400)
    assert strict.validate(strict.begjaering()).status_code == 204
