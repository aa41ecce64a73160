"""Values in words: what a value is and who set it, durations, and what a comparison asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from policyengine.analysis.requirements.atoms import Atom, atom
from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.resource_rows import ResourceRow
from policyengine.analysis.requirements.row import Row
from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.typed import Constant, Element, Operand, Pick
from policyengine.analysis.requirements.value_types import ABSENT, OpenList, Type
from policyengine.analysis.requirements.wording import StatedValue
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    OWN,
    DeployedCopy,
    DeployedRule,
    DeployedVault,
    Minutes,
    leaves_partition,
)
from policyengine.aws.facts import limits, regions, resource_types
from policyengine.base.text import listed, quoted
from policyengine.language.syntax.literals import Duration
from policyengine.language.syntax.nodes import ComparisonOperator

_HOUR = 60
_LONGEST = 10**15  # of a unit: longer than anything that AWS can hold
_MANY_DAYS = 60 * DAY
_MINUTES = {"minute": 1, "hour": _HOUR, "day": DAY, "week": 7 * DAY, "year": 365 * DAY}


def minutes(duration: Duration) -> Minutes:
    """A written duration in minutes; a year is 365 days (language.md section 2)."""
    return min(duration.count, _LONGEST) * _MINUTES[duration.unit]


def shown(length: Minutes) -> str:
    """Minutes in the largest unit that they are whole in: `35 days`, `90 minutes`, `forever`.

    A long time that is not whole in days is days and the rest, one that no retention can be years and the rest.
    """
    if length == FOREVER:
        return "forever"
    if length > limits()["retention_most_days"] * DAY:
        return _and_rest(*divmod(length, _MINUTES["year"]), "year")
    if length > _MANY_DAYS and length % DAY:
        return _and_rest(*divmod(length, DAY), "day")
    for unit, size in (("day", DAY), ("hour", _HOUR)):
        if length % size == 0:
            return _counted(int(length // size), unit)
    return _counted(int(length), "minute")


def _and_rest(count: Minutes, rest: Minutes, unit: str) -> str:
    return _counted(int(count), unit) + (f" {shown(rest)}" if rest else "")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


class Phrasing(NamedTuple):
    """The words for an attribute that is true or false, and for asking for the one or the other."""

    true: str
    false: str
    wanted: str
    unwanted: str


def _switch(noun: str) -> Phrasing:
    return Phrasing(f"{noun} is on", f"{noun} is off", "it to be on", "it to be off")


_PHRASINGS = {
    ATTRIBUTES[Type.COPY]["cross_region"]: Phrasing(
        "the copy goes to {0.region}, another Region",
        "the copy stays in {0.region}",
        "a copy in another Region",
        "a copy in the same Region",
    ),
    ATTRIBUTES[Type.COPY]["cross_account"]: Phrasing(
        "the copy goes to account {0.account}",
        "the copy stays in its account",
        "a copy in another account",
        "a copy in the same account",
    ),
    ATTRIBUTES[Type.RULE]["leaves_account"]: Phrasing(
        "a copy leaves the account", "no copy leaves the account", "one that leaves it", "none that leaves it"
    ),
    ATTRIBUTES[Type.RULE]["leaves_region"]: Phrasing(
        "a copy leaves {0.region}", "no copy leaves {0.region}", "one that leaves it", "none that leaves it"
    ),
    ATTRIBUTES[Type.RESOURCE]["protected"]: Phrasing(
        "a plan protects the resource", "no plan protects the resource{0.why}", "one that does", "none that does"
    ),
    ATTRIBUTES[Type.ACCOUNT]["management"]: Phrasing(
        "this is the management account",
        "this is not the management account",
        "the management account",
        "any other account",
    ),
}
"""The words for attributes that are not switched on or off."""


def phrasing(atom: Atom) -> Phrasing:
    """The words for an attribute that is true or false."""
    return _PHRASINGS.get(atom.attribute) or _switch(atom.attribute.noun)


def described(atom: Atom) -> StatedValue:
    """`retention is 35 days`, and where to look for who set it: not for what is not set, or goes without saying."""
    text, path = stated(atom), atom.path
    unset = atom.value in (ABSENT, ()) or _is_of_vault(atom) or _runs_there(atom) or _without_effect(atom)
    if path is None or path.block or unset:
        return StatedValue(text)
    optional = atom.value == FOREVER and atom.attribute.optional
    return StatedValue(text, path, every=atom.operand.type is Type.LIST, optional=optional)


def stated(atom: Atom) -> str:
    """`retention is 35 days`, whoever set it."""
    if isinstance(atom.element, ResourceRow) and atom.value is MISSING:
        return f"no plan protects the resource{atom.element.why}"
    return _of_vault(atom) if _is_of_vault(atom) else _sentence(atom)


def name(atom: Atom) -> str:
    """The attribute asked for, in words without its value: `the minimum retention of vault `Main` in eu-west-1`."""
    if atom.own_id:
        return "the account's own id"
    noun, by_name = atom.attribute.noun, isinstance(atom.operand, Pick)
    if not noun.startswith("the "):
        noun = f"the {noun}" if by_name else f"the rule's {noun}"
    if atom.vault:
        return f"{noun} of {name_of(atom.vault)}{in_place(atom, atom.vault)}"
    if not isinstance(atom.operand, Pick):
        return _with_key(noun, atom)
    picked = f"rule {quoted(atom.operand.rule)}" if atom.operand.rule else f"plan {quoted(atom.operand.plan or '')}"
    return f"{_with_key(noun, atom)} of {picked}"


def text(kind: Type, value: Any) -> str:  # noqa: ANN401 - of the type that `kind` says
    """A value as a message shows it."""
    if value is ABSENT:
        return "not set"
    if kind is Type.DURATION:
        return shown(value)
    if isinstance(value, OpenList):
        return f"{listed(value.sure, 'and')} and perhaps more" if value.sure else "nothing for certain"
    if kind is Type.LIST:
        return listed(value, "and") or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(str(value)) if value != "" else '`""`'


def is_of_another_type(atom: Atom) -> bool:
    """Whether there is, or may be, only a vault of another type where a rule names an air-gapped one."""
    rule = atom.element
    return isinstance(rule, DeployedRule) and atom.vault is rule.air_gapped_vault is not rule.air_gapped


def name_of(vault: DeployedVault) -> str:
    """A vault in a message: `vault `Ledger``."""
    return f"vault {quoted(vault.name)}"


def in_place(atom: Atom, vault: DeployedVault) -> str:
    """` in eu-west-1`, and of which account, where the vault that a value is of is not the account's own."""
    regions = " and ".join(atom.regions) or vault.region
    return f" in {regions}" + ("" if vault.account == OWN else f" of account {vault.account}")


def _is_of_vault(atom: Atom) -> bool:
    return atom.looked_up or atom.value is MISSING


def _sentence(atom: Atom) -> str:
    noun, value = _with_key(atom.attribute.noun, atom), atom.value
    if isinstance(value, bool):
        if region := _without_effect(atom):
            types = "the type of the resource does not have it"
            if "resource" not in atom.row.places:
                types = f"no resource type that the rule reaches in {region} has it"
            return f"continuous backup is on, but {types}"
        return phrasing(atom)[not value].format(atom.element)
    if atom.operand.type is Type.LIST:
        return f"{noun} {_values_text(value)}"
    if value == FOREVER and atom.attribute.optional:
        return f"{noun} is not set"
    if atom.inherited and value != FOREVER:
        return f"{noun} is the rule's {shown(value)}"
    own = atom.operand.own and value == atom.row.account.id
    return f"{noun} is {'the account itself' if own else text(atom.operand.type, value)}"


def _without_effect(atom: Atom) -> str:
    """The Region where a rule asks for continuous backup of types that do not have it; nothing where it does not."""
    rule = atom.element
    if not isinstance(rule, DeployedRule) or atom.attribute is not ATTRIBUTES[Type.RULE]["continuous"]:
        return ""
    return rule.region if rule.rule.continuous and not rule.continuous else ""


def _with_key(noun: str, atom: Atom) -> str:
    return noun if atom.operand.key is None else f"{noun} {quoted(atom.operand.key)}"


def _values_text(values: Sequence[str] | OpenList) -> str:
    if isinstance(values, OpenList):
        return f"holds {text(Type.LIST, values)}"
    if not values:
        return "is empty"
    return "holds every type" if tuple(values) == tuple(resource_types("aws")) else f"holds {listed(values, 'and')}"


def _of_vault(atom: Atom) -> str:
    vault, value = atom.vault, atom.value
    if vault is None:
        return _no_vault(atom.element)
    where = f"{name_of(vault)}{in_place(atom, vault)}"
    if value is MISSING or value is False:
        return _not_there(atom, vault)
    if value is True:
        return f"{name_of(vault)} exists{in_place(atom, vault)}"
    if atom.operand.type is Type.LOCK:
        return f"{where} {_lock(vault)}"
    if value in (0, FOREVER):
        return f"{where} sets no {atom.attribute.noun.removeprefix('the ')}"
    return f"{atom.attribute.noun} of {where} is {text(atom.operand.type, value)}"


def _no_vault(element: Element | None) -> str:
    """There is no vault: none is named, its ARN names none, or no backup of a resource goes there (`LimitedPlan`)."""
    if isinstance(element, DeployedCopy):
        return "the copy names no vault"
    if isinstance(element, DeployedRule) and element.air_gapped:
        if leaves_partition(element.rule.air_gapped, regions().get(element.region)):
            return f"the ARN of {name_of(element.air_gapped)} is of another partition than {element.region}"
        return f"no backup of the resource goes into the air-gapped {name_of(element.air_gapped)}"
    return "the rule names no air-gapped vault"


def _not_there(atom: Atom, vault: DeployedVault) -> str:
    if is_of_another_type(atom):
        return f"{name_of(vault)}{in_place(atom, vault)} is not air-gapped"
    others = f", only {listed(vault.namesakes, 'and')}" if vault.namesakes else ""
    return f"{name_of(vault)} does not exist{in_place(atom, vault)}{others}"


def _lock(vault: DeployedVault) -> str:
    if until := vault.changeable_until:
        return f"is locked in compliance mode from {until} on, and until then the lock can be removed"
    return "is not locked" if vault.lock == "none" else f"is locked in {vault.lock} mode"


def _runs_there(atom: Atom) -> bool:
    """Whether it is the account or Region of a rule's vault, which are those of the rule."""
    of_vault = atom.operand.attributes[0].type is Type.VAULT and isinstance(atom.element, DeployedRule)
    return of_vault and (atom.attribute.own or atom.attribute.regional)


_MOST_VALUES = 30  # values of a list that a message shows
_OPPOSITE: dict[ComparisonOperator, ComparisonOperator] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_AMOUNTS: dict[ComparisonOperator, str] = {
    ">=": "at least ",
    "<=": "at most ",
    ">": "more than ",
    "<": "less than ",
    "==": "",
    "!=": "anything but ",
}


def expectation(operator: ComparisonOperator, right: Operand, row: Row, *, wanted: bool) -> str:
    """The expectation of the right side, in words: `at least 35 days`, `anything but `none``, `one like `Prod/*``.

    Where it is no literal, it is named too: `at least 7 days, the minimum retention of vault `Main` in eu-west-1`.
    """
    wording, other = _expectation(operator, right, row.value(right), wanted=wanted), atom(right, row)
    if other is None:
        return wording
    if other.value is ABSENT:
        return f"the same as {name(other)}, which is not set"
    if other.own_id and operator in _OPPOSITE:
        return f"{_AMOUNTS[operator if wanted else _OPPOSITE[operator]]}{name(other)}"
    return f"{wording}, {name(other)}"


def required(operator: ComparisonOperator, lock: str | Sequence[str], *, wanted: bool) -> str:
    """The lock that a comparison requires, in words: `compliance is required`."""
    locks = (lock,) if isinstance(lock, str) else tuple(lock)
    unlocked = locks == ("none",)
    if (operator in {"==", "in"}) is wanted:
        return "an unlocked vault is required" if unlocked else f"{_either(locks)} is required"
    return "a lock is required" if unlocked else f"anything but {_either(locks)} is required"


def _expectation(operator: ComparisonOperator, right: Operand, value: Any, *, wanted: bool) -> str:  # noqa: ANN401
    if operator == "in":
        value = value.possible if isinstance(value, OpenList) else value
        kind = right.item if isinstance(right, Constant) else Type.STRING
        return ("" if wanted else "anything but ") + (_either([text(kind, item) for item in value]) or "nothing")
    if operator == "like" and value == "*":
        return "any value" if wanted else "none"
    if operator == "like":
        return f"{'one' if wanted else 'none'} like {text(right.type, value)}"
    amount = _AMOUNTS[operator if wanted else _OPPOSITE[operator]]
    if amount == "at least " and value == FOREVER:
        amount = ""
    exactly = "exactly " if right.type is Type.LIST and value and not amount else ""
    return f"{amount}{exactly}{text(right.type, value)}"


def _either(texts: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(texts) > _MOST_VALUES:
        return f"{', '.join(texts[:_MOST_VALUES])} or {len(texts) - _MOST_VALUES:,} more"
    return " or ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)
