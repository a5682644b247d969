"""`authorization_details` is a list of one object: a consent or a system user in the documented form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

CONSENT, SYSTEM_USER = "urn:altinn:consent", "urn:altinn:systemuser"
ORGANISATION = re.compile(r"0192:[0-9]{9}")
GIVER = re.compile(r"urn:altinn:(person:identifier-no:[0-9]{11}|organization:identifier-no:[0-9]{9})")
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
REFERENCE = re.compile(r"[a-zA-Z0-9øØæÆåÅ_-]{1,255}")


def applies(calls: Calls) -> bool:
    return any("authorization_details" in grant.claims for _, grant in calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        if "authorization_details" not in grant.claims:
            continue
        wrong = _wrong_in(grant.claims["authorization_details"])
        if wrong is not None:
            yield ClientBreach(wrong, "authorization_details as documented", wrong, call)


def _wrong_in(details: object) -> str | None:
    """What is wrong with the details, in words that are the same in every run."""
    if not isinstance(details, list) or len(details) != 1 or not isinstance(details[0], dict):
        return "not a list of one object"
    entry: Mapping[str, Any] = details[0]
    if entry.get("type") == CONSENT:
        return _wrong_in_consent(entry)
    if entry.get("type") == SYSTEM_USER:
        return _wrong_in_system_user(entry)
    return "an unknown type"


def _wrong_in_consent(entry: Mapping[str, Any]) -> str | None:
    if entry.keys() - {"type", "id", "from"}:
        return "unknown members of a consent"
    if not UUID.fullmatch(str(entry.get("id"))):
        return "the consent's id is not a UUID"
    return None if GIVER.fullmatch(str(entry.get("from"))) else "the consent's `from` is not a URN of a party"


def _wrong_in_system_user(entry: Mapping[str, Any]) -> str | None:
    owner = entry.get("systemuser_org")
    if entry.keys() - {"type", "systemuser_org", "externalRef"}:
        return "unknown members of a system user"
    if not isinstance(owner, dict) or owner.get("authority") != "iso6523-actorid-upis":
        return "systemuser_org has no authority iso6523-actorid-upis"
    if not ORGANISATION.fullmatch(str(owner.get("ID"))):
        return "systemuser_org.ID is not 0192: and nine digits"
    if "externalRef" in entry and not REFERENCE.fullmatch(str(entry["externalRef"])):
        return "externalRef has other characters than are allowed"
    return None
