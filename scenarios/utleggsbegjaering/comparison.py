"""What the service says about a case, compared with the begjæring that was accepted last: what was sent comes back.

Anything may be left out, and what a register also knows (a name, an address) may be shown as in the register. An
identifier, date, type, file, reference or amount must be the one that was sent. Breaches name members, never values.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from harness.contract.checks import Breach
from harness.contract.document import is_left_out
from scenarios.utleggsbegjaering.answers import name_of, number_of

Json = Mapping[str, Any]
Verdicts = Iterator[Breach | None]

SIDES = {"saksoeker": "saksoekersProsessfullmektig", "saksoekt": "saksoektesProsessfullmektig"}
"""Each side of a case, with the name of its parties' representative."""

KINDS = ("virksomhet", "person", "sammenslutning")
EXACT = frozenset(
    {
        *("taxIdentificationNumber", "annenOffisiellIdentifikator", "landkodeIdentifikator"),
        *("foedselsdato", "fraDato", "tilDato", "type", "virksomhetstype", "uuid", "filnavn"),
    }
)
"""What no register knows better than the sender."""

SHOWN_AS = {
    "Hovedkrav": "hovedkrav",
    "Sakskostnader": "sakskostnader",
    "SakskostnaderForSkriving": "sakskostnaderForSkriving",
    "UtenrettsligeKostnader": "utenrettsligeKostnader",
    "TidligereRettsligeSakskostnader": "tidligereRettsligeKostnader",
    "Rentekrav": "rentekrav",
}
"""kravbeskrivelse of the status (diagram of 2025-10-24) by kravdetaljer of the begjæring (model 2.0)."""


def reference_is_the_one_sent(begjaering: Json, status: Json) -> Verdicts:
    if "innsenderReferanse" in begjaering and "innsenderReferanse" in status:
        same = begjaering["innsenderReferanse"] == status["innsenderReferanse"]
        yield told(same, "innsenderReferanse", "the sender's own reference, letter for letter", "another")


def claims_are_those_sent(begjaering: Json, status: Json) -> Verdicts:
    """Those with the sender's reference: the service adds others, such as the court fee."""
    if "kravISak" not in status:
        return
    sent = {krav["innsendersKravreferanse"]: krav for krav in begjaering["kravTilInnkreving"]}
    shown = [
        (str(krav["innsendersKravreferanse"]), krav)  # of any type, on a service that breaks the model
        for krav in status["kravISak"]
        if krav.get("innsendersKravreferanse") is not None
    ]
    counted = Counter(reference for reference, _ in shown)
    yield told(counted == Counter(sent.keys()), "references of claims", "each claim once, by its reference", "others")
    for reference, krav in shown:
        if reference in sent:
            yield from _claim_is_the_one_sent(sent[reference], krav)
    asked_back = begjaering.get("kreverRettsgebyrErstattet", {}).get("kreverRettsgebyrErstattet", False)
    own = [krav for krav in status["kravISak"] if krav.get("innsendersKravreferanse") is None]
    if asked_back:  # its kind may have another name: the list is open
        yield told(
            bool(own), "court fee missing", "the court fee that is claimed back", "no claim added by the service"
        )
    elif any(krav.get("kravbeskrivelse") == "rettsgebyr" for krav in own):
        yield told(
            holds=False, aspect="court fee", expected="none, because it is not claimed back", actual="a court fee"
        )


def _claim_is_the_one_sent(sent: Json, shown: Json) -> Verdicts:
    kind = shown.get("kravbeskrivelse")
    if kind in SHOWN_AS.values():  # any other value is new: the list is open
        same = kind == SHOWN_AS.get(sent["kravdetaljer"], kind)
        yield told(same, "kravbeskrivelse of a claim", "the kind sent", "another kind")
    if "prioritetDekningsloven" in shown:
        same = shown["prioritetDekningsloven"] == sent["prioritetDekningsloven"]
        yield told(same, "prioritetDekningsloven of a claim", "the priority sent", "another priority")
    left = shown.get("gjenstaaendeBeloep")
    if number_of(left) is not None:  # anything but an amount breaks another promise
        same = Decimal(str(number_of(left))) == Decimal(str(number_of(sent["gjenstaaendeBeloep"])))
        yield told(same, "gjenstaaendeBeloep of a claim", "what remains, to the øre", "another amount")
    if isinstance(left, dict) and "valuta" in left:
        same = left["valuta"] == sent["gjenstaaendeBeloep"].get("valuta", "NOK")
        yield told(same, "currency of a claim", "the currency sent", "another currency")


def claims_have_ids_of_their_own(status: Json) -> Verdicts:
    ids = [name_of(krav.get("kravgrunnlagsidentifikator")) for krav in status.get("kravISak", [])]
    given = [each for each in ids if each is not None]
    if given:
        yield told(len(set(given)) == len(given), "ids of claims", "an id for each claim", "one id for several")


def parties_are_all_named(begjaering: Json, status: Json) -> Verdicts:
    """Each party that was sent is shown on its side, and nobody else is."""
    for side, representative in SIDES.items():
        sent, shown = parties_sent(begjaering, side, representative), status[side]
        yield told(Counter(map(kind_of, sent)) == Counter(map(kind_of, shown)), side, "the parties sent", "others")
        missing = [party for party in sent if not any(is_told_by(each, party) for each in shown)]
        yield told(not missing, f"{side} missing", "every party that was sent", "not all of them")


def parties_are_not_contradicted(begjaering: Json, status: Json) -> Verdicts:
    """What is said about a party fits one that was sent."""
    for side, representative in SIDES.items():
        sent = parties_sent(begjaering, side, representative)
        for shown in status[side]:
            nearest = min((contradictions(party, shown) for party in sent), key=len)
            yield told(not nearest, f"{side}: {', '.join(nearest)}", "what was sent of a party", "something else")


def parties_sent(begjaering: Json, side: str, representative: str) -> list[Json]:
    return [part[side] | {name: part[name] for name in part if name == representative} for part in begjaering[side]]


def kind_of(party: Json) -> str:
    return next((kind for kind in KINDS if kind in party), "")


def is_told_by(shown: Json, sent: Json) -> bool:
    """Whether what is shown may be this party: by its number if it has one, else by everything that is shown."""
    numbers = [party.get(kind_of(party), {}).get("identifikator") for party in (shown, sent)]
    if isinstance(numbers[0], Mapping) and isinstance(numbers[1], Mapping):
        name = "taxIdentificationNumber"
        return kind_of(shown) == kind_of(sent) and numbers[0].get(name) == numbers[1].get(name)
    return not contradictions(sent, shown)


def contradictions(sent: Any, shown: Any, name: str = "") -> list[str]:
    """The names of members that are shown for a party and cannot be what was sent.

    Members that a recording left out show nothing.
    """
    if is_left_out(sent) or is_left_out(shown):
        return []
    if isinstance(sent, list) and isinstance(shown, list):
        held = all(any(not contradictions(one, each, name) for one in sent) for each in shown)
        return [] if held else [name]
    if isinstance(sent, dict) and isinstance(shown, dict):
        found = [f"{member} of nobody" for member in SIDES.values() if member in shown and member not in sent]
        if name == "identifikator":
            found += [f"{member} of an identifikator" for member in sent if member not in shown]
        return found + [
            place
            for member in sent.keys() & shown.keys()
            for place in contradictions(sent[member], shown[member], member)
        ]
    if type(sent) is not type(shown):
        return [f"type of {name}"]
    if name in EXACT:
        return [] if sent == shown else [name]
    return [f"letters of {name}"] if isinstance(sent, str) and is_damaged(sent, shown) else []


def is_damaged(sent: str, shown: str) -> bool:
    """Whether a text is what was sent with letters garbled, replaced or cut off, not a different text."""
    if unicodedata.normalize("NFC", sent).casefold() == unicodedata.normalize("NFC", shown).casefold():
        return False
    return _skeleton(sent) == _skeleton(shown) or (bool(shown) and sent.startswith(shown))


def _skeleton(text: str) -> str:
    """Its letters from A to Z and its digits: the characters that every encoding leaves intact."""
    return "".join(letter for letter in text.casefold() if letter.isascii() and letter.isalnum())


def told(holds: bool, aspect: str, expected: str, actual: str) -> Breach | None:  # noqa: FBT001 - a verdict, no switch
    """None if the relation holds, else the breach in these words."""
    return None if holds else Breach(aspect, expected, actual)
