"""The search for a policy that breaks a requirement: every attack is run through the engine, then made smaller.

The outcome is put into words: why a requirement is guaranteed, or why it cannot be decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations, islice, repeat, tee

from policyengine.analysis.prove.attacks import HostilePolicies, smaller
from policyengine.analysis.prove.cases import Case
from policyengine.analysis.prove.field import Attached, Document, TrialOrganization, TrialResult
from policyengine.analysis.prove.freeze import Freezing
from policyengine.analysis.prove.open_elements import is_new
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.pieces import joined
from policyengine.analysis.prove.proofs import Attack
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
_MOST_FREEZES = 60  # strikes
_FIRST_BATCH, _LARGEST_BATCH = 4, 64  # policies that are tried together; more of them, the longer nothing breaks


def guaranteed(case: Case) -> str:
    """Why nothing can break a requirement at a target."""
    return "nothing that is still open can break it" if case.points else "everything that it reads is closed"


def as_it_is(standing: TrialResult, requirement: Requirement, field: TrialOrganization) -> str:
    """What is so of an account, whatever is attached."""
    if standing.invalid and not is_new(standing.account):
        return "AWS withholds the effective policy as it is"
    said = field.sentence(standing, requirement)
    if not is_new(standing.account):
        return f"it {'does not hold' if standing.violated else 'cannot be decided'} as it is: {said}"
    if standing.violated:
        return f"an account that is created there would not meet it as it is: {said}"
    return f"it cannot be decided for an account that is created there: {said}"


def broken(standing: TrialResult, requirement: Requirement, field: TrialOrganization) -> str:
    """What a policy does to an account that does not meet the requirement any more."""
    if not standing.invalid:
        return field.sentence(standing, requirement)
    return (
        "an account that is created there gets nothing: AWS withholds its effective policy"
        f" ({field.withheld(standing)}), and it has no last valid one, as accounts of today have"
    )


def undecided(case: Case) -> str:
    """Why nobody can say whether a requirement that holds can be broken at a target."""
    if case.is_tied:
        return f"{TIED}, as those of the plan do"
    if not case.holds_untouched:
        return "it holds only by policies further down, and no policy that was tried undoes them"
    if case.holds_as_read and case.may_freeze:
        return (
            "no policy that was tried makes AWS withhold the policy of an account created there, and none is ruled out"
        )
    open_ = [key.removesuffix("/+") for key in case.points if case.matters(key)] or [*case.points]
    if not open_:
        return "it hangs on what an account that is created there is called, or on its tags"
    more = f" and {len(open_) - _MOST_POINTS} more" if len(open_) > _MOST_POINTS else ""
    shown = f"{listed(open_[:_MOST_POINTS])}{more}"
    if case.holds_as_read:
        return f"{TIED}, and it may come to that: {shown} can be changed"
    return f"no policy that was tried breaks it, and nothing rules one out: {shown} can be changed"


def only_further_down(policies: Iterable[str]) -> str:
    """Why no line would do where a requirement only holds by policies further down."""
    return f"it holds only by {listed(policies, 'and') or 'policies'} further down, which a policy above can undo"


class Search:
    """Tries policies attached to the target of a case; `accounts` are different ones below it that hold it now.

    All of them are there, or all are created later.
    """

    def __init__(
        self, field: TrialOrganization, case: Case, accounts: Sequence[Entity], palette: Palette, tries: int
    ) -> None:
        self._field = field
        self._case = case
        self._accounts = accounts[:_MOST_ACCOUNTS]
        self._open = case.openness.at_entity()
        plans = {deployed.plan.name: deployed for situation in case.situations for deployed in situation.view.plans}
        self._hostile = HostilePolicies(palette, tuple(plans.values()))
        self._left = tries

    def find(self, proven: Collection[Document]) -> tuple[Document, Attack] | None:
        """A small policy that breaks the requirement; `proven` did so elsewhere, and do not count as tries."""
        self._left += len(proven) * len(self._accounts)
        return None if self._case.holds_as_read else self._first(chain(proven, self._documents()))

    def _first(self, documents: Iterable[Document]) -> tuple[Document, Attack] | None:
        """The first policy that breaks the requirement, without what is not needed."""
        waiting, size = iter(documents), _FIRST_BATCH
        while batch := list(islice(self._affordable(waiting), size)):
            if struck := self._strike(batch):
                return self._smallest(*struck)
            size = min(2 * size, _LARGEST_BATCH)
        return None

    def _affordable(self, documents: Iterator[Document]) -> Iterator[tuple[Document, PolicyDocument]]:
        """Documents that AWS admits, as long as tries are left for them."""
        while self._left > 0 and (document := next(documents, None)) is not None:
            if policy := self._field.policy(document):
                self._left -= len(self._accounts)
                yield document, policy

    def freeze(self, proven: Collection[Document]) -> tuple[Document, Attack] | None:
        """A small policy by which an account that is created later gets nothing, and does not meet the requirement."""
        freezing = self._case.freezing
        if not isinstance(freezing, Freezing):
            return None
        self._left = _MOST_FREEZES
        return self._first(chain(proven, freezing.documents(self._open)))

    def _documents(self) -> Iterator[Document]:
        """Policies of one open point, then those that keep others from mending it, then those of two points."""
        points = [key for key in sorted(self._case.points, key=_order) if self._operators(key)]
        alone, locking = tee(filter(self._may_do, points))
        for key in alone:
            yield from islice(self._hostile.documents(key, self._operators(key)), _MOST_OF_A_POINT)
        for key in locking if self._case.target.kind != "account" else ():
            yield from islice(self._hostile.locking(key, self._operators(key)), _MOST_OF_A_POINT)
        for pair in combinations(points, 2):
            first, second = (
                list(islice(self._hostile.documents(key, self._operators(key)), _MOST_OF_A_PAIR)) for key in pair
            )
            yield from (joined(left, other) for left in first for other in second)

    def _may_do(self, key: str) -> bool:
        """Whether one open point may be enough."""
        return not self._case.holds_untouched or self._case.matters(key)

    def _operators(self, key: str) -> int:
        """What may be done at an open point beside the target's own policies; for a block whether it may grow."""
        return self._open.grows(key.removesuffix("/+")) if key.endswith("/+") else self._open.operators(key)

    def _strike(self, batch: Sequence[tuple[Document, PolicyDocument]]) -> tuple[Document, TrialResult] | None:
        """The first policy that breaks the requirement, and what it does to the first account where it does."""
        target, requirement = self._case.target, self._case.requirement
        trials = [(account, Attached(policy, target)) for _, policy in batch for account in self._accounts]
        documents = chain.from_iterable(repeat(document, len(self._accounts)) for document, _ in batch)
        standings = self._field.standings(trials, requirement)
        struck = zip(documents, standings, strict=True)
        return next(((document, standing) for document, standing in struck if standing.violated), None)

    def _smallest(self, document: Document, standing: TrialResult) -> tuple[Document, Attack]:
        """Without what is not needed."""
        parts = [(part, policy) for part in smaller(document) if (policy := self._field.policy(part))]
        if parts and (struck := self._strike(parts)):
            return self._smallest(*struck)
        policy = self._field.policy(document)
        if policy is None:
            raise ValueError("a policy that broke a requirement was admitted")
        account = next(a for a in self._accounts if a.path == standing.account.path)
        said = broken(standing, self._case.requirement, self._field)
        return document, Attack(policy.name, self._field.text(policy), self._case.target, account, said)


def _order(key: str) -> tuple[bool, int, str]:
    """Settings first, those of a plan before those of a rule, then blocks, the innermost first: short ones."""
    is_block, depth = key.endswith("/+"), key.count("/")
    return is_block, -depth if is_block else depth, key
