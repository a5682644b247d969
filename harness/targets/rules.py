"""Rules between the fields of a target: each yields the fields that break it."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from stdnum.no import orgnr

from harness.identifiers import (
    is_real_organisation,
    is_real_person,
    is_synthetic_organisation,
    is_synthetic_person,
)
from harness.targets.model import Target
from harness.targets.problem import FieldProblem
from harness.targets.profiles import is_production, is_test

Rule = Callable[[Target], Iterator[FieldProblem]]


def broken_rules(target: Target) -> Iterator[FieldProblem]:
    """Every field that contradicts others."""
    for rule in (_loopback, _encrypted, _right_environment, _parties, _own_only, _keys, _clients, _contradictions):
        yield from rule(target)


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _loopback(target: Target) -> Iterator[FieldProblem]:
    """With the sandbox profile nothing leaves the machine."""
    if target.profile != "sandbox":
        return
    for field, url in addresses_of(target):
        if not is_loopback(urlsplit(url).hostname or ""):
            what = f"{url} is not a loopback address, and the profile is `sandbox`"
            yield FieldProblem(field, what, 'Use profile = "test" for a real target.')


def _encrypted(target: Target) -> Iterator[FieldProblem]:
    """Tokens are sent encrypted, except to a sandbox on this machine."""
    for field, url in addresses_of(target):
        if target.profile != "sandbox" and urlsplit(url).scheme != "https":
            fix = 'Use an https:// address, or profile = "sandbox" for a service on this machine.'
            yield FieldProblem(field, "a token would be sent unencrypted", fix)


def _right_environment(target: Target) -> Iterator[FieldProblem]:
    for field, url in addresses_of(target):
        if target.profile != "prod" and is_production(url):
            what = f"{url} is production, and the profile is `{target.profile}`"
            yield FieldProblem(field, what, "Use the address of the test environment.")
        if target.profile == "prod" and is_test(url):
            what = f"{url} is the test environment, and the profile is `prod`"
            yield FieldProblem(field, what, 'Use profile = "test".')


def _parties(target: Target) -> Iterator[FieldProblem]:
    """Parties asked about are synthetic; in production, only your own organisation."""
    if target.profile == "prod":
        return
    for name, api in target.apis.items():
        if api.person is not None and not is_synthetic_person(api.person):
            what = "not a synthetic person (80 added to the month, valid check digits)"
            yield FieldProblem(("apis", name, "person"), what, "Choose one from Tenor.")
        for role, number in api.parties.items():
            if is_real_organisation(number) or is_real_person(number):
                what = "not a synthetic party"
                yield FieldProblem(("apis", name, "parties", role), what, "Choose one from Tenor.")
    for field, number in _asked_about(target):
        if not is_synthetic_organisation(number):
            what = f"{number} is not a synthetic organisation (first digit 2 or 3, valid check digit)"
            yield FieldProblem(field, what, "Choose one from Tenor.")


def _own_only(target: Target) -> Iterator[FieldProblem]:
    if target.profile != "prod":
        return
    if target.maskinporten.consumer is None:
        what = "it is missing; production may be asked only about your own organisation"
        yield FieldProblem(("maskinporten", "consumer"), what, "Add your organisation number.")
    for field, number in _asked_about(target):
        if number not in target.own_organisations:
            yield FieldProblem(field, f"{number} is not your own organisation", "Remove it: this is production.")


def _keys(target: Target) -> Iterator[FieldProblem]:
    for path, client in target.clients:
        if client.key == "generated" and client.registration is None:
            what = "no issuer knows a generated key without `registration`"
            yield FieldProblem((*path, "key"), what, "Use env:NAME or file:PATH.")
        if client.key == "generated" and target.profile == "prod":
            yield FieldProblem((*path, "key"), "production accepts no generated key", "Use env:NAME or file:PATH.")


def _clients(target: Target) -> Iterator[FieldProblem]:
    for path, client in target.clients:
        for name in ("consumer", "consumer_org"):
            number = getattr(client, name)
            if number is not None and not orgnr.is_valid(number):
                yield FieldProblem((*path, name), f"{number} has a wrong check digit", "Compare it with the register.")


def _contradictions(target: Target) -> Iterator[FieldProblem]:
    """Values meant to be refused must differ from accepted ones, or a correct service would be accused."""
    for name, api in target.apis.items():
        here = ("apis", name)
        if api.unknown_organisation in api.organisations:
            what = f"{api.unknown_organisation} is an organisation of this target; this field needs one that nobody has"
            yield FieldProblem((*here, "unknown_organisation"), what, "Name another number, or remove it.")
        if api.ungranted_consumer in target.own_organisations:
            what = f"{api.ungranted_consumer} is the client's own organisation, which was granted the API"
            yield FieldProblem((*here, "ungranted_consumer"), what, "Name another number, or remove it.")
        if set((api.other_scope or "").split()) & set(api.scope.split()):
            what = "this is the API's own scope; this field needs the scope of another API"
            yield FieldProblem((*here, "other_scope"), what, "Name another scope, or remove it.")
        roles: dict[str, str] = {}
        for role, number in api.parties.items():
            if number in roles:
                what = f"{number} is also {roles[number]}; each role needs a different party"
                yield FieldProblem((*here, "parties", role), what, "Name another number, or remove one of the two.")
            roles.setdefault(number, role)
        for way, access in api.access.items():
            there = (*here, "access", way)
            for number, consent in access.other_consents.items():
                if consent == access.consents.get(number):
                    what = "this is the consent for this API; this field needs one for another resource"
                    yield FieldProblem((*there, "other_consents", number), what, "Name another consent, or remove it.")
            for number in access.customers_without_rights:
                if number in access.customers:
                    what = f"{number} is among `customers`, whose system users have the right"
                    yield FieldProblem((*there, "customers_without_rights"), what, "Remove it from one of the two.")


def addresses_of(target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    """All addresses that requests may go to, with the paths of their fields."""
    yield ("maskinporten", "issuer"), target.maskinporten.issuer
    if target.maskinporten.mint is not None:
        yield ("maskinporten", "mint"), target.maskinporten.mint
    for path, client in target.clients:
        if client.registration is not None:
            yield (*path, "registration"), client.registration
    for name, api in target.apis.items():
        yield ("apis", name, "base_url"), api.base_url
        for way, access in api.access.items():
            if access.altinn2 is not None:
                yield ("apis", name, "access", way, "altinn2", "token_generator"), access.altinn2.token_generator


def _asked_about(target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, api in target.apis.items():
        for number in api.organisations:
            yield ("apis", name, "organisations"), number
        if api.unknown_organisation is not None:
            yield ("apis", name, "unknown_organisation"), api.unknown_organisation
        if api.shielded_organisation is not None:
            yield ("apis", name, "shielded_organisation"), api.shielded_organisation
        for number in api.delegation.consents if api.delegation else ():
            yield ("apis", name, "delegation", "consents", number), number
        for way, access in api.access.items():
            for field in ("consents", "other_consents", "external_refs", "customers", "customers_without_rights"):
                for number in getattr(access, field):
                    yield ("apis", name, "access", way, field, number), number
