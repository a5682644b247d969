"""The API seen from the inside: cases and attachments with their states, and the registers' profiles of parties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from harness.sandbox.service import Kept
from harness.sandbox.utleggsbegjaering.attachments import TILSTANDER
from harness.sandbox.utleggsbegjaering.case_views import SAKSSTATUS, status_of
from harness.sandbox.utleggsbegjaering.office import Office
from harness.sandbox.utleggsbegjaering.register import PROFILES
from harness.sandbox.utleggsbegjaering.routes import UtleggsbegjaeringApi
from harness.sandbox.utleggsbegjaering.store import ATTACHMENT, CASE

MOST_KEPT, MOST_SHOWN = 100, 5


@dataclass(frozen=True)
class InsideView:
    """The inside view of one service."""

    service: UtleggsbegjaeringApi

    @property
    def office(self) -> Office:
        return self.service.office

    @property
    def profiles(self) -> Mapping[str, str]:
        return {name: profile.text for name, profile in PROFILES.items()}

    def profile_of(self, party: str) -> str:
        return self.office.register.profile_of(party)

    def shown(self, party: str) -> Mapping[str, object]:
        """The status of the newest cases that the party submitted or is a party to."""
        cases = self.office.store.cases_with(party, MOST_SHOWN)
        return {f"status {case.saksnummer}": status_of(case, self.office.store) for case in cases}

    def kept(self) -> Sequence[Kept]:
        store, now = self.office.store, self.office.clock.now()
        cases = [
            Kept(CASE, case.referanse, _label(case.saksnummer, case.innsenderReferanse), case.saksstatus, SAKSSTATUS)
            for case in store.newest_cases(MOST_KEPT)
        ]
        attachments = [
            Kept(ATTACHMENT, each.uuid, each.filnavn, each.tilstand(now), TILSTANDER)
            for each in store.newest_attachments(MOST_KEPT)
        ]
        return [*cases, *attachments]

    def putting(self, kind: str, key: str, state: str) -> Callable[[], object] | None:
        store = self.office.store
        if kind == CASE and state in SAKSSTATUS and store.case(key) is not None:
            return partial(store.set_case, key, state, None, self.office.clock.now())
        if kind == ATTACHMENT and state in TILSTANDER and store.attachment(key) is not None:
            return partial(store.set_attachment, key, state)
        return None


def _label(saksnummer: str, reference: str | None) -> str:
    return f"{saksnummer} ({reference})" if reference else saksnummer
