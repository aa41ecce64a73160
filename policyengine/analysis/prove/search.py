"""The search for a counterexample: each candidate policy is run through the engine, the first that breaks it reduced.

Also the reason of each outcome in words: why a requirement is guaranteed, or why it cannot be decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations, islice, repeat, tee

from policyengine.analysis.prove.accounts import is_new
from policyengine.analysis.prove.candidate_policies import CandidatePolicies, smaller
from policyengine.analysis.prove.freeze import Freezing
from policyengine.analysis.prove.obligations import ProofObligation
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.pieces import joined
from policyengine.analysis.prove.proofs import Counterexample
from policyengine.analysis.prove.trials import Document, TrialAttachment, TrialOrganization, TrialResult
from policyengine.analysis.requirements import Requirement
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.organization import Entity
from policyengine.base.text import listed

NOT_ENABLED = "backup policies are not enabled for the organization, so that no policy has an effect"
_MOST_POINTS = 3
TIED = "AWS does not say which of two rules with equal retention runs where their start windows overlap"
_MOST_OF_A_POINT = 60  # policies that touch one open point
_MOST_OF_A_PAIR = 3  # values of each of two settings that are tried together
_MOST_ACCOUNTS = 4
_MOST_FREEZES = 60  # trials
_FIRST_BATCH, _LARGEST_BATCH = 4, 64  # policies that are tried together; more of them, the longer nothing breaks


def guaranteed(obligation: ProofObligation) -> str:
    """The reason why nothing can break a requirement at a target."""
    return "nothing that is still open can break it" if obligation.points else "everything that it reads is closed"


def as_it_is(trial_result: TrialResult, requirement: Requirement, trials: TrialOrganization) -> str:
    """The reason for an account that does not meet the requirement, or may not, before any policy is attached."""
    if trial_result.invalid and not is_new(trial_result.account):
        return "AWS withholds the effective policy as it is"
    reason = trials.sentence(trial_result, requirement)
    if not is_new(trial_result.account):
        return f"it {'does not hold' if trial_result.violated else 'cannot be decided'} as it is: {reason}"
    if trial_result.violated:
        return f"an account that is created there would not meet it as it is: {reason}"
    return f"it cannot be decided for an account that is created there: {reason}"


def broken(trial_result: TrialResult, requirement: Requirement, trials: TrialOrganization) -> str:
    """The reason why an account does not meet the requirement with a counterexample attached."""
    if not trial_result.invalid:
        return trials.sentence(trial_result, requirement)
    return (
        "an account that is created there gets nothing: AWS withholds its effective policy"
        f" ({trials.withheld(trial_result)}), and it has no last valid one, as accounts of today have"
    )


def undecided(obligation: ProofObligation) -> str:
    """The reason why nobody can say whether a requirement that holds can be broken at a target."""
    if obligation.is_tied:
        return f"{TIED}, as those of the plan do"
    if not obligation.holds_untouched:
        return "it holds only by policies further down, and no policy that was tried undoes them"
    if obligation.holds_as_read and obligation.may_freeze:
        return (
            "no policy that was tried makes AWS withhold the policy of an account created there, and none is ruled out"
        )
    open_ = [key.removesuffix("/+") for key in obligation.points if obligation.matters(key)] or [*obligation.points]
    if not open_:
        return "it hangs on what an account that is created there is called, or on its tags"
    more = f" and {len(open_) - _MOST_POINTS} more" if len(open_) > _MOST_POINTS else ""
    shown = f"{listed(open_[:_MOST_POINTS])}{more}"
    if obligation.holds_as_read:
        return f"{TIED}, and it may come to that: {shown} can be changed"
    return f"no policy that was tried breaks it, and nothing rules one out: {shown} can be changed"


def only_lower_policies(policies: Iterable[str]) -> str:
    """The reason why no line would do where a requirement only holds by policies further down."""
    return f"it holds only by {listed(policies, 'and') or 'policies'} further down, which a policy above can undo"


class CounterexampleSearch:
    """Tries policies attached to the target of an obligation, on accounts at or below it that meet the requirement now.

    `accounts` all exist, or are all created later; `tries` is the most trials of one account with one policy.
    """

    def __init__(
        self,
        trials: TrialOrganization,
        obligation: ProofObligation,
        accounts: Sequence[Entity],
        palette: Palette,
        tries: int,
    ) -> None:
        self._trials = trials
        self._obligation = obligation
        self._accounts = accounts[:_MOST_ACCOUNTS]
        self._open = obligation.openness.at_entity()
        plans = {
            deployed.plan.name: deployed for situation in obligation.situations for deployed in situation.view.plans
        }
        self._candidates = CandidatePolicies(palette, tuple(plans.values()))
        self._left = tries

    def find(self, proven: Collection[Document]) -> tuple[Document, Counterexample] | None:
        """A small policy that breaks the requirement; `proven` did so elsewhere, and do not count as tries."""
        self._left += len(proven) * len(self._accounts)
        return None if self._obligation.holds_as_read else self._first(chain(proven, self._documents()))

    def _first(self, documents: Iterable[Document]) -> tuple[Document, Counterexample] | None:
        """The first policy that breaks the requirement, without what is not needed."""
        waiting, size = iter(documents), _FIRST_BATCH
        while batch := list(islice(self._affordable(waiting), size)):
            if counterexample := self._first_counterexample(batch):
                return self._smallest(*counterexample)
            size = min(2 * size, _LARGEST_BATCH)
        return None

    def _affordable(self, documents: Iterator[Document]) -> Iterator[tuple[Document, PolicyDocument]]:
        """Documents that AWS admits, as long as tries are left for them."""
        while self._left > 0 and (document := next(documents, None)) is not None:
            if policy := self._trials.policy(document):
                self._left -= len(self._accounts)
                yield document, policy

    def freeze(self, proven: Collection[Document]) -> tuple[Document, Counterexample] | None:
        """A small policy by which an account that is created later gets nothing, and does not meet the requirement."""
        freezing = self._obligation.freezing
        if not isinstance(freezing, Freezing):
            return None
        self._left = _MOST_FREEZES
        return self._first(chain(proven, freezing.documents(self._open)))

    def _documents(self) -> Iterator[Document]:
        """Policies of one open point, then those that keep others from mending it, then those of two points."""
        points = [key for key in sorted(self._obligation.points, key=_order) if self._operators(key)]
        alone, locking = tee(filter(self._may_do, points))
        for key in alone:
            yield from islice(self._candidates.documents(key, self._operators(key)), _MOST_OF_A_POINT)
        for key in locking if self._obligation.target.kind != "account" else ():
            yield from islice(self._candidates.locking(key, self._operators(key)), _MOST_OF_A_POINT)
        for pair in combinations(points, 2):
            first, second = (
                list(islice(self._candidates.documents(key, self._operators(key)), _MOST_OF_A_PAIR)) for key in pair
            )
            yield from (joined(left, other) for left in first for other in second)

    def _may_do(self, key: str) -> bool:
        """Whether one open point may be enough."""
        return not self._obligation.holds_untouched or self._obligation.matters(key)

    def _operators(self, key: str) -> int:
        """The operators allowed at an open point beside the target's own policies; for a block whether it may grow."""
        return self._open.grows(key.removesuffix("/+")) if key.endswith("/+") else self._open.operators(key)

    def _first_counterexample(
        self, batch: Sequence[tuple[Document, PolicyDocument]]
    ) -> tuple[Document, TrialResult] | None:
        """The first policy that breaks the requirement, and what it does to the first account where it does."""
        target, requirement = self._obligation.target, self._obligation.requirement
        trials = [(account, TrialAttachment(policy, target)) for _, policy in batch for account in self._accounts]
        documents = chain.from_iterable(repeat(document, len(self._accounts)) for document, _ in batch)
        trial_results = self._trials.trial_results(trials, requirement)
        tried = zip(documents, trial_results, strict=True)
        return next(((document, trial_result) for document, trial_result in tried if trial_result.violated), None)

    def _smallest(self, document: Document, trial_result: TrialResult) -> tuple[Document, Counterexample]:
        """Without what is not needed."""
        parts = [(part, policy) for part in smaller(document) if (policy := self._trials.policy(part))]
        if parts and (counterexample := self._first_counterexample(parts)):
            return self._smallest(*counterexample)
        policy = self._trials.policy(document)
        if policy is None:
            raise ValueError("a policy that broke a requirement was admitted")
        account = next(a for a in self._accounts if a.path == trial_result.account.path)
        reason = broken(trial_result, self._obligation.requirement, self._trials)
        return document, Counterexample(
            policy.name, self._trials.text(policy), self._obligation.target, account, reason
        )


def _order(key: str) -> tuple[bool, int, str]:
    """Settings first, those of a plan before those of a rule, then blocks, the innermost first: short ones."""
    is_block, depth = key.endswith("/+"), key.count("/")
    return is_block, -depth if is_block else depth, key
