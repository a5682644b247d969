"""Each relation holds for an honest ledger and detects a single error, to the øre."""

import datetime
from decimal import Decimal
from functools import partial

import pytest

from scenarios.kravogbetalinger.relations import across, claims, payments, periods, totals
from tests.scenarios.kravogbetalinger import bodies
from tests.scenarios.kravogbetalinger.bodies import changed

TODAY = datetime.date(2026, 11, 25)
split_by_due_date = partial(totals.split_by_due_date, around_now=(TODAY, TODAY))
YEAR = ("2026-01-01", "2026-12-31")
period_is_asked_for = partial(periods.period_is_the_one_asked_for, period=YEAR)
payments_lie_in = partial(periods.payments_lie_in_the_period, period=YEAR)
claims_touch = partial(periods.claims_touch_the_period, period=YEAR)

CLAIM = "aapentKravMedGjenstaaendeBeloep.0"
DUE = f"{CLAIM}.kravforfall.0"
GROUP = "oversiktPerKravgruppe.0"


def aspects(verdicts):
    return [breach.aspect for breach in verdicts if breach is not None]


def places(verdicts):
    return len(list(verdicts))


HONEST = [
    (totals.saldo_of_groups, bodies.aapnekrav, 2),
    (totals.saldo_of_total, bodies.aapnekrav, 1),
    (totals.total_is_sum_of_groups, bodies.aapnekrav, 3),
    (totals.unplaced_payments_count_once, bodies.aapnekrav, 1),
    (totals.groups_are_those_of_the_claims, bodies.aapnekrav, 2),
    (totals.groups_consist_of_their_claims, bodies.aapnekrav, 4),
    (totals.total_consists_of_all_claims, bodies.aapnekrav, 2),
    (split_by_due_date, bodies.aapnekrav, 6),
    (totals.one_rule_for_oere, bodies.aapnekrav, 1),
    (totals.unplaced_payments_add_up, bodies.aapnekrav, 1),
    (claims.claim_is_sum_of_due_dates, bodies.krav, 6),
    (claims.remaining_is_within_original, bodies.krav, 7),
    (claims.open_claim_has_something_left, bodies.aapnekrav, 2),
    (claims.remaining_is_original_less_placed, bodies.krav, 4),
    (claims.interest_needs_something_left, bodies.krav, 3),
    (claims.placed_no_earlier_than_paid, bodies.krav, 1),
    (claims.period_of_claim_is_a_term, bodies.krav, 3),
    (claims.texts_have_one_entry_per_language, bodies.krav, 8),
    (claims.items_belong_to_the_party, bodies.aapnekrav, 3),
    (claims.kid_has_a_valid_digit, bodies.krav, 1),
    (claims.iban_belongs_to_its_account, bodies.krav, 4),
    (claims.account_to_pay_to_is_in_clear, bodies.krav, 2),
    (payments.unplaced_is_within_payment, bodies.innbetalinger, 1),
    (payments.payment_is_placed_or_unplaced, bodies.innbetalinger, 1),
    (payments.placed_part_is_what_the_claim_lost, bodies.innbetalinger, 2),
    (payments.unplaced_payment_has_something_left, bodies.aapnekrav, 1),
    (payments.payment_out_is_sum_of_its_parts, bodies.utbetalinger, 1),
    (payments.credit_covers_its_payment, bodies.utbetalinger, 2),
    (payments.credit_is_paid_out_and_remains_a_credit, bodies.utbetalinger, 2),
    (payments.payment_out_has_a_basis, bodies.utbetalinger, 1),
    (period_is_asked_for, bodies.krav, 2),
    (payments_lie_in, bodies.innbetalinger, 1),
    (payments_lie_in, bodies.utbetalinger, 1),
    (claims_touch, bodies.krav, 3),
]


@pytest.mark.parametrize(("relation", "body", "judged"), HONEST)
def test_a_relation_holds_over_an_honest_ledger(relation, body, judged):
    verdicts = list(relation(body()))

    assert (aspects(verdicts), len(verdicts)) == ([], judged)


TOTALS = [relation for relation, body, _ in HONEST if body is bodies.aapnekrav and relation.__class__ is not partial]


@pytest.mark.parametrize("relation", [*TOTALS, split_by_due_date])
def test_a_relation_holds_over_sums_that_are_cut(relation):
    assert aspects(relation(bodies.aapnekrav_cut())) == []


LIES = [
    (totals.saldo_of_groups, bodies.aapnekrav, f"{GROUP}.saldo", Decimal("50843.01"), ["saldo of a group"]),
    (totals.saldo_of_total, bodies.aapnekrav, "totalOversikt.saldo", Decimal("51743.24"), ["saldo of the total"]),
    (totals.saldo_of_total, bodies.aapnekrav, "totalOversikt.saldo", Decimal("51743"), ["saldo of the total"]),
    (
        totals.total_is_sum_of_groups,
        bodies.aapnekrav,
        "totalOversikt.sumStipulerteRenter",
        Decimal("842.76"),
        ["sumStipulerteRenter of the total"],
    ),
    (
        totals.total_is_sum_of_groups,
        bodies.aapnekrav,
        "oversiktPerKravgruppe.1",
        ...,
        ["sumIkkeForfalteKrav of the total"],
    ),
    (
        totals.unplaced_payments_count_once,
        bodies.aapnekrav,
        "totalOversikt.saldo",
        Decimal("51643.25"),
        ["saldo of the groups and unplaced payments"],
    ),
    (totals.groups_are_those_of_the_claims, bodies.aapnekrav, "oversiktPerKravgruppe.1", ..., ["group missing"]),
    (
        totals.groups_are_those_of_the_claims,
        bodies.aapnekrav,
        "aapentKravMedGjenstaaendeBeloep.1",
        ...,
        ["group without a claim"],
    ),
    (
        totals.groups_are_those_of_the_claims,
        bodies.aapnekrav,
        "oversiktPerKravgruppe.1.kravgruppe",
        "Merverdiavgift",
        ["group missing", "group twice"],
    ),
    (
        totals.groups_consist_of_their_claims,
        bodies.aapnekrav,
        f"{GROUP}.sumForfalteKrav",
        Decimal("50000.26"),
        ["what remains in a group"],
    ),
    (
        totals.groups_consist_of_their_claims,
        bodies.aapnekrav,
        f"{GROUP}.sumStipulerteRenter",
        Decimal("842.74"),
        ["interest in a group"],
    ),
    (
        totals.total_consists_of_all_claims,
        bodies.aapnekrav,
        "totalOversikt.sumIkkeForfalteKrav",
        Decimal("1000.26"),
        ["what remains in the total"],
    ),
    (totals.one_rule_for_oere, bodies.aapnekrav, f"{GROUP}.sumStipulerteRenter", Decimal("842"), ["no rule for øre"]),
    (
        totals.one_rule_for_oere,
        bodies.aapnekrav,
        f"{GROUP}.sumStipulerteRenter",
        Decimal("842.74"),
        ["no rule for øre"],
    ),
    (
        split_by_due_date,
        bodies.aapnekrav,
        f"{DUE}.forfallsdato",
        "2027-04-11",
        [
            "sumForfalteKrav of a group",
            "sumIkkeForfalteKrav of a group",
            "sumForfalteKrav of the total",
            "sumIkkeForfalteKrav of the total",
        ],
    ),
    (
        totals.unplaced_payments_add_up,
        bodies.aapnekrav,
        "totalOversikt.sumUplasserteInnbetalinger",
        Decimal("-100.01"),
        ["sumUplasserteInnbetalinger"],
    ),
    (
        totals.unplaced_payments_add_up,
        bodies.aapnekrav,
        "innbetalingMedUplassertBeloep",
        ...,
        ["sumUplasserteInnbetalinger"],
    ),
    (
        claims.claim_is_sum_of_due_dates,
        bodies.krav,
        "krav.0.gjenstaaendeBeloep",
        Decimal("50000.26"),
        ["gjenstaaendeBeloep of a claim"],
    ),
    (claims.claim_is_sum_of_due_dates, bodies.krav, "krav.1.kravforfall.0", ..., ["opprinneligBeloep of a claim"]),
    (
        claims.remaining_is_within_original,
        bodies.krav,
        "krav.0.gjenstaaendeBeloep",
        Decimal("61244.51"),
        ["remaining of a claim"],
    ),
    (
        claims.remaining_is_within_original,
        bodies.krav,
        "krav.0.kravforfall.0.gjenstaaendeBeloep",
        Decimal("-1"),
        ["remaining of a due date"],
    ),
    (
        claims.open_claim_has_something_left,
        bodies.aapnekrav,
        f"{CLAIM}.gjenstaaendeBeloep",
        Decimal("0.0"),
        ["settled claim among the open ones"],
    ),
    (
        claims.remaining_is_original_less_placed,
        bodies.krav,
        "krav.0.kravforfall.0.gjenstaaendeBeloep",
        Decimal("50000.26"),
        ["remaining of a due date after what is placed"],
    ),
    (
        claims.remaining_is_original_less_placed,
        bodies.krav,
        "krav.2.kravforfall.0.plassertUtbetaling",
        ...,
        ["remaining of a due date after what is placed"],
    ),
    (
        claims.interest_needs_something_left,
        bodies.krav,
        "krav.2.stipulerteRenter",
        Decimal("0.01"),
        ["interest without a remaining amount", "interest on a settled claim"],
    ),
    (
        claims.placed_no_earlier_than_paid,
        bodies.krav,
        "krav.0.kravforfall.0.plassertInnbetaling.0.plassertDato",
        "2026-04-30",
        ["payment placed before it came"],
    ),
    (
        claims.period_of_claim_is_a_term,
        bodies.krav,
        "krav.0.kravperiode.terminTekniskNavn",
        "02",
        ["claim's term and dates"],
    ),
    (
        claims.period_of_claim_is_a_term,
        bodies.krav,
        "krav.0.kravperiode.aar",
        "2025",
        ["claim's period outside its year"],
    ),
    (
        claims.period_of_claim_is_a_term,
        bodies.krav,
        "krav.0.kravperiode.fraDato",
        "2026-03-01",
        ["claim's period ends before it begins"],
    ),
    (
        claims.texts_have_one_entry_per_language,
        bodies.krav,
        "krav.0.kravbeskrivelse.spraakTekst",
        [],
        ["text without an entry"],
    ),
    (
        claims.texts_have_one_entry_per_language,
        bodies.krav,
        "krav.0.kravbeskrivelse.spraakTekst",
        [{"tekst": "a", "spraak": "nb"}] * 2,
        ["language twice"],
    ),
    (
        claims.items_belong_to_the_party,
        bodies.aapnekrav,
        f"{CLAIM}.partIdentifikator",
        "219001002",
        ["another party's item"],
    ),
    (
        claims.items_belong_to_the_party,
        bodies.utbetalinger,
        "utbetaling.0.partIdentifikator",
        "219001002",
        ["another party's item"],
    ),
    (
        claims.kid_has_a_valid_digit,
        bodies.krav,
        "krav.0.kravforfall.0.betalingsinformasjon.kidnummer",
        "12122017820100322000005",
        ["check digit of a KID"],
    ),
    (
        claims.iban_belongs_to_its_account,
        bodies.krav,
        "krav.0.kravforfall.0.betalingsinformasjon.konto.iban",
        "NO5976940518888",
        ["check digits of an IBAN"],
    ),
    (
        claims.iban_belongs_to_its_account,
        bodies.krav,
        "krav.0.kravforfall.0.betalingsinformasjon.konto.kontonummer",
        "63450624804",
        ["IBAN of another account"],
    ),
    (
        claims.account_to_pay_to_is_in_clear,
        bodies.krav,
        "krav.0.kravforfall.0.betalingsinformasjon.konto.kontonummer",
        "******18888",
        ["account to pay to"],
    ),
    (
        payments.unplaced_is_within_payment,
        bodies.innbetalinger,
        "innbetaling.0.uplassertBeloep",
        Decimal("100.00"),
        ["unplaced part of a payment"],
    ),
    (
        payments.unplaced_is_within_payment,
        bodies.innbetalinger,
        "innbetaling.0.uplassertBeloep",
        Decimal("-11344.26"),
        ["unplaced part of a payment"],
    ),
    (
        payments.payment_is_placed_or_unplaced,
        bodies.innbetalinger,
        "innbetaling.0.uplassertBeloep",
        Decimal("-100.01"),
        ["parts of a payment"],
    ),
    (
        payments.placed_part_is_what_the_claim_lost,
        bodies.innbetalinger,
        "innbetaling.0.plassertKrav.0.plassertBeloep",
        Decimal("11244.26"),
        ["part larger than the claim lost"],
    ),
    (
        payments.placed_part_is_what_the_claim_lost,
        bodies.innbetalinger,
        "innbetaling.0.plassertKrav.0.plassertBeloep",
        Decimal("0.0"),
        ["part placed on a claim"],
    ),
    (
        payments.unplaced_payment_has_something_left,
        bodies.aapnekrav,
        "innbetalingMedUplassertBeloep.0.uplassertBeloep",
        Decimal("0.0"),
        ["placed payment among the unplaced"],
    ),
    (
        payments.payment_out_is_sum_of_its_parts,
        bodies.utbetalinger,
        "utbetaling.0.utbetaltBeloep",
        Decimal("500.01"),
        ["parts of a payment out"],
    ),
    (
        payments.credit_covers_its_payment,
        bodies.utbetalinger,
        "utbetaling.0.grunnlagForUtbetaling.kreditKrav.0.opprinneligBeloep",
        Decimal("500.00"),
        ["sign of a credit claim"],
    ),
    (
        payments.credit_covers_its_payment,
        bodies.utbetalinger,
        "utbetaling.0.grunnlagForUtbetaling.kreditKrav.0.gjenstaaendeBeloep",
        Decimal("-0.01"),
        ["credit smaller than its payment"],
    ),
    (
        payments.credit_is_paid_out_and_remains_a_credit,
        bodies.utbetalinger,
        "utbetaling.0.grunnlagForUtbetaling.kreditKrav.0.utbetaltBeloep",
        Decimal("-500.00"),
        ["what is paid out of a credit claim"],
    ),
    (
        payments.credit_is_paid_out_and_remains_a_credit,
        bodies.utbetalinger,
        "utbetaling.0.grunnlagForUtbetaling.kreditKrav.0.gjenstaaendeBeloep",
        Decimal("0.01"),
        ["what remains of a credit claim"],
    ),
    (
        payments.payment_out_has_a_basis,
        bodies.utbetalinger,
        "utbetaling.0.grunnlagForUtbetaling.kreditKrav",
        ...,
        ["basis of a payment out"],
    ),
    (period_is_asked_for, bodies.krav, "periode.tilOgMed", "2026-12-30", ["periode.tilOgMed"]),
    (
        payments_lie_in,
        bodies.innbetalinger,
        "innbetaling.0.innbetalingsdato",
        "2025-12-31",
        ["innbetalingsdato outside the period"],
    ),
    (
        payments_lie_in,
        bodies.utbetalinger,
        "utbetaling.0.utbetaltdato",
        "2027-01-01",
        ["utbetaltdato outside the period"],
    ),
]


@pytest.mark.parametrize(("relation", "body", "path", "value", "expected"), LIES)
def test_a_lie_is_told(relation, body, path, value, expected):
    found = set(aspects(relation(changed(body(), path, value))))

    assert found == set(expected)


def test_a_claim_outside_the_period_is_told():
    body = changed(bodies.krav(), "krav.2.opprettelsesdatoForKrav", "2025-02-01")
    body = changed(body, "krav.2.kravforfall.0.forfallsdato", "2025-02-15")

    assert aspects(claims_touch(body)) == ["claim outside the period"]


def test_a_claim_that_does_not_tell_when_it_was_recorded_may_be_of_the_period():
    body = changed(bodies.krav(), "krav.2.opprettelsesdatoForKrav", ...)
    body = changed(body, "krav.2.kravforfall.0.forfallsdato", "2027-02-15")

    assert (aspects(claims_touch(body)), places(claims_touch(body))) == ([], 2)


def test_the_term_of_a_counter_claim_is_held_against_its_dates_too():
    period = bodies.krav()["krav"][0]["kravperiode"]
    at = "krav.1.kravforfall.0.plassertMotkrav.0.kravperiode"

    assert aspects(claims.period_of_claim_is_a_term(changed(bodies.krav(), at, period))) == []
    assert aspects(
        claims.period_of_claim_is_a_term(changed(bodies.krav(), at, period | {"terminTekniskNavn": "02"}))
    ) == ["claim's term and dates"]


def test_what_is_due_today_may_be_in_either_sum():
    today = changed(bodies.aapnekrav(), f"{DUE}.forfallsdato", TODAY.isoformat())

    assert aspects(split_by_due_date(today)) == []
    assert totals.today_is(today, (TODAY, TODAY)) == "overdue"


def test_the_rule_for_oere_is_told_from_the_sums():
    assert totals.rule_in_use(bodies.aapnekrav()) == "exact to the øre"
    assert totals.rule_in_use(bodies.aapnekrav_cut()) == "each addend cut to whole kroner"
    assert totals.rule_in_use(changed(bodies.aapnekrav(), f"{GROUP}.sumStipulerteRenter", Decimal("1"))) is None


def test_sums_of_a_shielded_party_are_not_held_against_what_is_shown():
    shielded = changed(bodies.aapnekrav(), "skjermet", value=True)

    assert places(totals.total_consists_of_all_claims(shielded)) == 0
    assert places(totals.unplaced_payments_add_up(shielded)) == 0
    assert places(totals.groups_are_those_of_the_claims(shielded)) == 0


def test_optional_fields_that_are_left_out_are_nothing_to_judge():
    bare = {"partIdentifikator": "1", "skjermet": False, "aapentKravMedGjenstaaendeBeloep": [], "innbetaling": [{}]}
    relations = [relation for relation, _, _ in HONEST if relation is not period_is_asked_for]

    assert [places(relation(bare)) for relation in relations] == [0] * len(relations)


def test_a_set_off_claim_and_payment_are_not_summed_without_its_amounts():
    claim = changed(bodies.krav(), "krav.0.motregningAvKreditkrav", {"motregningsidentifikator": "M"})
    payment = changed(
        bodies.innbetalinger(), "innbetaling.0.motregningAvInnbetaling", {"motregningsidentifikator": "M"}
    )

    assert places(claims.remaining_is_original_less_placed(claim)) == 3
    assert places(payments.payment_is_placed_or_unplaced(payment)) == 0


def test_a_payment_that_is_paid_back_counts_in_a_payment_out():
    back = {"innbetalingsIdentifikator": "I", "utbetaltBeloep": Decimal("20.50")}
    body = changed(bodies.utbetalinger(), "utbetaling.0.grunnlagForUtbetaling.tilbakebetalingAv", [back])

    assert aspects(payments.payment_out_is_sum_of_its_parts(body)) == ["parts of a payment out"]
    assert (
        aspects(
            payments.payment_out_is_sum_of_its_parts(changed(body, "utbetaling.0.utbetaltBeloep", Decimal("520.50")))
        )
        == []
    )


def test_a_person_owns_claims_and_another_organisation_does_not():
    body = bodies.aapnekrav()

    assert aspects(claims.items_belong_to_the_party(body)) == []
    assert aspects(claims.items_belong_to_the_party(changed(body, "partIdentifikator", "219001002"))) == [
        "another party's item",
        "another party's item",
    ]


def test_the_dummy_kid_and_a_masked_iban_are_passed_over():
    kid = changed(bodies.krav(), "krav.0.kravforfall.0.betalingsinformasjon.kidnummer", claims.DUMMY_KID)
    konto = {"iban": "NOxxxxxxxxx8888", "kontonummer": "******18888"}

    assert places(claims.kid_has_a_valid_digit(kid)) == 0
    assert places(claims.iban_belongs_to_its_account({"konto": konto})) == 0


@pytest.mark.parametrize("iban", ["NO58 7694 0518 888", "NO5876940518888"])
def test_blanks_in_an_iban_are_allowed(iban):
    assert aspects(claims.iban_belongs_to_its_account({"iban": iban, "kontonummer": "76940518888"})) == []


class TestBetweenOperations:
    OPEN = bodies.aapnekrav()["aapentKravMedGjenstaaendeBeloep"]
    LISTED = bodies.krav()["krav"]
    PLACED = LISTED[0]["kravforfall"][0]["plassertInnbetaling"][0]
    PAID_OUT = LISTED[2]["kravforfall"][0]["plassertUtbetaling"][0]

    def test_an_honest_ledger_agrees(self):
        found = [
            *across.claims_in_both_are_the_same(self.OPEN, self.LISTED),
            *across.claims_with_something_left_are_open(self.LISTED, self.OPEN),
            *across.open_claim_is_listed(self.OPEN[0], self.LISTED),
            *across.placed_payment_names_the_claim(
                self.LISTED[0]["kravforfall"][0], self.PLACED, [bodies.payment_in()]
            ),
            *across.paid_out_claim_is_listed(self.PAID_OUT, [bodies.payment_out()]),
            *across.payment_is_listed(bodies.payment_in(), [bodies.payment_in()]),
            *across.credit_is_a_claim(bodies.payment_out()["grunnlagForUtbetaling"]["kreditKrav"][0], self.LISTED),
            *across.answers_agree(bodies.krav(), bodies.krav()),
        ]

        assert (aspects(found), len(found)) == ([], 14)

    def test_a_claim_that_differs_is_told_with_its_fields(self):
        other = changed(self.LISTED[0], "gjenstaaendeBeloep", Decimal("50000.26"))

        [breach] = across.claims_in_both_are_the_same(self.OPEN, [other])
        assert (breach.aspect, breach.actual) == ("claim differs between operations", "another gjenstaaendeBeloep")

    def test_interest_that_only_one_answer_shows_is_told(self):
        without = changed(self.LISTED[0], "stipulerteRenter", ...)

        assert aspects(across.claims_in_both_are_the_same(self.OPEN, [without])) == ["claim differs between operations"]

    def test_interest_of_nothing_may_be_left_out(self):
        settled = changed(self.LISTED[2], "stipulerteRenter", ...)

        assert aspects(across.claims_in_both_are_the_same([self.LISTED[2]], [settled])) == []

    def test_a_payment_without_an_id_may_be_any(self):
        due, payment = self.LISTED[0]["kravforfall"][0], bodies.payment_in()
        nameless = changed(payment, "innbetalingsidentifikator", ...)

        assert places(across.placed_payment_names_the_claim(due, self.PLACED, [nameless])) == 0
        assert places(across.payment_is_listed(payment, [nameless])) == 0
        assert places(across.payment_is_listed(nameless, [payment])) == 0

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("kravforfallsdato", "2026-04-12"),
            ("opprinneligKravforfallsbeloep", Decimal("-61244.50")),
            ("gjenstaaendeKravforfallsbeloep", Decimal("50000.26")),
        ],
    )
    def test_a_covered_due_date_that_differs_is_told(self, name, value):
        entry = bodies.payment_in()["plassertKrav"][0] | {"kravforfallsdato": "2026-04-11"}
        due = self.LISTED[0]["kravforfall"][0]

        assert aspects(across.covered_due_date_is_the_same(entry, [due])) == []
        assert aspects(across.covered_due_date_is_the_same(entry | {name: value}, [due])) == [
            "covered due date differs"
        ]
        assert places(across.covered_due_date_is_the_same(entry, [])) == 0

    @pytest.mark.parametrize("lie", [{"forfallsdato": "2026-02-16"}, {"kravperiode": {"aar": "2025"}}])
    def test_a_counter_claim_that_differs_is_told(self, lie):
        claim = self.LISTED[2] | {"kravperiode": {"aar": "2026"}}
        namesakes = [(claim["kravforfall"][0], claim)]
        placed = {"kravtype": "ANOTHER", "forfallsdato": "2026-02-15", "kravperiode": {"aar": "2026"}}

        assert aspects(across.counter_claim_is_the_same(placed, namesakes)) == []
        assert aspects(across.counter_claim_is_the_same(placed | lie, namesakes)) == ["counter-claim differs"]
        assert places(across.counter_claim_is_the_same(placed, [])) == 0

    def test_a_claim_missing_in_aapnekrav_is_told(self):
        assert aspects(across.claims_with_something_left_are_open(self.LISTED, self.OPEN[1:])) == [
            "claim missing in aapnekrav"
        ]

    def test_an_open_claim_missing_in_krav_is_told(self):
        assert aspects(across.open_claim_is_listed(self.OPEN[0], self.LISTED[1:])) == ["open claim missing in krav"]

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            ("plassertKrav.0.plassertBeloep", Decimal("11244.26"), ["placed payment differs"]),
            ("plassertKrav.0.plassertDato", "2026-05-03", ["placed payment differs"]),
            ("innbetalingstype", "Bankoverføring", ["placed payment differs"]),
            ("innbetaltFra.konto.kontonummer", "******11111", ["placed payment differs"]),
            ("plassertKrav.0.kravforfallIdentifikator", "9", ["placed payment does not name the due date"]),
            ("innbetalingsidentifikator", "INN-2", ["placed payment missing"]),
        ],
    )
    def test_a_placed_payment_that_differs_is_told(self, path, value, expected):
        due, payment = self.LISTED[0]["kravforfall"][0], changed(bodies.payment_in(), path, value)

        assert aspects(across.placed_payment_names_the_claim(due, self.PLACED, [payment])) == expected

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            ("utbetaltBeloep", Decimal("500.01"), ["payment out differs"]),
            ("utbetaltdato", "2026-03-02", ["payment out differs"]),
            ("utbetalingsidentifikator", "UT-2", ["payment out missing"]),
        ],
    )
    def test_a_payment_out_that_differs_is_told(self, path, value, expected):
        assert aspects(
            across.paid_out_claim_is_listed(self.PAID_OUT, [changed(bodies.payment_out(), path, value)])
        ) == (expected)

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            ("uplassertBeloep", Decimal("-99.99"), ["unplaced payment differs"]),
            ("plassertKrav.0.plassertDato", "2026-05-03", ["unplaced payment differs"]),
            ("innbetalingsidentifikator", "INN-2", ["unplaced payment missing"]),
        ],
    )
    def test_an_unplaced_payment_that_differs_is_told(self, path, value, expected):
        assert aspects(across.payment_is_listed(bodies.payment_in(), [changed(bodies.payment_in(), path, value)])) == (
            expected
        )

    def test_a_credit_without_its_claim_is_told(self):
        credit = bodies.payment_out()["grunnlagForUtbetaling"]["kreditKrav"][0]

        assert aspects(across.credit_is_a_claim(credit, self.LISTED[:2])) == ["credit claim missing in krav"]

    def test_an_open_claim_of_another_period_is_told(self):
        relation = partial(periods.claims_outside_are_absent, open_claims=self.OPEN)

        assert aspects(relation(bodies.krav(), ("2026-01-01", "2026-12-31"))) == []
        assert aspects(relation(bodies.krav(), ("2024-01-01", "2024-12-31"))) == ["open claim of another period"] * 2

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("krav.0", ...),
            ("krav.0.kravforfall.0.plassertInnbetaling", ...),
            ("krav.0.opprinneligBeloep", Decimal("61244.51")),
            ("skjermet", True),
            ("periode.tilOgMed", "2026-12-30"),
        ],
    )
    def test_answers_that_differ_are_told(self, path, value):
        assert aspects(across.answers_agree(bodies.krav(), changed(bodies.krav(), path, value))) == ["answers differ"]

    def test_order_and_optional_fields_make_no_difference(self):
        turned = bodies.krav() | {"krav": list(reversed(bodies.krav()["krav"]))}
        without = changed(turned, "krav.0.kravgruppe", ...)

        assert aspects(across.answers_agree(bodies.krav(), without)) == []

    def test_totals_are_optional_as_a_whole(self):
        bare = {k: v for k, v in bodies.aapnekrav().items() if k not in {"totalOversikt", "oversiktPerKravgruppe"}}

        assert aspects(across.answers_agree(bodies.aapnekrav(), bare)) == []


def test_around_midnight_what_is_due_on_either_day_is_overdue_or_not():
    """One of them is past, the other is not, and both may be today."""
    days = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))

    assert aspects(totals.split_by_due_date(bodies.aapnekrav(), days)) == []
    lie = changed(bodies.aapnekrav(), f"{GROUP}.sumForfalteKrav", Decimal("1.00"))
    assert aspects(totals.split_by_due_date(lie, days)) != []
