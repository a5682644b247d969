"""Refusals, in the three published error shapes (dossier, section 4; which one is in use today is unknown)."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from harness.sandbox.knobs import Knobs

TITLES = {
    400: "Ugyldig innhold",
    401: "Ikke autentisert",
    403: "Ikke autorisert",
    404: "Finnes ikke",
    405: "Metoden er ikke tillatt",
    406: "Formatet kan ikke leveres",
    409: "Konflikt",
    413: "Innholdet er for stort",
    415: "Medietypen støttes ikke",
    422: "Validering feilet",
    503: "Midlertidig utilgjengelig",
}


@dataclass(frozen=True)
class Kontrollutslag:
    """One broken condition, with texts for people."""

    kode: str
    melding: str
    beskrivelse: str


@dataclass(frozen=True)
class Refused(Exception):  # noqa: N818 - what the API does
    """The call is refused. `detail` is meant for people and never quotes what was sent."""

    status: int
    feilkode: str
    detail: str
    kontrollutslag: Sequence[Kontrollutslag] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(refused: Refused, instance: str, korrelasjonsid: str, knobs: Knobs) -> Response:
    """The answer: ProblemDetail with or without the list of conditions, or the general `feil`."""
    shape = knobs["elan-error-shape"]
    if shape == "feil":
        body: dict[str, object] = {
            "kode": refused.feilkode,
            "melding": refused.detail,
            "korrelasjonsid": korrelasjonsid,
        }
    else:
        body = {
            "type": "about:blank",
            "title": TITLES[refused.status],
            "status": refused.status,
            "detail": refused.detail,
            "instance": instance,
            "feilid": str(uuid.uuid4()),
            "feilkode": refused.feilkode,
        }
        if refused.kontrollutslag and shape == "kontrollutslag":
            body["kontrollutslag"] = [vars(each) for each in refused.kontrollutslag]
    media_type = "application/json" if shape == "feil" else knobs["elan-problem-type"]
    return Response(as_json(body), refused.status, dict(refused.headers), media_type)


def as_json(body: object) -> bytes:
    """JSON as bytes. Amounts are numbers; invalid Unicode becomes a question mark."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=float)
    return text.encode("utf-8", errors="replace")
