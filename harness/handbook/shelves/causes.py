"""Why access fails, and how to fix it: what `doctor` knows."""

from collections.abc import Iterator

from harness.doctor.catalogue import entries as all_causes
from harness.handbook.entry import Entry, known
from harness.targets.profiles import known_apis


def entries() -> Iterator[Entry]:
    for name, cause in all_causes().items():
        details = known(fix=cause.fix, code=cause.code, words=cause.text, network=cause.trouble)
        yield Entry("cause", name, cause.cause, cause.code or "", "", details, (cause.code,) if cause.code else ())
    for api, reached in known_apis().items():
        for kode, meant in reached.causes.items():
            yield Entry("cause", kode, meant.cause, "", api, known(fix=meant.fix))
