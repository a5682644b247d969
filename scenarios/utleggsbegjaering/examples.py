"""Valid begjæringer to start from, by name: a vendor sends one, changes it a little, and sends it again."""

import datetime
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.builders import Json
from scenarios.utleggsbegjaering.parties import Parties, parties_of

KIND = "begjaering"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LOOKS, PAUSE = 40, 0.25
"""How often an attachment's state is requested, and the seconds in between."""

Send = Callable[[httpx.Request], httpx.Response]
"""Sends a request whose address is below the API's base, with a token."""


class NoFileError(Exception):
    """A cited file could not be uploaded; the text says why."""


@dataclass(frozen=True)
class Variant:
    """`make` gets parties, sender and day; `version` is the pinned version in which it is valid."""

    text: str
    make: Callable[[Parties, str, datetime.date], Json]
    version: str = "v2"


def _minimal(parties: Parties, sender: str, today: datetime.date) -> Json:
    made = builders.simple(parties, sender, today)
    del made["betalingsinformasjon"]["kidnummer"]
    return made


def _with_several_claims(parties: Parties, sender: str, today: datetime.date) -> Json:
    made = builders.simple(parties, sender, today)
    claims = [
        builders.hovedkrav("H1", "10000.50"),
        builders.hovedkrav("H2", "2500.05", "2025-06-01"),
        builders.kostnad("S1", "SakskostnaderForSkriving", "H1", 500),
    ]
    for claim, priority in zip(claims, (1, 1, 2), strict=True):
        claim["prioritetISak"] = priority
    made["kravTilInnkreving"] = claims
    references = [claim["innsendersKravreferanse"] for claim in claims]
    made["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"] = references
    return made


def _against_a_company(parties: Parties, sender: str, today: datetime.date) -> Json:
    made = builders.simple(parties, sender, today)
    debtor, creditor = parties["saksoekt_virksomhet"], parties["saksoeker"]
    made["saksoekt"] = [{"saksoekt": builders.virksomhet(debtor, "SKYLDNER STAND AS")}]
    basis = builders.saerlig_tvangsgrunnlag("gjeldsbrev", ["H1"], debtor, creditor)
    made["begjaeringensTvangsgrunnlag"] = [basis]
    return made


def _with_an_attachment(parties: Parties, sender: str, today: datetime.date) -> Json:
    return builders.simple(parties, sender, today) | {"vedlegg": [builders.vedlegg("annet", "erkjennelse.pdf")]}


def _by_an_agency(parties: Parties, sender: str, today: datetime.date) -> Json:
    made = builders.simple(parties, sender, today)
    made["innsender"]["innsendersProsessfullmektig"] = builders.inkassobyraa(sender)
    return made


def _of_model_1(parties: Parties, sender: str, today: datetime.date) -> Json:
    made = builders.simple(parties, sender, today)
    for basis in made["begjaeringensTvangsgrunnlag"]:
        basis["eksternSaksreferanse"] = "SAK-2026-55"
    return made


VARIANTS: Mapping[str, Variant] = {
    "simple": Variant("one claimant, one debtor, one claim under a promissory note", builders.simple),
    "minimal": Variant("the same without optional members", _minimal),
    "full": Variant("claims of every kind with interest and priorities, two bases, representatives", builders.complex_),
    "several-claims": Variant("two principal claims and a cost, with priorities", _with_several_claims),
    "two-debtors": Variant(
        "two claimants and two debtors",
        lambda parties, sender, today: builders.with_several_parties(builders.simple(parties, sender, today), parties),
    ),
    "company-debtor": Variant("the debtor is an enterprise", _against_a_company),
    "attachment": Variant("with an attachment besides those of the enforcement basis", _with_an_attachment),
    "agency": Variant("a collection agency represents the sender", _by_an_agency),
    "v1": Variant("of message model 1.1, which the interface no longer takes", _of_model_1, "v1"),
}
"""The first one is used if none is named."""


def example(variant: str, named: Mapping[str, str], sender: str, today: datetime.date) -> Json:
    """A begjæring of a variant, with a target's own parties if it names them.

    The files that it cites were not uploaded: their uuids are placeholders.
    """
    return VARIANTS[variant].make(parties_of(named, today), sender, today)


def cited_files(begjaering: Json) -> list[str]:
    """The names of the files that it cites, each once."""
    return list(dict.fromkeys(str(cited["filnavn"]) for cited in builders.attachments(begjaering)))


def with_files(begjaering: Json, send: Send) -> Json:
    """The same with every cited file uploaded and ready; raises NoFileError."""
    reference = str(begjaering["innsenderReferanse"])
    found = {name: _uploaded(name, reference, send) for name in cited_files(begjaering)}
    for name, identifier in found.items():
        _await_ready(name, identifier, send)
    return builders.cite(begjaering, found.__getitem__)


def _uploaded(name: str, reference: str, send: Send) -> str:
    form = {"filnavn": name, "innsenderReferanse": reference}
    response = send(_request("POST", "/vedlegg", data=form, files={"fil": (name, PDF, "application/pdf")}))
    if response.status_code != 201:
        raise NoFileError(f"{name} was not accepted (status {response.status_code}).")
    return str(response.json()["uuid"])


def _await_ready(name: str, identifier: str, send: Send) -> None:
    for _ in range(LOOKS):
        if send(_request("GET", f"/vedlegg/{identifier}")).json().get("tilstand") == "klar":
            return
        time.sleep(PAUSE)
    raise NoFileError(f"{name} did not become ready.")


def _request(method: str, path: str, **content: object) -> httpx.Request:
    """A request below the base address, with the headers that the interface requires."""
    ids = {"KlientId": "provestand", "Korrelasjonsid": str(uuid.uuid4()), "Meldingsid": str(uuid.uuid4())}
    return httpx.Request(method, f"http://base.invalid{path}", headers=ids, **content)  # type: ignore[arg-type]
