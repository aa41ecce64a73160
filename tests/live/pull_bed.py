"""A small organization in which every operation of `pull` is called, most of them with two pages or more calls."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from fake_aws import ROLE_IN_MEMBERS, FakeAws
from fake_aws.short_way import short_way

from policyengine.live import Pace, PulledOrganization, PullOptions, read_organization
from policyengine.live.transport import AwsApi

Tree = dict[str, Any]

MANAGEMENT, SHOP, LEDGER, REVERSED, BARRED = (
    "111111111111",
    "222222222222",
    "333333333333",
    "444444444444",
    "555555555555",
)
REGIONS = ["eu-central-1", "eu-west-1"]
NOW = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
ROLE = "arn:aws:iam::$account:role/Backup"


def plan(vault: str, *regions: str) -> Tree:
    """A whole plan, all of it assigned."""
    return {
        "rules": {"daily": {"target_backup_vault_name": {"@@assign": vault}}},
        "regions": {"@@assign": [*regions]},
        "selections": {
            "tags": {
                "all": {
                    "iam_role_arn": {"@@assign": ROLE},
                    "tag_key": {"@@assign": "backup"},
                    "tag_value": {"@@assign": ["yes"]},
                }
            }
        },
    }


_ACCESS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}],
}
_LOOKED = [MANAGEMENT, SHOP]
ORGANIZATION: Tree = {
    "version": 1,
    "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT},
    "root": {
        "name": "Root",
        "policies": ["baseline"],
        "units": [
            {
                "name": "Workloads",
                "policies": ["first", "second"],
                "accounts": [
                    {"id": SHOP, "name": "shop", "tags": {"env": "prod", "team": "a"}},
                    {"id": LEDGER, "name": "ledger", "policies": ["half"]},
                    *({"id": f"{number:012}", "name": f"closed {number}", "state": "SUSPENDED"} for number in range(1, 21)),
                ],
            },
            {
                "name": "Reversed/all",
                "policies": ["second", "first"],
                "units": [{"name": "Below", "accounts": [{"id": REVERSED, "name": "shop"}]}],
            },
        ],
        "accounts": [
            {"id": MANAGEMENT, "name": "management"},
            {"id": BARRED, "name": "no role here", "state": "PENDING_ACTIVATION"},
        ],
    },
    "policies": {
        "baseline": {"content": {"plans": {"base": plan("Main", *REGIONS)}}, "description": "für alle", "tags": {"run": "7"}},
        "first": {"content": {"plans": {"p": plan("First", "eu-west-1")}}},
        "second": {"content": {"plans": {"p": plan("Second", "eu-west-1")}}},
        "half": {"content": {"plans": {"q": {"regions": {"@@assign": ["eu-west-1"]}}}}},
    },
    "last_valid": {LEDGER: {"plans": {}}},
    "vaults": [
        {"name": "Main", "accounts": _LOOKED, "regions": REGIONS, "type": "standard", "key": "customer", "policy": _ACCESS},
        {"name": "Own", "accounts": [SHOP], "regions": ["eu-west-1"], "lock": {"mode": "governance", "min_retention_days": 7}},
        {"name": "Gap", "accounts": [SHOP], "regions": ["eu-west-1"], "type": "logically_air_gapped", "key": "aws_owned",
         "lock": {"mode": "compliance", "min_retention_days": 7, "max_retention_days": 90}},
        {"name": "Soon", "accounts": [SHOP], "regions": ["eu-west-1"], "lock": {"mode": "compliance", "changeable_until": "2026-12-09"}},
    ],
    "roles": [
        {"name": "Backup", "accounts": "*"},
        {"name": "service-role/AWSBackupDefaultServiceRole", "accounts": [SHOP]},
        {"name": ROLE_IN_MEMBERS, "accounts": [SHOP, LEDGER, REVERSED]},
    ],
    "settings": {
        "cross_account_backup": True,
        "opt_in": {"eu-central-1": ["EBS"], "eu-west-1": ["EBS", "RDS"]},
        "dynamodb_advanced": {"eu-west-1": True},
    },
    "local_plans": [
        {
            "name": "own",
            "accounts": _LOOKED,
            "regions": ["eu-west-1"],
            "content": {"BackupPlan": {"BackupPlanName": "own", "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "Main"}]}},
            "selections": [{"BackupSelection": {"SelectionName": "all", "IamRoleArn": "arn:aws:iam::1:role/Backup", "Resources": ["*"]}}],
        }
    ],
    "restore_testing": [
        {
            "name": "weekly",
            "accounts": _LOOKED,
            "regions": ["eu-west-1"],
            "content": {
                "RestoreTestingPlan": {
                    "RestoreTestingPlanName": "weekly",
                    "ScheduleExpression": "cron(0 5 ? * SUN *)",
                    "RecoveryPointSelection": {"Algorithm": "LATEST_WITHIN_WINDOW", "IncludeVaults": ["*"]},
                }
            },
            "selections": [
                {
                    "RestoreTestingSelection": {
                        "RestoreTestingPlanName": "weekly",
                        "RestoreTestingSelectionName": "ebs",
                        "IamRoleArn": "arn:aws:iam::1:role/Restore",
                        "ProtectedResourceType": "EBS",
                        "ProtectedResourceArns": ["*"],
                    }
                }
            ],
        }
    ],
    "frameworks": [
        {
            "name": "audit",
            "accounts": _LOOKED,
            "regions": ["eu-west-1"],
            "content": {"FrameworkName": "audit", "FrameworkControls": [{"ControlName": "BACKUP_RECOVERY_POINT_ENCRYPTED"}]},
        }
    ],
}  # fmt: skip


class QuickClock:
    """Time that passes as ever, and leaps where somebody waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leapt = 0.0

    def now(self) -> float:
        return time.monotonic() + self._leapt

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._leapt += seconds

    def between(self, _least: float, most: float) -> float:
        return most / 2


class Bed:
    """A server with the client of `pull`, both used again for each reading: `aws.restart` makes the next one anew."""

    def __init__(self, aws: FakeAws, api: AwsApi) -> None:
        self.aws, self.api = aws, api

    def pull(self, options: PullOptions | None = None, *, budget: float = 900) -> PulledOrganization:
        """A reading with all that there is to be read, unless the options say otherwise."""
        wanted = options or PullOptions(role=ROLE_IN_MEMBERS)
        before = set(threading.enumerate())
        try:
            return read_organization(self.api, wanted, Pace(budget=budget), now=NOW, clock=QuickClock())
        finally:  # a reading that ends early leaves threads with a call under way, which belongs to no other
            for thread in set(threading.enumerate()) - before:
                if "work" in thread.name:
                    thread.join(10)


@contextmanager
def bed(organization: Tree = ORGANIZATION, variables: Sequence[tuple[str, str]] = ()) -> Iterator[Bed]:
    """A server for an organization, and the credentials of its management account."""
    with FakeAws(organization) as aws, short_way(aws), mock.patch.dict(os.environ, aws.environment() | dict(variables)):
        yield Bed(aws, AwsApi(role=ROLE_IN_MEMBERS))
