"""Proofs and counterexamples over one organization: each distinct target is examined once, equal ones share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from policyengine.analysis.prove.accounts import is_new
from policyengine.analysis.prove.freeze import FreezeSearch
from policyengine.analysis.prove.obligation_builder import ObligationBuilder
from policyengine.analysis.prove.outcomes import OutcomeFinder
from policyengine.analysis.prove.proofs import Counterexample, Proof, TargetResult
from policyengine.analysis.prove.suggestions import suggest
from policyengine.analysis.prove.target_findings import (
    RequirementContext,
    TargetFinding,
    about_account,
    restated,
)
from policyengine.analysis.requirements import Demands, Requirement, asks_for_resources
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization

_OF_RESOURCES = "it asks for resources, and a proof looks at policies alone"


def prove(  # noqa: PLR0913 - what a proof rests on
    organization: Organization,
    effective: Effective,
    demands: Demands,
    *,
    at: datetime,
    partition: str = "aws",
    suggesting: bool = False,
) -> tuple[Proof, ...]:
    """For each requirement what policies at each unit and account below its attachments, or further down, can do.

    Targets to which the requirement does not apply have no result. `suggesting` looks for lines that would close what
    is open, as far as any do.
    """
    obligations = ObligationBuilder(organization, effective, demands.ids, at=at, partition=partition)
    return tuple(_proofs(obligations, demands, suggesting=suggesting))


def _proofs(obligations: ObligationBuilder, demands: Demands, *, suggesting: bool) -> Iterator[Proof]:
    all_results = Prover(obligations).results(demands.requirements)
    for requirement, results in zip(demands.requirements, all_results, strict=True):
        closable = suggesting and not asks_for_resources(requirement)
        suggestion = suggest(obligations, requirement, results) if closable else None
        obligations.forget(requirement)
        yield Proof(requirement, results, suggestion)


class Prover:
    """Examines targets from the leaves up, by the proof obligations of their organization."""

    def __init__(self, obligations: ObligationBuilder) -> None:
        self._obligations, self._organization = obligations, obligations.organization
        self._trials = obligations.trials
        self._freezes = FreezeSearch(self._organization, self._trials, obligations.partition)
        self._freezes_at: dict[Entity, Counterexample | None] = {}
        self._outcomes = OutcomeFinder(
            self._trials, obligations.attributes, enabled=self._organization.backup_policies_enabled
        )

    def results(self, requirements: Sequence[Requirement]) -> list[tuple[TargetResult, ...]]:
        """For each requirement what can be said of each target, in the order of the tree.

        Of resources, which proofs do not see, nothing. Targets come one after the other with all requirements, since
        these try many of the same policies there.
        """
        findings = self._findings(requirement for requirement in requirements if not asks_for_resources(requirement))
        targets = self._organization.entities[1:]
        return [
            tuple(findings[requirement][target].result for target in targets if target in findings[requirement])
            if requirement in findings
            else tuple(TargetResult(target, "undecided", None, _OF_RESOURCES) for target in targets)
            for requirement in requirements
        ]

    def _findings(self, requirements: Iterable[Requirement]) -> dict[Requirement, dict[Entity, TargetFinding]]:
        findings: dict[Requirement, dict[Entity, TargetFinding]] = {requirement: {} for requirement in requirements}
        for target in reversed(self._organization.entities[1:]):
            children = self._organization.children.get(target, ())
            for requirement, settled in findings.items():
                below = [settled[child] for child in children if child in settled]
                if finding := self._finding(self._obligations.context(requirement), target, below):
                    settled[target] = finding
            self._obligations.forget_target()
            self._freezes_at.clear()
        return findings

    def _finding(
        self, context: RequirementContext, target: Entity, below: Sequence[TargetFinding]
    ) -> TargetFinding | None:
        """The finding at a target, by those of the targets directly below; None where the requirement does not apply.

        Where the search decides nothing, a policy at a target below may still break the requirement: on an account that
        exists before one on an account that is created later.
        """
        accounts_by_kind = self._obligations.accounts_by_kind(context, target)
        key = self._obligations.equivalence(context, target, accounts_by_kind)
        obligation = self._obligations.equal_obligation(context, target, key)
        if not obligation.applies:
            return None
        progress = context.progress
        if key not in progress.findings:
            progress.findings[key] = self._outcomes.finding(obligation, context, accounts_by_kind, below)
        finding, breakable = progress.findings[key], [each for each in below if each.result.outcome == "breakable"]
        freeze = self._freeze(target, below)
        if finding.result.outcome == "undecided" and not obligation.is_guaranteed:
            if existing := next((each for each in breakable if _is_of_existing_account(each)), None):
                return restated(existing, context, target, freeze)
            if key not in progress.findings_later:
                later = self._outcomes.finding_of_later(obligation, context, accounts_by_kind)
                progress.findings_later[key] = later or finding
            finding = progress.findings_later[key]
            if breakable and finding.result.outcome == "undecided":
                return restated(breakable[0], context, target, freeze)
        own = restated(finding, context, target, freeze)
        if finding.account_kind is None:
            return own
        return about_account(own, context.requirement, accounts_by_kind[finding.account_kind], self._trials)

    def _freeze(self, target: Entity, below: Sequence[TargetFinding]) -> Counterexample | None:
        """A policy at or below the target that makes AWS keep an account's last valid document; None if none found."""
        if target not in self._freezes_at:
            lower = min(
                self._obligations.accounts_below(target), key=lambda lower: (is_new(lower.account), len(lower.between))
            )
            self._freezes_at[target] = self._freezes.at(target, lower.account)
        lower_freezes = (finding.result.freeze for finding in below if finding.result.freeze)
        return self._freezes_at[target] or next(lower_freezes, None)


def _is_of_existing_account(finding: TargetFinding) -> bool:
    return finding.result.account is not None and not is_new(finding.result.account)
