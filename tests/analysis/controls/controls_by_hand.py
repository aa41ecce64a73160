"""Small organizations for the tests of controls: a plan, vaults, resources, and what a framework asks of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache

from support.evaluation import evaluated

from policyengine.analysis.controls import ControlResult, evaluate_controls, read_framework
from policyengine.analysis.coverage import InventoryCoverage
from policyengine.aws.documents import Json
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.engine import Evaluation

SHOP = "222222222222"
AT = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
DENIES = """\
{Statement: [{Effect: Deny, Principal: "*", Resource: "*", Action: ["backup:DeleteRecoveryPoint",
"backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"]}]}"""
TREE = """\
version: 1
root:
  accounts: [{id: "222222222222", name: shop}, {id: "111111111111", name: hub}]
settings:
  opt_in: {eu-west-1: [EBS, EC2, RDS, Aurora, DynamoDB, EFS, S3, FSx, Storage Gateway, VirtualMachine]}
"""
NIGHTLY = 'rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }'
"""Runs daily, with the default windows of 8 hours and 7 days."""
SHORT = """\
rule nightly {
  schedule = daily at 05:00
  vault = "Main"
  retain = 35 days
  start_within = 8 hours
  complete_within = 1 hours
}
"""
"""The newest point is never older than 33 hours."""


ABROAD = """\
rule nightly {
  schedule = daily at 05:00
  vault = "Main"
  retain = 35 days
  copy to vault "Main" in eu-central-1
}
"""
"""Copies to another Region."""


def volume(name: str = "vol-1", **facts: object) -> Resource:
    """A volume that the plan takes by its tag."""
    values: dict[str, object] = {"tags": {"backup": "daily"}, "region": "eu-west-1", "account": SHOP, "type": "EBS"}
    values |= facts
    arn = f"arn:aws:ec2:{values['region']}:{values['account']}:volume/{name}"
    return Resource(arn=arn, **values)  # type: ignore[arg-type]


def framework(name: str, scope: Json = None, **parameters: str) -> Json:
    """A framework of one control, as `describe-framework` prints it."""
    written: list[Json] = [{"ParameterName": key, "ParameterValue": value} for key, value in parameters.items()]
    control: dict[str, Json] = {"ControlName": name, "ControlInputParameters": written}
    return {"FrameworkControls": [control | ({"ControlScope": scope} if scope else {})]}


def result_of(
    asked: Json,
    *resources: Resource,
    rules: str = NIGHTLY,
    vaults: str = "",
    newest: dict[str, datetime | None] | None = None,
    unlisted: Collection[str] = (),
) -> ControlResult:
    """The result of the first control of a framework; without resources there is no inventory."""
    policies = f"""\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]
    {rules}
    tag selection tagged {{ role = "Backup"  key = "backup"  values = ["daily"] }}
  }}
}}
attach baseline to account "{SHOP}"
"""
    run = _evaluated(policies, TREE + vaults)
    assert run.deployment, run.diagnostics
    assert run.organization
    inventory = ResourceInventory(resources, (), newest, unlisted=frozenset(unlisted))
    coverage = InventoryCoverage(inventory, run.deployment) if resources or unlisted else None
    (result, *_) = evaluate_controls(
        read_framework(asked, "framework.json"), run.organization, run.deployment, coverage, at=AT
    )
    return result


@cache
def _evaluated(policies: str, tree: str) -> Evaluation:
    """The same for all resources that are judged by it."""
    return evaluated(policies, tree)
