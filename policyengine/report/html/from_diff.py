"""The page of a `diff`: the head, and what becomes of every account."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.diff import ChangeClass
from policyengine.report.diff import DiffResult
from policyengine.report.diff.faults import Faults
from policyengine.report.diff.words import agreed_texts, ending_text, idle_text, refusal_texts
from policyengine.report.html.page import Count, Found, Page, Told, counted


def diff_page(result: DiffResult, head: Found) -> Page:
    """The page of a comparison; `head` is what the run of the head found out."""
    new = [Told(found) for found in result.comparison.new_findings]
    gone = [Told(found, "gone") for found in result.comparison.gone_findings]
    return Page(
        command="diff",
        at=result.at,
        failed=result.failed,
        counts=tuple(_counts(result)),
        remarks=tuple(_remarks(result)),
        findings=(*new, *gone),
        found=head,
        refused=frozenset(result.refused.head),
        compared=f"{result.names.base} -> {result.names.head}",
        result=result,
    )


def faults_page(faults: Faults) -> Page:
    """The page of two states of which one does not compile: its findings, and no account."""
    sides = tuple(faults.sides)
    findings = tuple(Told(found) for _, side in sides for found in side)
    return Page(
        command="diff",
        at=faults.at,
        failed=True,
        counts=(counted(len(findings), "finding"),),
        remarks=tuple(reason for reason, _ in sides),
        findings=findings,
        found=Found(),
        refused=frozenset(),
        compared=f"{faults.names.base} -> {faults.names.head}",
    )


def _counts(result: DiffResult) -> Iterator[Count]:
    found = result.comparison
    yield counted(found.accounts, "account")
    yield Count(len(found.touched), "touched")
    if found.became_invalid:
        yield Count(len(found.became_invalid), "became invalid", "error")
    for change_class in ChangeClass:
        if number := result.count(change_class):
            yield Count(number, change_class.value, change_class.value)
    if found.new_findings:
        yield counted(len(found.new_findings), "new finding")


def _remarks(result: DiffResult) -> Iterator[str]:
    yield from refusal_texts(result)
    yield from agreed_texts(result)
    yield from (ending_text(waiver, result) for waiver in result.ending)
    yield from (idle_text(number, result) for number in result.idle)
