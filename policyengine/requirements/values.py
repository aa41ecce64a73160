"""Requirements and tests whose expressions have their types: what `check_types` gives and `judge` takes."""

from __future__ import annotations

from typing import Literal

from policyengine.requirements.typed import Condition
from policyengine.source import Span
from policyengine.syntax.nodes import ExpectValidity, ExpectViolation, GivenAccount, GivenPolicy, Test
from policyengine.value import thing, value

Level = Literal["advisory", "mandatory"]


@thing
class Assertion:
    """A condition that must hold for every account in scope; `span` is where a violation points."""

    condition: Condition
    message: str
    span: Span


@thing
class Requirement:
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


@thing
class ExpectedCondition:
    """`expect EXPR`."""

    condition: Condition
    span: Span


Expected = ExpectedCondition | ExpectViolation | ExpectValidity


@thing
class TypedTest:
    """A test: what is given and what is expected, in written order, and its statement."""

    title: str
    given: tuple[GivenAccount | GivenPolicy, ...]
    expected: tuple[Expected, ...]
    written: Test


@value
class Demands:
    """Everything that a project asks for. `ids` are account ids that its expressions name."""

    requirements: tuple[Requirement, ...] = ()
    tests: tuple[TypedTest, ...] = ()
    ids: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the requirements, each once, as written."""
        return tuple(dict.fromkeys(requirement.name for requirement in self.requirements))
