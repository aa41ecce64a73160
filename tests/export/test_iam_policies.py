"""IAM policies: they allow what the table of operations lists, each action once, and writing for backup policies alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from policyengine.aws.documents import Json
from policyengine.aws.facts.api_operations import ASSUME_ROLE, actions, operations_in_members, operations_of
from policyengine.export.iam_policies import IamScope, delegation_policy, identity_policy, member_role, role_template

SCOPE = IamScope("aws", "o-exampleorgid", "111111111111", "Reader")
NOWHERE = IamScope("aws-cn")


def statements(document: Json) -> Iterator[dict[str, Any]]:
    assert isinstance(document, dict)
    assert isinstance(document["Statement"], list)
    for statement in document["Statement"]:
        assert isinstance(statement, dict)
        yield statement


def allowed(document: Json) -> list[str]:
    return sorted(action for statement in statements(document) for action in statement["Action"])


def objects(document: Json, sid: str) -> list[str]:
    (there,) = [statement["Resource"] for statement in statements(document) if statement["Sid"] == sid]
    return list(there)


@pytest.mark.parametrize("caller", ["read", "apply"])
def test_a_policy_allows_what_its_command_calls(caller: Any) -> None:  # noqa: ANN401 - a literal
    assert allowed(identity_policy(SCOPE, caller)) == actions(operations_of(caller))


def test_without_a_role_none_is_assumed() -> None:
    assert ASSUME_ROLE.action not in allowed(identity_policy(NOWHERE, "read"))


def test_the_role_is_the_only_one_that_is_assumed() -> None:
    assert objects(identity_policy(SCOPE, "read"), "EnterMembers") == ["arn:aws:iam::*:role/Reader"]


def test_a_delegation_names_the_account_and_speaks_of_organizations_alone() -> None:
    document = delegation_policy(SCOPE, "222222222222", "apply")
    assert {statement["Principal"]["AWS"] for statement in statements(document)} == {"arn:aws:iam::222222222222:root"}
    assert allowed(document) == [action for action in actions(operations_of("apply")) if action.startswith("organi")]


def test_a_delegation_to_read_writes_nothing() -> None:
    document = delegation_policy(SCOPE, "222222222222", "read")
    assert [statement["Sid"] for statement in statements(document)] == ["ReadOrganization", "ReadBackupPolicies"]


def test_writing_is_limited_to_backup_policies_of_the_organization() -> None:
    apply = identity_policy(SCOPE, "apply")
    assert objects(apply, "ChangeBackupPolicies") == [
        "arn:aws:organizations::111111111111:policy/o-exampleorgid/backup_policy/*"
    ]
    assert objects(apply, "AttachBackupPolicies") == [
        "arn:aws:organizations::111111111111:policy/o-exampleorgid/backup_policy/*",
        "arn:aws:organizations::111111111111:root/o-exampleorgid/*",
        "arn:aws:organizations::111111111111:ou/o-exampleorgid/*",
        "arn:aws:organizations::111111111111:account/o-exampleorgid/*",
    ]


def test_what_is_not_known_is_any() -> None:
    assert objects(identity_policy(NOWHERE, "apply"), "TagBackupPolicies") == [
        "arn:aws-cn:organizations::*:policy/*/backup_policy/*"
    ]


def test_every_write_is_limited_by_type_or_object() -> None:
    reading = ("Describe", "Get", "List", "Assume")
    for statement in statements(identity_policy(SCOPE, "apply")):
        if not all(action.partition(":")[2].startswith(reading) for action in statement["Action"]):
            assert statement["Resource"] != "*" or "StringEquals" in statement["Condition"], statement


def test_the_role_of_members_trusts_an_account_of_the_organization() -> None:
    role = member_role(SCOPE, "111111111111")
    (trust,) = statements(role["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert trust["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    assert allowed(role["PolicyDocument"]) == actions(operations_in_members())


def test_a_role_with_a_path() -> None:
    role = member_role(SCOPE.with_role("/audit/backup/Reader"), "111111111111")
    assert (role["Path"], role["RoleName"]) == ("/audit/backup/", "Reader")
    named = identity_policy(SCOPE.with_role("audit/backup/Reader"), "read")
    assert objects(named, "EnterMembers") == ["arn:aws:iam::*:role/audit/backup/Reader"]


def test_the_template_has_the_same_role() -> None:
    role = member_role(SCOPE, "111111111111")
    template: Any = role_template(role)
    properties = template["Resources"]["Reader"]["Properties"]
    assert properties["AssumeRolePolicyDocument"] == role["AssumeRolePolicyDocument"]
    assert properties["Policies"] == [{"PolicyName": "Reader", "PolicyDocument": role["PolicyDocument"]}]
