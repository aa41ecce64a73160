"""The page of a `check`."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.findings import Finding, Verdict
from policyengine.report.check import CheckResult
from policyengine.report.html.page import Count, Found, Page, Standing, Told, counted

_ADMISSION = "PE2"  # the family of what AWS would refuse


def check_page(result: CheckResult, found: Found, accounts: frozenset[str] | None = None) -> Page:
    """The page of a verdict and what the run found out; `accounts` are the ids of those that it is about, or None."""
    return Page(
        command="check",
        at=result.at,
        failed=result.verdict.failed,
        counts=tuple(_counts(result, found, result.accounts if accounts is None else len(accounts))),
        remarks=tuple(f"{title}: {text}" for title, text in result.remarks),
        findings=tuple(Told(made.diagnostic, _standing(made), made.waiver) for made in result.verdict.findings),
        found=found,
        refused=frozenset(name for diagnostic in result.verdict.diagnostics for name in _refused(diagnostic)),
        accounts=accounts,
        baseline=result.baseline,
    )


def _standing(made: Finding) -> Standing:
    if made.waiver:
        return "waived"
    return "accepted" if made.accepted else "counts"


def _refused(found: Diagnostic) -> tuple[str, ...]:
    """The policies of which a finding says that AWS would refuse something."""
    return found.policies if found.code.startswith(_ADMISSION) and found.severity is Severity.ERROR else ()


def _counts(result: CheckResult, found: Found, accounts: int) -> Iterator[Count]:
    yield counted(accounts, "account")
    yield counted(result.policies, "policy")
    if found.judgement:
        yield counted(len(found.judgement.requirements), "requirement")
    yield from _findings(result.verdict)


def _findings(verdict: Verdict) -> Iterator[Count]:
    for severity in Severity:
        number = verdict.count(severity)
        if severity is not Severity.INFO:
            yield counted(number, severity.value, severity.value)
        elif number:
            yield Count(number, severity.value, severity.value)
    for word, findings in (("waived", verdict.waived), ("accepted", verdict.accepted)):
        if findings:
            yield Count(len(findings), word)
