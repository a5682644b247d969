"""Places of a document that are not as OpenAPI demands."""

from harness.drift.rules import declared_rule

MALFORMED = declared_rule(
    "malformed",
    "A place is not as OpenAPI demands: it is compared as if it were absent, and neither refuses nor proves anything.",
    {"other": "warning"},
    "one of two documents",
    "The same finding with the documents exchanged.",
)
