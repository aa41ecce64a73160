"""Expressions whose types are known to fit: what they come to for an account.

Made by `Checker`. A node is evaluated against an `Environment`, which holds what the quantifiers around it are at.
`free` names what of it a node looks at, so that a result is kept for all accounts, plans or rules that share it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from policyengine.plan import OWN, UNKNOWN, DeployedPlan, DeployedRule
from policyengine.requirements.attributes import Attribute, Subject
from policyengine.requirements.environment import Environment, Free, Slot
from policyengine.requirements.truth import ABSENT, MISSING, Truth, conjunction, disjunction, negation
from policyengine.requirements.types import Type
from policyengine.syntax.expressions import ComparisonOperator, Expression
from policyengine.value import thing

if TYPE_CHECKING:
    from policyengine.requirements.quantifier import Quantifier


@thing
class Constant:
    """A literal; `text` is how a message shows it. Of a list, `item` is the type of what it holds."""

    type: Type
    constant: object
    text: str
    item: Type = Type.STRING
    free: Free = frozenset()

    def value(self, _environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The literal itself."""
        return self.constant


@thing
class Access:
    """`rule.vault.lock`: attributes of what a slot holds; of a tag, `key` is the tag's."""

    type: Type
    slot: Slot
    attributes: tuple[Attribute, ...]
    free: Free
    key: str | None = None

    @property
    def own(self) -> bool:
        """Whether it may come to the account's own id."""
        return self.attributes[-1].own

    def value(self, environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The value, `UNKNOWN`, `MISSING` or `ABSENT`."""
        return _read(getattr(environment, self.slot), self, environment.account)


@thing
class Pick:
    """`plans["x"].rules["y"].in_region["r"].retention`: attributes of a plan or rule picked by name.

    `plan` is None where the plan is the one that a quantifier is at, `rule` where the plan itself is meant.
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
        """Whether it may come to the account's own id."""
        return self.attributes[-1].own

    def value(self, environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The value that the plan, or the rule in each of its Regions, has alike.

        `MISSING` where it is not there, or where Regions differ.
        """
        if environment.account.view.withheld:
            return UNKNOWN
        values = {self.read(element, environment) for element in self.elements(environment)}
        if len(values) == 1:
            return values.pop()
        known = values - {UNKNOWN}
        open_ = UNKNOWN in values and len(known) == 1 and MISSING not in known
        return UNKNOWN if open_ else MISSING

    def read(self, element: DeployedPlan | DeployedRule, environment: Environment) -> Any:  # noqa: ANN401 - see `value`
        """The value that the plan, or the rule in one Region, has."""
        return _read(element, self, environment.account)

    def elements(self, environment: Environment) -> Sequence[DeployedPlan | DeployedRule]:
        """The plan, or the rule in its Regions; none where there is no such thing."""
        plan = self.picked_plan(environment)
        if plan is None:
            return ()
        if self.rule is None:
            return (plan,)
        rules = plan.in_regions.get(self.rule, ())
        return rules if self.region is None else [rule for rule in rules if rule.region == self.region]

    def picked_plan(self, environment: Environment) -> DeployedPlan | None:
        """The plan, None where the account has none of this name."""
        if self.plan is None:
            return environment.plan
        return next((plan for plan in environment.account.view.plans if plan.plan.name == self.plan), None)


@thing
class Comparison:
    """`left OP right`; `holds` compares two values that are there."""

    left: Operand
    operator: ComparisonOperator
    right: Operand
    holds: Callable[[Any, Any], bool]
    free: Free
    written: Expression = field(repr=False)

    def value(self, environment: Environment) -> Truth:
        """Whether it holds."""
        left: object = self.left.value(environment)
        right: object = self.right.value(environment)
        if left is MISSING or right is MISSING:
            return MISSING
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return self.holds(left, right)


@thing
class Logical:
    """`and`, `or`."""

    operator: Literal["and", "or"]
    operands: tuple[Condition, ...]
    free: Free
    written: Expression = field(repr=False)

    def value(self, environment: Environment) -> Truth:
        """What the operands come to together."""
        decides = self.operator == "or"
        truths = []
        for operand in self.operands:
            truth = operand.value(environment)
            if truth is decides:
                return truth
            truths.append(truth)
        return disjunction(truths) if decides else conjunction(truths)


@thing
class Not:
    """`not`."""

    operand: Condition
    free: Free

    def value(self, environment: Environment) -> Truth:
        """The opposite."""
        return negation(self.operand.value(environment))


Operand: TypeAlias = Constant | Access | Pick
Condition: TypeAlias = "Constant | Access | Pick | Comparison | Logical | Not | Quantifier"


def _read(value: Any, access: Access | Pick, account: Subject) -> Any:  # noqa: ANN401 - of the access's type
    """The attributes of a value, one after the other."""
    for attribute in access.attributes:
        value = attribute.read(value)
    if access.key is not None:
        return value.get(access.key, ABSENT)
    return account.account.id if access.own and value == OWN else value
