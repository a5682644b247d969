"""What was sent is shown wrongly in a status, a file or a deduction."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Json, in_answer, in_body, in_service
from harness.sandbox.utleggsbegjaering import insight
from harness.sandbox.utleggsbegjaering.attachments import Attachment
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.faults.surgery import SUCCESS, Api, OtherStore, with_handler, with_store
from harness.sandbox.utleggsbegjaering.office import Office, Reply

STATUS, CHANGED, INSIGHT = "hentStatus", "hentEndredeSaker", "hentInnsynITrekk"
RULES, STATE, UPLOAD = "slaaOppBetjening", "hentVedlegg", "lastOppVedlegg"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def claims(body: Json) -> list[Json]:
    """The sender's own claims in a status."""
    return [krav for krav in body["kravISak"] if "innsendersKravreferanse" in krav]


def amounts(body: Json) -> list[Json]:
    return [krav["gjenstaaendeBeloep"] for krav in claims(body)]


def each_party(body: Json) -> Iterator[Json]:
    """Every person and enterprise on either side."""
    for party in [*body["saksoeker"], *body["saksoekt"]]:
        yield from (party[kind] for kind in ("virksomhet", "person") if kind in party)


def _with_dates(node: Any, other: Callable[[datetime.date], datetime.date]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {name: _with_dates(child, other) for name, child in node.items()}
    if isinstance(node, list):
        return [_with_dates(child, other) for child in node]
    is_day = isinstance(node, str) and DAY.fullmatch(node)
    return other(datetime.date.fromisoformat(node)).isoformat() if is_day else node


def _with_text(node: Any, names: frozenset[str], other: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        return [_with_text(child, names, other) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        name: other(child) if name in names and isinstance(child, str) else _with_text(child, names, other)
        for name, child in node.items()
    }


def other_days(body: Json, other: Callable[[datetime.date], datetime.date]) -> Json:
    """A body with every date, at any depth, replaced."""
    found: Json = _with_dates(body, other)
    return found


def other_texts(body: Json, names: frozenset[str], other: Callable[[str], str]) -> Json:
    """A body with the strings of these members, at any depth, replaced."""
    found: Json = _with_text(body, names, other)
    return found


def as_latin_1(text: str) -> str:
    """UTF-8 octets read as Latin-1."""
    return text.encode().decode("latin-1")


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def oere_are_cut_off(body: Json) -> Json:
    """A claim's remaining amount is shown in whole kroner."""
    for amount in amounts(body):
        amount["beloep"] = int(amount["beloep"])
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def millions_are_rounded(body: Json) -> Json:
    """A claim's remaining amount above a million is rounded to thousands."""
    for amount in amounts(body):
        if amount["beloep"] > 1_000_000:
            amount["beloep"] = round(amount["beloep"], -3)
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def one_oere_is_nothing(body: Json) -> Json:
    """A claim of one øre is shown as zero."""
    for amount in amounts(body):
        if amount["beloep"] == 0.01:
            amount["beloep"] = 0
    return body


def shown_by(service: Api, kind: type[OtherStore]) -> Api:
    """A status made from another store."""

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await insight.status(replace(office, store=kind(office.store)), caller, request, varying)

    return with_handler(service, STATUS, status)


@in_service(breaks="ELAN-CASE-018", operation=STATUS, status=200)
def what_is_left_is_what_there_was(service: Api) -> Api:
    """The status shows a claim's original amount instead of the remaining one."""

    class AtFirst(OtherStore):
        def request(self, referanse: str) -> object:
            found: Any = super().request(referanse)
            for krav in found["kravTilInnkreving"]:
                krav["gjenstaaendeBeloep"] = krav["opprinneligBeloep"]
            return found

    return shown_by(service, AtFirst)


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def amounts_are_in_another_currency(body: Json) -> Json:
    """The status shows Norwegian kroner as Swedish kronor."""
    for amount in amounts(body):
        amount["valuta"] = "SEK"
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def priorities_are_exchanged(body: Json) -> Json:
    """Each claim is shown with the priority of the next one."""
    listed = [krav["prioritetDekningsloven"] for krav in claims(body)]
    for krav, priority in zip(claims(body), listed[1:] + listed[:1], strict=True):
        krav["prioritetDekningsloven"] = priority
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def interest_is_shown_as_principal(body: Json) -> Json:
    """An interest claim is shown as a principal claim."""
    for krav in body["kravISak"]:
        if krav["kravbeskrivelse"] == "rentekrav":
            krav["kravbeskrivelse"] = "hovedkrav"
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def a_claim_is_shown_twice(body: Json) -> Json:
    """The first claim of a case occurs twice in its status."""
    return body | {"kravISak": [*claims(body)[:1], *body["kravISak"]]}


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def three_claims_are_shown(body: Json) -> Json:
    """The status shows at most three claims."""
    return body | {"kravISak": body["kravISak"][:3]}


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def references_of_claims_are_spoiled(body: Json) -> Json:
    """The sender's reference of a claim loses its non-ASCII letters."""
    for krav in claims(body):
        krav["innsendersKravreferanse"] = as_latin_1(krav["innsendersKravreferanse"])
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def references_of_claims_are_in_capitals(body: Json) -> Json:
    """The sender's reference of a claim is shown in upper case."""
    for krav in claims(body):
        krav["innsendersKravreferanse"] = krav["innsendersKravreferanse"].upper()
    return body


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def the_court_fee_is_not_shown(body: Json) -> Json:
    """A court fee that is claimed back is missing from the claims."""
    return body | {"kravISak": [krav for krav in body["kravISak"] if krav["kravbeskrivelse"] != "rettsgebyr"]}


@in_body(breaks="ELAN-CASE-003", operation=STATUS)
def the_reference_of_a_case_is_spoiled(body: Json) -> Json:
    """The sender's reference of a case loses its non-ASCII letters."""
    return other_texts(body, frozenset({"innsenderReferanse"}), lambda text: text.encode("ascii", "replace").decode())


@in_body(breaks="ELAN-CASE-006", operation=STATUS)
def one_debtor_is_shown(body: Json) -> Json:
    """The status shows only the first of several debtors."""
    return body | {"saksoekt": body["saksoekt"][:1]}


@in_body(breaks="ELAN-CASE-006", operation=STATUS)
def every_debtor_is_the_first(body: Json) -> Json:
    """The status shows the first debtor as often as there are debtors."""
    return body | {"saksoekt": [body["saksoekt"][0] for _ in body["saksoekt"]]}


@in_body(breaks="ELAN-CASE-006", operation=STATUS)
def the_second_claimant_owes(body: Json) -> Json:
    """The second claimant is shown as a debtor."""
    extra = body["saksoeker"][1:]
    return body | {"saksoeker": body["saksoeker"][:1], "saksoekt": [*body["saksoekt"], *extra]}


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def numbers_of_debtors_are_exchanged(body: Json) -> Json:
    """Two debtors who are persons have each other's numbers."""
    persons = [party["person"] for party in body["saksoekt"] if "person" in party][:2]
    if len(persons) == 2:
        first, second = persons
        first["identifikator"], second["identifikator"] = second["identifikator"], first["identifikator"]
    return body


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def names_are_spoiled(body: Json) -> Json:
    """Non-ASCII letters in names are read in another encoding."""
    return other_texts(body, frozenset({"navn", "fornavn", "etternavn"}), as_latin_1)


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def names_are_cut_off(body: Json) -> Json:
    """Party names are cut to ten letters."""
    return other_texts(body, frozenset({"navn"}), lambda text: text[:10])


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def a_leap_day_is_the_first_of_march(body: Json) -> Json:
    """29 February is shown as 1 March."""
    return other_days(body, lambda day: day + datetime.timedelta(days=(day.month, day.day) == (2, 29)))


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def the_last_day_of_a_year_is_in_the_next(body: Json) -> Json:
    """31 December is shown as 1 January."""
    return other_days(body, lambda day: day + datetime.timedelta(days=(day.month, day.day) == (12, 31)))


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def the_day_of_summer_time_is_the_day_before(body: Json) -> Json:
    """The first and last days of summer time are shown as the days before."""

    def other(day: datetime.date) -> datetime.date:
        is_change = day.month in {3, 10} and day.weekday() == 6 and day.day > 24
        return day - datetime.timedelta(days=is_change)

    return other_days(body, other)


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def a_representative_speaks_for_another(body: Json) -> Json:
    """The representative of a claimant is shown for the claimant before."""
    name = "saksoekersProsessfullmektig"
    speaking = [party.pop(name, None) for party in body["saksoeker"]]
    for party, representative in zip(body["saksoeker"], speaking[1:] + speaking[:1], strict=True):
        if representative is not None:
            party[name] = representative
    return body


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def enterprises_are_of_another_type(body: Json) -> Json:
    """Every enterprise is shown as a municipality."""
    for party in each_party(body):
        if "virksomhetstype" in party:
            party["virksomhetstype"] = "kommune"
    return body


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def a_power_of_attorney_is_another_file(body: Json) -> Json:
    """The status cites another file in place of the power of attorney that was sent."""
    return other_texts(body, frozenset({"uuid"}), lambda _: "00000000-0000-4000-8000-000000000009")


@in_body(breaks="ELAN-CASE-020", operation=STATUS)
def claims_share_an_id(body: Json) -> Json:
    """All claims of a case have the id of the first."""
    for krav in claims(body):
        krav["kravgrunnlagsidentifikator"] = claims(body)[0]["kravgrunnlagsidentifikator"]
    return body


@in_body(breaks="ELAN-CASE-020", operation=STATUS)
def cases_share_a_number(body: Json) -> Json:
    """Every case has the same case number."""
    return body | {"saksnummer": "UTLBGJ/2026/07"}


@in_answer(breaks="ELAN-CASE-019", operation=CHANGED, status=200)
def the_list_knows_another_state(answer: Answer, call: Call) -> Answer:
    """The list of changed cases shows every case as under treatment."""
    return answer.with_json([entry | {"saksstatus": "sakUnderBehandling"} for entry in answer.json()])


@in_body(breaks="ELAN-INSIGHT-007", operation=INSIGHT)
def a_deduction_knows_claims_by_other_ids(body: Json) -> Json:
    """A claim in a deduction has another id than in the status of its case."""
    return other_texts(body, frozenset({"kravgrunnlagsidentifikator"}), lambda text: f"K-{text[:8]}")


@in_body(breaks="ELAN-INSIGHT-007", operation=INSIGHT)
def a_deduction_covers_everything_first(body: Json) -> Json:
    """Every claim in a deduction has the highest priority."""
    return other_texts(body, frozenset({"prioritetDekningsloven"}), lambda _: "a")


@in_body(breaks="ELAN-RULES-009", operation=RULES)
def rules_are_those_of_the_neighbour(body: Json) -> Json:
    """Each of several debtors is reported with the rules of the next one."""
    debtors = body["skyldner"]
    listed = [debtor["regelverk"] for debtor in debtors]
    turned = zip(debtors, listed[1:] + listed[:1], strict=True)
    return body | {"skyldner": [debtor | {"regelverk": rules} for debtor, rules in turned]}


@in_service(breaks="ELAN-ATTACH-018", operation=UPLOAD, status=SUCCESS)
def a_file_has_the_name_of_the_one_before(service: Api) -> Api:
    """An upload is stored under the file name of the previous upload."""

    class Late(OtherStore):
        def add_attachment(self, attachment: Attachment) -> None:
            row = self._database.execute("select filnavn from vedlegg order by rowid desc limit 1").fetchone()
            super().add_attachment(replace(attachment, filnavn=row["filnavn"]) if row else attachment)

    return with_store(service, Late)


@in_body(breaks="ELAN-ATTACH-018", operation=STATE)
def file_names_are_in_small_letters(body: Json) -> Json:
    """The state of an attachment has its file name in lower case."""
    return body | {"filnavn": body["filnavn"].lower()}


@in_body(breaks="ELAN-ATTACH-018", operation=STATE)
def long_file_names_are_cut(body: Json) -> Json:
    """The state of an attachment has only 64 characters of its file name."""
    return body | {"filnavn": body["filnavn"][:64]}
