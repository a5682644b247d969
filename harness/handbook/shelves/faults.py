"""The ways in which the sandbox can break a contract, and those in which it may vary."""

from collections.abc import Iterator

from harness.handbook.entry import Entry, known
from harness.sandbox.faults.catalogue import all_faults


def entries() -> Iterator[Entry]:
    for fault in all_faults():
        details = known(
            breaks=fault.breaks or "nothing: a conformant server may do so",
            theme=fault.theme,
            operations=fault.where.operations,
            sandbox=f"provestand sandbox --fault {fault.full_name}",
            prove_it=f"provestand selftest --fault {fault.full_name}",
        )
        yield Entry("fault", fault.full_name, fault.text, fault.breaks or "benign", fault.api, details, (fault.name,))
