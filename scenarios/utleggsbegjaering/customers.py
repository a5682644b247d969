"""The vendor's scenarios from a customer's side: vendor and customer swap places, the scenarios stay the same."""

from harness.suite.plugin import target_of
from scenarios.utleggsbegjaering.conftest import API, Utleggsbegjaering


class OfACustomer(Utleggsbegjaering):
    """The vendor submits for a customer, and its own cases are those of a stranger."""

    def __init__(self, bench, stock, number):
        super().__init__(bench, stock)
        self._number = number

    @property
    def sender(self):
        return self._number

    @property
    def customer(self):
        return super().sender

    @property
    def token(self):
        return self.token_of(self._number)

    @property
    def customers_token(self):
        token = super().token
        self._customers_tokens.add(token)
        return token


def customers_of(config):
    """The organisations whose system users the target has."""
    api = target_of(config).apis.get(API)
    ways = api.access.values() if api else ()
    return [number for way in ways if way.kind == "system_user" for number in way.customers]
