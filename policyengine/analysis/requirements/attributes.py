"""What can be asked of accounts, plans, rules, copies, selections and vaults (language.md 5.1), and how it is read.

Each attribute knows where in the published document it is set, so that a violation can say who set it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from policyengine.analysis.requirements.truth import ABSENT, MISSING, Type
from policyengine.aws.deployment import UNKNOWN, Vault, View, leaves_account, leaves_region
from policyengine.aws.organization.tree import Entity
from policyengine.base.records import record


@record
class Subject:
    """An account with what it ends up with; where accounts share a view, one of them stands for all."""

    view: View
    account: Entity
    management: bool | None


@record
class Attribute:
    """One attribute: its type, how it is read, its words in a message, and where it is set.

    `place` is below the block that has it, `place_in_plan` below its plan. `identity` marks what differs between
    accounts that share a view, `own` what may be the account's own id, `regional` what differs between Regions,
    `optional` what is not set where it is `forever`, `whole` what no single setting makes. `fact` is the key of a vault
    in the snapshot that tells it, and `bound` the key in its lock; what a vault has by being named needs none.
    """

    type: Type
    read: Callable[[Any], Any]
    noun: str
    place: str = ""
    place_in_plan: str = ""
    identity: bool = False
    own: bool = False
    regional: bool = False
    optional: bool = False
    whole: bool = False
    fact: str = ""
    bound: str = ""


def _of_vault(name: str) -> Callable[[Vault | None], object]:
    read = attrgetter(name)

    def known(vault: Vault | None) -> object:
        if vault is None or vault.exists is False:
            return MISSING
        return UNKNOWN if vault.exists is UNKNOWN else read(vault)

    return known


def _named(name: str) -> Callable[[Vault | None], object]:
    """What a vault has by being named, whether it exists or not."""
    read = attrgetter(name)
    return lambda vault: MISSING if vault is None else read(vault)


def _exists(vault: Vault | None) -> object:
    return False if vault is None else vault.exists


def _text(name: str) -> Callable[[Any], object]:
    """A text that is absent where it is empty."""
    read = attrgetter(name)
    return lambda value: read(value) or ABSENT


def _management(subject: Subject) -> object:
    return UNKNOWN if subject.management is None else subject.management


def _ou(subject: Subject) -> str:
    parent = subject.account.parent
    return parent.path if parent else ""


_LIFECYCLE = "lifecycle"
_DELETE, _COLD = f"{_LIFECYCLE}/delete_after_days", f"{_LIFECYCLE}/move_to_cold_storage_after_days"
_ARCHIVE = f"{_LIFECYCLE}/opt_in_to_archive_for_supported_resources"

_ACCOUNT = {
    "id": Attribute(Type.STRING, attrgetter("account.id"), "the account's id", identity=True),
    "name": Attribute(Type.STRING, attrgetter("account.name"), "the account's name", identity=True),
    "path": Attribute(Type.STRING, attrgetter("account.path"), "the account's path", identity=True),
    "ou": Attribute(Type.STRING, _ou, "the account's unit", identity=True),
    "management": Attribute(Type.BOOLEAN, _management, "being the management account", identity=True),
    "tags": Attribute(Type.TAGS, attrgetter("account.tags"), "the account's tag", identity=True),
    "plans": Attribute(Type.PLANS, lambda subject: subject, "the account's plans"),
}
_PLAN = {
    "name": Attribute(Type.NAME, attrgetter("plan.name"), "the plan's name"),
    "regions": Attribute(Type.LIST, attrgetter("plan.regions"), "the list of Regions", "regions"),
    "rules": Attribute(Type.RULES, lambda plan: plan, "the plan's rules", "rules"),
    "tags": Attribute(Type.TAGS, attrgetter("plan.tags"), "the plan's tag", "backup_plan_tags"),
    "resource_types": Attribute(
        Type.LIST, attrgetter("placement.types"), "the list of resource types", "selections", whole=True
    ),
    "windows_vss": Attribute(
        Type.BOOLEAN, attrgetter("plan.windows_vss"), "Windows VSS", "advanced_backup_settings/ec2/windows_vss"
    ),
}
_RULE = {
    "name": Attribute(Type.NAME, attrgetter("rule.name"), "the rule's name"),
    "plan": Attribute(Type.NAME, attrgetter("rule.plan"), "the rule's plan"),
    "region": Attribute(Type.STRING, attrgetter("region"), "the rule's Region", place_in_plan="regions", regional=True),
    "resource_types": Attribute(
        Type.LIST,
        attrgetter("types"),
        "the list of resource types",
        place_in_plan="selections",
        whole=True,
    ),
    "schedule": Attribute(Type.STRING, attrgetter("rule.schedule"), "schedule", "schedule_expression"),
    "interval": Attribute(
        Type.DURATION, attrgetter("rule.interval"), "the longest gap between two runs", "schedule_expression"
    ),
    "retention": Attribute(Type.DURATION, attrgetter("rule.retention"), "retention", _DELETE),
    "cold_after": Attribute(
        Type.DURATION, attrgetter("rule.cold_after"), "the time before cold storage", _COLD, optional=True
    ),
    "start_within": Attribute(
        Type.DURATION, attrgetter("rule.start_within"), "the start window", "start_backup_window_minutes"
    ),
    "complete_within": Attribute(
        Type.DURATION, attrgetter("rule.complete_within"), "the completion window", "complete_backup_window_minutes"
    ),
    "continuous": Attribute(Type.BOOLEAN, attrgetter("continuous"), "continuous backup", "enable_continuous_backup"),
    "archive": Attribute(Type.BOOLEAN, attrgetter("rule.archive"), "the archive opt-in", _ARCHIVE),
    "leaves_account": Attribute(
        Type.BOOLEAN, leaves_account, "the copy outside the account", "copy_actions", whole=True
    ),
    "leaves_region": Attribute(
        Type.BOOLEAN, leaves_region, "the copy outside the Region", "copy_actions", regional=True, whole=True
    ),
    "vault": Attribute(Type.VAULT, attrgetter("vault"), "vault", "target_backup_vault_name"),
    "air_gapped_vault": Attribute(
        Type.VAULT,
        attrgetter("air_gapped_vault"),
        "the air-gapped vault",
        "target_logically_air_gapped_backup_vault_arn",
    ),
    "copies": Attribute(Type.COPIES, attrgetter("copies"), "copies", "copy_actions"),
    "tags": Attribute(Type.TAGS, attrgetter("rule.tags"), "the recovery point tag", "recovery_point_tags"),
}
_COPY = {
    "vault": Attribute(Type.VAULT, attrgetter("vault"), "vault", "target_backup_vault_arn"),
    "region": Attribute(Type.STRING, _text("region"), "the copy's Region", "target_backup_vault_arn"),
    "account": Attribute(Type.STRING, _text("account"), "the copy's account", "target_backup_vault_arn", own=True),
    "retention": Attribute(Type.DURATION, attrgetter("copy.retention"), "the copy's retention", _DELETE),
    "cold_after": Attribute(
        Type.DURATION, attrgetter("copy.cold_after"), "the copy's time before cold storage", _COLD, optional=True
    ),
    "cross_region": Attribute(
        Type.BOOLEAN, attrgetter("cross_region"), "a copy in another Region", "target_backup_vault_arn", regional=True
    ),
    "cross_account": Attribute(
        Type.BOOLEAN, attrgetter("cross_account"), "a copy in another account", "target_backup_vault_arn"
    ),
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
    "role": Attribute(Type.STRING, _text("role"), "the role", "iam_role_arn"),
    "key": Attribute(Type.STRING, _text("key"), "the tag's key", "tag_key"),
    "values": Attribute(Type.LIST, attrgetter("values"), "the list of tag values", "tag_value"),
    "types": Attribute(Type.LIST, attrgetter("types"), "the list of types", "resource_types"),
}

ATTRIBUTES: Mapping[Type, Mapping[str, Attribute]] = {
    Type.ACCOUNT: _ACCOUNT,
    Type.PLAN: _PLAN,
    Type.RULE: _RULE,
    Type.PICKED_RULE: {**_RULE, "in_region": Attribute(Type.REGIONS, lambda rule: rule, "Regions")},
    Type.COPY: _COPY,
    Type.VAULT: _VAULT,
    Type.SELECTION: _SELECTION,
}
