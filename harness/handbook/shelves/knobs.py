"""Open questions about the real services, as choices of the sandbox."""

from collections.abc import Iterator

from harness.handbook.entry import Entry, known
from harness.sandbox.knobs import all_knobs


def entries() -> Iterator[Entry]:
    for knob in all_knobs():
        details = known(
            values=knob.values or "a whole number of 1 or more",
            default=knob.default,
            source=knob.source,
            sandbox=f"provestand sandbox --knob {knob.name}={knob.values[-1] if knob.values else knob.default}",
        )
        yield Entry("knob", knob.name, knob.text, knob.default, "", details)
