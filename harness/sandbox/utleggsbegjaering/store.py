"""The store: cases with every version of their request, claims, attachments and payments, in SQLite."""

import datetime
import json
import re
import sqlite3
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from harness.sandbox.service import UnusableStateError
from harness.sandbox.utleggsbegjaering.attachments import Attachment, Tilstand

VERSION = 1
TABLES = """
create table sak (
    nummer integer primary key,
    referanse text not null unique,
    innsender text not null,
    innsender_referanse text,
    begjaeringsdato text,
    saksstatus text not null,
    behandlet integer not null,
    opprettet text not null,
    meldingsdato text not null
);
create unique index duplikat on sak (innsender, innsender_referanse, begjaeringsdato);
create table versjon (
    referanse text not null references sak (referanse),
    nummer integer not null,
    begjaering text not null,
    primary key (referanse, nummer)
);
create table part (
    referanse text not null references sak (referanse),
    rolle text not null,
    noekkel text not null
);
create index part_noekkel on part (noekkel);
create table krav (
    kravgrunnlagsidentifikator text primary key,
    referanse text not null references sak (referanse),
    kravreferanse text not null,
    unique (referanse, kravreferanse)
);
create table innbetaling (
    kravgrunnlagsidentifikator text not null references krav (kravgrunnlagsidentifikator),
    bokfoert text not null,
    beloep text not null
);
create table beslutning (
    referanse text primary key,
    innsender text not null,
    mottatt text not null,
    innhold text not null
);
create table vedlegg (
    uuid text primary key,
    innsender text not null,
    innsender_referanse text not null,
    filnavn text not null,
    mottatt text not null,
    steg real not null,
    vei text not null,
    kasseres text not null,
    tilstand text,
    sak text references sak (referanse)
);
"""
NAMES = frozenset(re.findall(r"create table (\w+)", TABLES))
COUNTED = {
    "saker": "sak",
    "versjoner": "versjon",
    "vedlegg": "vedlegg",
    "innbetalinger": "innbetaling",
    "beslutninger": "beslutning",
}


CASE, ATTACHMENT = "sak", "vedlegg"
Shown = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Case:
    """A case without its request. `referanse` is eksternSaksreferanse."""

    saksnummer: str
    referanse: str
    innsender: str
    innsenderReferanse: str | None  # noqa: N815 - wire name
    saksstatus: str
    behandlet: bool
    meldingsdato: datetime.datetime


@dataclass(frozen=True)
class Accepted:
    """What is stored when a request is accepted."""

    innsender: str
    innsender_referanse: str | None
    begjaeringsdato: str | None
    behandlet: bool
    begjaering: object
    parts: Iterable[tuple[str, str]]
    """Pairs of role and party key."""
    kravreferanser: Iterable[str]
    vedlegg: Iterable[str]


class DuplicateError(Exception):
    """A request with the same sender, reference and date was already accepted."""


class Store:
    """Every write is one transaction."""

    def __init__(self, path: Path | None, shown: Shown = lambda kind, key: None) -> None:  # noqa: ARG005
        """Opens or creates the file, or keeps everything in memory; raises UnusableStateError.

        `shown` returns the state in which something appears in the current call, in place of the stored one.
        """
        self._shown = shown
        if path is not None and path.exists() and not path.is_file():
            raise UnusableStateError(f"--state {path}: it is not a file. Name another file.")
        try:
            # The garbage collector may close it from any thread.
            self._database = sqlite3.connect(
                path or ":memory:", isolation_level=None, timeout=2, check_same_thread=False
            )
            weakref.finalize(self, self._database.close)
            self._database.row_factory = sqlite3.Row
            self._prepare(path)
        except sqlite3.Error as error:
            raise UnusableStateError(f"--state {path}: it cannot be used ({error}). Name another file.") from error

    def _prepare(self, path: Path | None) -> None:
        """Creates the tables, or checks that they are intact. A file from another program is left unchanged."""
        execute = self._database.execute
        execute("pragma foreign_keys = on")
        if path is not None:
            execute("begin immediate")  # fails if somebody else is writing to it
            execute("rollback")
            self._ensure_ours(path)
            execute("pragma journal_mode = wal")
            execute("pragma synchronous = full")  # acknowledged writes survive a power failure
        with self._transaction():
            (version,) = execute("pragma user_version").fetchone()
            if version == 0:
                for statement in TABLES.split(";"):
                    execute(statement)
                execute(f"pragma user_version = {VERSION}")

    def _ensure_ours(self, path: Path) -> None:
        """Raises UnusableStateError if the sandbox did not create the database, or if it is damaged."""
        execute = self._database.execute
        (version,) = execute("pragma user_version").fetchone()
        found = {row["name"] for row in execute("select name from sqlite_master where type = 'table'")}
        if found and (version == 0 or not found >= NAMES):
            raise UnusableStateError(f"--state {path}: it is the database of another program. Name another file.")
        if version not in {0, VERSION}:
            raise UnusableStateError(f"--state {path}: another version of the sandbox wrote it. Name another file.")
        (state,) = execute("pragma quick_check(1)").fetchone()
        if state != "ok":
            raise UnusableStateError(f"--state {path}: it is damaged ({' '.join(state.split())}). Name another file.")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit")

    def case(self, referanse: str) -> Case | None:
        row = self._database.execute("select * from sak where referanse = ?", (referanse,)).fetchone()
        return self._case(row) if row else None

    def cases_of(self, innsender: str) -> list[Case]:
        rows = self._database.execute("select * from sak where innsender = ? order by nummer", (innsender,))
        return [self._case(row) for row in rows]

    def newest_cases(self, most: int) -> list[Case]:
        """The most recently opened cases, newest first."""
        return [
            self._case(row) for row in self._database.execute("select * from sak order by nummer desc limit ?", (most,))
        ]

    def newest_attachments(self, most: int) -> list[Attachment]:
        """The most recently received attachments, newest first."""
        rows = self._database.execute("select * from vedlegg order by mottatt desc limit ?", (most,))
        return [self._attachment(row) for row in rows]

    def cases_with(self, party: str, most: int) -> list[Case]:
        """The cases that a party submitted or is a party to, newest first."""
        question = """
            select distinct sak.* from sak left join part on part.referanse = sak.referanse
            where sak.innsender = ? or part.noekkel = ? order by sak.nummer desc limit ?
        """
        return [self._case(row) for row in self._database.execute(question, (party, party, most))]

    def cases_between(self, saksoeker: str, saksoekt: str) -> list[Case]:
        """The cases with this claimant and this debtor, by their keys."""
        question = """
            select distinct sak.* from sak
            join part as a on a.referanse = sak.referanse and a.rolle = 'saksoeker' and a.noekkel = ?
            join part as b on b.referanse = sak.referanse and b.rolle = 'saksoekt' and b.noekkel = ?
            order by sak.nummer
        """
        return [self._case(row) for row in self._database.execute(question, (saksoeker, saksoekt))]

    def duplicate_of(self, innsender: str, innsender_referanse: str | None, begjaeringsdato: str) -> str | None:
        """The case that was accepted with this key; without the sender's reference, there is no key."""
        row = self._database.execute(
            "select referanse from sak where innsender = ? and innsender_referanse = ? and begjaeringsdato = ?",
            (innsender, innsender_referanse, begjaeringsdato),
        ).fetchone()
        return str(row["referanse"]) if row else None

    def request(self, referanse: str) -> object:
        """The newest version of a case's request, as sent."""
        row = self._database.execute(
            "select begjaering from versjon where referanse = ? order by nummer desc limit 1", (referanse,)
        ).fetchone()
        return json.loads(row["begjaering"], parse_float=Decimal)

    def submit(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
        """A new case under this reference. Raises DuplicateError."""
        try:
            with self._transaction():
                self._database.execute(
                    "insert into sak (referanse, innsender, innsender_referanse, begjaeringsdato, saksstatus,"
                    " behandlet, opprettet, meldingsdato) values (?, ?, ?, ?, 'sakOpprettet', ?, ?, ?)",
                    (
                        referanse,
                        accepted.innsender,
                        accepted.innsender_referanse,
                        accepted.begjaeringsdato,
                        accepted.behandlet,
                        now.isoformat(),
                        now.isoformat(),
                    ),
                )
                self._keep_version(referanse, accepted)
        except sqlite3.IntegrityError as error:
            raise DuplicateError from error

    def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
        """A new version of a case's request. Raises DuplicateError."""
        try:
            with self._transaction():
                self._database.execute(
                    "update sak set innsender_referanse = ?, begjaeringsdato = ?, behandlet = ?, meldingsdato = ?"
                    " where referanse = ?",
                    (
                        accepted.innsender_referanse,
                        accepted.begjaeringsdato,
                        accepted.behandlet,
                        now.isoformat(),
                        referanse,
                    ),
                )
                self._keep_version(referanse, accepted)
        except sqlite3.IntegrityError as error:
            raise DuplicateError from error

    def _keep_version(self, referanse: str, accepted: Accepted) -> None:
        execute, many = self._database.execute, self._database.executemany
        execute(
            "insert into versjon select ?, coalesce(max(nummer), 0) + 1, ? from versjon where referanse = ?",
            (referanse, json.dumps(accepted.begjaering, default=float), referanse),
        )
        execute("delete from part where referanse = ?", (referanse,))
        many("insert into part values (?, ?, ?)", [(referanse, role, key) for role, key in accepted.parts])
        many(
            "insert into krav values (?, ?, ?) on conflict (referanse, kravreferanse) do nothing",
            [(str(uuid.uuid4()), referanse, each) for each in accepted.kravreferanser],
        )
        many("update vedlegg set sak = ? where uuid = ?", [(referanse, each) for each in accepted.vedlegg])

    def set_case(self, referanse: str, saksstatus: str | None, behandlet: bool | None, now: datetime.datetime) -> bool:  # noqa: FBT001 - a value, not a switch
        """Puts a case into another state; False if there is no such case."""
        with self._transaction():
            changed = self._database.execute(
                "update sak set saksstatus = coalesce(?, saksstatus), behandlet = coalesce(?, behandlet),"
                " meldingsdato = ? where referanse = ?",
                (saksstatus, behandlet, now.isoformat(), referanse),
            )
        return changed.rowcount == 1

    def decide(self, innsender: str, innhold: object, now: datetime.datetime) -> str:
        """Stores a municipality's decision; returns its reference."""
        referanse = str(uuid.uuid4())
        with self._transaction():
            self._database.execute(
                "insert into beslutning values (?, ?, ?, ?)",
                (referanse, innsender, now.isoformat(), json.dumps(innhold, default=float)),
            )
        return referanse

    def claim_ids(self, referanse: str) -> Mapping[str, str]:
        """kravgrunnlagsidentifikator by the sender's reference for a claim."""
        rows = self._database.execute("select * from krav where referanse = ?", (referanse,))
        return {row["kravreferanse"]: row["kravgrunnlagsidentifikator"] for row in rows}

    def claim(self, kravgrunnlagsidentifikator: str) -> tuple[str, str] | None:
        """The case of a claim, and the sender's reference for it."""
        row = self._database.execute(
            "select referanse, kravreferanse from krav where kravgrunnlagsidentifikator = ?",
            (kravgrunnlagsidentifikator,),
        ).fetchone()
        return (row["referanse"], row["kravreferanse"]) if row else None

    def pay(self, kravgrunnlagsidentifikator: str, bokfoert: str, beloep: str) -> None:
        with self._transaction():
            self._database.execute(
                "insert into innbetaling values (?, ?, ?)", (kravgrunnlagsidentifikator, bokfoert, beloep)
            )

    def payments(self, kravgrunnlagsidentifikator: str) -> list[str]:
        """The amounts paid on a claim through the payment service."""
        rows = self._database.execute(
            "select beloep from innbetaling where kravgrunnlagsidentifikator = ?", (kravgrunnlagsidentifikator,)
        )
        return [row["beloep"] for row in rows]

    def add_attachment(self, attachment: Attachment) -> None:
        with self._transaction():
            self._database.execute(
                "insert into vedlegg values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    attachment.uuid,
                    attachment.innsender,
                    attachment.innsenderReferanse,
                    attachment.filnavn,
                    attachment.received.isoformat(),
                    attachment.step.total_seconds(),
                    " ".join(attachment.way),
                    attachment.discarded.isoformat(),
                    attachment.fixed,
                    attachment.sak,
                ),
            )

    def attachment(self, vedlegg: str) -> Attachment | None:
        row = self._database.execute("select * from vedlegg where uuid = ?", (vedlegg,)).fetchone()
        return self._attachment(row) if row else None

    def set_attachment(self, vedlegg: str, tilstand: Tilstand) -> bool:
        """Fixes an attachment's state; False if there is no such attachment."""
        with self._transaction():
            changed = self._database.execute("update vedlegg set tilstand = ? where uuid = ?", (tilstand, vedlegg))
        return changed.rowcount == 1

    def counts(self) -> Mapping[str, int]:
        """How many of each are stored."""
        return {
            name: int(self._database.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 - our own table names
            for name, table in COUNTED.items()
        }

    def _case(self, row: sqlite3.Row) -> Case:
        return Case(
            f"UTLBGJ/{row['opprettet'][:4]}/{row['nummer']:02}",
            row["referanse"],
            row["innsender"],
            row["innsender_referanse"],
            self._shown(CASE, row["referanse"]) or row["saksstatus"],
            bool(row["behandlet"]),
            datetime.datetime.fromisoformat(row["meldingsdato"]),
        )

    def _attachment(self, row: sqlite3.Row) -> Attachment:
        return Attachment(
            row["uuid"],
            row["innsender"],
            row["innsender_referanse"],
            row["filnavn"],
            datetime.datetime.fromisoformat(row["mottatt"]),
            datetime.timedelta(seconds=row["steg"]),
            tuple(row["vei"].split()),
            datetime.datetime.fromisoformat(row["kasseres"]),
            cast("Tilstand | None", self._shown(ATTACHMENT, row["uuid"]) or row["tilstand"]),
            row["sak"],
        )
