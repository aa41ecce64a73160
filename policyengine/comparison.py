"""Two states of a project compared: both go through `evaluate`, and share the results of equal stages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import field
from msgspec.structs import replace

from policyengine.analysis.checks import EFFECTIVE_POLICY_INVALID
from policyengine.analysis.diff import OrganizationComparison, Side, compare
from policyengine.analysis.findings import Gate, Waiver
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.requirements import Requirement, meaning
from policyengine.aws.merge import Effective
from policyengine.aws.resources import ResourceInventory
from policyengine.base.errors import SnapshotError
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate, verdict_of, waivers
from policyengine.session import Session
from policyengine.stages import Stages


class ProjectState(Record):
    """One side of a comparison: a project's texts, its gate, and the findings that it accepts.

    `prefix` stands before the snapshot's name in its faults.
    """

    sources: Sequence[Source]
    snapshot: Source
    prefix: str = ""
    partition: str = "aws"
    gate: Gate = field(default_factory=Gate)
    baseline: Baseline | None = None


class ComparisonRun(Record):
    """Two states and what is different; None where one of them does not compile.

    `waivers` are those of the head, `new_waivers` those of them that the base does not have, `restated` the
    requirements whose level or meaning differs, each as base and head have it, None where the head lacks it.
    """

    base: Evaluation
    head: Evaluation
    comparison: OrganizationComparison | None
    waivers: tuple[Waiver, ...] = ()
    new_waivers: tuple[Waiver, ...] = ()
    restated: tuple[tuple[Requirement, Requirement | None], ...] = ()


def compare_states(
    base: ProjectState,
    head: ProjectState,
    *,
    at: datetime,
    only_project: bool = False,
    inventory: ResourceInventory | None = None,
) -> ComparisonRun:
    """The effects of a change on every account, as of a moment, and with an inventory to its resources.

    Findings that a side has waived or accepted do not count. Raises `SnapshotError` for a faulty snapshot.
    """
    stages = Session()
    before, after = (_evaluate(state, at, stages, inventory, only_project=only_project) for state in (base, head))
    was = side_of(before, base, at, complete=not only_project)
    is_now = side_of(after, head, at, complete=not only_project)
    if was is None or is_now is None:
        return ComparisonRun(before, after, None)
    of_base, agreed = {_agreement(waiver) for waiver in waivers(before, at).value}, waivers(after, at).value
    new = tuple(waiver for waiver in agreed if _agreement(waiver) not in of_base)
    return ComparisonRun(before, after, compare(was, is_now), agreed, new, _restated(before, after))


def _restated(before: Evaluation, after: Evaluation) -> tuple[tuple[Requirement, Requirement | None], ...]:
    """The requirements of the base that the head does not have, or that do not ask for the same there."""
    of_head = {requirement.name: requirement for requirement in after.commitments.demands.requirements}
    pairs = [(old, of_head.get(old.name)) for old in before.commitments.demands.requirements]
    return tuple((old, new) for old, new in pairs if not new or old.level != new.level or meaning(old) != meaning(new))


def _agreement(waiver: Waiver) -> tuple[object, ...]:
    """The content of a waiver, wherever it stands."""
    return waiver.what, waiver.target.kind, waiver.target.path, waiver.target.id, waiver.until, waiver.because


def _evaluate(
    state: ProjectState, at: datetime, stages: Stages, inventory: ResourceInventory | None, *, only_project: bool
) -> Evaluation:
    try:
        return evaluate(
            state.sources,
            state.snapshot,
            at=at,
            partition=state.partition,
            only_project=only_project,
            inventory=inventory,
            stages=stages,
        )
    except SnapshotError as error:
        faults = tuple(replace(fault, file=f"{state.prefix}{fault.file}") for fault in error.faults)
        raise SnapshotError(faults) from error


def side_of(evaluation: Evaluation, state: ProjectState, at: datetime, *, complete: bool = True) -> Side | None:
    """The side of a comparison that a run gives; None where it ended before the accounts."""
    if evaluation.organization and evaluation.effective and evaluation.deployment and evaluation.judgement:
        standing = verdict_of(evaluation, state.gate, at=at, baseline=state.baseline, complete=complete).exact
        return Side(
            evaluation.organization,
            evaluation.effective,
            evaluation.deployment,
            evaluation.judgement,
            standing,
            evaluation.diagnostics,
            evaluation.left_out,
            _invalid_by_refusals(evaluation, evaluation.effective),
        )
    return None


def _invalid_by_refusals(evaluation: Evaluation, effective: Effective) -> frozenset[str]:
    """The accounts that are invalid only because settings are left out that AWS would refuse: no check says so."""
    reported = {
        number
        for diagnostic in evaluation.diagnostics
        if diagnostic.name == EFFECTIVE_POLICY_INVALID.name
        for number in diagnostic.accounts
    }
    return frozenset(policy.account.id or "" for policy in effective.accounts if policy.status == "invalid") - reported
