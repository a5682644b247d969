"""Explains an access token: what each claim means, and what the token lacks for an API."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.auth.grant import CONSENT, SYSTEM_USER
from harness.auth.token import claims_of, header_of
from harness.doctor.chain import detail_of, organisation_in
from harness.redaction.redactor import Redactor, without_identities
from harness.targets.profiles import KnownApi

MEANINGS = {
    "iss": "who issued it; the service accepts only tokens from its own environment",
    "scope": "what it gives access to",
    "client_id": "which client asked; for information, not for access",
    "client_amr": "how the client proved itself: a registered key, or a business certificate",
    "token_type": "how it is sent: Authorization: Bearer",
    "jti": "the token's own id, for support",
    "consumer": "the organisation that the access is given to",
    "supplier": "the organisation that acts on the consumer's behalf",
    "delegation_source": "where the consumer delegated the scope to the supplier",
    "aud": "the API that it is for; Skatteetaten accepts no audience",
    "pid": "the person it is bound to",
    "authorization_details": "consent or system user",
}


@dataclass(frozen=True)
class Claim:
    """One claim in words."""

    name: str
    value: str
    meaning: str


PLAIN = frozenset({"iss", "scope", "client_id", "client_amr", "token_type", "jti", "delegation_source", "aud"})
"""Claims that identify the token, for support too, but give no access: shown even if they look random."""
_WORD = re.compile(r"[\w:./~+-]{1,64}")
LONGEST = 500
"""Characters of a value that are shown."""


def explained(token: str, now: float) -> list[Claim]:
    """Every claim of a token, header first; empty if it is not a JWT.

    Without the signature, identity numbers and anything secret in a claim.
    """
    header, claims = header_of(token), claims_of(token)
    shown = [Claim(f"header {name}", _plain(value), "") for name, value in header.items() if name in {"alg", "kid"}]
    return shown + [claim for name, value in claims.items() for claim in _claim(name, value, now)]


def _claim(name: str, value: object, now: float) -> Iterator[Claim]:
    if name in {"iat", "exp", "nbf"} and (at := _time(value)) is not None:
        meaning = {"iat": "issued", "exp": "expires", "nbf": "not before"}[name]
        yield Claim(name, f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{meaning}, {_from_now(at.timestamp() - now)}")
    elif name in {"consumer", "supplier"}:
        yield Claim(name, _plain(organisation_in(value) or _redacted(name, value)), MEANINGS[name])
    elif name == "authorization_details" and isinstance(value, list):
        for detail in value:
            yield from _detail(detail)
    elif name == "pid":
        yield Claim(name, "a person number", MEANINGS[name])
    elif name in PLAIN:
        yield Claim(name, _plain(value), MEANINGS[name])
    else:
        yield Claim(_plain(name), _redacted(name, value), MEANINGS.get(name, ""))


def _time(value: object) -> datetime.datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _plain(value: object) -> str:
    """Short texts, with identity numbers redacted; a text longer than a name may be anything, and is redacted."""
    words = str(value).split(" ")
    kept = [word if _WORD.fullmatch(word) and word.count(".") != 2 else Redactor().text(word) for word in words]
    return without_identities(" ".join(kept))[:LONGEST]


def _redacted(name: str, value: object) -> str:
    members = Redactor().value({name: value})
    shown = next(iter(members.values())) if isinstance(members, dict) else members
    return (shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))[:LONGEST]


def _detail(detail: object) -> Iterator[Claim]:
    if not isinstance(detail, Mapping):
        return
    name = "authorization_details"
    if detail.get("type") == CONSENT:
        giver = _plain(str(detail.get("from")).rpartition(":")[2])
        yield Claim(name, f"consent {_plain(detail.get('id'))}", f"given by {giver}")
        yield Claim(
            name, f"to {_plain(organisation_in(detail.get('to')))}", f"valid to {_plain(detail.get('validTo'))}"
        )
    elif detail.get("type") == SYSTEM_USER:
        owner = _plain(organisation_in(detail.get("systemuser_org")))
        yield Claim(name, f"system user of {owner}", f"on the system {_plain(detail.get('system_id'))}")
    else:
        yield Claim(name, _plain(detail.get("type")), "unknown to Skatteetaten's APIs")


def lacks(token: str, api: str, known: KnownApi, scope: str, now: float) -> list[str]:
    """What this token lacks for an API, one sentence each."""
    claims = claims_of(token)
    if not claims:
        return [f"{api}: the token is not a JWT."]
    found = []
    if scope not in str(claims.get("scope", "")).split():
        found.append(f"{api}: the scope {scope} is missing. Add it to the client, and request it.")
    expires = _time(claims.get("exp"))
    if expires is not None and expires.timestamp() <= now:
        found.append(f"{api}: the token has expired. Fetch a new one.")
    for way, access in known.access.items():
        if access.kind == "consent" and detail_of(claims, CONSENT) is None:
            found.append(f"{api} by {way}: the consent to {access.resource} is missing.")
        if access.kind == "system_user" and detail_of(claims, SYSTEM_USER) is None:
            found.append(f"{api} by {way}: the system user with {access.resource} is missing.")
    if "supplier" not in claims:
        found.append(f"{api} on behalf of others: delegate “{known.delegation}” in Altinn, and set `consumer_org`.")
    return found


def _from_now(seconds: float) -> str:
    return f"in {seconds:.0f} s" if seconds >= 0 else f"{-seconds:.0f} s ago"
