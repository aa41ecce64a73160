"""`pull` under every fault of every operation, at its first, middle and last call: the truth, or one clear sentence.

The gate tries each operation with one fault, and each fault; the second group tries all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from fake_aws import FINAL, TRANSIENT, Fault
from fake_aws.comparison import differences
from fake_aws.faults import Kind
from live.pull_bed import Bed, bed

from policyengine.live import LiveError

OPERATIONS = {
    "AssumeRole": 4,
    "DescribeEffectivePolicy": 4,
    "DescribeFramework": 2,
    "DescribeGlobalSettings": 1,
    "DescribeKey": 6,
    "DescribeOrganization": 1,
    "DescribePolicy": 4,
    "DescribeRegionSettings": 2,
    "GetBackupPlan": 2,
    "GetBackupSelection": 2,
    "GetBackupVaultAccessPolicy": 7,
    "GetCallerIdentity": 1,
    "GetRestoreTestingPlan": 2,
    "GetRestoreTestingSelection": 2,
    "ListAccountsForParent": 10,
    "ListAccountsWithInvalidEffectivePolicy": 1,
    "ListBackupPlans": 8,
    "ListBackupSelections": 2,
    "ListBackupVaults": 8,
    "ListFrameworks": 8,
    "ListOrganizationalUnitsForParent": 8,
    "ListPolicies": 2,
    "ListRestoreTestingPlans": 8,
    "ListRestoreTestingSelections": 2,
    "ListRoles": 4,
    "ListRoots": 1,
    "ListTagsForResource": 29,
    "ListTargetsForPolicy": 8,
}
"""The calls of a reading of the bed without faults, by operation."""
LEFT_OUT = {
    "AssumeRole", "DescribeFramework", "DescribeGlobalSettings", "DescribeKey", "DescribeRegionSettings",
    "GetBackupPlan", "GetBackupSelection", "GetBackupVaultAccessPolicy", "GetRestoreTestingPlan",
    "GetRestoreTestingSelection", "ListBackupPlans", "ListBackupSelections", "ListBackupVaults", "ListFrameworks",
    "ListRestoreTestingPlans", "ListRestoreTestingSelections", "ListRoles",
}  # fmt: skip
"""What stays unknown where it is denied, instead of ending the reading."""


class Trial(NamedTuple):
    operation: str
    kind: Kind
    call: int


TRIALS = [
    Trial(operation, kind, call)
    for operation, calls in OPERATIONS.items()
    for kind in (*TRANSIENT, *FINAL)
    for call in sorted({1, (calls + 1) // 2, calls})
]


def some(trials: list[Trial]) -> list[Trial]:
    """A trial of each operation, with another fault for each, at another of its calls."""
    kinds = (*TRANSIENT, *FINAL)
    chosen = []
    for number, operation in enumerate(OPERATIONS):
        own = [trial for trial in trials if (trial.operation, trial.kind) == (operation, kinds[number % len(kinds)])]
        chosen.append(own[number % len(own)])
    return chosen


@pytest.fixture(scope="module")
def beds() -> Iterator[Bed]:
    with bed() as made:
        yield made


def outcome(beds: Bed, trial: Trial) -> str:
    """What is wrong with the reading, nothing where all is right. The session of a role that has expired begins anew."""
    beds.aws.restart()
    beds.aws.faults = [Fault(trial.operation, trial.call, trial.kind)]
    try:
        pulled = beds.pull()
    except LiveError as error:
        return _sentence_fault(trial, str(error))
    struck = [call for call in beds.aws.calls if call.outcome == trial.kind]
    if len(struck) != 1:
        return f"the fault struck {len(struck)} times"
    if trial.kind == "expired" and struck[0].account == beds.aws.state.management:  # a role's session is begun again
        return "expired credentials did not stop the reading"
    skipped = {skip.action.partition(":")[2] for skip in pulled.skipped if skip.reason == "denied"}
    expected = {"AssumeRole"} | ({trial.operation} if trial.kind == "denied" else set())
    if skipped != expected:
        return f"skipped: {skipped}"
    return "; ".join(differences(beds.aws, pulled.snapshot))


def _sentence_fault(trial: Trial, message: str) -> str:
    if trial.kind not in FINAL or (trial.kind == "denied" and trial.operation in LEFT_OUT):
        return f"gave up: {message}"
    word = {"expired": "the credentials have expired", "denied": "denied"}[trial.kind]
    is_clear = message.partition(":")[2].startswith(trial.operation) and word in message and "\n" not in message
    return "" if is_clear else f"unclear: {message}"


def test_the_operations_are_all_that_a_reading_calls(beds: Bed) -> None:
    beds.aws.restart()
    beds.pull()
    assert dict(beds.aws.counts()) == OPERATIONS


@pytest.mark.parametrize("trial", some(TRIALS), ids=lambda trial: f"{trial.kind}-{trial.operation}-{trial.call}")
def test_a_fault_changes_nothing_or_is_one_sentence(beds: Bed, trial: Trial) -> None:
    assert outcome(beds, trial) == ""


@pytest.mark.scale
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_fault_of_an_operation_changes_nothing_or_is_one_sentence(beds: Bed, operation: str) -> None:
    found = {trial: outcome(beds, trial) for trial in TRIALS if trial.operation == operation}
    assert {trial: wrong for trial, wrong in found.items() if wrong} == {}
