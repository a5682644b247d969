"""What the documents leave open is written as the service expects it, and tried no more often than needed."""

from scenarios.utleggsbegjaering.dialect import DIALECTS, Dialect, understood

MESSAGE = {
    "kravTilInnkreving": [{"prioritetISak": 1, "rentebaerendeKrav": {"prioritetISakFremtidigRentekrav": 2}}],
    "begjaeringensTvangsgrunnlag": [{"varsel": [{"forsendelsemaateType": "eBoks"}], "forsendelsemaateType": "x"}],
}


def test_the_channel_of_a_varsel_is_renamed_and_nothing_else():
    written = Dialect(channel="forsendelsesmaatetype").written(MESSAGE)

    basis = {"varsel": [{"forsendelsesmaatetype": "eBoks"}], "forsendelsemaateType": "x"}
    assert written == MESSAGE | {"begjaeringensTvangsgrunnlag": [basis]}


def test_priorities_become_texts():
    written = Dialect(whole=str).written(MESSAGE)

    claim = {"prioritetISak": "1", "rentebaerendeKrav": {"prioritetISakFremtidigRentekrav": "2"}}
    assert written == MESSAGE | {"kravTilInnkreving": [claim]}


def test_the_published_way_changes_nothing():
    assert DIALECTS[0].written(MESSAGE) == MESSAGE


def test_the_first_way_that_is_taken_is_spoken():
    def takes_texts(message):
        return message["kravTilInnkreving"][0]["prioritetISak"] == "1"

    assert understood(MESSAGE, takes_texts) == Dialect(whole=str)


def test_where_none_is_taken_the_published_way_is_spoken():
    asked = []

    found = understood(MESSAGE, asked.append)

    assert found == DIALECTS[0]
    assert len(asked) == len(DIALECTS)
