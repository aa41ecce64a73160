"""The pages of `check` and of `diff`: the head, the counts, and what becomes of every account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policyengine.analysis.diff import Change, ChangeClass
from policyengine.analysis.findings import SharedFinding
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Family, family_of
from policyengine.report.check import CheckResult
from policyengine.report.check.causes import MANY, finding_counts, places, standing
from policyengine.report.diff import DiffResult
from policyengine.report.diff.faults import FaultsOfSides
from policyengine.report.diff.words import (
    agreed_texts,
    broken_text,
    cause_line,
    ending_text,
    idle_text,
    in_file_order,
    refusal_texts,
)
from policyengine.report.html.page import Count, HeadTable, Page, Results, Sets, ShownFinding, Standing, counted


def check_page(result: CheckResult, results: Results, accounts: frozenset[str] | None = None) -> Page:
    """The page of a verdict with the results of the run; `accounts` are the ids of those that it is about, or None."""
    findings = result.verdict.shared
    return Page(
        command="check",
        at=result.at,
        verdict="fail" if result.verdict.failed else "pass",
        counts=tuple(_counts_of_check(result, results, result.accounts if accounts is None else len(accounts))),
        remarks=tuple(f"{title}: {text}" for title, text in result.remarks),
        findings=tuple(
            ShownFinding(finding.diagnostic, _standing(finding), finding.waiver, _places(finding))
            for finding in findings
        ),
        results=results,
        refused=frozenset(name for diagnostic in result.verdict.diagnostics for name in _refused(diagnostic)),
        accounts=accounts,
        baseline=result.baseline,
        causes=tuple(finding_counts(findings)) if places(findings) > MANY else (),
    )


def _standing(finding: SharedFinding) -> Standing:
    if finding.waiver:
        return "waived"
    return "accepted" if finding.accepted else "counts"


def _places(finding: SharedFinding) -> tuple[Diagnostic, ...]:
    return finding.places if len(finding.places) > 1 else ()


def _refused(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The policies that AWS would refuse by this finding, in whole or in part."""
    return (
        diagnostic.policies
        if family_of(diagnostic.code) is Family.ADMISSION and diagnostic.severity is Severity.ERROR
        else ()
    )


def _counts_of_check(result: CheckResult, results: Results, accounts: int) -> Iterator[Count]:
    yield counted(accounts, "account")
    yield counted(result.policies, "policy")
    if results.judgement:
        yield counted(len(results.judgement.requirements), "requirement")
    yield from _findings(result.verdict.shared)


def _findings(findings: Sequence[SharedFinding]) -> Iterator[Count]:
    counting = standing(findings)
    for severity in Severity:
        number = sum(each.severity is severity for each in counting)
        if number or severity is not Severity.INFO:
            yield counted(number, f"{severity.value} finding", severity.value)
    waived, accepted = sum(each.waiver is not None for each in findings), sum(each.accepted for each in findings)
    yield from (Count(number, word) for number, word in ((waived, "waived"), (accepted, "accepted")) if number)


def diff_page(result: DiffResult, head: Results) -> Page:
    """The page of a comparison; `head` are the results of the head's run."""
    new = [ShownFinding(diagnostic) for diagnostic in result.comparison.new_findings]
    gone = [ShownFinding(diagnostic, "gone") for diagnostic in result.comparison.gone_findings]
    return Page(
        command="diff",
        at=result.at,
        verdict=result.verdict,
        counts=tuple(_counts_of_diff(result)),
        urgent=tuple(_urgent(result)),
        remarks=tuple(_remarks(result)),
        findings=(*new, *gone),
        results=head,
        refused=frozenset(result.refused.head),
        compared=f"{result.names.base} -> {result.names.head}",
        result=result,
        tables=tuple(_tables(result)),
    )


def _tables(result: DiffResult) -> Iterator[HeadTable]:
    """The tables of changes of resources and of the cost, where somebody asks for it."""
    # Start-up: few ask for either.
    if result.resources is not None:
        from policyengine.report.diff import resource_section as resources  # noqa: PLC0415

        rows = resources.resource_rows(result.resources, result.accounts)
        yield HeadTable(
            f"Resources: {resources.summary(result.resources)}", ("change", "resources", "why", "such as"), tuple(rows)
        )
    if result.cost is not None:
        from policyengine.report.diff import cost_section as cost  # noqa: PLC0415

        rows, notes = cost.cost_rows(result.cost), cost.cost_notes(result.cost)
        yield HeadTable(f"Cost: {cost.summary(result.cost)}", ("unit and type", "lines"), tuple(rows), tuple(notes))


def faults_page(faults: FaultsOfSides) -> Page:
    """The page where a state does not compile: its findings, and no account."""
    sides = tuple(faults.sides)
    findings = tuple(ShownFinding(diagnostic) for _, side in sides for diagnostic in side)
    return Page(
        command="diff",
        at=faults.at,
        verdict="fail",
        counts=(counted(len(findings), "finding"),),
        remarks=tuple(reason for reason, _ in sides),
        findings=findings,
        results=Results(),
        refused=frozenset(),
        compared=f"{faults.names.base} -> {faults.names.head}",
    )


def _counts_of_diff(result: DiffResult) -> Iterator[Count]:
    comparison = result.comparison
    yield counted(comparison.accounts, "account")
    yield Count(len(comparison.touched), "touched")
    if comparison.became_invalid:
        yield Count(len(comparison.became_invalid), "became invalid", "error")
    if result.resources is not None and (number := result.resources.number("lost")):
        yield Count(number, f"{counted(number, 'resource').noun} lost", "error")
    for change_class in ChangeClass:
        if number := result.count(change_class):
            yield Count(number, change_class.value, change_class.value)
    if comparison.new_findings:
        yield counted(len(comparison.new_findings), "new finding")


def _urgent(result: DiffResult) -> Iterator[str]:
    """The urgent notices: mandatory requirements that the change violates, and policies that AWS would refuse."""
    yield from (f"violated: {broken_text(flip, result)}" for flip in result.broken if flip.level == "mandatory")
    yield from refusal_texts(result)


def _remarks(result: DiffResult) -> Iterator[str]:
    yield from (f"violated: {broken_text(flip, result)}" for flip in result.broken if flip.level != "mandatory")
    yield from agreed_texts(result)
    yield from (ending_text(waiver, result) for waiver in result.ending)
    yield from (idle_text(number, result) for number in result.idle)


def comparison_row(result: DiffResult, sets: Sets) -> dict[str, object]:
    """Changes, requirements with another result, and the accounts that came, went, moved or changed status."""
    comparison = result.comparison
    invalid = [policy.account for policy in comparison.became_invalid]
    return {
        "changes": [_change(change, result, sets) for change in comparison.changes],
        "flips": [[flip.requirement, flip.before, flip.after, sets.add(flip.accounts)] for flip in comparison.flips],
        "becameInvalid": sets.add(_ids(account for account in invalid if account.id not in comparison.without_policy)),
        "emptyHanded": sets.add(_ids(account for account in invalid if account.id in comparison.without_policy)),
        "becameValid": sets.add(_ids(policy.account for policy in comparison.became_valid)),
        "stayedInvalid": sets.add(_ids(comparison.stayed_invalid)),
        "unknown": sets.add(_ids(comparison.unknown)),
        "added": sets.add(_ids(comparison.added)),
        "removed": [[entity.id, entity.name, entity.path] for entity in comparison.removed],
        "moved": {move.after.id: move.before.path for move in comparison.moved},
    }


def _change(change: Change, result: DiffResult, sets: Sets) -> dict[str, object]:
    """A change; its causes are `[sign, place, line]`, before and after; `fails`: whether it fails the gate."""
    return {
        "id": change.id,
        "class": change.change_class.value,
        "subject": change.subject,
        "effect": change.effect,
        "path": change.path,
        "region": change.region,
        "before": change.before,
        "after": change.after,
        "causes": [*map(cause_line, sorted(in_file_order(change.causes), key=lambda cause: cause.side))],
        "allowed": result.allow.get(change.id),
        "fails": change in result.failing,
        "accounts": sets.add(change.accounts),
    }


def _ids(accounts: Iterable[Entity]) -> list[str]:
    return [account.id or "" for account in accounts]
