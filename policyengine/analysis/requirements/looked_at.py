"""The settings of an effective policy that a condition looks at, by their paths.

A path is that of a setting, with all beneath it; one that ends with `*` is that of each block of a kind, whether there
is such a block or not. What no policy sets, such as an account's tags, has no path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policyengine.analysis.requirements.atoms import Atom, atom, path_of, plan_path
from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.analysis.requirements.resource_rows import ResourceRow
from policyengine.analysis.requirements.row import Row
from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.typed import Access, Condition, Pick, Quantifier, Slot, parts
from policyengine.analysis.requirements.value_types import Type
from policyengine.aws.deployment import DeployedRule
from policyengine.aws.merge import segment
from policyengine.aws.settings import (
    BY_RESOURCES,
    BY_TAGS,
    COPY_BLOCK,
    COPY_RETAIN,
    COPY_TARGET,
    PLANS,
    REGIONS,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    SELECTIONS,
)

WHOLE_POLICY = PLANS
"""The path of all plans, for what cannot be decided since AWS withholds the effective policy."""

_ANY_PLAN = f"{PLANS}/*"
_RULES = RULE_BLOCK.path[0]
_COPIES = COPY_BLOCK.path[0]
_OF_PROTECTION = (_ANY_PLAN, *(f"{_ANY_PLAN}/{each}" for each in (REGIONS.place, SELECTIONS, f"{_RULES}/*")))
_RESOURCE = ATTRIBUTES[Type.RESOURCE]
_OF_RESOURCE: Mapping[Attribute, tuple[str, ...]] = {
    _RESOURCE["protected"]: _OF_PROTECTION,
    _RESOURCE["plans"]: _OF_PROTECTION,
    _RESOURCE["interval"]: (*_OF_PROTECTION, f"{_ANY_PLAN}/{_RULES}/*/{SCHEDULE.place}"),
    _RESOURCE["retention"]: (*_OF_PROTECTION, f"{_ANY_PLAN}/{_RULES}/*/{RETAIN.place}"),
}
"""What makes an attribute of a resource: any plan of its account."""

_BLOCKS: Mapping[Slot, tuple[str, ...]] = {
    "plan": (_ANY_PLAN,),
    "rule": (f"{_ANY_PLAN}/{_RULES}/*",),
    "copy": (f"{_ANY_PLAN}/{_RULES}/*/{_COPIES}/*",),
    "selection": (f"{_ANY_PLAN}/{SELECTIONS}/{BY_TAGS}/*", f"{_ANY_PLAN}/{SELECTIONS}/{BY_RESOURCES}/*"),
}

_CONTINUOUS = ATTRIBUTES[Type.RULE]["continuous"]


def of_value(value: Atom) -> tuple[str, ...]:
    """The settings that make a value, or that would make one that is missing."""
    if value.row.view.withheld:
        return (WHOLE_POLICY,)
    if isinstance(value.element, ResourceRow):
        return _OF_RESOURCE.get(value.attribute, ())
    if value.value is MISSING and isinstance(value.operand, Pick) and (lacking := _of_missing(value.operand, value)):
        return lacking
    if value.path is None or (value.path.block and not value.attribute.whole):
        return ()
    return _of_path(value, value.path.path)


def _of_path(value: Atom, path: str) -> tuple[str, ...]:
    """The same for a value that is set at a path."""
    if value.attribute.place == COPY_BLOCK.place:
        return f"{path}/*", f"{path}/*/{COPY_TARGET.place}"
    if value.inherited and value.element:
        return f"{path_of(value.element)}/{COPY_RETAIN.place}", path
    return (path, f"{plan_path(path)}/{SELECTIONS}") if _hangs_on_types(value) else (path,)


def _of_missing(pick: Pick, value: Atom) -> tuple[str, ...]:
    """Where a plan or rule that a name does not find would be; nothing where it is found."""
    plan = value.row.picked_plan(pick)
    if plan is None:
        return (f"{PLANS}/{segment((pick.plan or '').lower())}",)
    if pick.rule is None:
        return ()
    if pick.rule not in plan.in_regions:
        return (f"{plan.plan.path}/{_RULES}/{segment(pick.rule.lower())}",)
    return () if value.row.picked(pick) else (f"{plan.plan.path}/{REGIONS.place}",)


def _hangs_on_types(value: Atom) -> bool:
    """Whether a rule asks for continuous backup, so that the types that it reaches decide."""
    rule = value.element
    return value.attribute is _CONTINUOUS and isinstance(rule, DeployedRule) and rule.rule.continuous


def of_elements(quantifier: Quantifier, row: Row) -> tuple[str, ...]:
    """Where the elements that a quantifier ranges over are, and others would be."""
    if quantifier.over == "resource":
        return ()
    if quantifier.within == "resource":
        return (*_OF_PROTECTION, *_below(_ANY_PLAN, quantifier.over))
    if quantifier.within == "rule" and row.rule:
        rule = row.rule.rule.path
        return _below(plan_path(rule), "selection") if quantifier.over == "selection" else (f"{rule}/{_COPIES}/*",)
    if quantifier.within == "plan" and row.plan:
        return _below(row.plan.plan.path, quantifier.over)
    return (_ANY_PLAN, *_below(_ANY_PLAN, quantifier.over))


def _below(plan: str, over: Slot) -> tuple[str, ...]:
    """The same below a plan; rules and copies are in its Regions."""
    if over == "plan":
        return ()
    if over == "selection":
        return f"{plan}/{SELECTIONS}/{BY_TAGS}/*", f"{plan}/{SELECTIONS}/{BY_RESOURCES}/*"
    rules = f"{plan}/{_RULES}/*"
    return f"{plan}/{REGIONS.place}", rules, *((f"{rules}/{_COPIES}/*",) if over == "copy" else ())


def of_condition(condition: Condition | None, row: Row) -> Iterator[str]:
    """The settings that a condition looks at where a row is, whatever its truth."""
    if isinstance(condition, Quantifier):
        yield from of_elements(condition, row)
        for inside in row.inside(condition):
            yield from of_condition(condition.where, inside)
            yield from of_condition(condition.satisfies, inside)
    elif isinstance(condition, (Access, Pick)):
        value = atom(condition, row)
        yield from of_value(value) if value else ()
    elif condition:
        for part in parts(condition):
            yield from of_condition(part, row)


def anywhere(condition: Condition | None) -> Iterator[str]:
    """The settings of any account that a condition looks at."""
    if isinstance(condition, Quantifier):
        yield from () if condition.over == "resource" else (_ANY_PLAN, *_below(_ANY_PLAN, condition.over))
        yield from anywhere(condition.where)
        yield from anywhere(condition.satisfies)
    elif isinstance(condition, Access):
        first = condition.attributes[0]
        yield from _OF_RESOURCE.get(first, ())
        yield from (f"{block}/{first.place}" for block in _BLOCKS.get(condition.slot, ()) if first.place)
        yield from (f"{_ANY_PLAN}/{first.place_in_plan}",) if first.place_in_plan else ()
    elif isinstance(condition, Pick):
        yield f"{PLANS}/{segment(condition.plan.lower())}" if condition.plan else _ANY_PLAN
    elif condition:
        for part in parts(condition):
            yield from anywhere(part)


def together(*paths: Iterable[str]) -> tuple[str, ...]:
    """The paths of all, each once, in order."""
    return tuple(dict.fromkeys(path for each in paths for path in each))
