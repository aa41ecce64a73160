"""`test --format junit`: JUnit XML, as GitLab, Jenkins and Azure Pipelines read it.

A case per test, named as the test is; faults that keep the tests from running are cases that fail, and so is too little
coverage.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.expectations import TestResult
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Span
from policyengine.report.finding_text import sentences
from policyengine.report.junit_xml import LONGEST_NAME, TOOL, JunitCase, Outcome, junit_text
from policyengine.report.shown_text import clipped, inert, printable
from policyengine.report.test.result import ProjectTestReport, failure_lines, summary

_SUITE = "tests"


def render(tested: ProjectTestReport) -> str:
    """The results as test cases."""
    results = tested.run.results if tested.run else ()
    cases = [
        *(_fault(diagnostic, tested) for diagnostic in tested.findings),
        *(_case(result, tested) for result in results),
        *_coverage(tested),
    ]
    return junit_text(cases, (TOOL, _SUITE), tested.at)


def _fault(diagnostic: Diagnostic, tested: ProjectTestReport) -> JunitCase:
    name = clipped(f"{diagnostic.code} {diagnostic.name}: {diagnostic.message}", LONGEST_NAME)
    file = _file(diagnostic.span, tested) if diagnostic.span else ""
    return JunitCase(TOOL, name, "failed", diagnostic.message, sentences(diagnostic, None), diagnostic.severity, file)


def _case(result: TestResult, tested: ProjectTestReport) -> JunitCase:
    """A test; where it failed the headline is the first reason."""
    lines = [line for failure in result.failures for line in failure_lines(failure)]
    text = "\n".join(inert(printable(line)) for line in [*lines, *(f"note: {note}" for note in result.notes)])
    headline = result.failures[0].causes[0].message if result.failures else ""
    name = clipped(result.title, LONGEST_NAME)
    outcome: Outcome = "passed" if result.passed else "failed"
    return JunitCase(_SUITE, name, outcome, headline, text, "failed", _file(result.span, tested))


def _coverage(tested: ProjectTestReport) -> Iterator[JunitCase]:
    if tested.minimum is not None and tested.run:
        outcome: Outcome = "passed" if tested.covered else "failed"
        yield JunitCase(TOOL, "coverage", outcome, summary(tested), summary(tested), "coverage")


def _file(span: Span, tested: ProjectTestReport) -> str:
    return f"{tested.prefix}{span.source.name}"
