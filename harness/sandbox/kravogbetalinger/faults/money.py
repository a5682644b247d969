"""Amounts that do not add up: totals, claims, payments."""

import datetime

from harness.sandbox.faults.fault import Json, in_body
from harness.sandbox.kravogbetalinger.faults.reading import (
    CLAIMS,
    claims,
    due_dates,
    groups,
    holders,
    payments,
    payouts,
)

OERE = 0.01


def plus(node: Json, name: str, amount: float) -> None:
    if name in node:
        node[name] = round(node[name] + amount, 2)


def total(body: Json) -> Json:
    """The overview of totals; an empty object if the answer has none."""
    found: Json = body.get("totalOversikt", {})
    return found


@in_body(breaks="KOB-TOTAL-001", operation="aapnekrav")
def group_balance_off_by_one_oere(body: Json) -> Json:
    """The saldo of a group is one øre too high, and so is the total's."""
    for group in groups(body)[:1]:
        plus(group, "saldo", OERE)
        plus(total(body), "saldo", OERE)
    return body


@in_body(breaks="KOB-TOTAL-001", operation="aapnekrav")
def group_balance_without_interest(body: Json) -> Json:
    """The saldo of a group leaves its interest out."""
    for group in groups(body):
        plus(group, "saldo", -group["sumStipulerteRenter"])
    return body


@in_body(breaks="KOB-TOTAL-002", operation="aapnekrav")
def total_balance_off_by_one_oere(body: Json) -> Json:
    """The total saldo is one øre too high."""
    plus(total(body), "saldo", OERE)
    return body


@in_body(breaks="KOB-TOTAL-002", operation="aapnekrav")
def unplaced_payments_counted_twice(body: Json) -> Json:
    """The total saldo counts the unplaced payments twice."""
    plus(total(body), "saldo", total(body).get("sumUplasserteInnbetalinger", 0.0))
    return body


@in_body(breaks="KOB-TOTAL-003", operation="aapnekrav")
def overdue_total_off_by_one_oere(body: Json) -> Json:
    """The overdue total is one øre more than the sum of the groups."""
    plus(total(body), "sumForfalteKrav", OERE)
    plus(total(body), "saldo", OERE)
    return body


@in_body(breaks="KOB-TOTAL-003", operation="aapnekrav")
def interest_total_of_the_first_group(body: Json) -> Json:
    """The interest total is that of the first group."""
    if groups(body):
        difference = groups(body)[0]["sumStipulerteRenter"] - total(body)["sumStipulerteRenter"]
        plus(total(body), "sumStipulerteRenter", difference)
        plus(total(body), "saldo", difference)
    return body


@in_body(breaks="KOB-TOTAL-004", operation="aapnekrav")
def unplaced_payments_in_a_group(body: Json) -> Json:
    """Unplaced payments are counted in the first group, and again in the total."""
    for group in groups(body)[:1]:
        plus(group, "saldo", total(body)["sumUplasserteInnbetalinger"])
    return body


@in_body(breaks="KOB-TOTAL-005", operation="aapnekrav")
def group_missing(body: Json) -> Json:
    """The last group is left out of the overview."""
    body.get("oversiktPerKravgruppe", []).pop() if groups(body) else None
    return body


@in_body(breaks="KOB-TOTAL-005", operation="aapnekrav")
def group_twice(body: Json) -> Json:
    """A group occurs twice in the overview."""
    body.get("oversiktPerKravgruppe", []).extend(dict(group) for group in groups(body)[:1])
    return body


@in_body(breaks="KOB-TOTAL-005", operation="aapnekrav")
def group_without_claims(body: Json) -> Json:
    """The overview lists a group without open claims."""
    zero = {"sumStipulerteRenter": 0.0, "sumForfalteKrav": 0.0, "sumIkkeForfalteKrav": 0.0, "saldo": 0.0}
    body.get("oversiktPerKravgruppe", []).append({"kravgruppe": "Særavgifter"} | zero)
    return body


@in_body(breaks="KOB-TOTAL-006", operation="aapnekrav")
def group_sum_leaves_a_claim_out(body: Json) -> Json:
    """The sums of a group and the total leave out a claim of 100 kroner."""
    for node in [*groups(body)[:1], total(body)]:
        plus(node, "sumForfalteKrav", -100.0)
        plus(node, "saldo", -100.0)
    return body


@in_body(breaks="KOB-TOTAL-006", operation="aapnekrav")
def sums_of_original_amounts(body: Json) -> Json:
    """Groups add up the original amounts of their claims, not the remaining ones."""
    by_group = {group["kravgruppe"]: group for group in groups(body)}
    for claim in claims(body):
        difference = round(claim["opprinneligBeloep"] - claim["gjenstaaendeBeloep"], 2)
        for node in (by_group.get(claim["kravgruppe"], {}), total(body)):
            plus(node, "sumForfalteKrav", difference)
            plus(node, "saldo", difference)
    return body


def _swapped(body: Json) -> Json:
    for node in [*groups(body), total(body)]:
        if node:
            overdue, due = node["sumForfalteKrav"], node["sumIkkeForfalteKrav"]
            node["sumForfalteKrav"], node["sumIkkeForfalteKrav"] = due, overdue
    return body


@in_body(breaks="KOB-TOTAL-007", operation="aapnekrav")
def overdue_and_due_exchanged(body: Json) -> Json:
    """sumForfalteKrav and sumIkkeForfalteKrav are swapped."""
    return _swapped(body)


@in_body(breaks="KOB-TOTAL-007", operation="aapnekrav")
def everything_overdue(body: Json) -> Json:
    """Claims that are not due yet are counted among the overdue ones."""
    for node in [*groups(body), total(body)]:
        plus(node, "sumForfalteKrav", node.get("sumIkkeForfalteKrav", 0.0))
        node.update({"sumIkkeForfalteKrav": 0.0} if node else {})
    return body


@in_body(breaks="KOB-TOTAL-007", operation="aapnekrav")
def overdue_since_two_months(body: Json) -> Json:
    """A claim counts as overdue only when its due date is two months past."""
    today = datetime.datetime.now(datetime.UTC).date()
    recently = (today - datetime.timedelta(days=60)).isoformat(), today.isoformat()
    by_group = {group["kravgruppe"]: group for group in groups(body)}
    for claim in claims(body):
        for due in claim["kravforfall"]:
            if recently[0] <= due["forfallsdato"] < recently[1]:
                for node in (by_group.get(claim["kravgruppe"], {}), total(body)):
                    plus(node, "sumForfalteKrav", -due["gjenstaaendeBeloep"])
                    plus(node, "sumIkkeForfalteKrav", due["gjenstaaendeBeloep"])
    return body


@in_body(breaks="KOB-TOTAL-008", operation="aapnekrav")
def group_cut_and_total_exact(body: Json) -> Json:
    """The sums of the groups are truncated to whole kroner; those of the total are exact."""
    for group in groups(body):
        for name in ("sumStipulerteRenter", "sumForfalteKrav", "sumIkkeForfalteKrav"):
            group[name] = float(int(group[name]))
        group["saldo"] = group["sumStipulerteRenter"] + group["sumForfalteKrav"] + group["sumIkkeForfalteKrav"]
    return body


@in_body(breaks="KOB-TOTAL-009", operation="aapnekrav")
def unplaced_total_off_by_one_oere(body: Json) -> Json:
    """sumUplasserteInnbetalinger is one øre off, and the saldo with it."""
    plus(total(body), "sumUplasserteInnbetalinger", OERE)
    plus(total(body), "saldo", OERE)
    return body


@in_body(breaks="KOB-TOTAL-009", operation="aapnekrav")
def unplaced_total_without_sign(body: Json) -> Json:
    """sumUplasserteInnbetalinger has the opposite sign, and the saldo follows it."""
    unplaced = total(body).get("sumUplasserteInnbetalinger", 0.0)
    plus(total(body), "sumUplasserteInnbetalinger", -2 * unplaced)
    plus(total(body), "saldo", -2 * unplaced)
    return body


@in_body(breaks="KOB-TOTAL-012", operation="aapnekrav")
def total_leaves_a_claim_out(body: Json) -> Json:
    """The total leaves out the remaining amount of the last claim."""
    for claim in claims(body)[-1:]:
        plus(total(body), "sumForfalteKrav", -claim["gjenstaaendeBeloep"])
        plus(total(body), "saldo", -claim["gjenstaaendeBeloep"])
    return body


@in_body(breaks="KOB-MODEL-006", operation="aapnekrav")
def settled_claim_among_open_ones(body: Json) -> Json:
    """aapnekrav also lists a fully paid claim."""
    for claim in claims(body)[:1]:
        settled = [due | {"gjenstaaendeBeloep": 0.0} for due in claim["kravforfall"]]
        shown = claim | {"gjenstaaendeBeloep": 0.0, "kravforfall": settled, "kravidentifikator": "253517389"}
        shown.pop("stipulerteRenter", None)
        body["aapentKravMedGjenstaaendeBeloep"].append(shown)
    return body


@in_body(breaks="KOB-MODEL-006", operation="aapnekrav")
def open_claims_show_nothing_left(body: Json) -> Json:
    """Open claims show 0.0 as their remaining amount."""
    for claim in claims(body):
        claim["gjenstaaendeBeloep"] = 0.0
    return body


@in_body(breaks="KOB-MODEL-007", operation=CLAIMS)
def original_amount_off_by_one_oere(body: Json) -> Json:
    """A claim is one øre more than the sum of its due dates."""
    for claim in claims(body):
        plus(claim, "opprinneligBeloep", OERE if claim["opprinneligBeloep"] > 0 else -OERE)
    return body


@in_body(breaks="KOB-MODEL-007", operation=CLAIMS)
def remaining_amount_off_by_one_krone(body: Json) -> Json:
    """The remaining amount of a claim is one krone less than that of its due dates."""
    for claim in claims(body):
        if abs(claim["gjenstaaendeBeloep"]) > 1:
            plus(claim, "gjenstaaendeBeloep", -1.0 if claim["gjenstaaendeBeloep"] > 0 else 1.0)
    return body


@in_body(breaks="KOB-CLAIM-001", operation=CLAIMS)
def more_remains_than_there_was(body: Json) -> Json:
    """The remaining amount of an unpaid claim is more than the original one."""
    for claim in claims(body):
        for node in (claim, claim["kravforfall"][0]):
            if node["gjenstaaendeBeloep"]:
                node["gjenstaaendeBeloep"] = round(node["gjenstaaendeBeloep"] + 3 * node["opprinneligBeloep"], 2)
    return body


@in_body(breaks="KOB-CLAIM-001", operation=CLAIMS)
def credit_remains_as_debt(body: Json) -> Json:
    """The remaining amount has the opposite sign of the original one."""
    for node in [*claims(body), *due_dates(body)]:
        node["gjenstaaendeBeloep"] = -node["gjenstaaendeBeloep"] or 0.0
    return body


@in_body(breaks="KOB-CLAIM-002", operation=CLAIMS)
def placed_payment_too_small(body: Json) -> Json:
    """The amount placed on a due date is half of its reduction."""
    for due in due_dates(body):
        for placed in due.get("plassertInnbetaling", []):
            placed["plassertBeloep"] = round(placed["plassertBeloep"] / 2, 2)
    return body


@in_body(breaks="KOB-CLAIM-003", operation=CLAIMS)
def settled_claims_bear_interest(body: Json) -> Json:
    """A settled claim bears interest."""
    for claim in claims(body):
        if not claim["gjenstaaendeBeloep"]:
            claim["stipulerteRenter"] = 12.5
    return body


@in_body(breaks="KOB-CLAIM-003", operation=CLAIMS)
def credit_claims_bear_interest(body: Json) -> Json:
    """A claim in the party's favour bears interest."""
    for claim in claims(body):
        if claim["opprinneligBeloep"] < 0:
            claim["stipulerteRenter"] = 12.5
    return body


@in_body(breaks="KOB-CLAIM-004", operation=CLAIMS)
def placed_before_it_came(body: Json) -> Json:
    """A payment is placed on a claim the day before it was received."""
    for placed in holders(body, "plassertInnbetaling"):
        for payment in placed["plassertInnbetaling"]:
            day = datetime.date.fromisoformat(payment["innbetalingsdato"]) - datetime.timedelta(days=1)
            payment["plassertDato"] = day.isoformat()
    return body


@in_body(breaks="KOB-CLAIM-005", operation=CLAIMS)
def term_off_by_one(body: Json) -> Json:
    """terminTekniskNavn is the term after the one of the dates."""
    for claim in holders(body, "fraDato"):
        claim["terminTekniskNavn"] = f"{int(claim['terminTekniskNavn']) % 6 + 1:02}"
    return body


@in_body(breaks="KOB-CLAIM-005", operation=CLAIMS)
def tax_period_turned(body: Json) -> Json:
    """The first and last day of a claim's period are swapped."""
    for period in holders(body, "fraDato"):
        period["fraDato"], period["tilDato"] = period["tilDato"], period["fraDato"]
    return body


@in_body(breaks="KOB-CLAIM-005", operation=CLAIMS)
def tax_period_of_another_year(body: Json) -> Json:
    """aar is the year after that of the dates."""
    for period in holders(body, "fraDato"):
        period["aar"] = str(int(period["fraDato"][:4]) + 1)
    return body


@in_body(breaks="KOB-CLAIM-005", operation=CLAIMS)
def term_of_counter_claim_off_by_one(body: Json) -> Json:
    """terminTekniskNavn of a counter-claim is the term after the one of the dates."""
    for due in holders(body, "plassertMotkrav"):
        for period in holders(due["plassertMotkrav"], "fraDato"):
            period["terminTekniskNavn"] = f"{int(period['terminTekniskNavn']) % 6 + 1:02}"
    return body


@in_body(breaks="KOB-CLAIM-007", operation=CLAIMS)
def text_without_entries(body: Json) -> Json:
    """A description has no entry in any language."""
    for claim in claims(body):
        claim["kravbeskrivelse"]["spraakTekst"] = []
    return body


@in_body(breaks="KOB-CLAIM-007", operation=CLAIMS)
def text_twice_in_a_language(body: Json) -> Json:
    """A description has two entries in Norwegian."""
    for claim in claims(body):
        claim["kravbeskrivelse"]["spraakTekst"] *= 2
    return body


@in_body(breaks="KOB-CLAIM-008", operation=CLAIMS)
def claim_of_another_organisation(body: Json) -> Json:
    """A claim is recorded under another organisation."""
    for claim in claims(body)[:1]:
        claim["partIdentifikator"] = "311040723" if body["partIdentifikator"] != "311040723" else "313367002"
    return body


@in_body(breaks="KOB-CLAIM-009", operation=CLAIMS)
def kid_with_wrong_check_digit(body: Json) -> Json:
    """The last digit of a KID is one too high."""
    for info in holders(body, "kidnummer"):
        info["kidnummer"] = f"{info['kidnummer'][:-1]}{(int(info['kidnummer'][-1]) + 1) % 10}"
    return body


@in_body(breaks="KOB-CLAIM-010", operation=CLAIMS)
def iban_of_another_account(body: Json) -> Json:
    """The IBAN belongs to another account than the one next to it."""
    for account in holders(body, "iban"):
        account["iban"] = "NO9386011117947"
    return body


@in_body(breaks="KOB-CLAIM-010", operation=CLAIMS)
def iban_with_wrong_check_digits(body: Json) -> Json:
    """The check digits of the IBAN are wrong."""
    for account in holders(body, "iban"):
        account["iban"] = f"NO{(int(account['iban'][2:4]) + 1) % 97:02}{account['iban'][4:]}"
    return body


@in_body(breaks="KOB-PAYMENT-001", operation=("aapnekrav", "innbetalinger"))
def more_unplaced_than_paid(body: Json) -> Json:
    """The unplaced part of a payment is more than the payment."""
    for payment in payments(body):
        if payment["uplassertBeloep"]:
            payment["uplassertBeloep"] = round(payment["innbetaltBeloep"] * 2, 2)
    return body


@in_body(breaks="KOB-PAYMENT-001", operation=("aapnekrav", "innbetalinger"))
def unplaced_with_another_sign(body: Json) -> Json:
    """The unplaced part of a payment has the opposite sign of the payment."""
    for payment in payments(body):
        payment["uplassertBeloep"] = -payment["uplassertBeloep"] or 0.0
    return body


@in_body(breaks="KOB-PAYMENT-002", operation="innbetalinger")
def payment_is_more_than_its_parts(body: Json) -> Json:
    """A payment is one krone more than its placed and unplaced parts."""
    for payment in payments(body):
        plus(payment, "innbetaltBeloep", -1.0 if payment["innbetaltBeloep"] < 0 else 1.0)
    return body


@in_body(breaks="KOB-PAYMENT-003", operation="innbetalinger")
def placed_part_is_negative(body: Json) -> Json:
    """The part of a payment that covers a due date is negative."""
    for payment in holders(body, "plassertKrav"):
        for placed in payment["plassertKrav"]:
            placed["plassertBeloep"] = -placed["plassertBeloep"]
    return body


@in_body(breaks="KOB-PAYMENT-003", operation="innbetalinger")
def placed_part_is_more_than_the_due_date(body: Json) -> Json:
    """A payment covers more of a due date than the due date was reduced by."""
    for payment in holders(body, "plassertKrav"):
        for placed in payment["plassertKrav"]:
            placed["gjenstaaendeKravforfallsbeloep"] = placed["opprinneligKravforfallsbeloep"]
    return body


@in_body(breaks="KOB-PAYMENT-005", operation="utbetalinger")
def payout_off_by_one_oere(body: Json) -> Json:
    """A payout is one øre more than the sum paid out of its credit claims."""
    for payout in payouts(body):
        plus(payout, "utbetaltBeloep", OERE)
    return body


@in_body(breaks="KOB-PAYMENT-005", operation="utbetalinger")
def payout_of_the_first_credit_claim(body: Json) -> Json:
    """A payout's basis lacks one of its credit claims."""
    for payout in payouts(body):
        payout["grunnlagForUtbetaling"]["kreditKrav"].pop()
    return body


@in_body(breaks="KOB-PAYMENT-006", operation="utbetalinger")
def credit_claim_is_positive(body: Json) -> Json:
    """The original amount of a credit claim lacks its sign."""
    for holder in holders(body, "kreditKrav"):
        for credit in holder["kreditKrav"]:
            credit["opprinneligBeloep"] = abs(credit["opprinneligBeloep"])
    return body


@in_body(breaks="KOB-PAYMENT-007", operation="utbetalinger")
def paid_out_part_is_negative(body: Json) -> Json:
    """The amount paid out of a credit claim has the sign of the claim."""
    for holder in holders(body, "kreditKrav"):
        for credit in holder["kreditKrav"]:
            credit["utbetaltBeloep"] = -credit["utbetaltBeloep"]
    return body


@in_body(breaks="KOB-PAYMENT-007", operation="utbetalinger")
def credit_remains_as_the_party_s_debt(body: Json) -> Json:
    """The remaining amount of a credit claim after its payout lacks its sign; if it is zero, it shows one krone."""
    for holder in holders(body, "kreditKrav"):
        for credit in holder["kreditKrav"]:
            credit["gjenstaaendeBeloep"] = abs(credit["gjenstaaendeBeloep"]) or 1.0
    return body


@in_body(breaks="KOB-PAYMENT-008", operation="utbetalinger")
def payout_of_nothing(body: Json) -> Json:
    """A payout has an empty basis."""
    for payout in payouts(body):
        payout["grunnlagForUtbetaling"] = {}
    return body
