"""Organizations with plans that select in every way, and resources that they take, nearly take, or do not take."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from generators.dice import Dice, Source

Tree = dict[str, Any]

REGIONS = ("eu-west-1", "us-east-1", "eu-central-1")
UNKNOWN_REGION = "ap-south-1"
ELSEWHERE = ("us-gov-west-1", "us-gov-east-1", "cn-north-1")
PARTITIONS = ("aws-us-gov", "aws-us-gov", "aws-cn")
PATTERNS = {
    "EBS": "arn:aws:ec2:*:*:volume/*",
    "EC2": "arn:aws:ec2:*:*:instance/*",
    "RDS": "arn:aws:rds:*:*:db:*",
    "Aurora": "arn:aws:rds:*:*:cluster:*",
    "Neptune": "arn:aws:rds:*:*:cluster:*",
    "DynamoDB": "arn:aws:dynamodb:*:*:table/*",
    "S3": "arn:aws:s3:::*",
    "EFS": "arn:aws:elasticfilesystem:*:*:file-system/*",
    "FSx": "arn:aws:fsx:*:*:file-system/*",
    "CloudFormation": "arn:aws:cloudformation:*:*:stack/*",
    "EKS": "arn:aws:eks:*:*:cluster/*",
    "DSQL": "arn:aws:dsql:*:*:cluster/*",
    None: "arn:aws:lambda:*:*:function:*",
}
SERVICES = ("EBS", "EC2", "RDS", "Aurora", "DynamoDB", "S3", "EFS", "FSx", "CloudFormation", "EKS", "Neptune")
KEYS = ("backup", "env", "Team-Name", "tier")
NEAR_KEYS = (
    "Backup",
    "bakcup",
    "backups",
    "env ",
    "Env",
    "team-name",
    "tiers",
    "Name",
    "cost",
    "awsbackup-restore-test",
)
VALUES = ("daily", "prod", "prod server", "gold")
NEAR_VALUES = ("Daily", "daily ", "dayly", "PROD", "prod\tserver", "golf", "", "prodder", "none", "dialy", "weekly")
STATES = ("running", "available", "stopped", "Available", "terminated", "creating", None)
ENGINES = (None, None, "aurora-mysql", "mysql", "neptune", "postgres")
STRANGERS = (
    *("arn:aws:dynamodb:*:*:*", "arn:aws:ec2:*:*:*", "arn:aws*:s3:::*", "arn:aws:rds:eu-west-1:*:db:*", "volumes"),
    "arn:aws:newservice:*:*:thing/*",
)
OPERATORS = ("string_equals", "string_not_equals", "string_like", "string_not_like")


def guarded_organization(source: Source, accounts: int = 6) -> Tree:
    """A snapshot in which every account has a policy of its own, or none; some share theirs, some are invalid."""
    dice = Dice(source)
    policies = {f"p{number}": {"content": _policy(dice)} for number in range(max(1, accounts * 2 // 3))}
    listed = [_account(dice, number, list(policies)) for number in range(accounts)]
    services = {region: dice.some(SERVICES, 6, len(SERVICES)) for region in (*REGIONS, *ELSEWHERE[:2])}
    snapshot: Tree = {"version": 1, "organization": {"management_account": listed[0]["id"]}}
    snapshot |= {"root": {"name": "Root", "accounts": listed}, "policies": policies}
    own = Dice(Random(json.dumps(snapshot)))  # so that what a seed gives otherwise stays the same
    served = {account["id"]: _published(own, _policy(own)) for account in listed if own.chance(70)}
    for account in listed:
        if account["id"] in served and own.chance(40):  # AWS withholds what it gets
            account["policies"].append("broken")
    broken = {"broken": {"content": {"plans": {"broken": {**_plan(own), "rules": {}}}}}}
    snapshot["policies"] = policies | broken
    return snapshot | {"settings": {"opt_in": services}, "last_valid": served}


def _published(dice: Dice, node: Tree) -> Any:  # noqa: ANN401 - JSON
    """A policy as AWS publishes it, or as somebody wrote it down who has patterns that nobody knows."""
    if "@@assign" in node:
        return node["@@assign"]
    served = {key: _published(dice, below) for key, below in node.items()}
    for key in ("resource_types", "not_resource_types"):
        if dice.chance(50) and "resource_types" in served:
            served[key] = [*served.get(key, []), dice.pick(STRANGERS)]
    return served


def resources(source: Source, snapshot: Tree, count: int) -> list[Tree]:
    """Resources of the accounts of a snapshot, and a few of an account that it does not know."""
    dice = Dice(source)
    numbers = [account["id"] for account in snapshot["root"]["accounts"]] * 5 + ["999999999999"]
    made = [_resource(dice, dice.pick(numbers), place) for place in range(count)]
    for resource in made:
        if dice.chance(20):
            near = [made[dice.below(len(made))] for _ in range(1 + dice.below(2))]
            resource["parents"] = [*dict.fromkeys(other["arn"] for other in near if other is not resource)]
    return made


def _account(dice: Dice, number: int, policies: list[str]) -> Tree:
    account: Tree = {"id": f"{number + 1:012}", "name": f"account-{number}"}
    return account | {"policies": [] if dice.chance(10) else dice.some(policies, 1, 2)}


def _policy(dice: Dice) -> Tree:
    names = dice.some(("a", "b", "c", "d"), 1, 3)
    return {"plans": {name: _plan(dice) for name in names}}


def _plan(dice: Dice) -> Tree:
    kind = dice.pick(("tags", "resources"))
    make = _tag_selection if kind == "tags" else _resource_selection
    chosen = {f"s{place}": make(dice) for place in range(1 + dice.below(4))}
    rule = {"target_backup_vault_name": {"@@assign": "Main"}}
    # A plan without rules makes the effective policy invalid, and nobody knows what AWS serves instead.
    rules = {} if dice.chance(3) else {"rules": {"nightly": rule}}
    return {"regions": {"@@assign": _regions(dice)}, "selections": {kind: chosen}} | rules


def _regions(dice: Dice) -> list[str]:
    """Seldom of another partition, or of several."""
    some = [] if dice.chance(6) else dice.some(REGIONS, 1, 3)
    return some + dice.some(ELSEWHERE, 1, 2) if dice.chance(6) or not some else some


def _tag_selection(dice: Dice) -> Tree:
    values = dice.some((*VALUES, "Daily"), 1, 2)
    return _assigned(tag_key=dice.pick(KEYS), tag_value=values) | _conditions(dice, 25)


def _resource_selection(dice: Dice) -> Tree:
    if dice.chance(10):
        return _assigned() | _conditions(dice, 100)
    types = [] if dice.chance(30) else dice.some(_patterns(dice), 1, 4)
    if not types or dice.chance(10):
        types = [*types, "*"]
    excepted = {"not_resource_types": dice.some(_patterns(dice), 1, 2)} if dice.chance(25) else {}
    return _assigned(resource_types=types, **excepted) | _conditions(dice, 50)


def _patterns(dice: Dice) -> list[str]:
    return [_pattern(dice, pattern) for pattern in dict.fromkeys(each for kind, each in PATTERNS.items() if kind)]


def _pattern(dice: Dice, pattern: str) -> str:
    """A pattern, at times of another partition; AWS refuses one with a wildcard there."""
    if dice.chance(15):
        return pattern.replace("arn:aws:", f"arn:{dice.pick(PARTITIONS)}:", 1)
    return pattern.replace("arn:aws:", "arn:aws*:", 1) if dice.below(1000) < 2 else pattern


def _assigned(**settings: object) -> Tree:
    role = {"iam_role_arn": "arn:aws:iam::$account:role/Backup"}
    return {key: {"@@assign": value} for key, value in (role | settings).items()}


def _conditions(dice: Dice, percent: int) -> Tree:
    if not dice.chance(percent):
        return {}
    conditions: Tree = {}
    for place in range(1 + dice.below(2)):
        key = f"aws:ResourceTag/{dice.pick(KEYS)}" if dice.chance(95) else "env"
        operator = dice.pick(OPERATORS)
        value = dice.pick(("*", "prod*", "*a*", "pro*er", *VALUES) if "like" in operator else VALUES)
        conditions.setdefault(operator, {})[f"c{place}"] = {
            "condition_key": {"@@assign": key},
            "condition_value": {"@@assign": value},
        }
    return {"conditions": conditions}


def _resource(dice: Dice, account: str, place: int) -> Tree:
    kind = dice.pick([*PATTERNS])
    region = UNKNOWN_REGION if dice.chance(5) else dice.pick(ELSEWHERE if dice.chance(8) else REGIONS)
    name = f"awsbackup-restore-test-{place}" if dice.chance(2) else f"r-{place}"
    parts = PATTERNS[kind].split(":")
    partition = {"us-gov": "aws-us-gov", "cn-nor": "aws-cn"}.get(region[:6], "aws")
    parts[1:2], parts[3:5] = [partition], [parts[3] and region, parts[4] and account]
    arn = ":".join(parts)
    engine = dice.pick(ENGINES) if kind in {"RDS", "Aurora", "Neptune"} else None
    is_untold = kind == "Aurora" and engine is None and dice.chance(50)
    return {
        "arn": f"{arn[:-1]}{name}",
        "account": None if not parts[4] and dice.chance(20) else account,
        "region": None if dice.chance(2 if parts[3] else 30) else region,
        "type": kind,
        "tags": None if dice.chance(5) else _tags(dice),
        "state": dice.pick(STATES),
        "engine": engine,
        "parents": [],
        "facts": {"types": ["Aurora", "DocumentDB", "Neptune", "RDS"]} if is_untold else {},
    }


def _tags(dice: Dice) -> dict[str, str]:
    keys = dice.some((*KEYS, *KEYS, *NEAR_KEYS), 0, 4)
    return {key: dice.pick((*VALUES, *VALUES, *NEAR_VALUES)) for key in keys}
