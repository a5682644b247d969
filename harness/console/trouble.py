"""The troubles that one button can cause: interventions of the sandbox, by the key of their text."""

from collections.abc import Mapping
from typing import Any

TROUBLES: Mapping[str, Mapping[str, Any]] = {
    "unavailable": {"do": "answer", "status": 503, "headers": {"Retry-After": "2"}},
    "error": {"do": "answer", "status": 500},
    "too_many": {"do": "answer", "status": 429, "headers": {"Retry-After": "3"}},
    "gateway": {
        "do": "answer",
        "status": 502,
        "headers": {"Content-Type": "text/html", "Server": "gateway"},
        "body": "<html><body><h1>502 Bad Gateway</h1></body></html>",
    },
    "unauthorised": {"do": "answer", "status": 401, "headers": {"WWW-Authenticate": "Bearer"}},
    "lose_before": {"do": "lose", "when": "before"},
    "lose_after": {"do": "lose", "when": "after"},
    "cut": {"do": "cut"},
    "slow": {"do": "wait", "seconds": 10},
    "very_slow": {"do": "wait", "seconds": 90},
    "garbage": {"do": "answer", "status": 200, "headers": {"Content-Type": "application/json"}},
    "redirect": {"do": "answer", "status": 307, "headers": {"Location": "https://localhost.example/elsewhere"}},
}
