"""`check --format junit`: JUnit XML, as GitLab, Jenkins and Azure Pipelines read it.

A suite per family and a case per finding. Checks and requirements without findings are cases that pass, so that a
report without failures shows what was judged; those that could not be judged, or are off, are skipped. Names hold no
line numbers: a case keeps its history when lines shift.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.findings import Finding, without_lines
from policyengine.analysis.findings.registry import RULES
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED, REQUIREMENT_VIOLATED
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Family, Rule, family_of
from policyengine.report.check.result import CheckResult, place
from policyengine.report.check.terminal import covered
from policyengine.report.finding_text import details
from policyengine.report.junit_xml import LONGEST_NAME, TOOL, JunitCase, Outcome, junit_text
from policyengine.report.shown_text import clipped, inert, printable

_OF_TEXTS = frozenset({Family.LANGUAGE, Family.ADMISSION})  # looked for in every run, accounts or not


def render(result: CheckResult) -> str:
    """The verdict as test cases."""
    cases = [*_gate(result), *_findings(result), *_silent_checks(result), *_silent_requirements(result)]
    return junit_text(cases, (TOOL, *Family), result.at)


def _gate(result: CheckResult) -> Iterator[JunitCase]:
    """The cases of the gate: what was not judged."""
    for reason in result.not_judged:
        yield JunitCase(TOOL, f"not judged: {reason}", "skipped", reason, reason, "not judged")


def _findings(result: CheckResult) -> Iterator[JunitCase]:
    """A case for each finding; those that count come first, and so keep their names where others have the same."""
    for finding in sorted(result.verdict.findings, key=lambda finding: not finding.counts):
        diagnostic = finding.diagnostic
        suite, name = family_of(diagnostic.code), _name(diagnostic)
        file = place(diagnostic.span, result).file if diagnostic.span else ""
        text = "\n".join(inert(printable(line)) for line in _lines(diagnostic, result))
        if not finding.counts:
            yield JunitCase(suite, name, "skipped", covered(finding, result.baseline), text, diagnostic.severity, file)
        else:
            outcome: Outcome = "failed" if _fails(finding, result) else "passed"
            yield JunitCase(suite, name, outcome, diagnostic.message, text, diagnostic.severity, file)


def _silent_checks(result: CheckResult) -> Iterator[JunitCase]:
    """A case for each check without a finding."""
    reported = {diagnostic.name for diagnostic in result.verdict.diagnostics}
    for rule in RULES:
        if rule.name not in reported and rule.family != Family.REQUIREMENTS:
            reason = _why_silent(rule, result)
            yield JunitCase(rule.family, f"{rule.code} {rule.name}", "skipped" if reason else "passed", reason)


def _silent_requirements(result: CheckResult) -> Iterator[JunitCase]:
    """A case for each requirement without a finding."""
    reported = {diagnostic.requirement for diagnostic in result.verdict.diagnostics}
    left_out = {REQUIREMENT_VIOLATED.name, REQUIREMENT_UNDECIDED.name} & result.gate.left_out
    for name in result.demanded:
        if name not in reported:
            reason = "left out of this run" if left_out else ""
            outcome: Outcome = "skipped" if reason else "passed"
            yield JunitCase(Family.REQUIREMENTS, clipped(name, LONGEST_NAME), outcome, reason)


def _why_silent(rule: Rule, result: CheckResult) -> str:
    """The reason why a check without findings may have missed some."""
    if result.gate.level_of(rule.name, rule.severity) is None:
        return "left out of this run" if rule.name in result.gate.left_out else "off in policyengine.toml"
    if result.not_judged and rule.family not in _OF_TEXTS:
        return f"not judged: {result.not_judged[0]}"
    lacking = [missing.fact for missing in result.missing_facts if missing.fact in rule.needs]
    return f"not in the snapshot: {', '.join(lacking)}" if lacking else ""


def _fails(finding: Finding, result: CheckResult) -> bool:
    return finding.counts and finding.diagnostic.severity.rank <= result.gate.fail_on.rank


def _name(diagnostic: Diagnostic) -> str:
    """The name of a finding in every run: no line in it, and no account."""
    about = ", ".join(part for part in (diagnostic.requirement, diagnostic.path, diagnostic.region) if part)
    name = f"{diagnostic.code} {diagnostic.name}: {without_lines(diagnostic.message)}"
    return clipped(f"{name} ({about})" if about else name, LONGEST_NAME)


def _lines(diagnostic: Diagnostic, result: CheckResult) -> Iterator[str]:
    where = (
        f" at {diagnostic.span.source.name}:{diagnostic.span.first.line}:{diagnostic.span.first.column}"
        if diagnostic.span
        else ""
    )
    yield f"{diagnostic.severity}[{diagnostic.code} {diagnostic.name}]{where}"
    yield diagnostic.message
    yield from (f"{title}: {text}" for title, text in details(diagnostic, result.names))
