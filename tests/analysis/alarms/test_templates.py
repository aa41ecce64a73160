"""Templates of alarms: cfn-lint takes them, Terraform's say the same, and patterns match what fails and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from analysis.alarms.test_alarms import DAILY, HUB, SHORT, plans

from policyengine.analysis.alarms import AlarmPlan, template_changes
from policyengine.aws.facts.monitoring import failure_events, vault_metrics
from policyengine.report.alarms import cloudformation, terraform
from policyengine.report.alarms.template_parts import event_pattern
from policyengine.report.json_output import to_json

ACCOUNT = "123456789012"
WEEKLY = f'rule weekly {{ schedule = weekly on sunday at 05:00  vault = "a-b_c"  retain = 99 days  {SHORT} }}'


def event(kind: str, **detail: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An event in the form of AWS's samples (facts 12.1)."""
    return {
        "version": "0",
        "id": "dafac799-9b88-0134-26b7-fef4d54a134f",
        "detail-type": f"{kind} State Change",
        "source": "aws.backup",
        "account": ACCOUNT,
        "time": "2026-07-15T21:41:17Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:backup:eu-west-1:123456789012:backup-vault:Main"],
        "detail": {"creationDate": "2026-07-15T21:41:07Z", "backupVaultName": "Main", **detail},
    }


SAMPLES: list[tuple[str | None, dict[str, Any]]] = [
    (None, event("Backup Job", state="CREATED")),
    (None, event("Backup Job", state="PENDING", statusMessage="")),
    (None, event("Backup Job", state="RUNNING")),
    (None, event("Backup Job", state="COMPLETED")),
    (None, event("Backup Job", state="COMPLETED", statusMessage="")),
    ("backup-completed-with-issues", event("Backup Job", state="COMPLETED", statusMessage="VSS failed")),
    ("backup-failed", event("Backup Job", state="ABORTED", statusMessage="stopped by a user")),
    ("backup-failed", event("Backup Job", state="FAILED", statusMessage="access denied")),
    ("backup-failed", event("Backup Job", state="EXPIRED", statusMessage="not started in time")),
    (None, event("Backup Job", status="FAILED")),
    (None, event("Copy Job", state="RUNNING")),
    (None, event("Copy Job", state="COMPLETED", statusMessage="done")),
    ("copy-failed", event("Copy Job", state="FAILED", statusMessage="no such key")),
    (None, event("Restore Job", status="COMPLETED")),
    (None, event("Restore Job", state="FAILED")),
    ("restore-failed", event("Restore Job", status="FAILED")),
    ("restore-failed", event("Restore Job", status="ABORTED")),
    (None, event("Recovery Point", status="COMPLETED")),
    (None, event("Recovery Point", status="DELETING")),
    (None, event("Recovery Point", state="EXPIRED")),
    ("recovery-point-failed", event("Recovery Point", status="EXPIRED")),
    ("recovery-point-failed", event("Recovery Point", status="PARTIAL")),
    ("scan-failed", event("Scan Job", state="FAILED")),
    (None, event("Scan Job", state="COMPLETED")),
    (None, event("Backup Vault", state="CREATED")),
    (None, event("Backup Plan", state="MODIFIED")),
    (None, event("Region Setting", state="MODIFIED")),
    (None, {**event("Backup Job", state="FAILED"), "account": "999999999999"}),
    (None, {**event("Backup Job", state="FAILED"), "source": "aws.ec2"}),
]


def moto_matches(pattern: dict[str, Any], sample: dict[str, Any]) -> bool:
    patterns = import_module("moto.events.models").EventPattern  # which the second group has
    matched: bool = patterns.load(json.dumps(pattern)).matches_event(sample)
    return matched


def ruler_matches(pattern: dict[str, Any], sample: dict[str, Any]) -> bool:
    import event_ruler  # noqa: PLC0415 - built for Linux and Python 3.11 alone

    matched: bool = event_ruler.test_event_pattern(json.dumps(sample), json.dumps(pattern))
    return matched


MATCHERS = [moto_matches, *([ruler_matches] if find_spec("event_ruler") else [])]


@pytest.mark.scale
@pytest.mark.parametrize("matches", MATCHERS)
def test_patterns_match_what_fails_and_nothing_else(matches: Callable[[Any, Any], bool]) -> None:
    patterns = {name: event_pattern(each, ACCOUNT) for name, each in failure_events().items()}
    told = [([name for name, pattern in patterns.items() if matches(pattern, sample)], sample) for _, sample in SAMPLES]
    assert told == [([name] if name else [], sample) for name, sample in SAMPLES]
    assert {name for name, _ in SAMPLES if name} == patterns.keys()


def everything() -> tuple[AlarmPlan, ...]:
    """Alarms of every kind: stored and copied, on silence, and rules of AWS Config."""
    copying = DAILY.replace(" }", f'\ncopy to vault "Far" in eu-central-1 account "{HUB}"\n}}')
    return plans(copying, WEEKLY)


@pytest.mark.scale
def test_cfn_lint_takes_every_template() -> None:
    from cfnlint.api import ManualArgs, lint  # noqa: PLC0415 - the second group has it

    for plan in everything():
        text = to_json(cloudformation.template(plan))
        assert lint(text, config=ManualArgs(include_checks=["I"], regions=[plan.region])) == []


def test_templates_use_names_of_aws_alone() -> None:
    metrics = vault_metrics()
    names = {
        *metrics.stored,
        *metrics.copied,
        *metrics.kept,
        metrics.backups_completed,
        metrics.backups_created,
        metrics.copies_completed,
        metrics.copies_created,
    }
    for plan in everything():
        template: Any = cloudformation.template(plan)
        alarms = [
            each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"
        ]
        assert alarms
        for alarm in alarms:
            assert (alarm["Namespace"], alarm["MetricName"] in names) == ("AWS/Backup", True)
            assert [each["Name"] for each in alarm["Dimensions"]] == ["BackupVaultName"]
            assert alarm["Period"] * alarm["EvaluationPeriods"] <= 7 * 24 * 3600


def test_terraform_says_what_cloudformation_says() -> None:
    for plan in everything():
        ours: Any = cloudformation.template(plan)
        theirs: Any = json.loads(to_json(terraform.template(plan)))
        resources = theirs["resource"]
        patterns = {
            each["Properties"]["Name"]: json.dumps(each["Properties"]["EventPattern"]).replace(
                '{"Ref": "AccountId"}', '"${var.account_id}"'
            )
            for each in ours["Resources"].values()
            if each["Type"] == "AWS::Events::Rule"
        }
        assert {
            each["name"]: each["event_pattern"] for each in resources["aws_cloudwatch_event_rule"].values()
        } == patterns
        alarms = {
            key: each["Properties"]["AlarmName"]
            for key, each in ours["Resources"].items()
            if each["Type"] == "AWS::CloudWatch::Alarm"
        }
        assert {key: each["alarm_name"] for key, each in resources["aws_cloudwatch_metric_alarm"].items()} == alarms
        assert {each["target_id"] for each in resources["aws_cloudwatch_event_target"].values()} == {"topic"}


def test_a_template_is_equal_to_itself_and_differs_where_it_was_changed(tmp_path: Path) -> None:
    wanted: Any = cloudformation.template(everything()[0])
    deployed = json.loads(to_json(wanted))
    assert [*template_changes(wanted, deployed)] == []
    first = next(iter(deployed["Resources"]))
    deployed["Resources"]["Own"] = {}
    deployed["Resources"][first]["Properties"]["State"] = "DISABLED"
    del deployed["Parameters"]["TopicArn"]
    assert [tuple(change) for change in template_changes(wanted, deployed)] == [
        ("Parameters/TopicArn", "missing", None, None),
        (f"Resources/{first}/Properties/State", "different", "ENABLED", "DISABLED"),
        ("Resources/Own", "surplus", None, None),
    ]
    assert not [*tmp_path.iterdir()]
