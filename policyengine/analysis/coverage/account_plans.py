"""The plans of each account that may take a resource, and the verdict on one resource by itself, clause by clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policyengine.analysis.coverage.coverage_results import CoverageReason
from policyengine.analysis.coverage.matching import (
    ClauseMatch,
    SelectingPlan,
    SelectionMatch,
    in_order,
    is_enough,
    is_leftover,
    is_usable,
    kind_of,
    match_plan,
    match_selection,
    runs_in,
)
from policyengine.aws.deployment import DeployedPlan, Deployment, OptIn, Plan, Selection, View
from policyengine.aws.resources import Resource
from policyengine.base.records import Record


class AccountPlans(Record, eq=False):
    """The plans of accounts with equal documents, and those that an account has of its own.

    `lacking` is why there is no plan of a policy at all, None where there is one.
    """

    plans: tuple[SelectingPlan, ...]
    local: tuple[SelectingPlan, ...] = ()
    lacking: CoverageReason | None = None


class NearMiss(Record, eq=False):
    """The reason why a resource is not protected: `clause` of the first selection in the order of plans that gives it.

    Both are None where the resource cannot be backed up as it is. `alone`: nothing else is known to keep a plan from
    protecting it. `kind` is the type that it is judged by, as `kind_of` has it.
    """

    kind: str
    alone: bool
    match: SelectionMatch | None = None
    clause: ClauseMatch | None = None


class ResourceVerdict(Record, eq=False):
    """The verdict on a resource by itself, whatever contains it.

    `plans` are those that take it. Where none does `nearest` is what keeps it from being protected; None where it has
    nothing to do with selections.
    """

    protected: bool | None
    plans: tuple[SelectingPlan, ...] = ()
    reason: CoverageReason | None = None
    nearest: NearMiss | None = None


NOBODY = AccountPlans((), lacking=CoverageReason.NO_PLAN_FOR_ACCOUNT)
"""What an account has that is in no organization, or that nobody knows."""


UNTOLD = AccountPlans((), lacking=CoverageReason.ACCOUNT_UNKNOWN)
"""What a resource has whose account nobody knows."""


def plans_of(account: str | None, accounts: Mapping[str, AccountPlans]) -> AccountPlans:
    """The plans of an account, by its id, of those of all accounts that have any."""
    return accounts.get(account, NOBODY) if account else UNTOLD


def plans_by_account(
    deployment: Deployment, local: Mapping[str, Sequence[SelectingPlan]] | None = None
) -> dict[str, AccountPlans]:
    """The plans that AWS serves to each account, by its id; the same object where the documents are.

    `local` are the plans that accounts have of their own, by their ids.
    """
    shared: dict[object, AccountPlans] = {}
    read: dict[tuple[Plan, OptIn], SelectingPlan] = {}
    own, result = local or {}, {}
    for view in deployment.published:
        lacking = _lacking(view)
        key = (tuple(deployed.plan for deployed in view.plans), lacking)
        if key not in shared:
            shared[key] = AccountPlans(tuple(_selecting(plan, read) for plan in view.plans), lacking=lacking)
        for account in view.accounts:
            plans, number = shared[key], account.id or ""
            result[number] = AccountPlans(plans.plans, tuple(own[number]), lacking) if own.get(number) else plans
    outside = {number: AccountPlans((), tuple(plans), NOBODY.lacking) for number, plans in own.items()}
    return {**outside, **result}


def judge_alone(resource: Resource, account: AccountPlans) -> ResourceVerdict:
    """The verdict on a resource by the plans of its account, which every engine must give.

    Its rules are those of coverage.md#how-it-is-judged.
    """
    if reason := _beyond_plans(resource, account):
        nearest = _unusable(resource, account) if reason is CoverageReason.NOT_AVAILABLE else None
        nearest = _unplanned(resource) if reason is account.lacking else nearest
        return ResourceVerdict(protected=None if reason.is_undecided else False, reason=reason, nearest=nearest)
    matches, own = _matches(resource, account)
    taking = dict.fromkeys(match.plan for match in (*matches, *own) if match.takes)
    if taking:
        usable = is_usable(kind_of(resource) or "", resource.state)
        return verdict_of_taken(tuple(taking), usable=usable is True)
    if any(match.takes is None for match in (*matches, *own)):
        reason = _undecided([*matches, *own])
        return ResourceVerdict(protected=None, reason=reason, nearest=_unlisted_opt_in(resource, matches, reason))
    if account.lacking or not matches:
        reason = account.lacking or NOBODY.lacking
        return ResourceVerdict(protected=False, reason=reason, nearest=_unplanned(resource))
    reason = reason_of([[clause.reason for clause in match.failing] for match in matches])
    return ResourceVerdict(protected=False, reason=reason, nearest=_nearest(resource, matches, reason))


def verdict_of_taken(plans: tuple[SelectingPlan, ...], *, usable: bool) -> ResourceVerdict:
    """The verdict on a resource that plans take; undecided unless its state is known to be `usable`."""
    if usable:
        return ResourceVerdict(protected=True, plans=plans)
    return ResourceVerdict(protected=None, reason=CoverageReason.STATE_UNKNOWN)


def reason_of(failing: Iterable[Sequence[CoverageReason]]) -> CoverageReason:
    """The reason by the failing clauses of every selection.

    The first on which a selection fails alone; where every selection fails on several, the last of all.
    """
    distinct = [set(reasons) for reasons in failing]
    alone = in_order(reason for reasons in distinct if len(reasons) == 1 for reason in reasons)
    return alone[0] if alone else in_order(reason for reasons in distinct for reason in reasons)[-1]


def nearest_match(resource: Resource, plan: SelectingPlan, selection: Selection, reason: CoverageReason) -> NearMiss:
    """A selection with its clause that fails for a reason."""
    match = match_selection(resource, plan, selection)
    return _near_miss(resource, match, next(clause for clause in match.failing if clause.reason is reason))


def _beyond_plans(resource: Resource, account: AccountPlans) -> CoverageReason | None:
    """The reason why no plan protects a resource whatever it selects."""
    reason = _beyond_every_plan(resource)
    if account.lacking is CoverageReason.ACCOUNT_UNKNOWN:
        return reason or account.lacking
    if account.lacking and not account.local:
        return account.lacking
    return reason and (account.lacking or reason)


def _beyond_every_plan(resource: Resource) -> CoverageReason | None:
    """The reason why a plan of no account protects a resource."""
    kind = kind_of(resource)
    if kind is None:
        return CoverageReason.TYPE_NOT_SUPPORTED
    if is_leftover(resource.arn, resource.tags or ()):
        return CoverageReason.RESTORE_TEST_LEFTOVER
    return CoverageReason.NOT_AVAILABLE if is_usable(kind, resource.state) is False else None


def _undecided(matches: Iterable[SelectionMatch]) -> CoverageReason:
    open_clauses = [clause for match in matches if match.takes is None for clause in match.undecided]
    return in_order(clause.reason for clause in open_clauses)[0]


def _unlisted_opt_in(
    resource: Resource, of_policies: Iterable[SelectionMatch], reason: CoverageReason
) -> NearMiss | None:
    """What keeps a resource undecided if only a plan of the account's own asks for the opt-in: no snapshot has that."""
    if reason is not CoverageReason.OPT_IN_UNKNOWN:
        return None
    listed = any(clause.reason is reason for match in of_policies if match.takes is None for clause in match.undecided)
    return None if listed else NearMiss(kind_of(resource) or "", alone=False)


def _matches(resource: Resource, account: AccountPlans) -> tuple[list[SelectionMatch], list[SelectionMatch]]:
    """Every selection of the plans of policies for a resource, and of those of the account's own that may run there."""
    near = [plan for plan in account.local if runs_in(plan, resource.region) is not False]
    of_policies = [match for plan in account.plans for match in match_plan(resource, plan)]
    return of_policies, [match for plan in near for match in match_plan(resource, plan)]


def _nearest(resource: Resource, matches: Iterable[SelectionMatch], reason: CoverageReason) -> NearMiss | None:
    """The first selection that fails for a reason alone, else the first that does at all."""
    having = [(match, clause) for match in matches for clause in match.failing if clause.reason is reason]
    alone = [pair for pair in having if {clause.reason for clause in pair[0].failing} == {reason}]
    nearest = next(iter(alone or having), None)
    return nearest and _near_miss(resource, *nearest)


def _unusable(resource: Resource, account: AccountPlans) -> NearMiss:
    of_policies, own = _matches(resource, account)
    return NearMiss(kind_of(resource) or "", alone=any(match.takes for match in (*of_policies, *own)))


def _unplanned(resource: Resource) -> NearMiss | None:
    """What keeps a resource of an account without plans: whether one that selects it would be enough."""
    kind = kind_of(resource)
    return NearMiss(kind, alone=_beyond_every_plan(resource) is None) if kind else None


def _near_miss(resource: Resource, match: SelectionMatch, clause: ClauseMatch) -> NearMiss:
    kind = kind_of(resource) or ""
    usable = is_usable(kind, resource.state) is not False
    return NearMiss(kind, usable and is_enough(match, clause, resource.tags), match, clause)


def _lacking(view: View) -> CoverageReason | None:
    """The reason why AWS serves no plan to an account: its policy is invalid, or it has none.

    A plan that selects nothing is none: a last valid policy from before AWS looked for selections may hold such plans.
    """
    if view.withheld or (not view.plans and view.resolved and view.resolved.errors):
        return CoverageReason.POLICY_INVALID
    selecting = any(deployed.plan.selections for deployed in view.plans)
    return None if selecting else CoverageReason.NO_PLAN_FOR_ACCOUNT


def _selecting(deployed: DeployedPlan, read: dict[tuple[Plan, OptIn], SelectingPlan]) -> SelectingPlan:
    plan, opt_in = deployed.plan, deployed.environment.opt_in
    if (plan, opt_in) not in read:
        read[plan, opt_in] = SelectingPlan(plan.name, frozenset(plan.regions), plan.selections, opt_in, plan)
    return read[plan, opt_in]


def selections_of(plans: Iterable[SelectingPlan]) -> Iterator[tuple[SelectingPlan, int]]:
    """Every selection of plans as its plan and its place there."""
    return ((plan, place) for plan in plans for place in range(len(plan.selections)))
