"""What an expression of a requirement comes to for one account (language.md 5.1 and 5.2), read literally.

Values are plain: texts, minutes, booleans, lists. What is being looked at is a dict, or a list of dicts where a rule
picked by name stands for itself in every Region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from oracle.plans import FoldedName
from oracle.truth import ABSENT, MISSING, UNKNOWN, Mark, Perhaps, Truth, all_of, any_of, negated
from policyengine.language.syntax.literals import Boolean, Duration, Forever, Integer, ListOf, Reference, Text, Value
from policyengine.language.syntax.nodes import (
    AttributeNode,
    ComparisonNode,
    Expression,
    Index,
    Items,
    LogicalNode,
    NotNode,
    Path,
    QuantifierNode,
    SpreadNode,
)

Tree = dict[str, Any]

MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60, "year": 365 * 24 * 60}
ORDERS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


class Scope(NamedTuple):
    """Where an expression stands.

    `plans` are the account's by name, or UNKNOWN. `bound` are what the quantifiers around it look at, outermost first.
    `vault` looks a vault up, `air_gapped_vault` one that a rule names as its air-gapped one. `resources` are the
    account's, each with the plans that protect it under `held`; UNKNOWN without an inventory.
    """

    account: Tree
    plans: dict[str, Tree] | Mark
    lets: Mapping[str, Value]
    vault: Callable[[Any], Tree]
    air_gapped_vault: Callable[[Any], Tree]
    bound: tuple[tuple[str, Tree], ...] = ()
    resources: list[Tree] | Mark = UNKNOWN


def truth(expression: Expression, scope: Scope) -> Truth:
    """True, False, UNKNOWN or MISSING."""
    if isinstance(expression, LogicalNode):
        combine = all_of if expression.operator == "and" else any_of
        return combine(truth(operand, scope) for operand in expression.operands)
    if isinstance(expression, NotNode):
        return negated(truth(expression.operand, scope))
    if isinstance(expression, QuantifierNode):
        return _quantified(expression, scope)
    if isinstance(expression, ComparisonNode):
        return _compared(value(expression.left, scope), expression.operator, value(expression.right, scope))
    found = value(expression, scope)
    assert isinstance(found, (bool, Mark)), expression
    return found


def value(expression: Expression, scope: Scope) -> Any:  # noqa: ANN401 - text, minutes, boolean, list or mark
    """What an operand comes to."""
    if isinstance(expression, Path):
        return _of_path(expression, scope)
    if isinstance(expression, Items):
        return [one for item in expression.items for one in _listed(item, scope)]
    if isinstance(expression, (Text, Integer, Duration, Forever, Boolean)):
        return _constant(expression, scope)
    return truth(expression, scope)


def _listed(item: Expression | SpreadNode, scope: Scope) -> list[Any]:
    """An item of a list, or those of a list that stands in it behind dots."""
    if not isinstance(item, SpreadNode):
        return [value(item, scope)]
    inner = value(item.value, scope)
    assert isinstance(inner, list), item
    return inner


# Quantifiers.


def members(kind: str, scope: Scope) -> list[Tree] | Mark:
    """All of a kind within what is nearest around: a rule's copies, its plan's selections, a plan's rules, ..."""
    for around, thing in () if kind == "resource" else reversed(scope.bound):
        if around == "plan" and kind != "plan":
            return _in_plan(kind, thing)
        if around == "resource":
            return _of_resource(kind, thing)
        if around == "rule" and kind == "copy":
            return list(thing["copies"])
        if around == "rule" and kind == "selection":
            assert not isinstance(scope.plans, Mark)
            return _in_plan(kind, scope.plans[thing["plan"]])
    plans = scope.resources if kind == "resource" else scope.plans
    if isinstance(plans, (list, Mark)):
        return plans
    plans = list(plans.values())
    return plans if kind == "plan" else [thing for plan in plans for thing in _in_plan(kind, plan)]


def _in_plan(kind: str, plan: Tree) -> list[Tree]:
    if kind == "selection":
        return list(plan["selections"])
    rules = [rule for regions in plan["rules"].values() for rule in regions]
    return rules if kind == "rule" else [copy for rule in rules for copy in rule["copies"]]


def _of_resource(kind: str, resource: Tree) -> list[Tree]:
    """What protects it: plans, their selections, and of their rules those that run where it is, with their copies."""
    if kind == "plan":
        return list(resource["held"])
    if kind == "selection":
        return [selection for plan in resource["held"] for selection in plan["selections"]]
    rules = rules_of(resource)
    return rules if kind == "rule" else [copy for rule in rules for copy in rule["copies"]]


def rules_of(resource: Tree) -> list[Tree]:
    """The rules that back a resource up."""
    rules = [rule for plan in resource["held"] for regions in plan["rules"].values() for rule in regions]
    return [rule for rule in rules if resource["region"] is UNKNOWN or rule["region"] == resource["region"]]


def _quantified(quantifier: QuantifierNode, scope: Scope) -> Truth:
    found = members(quantifier.over.text, scope)
    if isinstance(found, Mark):
        return found
    met: list[tuple[Tree, Truth, Truth]] = []
    for thing in found:
        inner = scope._replace(bound=(*scope.bound, (quantifier.over.text, thing)))
        counts = truth(quantifier.where, inner) if quantifier.where else True
        if counts not in (False, MISSING):
            met.append((thing, counts, truth(quantifier.satisfies, inner)))
    further = _may_have_more(quantifier.over.text, scope)
    if quantifier.kind == "at least":
        number = _number(quantifier.count or 0, met)
        return any_of([number, UNKNOWN]) if further else number
    neutral = quantifier.kind == "every"  # what an element comes to that does not count
    truths = [satisfied if counts is True or satisfied is neutral else UNKNOWN for _, counts, satisfied in met]
    return _summed(quantifier, [*truths, UNKNOWN] if further else truths)


def _may_have_more(kind: str, scope: Scope) -> bool:
    """Whether a resource may be backed up by what nobody knows of, and that is what a quantifier is about."""
    for around, thing in () if kind == "resource" else reversed(scope.bound):
        if around == "resource":
            return thing["protected"] is UNKNOWN or bool(thing["own"])
        if (around == "plan" and kind != "plan") or (around == "rule" and kind in {"copy", "selection"}):
            return False
    return False


def _number(count: int, met: list[tuple[Tree, Truth, Truth]]) -> Truth:
    """Whether so many satisfy; a rule and a copy count once, and only with all their Regions (language.md 5.1)."""
    each: dict[object, list[tuple[Truth, Truth]]] = {}
    for thing, counts, satisfied in met:
        each.setdefault(thing.get("one", id(thing)), []).append((counts, satisfied))
    truths = [_in_every_region(regions) for regions in each.values()]
    held = truths.count(True)
    if held >= count:
        return True
    if held + truths.count(UNKNOWN) >= count:
        return UNKNOWN
    return MISSING if MISSING in truths else False


def _in_every_region(regions: list[tuple[Truth, Truth]]) -> Truth:
    """What several Regions come to, some of which perhaps do not count: it must be so either way."""
    surely = [satisfied for counts, satisfied in regions if counts is True]
    perhaps = [satisfied for counts, satisfied in regions if counts is not True]
    if not surely:
        return False if all(satisfied is False for satisfied in perhaps) else UNKNOWN
    without, with_all = all_of(surely), all_of([*surely, *perhaps])
    return without if without is with_all or without in (False, MISSING) else UNKNOWN


def _summed(quantifier: QuantifierNode, truths: list[Truth]) -> Truth:
    if quantifier.kind == "every":
        return all_of(truths)
    if quantifier.kind == "some":
        return any_of(truths)
    return negated(any_of(truths))


# Paths.


def _of_path(path: Path, scope: Scope) -> Any:  # noqa: ANN401
    heads: dict[str, Any] = {"account": scope.account, **dict(scope.bound)}
    if not path.steps:
        return _word(path.head, scope)
    steps = list(path.steps)
    if path.head == "plans":
        return _common(_walk([scope.plans], steps, scope))
    if path.head == "account" and isinstance(steps[0], AttributeNode) and steps[0].name == "plans":
        return _common(_walk([scope.plans], steps[1:], scope))
    return _common(_walk([heads[path.head]], steps, scope))


def _walk(things: list[Any], steps: list[AttributeNode | Index], scope: Scope) -> list[Any]:
    """From each of the things, one for each Region of a picked rule, along the steps."""
    before = ""
    for step in steps:
        things = [after for thing in things for after in _step(thing, step, before, scope)] or [MISSING]
        before = step.name if isinstance(step, AttributeNode) else before
    return things


def _step(thing: Any, step: AttributeNode | Index, before: str, scope: Scope) -> list[Any]:  # noqa: ANN401
    if isinstance(thing, Mark):
        return [thing]
    if isinstance(step, Index):
        return _picked(thing, step.key, before)
    if step.name == "in_region":
        return [thing]
    if step.name == "vault":
        return [scope.vault(thing["vault"])]
    if step.name == "air_gapped_vault":
        return [scope.air_gapped_vault(thing["air_gapped_vault"])]
    return [thing[step.name]]


def _picked(thing: Any, key: str, before: str) -> list[Any]:  # noqa: ANN401
    """`before` tells what the key stands behind: `tags`, `rules`, `in_region`, or plans."""
    if before == "tags":
        return [thing.get(key, thing.get("*", ABSENT))]
    if before == "in_region":
        return [thing] if thing["region"] == key else []
    found = {name.lower(): below for name, below in thing.items()}.get(key.lower(), MISSING)
    return found if isinstance(found, list) else [found]


def _common(found: list[Any]) -> Any:  # noqa: ANN401
    """The one value of all Regions; where they differ there is none."""
    if any(one is MISSING for one in found):
        return MISSING
    known = [one for one in found if one is not UNKNOWN]
    differing = [_differ(one, other) for one in known for other in known]
    if True in differing:
        return MISSING
    return UNKNOWN if len(known) < len(found) or UNKNOWN in differing else known[0]


def _differ(one: Any, other: Any) -> Truth:  # noqa: ANN401
    """Whether two values are different; lists in which the same is in doubt are taken for one list."""
    if isinstance(one, list) and isinstance(other, list):
        return False if set(one) == set(other) else negated(_equal(one, other))
    return bool(one != other)


def _word(word: str, scope: Scope) -> Any:  # noqa: ANN401
    """A `let`, or a word that stands for itself: a Region, a resource type, `compliance`."""
    return _constant(scope.lets[word], scope) if word in scope.lets else word


def _constant(written: Value, scope: Scope) -> Any:  # noqa: ANN401
    if isinstance(written, Duration):
        return written.count * MINUTES[written.unit]
    if isinstance(written, Forever):
        return inf
    if isinstance(written, Reference):
        return _word(written.name, scope)
    if isinstance(written, ListOf):
        return [_constant(item, scope) for item in written.items]
    assert isinstance(written, (Text, Integer, Boolean)), written
    return written.value


# Comparisons.


def _compared(left: Any, operator: str, right: Any) -> Truth:  # noqa: ANN401
    if operator == "==":
        return _equal(left, right)
    if operator == "!=":
        return negated(_equal(left, right))
    if operator == "in":
        return _among(left, right)
    if lacking := _lacking(left, right):
        return lacking
    if operator == "like":
        return bool(ABSENT not in (left, right) and _matches(*_folded(left, right)))
    return ORDERS[operator](left, right)


def _lacking(left: object, right: object) -> Mark | None:
    return next((mark for mark in (MISSING, UNKNOWN) if left is mark or right is mark), None)


def _equal(left: Any, right: Any) -> Truth:  # noqa: ANN401
    if lacking := _lacking(left, right):
        return lacking
    if isinstance(left, list) and isinstance(right, list):
        return all_of([*(_also_in(item, right) for item in left), *(_also_in(item, left) for item in right)])
    if ABSENT in (left, right):
        return False
    left, right = _folded(left, right)
    return bool(left == right)


def _among(item: Any, items: list[Any] | Mark) -> Truth:  # noqa: ANN401
    """Whether some item of a list is equal."""
    if lacking := _lacking(item, items):
        return lacking
    assert isinstance(items, list)
    return any_of(_is(item, other) for other in items)


def _is(item: Any, other: Any) -> Truth:  # noqa: ANN401
    """Whether an item is another one of a list, which is perhaps not there."""
    if not isinstance(other, Perhaps):
        return _equal(item, other)
    return UNKNOWN if _equal(item, other.text) is True else False


def _also_in(item: Any, items: list[Any]) -> Truth:  # noqa: ANN401
    """Whether an item of one list is in another; one that is perhaps not there need not be."""
    if not isinstance(item, Perhaps):
        return _among(item, items)
    return True if _among(item.text, items) is True else UNKNOWN


def _folded(left: Any, right: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Both in lower case where one of them is a name."""
    if isinstance(left, FoldedName) or isinstance(right, FoldedName):
        return left.lower(), right.lower()
    return left, right


def _matches(text: str, pattern: str) -> bool:
    """Shell wildcards: `*` for any characters, `?` for one; everything else for itself."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_matches(text[start:], pattern[1:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and _matches(text[1:], pattern[1:])
