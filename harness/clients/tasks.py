"""Makes the tasks for a client under test from the target's ways in."""

from collections.abc import Mapping
from typing import Any, Required, TypedDict, Unpack

from harness.clients.protocol import FileToSend, SystemUserRef, Task
from harness.targets.model import Access, Target


class NoWayInError(Exception):
    """The target has no such way in, or none for that party: the scenario is not testable."""


class Asked(TypedDict, total=False):
    """What a client is asked for, in addition to the operation."""

    way: Required[str]
    """The name of the way in."""
    organisation: Required[str]
    """The party that the call is about, or that makes it."""
    parameters: Mapping[str, str]
    body: Any
    file: FileToSend
    for_customer: str
    """A consumer that delegated the scope to the client's owner."""


def make_task(target: Target, api: str, operation: str, **asked: Unpack[Asked]) -> Task:
    """A call of one operation by a way in, about or as an organisation; raises NoWayInError."""
    way, organisation, for_customer = asked["way"], asked["organisation"], asked.get("for_customer")
    configured = target.apis[api]
    access = configured.access.get(way)
    if access is None:
        raise NoWayInError(f"the target has no way in {way!r}")
    consent = _consent(access, organisation)
    if for_customer is not None:
        delegation = configured.delegation
        if delegation is None or delegation.consumer_org != for_customer:
            raise NoWayInError(f"nobody has delegated the scope on behalf of {for_customer}")
        consent = delegation.consents.get(organisation) if access.kind == "consent" else None
    return Task(
        api=api,
        operation=operation,
        scope=configured.scope,
        organisation=organisation,
        rettighetspakke=way,
        consent=consent,
        system_user=_system_user(access, organisation),
        consumer_org=for_customer,
        parameters=dict(asked.get("parameters", {})),
        body=asked.get("body"),
        file=asked.get("file"),
    )


def _consent(access: Access, organisation: str) -> str | None:
    if access.kind != "consent":
        return None
    found = access.consents.get(organisation)
    if found is None:
        raise NoWayInError(f"the target has no consent of {organisation}")
    return found


def _system_user(access: Access, organisation: str) -> SystemUserRef | None:
    if access.kind != "system_user":
        return None
    if organisation not in access.customers:
        raise NoWayInError(f"the target has no system user of {organisation}")
    return SystemUserRef(organisation=organisation, external_ref=access.external_ref)
