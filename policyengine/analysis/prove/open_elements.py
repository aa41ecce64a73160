"""The plans, rules, copies and selections that accounts have, may lose, and may get from policies further down.

A key that some policy mentions without publishing anything there is no key of a new element: it may be filled where no
new one could come (semantics.md R18). What is certain of their attributes `open_attributes.py` reads.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, count
from typing import TypeAlias

from policyengine.analysis.prove.openness import Openness
from policyengine.analysis.prove.partial import Other
from policyengine.aws.deployment import (
    UNKNOWN,
    BackupRule,
    DeployedCopy,
    DeployedPlan,
    DeployedRule,
    OrUnknown,
    Selection,
    leaves_partition,
)
from policyengine.aws.merge import MAY_APPEND, MAY_ASSIGN, MAY_REMOVE, Node, keys, segment
from policyengine.aws.settings import (
    BY_RESOURCES,
    BY_TAGS,
    COPY_BLOCK,
    COPY_TARGET,
    PLANS,
    REGIONS,
    RULE_BLOCK,
    SELECTIONS,
)
from policyengine.base.records import Record

Name: TypeAlias = "OrUnknown[str | Other]"


class OpenPlan(Record, eq=False):
    """A plan; `real` is None for one that is not there yet. `many`: it stands for any number of them."""

    real: DeployedPlan | None
    name: Name
    sure: bool = True
    many: bool = False


class OpenRule(Record, eq=False):
    """A rule of a plan in a Region; `real` is None for one that is not there yet.

    `sure` if it is there where its plan is; of a Region that nobody knows, `region` is an `Other`.
    """

    real: DeployedRule | None
    plan: OpenPlan
    name: Name
    region: Name
    sure: bool
    many: bool = False


class OpenCopy(Record, eq=False):
    """A copy of a rule; `real` is None for a new one.

    `sure` if it is there where its rule is: not where a policy may give it a target that nothing is copied to.
    """

    real: DeployedCopy | None
    rule: OpenRule
    sure: bool = True
    many: bool = False


class OpenSelection(Record, eq=False):
    """A selection of a plan; `real` is None for a new one. `sure` if it is there where its plan is."""

    real: Selection | None
    plan: OpenPlan
    sure: bool = True
    many: bool = False


OpenElement: TypeAlias = OpenPlan | OpenRule | OpenCopy | OpenSelection


class OpenElements:
    """Everything that an account has or may get: `state` is what is inherited, `openness` what may change of it.

    `partition` is that of the Regions that may come.
    """

    def __init__(self, plans: tuple[DeployedPlan, ...], state: Node | None, openness: Openness, partition: str) -> None:
        self._plans = plans
        self._partition = partition
        self._state = state
        self._open = openness

    def plans(self) -> tuple[OpenPlan, ...]:
        """The plans: nothing deletes one (semantics.md R26), and more where `plans` is open."""
        plans = [OpenPlan(plan, plan.plan.name) for plan in self._plans]
        mentioned = self._mentioned(PLANS)
        plans += [OpenPlan(None, name, sure=False) for name, is_open in mentioned.items() if is_open]
        if self._open.grows(PLANS):
            plans.append(OpenPlan(None, _other(mentioned, (p.plan.name for p in self._plans)), sure=False, many=True))
        return tuple(plans)

    def rules(self, plan: OpenPlan) -> Iterator[OpenRule]:
        """The rules of a plan, once per Region; also in a Region that may come, and rules that may come."""
        if plan.real is None:
            yield OpenRule(None, plan, UNKNOWN, UNKNOWN, sure=False, many=True)
            return
        path = f"{plan.real.plan.path}/{RULE_BLOCK.place}"
        for rule in plan.real.plan.rules:
            yield from self._in_regions(plan, plan.real, rule)
        mentioned = self._mentioned(path)
        for name, is_open in mentioned.items():
            if is_open:
                yield OpenRule(None, plan, name, UNKNOWN, sure=False, many=True)
        if self._open.grows(path):
            new = _other(mentioned, (rule.name for rule in plan.real.plan.rules))
            yield OpenRule(None, plan, new, UNKNOWN, sure=False, many=True)

    def copies(self, rule: OpenRule) -> Iterator[OpenCopy]:
        """The copies of a rule, and those that may come."""
        for copy in self.existing_copies(rule):
            yield OpenCopy(copy, rule, sure=not self.may_retarget(copy))
        path = f"{rule.real.rule.path}/{COPY_BLOCK.place}" if rule.real else ""
        if rule.real is None or self.grows(path):
            yield OpenCopy(None, rule, sure=False, many=True)

    def existing_copies(self, rule: OpenRule) -> Sequence[DeployedCopy]:
        """The copies of a rule that lead somewhere in its Region, or may do so once they have another target.

        Elsewhere in the partition those that stay in it.
        """
        real = rule.real
        if real is None:
            return ()
        if isinstance(rule.region, str):
            return (*real.copies, *filter(self.may_retarget, real.stranded_copies))
        return [copied for copied in (*real.copies, *real.stranded_copies) if self._may_stay(copied)]

    def may_retarget(self, copied: DeployedCopy) -> bool:
        """Whether a policy may give a copy another target."""
        return bool(self._open.operators(f"{copied.copy.path}/{COPY_TARGET.place}"))

    def _may_stay(self, copied: DeployedCopy) -> bool:
        return self.may_retarget(copied) or not leaves_partition(copied.copy.target, self._partition)

    def selections(self, plan: OpenPlan) -> Iterator[OpenSelection]:
        """The selections of a plan, and those that may come."""
        for selection in plan.real.plan.selections if plan.real else ():
            yield OpenSelection(selection, plan)
        if plan.real is None or self.more_selections(plan.real):
            yield OpenSelection(None, plan, sure=False, many=True)

    def more_selections(self, plan: DeployedPlan) -> bool:
        """Whether a plan may get selections."""
        grow = [self.grows(f"{plan.plan.path}/{SELECTIONS}/{kind}") for kind in (BY_TAGS, BY_RESOURCES)]
        return any(grow)

    def grows(self, path: str) -> bool:
        """Whether a policy may bring anything into the block at a path that is not published there."""
        return self._open.grows(path) or any(self._mentioned(path).values())

    def new_names(self, path: str, own: str) -> Iterator[str]:
        """Names under which policies may add to the block at a path, of those that are free `own`."""
        yield from (key for key, is_open in self._mentioned(path).items() if is_open)
        if self._open.grows(path):
            node = self._state.find(keys(path)) if self._state else None
            taken = node.children if node else {}
            yield next(name for name in chain((own,), (f"{own}_{n}" for n in count(2))) if name not in taken)

    def _in_regions(self, plan: OpenPlan, real: DeployedPlan, rule: BackupRule) -> Iterator[OpenRule]:
        """A rule in the Regions of its plan; where they may change, in one at least, since AWS wants one."""
        operators = self._open.operators(f"{real.plan.path}/{REGIONS.place}")
        kept = not operators & (MAY_ASSIGN | MAY_REMOVE)
        here = real.in_regions[rule.name]
        for deployed in here:
            yield OpenRule(deployed, plan, rule.name, deployed.region, sure=kept)
        anywhere = here[0] if here else real.placement.in_region(rule, "")
        if not kept:
            yield OpenRule(anywhere, plan, rule.name, Other(), sure=True)
        if operators & (MAY_ASSIGN | MAY_APPEND):
            elsewhere = Other(frozenset(real.plan.regions))
            yield OpenRule(anywhere, plan, rule.name, elsewhere, sure=False, many=True)

    def _mentioned(self, path: str) -> dict[str, bool]:
        """The keys below a block that are mentioned and not published, with whether a policy may set anything there."""
        node = self._state.find(keys(path)) if self._state else None
        below = node.children.items() if node else ()
        return {
            key: self._may_be_set(f"{path}/{segment(key)}", child) for key, child in below if child.document is None
        }

    def _may_be_set(self, path: str, node: Node) -> bool:
        """Whether a policy may set anything at or beneath a node."""
        below = [self._may_be_set(f"{path}/{segment(key)}", child) for key, child in node.children.items()]
        return any([self._open.grows(path), bool(self._open.operators(path)), *below])


def _other(mentioned: Iterable[str], names: Iterable[str]) -> Other:
    return Other(frozenset((*mentioned, *names)))


def identity_of(element: OpenElement) -> tuple[Hashable, ...]:
    """The key that tells an element from others of an account, however often it is asked for."""
    if isinstance(element, OpenPlan):
        return element.real, element.name
    if isinstance(element, OpenRule):
        return element.real, element.name, element.region, element.plan.real
    return element.real, *identity_of(element.rule if isinstance(element, OpenCopy) else element.plan)


def path_of(element: OpenElement) -> str:
    """The path of the block of an element that exists."""
    if isinstance(element, OpenPlan) and element.real:
        return element.real.plan.path
    if isinstance(element, OpenRule) and element.real:
        return element.real.rule.path
    if isinstance(element, OpenCopy) and element.real:
        return element.real.copy.path
    if isinstance(element, OpenSelection) and element.real:
        return element.real.path
    raise TypeError("what is not there yet has no path")
