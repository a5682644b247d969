"""Makes the tasks of a client under test from what the target says of its ways in."""

from collections.abc import Mapping
from typing import Any

from harness.clients.protocol import FileToSend, SystemUserRef, Task
from harness.targets.model import Access, Target


class NoWayInError(Exception):
    """The target has no such way in, or not for that party: the scenario is not testable."""


def make_task(
    target: Target,
    api: str,
    operation: str,
    *,
    way: str,
    organisation: str,
    parameters: Mapping[str, str] | None = None,
    body: Any = None,  # noqa: ANN401 - any JSON value
    file: FileToSend | None = None,
    for_customer: str | None = None,
) -> Task:
    """One call of an operation by a way in, about or as an organisation; raises NoWayInError.

    `for_customer` names a consumer that has delegated the scope to the client's owner.
    """
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
        parameters=dict(parameters or {}),
        body=body,
        file=file,
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
