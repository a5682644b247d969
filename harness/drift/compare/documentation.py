"""Differences between a documentation page and the pinned error catalogue and test organisations."""

from harness.drift.rules import declared_rule

_PAGE = "a documentation page"
ERROR_CODE_NEW = declared_rule(
    "error-code-new",
    "The page has an error code that the catalogue lacks.",
    {"response": "warning"},
    _PAGE,
    "A page is compared with our own files; its mirror is error-code-gone.",
)
ERROR_CODE_GONE = declared_rule(
    "error-code-gone",
    "The catalogue has an error code that the page lacks, though it lists others of its kind.",
    {"response": "warning"},
    _PAGE,
    "A page is compared with our own files; its mirror is error-code-new.",
)
ERROR_CODE_STATUS = declared_rule(
    "error-code-status-changed",
    "The page and the catalogue have different statuses for an error code.",
    {"response": "breaking"},
    _PAGE,
    "The same finding with page and catalogue swapped.",
)
ORGANISATION_NEW = declared_rule(
    "organisation-new",
    "The page lists a test organisation that is not known here.",
    {"other": "compatible"},
    _PAGE,
    "A page is compared with our own files; its mirror is organisation-gone.",
)
ORGANISATION_GONE = declared_rule(
    "organisation-gone",
    "A test organisation is no longer on the page's list.",
    {"other": "warning"},
    _PAGE,
    "A page is compared with our own files; its mirror is organisation-new.",
)
SCOPE_CHANGED = declared_rule(
    "scope-changed",
    "The page names another scope than the one that is requested.",
    {"security": "breaking"},
    _PAGE,
    "The same finding with page and files swapped.",
)
DELEGATION_CHANGED = declared_rule(
    "delegation-changed",
    "The page names another delegation in Altinn than the one that is known.",
    {"security": "warning"},
    _PAGE,
    "The same finding with page and files swapped.",
)
PATH_NEW = declared_rule(
    "path-new",
    "The page has a path like those of the API, but no operation has it.",
    {"operation": "warning"},
    _PAGE,
    "A page is compared with our own files; its mirror is path-gone.",
)
PATH_GONE = declared_rule(
    "path-gone",
    "The page has paths of the API, but not that of an operation.",
    {"operation": "warning"},
    _PAGE,
    "A page is compared with our own files; its mirror is path-new.",
)
_TIME = "the last run of `provestand watch`"
ERROR_TEXT_CHANGED = declared_rule(
    "error-text-changed",
    "The page's text on an error code has changed since the last run.",
    {"response": "warning"},
    _TIME,
    "The same finding with the runs swapped.",
)
PAGE_CHANGED = declared_rule(
    "page-changed",
    "The page names other error codes, scopes, paths, delegations or organisations than at the last run.",
    {"other": "warning"},
    _TIME,
    "The same finding with the runs swapped.",
)
PAGE_EDITED = declared_rule(
    "page-edited",
    "The page has changed since the last run.",
    {"other": "compatible"},
    _TIME,
    "The same finding with the runs swapped.",
)
NOTICE_ABOUT_API = declared_rule(
    "notice-about-api",
    "The news feed has a new notice that names one of the APIs.",
    {"other": "warning"},
    _TIME,
    "A feed only grows.",
)
NOTICE_ELSE = declared_rule(
    "notice-else",
    "The news feed has a new notice that names none of the APIs.",
    {"other": "compatible"},
    _TIME,
    "A feed only grows.",
)
DOCUMENT_NEWER = declared_rule(
    "document-newer",
    "A pinned official document has changed at its published address.",
    {"other": "warning"},
    "the address that a document was pinned from",
    "Pinning it again resolves it.",
)
