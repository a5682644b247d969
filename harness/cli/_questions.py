"""Asks on a terminal for what a target needs; if an answer is wrong, says why and asks again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

import click
from stdnum.no import orgnr

from harness.identifiers import is_synthetic_organisation
from harness.targets.draft import Draft
from harness.targets.model import secret_source
from harness.targets.profiles import known_apis

Check = Callable[[str], str]


def ask_missing(draft: Draft, reachable: Sequence[str]) -> Draft:
    """The draft, completed so that the target can be judged; asks only for what is missing.

    `reachable` are the APIs whose address is known.
    """
    apis = draft.apis or _several("APIs to judge", reachable, reachable, default=reachable)
    client_id = draft.client_id or _one("Client id, from Maskinporten's self-service", _not_empty)
    key = draft.key or _one(
        "Where the private key is: env:NAME, file:PATH or keyring:SERVICE/NAME", _source, "env:PROVESTAND_KEY"
    )
    kid = draft.kid or _one("Key id (kid); empty to send the certificate instead", str, "")
    consumer = draft.consumer or _one("Organisation number that owns the client", _organisation)
    consumer_org = draft.consumer_org or _one(
        "Suppliers: organisation number that delegated the scope to you; empty if none did",
        _optional(_organisation),
        "",
    )
    return _ask_about_parties(
        replace(
            draft,
            apis=apis,
            client_id=client_id,
            key=key,
            kid=kid,
            consumer=consumer,
            consumer_org=consumer_org,
            access=draft.access or _ways_in(apis),
        )
    )


def _ways_in(apis: Iterable[str]) -> tuple[str, ...]:
    """At least one way into each API."""
    chosen: list[str] = []
    for api in apis:
        ways = known_apis()[api].access
        kinds = ", ".join(f"{way} ({known.kind.replace('_', ' ')})" for way, known in ways.items())
        if ways:
            chosen += _several(f"Ways into {api}: {kinds}", list(ways), ())
    return tuple(dict.fromkeys(chosen))


def _ask_about_parties(draft: Draft) -> Draft:
    """Asks for customers with system users, consents and organisations, as far as the ways in need them."""
    known = {way: each.kind for api in draft.apis for way, each in known_apis()[api].access.items()}
    kinds = {known.get(way) for way in draft.access}
    number = _organisation if draft.profile == "prod" else _synthetic
    customers, consents, organisations = draft.customers, dict(draft.consents), draft.organisations
    if "system_user" in kinds and not customers:
        customers = _numbers("Customers with an approved system user", number)
    if "consent" in kinds and not consents:
        consents = dict(_consent(pair) for pair in _words("Consents, each as ORGANISATION=ID", _consents(number)))
    if not organisations:
        default = (draft.consumer,) if draft.profile == "prod" else tuple(dict.fromkeys([*consents, *customers]))
        organisations = _numbers("Organisations to ask about", number, default)
    return replace(draft, customers=customers, consents=consents, organisations=organisations)


def chosen_from(option: str, given: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The known names that were typed, in any letter case; raises click.UsageError."""
    return tuple(_known(name, known, f"{option} ") for name in given)


def _known(name: str, known: Sequence[str], before: str = "") -> str:
    if name.lower() in known:
        return name.lower()
    near = get_close_matches(name.lower(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Choose from {', '.join(known)}."
    raise click.UsageError(f"{before}{name!r} is not known. {hint}")


def _one(question: str, check: Check, default: str | None = None) -> str:
    return str(click.prompt(question, default, value_proc=check, err=True, show_default=bool(default)))


def _words(question: str, check: Callable[[str], tuple[str, ...]], default: Sequence[str] = ()) -> tuple[str, ...]:
    """Answers separated by spaces or commas. An empty one means the default; without a default it is checked too."""
    shown = " ".join(default)
    answer: tuple[str, ...] = click.prompt(
        f"{question} (separated by spaces)", shown, value_proc=check, err=True, show_default=bool(shown)
    )
    return answer


def _several(question: str, known: Sequence[str], among: Sequence[str], default: Sequence[str] = ()) -> tuple[str, ...]:
    def check(text: str) -> tuple[str, ...]:
        return tuple(_known(name, known) for name in _split(text, f"Choose from {', '.join(known)}."))

    shown = f"{question} ({', '.join(among)})" if among else question
    return _words(shown, check, default)


def _numbers(question: str, check: Check, default: Sequence[str] = ()) -> tuple[str, ...]:
    def checked(text: str) -> tuple[str, ...]:
        return tuple(map(check, _split(text, "Give at least one organisation number.")))

    return _words(question, checked, default)


def _split(text: str, otherwise: str) -> list[str]:
    words = text.replace(",", " ").split()
    if not words:
        raise click.UsageError(f"The answer is empty. {otherwise}")
    return words


def _consents(check: Check) -> Callable[[str], tuple[str, ...]]:
    def checked(text: str) -> tuple[str, ...]:
        pairs = _split(text, "Give at least one consent as ORGANISATION=ID, or choose another way in.")
        for pair in pairs:
            check(_consent(pair)[0])
        return tuple(pairs)

    return checked


def _consent(pair: str) -> tuple[str, str]:
    organisation, equals, consent = pair.partition("=")
    if not equals or not consent:
        raise click.UsageError(f"{pair!r} is not a consent. Write ORGANISATION=ID, as in 313367002=5d0c7b7e-….")
    return organisation, consent


def _optional(check: Check) -> Check:
    return lambda text: check(text) if text.strip() else ""


def _not_empty(text: str) -> str:
    if not text.strip():
        raise click.UsageError("The answer is empty. Copy the client id from the self-service.")
    return text.strip()


def _source(text: str) -> str:
    try:
        return secret_source(text.strip())
    except ValueError as error:
        problem = str(error)
        raise click.UsageError(f"{problem[0].upper()}{problem[1:]}.") from None


def _organisation(text: str) -> str:
    number = "".join(text.split())
    if not number:
        raise click.UsageError("The answer is empty. Give an organisation number of nine digits.")
    if not (len(number) == 9 and number.isascii() and number.isdigit()):
        raise click.UsageError(f"{number!r} is not an organisation number. It has nine digits.")
    if not orgnr.is_valid(number):
        raise click.UsageError(f"{number} has a wrong check digit. Compare it with the register.")
    return number


def _synthetic(text: str) -> str:
    number = _organisation(text)
    if not is_synthetic_organisation(number):
        raise click.UsageError(f"{number} is not a synthetic organisation (first digit 2 or 3). Choose one from Tenor.")
    return number
