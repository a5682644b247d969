"""What a claim says about itself."""

from harness.suite.markers import not_run, production, recordable, requirement
from scenarios.kravogbetalinger.ledger import judge_all
from scenarios.kravogbetalinger.relations import claims

pytestmark = [production, recordable]

LISTED_GROUPS = frozenset(
    {
        "Arbeidsgiveravgift",
        "Skatt",
        "Forskuddstrekk",
        "Merverdiavgift",
        "Særavgifter",
        "Andre krav",
        "Øvrige offentlige krav",
    }
)
"""From the code list of 2023-06-28; the API sends the text, not the code."""

ALWAYS_SEEN = ("kravgruppe", "opprettelsesdatoForKrav", "kravbeskrivelse", "kravperiode")


@requirement("KOB-MODEL-006")
def test_an_open_claim_has_something_left(ledger):
    judge_all(ledger.of("aapnekrav"), claims.open_claim_has_something_left)


@requirement("KOB-MODEL-007")
def test_a_claim_is_the_sum_of_its_due_dates(ledger):
    judge_all(ledger.everything(), claims.claim_is_sum_of_due_dates)


@requirement("KOB-CLAIM-001")
def test_what_remains_is_within_the_original(ledger):
    judge_all(ledger.everything(), claims.remaining_is_within_original)


@requirement("KOB-CLAIM-002")
def test_what_remains_is_the_original_less_what_is_placed(ledger):
    judge_all(ledger.everything(), claims.remaining_is_original_less_placed)


@requirement("KOB-CLAIM-003")
def test_interest_needs_something_left(ledger):
    judge_all(ledger.everything(), claims.interest_needs_something_left)


@requirement("KOB-CLAIM-004")
def test_a_payment_is_placed_when_it_has_come(ledger):
    judge_all(ledger.everything(), claims.placed_no_earlier_than_paid)


@requirement("KOB-CLAIM-005")
def test_a_claim_s_period_is_its_term(ledger):
    judge_all(ledger.everything(), claims.period_of_claim_is_a_term)


@requirement("KOB-CLAIM-006")
def test_the_order_of_due_dates(kob, ledger):
    found = [[due["forfallsdato"] for due in claim["kravforfall"]] for _, claim in ledger.claims()]

    several = [days for days in found if len(set(days)) > 1] or not_run("no claim has several due dates")
    ordered = all(days == sorted(days) for days in several)
    kob.bench.notes.observe("KOB-CLAIM-006", "in order of their dates" if ordered else "in any order")


@requirement("KOB-CLAIM-007")
def test_a_text_has_one_entry_per_language(ledger):
    judge_all(ledger.everything(), claims.texts_have_one_entry_per_language)


@requirement("KOB-CLAIM-008")
def test_items_belong_to_the_party(ledger):
    judge_all(ledger.everything(), claims.items_belong_to_the_party)


@requirement("KOB-CLAIM-009")
def test_a_kid_has_a_valid_digit(ledger):
    judge_all(ledger.everything(), claims.kid_has_a_valid_digit)


@requirement("KOB-CLAIM-010")
def test_an_iban_belongs_to_its_account(ledger):
    judge_all(ledger.everything(), claims.iban_belongs_to_its_account)


@requirement("KOB-CLAIM-011")
def test_which_fields_are_left_out_of_claims(kob, ledger):
    found = [claim for answer in ledger.everything() for claim in claims.claims_of(answer.content())] or not_run(
        "no claims"
    )

    missing = [name for name in ALWAYS_SEEN if any(name not in claim for claim in found)]
    kob.bench.notes.observe("KOB-CLAIM-011", ", ".join(missing) or "none")


@requirement("KOB-CLAIM-012")
def test_which_groups_are_on_no_list(kob, ledger):
    found = [claim for answer in ledger.everything() for claim in claims.claims_of(answer.content())] or not_run(
        "no claims"
    )

    unknown = {claim["kravgruppe"] for claim in found if "kravgruppe" in claim} - LISTED_GROUPS
    kob.bench.notes.observe("KOB-CLAIM-012", ", ".join(sorted(unknown)) or "none")
