"""The enterprise example: what its README promises, account by account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policyengine.cli.app import run

ACME = Path(__file__).parents[2] / "examples" / "acme"
CENTRAL = "arn:aws:backup:eu-central-1:999999999999:backup-vault:Central"
AT = "2026-10-01"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    output = tmp_path_factory.mktemp("acme") / "effective.json"
    command = ["effective", "-C", str(ACME), "--all", "--at", AT, "--format", "json", "--output", str(output)]
    assert run(command) == 0
    found: list[dict[str, Any]] = json.loads(output.read_text(encoding="utf-8"))["accounts"]
    return found


def test_fifty_accounts_are_valid(accounts: list[dict[str, Any]]) -> None:
    assert [account["status"] for account in accounts] == ["valid"] * 50


def test_the_tree_has_four_levels(accounts: list[dict[str, Any]]) -> None:
    assert {account["path"].count("/") for account in accounts} == {0, 1, 2, 3}


@pytest.mark.parametrize(("kind", "days"), [("arn:aws:ec2:*:*:instance/*", 30), ("arn:aws:rds:*:*:db:*", 60)])
def test_every_account_keeps_daily_backups_and_a_central_copy(
    accounts: list[dict[str, Any]], kind: str, days: int
) -> None:
    kept = [max(_daily_retentions(account["policy"], kind)) for account in accounts]
    assert min(kept) == days


def _daily_retentions(policy: dict[str, Any], kind: str) -> Iterator[int]:
    """The retentions, in days, of the daily rules for a type that copy to the central vault."""
    for plan in policy["plans"].values():
        types = [pattern for chosen in plan["selections"]["resources"].values() for pattern in chosen["resource_types"]]
        for rule in plan["rules"].values():
            daily = rule["schedule_expression"] in {"cron(0 1 ? * * *)", "cron(0 3 ? * * *)"}
            copied = [copy["target_backup_vault_arn"] for copy in rule["copy_actions"].values()] == [CENTRAL]
            if daily and copied and kind in types:
                yield int(rule["lifecycle"]["delete_after_days"])


def test_only_payments_overrides(accounts: list[dict[str, Any]]) -> None:
    def differs(account: dict[str, Any]) -> bool:
        databases = account["policy"]["plans"]["databases"]
        kept = databases["rules"]["nightly"]["lifecycle"]["delete_after_days"]
        return (kept, databases["regions"]) == ("400", ["eu-west-1", "eu-central-1", "eu-west-3"])

    changed = [account["path"] for account in accounts if differs(account)]
    assert changed == [account["path"] for account in accounts if account["path"].startswith("Workloads/Payments/")]
    assert len(changed) == 8


def test_nothing_below_the_root_opens_the_locked_plan(tmp_path: Path) -> None:
    compiled = tmp_path / "compiled.json"
    assert run(["compile", str(ACME), "--at", AT, "--format", "json", "--output", str(compiled)]) == 0
    plan = json.loads(compiled.read_text(encoding="utf-8"))["policies"]["baseline"]["plans"]["compute"]
    assert set(_controls(plan)) == {("@@none",)}


def _controls(node: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    yield tuple(node.get("@@operators_allowed_for_child_policies", ()))
    for key, child in node.items():
        if not key.startswith("@@"):
            yield from _controls(child)
