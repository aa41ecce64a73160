"""Typed expressions as plain data: `Checker` builds them, `Columns` evaluates them.

`free` names the slots that a node looks at, so that it is evaluated once for all rows that are at the same there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_
from typing import Any, Literal, TypeAlias

from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.analysis.requirements.resource_rows import AccountResources, ResourceRow
from policyengine.analysis.requirements.truth import Truth
from policyengine.analysis.requirements.value_types import Type
from policyengine.aws.deployment import DeployedCopy, DeployedPlan, DeployedRule, Selection
from policyengine.base.records import Record
from policyengine.language.syntax.nodes import ComparisonOperator, Expression, QuantifierNode

Element: TypeAlias = DeployedPlan | DeployedRule | DeployedCopy | Selection | ResourceRow
Holder: TypeAlias = DeployedPlan | DeployedRule | ResourceRow | AccountResources
"""An object that contains elements, and that a path may pick or range over."""

Slot: TypeAlias = Literal["account", "plan", "rule", "copy", "selection", "resource"]
Free: TypeAlias = frozenset[str]
"""Slots, and `view`: the plans of the account; `account` is what differs between accounts that share a view."""


class Constant(Record, eq=False):
    """A literal; `text` is how a message shows it. Of a list, `item` is the type of what it holds."""

    type: Type
    constant: object
    text: str
    item: Type = Type.STRING
    free: Free = frozenset()


class Access(Record, eq=False):
    """`rule.vault.lock`: attributes of what a slot holds; of a tag, `key` is the tag's."""

    type: Type
    slot: Slot
    attributes: tuple[Attribute, ...]
    free: Free
    key: str | None = None

    @property
    def own(self) -> bool:
        """Whether its value may be the account's own id."""
        return self.attributes[-1].own


class Pick(Record, eq=False):
    """`plans["x"].rules["y"].in_region["r"].retention`: attributes of a plan or rule picked by name.

    `plan` is None where the plan is the one that a quantifier is at, `rule` where the plan itself is meant. The value
    is the one that the plan, or the rule in all of its Regions, has; missing where it is not there, or Regions differ.
    """

    type: Type
    plan: str | None
    rule: str | None
    region: str | None
    attributes: tuple[Attribute, ...]
    free: Free
    key: str | None = None

    @property
    def own(self) -> bool:
        """Whether its value may be the account's own id."""
        return self.attributes[-1].own


class Comparison(Record, eq=False):
    """`left OP right`; `holds` compares two values that are there."""

    left: Operand
    operator: ComparisonOperator
    right: Operand
    holds: Callable[[Any, Any], Truth]
    free: Free
    written: Expression


class Logical(Record, eq=False):
    """`and`, `or`."""

    operator: Literal["and", "or"]
    operands: tuple[Condition, ...]
    free: Free
    written: Expression


class Not(Record, eq=False):
    """`not`."""

    operand: Condition
    free: Free


class Quantifier(Record, eq=False):
    """`every KIND where ... satisfies ...`; `within` is the slot whose elements it ranges over."""

    kind: Literal["every", "some", "no", "at least"]
    count: int
    over: Slot
    within: Slot
    where: Condition | None
    satisfies: Condition
    free: Free
    written: QuantifierNode

    @property
    def inside(self) -> Free:
        """The slots that it looks at for each of its elements, that of the element included."""
        return self.satisfies.free | (self.where.free if self.where else frozenset())


Operand: TypeAlias = Constant | Access | Pick
Condition: TypeAlias = "Constant | Access | Pick | Comparison | Logical | Not | Quantifier"


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions and operands of a node, without those inside a quantifier."""
    if isinstance(condition, Comparison):
        return condition.left, condition.right
    if isinstance(condition, Logical):
        return condition.operands
    return (condition.operand,) if isinstance(condition, Not) else ()


def counts_as(element: Element) -> object:
    """The object that `at least` counts once: a rule or a copy, however many Regions it is in (language.md 5.1)."""
    if isinstance(element, DeployedRule):
        return element.rule
    return element.copy if isinstance(element, DeployedCopy) else element


_TYPE = ATTRIBUTES[Type.RESOURCE]["type"]


def unlisted_types(quantifier: Quantifier, unlisted: frozenset[str]) -> frozenset[str]:
    """The types that a quantifier names and whose resources the inventory cannot list."""
    if quantifier.over != "resource" or not unlisted:
        return frozenset()
    asked = [quantifier.where, None if quantifier.kind == "every" else quantifier.satisfies]
    return (_types_meeting_all(filter(None, asked)) or frozenset()) & unlisted


def _types_meeting(condition: Condition) -> frozenset[str] | None:
    """The types that alone can meet a condition; None where others can."""
    if isinstance(condition, Comparison):
        return _types_compared_with(condition)
    if isinstance(condition, Logical) and condition.operator == "and":
        return _types_meeting_all(condition.operands)
    if isinstance(condition, Logical):
        each = [_types_meeting(operand) for operand in condition.operands]
        return None if None in each else reduce(or_, filter(None, each), frozenset())
    return None


def _types_meeting_all(conditions: Iterable[Condition]) -> frozenset[str] | None:
    each = [types for types in map(_types_meeting, conditions) if types is not None]
    return reduce(and_, each) if each else None


def _types_compared_with(condition: Comparison) -> frozenset[str] | None:
    sides = condition.left, condition.right
    constant = next((side.constant for side in sides if isinstance(side, Constant)), None)
    if not any(isinstance(side, Access) and side.attributes[0] is _TYPE for side in sides):
        return None
    if condition.operator == "==" and isinstance(constant, str):
        return frozenset({constant})
    if condition.operator == "in" and isinstance(constant, (tuple, list, frozenset)):
        return frozenset(map(str, constant))
    return None
