"""The fake's Organizations keeps AWS's limits, tells no order, and publishes what the oracle says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fake_aws import FakeAws, Fault
from fake_aws.clients import Client, client, pages

PLAN: dict[str, Any] = {
    "rules": {"daily": {"target_backup_vault_name": {"@@assign": "Main"}}},
    "regions": {"@@assign": ["eu-west-1"]},
    "selections": {
        "tags": {
            "all": {
                "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
                "tag_key": {"@@assign": "backup"},
                "tag_value": {"@@assign": ["yes"]},
            }
        }
    },
}
HALF = {"plans": {"q": {"regions": {"@@assign": ["eu-west-1"]}}}}
SNAPSHOT: dict[str, Any] = {
    "version": 1,
    "organization": {"id": "o-exampleorgid", "management_account": "111111111111"},
    "root": {
        "name": "Root",
        "policies": ["whole"],
        "units": [
            {
                "name": "Workloads",
                "accounts": [
                    {"id": f"{number:012}", "name": f"account {number}", "tags": {"number": str(number)}}
                    for number in range(1, 46)
                ],
            }
        ],
        "accounts": [{"id": "111111111111", "name": "management"}],
    },
    "policies": {"whole": {"content": {"plans": {"p": PLAN}}}, "half": {"content": HALF}},
}


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


@pytest.fixture
def organizations(aws: FakeAws) -> Client:
    return client(aws, "organizations")


def unit_of(aws: FakeAws) -> str:
    [unit] = aws.state.units
    return unit


def policy_of(aws: FakeAws, name: str) -> str:
    return next(policy.id for policy in aws.state.policies.values() if policy.name == name)


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    return error.value.response["Error"]["Code"], error.value.response.get("Reason", "")


def test_lists_come_in_pages_of_twenty(aws: FakeAws, organizations: Client) -> None:
    found = pages(organizations.list_accounts_for_parent, "Accounts", ParentId=unit_of(aws))
    assert [len(page) for page in found] == [20, 20, 5]
    assert {account["Id"] for page in found for account in page} == {f"{number:012}" for number in range(1, 46)}


def test_an_empty_page_is_not_the_end(aws: FakeAws, organizations: Client) -> None:
    aws.faults = [Fault("ListAccountsForParent", 1, "empty-page"), Fault("ListAccountsForParent", 4, "empty-page")]
    found = pages(organizations.list_accounts_for_parent, "Accounts", ParentId=unit_of(aws))
    assert [len(page) for page in found] == [0, 20, 20, 0, 5]


def test_the_management_account_is_the_only_one_that_may_list(aws: FakeAws) -> None:
    with pytest.raises(ClientError) as error:
        client(aws, "organizations", "000000000001").list_roots()
    assert refusal(error) == ("AccessDeniedException", "")
    described = client(aws, "organizations", "000000000001").describe_organization()["Organization"]
    assert described["MasterAccountId"] == "111111111111"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", ("MalformedPolicyDocumentException", "")),
        ('{"plans": {}, "plans": {}}', ("MalformedPolicyDocumentException", "")),
        (json.dumps({"plans": {"p": "x" * 10_000}}), ("ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED")),
    ],
)
def test_documents_that_are_refused(organizations: Client, content: str, expected: tuple[str, str]) -> None:
    with pytest.raises(ClientError) as error:
        organizations.create_policy(Name="new", Description="", Type="BACKUP_POLICY", Content=content)
    assert refusal(error) == expected


def test_ten_policies_at_a_target_and_none_twice(aws: FakeAws, organizations: Client) -> None:
    target = unit_of(aws)
    for number in range(10):
        policy = organizations.create_policy(
            Name=f"policy {number}", Description="", Type="BACKUP_POLICY", Content='{"plans":{}}'
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=target)
    with pytest.raises(ClientError) as twice:
        organizations.attach_policy(PolicyId=policy, TargetId=target)
    with pytest.raises(ClientError) as eleventh:
        organizations.attach_policy(PolicyId=policy_of(aws, "whole"), TargetId=target)
    assert refusal(twice) == ("DuplicatePolicyAttachmentException", "")
    assert refusal(eleventh) == ("ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    assert len(aws.states) == 1 + 10 + 10


def test_no_operation_tells_the_order_of_attachment(aws: FakeAws, organizations: Client) -> None:
    def told() -> list[list[dict[str, str]]]:
        return [
            organizations.list_policies_for_target(TargetId=unit_of(aws), Filter="BACKUP_POLICY")["Policies"],
            organizations.list_targets_for_policy(PolicyId=policy_of(aws, "whole"))["Targets"],
        ]

    names = tuple(policy_of(aws, name) for name in ("whole", "half"))
    aws.state = replace(aws.state, attached={unit_of(aws): names})
    first = told()
    aws.state = replace(aws.state, attached={unit_of(aws): names[::-1]})
    assert told() == first


def test_an_invalid_account_keeps_what_was_published(aws: FakeAws, organizations: Client) -> None:
    def published() -> dict[str, Any]:
        answer = organizations.describe_effective_policy(PolicyType="BACKUP_POLICY", TargetId="000000000007")
        document: dict[str, Any] = json.loads(answer["EffectivePolicy"]["PolicyContent"])
        return document

    def invalid() -> list[str]:
        answer = organizations.list_accounts_with_invalid_effective_policy(PolicyType="BACKUP_POLICY")
        return [account["Id"] for account in answer["Accounts"]]

    before = published()
    assert before["plans"]["p"]["regions"] == ["eu-west-1"]
    assert invalid() == []
    organizations.attach_policy(PolicyId=policy_of(aws, "half"), TargetId="000000000007")
    assert invalid() == aws.invalid() == ["000000000007"]
    assert published() == before
    errors = organizations.list_effective_policy_validation_errors(
        AccountId="000000000007", PolicyType="BACKUP_POLICY"
    )["EffectivePolicyValidationErrors"]
    assert {(error["ErrorCode"], error["ErrorMessage"]) for error in errors} == {
        ("KEY_REQUIRED", "'rules' is missing"),
        ("KEY_REQUIRED", "'selections' is missing"),
    }
    assert errors[0]["ContributingPolicies"] == [policy_of(aws, "half")]


def test_changes_become_visible_late(aws: FakeAws, organizations: Client) -> None:
    aws.seen_after, aws.settled_after = 2, 4

    def attached() -> bool:
        return bool(organizations.list_targets_for_policy(PolicyId=policy_of(aws, "half"))["Targets"])

    organizations.attach_policy(PolicyId=policy_of(aws, "half"), TargetId="000000000007")
    assert [attached(), attached(), attached()] == [False, True, True]
    assert aws.invalid() == []
    aws.settled_after = 3
    assert aws.invalid() == ["000000000007"]


def test_without_the_policy_type_there_are_no_effective_policies(aws: FakeAws, organizations: Client) -> None:
    organizations.disable_policy_type(RootId=aws.state.root, PolicyType="BACKUP_POLICY")
    with pytest.raises(ClientError) as error:
        organizations.describe_effective_policy(PolicyType="BACKUP_POLICY", TargetId="000000000007")
    assert refusal(error) == ("EffectivePolicyNotFoundException", "")
    assert aws.state.attached == {}


def test_effective_policies_are_of_accounts(aws: FakeAws, organizations: Client) -> None:
    with pytest.raises(ClientError) as error:
        organizations.describe_effective_policy(PolicyType="BACKUP_POLICY", TargetId=unit_of(aws))
    assert refusal(error) == ("InvalidInputException", "TARGET_NOT_SUPPORTED")


def test_the_truth_is_the_snapshot_with_ids(aws: FakeAws) -> None:
    truth = aws.truth()
    assert truth["root"]["units"][0]["accounts"] == SNAPSHOT["root"]["units"][0]["accounts"]
    assert truth["policies"]["whole"]["content"] == SNAPSHOT["policies"]["whole"]["content"]
    with FakeAws(truth) as again:
        assert again.truth() == truth
