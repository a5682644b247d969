"""Completes the junit.xml of a run that went on where an earlier part was cut off: pytest writes its own part alone."""

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from harness.reporting.terminal import deviation_text
from harness.reporting.whole import write_bytes
from harness.verdict.conclusion import waiving
from harness.verdict.outcome import Outcome
from harness.verdict.waivers import Waiver

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add_earlier(path: Path, earlier: Iterable[Outcome], waivers: tuple[Waiver, ...]) -> None:
    """Puts the scenarios that had ended before into junit.xml, as pytest would have, but for how long they took.

    A waived deviation is no failure there either.
    """
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    if suite is None:
        suite = etree.SubElement(root, "testsuite", name="pytest")
    today = datetime.datetime.now(datetime.UTC).date()
    suite[:] = [*(_case(outcome, waiving(waivers, outcome.findings, today)) for outcome in earlier), *suite]
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    write_bytes(path, etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _case(outcome: Outcome, waived_by: Iterable[str]) -> "etree._Element":
    file, _, name = outcome.scenario.partition("::")
    case = etree.Element("testcase", classname=file.removesuffix(".py").replace("/", "."), name=name)
    names = ", ".join(waived_by)
    if outcome.findings:
        text = "\n\n".join(map(deviation_text, outcome.findings))
        if names:
            message = NO_XML.sub("?", f"waived by {names}\n\n{text}")
            etree.SubElement(case, "skipped", type="pytest.xfail", message=message)
        else:
            failure = etree.SubElement(case, "failure", message=NO_XML.sub("?", deviation_text(outcome.findings[0])))
            failure.text = NO_XML.sub("?", text)
    elif outcome.result in {"not_run", "not_testable"}:
        message = NO_XML.sub("?", f"{outcome.result}: {outcome.reason}")
        etree.SubElement(case, "skipped", type="pytest.skip", message=message)
    return case
