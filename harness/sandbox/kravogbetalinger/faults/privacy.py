"""Data that must not be visible: unmasked accounts, data of a shielded party."""

from dataclasses import replace
from typing import Any

from harness.sandbox.faults.fault import Json, in_body, in_service
from harness.sandbox.kravogbetalinger.faults.reading import payments, payouts
from harness.sandbox.kravogbetalinger.ledger import Ledger
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger
from harness.sandbox.kravogbetalinger.views import Json as Shown
from harness.sandbox.kravogbetalinger.views import Views

CLEAR = "12340512345"


def accounts(node: Any, name: str) -> list[Json]:  # noqa: ANN401 - any JSON value
    """The accounts of private parties below a member of this name."""
    if isinstance(node, list):
        return [account for child in node for account in accounts(child, name)]
    if not isinstance(node, dict):
        return []
    own = [node[name]["konto"]] if name in node and "konto" in node[name] else []
    return own + [account for child in node.values() for account in accounts(child, name)]


@in_body(breaks="KOB-MASK-001")
def payer_in_clear(body: Json) -> Json:
    """The payer's account is shown unmasked."""
    for account in accounts(body, "innbetaltFra"):
        account["kontonummer"] = CLEAR
    return body


@in_body(breaks="KOB-MASK-001", operation="utbetalinger")
def recipient_in_clear(body: Json) -> Json:
    """The account of a payout's recipient is shown unmasked."""
    for account in accounts(payouts(body), "betaltTil"):
        account["kontonummer"] = CLEAR
    return body


@in_body(breaks="KOB-MASK-001", operation="innbetalinger")
def masked_account_with_clear_iban(body: Json) -> Json:
    """The payer's masked account is accompanied by its unmasked IBAN."""
    for account in accounts(payments(body), "innbetaltFra"):
        account["iban"] = f"NO81{CLEAR}"
    return body


@in_body(breaks="KOB-MASK-004")
def own_account_masked(body: Json) -> Json:
    """The account that a claim is to be paid to is masked."""
    for account in accounts(body, "betalingsinformasjon"):
        account["kontonummer"] = f"{account['kontonummer'][:3]}xxxxxx"
        account.pop("iban", None)
    return body


class Unshielded(Views):
    """Shows everything, marked as shielded."""

    def shown(self, root: Shown) -> Shown:
        return root


@in_service(breaks="KOB-SHIELD-001")
def shielded_data_shown(service: KravOgBetalinger) -> KravOgBetalinger:
    """A shielded party's claims are shown, although it is marked as shielded."""
    return replace(service, views=Unshielded)


class TotalsShown(Views):
    """Shows a shielded party's totals as well."""

    def shown(self, root: Shown) -> Shown:
        return super().shown(root) | {name: root[name] for name in ("totalOversikt",) if name in root}


@in_service(breaks="KOB-SHIELD-001")
def shielded_totals_shown(service: KravOgBetalinger) -> KravOgBetalinger:
    """A shielded party's totals are shown."""
    return replace(service, views=TotalsShown)


@in_service(breaks="KOB-SHIELD-001")
def shield_not_told(service: KravOgBetalinger) -> KravOgBetalinger:
    """A shielded party is answered like any other, with skjermet false."""

    def ledger(party: str) -> Ledger | None:
        found = service.ledger(party)
        return None if found is None else replace(found, shielded=False)

    return replace(service, ledger=ledger)
