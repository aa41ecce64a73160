"""Which rules can back up the same resource: those of one plan, and those of plans that an account has side by side.

Where nobody can tell, the answer is no: a tag and a type, or two conditions, may or may not be found on one resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from policyengine.plan.values import Plan, Rule, Selection


class Meeting(NamedTuple):
    """Two plans, or a plan and itself, that can select one resource of each of some types.

    `named` are those of the types that resource selections of both plans name.
    """

    first: Plan
    second: Plan
    types: frozenset[str]
    named: frozenset[str]

    @property
    def rules(self) -> Iterator[tuple[Rule, Rule]]:
        """Every two rules that back up these resources."""
        if self.first is self.second:
            return iter(combinations(self.first.rules, 2))
        return iter(product(self.first.rules, self.second.rules))

    def plan_of(self, rule: Rule) -> Plan:
        """The plan that one of the rules belongs to."""
        return self.first if rule in self.first.rules else self.second


def meet(first: Plan, second: Plan) -> Meeting:
    """What two plans of one account, or a plan and itself, can both select; no types where they share no Region."""
    if first is second:
        return Meeting(first, second, frozenset(first.resource_types), frozenset(first.named_types))
    shared = set(first.regions).intersection(second.regions)
    pairs = list(product(first.selections, second.selections)) if shared else []
    types = {name for pair in pairs for name in _common_types(*pair)}
    named = {name for pair in pairs if all(one.names_types for one in pair) for name in _common_types(*pair)}
    return Meeting(first, second, frozenset(types), frozenset(named))


def _common_types(first: Selection, second: Selection) -> set[str]:
    """The types of which both selections can select one resource, as far as one can tell."""
    conditions = [{(c.operator, c.key, c.value) for c in selection.conditions} for selection in (first, second)]
    told_apart = all(conditions) and conditions[0] != conditions[1]
    if told_apart or not _same_kind_of_choice(first, second):
        return set()
    return set(first.reach).intersection(second.reach)


def _same_kind_of_choice(first: Selection, second: Selection) -> bool:
    """Whether both choose by one tag, or both by type, or one of them takes everything."""
    if first.kind == second.kind == "tag":
        return first.key == second.key and not set(first.values).isdisjoint(second.values)
    return first.kind == second.kind or any(_takes_everything(selection) for selection in (first, second))


def _takes_everything(selection: Selection) -> bool:
    return selection.kind == "resource" and "*" in selection.types and not selection.conditions
