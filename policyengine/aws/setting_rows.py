"""The rows of the table of settings: the kinds of values, how they rank, what they demand of other settings.

Data only. What a kind means is said by the rooms that deal with it, in tables by `Kind`, `Better` and `Relation` that
are `complete` or fail at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from policyengine.base.records import Record

ANY = "*"
"""In a path: a name that the author chooses."""

MINUTES_IN: Mapping[str, int] = MappingProxyType({"minutes": 1, "hours": 60, "days": 24 * 60})
"""The units of numbers, from the smallest, with the minutes that each has."""

_Member = TypeVar("_Member", bound=Enum)
_Value = TypeVar("_Value")


class Kind(Enum):
    """The kind of value of a setting.

    A `CHOICE` is one of a few texts, a `SWITCH` the two texts that mean on and off.
    """

    AIR_GAPPED_VAULT = "the ARN of an air-gapped vault"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    NUMBER = "whole number of a unit"
    REGION = "Region"
    RESOURCE_TYPE = "pattern of a resource type"
    ROLE = "the ARN of a role"
    SCHEDULE = "schedule"
    SWITCH = "switch"
    TEXT = "text"
    VAULT = "the name of a vault"
    VAULT_ARN = "the ARN of a vault"


class Better(Enum):
    """Which of two values of a setting protects better, as `diff` reports it; of a list each member counts.

    `UNRANKED` has code of its own in `diff`, or is reported as changed and no more.
    """

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"
    UNRANKED = "unranked"


class Relation(Enum):
    """The demand that a setting which is on makes on others in its rule (semantics.md section 9)."""

    NONE = "none"
    ARCHIVE = "cold storage, retention and a schedule that fit the archive opt-in"
    CONTINUOUS = "a retention that continuous backup takes, and no cold storage"


TRUTHS: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {Kind.BOOLEAN: ("true", "false"), Kind.SWITCH: ("enabled", "disabled")}
)
"""AWS's texts for on and off, by the kinds that have no others."""


def complete(table: Mapping[_Member, _Value], kinds: type[_Member], *left_out: _Member) -> Mapping[_Member, _Value]:
    """The table, once it is sure to have an entry for each member of an enum but those `left_out`.

    Raises `LookupError` otherwise: a module that dispatches on settings fails at import, not at the first document.
    """
    if missing := [member.name for member in kinds if member not in table and member not in left_out]:
        raise LookupError(f"no entry for {', '.join(missing)} of {kinds.__name__}")
    return MappingProxyType(dict(table))


class ValueFormat(Record, eq=False):
    """The format that AWS admits for a value, or with `many` for each item of a list, which takes all three operators.

    A text has `least` to `most` characters; a number counts a `unit`, from `least` up to `most` (0 for no bound) in at
    most `digits` digits, and AWS Backup itself uses none beyond `longest`. `choices` are the texts of a choice.
    `may_be_empty`: AWS admits the empty list. `instead_of_none` is advice where somebody writes 0.
    """

    kind: Kind
    many: bool = False
    may_be_empty: bool = False
    least: int = 0
    most: int = 0
    digits: int = 16
    unit: str = ""
    longest: int = 0
    choices: tuple[str, ...] = ()
    instead_of_none: str = "leave the setting out"

    @property
    def minutes(self) -> int:
        """The length of its unit in minutes."""
        return MINUTES_IN[self.unit]

    @property
    def truths(self) -> tuple[str, ...]:
        """AWS's texts for on and off, of a kind that is in `TRUTHS`."""
        return TRUTHS[self.kind]


@dataclass(frozen=True, slots=True, eq=False)
class SettingRow:
    """A setting: `key` in a `block` of the language is AWS's setting at `path` below the block's node.

    `words` are the bare names of the language for AWS's texts, `default` is AWS's text for what AWS Backup does where
    the setting is absent, and `left_out` says so in advice on `forever`. `attribute` is its name in requirements, empty
    where they cannot ask. `noun` is its name in changes and `phrase` in requirements, where its key does not say it;
    `forever` the word for a time without an end. `better` with its `reason` is for `diff`, `relation` for admission and
    `prove`. `folded` is the path as a published document spells it, `place` the same as one text:
    `lifecycle/delete_after_days`.
    """

    block: str
    key: str
    path: tuple[str, ...]
    format: ValueFormat
    words: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    left_out: str = ""
    attribute: str = ""
    noun: str = ""
    phrase: str = ""
    forever: str = "forever"
    better: Better = Better.UNRANKED
    reason: str = ""
    relation: Relation = Relation.NONE
    folded: tuple[str, ...] = field(init=False)
    place: str = field(init=False)

    def __post_init__(self) -> None:
        """Every reader of every document asks for the path as a published document spells it."""
        object.__setattr__(self, "folded", tuple(key.lower() for key in self.path))
        object.__setattr__(self, "place", "/".join(self.folded))

    @property
    def kind(self) -> Kind:
        """The kind of its value."""
        return self.format.kind

    @property
    def many(self) -> bool:
        """Whether its value is a list."""
        return self.format.many

    @property
    def aws_key(self) -> str:
        """AWS's name of the setting, as a published document spells it: `delete_after_days`."""
        return self.folded[-1]

    @property
    def in_words(self) -> str:
        """Its name in what is said of changes: `start window`."""
        return self.noun or self.key.replace("_", " ")

    @property
    def asked_as(self) -> str:
        """Its name in what requirements say: `the start window`."""
        return self.phrase or f"the {self.in_words}"


@dataclass(frozen=True, slots=True, eq=False)
class BlockRow:
    """A block: `kind` in a block of kind `parent` is AWS's node at `path` below the parent's node.

    `body` names the block whose rows stand in it, where several kinds share them. The text of a block always writes
    the settings that it `needs`. `place` is the path without the author's name: `copy_actions`.
    """

    parent: str
    kind: str
    path: tuple[str, ...]
    body: str = ""
    needs: tuple[str, ...] = ()
    place: str = field(init=False)

    def __post_init__(self) -> None:
        """Every rule of every plan asks for the place."""
        object.__setattr__(self, "place", "/".join(key for key in self.path if key != ANY).lower())

    @property
    def has_name(self) -> bool:
        """Whether the author names each such block."""
        return self.path[-1] == ANY
