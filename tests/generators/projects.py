"""Small organizations whose plans are full of what the checks of AWS Backup and of the environment look for.

A plan is written by one policy, now and then with a policy further down that changes a rule of it, so that what is
published is easy to tell. Every document is one that AWS admits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generators.dice import Dice, Source
from generators.entries_of_vaults import with_possible_key, without_contradictions

Tree = dict[str, Any]

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "me-south-1", "ap-southeast-6", "af-south-1")
CHINA, GOVERNMENT = ("cn-north-1", "cn-northwest-1"), ("us-gov-west-1", "us-gov-east-1")
HOME, CENTRAL, OUTSIDE = "111111111111", "333333333333", "999999999999"
ACCOUNTS = (HOME, "222222222222", CENTRAL)
UNITS = ("Prod", "Prod/Data", "Test")
VAULTS = ("Main", "Main", "main", "DR", "Default", "AirGap", "a")
DEFAULT_ROLE = "service-role/AWSBackupDefaultServiceRole"
ROLES = ("Backup", "Backup", "service-role/Backup", "Other")
PATTERNS = {
    "EC2": "ec2:*:*:instance/*",
    "EBS": "ec2:*:*:volume/*",
    "RDS": "rds:*:*:db:*",
    "Aurora": "rds:*:*:cluster:*",
    "DynamoDB": "dynamodb:*:*:table/*",
    "EFS": "elasticfilesystem:*:*:file-system/*",
    "FSx": "fsx:*:*:file-system/*",
    "FSxVolume": "fsx:*:*:volume/*",
    "S3": "s3:::*",
    "Timestream": "timestream:*:*:database/*",
    "CloudFormation": "cloudformation:*:*:stack/*",
    "SAPHANA": "ssm-sap:*:*:HANA/*",
    "EKS": "eks:*:*:cluster/*",
    "DSQL": "dsql:*:*:cluster/*",
    "RedshiftServerless": "redshift-serverless:*:*:namespace/*",
}
SERVICES = ("EC2", "EBS", "RDS", "Aurora", "Neptune", "DocumentDB", "DynamoDB", "EFS", "FSx", "S3", "Timestream")
UNCOPIED = ("Redshift", "DynamoDB", "CloudFormation")
SCHEDULES = (
    "cron(0 5 ? * * *)",
    "cron(0 5 ? * * *)",
    "cron(0 13/12 ? * * *)",
    "cron(0 */5 ? * * *)",
    "cron(0 2/6 ? * * *)",
    "cron(0 7/6 ? * * *)",
    "cron(30 0-12/4 ? * * *)",
    "cron(0 9,21 ? * * *)",
    "cron(0 0,13/12 ? * * *)",
    "cron(0 5 ? * 2 *)",
    "cron(0 5 ? * MON-FRI *)",
    "cron(0 5 ? * 2-6 *)",
    "cron(0 5 ? * 1-7 *)",
    "cron(0 5/7 ? * SUN *)",
    "cron(0 3/7 ? * 1 *)",
    "cron(0 5 ? * MON#2 *)",
    "cron(0 5 ? * 3#1 *)",
    "cron(0 5 ? * 6L *)",
    "cron(0 5 1 * ? *)",
)
MONTHLY = ("cron(0 5 1 * ? *)", "cron(30 22 L * ? *)")
WINDOWS = ("60", "120", "480", "481", "720", "10080", "20000", "52560001")
DAYS = ("1", "5", "6", "7", "14", "30", "35", "36", "90", "120", "365", "36500", "36501")
COLD_DAYS = ("1", "30", "90", "275", "276")
VALUES = ("yes", "no*", " padded", "gold")
KEYS = ("backup", "Backup", "aws:ResourceTag/backup", "team*", " env", "env")
CONDITION_KEYS = ("aws:ResourceTag/env", "AWS:resourcetag/env", "env", "aws:ResourceTag/ env")
OPERATORS = ("string_equals", "string_not_equals", "string_like", "string_not_like")
LOCK_DAYS = (1, 7, 14, 30, 35, 36, 90, 365, 400)
ARCHIVE = "opt_in_to_archive_for_supported_resources"
DELETE, COLD = "delete_after_days", "move_to_cold_storage_after_days"


def project(source: Source) -> Tree:
    """A snapshot with policies, vaults, roles and settings."""
    dice = Dice(source)
    writer = _Writer(dice)
    policies: dict[str, Tree] = {f"policy-{number}": writer.policy(number) for number in range(1 + dice.below(2))}
    root: Tree = {"name": "Root", "policies": [*policies], "units": _units(dice)}
    if dice.chance(30):
        policies["local"] = writer.fragment(policies["policy-0"])
        root["units"][0]["policies"] = ["local"]
    snapshot: Tree = {
        "version": 1,
        "organization": {"management_account": dice.pick((HOME, "000000000000"))},
        "root": root,
        "policies": {name: {"content": _assigned(content)} for name, content in policies.items()},
        "settings": _settings(dice, writer.regions),
    }
    return without_contradictions(snapshot | _inventory(dice, writer.regions))


def _units(dice: Dice) -> list[Tree]:
    first, second, third = ({"id": number, "name": f"account{number[0]}"} for number in ACCOUNTS)
    inner: Tree = {"name": "Data", "accounts": [second]}
    return [{"name": "Prod", "units": [inner], "accounts": [first]}, {"name": "Test", "accounts": [third]}][
        : 1 + dice.below(2)
    ]


def _settings(dice: Dice, regions: tuple[str, ...]) -> Tree:
    settings: Tree = {}
    if dice.chance(60):
        settings["cross_account_backup"] = dice.chance(50)
    if dice.chance(70):
        settings["opt_in"] = {region: _opted_in(dice) for region in dice.some(regions, 1, 2)}
    if dice.chance(60):
        settings["dynamodb_advanced"] = {region: dice.chance(40) for region in dice.some(regions, 1, 2)}
    return settings


def _opted_in(dice: Dice) -> list[str]:
    """Services that are switched on, at times only such of which there are few copies or none."""
    return dice.some(UNCOPIED, 1, 2) if dice.chance(25) else dice.some(SERVICES, 0, 11)


def _inventory(dice: Dice, regions: tuple[str, ...]) -> Tree:
    """Vaults and roles, or no word about them, and where somebody looked."""
    found: Tree = {}
    if dice.chance(85):
        found["vaults"] = [_vault(dice, regions) for _ in range(dice.below(14))]
    if dice.chance(70):
        found["roles"] = [_scoped(dice, {"name": dice.pick(ROLES)}) for _ in range(dice.below(4))]
    if dice.chance(30):
        found["searched"] = {"regions": dice.some(regions, 1, 4)} if dice.chance(60) else {}
        if dice.chance(50):
            found["searched"]["accounts"] = _scope(dice)
    return found


def _vault(dice: Dice, regions: tuple[str, ...]) -> Tree:
    vault = _scoped(dice, {"name": dice.pick(VAULTS[:-1])})
    if not dice.chance(8):
        vault["regions"] = dice.some(regions, 1, 4)
    if dice.chance(60):
        air_gapped = dice.chance(90 if vault["name"] == "AirGap" else 15)
        vault["type"] = "logically_air_gapped" if air_gapped else "standard"
    if dice.chance(75):
        vault["lock"] = _lock(dice, air_gapped=vault.get("type") == "logically_air_gapped")
    if dice.chance(70):
        vault["key"] = dice.pick(("customer", "aws_managed", "aws_managed", "aws_owned"))
    return with_possible_key(vault)


def _lock(dice: Dice, *, air_gapped: bool) -> object:
    if not air_gapped and dice.chance(25):
        return "none"
    least, most = sorted(dice.some([day for day in LOCK_DAYS if day >= 7] if air_gapped else LOCK_DAYS, 2, 2))
    bounds: Tree = dice.pick(
        (
            {"min_retention_days": least, "max_retention_days": most},
            {"min_retention_days": least},
            {"max_retention_days": most},
            {},
            {},
        )
    )
    return {"mode": "compliance" if air_gapped else dice.pick(("governance", "compliance")), **bounds}


def _scoped(dice: Dice, entry: Tree) -> Tree:
    return entry if dice.chance(6) else {**entry, "accounts": _scope(dice)}


def _scope(dice: Dice) -> object:
    everywhere: tuple[Callable[[], object], ...] = (
        lambda: "*",
        lambda: "*",
        lambda: dice.some((*ACCOUNTS, OUTSIDE), 1, 3),
        lambda: {"ou": "Prod"},
    )
    return dice.pick(everywhere)()


def _assigned(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Every setting with AWS's operator."""
    if isinstance(node, dict):
        return {key: _assigned(below) for key, below in node.items()}
    return {"@@assign": node}


class _Writer:
    """Writes policies of one partition."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.regions: tuple[str, ...] = dice.pick((REGIONS,) * 8 + (CHINA, GOVERNMENT, (*REGIONS[:3], *CHINA)))
        self.partition = "aws-cn" if self.regions == CHINA else "aws-us-gov" if self.regions == GOVERNMENT else "aws"

    def policy(self, number: int) -> Tree:
        """One or two plans that no other policy has."""
        return {"plans": {f"Plan-{number}{letter}": self._plan() for letter in "ab"[: 1 + self.dice.below(2)]}}

    def fragment(self, policy: Tree) -> Tree:
        """A policy that changes one rule of a plan of another."""
        plan = self.dice.pick(list(policy["plans"]))
        rule = self.dice.pick(list(policy["plans"][plan]["rules"]))
        changes: tuple[Tree, ...] = (
            {"enable_continuous_backup": "true", "lifecycle": {DELETE: self.dice.pick(("5", "35"))}},
            {"target_backup_vault_name": self.dice.pick(VAULTS)},
            {"lifecycle": {DELETE: self.dice.pick(DAYS)}},
            {"lifecycle": {COLD: self.dice.pick(COLD_DAYS)}},
            {"lifecycle": {COLD: self.dice.pick(COLD_DAYS)}},
            {"start_backup_window_minutes": self.dice.pick(WINDOWS)},
        )
        return {"plans": {plan: {"rules": {rule: self.dice.pick(changes)}}}}

    def _plan(self) -> Tree:
        dice = self.dice
        plan: Tree = {
            "regions": dice.some(self.regions, 1, 3),
            "rules": {name: self._rule() for name in ("Nightly", "Weekly", "Long")[: 1 + dice.below(3)]},
            "selections": self._selections(),
        }
        if dice.chance(15):
            settings: Tree = {"scanner_role_arn": self._role(), "resource_types": dice.some(("EBS", "EC2", "S3"), 1, 2)}
            if len(settings["resource_types"]) == 1:  # without a draw: organizations of a seed stay what they are
                settings["scanner_role_arn"] = f"arn:{self.partition}:iam::$account:role/{DEFAULT_ROLE}"
            if dice.chance(15):
                settings["resource_types"] = ["ALL"]
            if dice.chance(20):
                del settings[dice.pick(("scanner_role_arn", "resource_types"))]
            plan["scan_settings"] = {"GUARDDUTY": settings}
        return plan

    def _rule(self) -> Tree:
        dice = self.dice
        style = dice.pick(("plain", "plain", "forever", "cold", "continuous", "continuous", "archive"))
        rule: Tree = {"target_backup_vault_name": dice.pick(VAULTS)}
        if style == "archive" or not dice.chance(10):
            rule["schedule_expression"] = dice.pick(MONTHLY if style == "archive" else SCHEDULES)
        for key in ("start_backup_window_minutes", "complete_backup_window_minutes"):
            if dice.chance(30):
                rule[key] = dice.pick(WINDOWS)
        if style == "continuous":
            rule["enable_continuous_backup"] = dice.pick(("true", True))
        if lifecycle := self._lifecycle(style):
            rule["lifecycle"] = lifecycle
        if dice.chance(15):
            name = dice.pick(("AirGap", "AirGap", "Main"))
            rule["target_logically_air_gapped_backup_vault_arn"] = (
                f"arn:{self.partition}:backup:$region:$account:backup-vault:{name}"
            )
        if dice.chance(40):
            rule["copy_actions"] = self._copies()
        return rule | self._further()

    def _further(self) -> Tree:
        dice = self.dice
        rule: Tree = {}
        if dice.chance(10):
            rule["index_actions"] = {"resource_types": dice.some(("EBS", "S3"), 1, 2)}
        if dice.chance(10):
            rule["scan_actions"] = {"GUARDDUTY": {"scan_mode": "FULL_SCAN"}}
        if dice.chance(4):
            count = dice.pick((10, 11))
            rule["recovery_point_tags"] = {
                f"T{number}": {"tag_key": f"T{number}", "tag_value": "x"} for number in range(count)
            }
        return rule

    def _lifecycle(self, style: str) -> Tree:
        dice = self.dice
        if style == "continuous":
            return {DELETE: dice.pick(("5", "6", "7", "14", "35"))}
        if style == "cold":
            cold: Tree = {COLD: dice.pick(COLD_DAYS)}
            return cold if dice.chance(30) else {**cold, DELETE: dice.pick(DAYS)}
        if style == "archive":
            return {ARCHIVE: "true", COLD: "30", DELETE: dice.pick(("120", "400"))}
        return {DELETE: dice.pick(DAYS)} if style == "plain" else {}

    def _copies(self) -> Tree:
        dice = self.dice
        copies: Tree = {}
        for _ in range(6 if dice.chance(4) else 1 + dice.below(2)):
            region = dice.pick((*self.regions * 4, "eu-west-9", *CHINA))
            account = dice.pick(("$account", "$account", *ACCOUNTS, *ACCOUNTS, OUTSIDE))
            partition = "aws" if dice.chance(5) else self.partition
            arn = f"arn:{partition}:backup:{region}:{account}:backup-vault:{dice.pick(VAULTS)}"
            key = arn if dice.chance(85) else dice.pick((arn[:-3] + arn[-3:].upper(), arn[:-1] + "x"))
            if key.lower() not in {other.lower() for other in copies}:
                copies[key] = self._copy(arn)
        return copies

    def _copy(self, arn: str) -> Tree:
        copy: Tree = {"target_backup_vault_arn": arn}
        lifecycle = self._lifecycle(self.dice.pick(("none", "none", "plain", "cold")))
        return copy | ({"lifecycle": lifecycle} if lifecycle else {})

    def _selections(self) -> Tree:
        dice = self.dice
        selections: Tree = {}
        kind = dice.pick(("tags", "resources", "resources", "both"))
        if kind != "resources":
            count = dice.pick((10, 11)) if dice.chance(3) else 1 + dice.below(2)
            selections["tags"] = {f"Tagged{number}": self._tag_selection() for number in range(count)}
        if kind != "tags":
            selections["resources"] = {
                f"Listed{number}": self._resource_selection() for number in range(1 + dice.below(2))
            }
        return selections

    def _tag_selection(self) -> Tree:
        dice = self.dice
        values = [f"v{number}" for number in range(31)] if dice.chance(3) else dice.some(VALUES, 1, 2)
        key = dice.pick(KEYS) if dice.chance(30) else "backup"
        selection: Tree = {"iam_role_arn": self._role(), "tag_key": key, "tag_value": values}
        return selection | ({"conditions": self._conditions()} if dice.chance(15) else {})

    def _resource_selection(self) -> Tree:
        dice = self.dice
        types = [] if dice.chance(25) else [self._pattern(name) for name in dice.some(list(PATTERNS), 1, 4)]
        if not types or dice.chance(6):
            types = [*types, "*"]
        selection: Tree = {"iam_role_arn": self._role(), "resource_types": types}
        if dice.chance(15):
            selection["not_resource_types"] = [self._pattern(name) for name in dice.some(list(PATTERNS), 1, 3)]
        return selection | ({"conditions": self._conditions()} if dice.chance(15) else {})

    def _conditions(self) -> Tree:
        found: Tree = {}
        for name in ("One", "Two")[: 1 + self.dice.below(2)]:
            found.setdefault(self.dice.pick(OPERATORS), {})[name] = {
                "condition_key": self.dice.pick(CONDITION_KEYS),
                "condition_value": self.dice.pick(VALUES),
            }
        return found

    def _pattern(self, name: str) -> str:
        partition = "aws" if self.dice.chance(2) else self.partition
        return f"arn:{partition}:{PATTERNS[name]}"

    def _role(self) -> str:
        return f"arn:{self.partition}:iam::$account:role/{self.dice.pick(ROLES)}"
