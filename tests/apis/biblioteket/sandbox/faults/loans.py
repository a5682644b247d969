"""Faults in lists of loans."""

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Json, in_answer, in_body, in_service

if TYPE_CHECKING:
    from harness.sandbox.biblioteket.service import Library


@in_body(breaks="BIB-LOAN-001", operation="laan")
def loan_counted_twice(body: Json) -> Json:
    """The number of loans is one too high."""
    return body | {"antall": body["antall"] + 1}


@in_service(breaks="BIB-LOAN-002")
def oldest_loan_first(service: "Library") -> "Library":
    """The loans come in the order in which they were made."""
    return replace(service, loans=tuple(reversed(service.loans)))


@in_answer(breaks="BIB-CODE-001", operation="laan", status=401)
def other_code_without_token(answer: Answer, call: Call) -> Answer:
    """A call without a token gets the code of an unknown party."""
    return answer.with_json(answer.json() | {"kode": "BIB-002"})


@in_body(breaks="BIB-MODEL-001", operation="laan")
def number_as_text(body: Json) -> Json:
    """The number of loans is a string."""
    return body | {"antall": str(body["antall"])}


@in_answer(breaks="BIB-ROBUST-001", operation="laan", status=404)
def unknown_party_breaks_it(answer: Answer, call: Call) -> Answer:
    """An unknown party causes a server error."""
    return replace(answer, status=500)


@in_body(breaks=NOTHING, operation="laan")
def field_that_nobody_announced(body: Json) -> Json:
    """A loan has a field that the specification does not name."""
    return body | {"filial": "Hovedbiblioteket"}
