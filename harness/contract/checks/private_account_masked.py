"""The account of a private party is masked or absent.

The document marks who is private (`x-provestand-private`) and what is an account (`x-provestand-account`). No
particular mask is required, because several are in use: an account is unmasked if it consists only of digits.
"""

import re
from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.places import Place

IN_CLEAR = re.compile(r"([A-Z]{2}\d{2})?[\d\s.-]{8,}")


def applies(call: Call) -> bool:
    return any(_private_accounts(call))


def breaches(call: Call) -> Iterator[Breach]:
    paths = {place.path for place in _private_accounts(call) if IN_CLEAR.fullmatch(str(place.value).strip())}
    for path in sorted(paths):
        yield Breach(f"{path} in clear", f"a masked account at {path}", "digits and nothing else")


def _private_accounts(call: Call) -> Iterator[Place]:
    for place in call.places:
        private = any(schema.get("x-provestand-private") for schema in place.around)
        if private and place.schema.get("x-provestand-account") and isinstance(place.value, str):
            yield place
