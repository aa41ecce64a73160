"""`pull` under every fault of every operation, at its first, middle and last call: the truth, or one clear sentence.

The gate tries each operation with one fault, and each fault. The second group tries all: faults that pass strike all
operations in one reading, for no other reading has a part of what they may change; those that end a reading strike one.
"""

from __future__ import annotations

from collections import Counter
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


PLACES = {"first": 0.0, "middle": 0.5, "last": 1.0}
"""Where among the calls of an operation a fault strikes, by name."""


def trial_at(operation: str, kind: Kind, place: str) -> Trial:
    """The fault at the first, the middle or the last call of the operation."""
    return Trial(operation, kind, 1 + int((OPERATIONS[operation] - 1) * PLACES[place]))


def some() -> list[Trial]:
    """A trial of each operation, with another fault for each, at another of its calls."""
    kinds, places = (*TRANSIENT, *FINAL), [*PLACES]
    return [
        trial_at(operation, kinds[number % len(kinds)], places[number % len(places)])
        for number, operation in enumerate(OPERATIONS)
    ]


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


@pytest.mark.parametrize("trial", some(), ids=lambda trial: f"{trial.kind}-{trial.operation}-{trial.call}")
def test_a_fault_changes_nothing_or_is_one_sentence(beds: Bed, trial: Trial) -> None:
    assert outcome(beds, trial) == ""


@pytest.mark.scale
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_fault_that_passes_changes_nothing_at_any_operation(beds: Bed, kind: Kind, place: str) -> None:
    trials = [trial_at(operation, kind, place) for operation in OPERATIONS]
    beds.aws.restart()
    beds.aws.faults = [Fault(trial.operation, trial.call, trial.kind) for trial in trials]
    pulled = beds.pull()
    struck = Counter(call.operation for call in beds.aws.calls if call.outcome == kind)
    assert struck == dict.fromkeys(OPERATIONS, 1)
    assert differences(beds.aws, pulled.snapshot) == []


@pytest.mark.scale
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", FINAL)
def test_a_fault_that_stays_leaves_out_what_it_may_or_is_one_sentence(beds: Bed, kind: Kind, operation: str) -> None:
    trials = dict.fromkeys(trial_at(operation, kind, place) for place in PLACES)
    found = {trial: outcome(beds, trial) for trial in trials}
    assert {trial: wrong for trial, wrong in found.items() if wrong} == {}
