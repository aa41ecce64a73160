"""The script of docs/snapshot.md, run against a command `aws` that answers from recordings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

PAGE = Path(__file__).parents[2] / "docs" / "snapshot.md"
MANAGEMENT, PAYMENTS, LEGACY = "111111111111", "222222222222", "333333333333"
POLICY = '{"plans": {"my-vault-1": {"regions": {"@@assign": ["eu-west-1", "eu-central-1"]}}}}'

# What the AWS CLI is asked, and its answers in turn; the last one stays. Text means that the call fails with it.
ANSWERS: dict[str, list[object]] = {
    "organizations describe-organization": [
        {
            "Organization": {
                "Id": "o-example",
                "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/o-example",
                "MasterAccountId": MANAGEMENT,
                "FeatureSet": "ALL",
            }
        }
    ],
    "sts get-caller-identity": [{"UserId": "AIDAEXAMPLE", "Account": MANAGEMENT}],
    "organizations list-roots": [
        {"Roots": [{"Id": "r-ab12", "Name": "Root", "PolicyTypes": [{"Type": "BACKUP_POLICY", "Status": "ENABLED"}]}]}
    ],
    "organizations list-organizational-units-for-parent --parent-id r-ab12": [
        {"OrganizationalUnits": [{"Id": "ou-ab12-2", "Name": "Sandbox"}], "NextToken": "more"}
    ],
    "organizations list-organizational-units-for-parent --parent-id r-ab12 --starting-token more": [
        {"OrganizationalUnits": [{"Id": "ou-ab12-1", "Name": "Prod/EU"}]}
    ],
    "organizations list-organizational-units-for-parent": [{"OrganizationalUnits": []}],
    "organizations list-accounts-for-parent --parent-id r-ab12": [
        {"Accounts": [{"Id": MANAGEMENT, "Name": "Management", "Status": "ACTIVE", "State": "ACTIVE"}]}
    ],
    "organizations list-accounts-for-parent --parent-id ou-ab12-1": [
        {
            "Accounts": [
                {"Id": LEGACY, "Name": "legacy", "Status": "ACTIVE"},
                {"Id": PAYMENTS, "Name": "payments \u00e9", "State": "ACTIVE"},
                {"Id": "444444444444", "Name": "closed", "Status": "SUSPENDED", "State": "CLOSED"},
            ]
        }
    ],
    "organizations list-accounts-for-parent": [{"Accounts": []}],
    "organizations list-policies --filter BACKUP_POLICY": [
        {
            "Policies": [
                {"Id": "p-2", "Name": "ledger", "Type": "BACKUP_POLICY", "AwsManaged": False},
                {"Id": "p-1", "Name": "baseline", "Type": "BACKUP_POLICY", "AwsManaged": False},
            ]
        }
    ],
    "organizations describe-policy --policy-id p-1": [{"Policy": {"PolicySummary": {"Id": "p-1"}, "Content": POLICY}}],
    "organizations describe-policy --policy-id p-2": [{"Policy": {"PolicySummary": {"Id": "p-2"}, "Content": "{}"}}],
    "organizations list-targets-for-policy --policy-id p-1": [
        {"Targets": [{"TargetId": "r-ab12", "Type": "ROOT"}, {"TargetId": "ou-ab12-1", "Type": "ORGANIZATIONAL_UNIT"}]}
    ],
    "organizations list-targets-for-policy --policy-id p-2": [
        {
            "Targets": [
                {"TargetId": "ou-ab12-1", "Type": "ORGANIZATIONAL_UNIT"},
                {"TargetId": PAYMENTS, "Type": "ACCOUNT"},
            ]
        }
    ],
    f"organizations list-tags-for-resource --resource-id {PAYMENTS}": [{"Tags": [{"Key": "env", "Value": "prod"}]}],
    "organizations list-tags-for-resource": [{"Tags": []}],
    f"organizations describe-effective-policy --policy-type BACKUP_POLICY --target-id {PAYMENTS}": [
        {"EffectivePolicy": {"PolicyContent": '{"plans": {}}', "TargetId": PAYMENTS, "PolicyType": "BACKUP_POLICY"}}
    ],
    "organizations describe-effective-policy": [
        "An error occurred (EffectivePolicyNotFoundException) when calling the DescribeEffectivePolicy operation"
    ],
    "backup list-backup-vaults --region eu-west-1": [
        {
            "BackupVaultList": [
                {"BackupVaultName": "Main", "VaultType": "BACKUP_VAULT", "EncryptionKeyArn": "key-1", "Locked": False},
                {
                    "BackupVaultName": "Ledger",
                    "EncryptionKeyArn": "key-2",
                    "Locked": True,
                    "MinRetentionDays": 7,
                    "LockDate": "2026-01-01T00:00:00+00:00",
                },
                {
                    "BackupVaultName": "Young",
                    "EncryptionKeyArn": "key-2",
                    "Locked": True,
                    "LockDate": "2199-01-31T14:00:00+00:00",
                },
                {"BackupVaultName": "Younger", "EncryptionKeyArn": "key-2", "Locked": True, "LockDate": 7228418400.5},
                {
                    "BackupVaultName": "Gap",
                    "VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT",
                    "EncryptionKeyType": "AWS_OWNED_KMS_KEY",
                    "Locked": True,
                    "MinRetentionDays": 7,
                    "MaxRetentionDays": 30,
                },
                {"BackupVaultName": "View", "VaultType": "RESTORE_ACCESS_BACKUP_VAULT"},
            ]
        }
    ],
    "backup list-backup-vaults": [
        {
            "BackupVaultList": [
                {"BackupVaultName": "Main", "VaultType": "BACKUP_VAULT", "EncryptionKeyArn": "key-1", "Locked": False},
                {"BackupVaultName": "Loose", "EncryptionKeyArn": "gone", "Locked": True, "MaxRetentionDays": 90},
            ]
        }
    ],
    "kms describe-key --key-id key-1": [{"KeyMetadata": {"KeyManager": "AWS"}}],
    "kms describe-key --key-id key-2": [{"KeyMetadata": {"KeyManager": "CUSTOMER"}}],
    "kms describe-key": ["An error occurred (AccessDeniedException) when calling the DescribeKey operation"],
    "sts assume-role": [
        {"Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret", "SessionToken": "token"}}
    ],
    "backup describe-global-settings": [{"GlobalSettings": {"isCrossAccountBackupEnabled": "true"}}],
    "backup describe-region-settings": [
        {
            "ResourceTypeOptInPreference": {"RDS": True, "EC2": True, "Aurora": False, "Storage Gateway": True},
            "ResourceTypeManagementPreference": {"DynamoDB": True, "EFS": True},
        }
    ],
}

FAKE = """#!{python} -SE
import json, os, sys
words = [word for word in sys.argv[1:]]
assert words[-2:] == ["--output", "json"], words
asked = " ".join(words[:-2])
with open(os.environ["ASKED"], "a", encoding="utf-8") as log:
    log.write(asked + " " + os.environ.get("AWS_SESSION_TOKEN", "") + "\\n")
answers = json.load(open(os.environ["ANSWERS"], encoding="utf-8"))
known = [known for known in answers if asked == known or asked.startswith(known + " ")]
if not known:
    sys.exit("nobody expected " + asked)
turns = answers[max(known, key=len)]
asked_before = sum(line.startswith(asked + " ") for line in open(os.environ["ASKED"], encoding="utf-8")) - 1
answer = turns[min(asked_before, len(turns) - 1)]
if isinstance(answer, str):
    sys.exit(answer)
print(json.dumps(answer))
"""


def script() -> str:
    (text,) = re.findall(
        r"^```bash\n(#!/usr/bin/env bash\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(text)


def command(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


class Run:
    """One run of the script in a folder of its own."""

    def __init__(self, folder: Path, answers: Mapping[str, list[object]], settings: Mapping[str, str]) -> None:
        (folder / "bin").mkdir()
        command(folder / "bin" / "aws", FAKE.format(python=sys.executable))
        # Some managers of Python versions put folders of their own first on the path, and the real `aws` may be there.
        command(folder / "bin" / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (folder / "answers.json").write_text(json.dumps({**ANSWERS, **answers}), encoding="utf-8")
        (folder / "snapshot.sh").write_text(script(), encoding="utf-8")
        self.output = folder / "organization.json"
        self.asked = folder / "asked"
        environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "ANSWERS": str(folder / "answers.json"),
            "ASKED": str(self.asked),
            "PAUSE": "0.01",
            **settings,
        }
        self.done = subprocess.run(
            ["bash", "snapshot.sh"], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        self.leftovers = sorted(path.name for path in folder.iterdir() if path.name.startswith("organization"))

    @property
    def written(self) -> dict[str, object]:
        assert self.done.returncode == 0, self.done.stderr
        value: dict[str, object] = json.loads(self.output.read_text(encoding="utf-8"))
        return value

    @property
    def organization(self) -> Organization:
        assert self.done.returncode == 0, self.done.stderr
        return attach(read_snapshot(Source("organization.json", self.output.read_text(encoding="utf-8")))).value


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("pulled"), {}, {})


def test_the_tree_is_read_with_its_attachments(pulled: Run) -> None:
    assert [(entity.path, [policy.name for policy in entity.policies]) for entity in pulled.organization.entities] == [
        ("", ["baseline"]),
        (r"Prod\/EU", ["baseline", "ledger"]),
        (r"Prod\/EU/payments é", ["ledger"]),
        (r"Prod\/EU/legacy", []),
        ("Sandbox", []),
        ("Management", []),
    ]


def test_policies_stand_as_aws_stores_them_and_their_order_is_unknown(pulled: Run) -> None:
    organization = pulled.organization
    assert organization.policies["baseline"].size == len(POLICY)
    assert [entity.unordered for entity in organization.entities if entity.policies] == [1, 2, 1]


def test_facts_of_the_organization_are_read(pulled: Run) -> None:
    organization = pulled.organization
    assert (organization.id, organization.management_account) == ("o-example", MANAGEMENT)
    assert organization.backup_policies_enabled
    assert [dict(account.tags) for account in organization.accounts] == [{}, {"env": "prod"}, {}]


def test_settings_are_those_of_the_regions_that_the_policies_name(pulled: Run) -> None:
    assert pulled.written["settings"] == {
        "cross_account_backup": True,
        "opt_in": {region: ["EC2", "RDS", "Storage Gateway"] for region in ("eu-central-1", "eu-west-1")},
        "dynamodb_advanced": {"eu-central-1": True, "eu-west-1": True},
    }


def test_vaults_of_the_own_account_are_read_with_their_locks_and_the_rest_is_left_unknown(pulled: Run) -> None:
    own = {"accounts": [MANAGEMENT]}
    assert pulled.written["vaults"] == [
        {"name": "Gap", "type": "logically_air_gapped", "key": "aws_owned", "regions": ["eu-west-1"], **own,
         "lock": {"mode": "compliance", "min_retention_days": 7, "max_retention_days": 30}},
        {"name": "Ledger", "type": "standard", "key": "customer", "regions": ["eu-west-1"], **own,
         "lock": {"mode": "compliance", "min_retention_days": 7}},
        {"name": "Loose", "type": "standard", "regions": ["eu-central-1"], **own,
         "lock": {"mode": "governance", "max_retention_days": 90}},
        {"name": "Main", "type": "standard", "key": "aws_managed", "regions": ["eu-central-1", "eu-west-1"], **own,
         "lock": "none"},
        {"name": "Young", "type": "standard", "key": "customer", "regions": ["eu-west-1"], **own,
         "lock": {"mode": "compliance", "changeable_until": "2199-02-01"}},
        {"name": "Younger", "type": "standard", "key": "customer", "regions": ["eu-west-1"], **own,
         "lock": {"mode": "compliance", "changeable_until": "2199-01-23"}},
    ]  # fmt: skip
    assert pulled.written["searched"] == {"accounts": [MANAGEMENT], "regions": ["eu-central-1", "eu-west-1"]}


def test_what_is_not_asked_for_is_not_called(pulled: Run) -> None:
    asked = pulled.asked.read_text(encoding="utf-8")
    assert "assume-role" not in asked
    assert "describe-effective-policy" not in asked
    assert "last_valid" not in pulled.written


def test_a_role_opens_the_vaults_of_the_other_accounts(tmp_path: Path) -> None:
    refused = f"sts assume-role --role-arn arn:aws:iam::{LEGACY}:role/Audit"
    run = Run(tmp_path, {refused: ["AccessDenied"]}, {"ROLE": "Audit", "REGIONS": "eu-central-1"})
    assert run.written["searched"] == {"accounts": [MANAGEMENT, PAYMENTS], "regions": ["eu-central-1"]}
    assert {vault.accounts for vault in run.organization.vaults or ()} == {(MANAGEMENT, PAYMENTS)}
    assert f"the vaults of {LEGACY} stay unknown" in run.done.stderr
    asked = run.asked.read_text(encoding="utf-8").splitlines()
    assert "backup list-backup-vaults --region eu-central-1 token" in asked


def test_all_accounts_are_searched_where_the_role_opens_all(tmp_path: Path) -> None:
    run = Run(tmp_path, {}, {"ROLE": "Audit", "REGIONS": "eu-central-1,eu-west-1", "TAGS": "no"})
    assert run.written["searched"] == {"accounts": "*", "regions": ["eu-central-1", "eu-west-1"]}
    assert "list-tags-for-resource" not in run.asked.read_text(encoding="utf-8")


def test_published_policies_are_read_on_request(tmp_path: Path) -> None:
    run = Run(tmp_path, {}, {"LAST_VALID": "yes"})
    assert run.organization.last_valid == {PAYMENTS: {"plans": {}}}


def test_throttled_calls_are_tried_again(tmp_path: Path) -> None:
    call = "organizations list-targets-for-policy --policy-id p-1"
    throttled = "An error occurred (TooManyRequestsException) when calling the ListTargetsForPolicy operation"
    run = Run(tmp_path, {call: [throttled, throttled, *ANSWERS[call]]}, {})
    assert [policy.name for policy in run.organization.root.policies] == ["baseline"]
    assert run.asked.read_text(encoding="utf-8").count(call) == 3


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("organizations describe-organization", "An error occurred (AccessDeniedException) when calling it"),
        (
            "organizations describe-policy --policy-id p-2",
            "An error occurred (PolicyNotFoundException) when calling it",
        ),
        ("backup describe-region-settings", "An error occurred (TooManyRequestsException) when calling it"),
    ],
)
def test_a_call_that_fails_ends_the_script_without_a_file(call: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "organization.json").write_text("from before", encoding="utf-8")
    run = Run(tmp_path, {call: [reason]}, {})
    assert run.done.returncode == 1
    assert f"`aws {' '.join(call.split()[:2])}` failed: {reason}" in run.done.stderr
    assert "nothing was written" in run.done.stderr
    assert "Traceback" not in run.done.stderr
    assert run.leftovers == ["organization.json"]
    assert run.output.read_text(encoding="utf-8") == "from before"


def test_a_member_account_leaves_settings_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path, {"sts get-caller-identity": [{"Account": PAYMENTS}]}, {})
    assert run.organization.settings is None
    assert "the settings of AWS Backup stay unknown" in run.done.stderr


def test_without_policies_nothing_is_searched(tmp_path: Path) -> None:
    run = Run(tmp_path, {"organizations list-policies --filter BACKUP_POLICY": [{"Policies": []}]}, {})
    assert (run.organization.vaults, dict(run.organization.policies)) == (None, {})
    assert "set REGIONS" in run.done.stderr


def test_every_call_of_the_script_is_among_the_permissions_of_the_page(tmp_path: Path) -> None:
    run = Run(tmp_path, {}, {"ROLE": "Audit", "LAST_VALID": "yes"})
    (policy,) = re.findall(r"^```json\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    allowed = {action.lower() for action in json.loads(policy)["Statement"][0]["Action"]}
    calls = {tuple(line.split()[:2]) for line in run.asked.read_text(encoding="utf-8").splitlines()}
    assert {f"{service}:{operation.replace('-', '')}" for service, operation in calls} == allowed


@pytest.mark.parametrize(
    "text", re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
)
def test_examples_of_the_page_are_snapshots(text: str) -> None:
    organization = attach(read_snapshot(Source("organization.yaml", text))).value
    assert "Workloads/payments" in [account.path for account in organization.accounts]
