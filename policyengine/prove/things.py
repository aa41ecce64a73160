"""The plans, rules, copies and selections that accounts have, may lose, and may get from policies further down.

A key that some policy mentions without publishing anything there is none of a new thing: it may be filled where no new
one could come (semantics.md R18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, count
from typing import TypeAlias

from policyengine.effective import MAY_APPEND, MAY_ASSIGN, MAY_REMOVE, Node, keys, segment
from policyengine.plan import UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Known, Rule, Selection
from policyengine.prove.openness import Openness
from policyengine.prove.partial import Other
from policyengine.value import thing

Name: TypeAlias = "Known[str | Other]"


@thing
class APlan:
    """A plan; `real` is None for one that is not there yet. `many`: it stands for any number of them."""

    real: DeployedPlan | None
    name: Name
    sure: bool = True
    many: bool = False


@thing
class ARule:
    """A rule of a plan in a Region; `real` is None for one that is not there yet.

    `sure` if it is there where its plan is; of a Region that nobody knows, `region` is an `Other`.
    """

    real: DeployedRule | None
    plan: APlan
    name: Name
    region: Name
    sure: bool
    many: bool = False


@thing
class ACopy:
    """A copy of a rule; `real` is None for a new one. `sure` if it is there where its rule is."""

    real: DeployedCopy | None
    rule: ARule
    sure: bool = True
    many: bool = False


@thing
class ASelection:
    """A selection of a plan; `real` is None for a new one. `sure` if it is there where its plan is."""

    real: Selection | None
    plan: APlan
    sure: bool = True
    many: bool = False


Thing: TypeAlias = APlan | ARule | ACopy | ASelection


class Things:
    """Everything that an account has or may get: `state` is what is inherited, `openness` what may change of it."""

    def __init__(self, plans: tuple[DeployedPlan, ...], state: Node | None, openness: Openness) -> None:
        self._plans = plans
        self._state = state
        self._open = openness

    @cached_property
    def plans(self) -> tuple[APlan, ...]:
        """The plans: nothing deletes one (semantics.md R26), and more where `plans` is open."""
        found = [APlan(plan, plan.plan.name) for plan in self._plans]
        mentioned = self._mentioned("plans")
        found += [APlan(None, name, sure=False) for name, comes in mentioned.items() if comes]
        if self._open.grows("plans"):
            found.append(APlan(None, _other(mentioned, (p.plan.name for p in self._plans)), sure=False, many=True))
        return tuple(found)

    def rules(self, plan: APlan) -> Iterator[ARule]:
        """The rules of a plan, once per Region; also in a Region that may come, and rules that may come."""
        if plan.real is None:
            yield ARule(None, plan, UNKNOWN, UNKNOWN, sure=False, many=True)
            return
        path = f"{plan.real.plan.path}/rules"
        for rule in plan.real.plan.rules:
            yield from self._in_regions(plan, plan.real, rule)
        mentioned = self._mentioned(path)
        for name, comes in mentioned.items():
            if comes:
                yield ARule(None, plan, name, UNKNOWN, sure=False, many=True)
        if self._open.grows(path):
            new = _other(mentioned, (rule.name for rule in plan.real.plan.rules))
            yield ARule(None, plan, new, UNKNOWN, sure=False, many=True)

    def copies(self, rule: ARule) -> Iterator[ACopy]:
        """The copies of a rule, and those that may come."""
        for copy in rule.real.copies if rule.real else ():
            yield ACopy(copy, rule)
        path = f"{rule.real.rule.path}/copy_actions" if rule.real else ""
        if rule.real is None or self.grows(path):
            yield ACopy(None, rule, sure=False, many=True)

    def selections(self, plan: APlan) -> Iterator[ASelection]:
        """The selections of a plan, and those that may come."""
        for selection in plan.real.plan.selections if plan.real else ():
            yield ASelection(selection, plan)
        if plan.real is None or self.more_selections(plan.real):
            yield ASelection(None, plan, sure=False, many=True)

    def more_selections(self, plan: DeployedPlan) -> bool:
        """Whether a plan may get selections."""
        grow = [self.grows(f"{plan.plan.path}/selections/{kind}") for kind in ("tags", "resources")]
        return any(grow)

    def grows(self, path: str) -> bool:
        """Whether a policy may bring anything into the block at a path that is not published there."""
        return self._open.grows(path) or any(self._mentioned(path).values())

    def new_names(self, path: str, own: str) -> Iterator[str]:
        """Names under which policies may bring something into the block at a path, of those that are free `own`."""
        yield from (key for key, comes in self._mentioned(path).items() if comes)
        if self._open.grows(path):
            node = self._state.find(keys(path)) if self._state else None
            taken = node.children if node else {}
            yield next(name for name in chain((own,), (f"{own}_{n}" for n in count(2))) if name not in taken)

    def _in_regions(self, plan: APlan, real: DeployedPlan, rule: Rule) -> Iterator[ARule]:
        """A rule in the Regions of its plan; where they may change, in one at least, since AWS wants one."""
        operators = self._open.operators(f"{real.plan.path}/regions")
        kept = not operators & (MAY_ASSIGN | MAY_REMOVE)
        here = real.in_regions[rule.name]
        for deployed in here:
            yield ARule(deployed, plan, rule.name, deployed.region, sure=kept)
        anywhere = here[0] if here else real.placement.in_region(rule, "")
        if not kept:
            yield ARule(anywhere, plan, rule.name, Other(), sure=True)
        if operators & (MAY_ASSIGN | MAY_APPEND):
            elsewhere = Other(frozenset(real.plan.regions))
            yield ARule(anywhere, plan, rule.name, elsewhere, sure=False, many=True)

    def _mentioned(self, path: str) -> dict[str, bool]:
        """The keys below a block that are mentioned and not published, with whether anything may come there."""
        node = self._state.find(keys(path)) if self._state else None
        below = node.children.items() if node else ()
        return {key: self._comes(f"{path}/{segment(key)}", child) for key, child in below if child.document is None}

    def _comes(self, path: str, node: Node) -> bool:
        """Whether a policy may set anything at or beneath a node."""
        below = [self._comes(f"{path}/{segment(key)}", child) for key, child in node.children.items()]
        return any([self._open.grows(path), bool(self._open.operators(path)), *below])


def _other(mentioned: Iterable[str], names: Iterable[str]) -> Other:
    return Other(frozenset((*mentioned, *names)))
