"""The table of operations, the IAM policies made of it and what `pull` calls are one: nothing is missing, nothing extra."""

from __future__ import annotations

from fake_aws import ROLE_IN_MEMBERS
from live.pull_bed import MANAGEMENT, bed

from policyengine.aws.facts.api_operations import OPERATIONS, actions, operations_in_members, operations_of
from policyengine.export.iam_policies import IamScope, identity_policy

POLICY = identity_policy(IamScope("aws", role=ROLE_IN_MEMBERS), "read")


def allowed() -> set[str]:
    """The actions that `iam read` prints."""
    statements = POLICY["Statement"]
    assert isinstance(statements, list)
    return {str(action) for each in statements if isinstance(each, dict) for action in list(each["Action"])}  # type: ignore[arg-type]


def test_a_pull_calls_what_iam_read_allows_and_nothing_else() -> None:
    with bed() as beds:
        beds.pull()
        calls = beds.aws.calls
    assert {f"{call.service}:{call.operation}" for call in calls} == allowed() == set(actions(operations_of("read")))
    entered = {f"{call.service}:{call.operation}" for call in calls if call.account != MANAGEMENT}
    assert entered == set(actions(operations_in_members()))


def test_operations_are_those_of_boto3() -> None:
    from botocore.session import get_session  # noqa: PLC0415 - slow to import, for one test

    session = get_session()
    for service in {operation.service for operation in OPERATIONS}:
        names = set(session.get_service_model(service).operation_names)
        assert {each.name for each in OPERATIONS if each.service == service} <= names
