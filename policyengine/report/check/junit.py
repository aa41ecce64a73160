"""`check --format junit`: JUnit XML, as GitLab, Jenkins and Azure Pipelines read it.

A suite per family and a case per finding. Checks and requirements that found nothing are cases that pass, so that a
report without failures shows what was looked at; those that could not be judged, or are off, are skipped. Names hold no
line numbers: a case keeps its history when lines shift.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from policyengine.analysis.findings import Finding, without_lines
from policyengine.analysis.findings.registry import RULES
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Family, Rule, family_of
from policyengine.report.check.result import CheckResult, place
from policyengine.report.check.terminal import covered
from policyengine.report.json_output import stamp
from policyengine.report.terminal import LOG_COMMAND, clipped, details, inert, printable

_TOOL = "policyengine"
_OF_TEXTS = frozenset({Family.LANGUAGE, Family.ADMISSION})  # looked for in every run, accounts or not
_LONGEST_NAME = 250  # characters; GitLab keeps 255


class _Case(NamedTuple):
    """A test case; `told` is its headline, `text` all there is to say."""

    suite: str
    name: str
    outcome: Literal["passed", "failed", "skipped"]
    told: str = ""
    text: str = ""
    kind: str = ""
    file: str = ""


def render(result: CheckResult) -> str:
    """The verdict as test cases."""
    cases = [*_gate(result), *_findings(result), *_silent_checks(result), *_silent_requirements(result)]
    root = ET.Element("testsuites", {"name": _TOOL, **_counts(cases), "time": "0"})
    for suite in (_TOOL, *Family):
        if inside := [case for case in cases if case.suite == suite]:
            _write(root, suite, inside, stamp(result.at).removesuffix("Z"))
    ET.indent(root)
    text = LOG_COMMAND.sub("#&#35;", ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _gate(result: CheckResult) -> Iterator[_Case]:
    """What was not judged."""
    for reason in result.not_judged:
        yield _Case(_TOOL, f"not judged: {reason}", "skipped", reason, reason, "not judged")


def _findings(result: CheckResult) -> Iterator[_Case]:
    """A case for each finding; those that count come first, and so keep their names where others are alike."""
    for made in sorted(result.verdict.findings, key=lambda made: not made.counts):
        found = made.diagnostic
        suite, name = family_of(found.code), _name(found)
        file = place(found.span, result).file if found.span else ""
        text = "\n".join(inert(printable(line)) for line in _lines(found, result))
        if not made.counts:
            yield _Case(suite, name, "skipped", covered(made, result.baseline), text, found.severity, file)
        else:
            outcome: Literal["failed", "passed"] = "failed" if _fails(made, result) else "passed"
            yield _Case(suite, name, outcome, found.message, text, found.severity, file)


def _silent_checks(result: CheckResult) -> Iterator[_Case]:
    """A case for each check that found nothing."""
    heard = {found.name for found in result.verdict.diagnostics}
    for rule in RULES:
        if rule.name not in heard and rule.family != Family.REQUIREMENTS:
            reason = _why_silent(rule, result)
            yield _Case(rule.family, f"{rule.code} {rule.name}", "skipped" if reason else "passed", reason)


def _silent_requirements(result: CheckResult) -> Iterator[_Case]:
    """A case for each requirement that nothing is found about."""
    heard = {found.requirement for found in result.verdict.diagnostics}
    for name in result.demanded:
        if name not in heard:
            yield _Case(Family.REQUIREMENTS, clipped(name, _LONGEST_NAME), "passed")


def _why_silent(rule: Rule, result: CheckResult) -> str:
    """Why a check says nothing although it may have something to say."""
    if result.gate.levels.get(rule.name, rule.severity) is None:
        return "off in policyengine.toml"
    if result.not_judged and rule.family not in _OF_TEXTS:
        return f"not judged: {result.not_judged[0]}"
    lacking = [one.fact for one in result.not_told if one.fact in rule.needs]
    return f"not told: {', '.join(lacking)}" if lacking else ""


def _fails(made: Finding, result: CheckResult) -> bool:
    return made.counts and made.diagnostic.severity.rank <= result.gate.fail_on.rank


def _name(found: Diagnostic) -> str:
    """What a finding is called in every run: no line in it, and no account."""
    about = ", ".join(part for part in (found.requirement, found.path, found.region) if part)
    told = f"{found.code} {found.name}: {without_lines(found.message)}"
    return clipped(f"{told} ({about})" if about else told, _LONGEST_NAME)


def _lines(found: Diagnostic, result: CheckResult) -> Iterator[str]:
    where = f" at {found.span.source.name}:{found.span.first.line}:{found.span.first.column}" if found.span else ""
    yield f"{found.severity}[{found.code} {found.name}]{where}"
    yield found.message
    yield from (f"{title}: {text}" for title, text in details(found, result.names))


def _write(root: ET.Element, name: str, cases: Sequence[_Case], at: str) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": name, **_counts(cases), "time": "0", "timestamp": at})
    suite.set("skipped", str(sum(case.outcome == "skipped" for case in cases)))
    named = Counter[str]()
    for case in cases:
        named[case.name] += 1
        number = named[case.name]
        _write_case(suite, case, case.name if number == 1 else f"{case.name} ({number})")


def _write_case(suite: ET.Element, case: _Case, name: str) -> None:
    in_suite = _TOOL if case.suite == _TOOL else f"{_TOOL}.{case.suite}"
    written = ET.SubElement(suite, "testcase", {"classname": in_suite, "name": printable(name), "time": "0"})
    if case.file:
        written.set("file", printable(case.file))
    if case.outcome == "failed":
        told = {"message": printable(case.told), "type": case.kind}
        ET.SubElement(written, "failure", told).text = case.text
    elif case.outcome == "skipped":
        reason = printable(case.told)
        ET.SubElement(written, "skipped", {"message": reason}).text = "\n".join(filter(None, (reason, case.text)))
    elif case.text:
        ET.SubElement(written, "system-out").text = case.text


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    failures = sum(case.outcome == "failed" for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
