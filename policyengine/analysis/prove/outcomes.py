"""The outcome of a proof obligation: violated, guaranteed, breakable by a counterexample, or undecided.

First for the accounts that exist; accounts that are created later are looked at only where that decides nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from policyengine.analysis.prove.accounts import between, is_new
from policyengine.analysis.prove.obligations import OpenSituation, OrganizationAttributes, ProofObligation
from policyengine.analysis.prove.proofs import Counterexample, Outcome, TargetResult
from policyengine.analysis.prove.search import (
    NOT_ENABLED,
    CounterexampleSearch,
    as_it_is,
    guaranteed,
    undecided,
)
from policyengine.analysis.prove.target_findings import RequirementContext, TargetFinding
from policyengine.analysis.prove.trials import Document, TrialOrganization, TrialResult
from policyengine.aws.organization import Entity


class OutcomeFinder:
    """Finds outcomes by trials; `enabled` says whether the organization has backup policies enabled.

    `accounts_by_kind` has one account of each kind that the requirement can distinguish below the target.
    """

    def __init__(self, trials: TrialOrganization, attributes: OrganizationAttributes, *, enabled: bool) -> None:
        self._trials, self._attributes, self._enabled = trials, attributes, enabled

    def finding(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        accounts_by_kind: Mapping[Hashable, Entity],
        below: Sequence[TargetFinding],
    ) -> TargetFinding:
        """The finding at a target for the accounts that exist; `below` are the findings of its children."""
        trial_results = {
            kind: self._trials.trial_result(account, obligation.requirement)
            for kind, account in accounts_by_kind.items()
        }
        existing = [kind for kind, account in accounts_by_kind.items() if not is_new(account)]
        for kind in existing:
            if trial_results[kind].violated:
                return self._as_it_is(obligation, context, trial_results[kind], kind, accounts_by_kind)
        if not self._enabled:
            return TargetFinding(TargetResult(obligation.target, "undecided", None, NOT_ENABLED))
        if obligation.basis and not any(trial_results[kind].invalid for kind in existing):
            return TargetFinding(
                TargetResult(obligation.target, "guaranteed", obligation.basis, guaranteed(obligation))
            )
        holding = {accounts_by_kind[kind]: kind for kind in existing if trial_results[kind].may_break}
        if not obligation.basis and (breach := self._breach(obligation, context, [*holding], below)):
            return _breakable(obligation, context, breach, holding)
        for kind in sorted(trial_results, key=lambda kind: is_new(accounts_by_kind[kind])):
            if not trial_results[kind].may_break:
                return self._as_it_is(obligation, context, trial_results[kind], kind, accounts_by_kind)
        return TargetFinding(TargetResult(obligation.target, "undecided", None, undecided(obligation)))

    def _as_it_is(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        trial_result: TrialResult,
        kind: Hashable,
        accounts_by_kind: Mapping[Hashable, Entity],
    ) -> TargetFinding:
        """The finding for an account as it is, and for all targets with one of this kind."""
        reason, account = as_it_is(trial_result, obligation.requirement, self._trials), accounts_by_kind[kind]
        outcome: Outcome = "undecided"
        if trial_result.violated and not is_new(account):
            outcome = "violated"
        elif trial_result.violated and obligation.surely_applies(
            OpenSituation(account, self._trials.view(account, self._trials.state(obligation.target)))
        ):
            outcome = "breakable"
        return TargetFinding(
            TargetResult(obligation.target, outcome, None, reason, account),
            account_kind=kind,
            names_account=context.names_accounts,
        )

    def _breach(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        accounts: Sequence[Entity],
        below: Sequence[TargetFinding],
    ) -> tuple[Document, Counterexample] | None:
        """A policy at the target that breaks the requirement for one of some accounts; what does so below may do."""
        if not accounts:
            return None
        seeds = [*(finding.document for finding in below if finding.document), *context.progress.proven]
        plainest = sorted(accounts, key=lambda account: len(between(account, obligation.target)))
        search = CounterexampleSearch(self._trials, obligation, plainest, context.palette, context.progress.tries)
        breach = search.find(seeds)
        context.progress.remember(breach)
        return breach

    def finding_of_later(
        self, obligation: ProofObligation, context: RequirementContext, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> TargetFinding | None:
        """The finding for an account created later that fails the requirement as it is, or by a policy.

        None where none does.
        """
        newcomers = {account: kind for kind, account in accounts_by_kind.items() if is_new(account)}
        trial_results = {account: self._trials.trial_result(account, obligation.requirement) for account in newcomers}
        violated = (account for account, trial_result in trial_results.items() if trial_result.violated)
        as_they_are = (
            self._as_it_is(obligation, context, trial_results[newcomer], newcomers[newcomer], accounts_by_kind)
            for newcomer in violated
        )
        if finding := next((finding for finding in as_they_are if finding.result.outcome == "breakable"), None):
            return finding
        if not self._enabled:
            return None
        breach = self._later_breach(
            obligation, context, [newcomer for newcomer in newcomers if trial_results[newcomer].may_break]
        )
        return _breakable(obligation, context, breach, newcomers) if breach else None

    def _later_breach(
        self, obligation: ProofObligation, context: RequirementContext, newcomers: Sequence[Entity]
    ) -> tuple[Document, Counterexample] | None:
        """A policy at the target, or else at one of the accounts, that breaks the requirement."""
        obligations = [(obligation, newcomers)] if newcomers else []
        if obligation.target.policies:
            obligations += [
                (self._obligation_of(newcomer, obligation), [newcomer])
                for newcomer in newcomers
                if newcomer.parent is obligation.target
            ][:1]
        searches = [
            CounterexampleSearch(self._trials, each, accounts, context.palette, context.progress.tries)
            for each, accounts in obligations
        ]
        proven = context.progress.proven
        breach = next(
            (breach for search in searches if (breach := search.find(proven) or search.freeze(proven))),
            None,
        )
        context.progress.remember(breach)
        return breach

    def _obligation_of(self, newcomer: Entity, obligation: ProofObligation) -> ProofObligation:
        """The obligation at an account created in the target: it may assign what the target's policies assign."""
        state = self._trials.state(obligation.target)
        situation = OpenSituation(newcomer, self._trials.view(newcomer, state))
        return ProofObligation(
            obligation.requirement,
            newcomer,
            (situation,),
            above=state,
            here=state,
            attributes=self._attributes,
            freezing=obligation.freezing,
        )


def _breakable(
    obligation: ProofObligation,
    context: RequirementContext,
    breach: tuple[Document, Counterexample],
    kinds: Mapping[Entity, Hashable],
) -> TargetFinding:
    """The finding that a policy breaks the requirement for an account; `kinds` are those of the accounts."""
    document, counterexample = breach
    result = TargetResult(
        obligation.target, "breakable", None, counterexample.broken, counterexample.account, counterexample
    )
    return TargetFinding(result, document, kinds[counterexample.account], names_account=context.names_accounts)
