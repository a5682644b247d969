"""What a documentation page shows beside the error catalogue and the test organisations that are pinned."""

from harness.drift.rules import declared_rule

_PAGE = "a documentation page"
ERROR_CODE_NEW = declared_rule(
    "error-code-new",
    "The page has an error code that the catalogue lacks.",
    {"response": "warning"},
    _PAGE,
    "A page is held against our own files; its mirror is error-code-gone.",
)
ERROR_CODE_GONE = declared_rule(
    "error-code-gone",
    "The catalogue has an error code that the page lacks, though it lists others of its kind.",
    {"response": "warning"},
    _PAGE,
    "A page is held against our own files; its mirror is error-code-new.",
)
ERROR_CODE_STATUS = declared_rule(
    "error-code-status-changed",
    "The page gives an error code another status than the catalogue.",
    {"response": "breaking"},
    _PAGE,
    "The same finding with page and catalogue exchanged.",
)
ORGANISATION_NEW = declared_rule(
    "organisation-new",
    "The page lists a test organisation that is not known here.",
    {"other": "compatible"},
    _PAGE,
    "A page is held against our own files; its mirror is organisation-gone.",
)
ORGANISATION_GONE = declared_rule(
    "organisation-gone",
    "A test organisation is no longer on the page's list.",
    {"other": "warning"},
    _PAGE,
    "A page is held against our own files; its mirror is organisation-new.",
)
