"""The findings of a requirement at targets: each is shared by all equal targets, and restated for each of them.

Restating replaces names alone: the target, its policies, and the account that the reason is about.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import AccountTraits, is_new
from policyengine.analysis.prove.freeze import FreezeRuledOut, Freezing
from policyengine.analysis.prove.obligations import ProofObligation
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.proofs import Counterexample, TargetResult
from policyengine.analysis.prove.relevance import RelevanceFilter
from policyengine.analysis.prove.search import as_it_is, broken
from policyengine.analysis.prove.trials import Document, TrialAttachment, TrialOrganization
from policyengine.analysis.requirements import Requirement
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.organization import Entity
from policyengine.base.records import Record

_MOST_TRIES = 400  # trials at one target
_FEW_TRIES = 4  # once so many targets of a requirement were searched in vain
_MOST_IN_VAIN = 24
_MOST_REMEMBERED = 4  # documents that broke a requirement elsewhere


class TargetFinding(Record):
    """A result, with the data that is needed to restate it for an equivalent target.

    `document` is that of the counterexample. `account_kind` is the kind of the account that the reason is about, and
    `names_account` whether it names the account itself, so that it must be reworded for another one.
    """

    result: TargetResult
    document: Document | None = None
    account_kind: Hashable = None
    names_account: bool = False


class Equivalence(NamedTuple):
    """A key of all that a requirement can distinguish targets by: targets with an equal key share one result."""

    above: tuple[tuple[PolicyDocument, ...], ...]
    own: tuple[PolicyDocument, ...]
    kind: str
    accounts: frozenset[Hashable]
    freezing: Freezing | FreezeRuledOut | None


class Progress:
    """The obligations and findings of a requirement at the targets so far, by what makes targets equal.

    `findings_later` are those that accounts which are created later are part of.
    """

    def __init__(self) -> None:
        self.obligations: dict[Equivalence, ProofObligation] = {}
        self.findings: dict[Equivalence, TargetFinding] = {}
        self.findings_later: dict[Equivalence, TargetFinding] = {}
        self.proven: deque[Document] = deque(maxlen=_MOST_REMEMBERED)
        self._in_vain = 0

    @property
    def tries(self) -> int:
        """The most trials of the next search: fewer after many without a counterexample."""
        return _MOST_TRIES if self._in_vain < _MOST_IN_VAIN else _FEW_TRIES

    def remember(self, breach: tuple[Document, Counterexample] | None) -> None:
        """Keeps a breach to try it first at other targets; after many searches in vain less is tried."""
        if not breach:
            self._in_vain += 1
        elif breach[0] not in self.proven:
            self.proven.appendleft(breach[0])


class RequirementContext(NamedTuple):
    """A requirement with the account traits and the policies that it depends on, and whether its reasons name accounts.

    `palette` are the values that are worth trying against it, `progress` the results so far.
    """

    requirement: Requirement
    traits: AccountTraits
    relevance: RelevanceFilter
    names_accounts: bool
    palette: Palette
    progress: Progress


def restated(
    finding: TargetFinding, context: RequirementContext, target: Entity, freeze: Counterexample | None
) -> TargetFinding:
    """The finding of an equal target, or of one below, with this target's entity, relevant policies and freeze."""
    peers = tuple(policy.name for policy in context.relevance.relevant(target.policies))
    return replace(finding, result=replace(finding.result, target=target, peers=peers, freeze=freeze))


def about_account(
    finding: TargetFinding, requirement: Requirement, account: Entity, trials: TrialOrganization
) -> TargetFinding:
    """A finding whose reason is about an account, as one about an equal account; trials give the reason that names it.

    Where the finding names no account, its words stay.
    """
    anew = finding.names_account and account is not finding.result.account
    if finding.result.counterexample is None or finding.document is None:
        reason = finding.result.reason
        if anew:
            reason = as_it_is(trials.trial_result(account, requirement), requirement, trials)
        return replace(finding, result=replace(finding.result, account=account, reason=reason))
    place = account if is_new(finding.result.counterexample.place) else finding.result.target
    reason = finding.result.counterexample.broken
    if anew and (policy := trials.policy(finding.document)):
        reason = broken(trials.trial_result(account, requirement, TrialAttachment(policy, place)), requirement, trials)
    counterexample = finding.result.counterexample._replace(place=place, account=account, broken=reason)
    return replace(
        finding, result=replace(finding.result, account=account, counterexample=counterexample, reason=reason)
    )
