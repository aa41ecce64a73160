"""The operations that the commands with network call, and their IAM actions."""

from policyengine.aws.facts.api_operations import (
    CREATE_POLICY,
    LIST_BACKUP_VAULTS,
    LIST_ROOTS,
    OPERATIONS,
    actions,
    operations_in_members,
    operations_of,
)

READING = ("Describe", "Get", "List", "Assume")


def test_an_action_has_the_name_of_its_operation() -> None:
    assert LIST_ROOTS.action == "organizations:ListRoots"


def test_each_operation_stands_once() -> None:
    assert len(actions(OPERATIONS)) == len(set(actions(OPERATIONS)))


def test_reading_calls_nothing_that_writes() -> None:
    assert [operation.name for operation in operations_of("read") if not operation.name.startswith(READING)] == []


def test_apply_reads_too() -> None:
    assert set(operations_of("read")) < set(operations_of("apply"))
    assert CREATE_POLICY not in operations_of("read")


def test_what_the_role_calls_in_members_reads() -> None:
    assert LIST_BACKUP_VAULTS in operations_in_members()
    assert set(operations_in_members()) < set(operations_of("read"))


def test_a_type_limits_operations_of_organizations_alone() -> None:
    assert {operation.service for operation in OPERATIONS if operation.of_type} == {"organizations"}
