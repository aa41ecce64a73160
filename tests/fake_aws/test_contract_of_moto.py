"""What the fake relies on of moto: credentials belong to one account, and roles lead to others.

And where moto answers Organizations, the fake's answers have all members that moto's have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from fake_aws import ROLE_IN_MEMBERS, FakeAws
from fake_aws.clients import ONCE, Client, client, session

MANAGEMENT, MEMBER, SUSPENDED = "111111111111", "222222222222", "333333333333"
SNAPSHOT: dict[str, Any] = {
    "version": 1,
    "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT},
    "root": {
        "name": "Root",
        "policies": ["baseline"],
        "units": [{"name": "Workloads"}],
        "accounts": [
            {"id": MANAGEMENT, "name": "management"},
            {"id": MEMBER, "name": "member"},
            {"id": SUSPENDED, "name": "suspended", "state": "SUSPENDED"},
        ],
    },
    "policies": {"baseline": {"content": {"plans": {}}, "description": "all"}},
    "roles": [{"name": "service-role/Backup", "accounts": [MEMBER]}],
    "vaults": [
        {"name": "Main", "accounts": [MEMBER], "regions": ["eu-west-1"], "key": "customer"},
        {"name": "Main", "accounts": [MANAGEMENT], "regions": ["eu-west-1"], "key": "aws_managed"},
    ],
}


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


def assumed(aws: FakeAws, service: str, account: str = MEMBER, role: str = ROLE_IN_MEMBERS) -> Client:
    """A client with the credentials of a role in another account."""
    told = client(aws, "sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="test")
    key = told["Credentials"]
    return session().client(
        service,
        region_name="eu-west-1",
        endpoint_url=aws.url,
        config=ONCE,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )


def test_credentials_belong_to_an_account(aws: FakeAws) -> None:
    for account in (MANAGEMENT, MEMBER):
        told = client(aws, "sts", account).get_caller_identity()
        assert (told["Account"], told["Arn"]) == (account, f"arn:aws:iam::{account}:user/pulling")


def test_a_role_leads_into_another_account(aws: FakeAws) -> None:
    told = assumed(aws, "sts").get_caller_identity()
    assert told["Arn"] == f"arn:aws:sts::{MEMBER}:assumed-role/{ROLE_IN_MEMBERS}/test"
    roles = assumed(aws, "iam").list_roles()["Roles"]
    assert {(role["Path"], role["RoleName"]) for role in roles} == {
        ("/service-role/", "Backup"),
        ("/", ROLE_IN_MEMBERS),
    }
    assert client(aws, "iam").list_roles()["Roles"] == []


def test_vaults_and_keys_are_of_the_account_whose_role_asks(aws: FakeAws) -> None:
    for backup, kms, account, manager in (
        (assumed(aws, "backup"), assumed(aws, "kms"), MEMBER, "CUSTOMER"),
        (client(aws, "backup"), client(aws, "kms"), MANAGEMENT, "AWS"),
    ):
        [vault] = backup.list_backup_vaults()["BackupVaultList"]
        assert vault["BackupVaultArn"] == f"arn:aws:backup:eu-west-1:{account}:backup-vault:Main"
        assert kms.describe_key(KeyId=vault["EncryptionKeyArn"])["KeyMetadata"]["KeyManager"] == manager


@pytest.mark.parametrize(
    ("account", "role"),
    [(MEMBER, "NoSuchRole"), (MANAGEMENT, ROLE_IN_MEMBERS), (SUSPENDED, ROLE_IN_MEMBERS), ("444444444444", "Any")],
)
def test_roles_that_nobody_can_assume(aws: FakeAws, account: str, role: str) -> None:
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole") as error:
        assumed(aws, "sts", account, role)
    assert error.value.response["Error"]["Code"] == "AccessDenied"


def test_a_member_assumes_no_role_elsewhere(aws: FakeAws) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        client(aws, "sts", MEMBER).assume_role(
            RoleArn=f"arn:aws:iam::{SUSPENDED}:role/{ROLE_IN_MEMBERS}", RoleSessionName="test"
        )


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("organizations", "describe_organization", "UnrecognizedClientException"),
        ("backup", "describe_global_settings", "UnrecognizedClientException"),
    ],
)
def test_keys_that_nobody_has(aws: FakeAws, service: str, operation: str, code: str) -> None:
    stranger = session().client(
        service,
        region_name="eu-west-1",
        endpoint_url=aws.url,
        config=ONCE,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="none",  # noqa: S106 - nobody's
    )
    with pytest.raises(ClientError, match=code):
        getattr(stranger, operation)()


def test_each_server_starts_with_accounts_of_its_own(aws: FakeAws) -> None:
    assumed(aws, "sts")
    with FakeAws({**SNAPSHOT, "roles": []}) as again:
        assert [role["RoleName"] for role in assumed(again, "iam").list_roles()["Roles"]] == [ROLE_IN_MEMBERS]


CALLS = {
    "describe_organization": (),
    "list_roots": (),
    "list_organizational_units_for_parent": ("ParentId",),
    "list_accounts_for_parent": ("ParentId",),
    "list_policies": ("Filter",),
    "describe_policy": ("PolicyId",),
    "list_targets_for_policy": ("PolicyId",),
    "list_policies_for_target": ("TargetId", "Filter"),
    "list_tags_for_resource": ("ResourceId",),
}


def test_answers_have_what_those_of_moto_have(aws: FakeAws) -> None:
    [policy] = aws.state.policies
    told = {"ParentId": aws.state.root, "TargetId": aws.state.root, "PolicyId": policy, "ResourceId": policy}
    ours = _answers(client(aws, "organizations"), told | {"Filter": "BACKUP_POLICY"})
    with mock_aws():
        theirs = boto3.Session("AKIAIOSFODNN7EXAMPLE", "none", region_name="us-east-1").client("organizations")
        theirs.create_organization(FeatureSet="ALL")
        root = theirs.list_roots()["Roots"][0]["Id"]
        theirs.create_organizational_unit(ParentId=root, Name="Workloads")
        theirs.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        content = '{"Version": "2012-10-17", "Statement": []}'
        made = theirs.create_policy(Name="a", Description="b", Type="SERVICE_CONTROL_POLICY", Content=content)
        policy = made["Policy"]["PolicySummary"]["Id"]
        theirs.attach_policy(PolicyId=policy, TargetId=root)
        told = {"ParentId": root, "TargetId": root, "PolicyId": policy, "ResourceId": policy}
        motos = _answers(theirs, told | {"Filter": "SERVICE_CONTROL_POLICY"})
    assert {name: motos[name] - ours[name] for name in CALLS} == {name: set() for name in CALLS}


def _answers(organizations: Client, told: dict[str, str]) -> dict[str, set[str]]:
    """The members of the answers, by operation."""
    return {
        name: _members(getattr(organizations, name)(**{member: told[member] for member in members}))
        for name, members in CALLS.items()
    }


def _members(answer: Any, path: str = "") -> set[str]:  # noqa: ANN401 - JSON
    if isinstance(answer, dict):
        below = [_members(value, f"{path}.{key}") for key, value in answer.items() if key != "ResponseMetadata"]
        return set().union(*below) if below else {path}
    if isinstance(answer, list):
        return set().union(*(_members(item, f"{path}[]") for item in answer))
    return {path}
