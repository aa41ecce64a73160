"""Backup policy documents that AWS admits: every key of semantics.md section 9, whole plans and fragments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from generators.dice import Dice

Tree = dict[str, Any]

ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
ARCHIVE = "opt_in_to_archive_for_supported_resources"
DELETE, COLD = "delete_after_days", "move_to_cold_storage_after_days"

PLANS = ("daily", "PII_Backup", "ledger.v2", "rules")
RULES = ("nightly", "Hourly", "r-1", "lifecycle")
SELECTIONS = ("tagged", "All-Data", "index_actions", "tags")
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "us-west-2")
VAULTS = ("Main", "FortKnox", "main")
ROLES = tuple(f"arn:aws:iam::$account:role/{name}" for name in ("BackupRole", "path/Other"))
DESTINATIONS = (
    "arn:aws:backup:eu-central-1:$account:backup-vault:DR",
    "arn:aws:backup:us-west-2:999999999999:backup-vault:Central",
)
TAG_IDS = ("Owner", "Ämter/~1", "tag_key")
TAG_VALUES: tuple[object, ...] = ("platform", "", "Finance", 12, True)
CONDITIONS = ("prod", "Not-Legacy")
TYPES = (
    *("arn:aws:ec2:*:*:volume/*", "*", "arn:aws:rds:*:*:db:*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:s3:::*"),
    "arn:aws-us-gov:dynamodb:*:*:table/*",
)
AIR_GAPPED = tuple(f"arn:aws:backup:$region:$account:backup-vault:{name}" for name in VAULTS)
SCAN_MODES = ("FULL_SCAN", "INCREMENTAL_SCAN")
FLAGS: dict[str, tuple[object, ...]] = {"continuous": ("true", True), "flags": (False, "false")}
OFTEN = ("cron(0 5 ? * * *)", "cron(0 0/4 ? * * *)", "cron(0 5 ? * SUN *)")
MONTHLY = ("cron(0 5 1 * ? *)", "cron(30 22 L * ? *)", "cron(0 5 1 JAN ? *)")
WINDOWS = ("60", 60, "480", 480, "060", 10080)
CONTROLS = (
    ["@@none"],
    ["@@append"],
    ["@@assign"],
    ["@@remove"],
    ["@@assign", "@@append"],
    ["@@append", "@@remove"],
    ["@@all"],
    ["@@all", "@@append"],
    ["@@Assign", "@@assign", "@@REMOVE"],
    ["@@NONE"],
)


class Words(NamedTuple):
    """The names that the policies of one organization share."""

    plans: list[str]
    rules: list[str]
    selections: list[str]


class Habits(NamedTuple):
    """How people write here, in percent: controls on a node, odd spelling of keys, empty lists, further settings."""

    control: int
    spelling: int
    empty: int
    extra: int


def words(dice: Dice) -> Words:
    """Few names, so that policies meet on the same nodes."""
    return Words(dice.some(PLANS, 1, 3), dice.some(RULES, 1, 3), dice.some(SELECTIONS, 1, 2))


def whole(dice: Dice, names: Words, habits: Habits) -> Tree:
    """A policy with complete plans."""
    writer = Writer(dice, names, habits, complete=True)
    return {"plans": {name: writer.plan() for name in dice.some(names.plans, 1, 2)}}


def fragment(dice: Dice, names: Words, habits: Habits) -> Tree:
    """A policy that changes or adds single settings."""
    writer = Writer(dice, names, habits, complete=False)
    return {"plans": {name: writer.plan() for name in dice.some(names.plans, 1, 2)}}


def many_rules(dice: Dice, names: Words, habits: Habits) -> Tree:
    """A policy with so many rules that two of them, or one, are too many for AWS."""
    writer = Writer(dice, names, habits, complete=False)
    first = dice.below(6)
    numbers = range(first, first + 4 + dice.below(8))
    rules = {f"Rule{number}": {"target_backup_vault_name": writer.assign("Main")} for number in numbers}
    return {"plans": {dice.pick(names.plans): {"rules": rules}}}


def next_to_nothing(dice: Dice, names: Words, _habits: Habits) -> Tree:
    """A policy without any setting."""
    plan, rule = names.plans[0], names.rules[0]
    empty: list[Tree] = [{}, {plan: {}}, {plan: {"rules": {}}}, {plan: {"rules": {rule: {}}, "selections": {}}}]
    return {"plans": dice.pick(empty)}


class Writer:
    """Writes the parts of a document. A complete one leaves out nothing that a valid account needs."""

    def __init__(self, dice: Dice, names: Words, habits: Habits, *, complete: bool) -> None:
        self.dice, self.names, self.habits, self.complete = dice, names, habits, complete

    def plan(self) -> Tree:
        """A plan: complete, or some settings of it."""
        parts: list[tuple[str, int, Callable[[], Tree]]] = [
            ("regions", 30, lambda: self.list_of(REGIONS, may_be_empty=True)),
            ("rules", 70, self._rules),
            ("selections", 20, self._selections),
        ]
        extras: list[tuple[str, int, Callable[[], Tree]]] = [
            ("advanced_backup_settings", 1, self._advanced),
            ("backup_plan_tags", 1, self._tags),
            ("scan_settings", 1, self._scan_settings),
        ]
        plan = {key: write() for key, percent, write in parts if self.complete or self.dice.chance(percent)}
        plan |= {key: write() for key, _, write in extras if self.dice.chance(self.habits.extra)}
        if "scan_settings" not in plan and self.complete and any("scan_actions" in r for r in plan["rules"].values()):
            plan["scan_settings"] = self._scan_settings()
        return plan

    def assign(self, value: object) -> Tree:
        """A setting with one value."""
        return {ASSIGN: value}

    def list_of(self, options: tuple[object, ...], *, may_be_empty: bool = False) -> Tree:
        """A setting with a list: one operator, now and then two or three."""
        if self.complete:
            return {ASSIGN: self._items(options)} if not self.dice.chance(25) else {APPEND: self._items(options)}
        operators = [self.dice.pick((APPEND, ASSIGN, REMOVE))]
        if self.dice.chance(15):
            operators = self.dice.some((ASSIGN, APPEND, REMOVE), 2, 3)
        setting: Tree = {operator: self._items(options) for operator in operators}
        if may_be_empty and self.dice.chance(self.habits.empty):
            setting[operators[0]] = []
        if REMOVE in setting and self.dice.chance(self.habits.empty):
            setting[REMOVE] = []
        return setting

    def _items(self, options: tuple[object, ...]) -> list[object]:
        items = self.dice.some(options, 1, 2 if self.complete else 3)
        if self.dice.chance(self.habits.empty):
            items.append(items[0])
        return items

    def _one_of(self, *options: object) -> Tree:
        return self.assign(self.dice.pick(options))

    def _rules(self) -> Tree:
        return {name: self._rule() for name in self.dice.some(self.names.rules, 1, 2)}

    def _rule(self) -> Tree:
        style = self.dice.pick(("retain", "none", "cold", "continuous", "archive", "flags"))
        monthly = style == "archive"
        extra = self.habits.extra
        parts: list[tuple[str, int, Callable[[], Tree]]] = [
            ("target_backup_vault_name", 100 if self.complete else 35, lambda: self._one_of(*VAULTS)),
            ("schedule_expression", 100 if monthly else 50, lambda: self._one_of(*(MONTHLY if monthly else OFTEN))),
            ("start_backup_window_minutes", extra, lambda: self._one_of(*WINDOWS)),
            ("complete_backup_window_minutes", extra, lambda: self._one_of(*WINDOWS)),
            ("target_logically_air_gapped_backup_vault_arn", extra // 2, lambda: self._one_of(*AIR_GAPPED)),
            ("copy_actions", extra, lambda: self._copies(monthly=monthly)),
            ("recovery_point_tags", extra, self._tags),
            ("index_actions", extra, lambda: {"resource_types": self.list_of(("EBS", "S3"))}),
            ("scan_actions", extra // 2, lambda: {"GUARDDUTY": {"scan_mode": self._one_of(*SCAN_MODES)}}),
        ]
        rule = {key: write() for key, percent, write in parts if self.dice.chance(percent)}
        if style in FLAGS:
            rule["enable_continuous_backup"] = self._one_of(*FLAGS[style])
        if lifecycle := self._lifecycle(style):
            rule["lifecycle"] = lifecycle
        return rule

    def _lifecycle(self, style: str) -> Tree:
        if style == "retain":
            return {DELETE: self._one_of("35", 30, "7", "400", 90, "0100")}
        if style == "cold":
            cold = {COLD: self._one_of("30", 10, "90")}
            return cold | ({DELETE: self._one_of(365, "60", "120")} if self.dice.chance(50) else {})
        if style == "continuous":
            return {DELETE: self._one_of("35", 35, 7, "035")}
        if style == "archive":
            days = self.dice.pick((("30", "120"), (1, 400), ("90", 180)))
            opt_in = self.dice.pick((True, "true"))
            return {ARCHIVE: self.assign(opt_in), COLD: self.assign(days[0]), DELETE: self.assign(days[1])}
        if style == "flags" and self.dice.chance(50):
            return {ARCHIVE: self._one_of(*FLAGS[style])}
        return {}

    def _copies(self, *, monthly: bool) -> Tree:
        copies: Tree = {}
        styles = ("none", "retain", "cold", *(("archive",) if monthly else ()))
        for arn in self.dice.some(DESTINATIONS, 1, 2):
            target = self.dice.pick((arn, arn, arn, DESTINATIONS[0]))
            copies[arn] = {"target_backup_vault_arn": self.assign(target)}
            lifecycle = self._lifecycle(self.dice.pick(styles))
            if lifecycle:
                copies[arn]["lifecycle"] = lifecycle
        return copies

    def _tags(self) -> Tree:
        return {
            name: {
                "tag_key": self._one_of(name, name.upper()),
                "tag_value": self._one_of(*TAG_VALUES),
            }
            for name in self.dice.some(TAG_IDS, 1, 2)
        }

    def _advanced(self) -> Tree:
        switches = (("ec2", "windows_vss"), ("s3", "backup_acls"), ("s3", "backup_object_tags"))
        settings: Tree = {}
        for service, switch in self.dice.some(switches, 1, 2):
            settings.setdefault(service, {})[switch] = self._one_of("enabled", "disabled")
        return settings

    def _scan_settings(self) -> Tree:
        types = self.list_of(("EBS", "EC2", "S3", "ALL"))
        return {"GUARDDUTY": {"resource_types": types, "scanner_role_arn": self._one_of(*ROLES)}}

    def _selections(self) -> Tree:
        kind = self.dice.pick(("tags", "resources", "both"))
        selections: Tree = {}
        if kind != "resources":
            selections["tags"] = {name: self._tag_selection() for name in self.dice.some(self.names.selections, 1, 2)}
        if kind != "tags":
            names = self.dice.some(self.names.selections, 1, 2)
            selections["resources"] = {name: self._resource_selection() for name in names}
        return selections

    def _tag_selection(self) -> Tree:
        selection: Tree = {
            "tag_key": self._one_of("backup", "Env"),
            "tag_value": self.list_of(("gold", "Silver", 12, True, "12")),
        }
        if self.complete or self.dice.chance(50):
            selection["iam_role_arn"] = self._one_of(*ROLES)
        if self.dice.chance(self.habits.extra // 2):
            selection["conditions"] = self._conditions()
        return selection

    def _resource_selection(self) -> Tree:
        selection: Tree = {}
        if self.dice.chance(30):
            selection["conditions"] = self._conditions()
        if self.dice.chance(self.habits.extra):
            selection["not_resource_types"] = self.list_of(TYPES[2:])
        if not selection or self.dice.chance(100 if self.complete else 70):
            selection["resource_types"] = self.list_of(TYPES)
        if self.complete or self.dice.chance(50):
            selection["iam_role_arn"] = self._one_of(*ROLES)
        return selection

    def _conditions(self) -> Tree:
        operators = ("string_equals", "string_not_equals", "string_like", "string_not_like")
        conditions: Tree = {}
        for name in self.dice.some(CONDITIONS, 1, 2):
            conditions.setdefault(self.dice.pick(operators), {})[name] = {
                "condition_key": self.assign("aws:ResourceTag/env"),
                "condition_value": self._one_of("prod", "*"),
            }
        return conditions
