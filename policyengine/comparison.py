"""The line twice, and what is different: both sides go through `evaluate`, and share what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime

from policyengine.analysis.checks.effective.effective_policy_invalid import RULE as EFFECTIVE_POLICY_INVALID
from policyengine.analysis.diff import OrganizationComparison, Side, compare
from policyengine.analysis.findings import Gate, Waiver
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.requirements import Requirement, meaning
from policyengine.aws.merge import Effective
from policyengine.base.errors import SnapshotError
from policyengine.base.records import record
from policyengine.base.source import Source
from policyengine.engine import Evaluation, Stages, evaluate, verdict_of, waivers
from policyengine.session import Session


@record
class State:
    """One side of a comparison: a project's texts, and what it has agreed to live with.

    `prefix` stands before the snapshot's name in its faults.
    """

    sources: Sequence[Source]
    snapshot: Source
    prefix: str = ""
    partition: str = "aws"
    gate: Gate = field(default_factory=Gate)
    baseline: Baseline | None = None


@record
class Compared:
    """Two states and what is different; None where one of them does not compile.

    `waivers` are those of the head, `new_waivers` those of them that the base does not have, `restated` the
    requirements of both that are of another level or ask for something else, each as base and head have it.
    """

    base: Evaluation
    head: Evaluation
    comparison: OrganizationComparison | None
    waivers: tuple[Waiver, ...] = ()
    new_waivers: tuple[Waiver, ...] = ()
    restated: tuple[tuple[Requirement, Requirement], ...] = ()


def compare_states(base: State, head: State, *, at: datetime, only_project: bool = False) -> Compared:
    """What a change does to every account, as of a moment.

    Findings that a side has waived or accepted do not count. Raises `SnapshotError` for a faulty snapshot.
    """
    stages = Session()
    before, after = (_evaluate(state, at, stages, only_project=only_project) for state in (base, head))
    was = side_of(before, base, at, complete=not only_project)
    is_now = side_of(after, head, at, complete=not only_project)
    if was is None or is_now is None:
        return Compared(before, after, None)
    known, agreed = {_agreement(waiver) for waiver in waivers(before, at).value}, waivers(after, at).value
    new = tuple(waiver for waiver in agreed if _agreement(waiver) not in known)
    return Compared(before, after, compare(was, is_now), agreed, new, _restated(before, after))


def _restated(before: Evaluation, after: Evaluation) -> tuple[tuple[Requirement, Requirement], ...]:
    """The requirements that both sides have and that do not ask for the same."""
    known = {requirement.name: requirement for requirement in before.promises.demands.requirements}
    both = [(known[made.name], made) for made in after.promises.demands.requirements if made.name in known]
    return tuple((was, made) for was, made in both if was.level != made.level or meaning(was) != meaning(made))


def _agreement(waiver: Waiver) -> tuple[object, ...]:
    """What a waiver says, wherever it stands."""
    return waiver.what, waiver.target.kind, waiver.target.path, waiver.target.id, waiver.until, waiver.because


def _evaluate(state: State, at: datetime, stages: Stages, *, only_project: bool) -> Evaluation:
    try:
        return evaluate(
            state.sources, state.snapshot, at=at, partition=state.partition, only_project=only_project, stages=stages
        )
    except SnapshotError as error:
        faults = tuple(replace(fault, file=f"{state.prefix}{fault.file}") for fault in error.faults)
        raise SnapshotError(faults) from error


def side_of(found: Evaluation, state: State, at: datetime, *, complete: bool = True) -> Side | None:
    """What is compared of a run; None where it ended before the accounts."""
    if found.organization and found.effective and found.deployment and found.judgement:
        standing = verdict_of(found, state.gate, at=at, baseline=state.baseline, complete=complete).exact
        return Side(
            found.organization,
            found.effective,
            found.deployment,
            found.judgement,
            standing,
            found.diagnostics,
            found.left_out,
            _excused(found, found.effective),
        )
    return None


def _excused(found: Evaluation, effective: Effective) -> frozenset[str]:
    """The accounts that are invalid only because settings are left out that AWS would refuse: no check says so."""
    told = {number for one in found.diagnostics if one.name == EFFECTIVE_POLICY_INVALID.name for number in one.accounts}
    return frozenset(one.account.id or "" for one in effective.accounts if one.status == "invalid") - told
