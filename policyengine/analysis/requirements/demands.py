"""Requirements and tests whose expressions have their types: what `check_types` gives and `judge` takes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal, TypeAlias

from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Logical,
    Not,
    Pick,
    Quantifier,
    parts,
)
from policyengine.analysis.requirements.value_types import Type
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.language.syntax import expression_text
from policyengine.language.syntax.nodes import (
    ExpectValidity,
    ExpectViolation,
    Expression,
    GivenAccount,
    GivenPolicy,
    Test,
)

Level = Literal["advisory", "mandatory"]


class Assertion(Record, eq=False):
    """A condition that must hold for every account in scope; `span` is where a violation points."""

    condition: Condition
    message: str
    span: Span


class Requirement(Record, eq=False):
    """A requirement of the project, or of a pack that it uses.

    An account is in scope when all of `scope` hold. `span` is the head of the requirement, or the use of its pack.
    """

    name: str
    title: str
    reference: str
    level: Level
    scope: tuple[Condition, ...]
    assertions: tuple[Assertion, ...]
    span: Span
    pack: str | None


class ExpectedCondition(Record, eq=False):
    """`expect EXPR`."""

    condition: Condition
    span: Span


Expected = ExpectedCondition | ExpectViolation | ExpectValidity


class TypedTest(Record, eq=False):
    """A test: what is given and what is expected, in written order, and its statement."""

    title: str
    given: tuple[GivenAccount | GivenPolicy, ...]
    expected: tuple[Expected, ...]
    written: Test


class Demands(Record):
    """Everything that a project asks for. `ids` are account ids that its expressions name."""

    requirements: tuple[Requirement, ...] = ()
    tests: tuple[TypedTest, ...] = ()
    ids: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the requirements, each once, as written."""
        return tuple(dict.fromkeys(requirement.name for requirement in self.requirements))


class EqualConditions:
    """The conditions of assertions so far, by all that they say: what packs have in common is judged once.

    Only whole ones become one object: which quantifiers met anything is asked of each assertion, and within one of them
    the same words may stand in two places.
    """

    def __init__(self) -> None:
        self._first: dict[Hashable, Condition] = {}

    def __call__(self, condition: Condition) -> Condition:
        """The condition that says the same, if there was one."""
        return self._first.setdefault(_content(condition), condition)


def meaning(requirement: Requirement) -> Hashable:
    """A key of a requirement's assertions and scope, wherever it is written; without its level and its words."""
    return tuple(map(_content, requirement.scope)), tuple(
        _content(assertion.condition) for assertion in requirement.assertions
    )


_Typed: TypeAlias = Access | Comparison | Constant | Logical | Not | Pick | Quantifier


def _content(value: object) -> Hashable:
    """All that a condition says: types, values and words, whatever their place in a text."""
    if isinstance(value, _Typed):
        return type(value), *(_content(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, tuple):
        return tuple(map(_content, value))
    return expression_text(value) if isinstance(value, Expression) else value


def asks_for_account_tags(requirement: Requirement) -> bool:
    """Whether any expression of a requirement looks at the tags of accounts."""
    conditions = (*requirement.scope, *(assertion.condition for assertion in requirement.assertions))
    return any(map(_asks_for_account_tags, conditions))


def asks_for_resources(requirement: Requirement) -> bool:
    """Whether any quantifier of a requirement ranges over resources."""
    conditions = (*requirement.scope, *(assertion.condition for assertion in requirement.assertions))
    return any(map(_asks_for_resources, conditions))


def _asks_for_account_tags(condition: Condition) -> bool:
    if isinstance(condition, Access):
        return condition.attributes[0] is ATTRIBUTES[Type.ACCOUNT]["tags"]
    return any(map(_asks_for_account_tags, _inside(condition)))


def _asks_for_resources(condition: Condition) -> bool:
    over = isinstance(condition, Quantifier) and condition.over == "resource"
    return over or any(map(_asks_for_resources, _inside(condition)))


def _inside(condition: Condition) -> tuple[Condition, ...]:
    """The conditions of a node, those of a quantifier included."""
    if isinstance(condition, Quantifier):
        return (condition.satisfies, *((condition.where,) if condition.where else ()))
    return parts(condition)
