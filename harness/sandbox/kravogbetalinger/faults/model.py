"""Answers that deviate from the model: fields, types, names, dates, texts."""

import datetime
import json
from typing import Any

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Json, in_answer, in_body
from harness.sandbox.kravogbetalinger.faults.reading import (
    CLAIMS,
    PERIODS,
    claims,
    due_dates,
    holders,
    payments,
    payouts,
)

OTHER_PARTY = "311040723"


def renamed(node: Json, old: str, new: str) -> None:
    for holder in holders(node, old):
        holder[new] = holder.pop(old)


@in_body(breaks="KOB-MODEL-002")
def skjermet_missing(body: Json) -> Json:
    """skjermet is left out."""
    body.pop("skjermet")
    return body


@in_body(breaks="KOB-MODEL-002")
def party_missing(body: Json) -> Json:
    """The root has no partIdentifikator."""
    body.pop("partIdentifikator")
    return body


@in_body(breaks="KOB-MODEL-002", operation=PERIODS)
def period_missing(body: Json) -> Json:
    """The requested period is not repeated."""
    body.pop("periode")
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def kravtype_missing(body: Json) -> Json:
    """Claims have no kravtype."""
    for claim in claims(body):
        claim.pop("kravtype")
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def due_date_missing(body: Json) -> Json:
    """Due dates have no forfallsdato."""
    for due in due_dates(body):
        due.pop("forfallsdato")
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def payment_information_missing(body: Json) -> Json:
    """The last due date of a claim has no betalingsinformasjon."""
    for claim in claims(body):
        claim["kravforfall"][-1].pop("betalingsinformasjon")
    return body


@in_body(breaks="KOB-MODEL-002", operation="utbetalinger")
def basis_of_payout_missing(body: Json) -> Json:
    """Payouts do not say what they are for."""
    for payout in payouts(body):
        payout.pop("grunnlagForUtbetaling")
    return body


@in_body(breaks="KOB-MODEL-002", operation="aapnekrav")
def saldo_missing(body: Json) -> Json:
    """The overview of totals has no saldo."""
    body.get("totalOversikt", {}).pop("saldo", None)
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def amounts_as_text(body: Json) -> Json:
    """A claim's remaining amount is a string."""
    for claim in claims(body):
        claim["gjenstaaendeBeloep"] = f"{claim['gjenstaaendeBeloep']:.2f}"
    return body


@in_body(breaks="KOB-MODEL-002", operation="aapnekrav")
def totals_as_text(body: Json) -> Json:
    """The total saldo is a string with a decimal comma."""
    for total in holders(body.get("totalOversikt", {}), "saldo"):
        total["saldo"] = f"{total['saldo']:.2f}".replace(".", ",")
    return body


@in_body(breaks="KOB-MODEL-002")
def skjermet_as_text(body: Json) -> Json:
    """skjermet is a string."""
    return body | {"skjermet": str(body["skjermet"]).lower()}


@in_body(breaks="KOB-MODEL-002")
def identifier_as_number(body: Json) -> Json:
    """partIdentifikator in the root is a number."""
    return body | {"partIdentifikator": int(body["partIdentifikator"])}


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def single_due_date_as_object(body: Json) -> Json:
    """A claim with one due date has an object instead of a list."""
    for claim in claims(body):
        if len(claim["kravforfall"]) == 1:
            claim["kravforfall"] = claim["kravforfall"][0]
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def claim_without_due_dates(body: Json) -> Json:
    """A claim has an empty list of due dates."""
    for claim in claims(body)[-1:]:
        claim["kravforfall"] = []
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def description_as_text(body: Json) -> Json:
    """kravbeskrivelse is a string, as before August 2023."""
    for claim in claims(body):
        claim["kravbeskrivelse"] = claim["kravbeskrivelse"]["spraakTekst"][0]["tekst"]
    return body


@in_body(breaks="KOB-MODEL-002", operation=CLAIMS)
def due_date_id_mended(body: Json) -> Json:
    """kravforfallsIdentifikator is spelt as it is in payments."""
    renamed(body, "kravforfallsIdentifikator", "kravforfallIdentifikator")
    return body


@in_body(breaks="KOB-MODEL-002", operation="utbetalinger")
def date_of_payout_mended(body: Json) -> Json:
    """utbetaltdato is spelt utbetaltDato."""
    renamed(body, "utbetaltdato", "utbetaltDato")
    return body


@in_body(breaks="KOB-MODEL-002", operation="utbetalinger")
def credit_claim_mended(body: Json) -> Json:
    """kravforfallidentifikator of a credit claim is spelt kravforfallIdentifikator."""
    renamed(body, "kravforfallidentifikator", "kravforfallIdentifikator")
    return body


@in_body(breaks="KOB-MODEL-002")
def party_renamed(body: Json) -> Json:
    """partIdentifikator in the root is named forespurtPart, as in 2022."""
    body["forespurtPart"] = body.pop("partIdentifikator")
    return body


@in_body(breaks="KOB-MODEL-002", operation="aapnekrav")
def totals_without_prefix(body: Json) -> Json:
    """The total is named forfalteKrav instead of sumForfalteKrav, as in 2022."""
    renamed(body, "sumForfalteKrav", "forfalteKrav")
    return body


@in_body(breaks="KOB-MODEL-002", operation=PERIODS)
def period_with_start_and_end(body: Json) -> Json:
    """The members of the period are named start and slutt, as in 2022."""
    period = body["periode"]
    return body | {"periode": {"start": period["fraOgMed"], "slutt": period["tilOgMed"]}}


@in_answer(breaks="KOB-MODEL-002", operation="krav", status=200)
def list_as_root(answer: Answer, call: Call) -> Answer:
    """krav answers with a bare list."""
    return answer.with_json(answer.json().get("krav", [])) if answer.is_json else answer


@in_answer(breaks="KOB-MODEL-002", operation="aapnekrav", status=200)
def empty_object(answer: Answer, call: Call) -> Answer:
    """aapnekrav answers with an empty object."""
    return answer.with_json({}) if answer.is_json else answer


@in_body(breaks="KOB-MODEL-010")
def missing_fields_are_null(body: Json) -> Json:
    """Members that a due date or a payment lacks are null."""
    for node in [*due_dates(body), *payments(body)]:
        node.setdefault("plassertUtbetaling", None)
    return body


@in_body(breaks="KOB-MODEL-010", operation=CLAIMS)
def interest_is_null(body: Json) -> Json:
    """A claim without interest has null as its interest."""
    for claim in claims(body):
        if not claim.get("stipulerteRenter"):
            claim["stipulerteRenter"] = None
    return body


@in_body(breaks="KOB-MODEL-011", operation=CLAIMS)
def text_empty(body: Json) -> Json:
    """Claims have an empty description."""
    for claim in claims(body):
        claim["kravbeskrivelse"]["spraakTekst"][0]["tekst"] = ""
    return body


@in_body(breaks="KOB-MODEL-011", operation=CLAIMS)
def text_with_blanks(body: Json) -> Json:
    """kravgruppe is padded with blanks."""
    for claim in claims(body):
        claim["kravgruppe"] = f"{claim['kravgruppe']:<30}"
    return body


@in_body(breaks="KOB-MODEL-013", operation=CLAIMS)
def due_date_with_time(body: Json) -> Json:
    """forfallsdato has a time and an offset, as in 2022."""
    for due in due_dates(body):
        due["forfallsdato"] += "T00:00:00+01:00"
    return body


@in_body(breaks="KOB-MODEL-013", operation="innbetalinger")
def norwegian_dates(body: Json) -> Json:
    """innbetalingsdato is written as DD.MM.YYYY."""
    for payment in payments(body):
        payment["innbetalingsdato"] = ".".join(reversed(payment["innbetalingsdato"].split("-")))
    return body


@in_body(breaks="KOB-MODEL-013", operation="utbetalinger")
def date_as_number(body: Json) -> Json:
    """utbetaltdato is written without hyphens."""
    for payout in payouts(body):
        payout["utbetaltdato"] = payout["utbetaltdato"].replace("-", "")
    return body


@in_body(breaks="KOB-MODEL-014", operation=CLAIMS)
def amounts_with_three_decimals(body: Json) -> Json:
    """Original amounts have fractions of an øre."""
    for node in [*claims(body), *due_dates(body)]:
        node["opprinneligBeloep"] += 0.004
    return body


@in_answer(breaks="KOB-MODEL-014", operation="krav", status=200)
def amounts_with_exponent(answer: Answer, call: Call) -> Answer:
    """Whole kroner amounts are written with an exponent."""
    if not answer.is_json:
        return answer
    text = json.dumps(_marked(answer.json()), ensure_ascii=False, separators=(",", ":"))
    return answer.with_body(text.replace('"@', "").replace('@"', "").encode())


def _marked(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        return {name: _marked(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_marked(value) for value in node]
    if isinstance(node, float) and abs(node) >= 1000:
        return f"@{node:.10E}@"
    return node


@in_body(breaks="KOB-MODEL-003")
def another_party_named(body: Json) -> Json:
    """The root names another party than the requested one."""
    return body | {"partIdentifikator": OTHER_PARTY}


@in_body(breaks="KOB-MODEL-003")
def party_with_a_country(body: Json) -> Json:
    """partIdentifikator in the root is prefixed with its register."""
    return body | {"partIdentifikator": f"0192:{body['partIdentifikator']}"}


@in_body(breaks="KOB-MODEL-004", operation=PERIODS)
def period_widened(body: Json) -> Json:
    """The answer's period begins on the first day of the year."""
    start = body["periode"]["fraOgMed"]
    body["periode"]["fraOgMed"] = f"{int(start[:4]) - 1}-01-01" if start.endswith("01-01") else f"{start[:4]}-01-01"
    return body


@in_body(breaks="KOB-MODEL-004", operation=PERIODS)
def period_turned(body: Json) -> Json:
    """The answer repeats the period with its ends swapped."""
    period = body["periode"]
    return body | {"periode": {"fraOgMed": period["tilOgMed"], "tilOgMed": period["fraOgMed"]}}


@in_body(breaks="KOB-MODEL-004", operation="innbetalinger")
def period_a_day_longer(body: Json) -> Json:
    """innbetalinger repeats the end of the period as one day later."""
    last = datetime.date.fromisoformat(body["periode"]["tilOgMed"]) + datetime.timedelta(days=1)
    body["periode"]["tilOgMed"] = last.isoformat()
    return body
