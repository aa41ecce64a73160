"""The evidence for checks: one value, the same for all checks.

With what a run goes on without where documents are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, combinations_with_replacement
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec import field

from policyengine.aws.deployment import (
    DeployedPlan,
    Deployment,
    Meeting,
    OptIn,
    PlacedRule,
    Placement,
    Plan,
    View,
    meet,
)
from policyengine.aws.documents import Compiled, Json, PolicyDocument
from policyengine.aws.merge import Effective, Note, Resolved, keys
from policyengine.aws.organization import Entity, Organization
from policyengine.base.diagnostics import Label
from policyengine.base.records import Record
from policyengine.base.source import Span

_Cause = TypeVar("_Cause")
_Place = TypeVar("_Place")
_Subject = TypeVar("_Subject")
_Case = TypeVar("_Case")

Cases: TypeAlias = dict[Callable[..., Any], dict[Any, tuple[Any, ...]]]
"""The cases of each function of a check by subject: plan, rule, policy."""


_Path: TypeAlias = tuple[str, ...]


class LeftOut(NamedTuple):
    """The folded paths of what is left out of a refused document, and the ids of the accounts below it."""

    policy: str
    paths: tuple[_Path, ...]
    accounts: frozenset[str]


class Facts(Record, dict=True):
    """The project as compiled, the organization with its attachments, and what every account ends up with.

    `substitutes` are the documents that AWS would refuse, with what is left of them in this run. `cases` fills with
    the cases that checks look up, by subject; `previous` are those of an earlier run.
    """

    compiled: Compiled
    organization: Organization
    effective: Effective
    deployment: Deployment
    substitutes: Mapping[PolicyDocument, PolicyDocument] = field(default_factory=dict)
    cases: Cases = field(default_factory=dict)
    previous: Cases = field(default_factory=dict)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Every plan that some account ends up with, each once, whether AWS would publish it or not."""
        return tuple(dict.fromkeys(deployed.plan for deployed in self.deployed_plans))

    @cached_property
    def deployed_plans(self) -> tuple[DeployedPlan, ...]:
        """Every plan in each of the environments in which some account has it."""
        views = self.deployment.candidates
        return tuple(dict.fromkeys(plan for view in views for plan in view.plans))

    def opted_in(self, region: str) -> frozenset[str] | None:
        """The services that the management account has opted in to in a Region, case folded; None where unknown."""
        return self._opt_in.get(region)

    @cached_property
    def _opt_in(self) -> Mapping[str, frozenset[str]]:
        settings = self.organization.settings
        regions = settings.opt_in or {} if settings else {}
        return {region: frozenset(name.casefold() for name in names) for region, names in regions.items()}

    @cached_property
    def opt_in(self) -> OptIn:
        """The opt-in of the management account: the types that it lets selections reach."""
        return OptIn(self._opt_in)

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The settings that this run leaves out, for each refused document."""
        return tuple(left_out(self.organization, self.substitutes))

    def each(
        self, subjects: Iterable[_Subject], find: Callable[[_Subject], Iterable[_Case]]
    ) -> Iterator[tuple[_Subject, _Case]]:
        """Every case in a subject, such as a plan, with the subject; `find` depends on the subject alone."""
        by_subject, previous = self.cases.setdefault(find, {}), self.previous.get(find, {})
        for subject in subjects:
            cases = by_subject.get(subject)
            if cases is None:
                cases = previous.get(subject)
                cases = by_subject[subject] = tuple(find(subject)) if cases is None else cases
            for case in cases:
                yield subject, case

    def each_rule(self, find: Callable[[PlacedRule], Iterable[_Case]]) -> Iterator[tuple[DeployedPlan, _Case]]:
        """Every case in a rule where it runs, with every plan that has the rule there."""
        cases: dict[PlacedRule, list[_Case]] = {}
        for rule, case in self.each(self._placed, find):
            cases.setdefault(rule, []).append(case)
        for plan in self.deployed_plans if cases else ():
            for rule in plan.placed:
                for case in cases.get(rule, ()):
                    yield plan, case

    @cached_property
    def _placed(self) -> tuple[PlacedRule, ...]:
        return tuple(dict.fromkeys(rule for plan in self.deployed_plans for rule in plan.placed))

    def together(
        self,
        parts: Callable[[DeployedPlan], Iterable[_Subject]],
        find: Callable[[_Subject], Iterable[tuple[_Cause, _Place]]],
    ) -> Iterator[tuple[_Cause, list[tuple[DeployedPlan, _Place]], View]]:
        """Cases in parts of plans, grouped by cause for all plans that accounts have side by side.

        With the view of these accounts; a cause comes once in each view.
        """
        cases = {plan: [case for _, case in self.each(parts(plan), find)] for plan in self.deployed_plans}
        for view in self.deployment.candidates if any(cases.values()) else ():
            by_cause: dict[_Cause, list[tuple[DeployedPlan, _Place]]] = {}
            for plan in view.plans:
                for cause, place in cases[plan]:
                    by_cause.setdefault(cause, []).append((plan, place))
            for cause, places in by_cause.items():
                yield cause, places, view

    def accounts_with(self, plan: Plan | DeployedPlan) -> tuple[str, ...]:
        """Ids of the accounts that end up with a plan, or have it in this environment, sorted."""
        return self._accounts_with[plan]

    @cached_property
    def _accounts_with(self) -> Mapping[Plan | DeployedPlan, tuple[str, ...]]:
        ids: dict[Plan | DeployedPlan, list[str]] = {}
        for view in self.deployment.candidates:
            numbers = [account.id or "" for account in view.accounts]
            for deployed in view.plans:
                ids.setdefault(deployed, []).extend(numbers)
                ids.setdefault(deployed.plan, []).extend(numbers)
        return {plan: tuple(sorted(numbers)) for plan, numbers in ids.items()}

    @cached_property
    def accounts_under(self) -> Mapping[Resolved, tuple[str, ...]]:
        """Ids of the accounts whose policies include those of a result: its own and those of results below it."""
        ids = {result: list(own) for result, own in self.accounts_of.items()}
        for result in reversed(self.effective.distinct):  # each stands after those above it
            if result.above:
                ids[result.above] += ids[result]
        return {result: tuple(numbers) for result, numbers in ids.items()}

    @cached_property
    def accounts_of(self) -> Mapping[Resolved, tuple[str, ...]]:
        """Ids of the accounts that end up with exactly this result."""
        ids: dict[Resolved, list[str]] = {result: [] for result in self.effective.distinct}
        for account in self.effective.accounts:
            if account.resolved:
                ids[account.resolved].append(account.account.id or "")
        return {result: tuple(numbers) for result, numbers in ids.items()}

    @cached_property
    def notes(self) -> tuple[tuple[Note, Resolved, tuple[str, ...]], ...]:
        """Every note with the result that first has it and the accounts that it concerns."""
        entries = [
            (note, result, self.accounts_under[result])
            for result in self.effective.distinct
            for note in result.own_notes
        ]
        for result in self.effective.distinct:
            if accounts := self.accounts_of[result]:
                entries += [(note, result, accounts) for note in result.open_points]
        return tuple(entries)


def rules(plan: DeployedPlan) -> tuple[PlacedRule, ...]:
    """For `together`: the cases lie in the rules of a plan."""
    return plan.placed


def placements(plan: DeployedPlan) -> tuple[Placement, ...]:
    """For `together`: the cases lie in a plan's selections, given what is in the account."""
    return (plan.placement,)


def place(entity: Entity) -> str:
    """An entity as messages name it: `the root`, `unit "Workloads/Prod"`, `account "payments"`."""
    if entity.kind == "root":
        return "the root"
    return f'unit "{entity.path}"' if entity.kind == "ou" else f'account "{entity.name}"'


def written_at(policy: PolicyDocument, path: str, operator: str = "") -> Span | None:
    """The place at which a policy writes the node at an effective path; None for raw documents."""
    origin = policy.origin(keys(path), operator)
    return origin.span if origin else None


def used_here(policy: PolicyDocument, path: str, operator: str = "") -> tuple[Label, ...]:
    """The label of the place that uses the template in which `written_at` is; none of what no template writes."""
    origin = policy.origin(keys(path), operator)
    return (Label.use(origin.used_at),) if origin and origin.used_at else ()


def meetings_of_continuous(facts: Facts) -> Mapping[Meeting, tuple[str, ...]]:
    """The meetings in which a rule backs up continuously, with the ids of the accounts that have both plans."""
    continuous = {plan for plan in facts.plans if any(rule.continuous for rule in plan.rules)}
    together = _together(facts.deployment.candidates)
    pairs = (
        (pair, ids)
        for plans, ids in together.items()
        if not continuous.isdisjoint(plans)
        for pair in combinations_with_replacement(plans, 2)
        if not continuous.isdisjoint(pair)
    )
    return _meetings(facts, pairs)


def meetings_of_plans(facts: Facts) -> Mapping[Meeting, tuple[str, ...]]:
    """The meetings of two plans of one account, with the ids of all accounts that have both."""
    together = _together(facts.deployment.candidates)
    return _meetings(facts, ((pair, ids) for plans, ids in together.items() for pair in combinations(plans, 2)))


def _together(views: Iterable[View]) -> Mapping[tuple[Plan, ...], list[str]]:
    """The plans that accounts have side by side, with the ids of these accounts."""
    ids: dict[tuple[Plan, ...], list[str]] = {}
    for view in views:
        plans = tuple(deployed.plan for deployed in view.plans)
        ids.setdefault(plans, []).extend(account.id or "" for account in view.accounts)
    return ids


def _meetings(
    facts: Facts, pairs: Iterable[tuple[tuple[Plan, Plan], Sequence[str]]]
) -> Mapping[Meeting, tuple[str, ...]]:
    """The pairs of plans that meet, with sorted ids. Most do not meet: their ids are not collected."""
    ids: dict[tuple[Plan, Plan], list[Sequence[str]]] = {}
    for pair, numbers in pairs:
        ids.setdefault(pair, []).append(numbers)
    return {meeting: tuple(sorted(chain.from_iterable(ids[pair]))) for pair, meeting in facts.each(ids, _meeting)}


def _meeting(pair: tuple[Plan, Plan]) -> tuple[Meeting, ...]:
    """The meeting of two plans, nothing where they do not meet."""
    meeting = meet(*pair)
    return (meeting,) if meeting.types else ()


def left_out(organization: Organization, substitutes: Mapping[PolicyDocument, PolicyDocument]) -> Iterator[LeftOut]:
    """The settings that a run leaves out, for each refused document; `substitutes` are the documents without them."""
    below: dict[PolicyDocument, set[str]] = {policy: set() for policy in substitutes}
    for visit in organization.walk() if substitutes else ():
        if visit.entity.kind == "account":
            for policy in (policy for entity in visit.chain for policy in entity.policies if policy in below):
                below[policy].add(visit.entity.id or "")
    for policy, rest in substitutes.items():
        yield LeftOut(policy.name, tuple(_left_out(policy.content, rest.content, ())), frozenset(below[policy]))


def _left_out(node: Json, rest: Json, path: _Path) -> Iterator[_Path]:
    """The folded paths of everything in a document that is not in the rest of it."""
    for key, child in node.items() if isinstance(node, dict) else ():
        place, left = (*path, key.lower()), rest if isinstance(rest, dict) else {}
        if key not in left:
            yield place
        yield from _left_out(child, left.get(key), place)
