"""Inventories of any size as Parquet, made by DuckDB; and an organization whose plans select by tags and types."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import duckdb

ACCOUNTS, DOCUMENTS = 10_000, 110
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
TYPES = {
    "EBS": "arn:aws:ec2:{region}:{account}:volume/vol-",
    "EC2": "arn:aws:ec2:{region}:{account}:instance/i-",
    "DynamoDB": "arn:aws:dynamodb:{region}:{account}:table/table-",
    "EFS": "arn:aws:elasticfilesystem:{region}:{account}:file-system/fs-",
    "RDS": "arn:aws:rds:{region}:{account}:db:database-",
    "S3": "arn:aws:s3:::bucket-{account}-",
}
_PATTERNS = ("arn:aws:rds:*:*:db:*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:s3:::*")
_SHARES = {"EBS": 40, "EC2": 65, "DynamoDB": 75, "EFS": 80, "RDS": 90, "S3": 100}  # percent, added up


def guarded_snapshot(seed: int) -> str:
    """A snapshot as JSON: a unit with a policy of its own for each document, the accounts shared out."""
    chance = Random(seed)
    accounts = [{"id": f"{number:012}", "name": f"account-{number}"} for number in range(1, ACCOUNTS + 1)]
    units = [
        {"name": f"unit-{number}", "policies": [f"policy-{number}"], "accounts": accounts[number::DOCUMENTS]}
        for number in range(DOCUMENTS)
    ]
    policies = {f"policy-{number}": {"content": _policy(chance)} for number in range(DOCUMENTS)}
    opt_in = {region: list(TYPES) for region in REGIONS}
    return json.dumps(
        {
            "version": 1,
            "root": {"name": "Root", "units": units},
            "policies": policies,
            "settings": {"opt_in": opt_in},
        }
    )


def _policy(chance: Random) -> dict[str, Any]:
    """Two plans: all that is tagged, and in some Regions types, not the test stage."""
    values = [*chance.sample(("daily", "weekly", "hourly", "gold", "silver"), 4), "none"]
    tagged = _assigned(tag_key="backup", tag_value=values)
    stage = _assigned(tag_key="env", tag_value=["prod", "dev"])
    condition = _assigned(condition_key="aws:ResourceTag/env", condition_value="test")
    typed = _assigned(resource_types=chance.sample(_PATTERNS, chance.randint(1, 3)))
    typed["conditions"] = {"string_not_equals": {"stage": {key: condition[key] for key in condition}}}
    for selection in (tagged, stage, typed):
        selection["iam_role_arn"] = {"@@assign": "arn:aws:iam::$account:role/Backup"}
    everywhere, some = list(REGIONS), chance.sample(REGIONS, 2)
    return {
        "plans": {
            "tagged": _plan(everywhere, {"tags": {"backup": tagged, "stage": stage}}),
            "typed": _plan(some, {"resources": {"data": typed}}),
        }
    }


def _plan(regions: list[str], selections: dict[str, Any]) -> dict[str, Any]:
    rules = {"nightly": {"target_backup_vault_name": {"@@assign": "Main"}}}
    return {"regions": {"@@assign": regions}, "rules": rules, "selections": selections}


def _assigned(**settings: object) -> dict[str, Any]:
    return {key: {"@@assign": value} for key, value in settings.items()}


def write_inventory(file: Path, resources: int) -> None:
    """A table of resources: most have four tags, one in fifty of these misspelt; one in fifty has unknown tags."""
    names = " ".join(f"WHEN {literal(kind)} THEN {_arn(form)}" for kind, form in TYPES.items())
    kinds = " ".join(f"WHEN d0 < {share} THEN {literal(kind)}" for kind, share in _SHARES.items())
    tags = (
        "map_from_entries(list_filter(["
        "{'k': 'Name', 'v': 'server-' || i}, "
        "{'k': 'env', 'v': ['prod', 'test', 'dev', 'Prod'][1 + CASE WHEN d2 < 2 THEN 3 ELSE d2 % 3 END]}, "
        "{'k': CASE WHEN d3 < 2 THEN 'Backup' ELSE 'backup' END, "
        "'v': ['daily', 'weekly', 'hourly', 'gold', 'silver', 'none', 'dialy']"
        "[1 + CASE WHEN d4 < 2 THEN 6 ELSE d4 % 6 END]}, "
        "{'k': 'owner', 'v': 'team-' || d5}], lambda x: hash(x.k, i) % 100 >= 15))"
    )
    dice = ", ".join(f"(hash(i, {number}) % 100)::INTEGER AS d{number}" for number in range(6))
    text = f"""COPY (
        WITH thrown AS (SELECT i, {dice}, lpad((1 + hash(i, 6) % {ACCOUNTS})::VARCHAR, 12, '0') AS account
            FROM range({resources}) AS t(i)),
        placed AS (SELECT *, CASE {kinds} END AS type, {list(REGIONS)}[1 + d1 % {len(REGIONS)}] AS region FROM thrown)
        SELECT CASE type {names} END AS arn, account, region, type,
            CASE WHEN hash(i, 7) % 50 > 0 THEN {tags} END AS tags,
            CASE type WHEN 'RDS' THEN 'available' WHEN 'EC2' THEN CASE WHEN d5 < 3 THEN 'terminated' ELSE 'running' END
            END AS state
        FROM placed) TO {literal(str(file))} (FORMAT parquet)"""  # noqa: S608 - ours
    with duckdb.connect() as connection:
        connection.execute(text)


def _arn(form: str) -> str:
    placed = literal(form).replace("{region}", "' || region || '").replace("{account}", "' || account || '")
    return f"{placed} || i"


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
