"""JUnit XML as GitLab, Jenkins and Azure Pipelines read it: cases in suites.

All that comes from outside is spelled out where XML or a CI system that reads logs could obey it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from policyengine.report.json_output import stamp
from policyengine.report.shown_text import LOG_COMMAND, printable

TOOL = "policyengine"
Outcome = Literal["passed", "failed", "skipped"]
LONGEST_NAME = 250  # characters; GitLab keeps 255


class JunitCase(NamedTuple):
    """A test case; `headline` is its headline, `text` all there is to say."""

    suite: str
    name: str
    outcome: Outcome
    headline: str = ""
    text: str = ""
    kind: str = ""
    file: str = ""


def junit_text(cases: Sequence[JunitCase], suites: Iterable[str], at: datetime) -> str:
    """The document with the cases in their suites, in the order given; suites without cases are left out."""
    root = ET.Element("testsuites", {"name": TOOL, **_counts(cases), "time": "0"})
    for suite in suites:
        if inside := [case for case in cases if case.suite == suite]:
            _write(root, suite, inside, stamp(at).removesuffix("Z"))
    ET.indent(root)
    text = LOG_COMMAND.sub("#&#35;", ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _write(root: ET.Element, name: str, cases: Sequence[JunitCase], at: str) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": name, **_counts(cases), "time": "0", "timestamp": at})
    suite.set("skipped", str(sum(case.outcome == "skipped" for case in cases)))
    named = Counter[str]()
    for case in cases:
        named[case.name] += 1
        number = named[case.name]
        _write_case(suite, case, case.name if number == 1 else f"{case.name} ({number})")


def _write_case(suite: ET.Element, case: JunitCase, name: str) -> None:
    in_suite = TOOL if case.suite == TOOL else f"{TOOL}.{case.suite}"
    written = ET.SubElement(suite, "testcase", {"classname": in_suite, "name": printable(name), "time": "0"})
    if case.file:
        written.set("file", printable(case.file))
    if case.outcome == "failed":
        attributes = {"message": printable(case.headline), "type": case.kind}
        ET.SubElement(written, "failure", attributes).text = case.text
    elif case.outcome == "skipped":
        reason = printable(case.headline)
        ET.SubElement(written, "skipped", {"message": reason}).text = "\n".join(filter(None, (reason, case.text)))
    elif case.text:
        ET.SubElement(written, "system-out").text = case.text


def _counts(cases: Sequence[JunitCase]) -> dict[str, str]:
    failures = sum(case.outcome == "failed" for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
