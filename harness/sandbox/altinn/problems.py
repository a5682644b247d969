"""Altinn's problem bodies (RFC 9457) with their codes (Altinn/altinn-authorization-tmp, 2026-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from harness.sandbox.knobs import Knobs

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "AM-00000": (403, "Not authorized for the consent request"),
    "AM-00001": (404, "Consent not found"),
    "AM-00002": (400, "Consent cannot be accepted. Wrong status"),
    "AM-00003": (400, "Invalid organization identifier"),
    "AM-00004": (400, "Invalid person identifier"),
    "AM-00005": (400, "Invalid consent resource"),
    "AM-00006": (400, "Unknown metadata for consent resource"),
    "AM-00007": (400, "Missing metadata value for consent resource"),
    "AM-00008": (400, "Missing metadata key for consent resource"),
    "AM-00009": (400, "All rights must use the same consent template"),
    "AM-00010": (400, "Consent cannot be revoked. Wrong status"),
    "AM-00011": (400, "Consent is revoked"),
    "AM-00012": (400, "The consent's from does not match"),
    "AM-00013": (400, "Consent is expired"),
    "AM-00014": (400, "Consent is not accepted"),
    "AM-00015": (400, "Consent cannot be rejected. Wrong status"),
    "AM-00016": (400, "A consent with this id exists between other parties"),
}


@dataclass(frozen=True)
class AltinnProblem(Exception):  # noqa: N818 - the term of RFC 9457
    """Why Altinn refuses a request: one code or several."""

    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        return "; ".join(f"{code} {PROBLEMS[code][1]}" for code in self.codes)


def problem_response(problem: AltinnProblem, knobs: Knobs) -> Response:
    """The body of one problem, or the list of several."""
    if len(problem.codes) == 1:
        return _response(PROBLEMS[problem.codes[0]][0], _problem(problem.codes[0]))
    body = {
        "type": "about:blank",
        "title": "Multiple problems",
        "status": int(knobs["multiple-problems"]),
        "code": "STD-00001",
        "problems": [_problem(code) for code in problem.codes],
    }
    return _response(int(knobs["multiple-problems"]), body)


def validation_response(errors: Sequence[tuple[str, str, str]]) -> Response:
    """STD-00000 listing every error with its code, detail and path."""
    listed = [{"code": code, "detail": detail, "paths": [path]} for code, detail, path in errors]
    body = {"type": "about:blank", "title": "Bad Request", "status": 400, "code": "STD-00000"}
    return _response(400, body | {"validationErrors": listed})


def _problem(code: str) -> dict[str, object]:
    status, detail = PROBLEMS[code]
    return {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}


def _response(status: int, body: Mapping[str, object]) -> Response:
    return JSONResponse(dict(body), status, media_type="application/problem+json")
