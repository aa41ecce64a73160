"""The comparison of two states of all accounts; the door is `compare`.

Accounts whose views were the same before and are the same after are compared once. Requirements whose result changes
for accounts are changes as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from policyengine.analysis.checks import without_consequences
from policyengine.analysis.diff.changes import (
    Change,
    ChangeCause,
    ChangeClass,
    Flip,
    Move,
    OrganizationComparison,
    Side,
)
from policyengine.analysis.diff.comparable import below_refusals, comparable, refusals, without_refusals
from policyengine.analysis.diff.findings_of_one_side import findings_of_one_side
from policyengine.analysis.diff.harm import AccountsOfOneSide, Views, harmed
from policyengine.analysis.diff.pairs import Sides
from policyengine.analysis.diff.plan_changes import PlanChanges
from policyengine.analysis.requirements import NOT_APPLICABLE, STANDINGS, Judgement, Level, Requirement
from policyengine.aws.deployment import View
from policyengine.aws.merge import AccountPolicy
from policyengine.aws.organization import Entity, InactiveAccount
from policyengine.base.text import quoted

_NOWHERE = -1  # the last byte of a column


def flips(base: Judgement, head: Judgement, accounts: Collection[str]) -> list[Flip]:
    """Each requirement with those of the accounts for which its result is another now.

    The worst result first, mandatory requirements before advisory ones.
    """
    numbers = sorted(accounts)
    before, after = _Standings(base, numbers), _Standings(head, numbers)
    every_flip: list[Flip] = []
    for name in dict.fromkeys(requirement.name for requirement in (*head.requirements, *base.requirements)):
        base_results, head_results = before.of(name), after.of(name)
        if base_results == head_results:
            continue
        ids: dict[tuple[int, int], list[str]] = {}
        for number, old, new in zip(numbers, base_results, head_results, strict=True):
            if old != new:
                ids.setdefault((old, new), []).append(number)
        level = after.level(name) or before.level(name) or "advisory"
        flipped = [Flip(name, level, STANDINGS[old], STANDINGS[new], tuple(some)) for (old, new), some in ids.items()]
        every_flip += sorted(flipped, key=lambda flip: flip.accounts)
    return sorted(every_flip, key=lambda flip: (STANDINGS.index(flip.after), flip.level != "mandatory"))


class _Standings:
    """The results of requirements for some accounts, given by id; the same order in every column."""

    def __init__(self, judgement: Judgement, accounts: Sequence[str]) -> None:
        self._judgement = judgement
        self._requirements: dict[str, list[Requirement]] = {}
        for requirement in judgement.requirements:
            self._requirements.setdefault(requirement.name, []).append(requirement)
        at = [(number, account.id or "") for number, view in enumerate(judgement.views) for account in view.accounts]
        views, rows = {name: number for number, name in at}, {name: row for row, (_, name) in enumerate(at)}
        self._views, self._rows = ([where.get(number, _NOWHERE) for number in accounts] for where in (views, rows))

    def level(self, name: str) -> Level | None:
        """The strictest level of the requirements of a name, None where there is none."""
        levels = {requirement.level for requirement in self._requirements.get(name, ())}
        return "mandatory" if "mandatory" in levels else next(iter(levels), None)

    def of(self, name: str) -> bytes:
        """For each account the worst result of the requirements of a name, by its place in `STANDINGS`."""
        columns = [self._column(requirement) for requirement in self._requirements.get(name, ())]
        if len(columns) == 1:
            return columns[0]
        return bytes(map(min, *columns)) if columns else bytes([NOT_APPLICABLE]) * len(self._views)

    def _column(self, requirement: Requirement) -> bytes:
        column, per_account = self._judgement.standings(requirement)
        column += bytes([NOT_APPLICABLE])  # of accounts that are in no view
        return bytes(map(column.__getitem__, self._rows if per_account else self._views))


def compare(base: Side, head: Side) -> OrganizationComparison:
    """Everything that differs between two states of an organization."""
    accounts = _AccountsOfBoth(base, head)
    views = _together(base, head, accounts.valid)
    new, gone = findings_of_one_side(base, head)
    below = below_refusals(base, head)
    truly_gone = tuple(without_consequences(gone, head.left_out))
    new, gone = (tuple(without_refusals(findings, below)) for findings in (new, truly_gone))
    return OrganizationComparison(
        changes=_every_change(base, head, accounts, views),
        became_invalid=accounts.became_invalid(),
        became_valid=accounts.became_valid(),
        stayed_invalid=accounts.stayed_invalid(),
        unknown=tuple(accounts.after[number].account for number in sorted(_unknown(views))),
        added=tuple(policy.account for policy in accounts.came.values()),
        removed=tuple(policy.account for policy in accounts.went.values()),
        moved=accounts.moved,
        new_findings=new,
        gone_findings=gone,
        flips=tuple(flips(base.judgement, head.judgement, accounts.both.keys() - below)),
        accounts=len(accounts.before.keys() | accounts.after.keys()),
        refusals=tuple(refusals(base, head)),
    )


class _AccountsOfBoth:
    """The accounts of two sides by what becomes of them, all by their ids.

    `excused` are those that a side says nothing of. `both` has what the head publishes for the others that are on both
    sides, `valid` the ids of those whose policy the head does not leave invalid.
    """

    def __init__(self, base: Side, head: Side) -> None:
        self.before, self.after = _policies(base), _policies(head)
        self.came, self.went = _only_of(self.after, self.before), _only_of(self.before, self.after)
        self.excused = base.excused | head.excused
        shared = [number for number in self.before if number in self.after]
        self.moved = tuple(_moves((self.before[number].account, self.after[number].account) for number in shared))
        self.both = {
            number: policy
            for number, policy in self.after.items()
            if number in self.before and number not in self.excused
        }
        self._was_invalid = {number for number in self.both if _is_invalid(self.before[number])}
        self._is_invalid = {number for number, policy in self.both.items() if _is_invalid(policy)}
        self.valid = self.both.keys() - self._is_invalid

    def became_invalid(self) -> tuple[AccountPolicy, ...]:
        """The accounts with an invalid policy that had a valid one, or that are new."""
        new = {number for number, policy in self.came.items() if _is_invalid(policy)} - self.excused
        newly = new | (self._is_invalid - self._was_invalid)
        return tuple(policy for number, policy in self.after.items() if number in newly)

    def became_valid(self) -> tuple[AccountPolicy, ...]:
        """The accounts whose policy was invalid and is valid now."""
        newly = self._was_invalid - self._is_invalid
        return tuple(policy for number, policy in self.both.items() if number in newly)

    def stayed_invalid(self) -> tuple[Entity, ...]:
        """The accounts whose policy is invalid on both sides."""
        still = self._was_invalid & self._is_invalid
        return tuple(policy.account for number, policy in self.both.items() if number in still)


def _every_change(base: Side, head: Side, accounts: _AccountsOfBoth, views: Views) -> tuple[Change, ...]:
    """The changes of accounts on both sides and of the plans of accounts on one side, and harm that checks report."""
    changes = list(_changes(Sides.of(base.organization, head.organization), views, accounts.moved))
    one_sided = AccountsOfOneSide(*(_valid(side, accounts.excused) for side in (accounts.came, accounts.went)))
    changes += _harmed(base, head, changes, views, one_sided)
    changes += _of_one_side(base, accounts.after, ChangeClass.LOST, partial(_leaving, head.organization.inactive))
    changes += _of_one_side(head, accounts.before, ChangeClass.ADDED, partial(_joining, base.organization.inactive))
    return tuple(sorted(comparable(changes, base, head), key=_order))


def _changes(sides: Sides, views: Views, moves: Iterable[Move]) -> Iterator[Change]:
    """Each change once, with all its accounts and causes."""
    first: dict[tuple[str, ...], Change] = {}
    causes: dict[tuple[str, ...], dict[ChangeCause, None]] = {}
    accounts: dict[tuple[str, ...], list[str]] = {}
    plans, moved = PlanChanges(sides), frozenset(move.after.id or "" for move in moves)
    for (before, after), numbers in views.items():
        if before.withheld or after.withheld:
            continue
        for change in plans.between(before.plans, after.plans):
            first.setdefault(change.effect_key, change)
            causes.setdefault(change.effect_key, {}).update(dict.fromkeys(change.causes))
            accounts.setdefault(change.effect_key, []).extend(numbers)
    for what, change in first.items():
        ids = tuple(sorted(set(accounts[what])))
        yield replace(change, causes=tuple(causes[what]), accounts=ids, moved=moved)


def _harmed(
    base: Side, head: Side, changes: list[Change], views: Views, one_sided: AccountsOfOneSide
) -> Iterator[Change]:
    """Changes for harm that checks report on one side only, unless it follows from settings that AWS would refuse."""
    of_head = without_consequences(head.diagnostics, base.left_out)
    of_base = without_consequences(base.diagnostics, head.left_out)
    return harmed(of_head, of_base, changes, views, one_sided)


def _only_of(side: Mapping[str, AccountPolicy], others: Mapping[str, AccountPolicy]) -> dict[str, AccountPolicy]:
    """The accounts that only one side has."""
    return {number: policy for number, policy in side.items() if number not in others}


def _valid(accounts: Mapping[str, AccountPolicy], excused: frozenset[str]) -> frozenset[str]:
    return frozenset(number for number, policy in accounts.items() if not _is_invalid(policy)) - excused


def _is_invalid(policy: AccountPolicy) -> bool:
    return policy.status == "invalid"


def _of_one_side(
    side: Side, others: Mapping[str, AccountPolicy], change_class: ChangeClass, effect: Callable[[str], str]
) -> Iterator[Change]:
    """The plans of accounts that the other side does not have; `effect` says of an account what became of it."""
    plans: dict[tuple[str, str, str], list[str]] = {}
    for view in side.deployment.published:
        numbers = [number for account in view.accounts if (number := account.id or "") not in others]
        for deployed in view.plans if numbers else ():
            for number in numbers:
                plans.setdefault((deployed.plan.path, deployed.plan.name, effect(number)), []).append(number)
    for (path, name, text), ids in plans.items():
        subject, fact = f"plan {quoted(name)}", "account"
        yield Change(change_class, path, "", None, None, subject, text, fact, accounts=tuple(sorted(ids)), was_at=path)


def _leaving(inactive: Mapping[str, InactiveAccount], account: str) -> str:
    """What became of an account that only the base has; `inactive` are those of the head."""
    state = f"is {inactive[account].condition}" if account in inactive else "left the organization"
    return f"is gone with the account, which {state}"


def _joining(inactive: Mapping[str, InactiveAccount], account: str) -> str:
    """What became of an account that only the head has; `inactive` are those of the base."""
    return f"is new with the account, which {'is active again' if account in inactive else 'joined the organization'}"


def _together(base: Side, head: Side, comparable: set[str]) -> Views:
    """The ids of the comparable accounts by their views in the base and in the head."""
    had = {account.id or "": view for view in base.deployment.published for account in view.accounts}
    views: dict[tuple[View, View], list[str]] = {}
    for view in head.deployment.published:
        for number in (account.id or "" for account in view.accounts):
            if number in comparable:
                views.setdefault((had[number], view), []).append(number)
    return views


def _unknown(views: Views) -> Iterator[str]:
    """The accounts for which AWS publishes an unknown policy, so that there is nothing to compare."""
    for (before, after), numbers in views.items():
        if before.withheld or after.withheld:
            yield from numbers


def _moves(accounts: Iterable[tuple[Entity, Entity]]) -> Iterator[Move]:
    for before, after in accounts:
        if before is not after and _unit(before) != _unit(after):
            yield Move(before, after)


def _unit(account: Entity) -> str:
    return account.parent.path if account.parent else ""


def _policies(side: Side) -> dict[str, AccountPolicy]:
    return {policy.account.id or "": policy for policy in side.effective.accounts}


def _order(change: Change) -> tuple[int, int, str, str, str]:
    """The worst class first, then what reaches most accounts."""
    return change.change_class.rank, -len(change.accounts), change.path, change.region, change.effect
