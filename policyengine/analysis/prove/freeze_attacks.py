"""Attacks that make AWS withhold a document: a policy at a target after which an account keeps its last valid one."""

from __future__ import annotations

from collections.abc import Hashable

from policyengine.analysis.prove.accounts import between
from policyengine.analysis.prove.freeze import Freezing
from policyengine.analysis.prove.openness import openness
from policyengine.analysis.prove.proofs import Attack
from policyengine.analysis.prove.trials import TrialAttachment, TrialOrganization
from policyengine.aws.organization import Entity, Organization


class FreezeAttacks:
    """Searches for such attacks in the trials of an organization, once for all targets where the same is inherited."""

    def __init__(self, organization: Organization, trials: TrialOrganization, partition: str) -> None:
        self._organization, self._trials, self._partition = organization, trials, partition
        self._attacks: dict[Hashable, Attack | None] = {}

    def at(self, target: Entity, account: Entity) -> Attack | None:
        """An attack at a target on an account at or below it; None where none is found."""
        above = tuple(entity.policies for entity in target.chain[:-1] if entity.policies)
        key = (above, target.policies, target.kind, between(account, target))
        if key not in self._attacks:
            self._attacks[key] = self._search(target, account)
        attack = self._attacks[key]
        return attack._replace(place=target, account=account) if attack else None

    def _search(self, target: Entity, account: Entity) -> Attack | None:
        if not self._organization.backup_policies_enabled or self._trials.trial_result(account, None).invalid:
            return None
        above, here = self._trials.state(target.parent), self._trials.state(target)
        open_, state = openness(above, here, target).at_entity(), here.root if here else None
        freezing = Freezing(self._trials.view(account, here).plans, state, self._partition)
        for document in freezing.documents(open_):
            policy = self._trials.policy(document)
            if not policy:
                continue
            trial_result = self._trials.trial_result(account, None, TrialAttachment(policy, target))
            if trial_result.invalid:
                return Attack(
                    policy.name, self._trials.text(policy), target, account, self._trials.withheld(trial_result)
                )
        return None
