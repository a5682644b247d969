"""Messages of a model other than the service's: what 2.0 removed, added and left unchanged."""

import pytest

from harness.contract.pinned import contract_of
from harness.suite.markers import requirement
from scenarios.utleggsbegjaering.builders import vedlegg
from scenarios.utleggsbegjaering.conftest import API

NOTICE = ("begjaeringensTvangsgrunnlag", 0, "varsel", 0)
BASIS = ("begjaeringensTvangsgrunnlag", 0)
REMOVED = {
    "oppfyllelsesfrist": (*NOTICE, "type"),
    "erklærtTvangskraftig": (*NOTICE, "type"),
    "vedtattForelegg": (*NOTICE, "type"),
    "inkassovarsel": (*NOTICE, "type"),
    "ukjentOppholdsstedSakssøkt": (*BASIS, "begrunnelseUnnlatVarsel"),
    "ukjentFullmektigMedKjentOppholdssted": (*BASIS, "begrunnelseUnnlatVarsel"),
    "ukjentElektroniskKontaktinformasjon": (*BASIS, "begrunnelseUnnlatVarsel"),
    "ebox": (*NOTICE, "forsendelsemaateType"),
    "epost": (*NOTICE, "forsendelsemaateType"),
}


def put(begjaering, place, value):
    """Sets a nested member."""
    *way, last = place
    for step in way:
        begjaering = begjaering[step]
    begjaering[last] = value


@requirement("ELAN-VERSION-001", "ELAN-VERSION-006")
@pytest.mark.parametrize("value", REMOVED)
def test_a_removed_value_is_refused(elan, value):
    begjaering = elan.with_files(elan.simple())
    put(begjaering, REMOVED[value], value)

    answer = elan.validate(begjaering)

    elan.bench.notes.observe("ELAN-VERSION-006", f"{answer.status}")
    answer.expect_refusal(400, 422)


@requirement("ELAN-VERSION-002")
@pytest.mark.parametrize("reference", [None, "SAK-17"], ids=["without", "with"])
def test_a_basis_may_lack_its_reference(elan, reference):
    begjaering = elan.simple()
    if reference is not None:
        put(begjaering, (*BASIS, "eksternSaksreferanse"), reference)

    elan.ensure_nothing_but(elan.validate(elan.ready_to_validate(begjaering)), 200, 204)


@requirement("ELAN-VERSION-003")
def test_a_message_of_both_models_is_accepted(elan):
    """A client that still sends 1.1 is understood if it uses nothing that 2.0 removed."""
    begjaering = elan.ready_to_validate(elan.complex())
    for number in range(2):
        put(begjaering, ("begjaeringensTvangsgrunnlag", number, "eksternSaksreferanse"), "SAK-17")
    older = contract_of(API, "v1").document
    assert [*older.request_errors(older.operation("opprettBegjaering"), "application/json", begjaering)] == []

    elan.ensure_nothing_but(elan.validate(begjaering), 200, 204)


@requirement("ELAN-VERSION-004")
def test_a_notice_may_name_another_channel(elan):
    begjaering = elan.simple()
    notice = begjaering["begjaeringensTvangsgrunnlag"][0]["varsel"][0]
    del notice["forsendelsemaateType"]
    channel = {"kanalForMeddelelse": "Portalen", "akseptKanalvalg": vedlegg("annet", "aksept.pdf")}
    notice["alternativElektroniskForsendelsesmaate"] = channel

    elan.ensure_nothing_but(elan.validate(elan.ready_to_validate(begjaering)), 200, 204)


@requirement("ELAN-VERSION-005")
def test_a_notice_without_a_channel_is_refused(elan):
    begjaering = elan.with_files(elan.simple())
    del begjaering["begjaeringensTvangsgrunnlag"][0]["varsel"][0]["forsendelsemaateType"]

    elan.validate(begjaering).expect_refusal(400, 422)


@requirement("ELAN-VERSION-007")
def test_a_message_of_model_0_9(elan):
    """Identifiers and amounts had a different shape then."""
    begjaering = elan.with_files(elan.simple())
    enterprise = begjaering["saksoeker"][0]["saksoeker"]["virksomhet"]
    number = enterprise["identifikator"].pop("taxIdentificationNumber")
    enterprise["identifikator"] = {"identifikatortype": "organisasjonsnummer", "verdi": number, "landkode": "NO"}
    begjaering["kreverRettsgebyrErstattet"] = True

    answer = elan.validate(begjaering)

    elan.bench.notes.observe("ELAN-VERSION-007", f"{answer.status}")
    assert answer.status < 500
