"""Why a quantifier does not come to what is wanted, where that is a matter of numbers."""

from __future__ import annotations

from collections.abc import Collection

from policyengine.plan import DeployedCopy, DeployedPlan, DeployedRule
from policyengine.requirements.atoms import Place, plan_of
from policyengine.requirements.environment import Element, Environment, Slot
from policyengine.requirements.quantifier import Quantifier, counts_as
from policyengine.requirements.reason import Reason
from policyengine.requirements.truth import Truth
from policyengine.syntax import expression_text
from policyengine.syntax.expressions import Expression
from policyengine.wording import quoted

_LONGEST = 100  # characters of an expression that a message quotes
_PLURALS: dict[Slot, str] = {"plan": "plans", "rule": "rules", "copy": "copies", "selection": "selections"}


def none_meant(condition: Quantifier, environment: Environment, *, wanted: bool) -> Reason:
    """`rule `nightly` has no copy; ... asks for one that satisfies `copy.cross_region``."""
    holder, place = _holder(condition, environment)
    where = f" where {shown(condition.written.where)}" if condition.written.where else ""
    amount = f"at least {condition.count}" if condition.count > 1 else "one"
    verb = ("satisfy" if condition.count > 1 else "satisfies") if wanted else "does not satisfy"
    asked = f"{amount} that {verb} {shown(condition.written.satisfies)}"
    return Reason(f"{holder} has no {condition.over}{where}", asked, place)


def too_few(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> Reason:
    """`2 of 4 rules, in all their Regions, satisfy `rule.continuous`; ... asks for at least 3`."""
    amount = f"at least {condition.count}" if condition.count else "one"
    return Reason(_counted(condition, environment, met), amount, _holder(condition, environment)[1])


def too_many(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> Reason:
    """`2 of 4 rules satisfy `rule.continuous`; ... asks for fewer than 2`."""
    fewer = f"fewer than {condition.count}" if condition.count > 1 else "none"
    amount = fewer if condition.kind == "at least" else "one that does not"
    return Reason(_counted(condition, environment, met), amount, _holder(condition, environment)[1])


def names(met: Collection[tuple[Element, Truth]]) -> int:
    """How many elements these are, whatever the Region."""
    return len({_path(element) for element, _ in met})


def shown(expression: Expression) -> str:
    """An expression as a message quotes it."""
    return quoted(expression_text(expression), _LONGEST)


def _counted(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> str:
    """Of `at least` rules and copies count, of the others each Region that they are in."""
    held = sum(truth is True for _, truth in met)
    number, regions = len(met) if held else names(met), ", each Region counted,"
    if condition.kind == "at least":
        each: dict[object, list[Truth]] = {}
        for element, truth in met:
            each.setdefault(counts_as(element), []).append(truth)
        partly = [truths for truths in each.values() if True in truths and set(truths) != {True}]
        held, number = sum(set(truths) == {True} for truths in each.values()), len(each)
        regions = f", in all {'their' if number > 1 else 'its'} Regions," if partly else ""
    kind = _PLURALS[condition.over] if number > 1 else condition.over
    holder, place = _holder(condition, environment)
    of = f" of {holder}" if place else ""
    regions = regions if condition.kind == "at least" or number > names(met) else ""
    verb = "satisfy" if held > 1 else "satisfies"
    return f"{held or 'none'} of {number} {kind}{of}{regions} {verb} {shown(condition.written.satisfies)}"


def _holder(condition: Quantifier, environment: Environment) -> tuple[str, Place | None]:
    """Whose elements are counted."""
    if condition.within == "rule" and (rule := environment.rule):
        plan = plan_of(rule, environment)
        return f"rule {quoted(rule.rule.name)}", Place(plan, rule.rule.path, block=True) if plan else None
    if condition.within == "plan" and environment.plan:
        plan = environment.plan.plan
        return f"plan {quoted(plan.name)}", Place(plan, plan.path, block=True)
    return "this account", None


def _path(element: Element) -> str:
    if isinstance(element, DeployedPlan):
        return element.plan.path
    if isinstance(element, DeployedRule):
        return element.rule.path
    return element.copy.path if isinstance(element, DeployedCopy) else element.path
