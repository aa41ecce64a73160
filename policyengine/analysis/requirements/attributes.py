"""The attributes of accounts, plans, rules, copies, selections, vaults and resources (language.md 5.1), and how.

Each attribute knows where in the published document it is set, so that a violation can say who set it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.value_types import ABSENT, OpenList, Type
from policyengine.aws.deployment import (
    UNKNOWN,
    DeployedRule,
    DeployedVault,
    Placement,
    Selection,
    View,
    leaves_account,
    leaves_region,
    value_at,
)
from policyengine.aws.organization import Entity
from policyengine.aws.setting_rows import TRUTHS, Kind, SettingRow
from policyengine.aws.settings import (
    AIR_GAPPED_VAULT,
    ARCHIVE,
    COLD_AFTER,
    COMPLETE_WITHIN,
    CONDITIONS,
    CONTINUOUS,
    COPY_BLOCK,
    COPY_COLD_AFTER,
    COPY_RETAIN,
    COPY_TARGET,
    PLAN_TAGS,
    RECOVERY_POINT_TAGS,
    REGIONS,
    RETAIN,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    START_WITHIN,
    TAG_ROLE,
    TYPES,
    VAULT,
    below,
    settings,
)
from policyengine.base.records import Record


class Subject(Record):
    """An account with what it ends up with; where accounts share a view, one of them stands for all."""

    view: View
    account: Entity
    management: bool | None


class Attribute(Record):
    """One attribute: its type, how it is read, its words where a message names it, and where it is set.

    `place` is below the block that has it, `place_in_plan` below its plan. `identity` marks what differs between
    accounts that share a view, `own` what may be the account's own id, `regional` what differs between Regions,
    `optional` what is not set where it is `forever`, `whole` what no single setting makes. `fact` is the key of a vault
    in the snapshot that tells it, and `bound` the key in its lock; what a vault has by being named needs none.
    """

    type: Type
    read: Callable[[Any], Any]
    noun: str = ""
    place: str = ""
    place_in_plan: str = ""
    identity: bool = False
    own: bool = False
    regional: bool = False
    optional: bool = False
    whole: bool = False
    fact: str = ""
    bound: str = ""


def _of_vault(name: str) -> Callable[[DeployedVault | None], object]:
    """A reader of what a vault has; all of it is unknown where nobody knows whether the vault exists."""
    read = attrgetter(name)

    def read_existing(vault: DeployedVault | None) -> object:
        return MISSING if vault is None or vault.exists is False else read(vault)

    return read_existing


def _named(name: str) -> Callable[[DeployedVault | None], object]:
    """A reader of an attribute that a named vault has whether it exists or not."""
    read = attrgetter(name)

    def read_named(vault: DeployedVault | None) -> object:
        return MISSING if vault is None else read(vault)

    return read_named


def _exists(vault: DeployedVault | None) -> object:
    return False if vault is None else vault.exists


def _text(name: str) -> Callable[[Any], object]:
    """A text that is absent where it is empty."""
    read = attrgetter(name)

    def read_text(value: object) -> object:
        return read(value) or ABSENT

    return read_text


def _types(place: Placement | DeployedRule) -> tuple[str, ...] | OpenList:
    """The types that are reached; open where it is in doubt whether a selection takes some of them (facts 3.14)."""
    return place.types if place.sure_types == place.types else OpenList(place.sure_types, place.types)


def _conditions(selection: Selection) -> tuple[str, ...]:
    return tuple([condition.as_written for condition in selection.conditions])


def _management(subject: Subject) -> object:
    return UNKNOWN if subject.management is None else subject.management


def _ou(subject: Subject) -> str:
    parent = subject.account.parent
    return parent.path if parent else ""


_OF_KIND: Mapping[Kind, Type] = {
    **dict.fromkeys(Kind, Type.STRING),
    **dict.fromkeys(TRUTHS, Type.BOOLEAN),
    Kind.NUMBER: Type.DURATION,
}


def _setting(row: SettingRow, read: Callable[[Any], Any], *, optional: bool = False) -> Attribute:
    """An attribute that a setting of the element's own block makes, read from the typed view."""
    return Attribute(_type(row), read, row.asked_as, row.place, optional=optional)


def _type(row: SettingRow) -> Type:
    return Type.LIST if row.many else _OF_KIND[row.kind]


def _declared(block: str, declared: Mapping[str, Attribute], part: Callable[[Any], Any]) -> dict[str, Attribute]:
    """The attributes that only the table of settings declares, read from the document of `part` of an element."""
    return {
        row.attribute: Attribute(_type(row), _Reader(row, path, part), row.asked_as, "/".join(path))
        for row, path in below(block)
        if row.attribute and row.attribute not in declared
    }


class _Reader(Record):
    """Reads a setting of an element; a text that is empty is absent."""

    row: SettingRow
    path: tuple[str, ...]
    part: Callable[[Any], Any]

    def __call__(self, element: Any) -> object:  # noqa: ANN401 - of the type that has the attribute
        value = value_at(self.row, self.part(element).document, self.path)
        return ABSENT if value == "" else value


_ACCOUNT = {
    "id": Attribute(Type.STRING, attrgetter("account.id"), "the account's id", identity=True),
    "name": Attribute(Type.STRING, attrgetter("account.name"), "the account's name", identity=True),
    "path": Attribute(Type.STRING, attrgetter("account.path"), "the account's path", identity=True),
    "ou": Attribute(Type.STRING, _ou, "the account's unit", identity=True),
    "management": Attribute(Type.BOOLEAN, _management, identity=True),
    "tags": Attribute(Type.TAGS, attrgetter("account.tags"), "the account's tag", identity=True),
    "plans": Attribute(Type.PLANS, lambda subject: subject),
}
_PLAN = {
    "name": Attribute(Type.NAME, attrgetter("plan.name"), "the plan's name"),
    "regions": _setting(REGIONS, attrgetter("plan.regions")),
    "rules": Attribute(Type.RULES, lambda plan: plan),
    "tags": Attribute(Type.TAGS, attrgetter("plan.tags"), "the plan's tag", PLAN_TAGS.place),
    "resource_types": Attribute(
        Type.LIST, lambda plan: _types(plan.placement), "the list of resource types", "selections", whole=True
    ),
}
_RULE = {
    "name": Attribute(Type.NAME, attrgetter("rule.name"), "the rule's name"),
    "plan": Attribute(Type.NAME, attrgetter("rule.plan"), "the rule's plan"),
    "region": Attribute(
        Type.STRING, attrgetter("region"), "the rule's Region", place_in_plan=REGIONS.place, regional=True
    ),
    "resource_types": Attribute(
        Type.LIST,
        _types,
        "the list of resource types",
        place_in_plan="selections",
        whole=True,
    ),
    "schedule": _setting(SCHEDULE, attrgetter("rule.schedule")),
    "interval": Attribute(
        Type.DURATION, attrgetter("rule.interval"), "the longest gap between two runs", SCHEDULE.place
    ),
    "retention": _setting(RETAIN, attrgetter("rule.retention")),
    "cold_after": _setting(COLD_AFTER, attrgetter("rule.cold_after"), optional=True),
    "start_within": _setting(START_WITHIN, attrgetter("rule.start_within")),
    "complete_within": _setting(COMPLETE_WITHIN, attrgetter("rule.complete_within")),
    "continuous": _setting(CONTINUOUS, attrgetter("continuous")),
    "archive": _setting(ARCHIVE, attrgetter("rule.archive")),
    "leaves_account": Attribute(Type.BOOLEAN, leaves_account, place=COPY_BLOCK.place, whole=True),
    "leaves_region": Attribute(
        Type.BOOLEAN, leaves_region, "the copy outside the Region", COPY_BLOCK.place, regional=True, whole=True
    ),
    "vault": Attribute(Type.VAULT, attrgetter("vault"), VAULT.asked_as, VAULT.place),
    "air_gapped_vault": Attribute(
        Type.VAULT, attrgetter("air_gapped_vault"), AIR_GAPPED_VAULT.asked_as, AIR_GAPPED_VAULT.place
    ),
    "copies": Attribute(Type.COPIES, attrgetter("copies"), place=COPY_BLOCK.place),
    "tags": Attribute(Type.TAGS, attrgetter("rule.tags"), "the recovery point tag", RECOVERY_POINT_TAGS.place),
}
_COPY = {
    "vault": Attribute(Type.VAULT, attrgetter("vault"), COPY_TARGET.asked_as, COPY_TARGET.place),
    "region": Attribute(Type.STRING, _text("region"), "the copy's Region", COPY_TARGET.place),
    "account": Attribute(Type.STRING, _text("account"), "the copy's account", COPY_TARGET.place, own=True),
    "retention": _setting(COPY_RETAIN, attrgetter("copy.retention")),
    "cold_after": _setting(COPY_COLD_AFTER, attrgetter("copy.cold_after"), optional=True),
    "cross_region": Attribute(Type.BOOLEAN, attrgetter("cross_region"), place=COPY_TARGET.place, regional=True),
    "cross_account": Attribute(Type.BOOLEAN, attrgetter("cross_account"), place=COPY_TARGET.place),
    "rule": Attribute(Type.NAME, attrgetter("copy.rule"), "the copy's rule"),
    "plan": Attribute(Type.NAME, attrgetter("copy.plan"), "the copy's plan"),
}
_VAULT = {
    "name": Attribute(Type.STRING, _named("name"), "the vault's name"),
    "region": Attribute(Type.STRING, _named("region"), "the vault's Region", regional=True),
    "account": Attribute(Type.STRING, _named("account"), "the vault's account", own=True),
    "exists": Attribute(Type.BOOLEAN, _exists, "the vault", fact="name"),
    "lock": Attribute(Type.LOCK, _of_vault("lock"), "the lock", fact="lock"),
    "min_retention": Attribute(
        Type.DURATION, _of_vault("min_retention"), "the minimum retention", fact="lock", bound="min_retention_days"
    ),
    "max_retention": Attribute(
        Type.DURATION, _of_vault("max_retention"), "the maximum retention", fact="lock", bound="max_retention_days"
    ),
    "type": Attribute(Type.VAULT_TYPE, _of_vault("type"), "the type", fact="type"),
    "key": Attribute(Type.KEY, _of_vault("key"), "the key", fact="key"),
}
_SELECTION = {
    "name": Attribute(Type.NAME, attrgetter("name"), "the selection's name"),
    "plan": Attribute(Type.NAME, attrgetter("plan"), "the selection's plan"),
    "kind": Attribute(Type.SELECTION_KIND, attrgetter("kind"), "the kind of the selection"),
    "role": _setting(TAG_ROLE, _text("role")),
    "key": _setting(SELECTED_KEY, _text("key")),
    "values": _setting(SELECTED_VALUES, attrgetter("values")),
    "types": _setting(TYPES, attrgetter("types")),
    "conditions": Attribute(Type.LIST, _conditions, "the list of conditions", CONDITIONS, whole=True),
}

_RESOURCE = {
    "arn": Attribute(Type.STRING, attrgetter("arn"), "the resource's ARN"),
    "type": Attribute(Type.STRING, attrgetter("type"), "the resource's type"),
    "region": Attribute(Type.STRING, attrgetter("region"), "the resource's Region"),
    "tags": Attribute(Type.TAGS, attrgetter("tags"), "the resource's tag"),
    "protected": Attribute(Type.BOOLEAN, attrgetter("protected"), "the resource's protection"),
    "plans": Attribute(Type.LIST, attrgetter("plans"), "the list of plans that protect the resource"),
    "interval": Attribute(Type.DURATION, attrgetter("interval"), "the longest gap between two backups of the resource"),
    "retention": Attribute(Type.DURATION, attrgetter("retention"), "the longest retention of the resource's backups"),
}

_PLAN |= _declared("plan", _PLAN, attrgetter("plan"))
_RULE |= _declared("rule", _RULE, attrgetter("rule"))
_COPY |= _declared("copy", _COPY, attrgetter("copy"))
_OF_BLOCK = {
    "plan": _PLAN,
    "rule": _RULE,
    "copy": _COPY,
    "tag selection": _SELECTION,
    "resource selection": _SELECTION,
}
_READ = {row for block, attributes in _OF_BLOCK.items() for row, _ in below(block) if row.attribute in attributes}
if _UNREAD := [row.attribute for row in settings() if row.attribute and row not in _READ]:
    raise LookupError(f"no element has the attribute {', '.join(_UNREAD)}")

ATTRIBUTES: Mapping[Type, Mapping[str, Attribute]] = {
    Type.ACCOUNT: _ACCOUNT,
    Type.PLAN: _PLAN,
    Type.RULE: _RULE,
    Type.PICKED_RULE: {**_RULE, "in_region": Attribute(Type.REGIONS, lambda rule: rule)},
    Type.COPY: _COPY,
    Type.VAULT: _VAULT,
    Type.SELECTION: _SELECTION,
    Type.RESOURCE: _RESOURCE,
}
