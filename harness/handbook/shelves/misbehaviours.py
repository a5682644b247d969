"""The ways in which the reference client can break a promise, and those in which it may vary."""

from collections.abc import Iterator

from harness.handbook.entry import Entry, known
from harness.reference_client.misbehaviours import all_misbehaviours


def entries() -> Iterator[Entry]:
    for each in all_misbehaviours().values():
        details = known(
            breaks=each.breaks or "nothing: a good client may do so",
            prove_it=f"provestand selftest --clients --fault {each.name}",
        )
        yield Entry("misbehaviour", each.name, each.text, each.breaks[0] if each.breaks else "benign", "", details)
