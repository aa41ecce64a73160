"""The oracle's own reading of language.md section 5, on one account with one plan."""

from __future__ import annotations

from typing import Any

import pytest
from support.moment import AT

from oracle.requirements import judge, lets_of
from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Require

SHOP = "222222222222"
SNAPSHOT: dict[str, Any] = {
    "organization": {"management_account": "111111111111"},
    "root": {"units": [{"name": "Prod", "accounts": [{"id": SHOP, "name": "shop", "tags": {"env": "prod"}}]}]},
    "vaults": [
        {"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "lock": {"mode": "governance"}},
        {"name": "Main", "accounts": {"ou": "Prod"}, "regions": ["eu-central-1"], "lock": "none"},
        {"name": "Far", "accounts": ["999999999999"], "regions": ["eu-west-1"], "type": "logically_air_gapped"},
    ],
}
FAR = "arn:aws:backup:eu-west-1:999999999999:backup-vault:Far"
PUBLISHED = {
    "plans": {
        "daily": {
            "regions": ["eu-west-1", "eu-central-1"],
            "rules": {
                "nightly": {
                    "target_backup_vault_name": "Main",
                    "lifecycle": {"delete_after_days": "35"},
                    "copy_actions": {FAR.lower(): {"target_backup_vault_arn": FAR}},
                },
                "hourly": {"target_backup_vault_name": "Other", "schedule_expression": "cron(0 * ? * * *)"},
            },
            "selections": {"resources": {"databases": {"resource_types": ["arn:aws:rds:*:*:db:*"]}}},
        }
    }
}
NIGHTLY = 'plans["Daily"].rules["NIGHTLY"]'


def said_of(condition: str, scope: str = "true", published: dict[str, Any] | None = PUBLISHED) -> str:
    text = f"let month = 35 days\nrequire r {{ for {scope} assert {condition} }}"
    statements = parse(Source("r.bpol", text)).value.statements
    (requirement,) = (statement for statement in statements if isinstance(statement, Require))
    (verdicts,) = judge(requirement, SNAPSHOT, {SHOP: published}, lets_of(statements), AT).verdicts
    return verdicts[SHOP]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{NIGHTLY}.retention == month", "pass"),
        (f"{NIGHTLY}.cold_after == forever", "pass"),
        (f"{NIGHTLY}.interval <= 1 day", "fail"),  # `hourly` is kept longer and takes every run
        (f"{NIGHTLY}.interval == forever", "pass"),
        (f"{NIGHTLY}.vault.lock == governance", "fail"),  # none in eu-central-1
        (f"not {NIGHTLY}.vault.lock == governance", "fail"),
        (f'{NIGHTLY}.in_region["eu-west-1"].vault.lock == governance', "pass"),
        (f'{NIGHTLY}.in_region["us-east-1"].vault.lock != governance', "fail"),
        (f"{NIGHTLY}.vault.key == customer", "unknown"),
        (f"{NIGHTLY}.air_gapped_vault.exists", "fail"),
        (f"{NIGHTLY}.air_gapped_vault.lock != none", "fail"),
        ('plans["weekly"].windows_vss', "fail"),
        ('not plans["weekly"].windows_vss', "fail"),
        ("every rule satisfies rule.vault.exists", "fail"),
        ('every rule where rule.name like "NIGHT*" satisfies rule.vault.exists', "pass"),
        ("at least 2 rule satisfies rule.retention >= month", "pass"),
        ("at least 3 rule satisfies rule.retention >= month", "fail"),
        ("some rule satisfies rule.vault.lock == governance", "pass"),
        ("at least 1 rule satisfies rule.vault.lock == governance", "fail"),
        ("at least 1 copy satisfies copy.retention == month", "pass"),
        ("at least 2 copy satisfies copy.retention == month", "fail"),
        ("some copy satisfies copy.vault.min_retention >= 1 day", "unknown"),
        ("some rule satisfies rule.continuous", "fail"),
        ("every copy satisfies copy.retention == month and copy.cross_account", "pass"),
        ("every copy satisfies copy.cross_region", "fail"),
        ("some rule satisfies rule.leaves_account", "pass"),
        ("every rule satisfies rule.leaves_account", "fail"),
        ("some rule satisfies rule.leaves_region", "pass"),
        ("some copy satisfies copy.vault.lock == compliance", "pass"),
        ("every rule satisfies some copy satisfies copy.vault.exists", "fail"),
        ('every rule satisfies rule.name == "hourly" or (some copy satisfies copy.vault.exists)', "pass"),
        ("every selection satisfies selection.types == [RDS]", "pass"),
        ("every plan satisfies RDS in plan.resource_types and not S3 in plan.resource_types", "pass"),
        ('account.path like "P*/shop" and account.ou == "Prod"', "pass"),
        ('account.tags["owner"] != "anyone"', "pass"),
        ('account.tags["owner"] like "*"', "fail"),
        ("account.management", "fail"),
    ],
)
def test_the_value_of_a_condition(condition: str, expected: str) -> None:
    assert said_of(condition) == expected


@pytest.mark.parametrize(
    ("scope", "condition", "expected"),
    [
        ("account.management", "false", "not applicable"),
        ('plans["weekly"].windows_vss', "false", "not applicable"),
        (f"{NIGHTLY}.vault.key == customer", "false", "unknown"),
        (f"{NIGHTLY}.vault.key == customer", "true", "pass"),
    ],
)
def test_a_requirement_applies_or_not_or_nobody_knows(scope: str, condition: str, expected: str) -> None:
    assert said_of(condition, scope) == expected


def test_what_aws_keeps_is_unknown_where_nobody_says() -> None:
    assert said_of("every plan satisfies true", published=None) == "unknown"
    assert said_of("every plan satisfies false", published={}) == "pass"
