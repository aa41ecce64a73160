"""The accounts below a target, and what a requirement sees of them, so that equal ones are examined once.

Each unit has one more, created later: nothing but its unit is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping

from policyengine.analysis.prove.partial import Other, TextPrefix, compare
from policyengine.analysis.requirements import ABSENT, ATTRIBUTES, Requirement, Subject, Type
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
)
from policyengine.aws.deployment import OWN, UNKNOWN, View
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.organization import Entity, Organization, child_path

_ACCOUNT = ATTRIBUTES[Type.ACCOUNT]
_KNOWN_OF_NEW = (_ACCOUNT["ou"], _ACCOUNT["management"])
_NEW = "new-account"
NOTHING = View((), (), None)
"""What an account has that gets no document."""


class Accounts:
    """The accounts at or below each entity, and one that is created later in each unit."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._below: dict[Entity, tuple[Entity, ...]] = {}

    def below(self, target: Entity) -> tuple[Entity, ...]:
        """The accounts at or below a target."""
        if target not in self._below:
            self._below[target] = (target,) if target.kind == "account" else tuple(self._of_unit(target))
        return self._below[target]

    def _of_unit(self, unit: Entity) -> Iterator[Entity]:
        yield _later_account(unit)
        for child in self._organization.children.get(unit, ()):
            yield from self.below(child)


def _later_account(unit: Entity) -> Entity:
    return Entity("account", None, _NEW, child_path(unit.path, _NEW), unit)


def exact(value: object, access: Access | Pick, account: Subject) -> object:
    """An attribute as it is now."""
    for attribute in access.attributes:
        value = attribute.read(value)
    if access.key is not None:
        return value.get(access.key, ABSENT) if isinstance(value, Mapping) else ABSENT
    return account.account.id if access.own and value == OWN else value


def of_account(access: Access | Pick, account: Subject, taken: Collection[str]) -> object:
    """An attribute of the account; of one that is not there yet what its unit tells, and no id that is `taken`."""
    if not is_new(account.account):
        return exact(account, access, account)
    first = access.attributes[0]
    if first is _ACCOUNT["path"]:
        return TextPrefix(f"{_ACCOUNT['ou'].read(account)}/")
    if first is _ACCOUNT["id"]:
        return Other(frozenset(taken))
    return exact(account, access, account) if first in _KNOWN_OF_NEW else UNKNOWN


def is_new(entity: Entity) -> bool:
    """Whether an entity is an account that is created later: it has no id yet."""
    return entity.kind == "account" and entity.id is None


class AccountTraits:
    """The traits of an account that a requirement reads, so that accounts with equal answers are examined once.

    A comparison of the account's own attributes with fixed values counts by its truth, any other by the values.
    `management` is the id of the management account, `taken` are the ids that no account created later can have.
    """

    def __init__(self, requirement: Requirement, management: str | None, taken: Collection[str]) -> None:
        self._management = management
        self._questions = [question for atom in atoms_of(requirement) for question in _questions(atom, taken)]

    def of(self, account: Entity) -> Hashable:
        """A key, equal for accounts that the requirement cannot tell apart."""
        subject = Subject(NOTHING, account, None if self._management is None else account.id == self._management)
        return tuple(question(subject) for question in self._questions)


def reads_account(requirement: Requirement) -> bool:
    """Whether an assertion reads attributes of the account itself."""
    all_atoms = (atom for assertion in requirement.assertions for atom in atoms(assertion.condition))
    return any(_is_of_account(side) for atom in all_atoms for side in sides(atom))


def atoms_of(requirement: Requirement) -> Iterator[Comparison | Operand]:
    """The comparisons and single values of a requirement."""
    for condition in (*requirement.scope, *(assertion.condition for assertion in requirement.assertions)):
        yield from atoms(condition)


def atoms(condition: Condition) -> Iterator[Comparison | Operand]:
    """The comparisons and single values of a condition."""
    if isinstance(condition, Logical):
        for operand in condition.operands:
            yield from atoms(operand)
    elif isinstance(condition, Not):
        yield from atoms(condition.operand)
    elif isinstance(condition, Quantifier):
        yield from atoms(condition.where) if condition.where else ()
        yield from atoms(condition.satisfies)
    else:
        yield condition


def sides(atom: Comparison | Operand) -> tuple[Operand, ...]:
    """Both sides of a comparison, or a value by itself."""
    return (atom.left, atom.right) if isinstance(atom, Comparison) else (atom,)


def between(account: Entity, target: Entity) -> tuple[tuple[PolicyDocument, ...], ...]:
    """The policies that are attached strictly below a target down to an account, level by level."""
    return tuple(entity.policies for entity in account.chain[len(target.chain) :] if entity.policies)


def _questions(atom: Comparison | Operand, taken: Collection[str]) -> Iterator[Callable[[Subject], Hashable]]:
    own = [side for side in sides(atom) if not isinstance(side, Constant) and (side.own or _is_of_account(side))]
    fixed = [side for side in sides(atom) if isinstance(side, Constant)]
    if isinstance(atom, Comparison) and own and fixed:
        yield _truth(atom, own[0], fixed[0], taken)
    else:
        yield from (_value(side, taken) for side in own)


def _is_of_account(side: Operand) -> bool:
    return isinstance(side, Access) and side.slot == "account"


def _truth(
    comparison: Comparison, own: Access | Pick, fixed: Constant, taken: Collection[str]
) -> Callable[[Subject], Hashable]:
    value, mirrored = _value(own, taken), comparison.right is own

    def truth(subject: Subject) -> Hashable:
        here = value(subject)
        left, right = (fixed.constant, here) if mirrored else (here, fixed.constant)
        if here is UNKNOWN or isinstance(here, (TextPrefix, Other)):
            return compare(comparison.operator, left, right)
        return comparison.holds(left, right)

    return truth


def _value(own: Access | Pick, taken: Collection[str]) -> Callable[[Subject], Hashable]:
    """The account's attribute, or its id where that may be the operand's value."""
    if not _is_of_account(own):
        return lambda subject: subject.account.id
    return lambda subject: of_account(own, subject, taken)
