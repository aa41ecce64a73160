"""Proofs and counterexamples over one organization: each distinct target is examined once, equal ones share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from policyengine.analysis.prove.accounts import Accounts, AccountTraits, between, is_new, reads_account
from policyengine.analysis.prove.freeze import FreezeRuledOut, FreezeSearch, Freezing
from policyengine.analysis.prove.obligations import (
    OpenSituation,
    OrganizationAttributes,
    ProofObligation,
    fails_on_nothing,
)
from policyengine.analysis.prove.openness import DOCUMENTED, INFERRED, OBSERVED, Openness, SharedResults, openness
from policyengine.analysis.prove.outcomes import OutcomeFinder
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.proofs import Counterexample, TargetResult
from policyengine.analysis.prove.relevance import RelevanceFilter, plans_read
from policyengine.analysis.prove.target_findings import (
    Equivalence,
    Progress,
    RequirementContext,
    TargetFinding,
    about_account,
    restated,
)
from policyengine.analysis.prove.trials import TrialOrganization
from policyengine.analysis.requirements import Requirement, asks_for_resources
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization

_OF_RESOURCES = "it asks for resources, and a proof looks at policies alone"


class LowerAccount(NamedTuple):
    """An account below a target, and what it shares with others whatever the requirement."""

    account: Entity
    between: tuple[tuple[PolicyDocument, ...], ...]
    environment: Hashable
    shared: Hashable


class Prover:
    """Proofs about targets of an organization; `ids` are account ids that expressions name."""

    def __init__(
        self, organization: Organization, effective: Effective, ids: Iterable[str], *, at: datetime, partition: str
    ) -> None:
        self.organization, self.effective = organization, effective
        self.ids, self.at, self.partition = frozenset(ids), at, partition
        self._trials = TrialOrganization(organization, effective, at, self.ids, partition)
        self._accounts = Accounts(organization)
        self._accounts_below: dict[Entity, tuple[LowerAccount, ...]] = {}
        self._contexts: dict[Requirement, RequirementContext] = {}
        self._shares: defaultdict[tuple[Entity, OpenSituation], SharedResults] = defaultdict(SharedResults)
        self._freezes = FreezeSearch(organization, self._trials, partition)
        self._freezes_at: dict[Entity, Counterexample | None] = {}
        self._freezing: dict[Hashable, Freezing | FreezeRuledOut] = {}
        self._ruled_out = {basis: FreezeRuledOut(basis) for basis in (OBSERVED, DOCUMENTED, INFERRED)}
        self._newcomers: dict[tuple[Requirement, Entity], Entity] = {}
        self._attributes = OrganizationAttributes(organization.management_account, self._trials.taken)
        self._outcomes = OutcomeFinder(self._trials, self._attributes, enabled=organization.backup_policies_enabled)

    def results(self, requirements: Sequence[Requirement]) -> list[tuple[TargetResult, ...]]:
        """For each requirement what can be said of each target, in the order of the tree.

        Of resources, which proofs do not see, nothing. Targets come one after the other with all requirements, since
        these try many of the same policies there.
        """
        findings = self._findings(requirement for requirement in requirements if not asks_for_resources(requirement))
        targets = self.organization.entities[1:]
        return [
            tuple(findings[requirement][target].result for target in targets if target in findings[requirement])
            if requirement in findings
            else tuple(TargetResult(target, "undecided", None, _OF_RESOURCES) for target in targets)
            for requirement in requirements
        ]

    def _findings(self, requirements: Iterable[Requirement]) -> dict[Requirement, dict[Entity, TargetFinding]]:
        findings: dict[Requirement, dict[Entity, TargetFinding]] = {requirement: {} for requirement in requirements}
        for target in reversed(self.organization.entities[1:]):
            children = self.organization.children.get(target, ())
            for requirement, settled in findings.items():
                below = [settled[child] for child in children if child in settled]
                if finding := self._finding(self._context(requirement), target, below):
                    settled[target] = finding
            self._forget_target()
        return findings

    def _forget_target(self) -> None:
        """Drops what is shared at a target that is finished; its cases would keep it."""
        self._trials.forget()
        for shares in self._shares.values():
            shares.clear()
        self._shares.clear()
        self._freezes_at.clear()

    def obligation(self, requirement: Requirement, target: Entity) -> ProofObligation:
        """The proof obligation of a requirement at a target."""
        context = self._context(requirement)
        return self._obligation(
            context, target, self._equivalence(context, target, self._accounts_by_kind(context, target))
        )

    def lower_policies(self, obligation: ProofObligation) -> tuple[str, ...]:
        """The names of the policies that are attached below a target, on the way to accounts in scope."""
        findings = (
            policies
            for situation in obligation.situations
            for policies in between(situation.account, obligation.target)
        )
        return tuple(dict.fromkeys(policy.name for level in findings for policy in level))

    def forget(self, requirement: Requirement) -> None:
        """Drops what is kept of a requirement that is finished."""
        self._contexts.pop(requirement, None)

    def _context(self, requirement: Requirement) -> RequirementContext:
        if requirement not in self._contexts:
            traits = AccountTraits(requirement, self.organization.management_account, self._trials.taken)
            relevance = RelevanceFilter(plans_read(requirement))
            palette = Palette(requirement, self.organization, self.partition)
            self._contexts[requirement] = RequirementContext(
                requirement, traits, relevance, reads_account(requirement), palette, Progress()
            )
        return self._contexts[requirement]

    def _obligation(self, context: RequirementContext, target: Entity, key: Equivalence) -> ProofObligation:
        if key not in context.progress.obligations:
            above, here = self._trials.state(target.parent), self._trials.state(target)
            situations = tuple(self._situations(context, target))
            context.progress.obligations[key] = ProofObligation(
                context.requirement,
                target,
                situations,
                above=above,
                here=here,
                attributes=self._attributes,
                freezing=key.freezing,
                shares={situation: self._shares[target, situation] for situation in situations},
            )
        return context.progress.obligations[key]

    def _may_freeze(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Freezing | FreezeRuledOut | None:
        """The way to leave accounts that are created later without a document; None where that makes no difference."""
        newcomers = filter(is_new, accounts_by_kind.values())
        if not any(fails_on_nothing(context.requirement, account, self._attributes) for account in newcomers):
            return None
        above, here = self._trials.state(target.parent), self._trials.state(target)
        if (above, here) not in self._freezing:
            self._freezing[above, here] = self._freezing_of(target, openness(above, here, target))
        return self._freezing[above, here]

    def _freezing_of(self, target: Entity, open_: Openness) -> Freezing | FreezeRuledOut:
        """The same object for all states where nothing is possible, by the rules of AWS on which that rests."""
        state = self._trials.state(target)
        account = self._accounts.below(target)[0]
        freezing = Freezing(
            self._trials.view(account, state).plans,
            state.root if state else None,
            self.partition,
            withheld=self._trials.is_invalid(state),
        )
        ruled_out = (basis for basis in self._ruled_out if not freezing.is_possible(open_.trusting(basis)))
        basis = next(ruled_out, None)
        return freezing if basis is None else self._ruled_out[basis]

    def _finding(
        self, context: RequirementContext, target: Entity, below: Sequence[TargetFinding]
    ) -> TargetFinding | None:
        accounts_by_kind = self._accounts_by_kind(context, target)
        key = self._equivalence(context, target, accounts_by_kind)
        obligation = self._obligation(context, target, key)
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
            lower = min(self._below(target), key=lambda lower: (is_new(lower.account), len(lower.between)))
            self._freezes_at[target] = self._freezes.at(target, lower.account)
        lower_freezes = (finding.result.freeze for finding in below if finding.result.freeze)
        return self._freezes_at[target] or next(lower_freezes, None)

    def _situations(self, context: RequirementContext, target: Entity) -> Iterator[OpenSituation]:
        state, seen = self._trials.state(target), set()
        for lower in self._below(target):
            key = (context.traits.of(lower.account), lower.environment)
            if key not in seen:
                seen.add(key)
                view = self._trials.view(lower.account, state)
                yield OpenSituation(lower.account, view)

    def _accounts_by_kind(self, context: RequirementContext, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        accounts_by_kind: dict[Hashable, Entity] = {}
        relevant: dict[Hashable, Hashable] = {}
        for lower in self._below(target):
            if lower.between not in relevant:
                relevant[lower.between] = context.relevance.levels(lower.between)
            kind = (context.traits.of(lower.account), relevant[lower.between], lower.shared)
            if kind not in accounts_by_kind:
                accounts_by_kind[kind] = (
                    self._in_scope(context, lower.account) if is_new(lower.account) else lower.account
                )
        return accounts_by_kind

    def _in_scope(self, context: RequirementContext, newcomer: Entity) -> Entity:
        """An account that is created later, by a name and with tags such that the requirement applies, if it can be."""
        key = context.requirement, newcomer
        if key not in self._newcomers:
            named = context.palette.newcomers(newcomer)
            applies = (account for account in named if self._trials.applies(context.requirement, account))
            self._newcomers[key] = next(applies, newcomer)
        return self._newcomers[key]

    def _below(self, target: Entity) -> tuple[LowerAccount, ...]:
        """The accounts at or below a target, with the policies between and the vaults and roles of each."""
        if target not in self._accounts_below:
            state = self._trials.state(target)
            accounts = []
            for account in self._accounts.below(target):
                own = self._trials.state(account)
                environment = (self._trials.environment(account, state), is_new(account))
                shared = (environment, self._trials.environment(account, own), self._trials.is_invalid(own))
                accounts.append(LowerAccount(account, between(account, target), environment, shared))
            self._accounts_below[target] = tuple(accounts)
        return self._accounts_below[target]

    def _equivalence(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Equivalence:
        above = context.relevance.levels(entity.policies for entity in target.chain[:-1])
        own = context.relevance.relevant(target.policies)
        return Equivalence(
            above, own, target.kind, frozenset(accounts_by_kind), self._may_freeze(context, target, accounts_by_kind)
        )


def _is_of_existing_account(finding: TargetFinding) -> bool:
    return finding.result.account is not None and not is_new(finding.result.account)
