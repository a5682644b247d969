"""Places of a document that violate OpenAPI."""

from harness.drift.rules import declared_rule

MALFORMED = declared_rule(
    "malformed",
    "A place violates OpenAPI: it is compared as if it were absent, and neither refuses nor proves anything.",
    {"other": "warning"},
    "one of two documents",
    "The same finding with the documents swapped.",
)
