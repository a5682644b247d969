"""Completes the junit.xml that pytest wrote, with the verdict and the findings of an earlier part of the run."""

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from harness.contract.contract import Contract
from harness.contract.requirements import Requirement
from harness.reporting.terminal import deviation_text
from harness.reporting.whole import write_bytes
from harness.verdict.conclusion import excuse
from harness.verdict.coverage import Share
from harness.verdict.headline import headline
from harness.verdict.levels import FailOn
from harness.verdict.model import NOT_SHOWN, UNTESTED, Verdict
from harness.verdict.outcome import Outcome
from harness.verdict.waivers import Waiver

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add_earlier(
    path: Path, earlier: Iterable[Outcome], contracts: Iterable[Contract], waivers: Iterable[Waiver], fail_on: FailOn
) -> None:
    """Adds the scenarios that had already ended to junit.xml, as pytest would have, except for their duration.

    What does not fail the run is not a failure there either.
    """
    contracts, waivers = list(contracts), list(waivers)
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    if suite is None:
        suite = etree.SubElement(root, "testsuite", name="pytest")
    today = datetime.datetime.now(datetime.UTC).date()
    promises = {key: each for contract in contracts for key, each in contract.requirements.items()}
    cases = [
        _case(outcome, excuse(outcome.findings, contracts, waivers, fail_on, today), promises) for outcome in earlier
    ]
    suite[:] = [*cases, *suite]
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    write_bytes(path, etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def add_verdict(path: Path, verdict: Verdict) -> None:
    """Adds the headline, the scope and the coverage to the properties of each suite of a junit.xml.

    The coverage is given for the run, each API, and each theme and point of the checklist.
    """
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    share = verdict.coverage
    told = {
        "verdict": verdict.verdict,
        "headline": headline(verdict),
        "scope": verdict.scope,
        "coverage": _extent(share),
        **{".".join(("coverage", *names)): _extent(part) for names, part in share.parts()},
    }
    for suite in [root] if root.tag == "testsuite" else root.findall("testsuite"):
        for old in suite.findall("properties"):
            suite.remove(old)
        properties = etree.Element("properties")
        for name, value in told.items():
            etree.SubElement(properties, "property", name=f"provestand.{name}", value=NO_XML.sub("?", value))
        suite.insert(0, properties)
    write_bytes(path, etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _extent(share: Share) -> str:
    return f"{share} testable, {share.total} in all"


def _case(outcome: Outcome, excused: str | None, promises: Mapping[str, Requirement]) -> "etree._Element":
    file, _, name = outcome.scenario.partition("::")
    case = etree.Element("testcase", classname=file.removesuffix(".py").replace("/", "."), name=name)
    if outcome.findings:
        text = "\n\n".join(map(deviation_text, outcome.findings))
        if excused:
            message = NO_XML.sub("?", f"{excused}\n\n{text}")
            etree.SubElement(case, "skipped", type="pytest.xfail", message=message)
        else:
            failure = etree.SubElement(case, "failure", message=NO_XML.sub("?", deviation_text(outcome.findings[0])))
            failure.text = NO_XML.sub("?", text)
    elif outcome.result in UNTESTED:
        is_of_client = any(promises[key].actor == "client" for key in outcome.requirements if key in promises)
        message = NO_XML.sub("?", f"{NOT_SHOWN if is_of_client else outcome.result}: {outcome.reason}")
        etree.SubElement(case, "skipped", type="pytest.skip", message=message)
    return case
