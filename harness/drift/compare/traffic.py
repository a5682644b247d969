"""Findings in recorded traffic that no pair of documents can show."""

from harness.drift.rules import declared_rule

NEVER_SEEN = declared_rule(
    "property-never-seen",
    "A documented property is in none of the recorded answers.",
    {"response": "compatible"},
    "recorded traffic",
    "Traffic is one-sided: a property that is not documented is property-added.",
)
UNKNOWN_OPERATION = declared_rule(
    "operation-not-documented",
    "A call succeeded, but no operation is documented for it.",
    {"operation": "warning"},
    "recorded traffic",
    "Traffic is one-sided: an operation that nobody calls says nothing about the API.",
)
DATA_CHANGED = declared_rule(
    "data-changed",
    "The same call is answered with other data in the same form.",
    {"response": "compatible"},
    "two recordings",
    "The same finding with the recordings swapped.",
)
FORM_CHANGED = declared_rule(
    "form-changed",
    "A member of an answer has other JSON types than in an earlier recording.",
    {"response": "warning"},
    "two recordings",
    "The same finding with the recordings swapped.",
)
MEMBER_GONE = declared_rule(
    "member-gone",
    "A member of answers in the earlier recording is in none of the later ones.",
    {"response": "warning"},
    "two recordings",
    "Its mirror is member-new.",
)
MEMBER_NEW = declared_rule(
    "member-new",
    "A member of answers was in none of those in the earlier recording.",
    {"response": "compatible"},
    "two recordings",
    "Its mirror is member-gone.",
)
