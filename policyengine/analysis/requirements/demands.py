"""Requirements and tests whose expressions have their types: what `check_types` gives and `judge` takes."""

from __future__ import annotations

from typing import Literal

from policyengine.analysis.requirements.typed import Condition
from policyengine.base.records import entity, record
from policyengine.base.source import Span
from policyengine.language.syntax.nodes import ExpectValidity, ExpectViolation, GivenAccount, GivenPolicy, Test

Level = Literal["advisory", "mandatory"]


@entity
class Assertion:
    """A condition that must hold for every account in scope; `span` is where a violation points."""

    condition: Condition
    message: str
    span: Span


@entity
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


@entity
class ExpectedCondition:
    """`expect EXPR`."""

    condition: Condition
    span: Span


Expected = ExpectedCondition | ExpectViolation | ExpectValidity


@entity
class TypedTest:
    """A test: what is given and what is expected, in written order, and its statement."""

    title: str
    given: tuple[GivenAccount | GivenPolicy, ...]
    expected: tuple[Expected, ...]
    written: Test


@record
class Demands:
    """Everything that a project asks for. `ids` are account ids that its expressions name."""

    requirements: tuple[Requirement, ...] = ()
    tests: tuple[TypedTest, ...] = ()
    ids: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the requirements, each once, as written."""
        return tuple(dict.fromkeys(requirement.name for requirement in self.requirements))
