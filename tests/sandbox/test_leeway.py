"""What a conformant answer may lack, by the documents: optional fields whose absence says nothing."""

import pytest

from harness.sandbox.kravogbetalinger import leeway as kravogbetalinger
from harness.sandbox.utleggsbegjaering import leeway as utleggsbegjaering


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("krav[].kravgruppe", "drop"),
        ("aapentKravMedGjenstaaendeBeloep[].kravforfall[].plassertMotkrav[].kravperiode.aar", "drop"),
        ("innbetaling[].uplassertBeloep", "drop"),
        ("totalOversikt", "drop"),
        ("nyttFelt.versjon", "negate"),
        ("utbetaling", "repeat"),
    ],
)
def test_a_claim_may_be_shown_so(path: str, kind: str):
    assert kravogbetalinger.may_be_changed(path, kind)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("krav[].kravtype", "drop"),
        ("krav[].kravgruppe", "swap"),
        ("krav", "drop"),
        ("krav", "repeat"),
        ("krav[].stipulerteRenter", "drop"),
        ("innbetalingMedUplassertBeloep[].uplassertBeloep", "drop"),
        ("periode.tilOgMed", "drop"),
        ("krav[].kravforfall[].plassertUtbetaling[].plassertDato", "drop"),
    ],
)
def test_a_claim_may_not_be_shown_so(path: str, kind: str):
    assert not kravogbetalinger.may_be_changed(path, kind)


@pytest.mark.parametrize(
    ("operation", "path", "kind"),
    [
        ("hentStatus", "innsenderReferanse", "drop"),
        ("hentStatus", "kravISak[].gjenstaaendeBeloep.valuta", "drop"),
        ("hentStatus", "saksoekt[].person.personnavn.fornavn", "drop"),
        ("hentInnsynITrekk", "besluttetTrekkPerTrekkpliktig[].trekkpliktig.landkodeIdentifikator", "swap"),
        ("slaaOppSamordnetTrekk", "skyldner.ukjentSkyldner", "swap"),
        ("hentVedlegg", "nyttFelt", "swap"),
    ],
)
def test_a_case_may_be_shown_so(operation: str, path: str, kind: str):
    assert utleggsbegjaering.may_be_changed(operation, path, kind)


@pytest.mark.parametrize(
    ("operation", "path", "kind"),
    [
        ("hentStatus", "saksnummer", "drop"),
        ("hentStatus", "beslutningsinformasjon", "drop"),
        ("hentStatus", "saksoekt[].person", "drop"),
        ("hentStatus", "saksoekt[].person.identifikator.landkodeIdentifikator", "drop"),
        ("hentStatus", "saksoekt[].person.foedselsdato", "shift"),
        ("hentVedlegg", "innsenderReferanse", "drop"),
        ("slaaOppSamordnetTrekk", "skyldner.ukjentSkyldner", "drop"),
        ("slaaOppBetjening", "skyldner[].partsreferanse.taxIdentificationNumber", "drop"),
    ],
)
def test_a_case_may_not_be_shown_so(operation: str, path: str, kind: str):
    assert not utleggsbegjaering.may_be_changed(operation, path, kind)
