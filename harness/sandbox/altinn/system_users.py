"""System users: a customer lets a vendor's system act for it (docs.digdir.no, maskinporten_func_systembruker)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.maskinporten.refusal import Refusal

TYPE = "urn:altinn:systemuser"
MEMBERS = frozenset({"type", "systemuser_org", "externalRef"})
EXTERNAL_REF = re.compile(r"[a-zA-Z0-9øØæÆåÅ_-]{1,255}\Z")


@dataclass(frozen=True)
class SystemUser:
    """A customer's approved system user. Without an external reference, the customer's number is the reference."""

    id: str
    customer: str
    vendor: str
    client_id: str
    system_id: str
    resources: frozenset[str]
    external_ref: str | None = None

    @property
    def reference(self) -> str:
        return self.external_ref or self.customer


@dataclass
class SystemUsers:
    """Every approved system user."""

    all: list[SystemUser] = field(default_factory=list)
    revoked: list[SystemUser] = field(default_factory=list)
    """System users that the customer has withdrawn; nobody can act through them."""

    def revoke(self, key: str) -> bool:
        """The customer withdraws a system user; False if there is none."""
        return _move(key, self.all, self.revoked)

    def grant(self, key: str) -> bool:
        """The customer restores a withdrawn system user; False if there is none."""
        return _move(key, self.revoked, self.all)

    def may(self, system_user_ids: object, customer: str, resource: str) -> bool:
        """Whether one of these system users of the customer has a right to the resource."""
        ids = system_user_ids if isinstance(system_user_ids, list) else []
        return any(user.id in ids and user.customer == customer and resource in user.resources for user in self.all)

    def token_details(self, asked: Mapping[str, Any], client_id: str, vendor: str) -> dict[str, Any]:
        """A token's claims about the system user that a grant asks for; raises Refusal."""
        owner, reference = asked.get("systemuser_org"), asked.get("externalRef")
        well_formed = isinstance(owner, dict) and owner.keys() == {"authority", "ID"}
        named = reference is None or (isinstance(reference, str) and EXTERNAL_REF.match(reference))
        if asked.keys() - MEMBERS or not well_formed or not named:
            raise Refusal("invalid_authorization_details", "Unknown fields in the authorization details", "MP-302")
        customer = str(owner["ID"] if isinstance(owner, dict) else "").removeprefix("0192:")
        for user in self.all:
            key = (user.customer, user.client_id, user.vendor, user.reference)
            if key == (customer, client_id, vendor, reference or customer):
                return {
                    "type": TYPE,
                    "systemuser_org": owner,
                    "systemuser_id": [user.id],
                    "system_id": user.system_id,
                }
        raise Refusal("invalid_altinn_customer_configuration", "Invalid authorization details values", "MP-303")


def _move(key: str, source: list[SystemUser], target: list[SystemUser]) -> bool:
    moved = [user for user in source if user.id == key]
    target += moved
    for user in moved:
        source.remove(user)
    return bool(moved)
