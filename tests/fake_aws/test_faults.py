"""Each fault reaches a caller as boto3 knows it, at the call that is named, and once the server has done what it says."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from fake_aws import FINAL, TRANSIENT, FakeAws, Fault
from fake_aws.clients import client
from fake_aws.faults import Kind
from fake_aws.test_contract_of_moto import SNAPSHOT

CODES = {
    "throttled": ("TooManyRequestsException", "ThrottlingException", "Throttling"),
    "concurrent": ("ConcurrentModificationException",) * 3,
    "in-progress": ("PolicyChangesInProgressException",) * 3,
    "expired": ("ExpiredTokenException", "ExpiredTokenException", "ExpiredToken"),
    "denied": ("AccessDeniedException", "AccessDeniedException", "AccessDenied"),
    "server-error": ("ServiceException", "InternalFailure", "InternalFailure"),
    "unavailable": ("ServiceUnavailable",) * 3,
    "gateway": ("502",) * 3,
    "reset": ("ConnectionClosedError",) * 3,
    "lost": ("ConnectionClosedError",) * 3,
    "cut-off": ("an answer without members", "an answer without members", "ResponseParserError"),
    "malformed": ("an answer without members", "an answer without members", "ResponseParserError"),
    "no-text": ("UnicodeDecodeError", "UnicodeDecodeError", "ResponseParserError"),
    "empty-page": ("",) * 3,
    "slow": ("",) * 3,
}
CALLS = (("organizations", "list_roots"), ("backup", "list_backup_vaults"), ("sts", "get_caller_identity"))


@pytest.fixture(scope="module")
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


def failure(aws: FakeAws, service: str, operation: str) -> str:
    """The code or the exception that a call ends in, nothing where it works. boto3 takes half of a JSON text for `{}`."""
    try:
        answer = getattr(client(aws, service), operation)()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except (BotoCoreError, ResponseParserError, UnicodeDecodeError) as error:
        return type(error).__name__
    return "" if len(answer) > 1 else "an answer without members"


@pytest.mark.parametrize("kind", [*TRANSIENT, *FINAL])
def test_faults_are_errors_of_boto(aws: FakeAws, kind: Kind) -> None:
    names = {operation: "".join(word.title() for word in operation.split("_")) for _, operation in CALLS}
    aws.faults = [Fault(name, aws.counts()[name] + 1, kind) for name in names.values()]
    assert tuple(failure(aws, *call) for call in CALLS) == CODES[kind]
    assert [call.outcome for call in aws.calls[-3:]] == [kind] * 3
    assert [failure(aws, *call) for call in CALLS] == [""] * 3


def test_a_lost_answer_is_to_a_call_that_was_carried_out(aws: FakeAws) -> None:
    [policy] = aws.state.policies
    [unit] = aws.state.units
    for kind, attached in (("reset", False), ("lost", True)):
        aws.faults = [Fault("AttachPolicy", aws.counts()["AttachPolicy"] + 1, kind)]  # type: ignore[arg-type]
        with pytest.raises(BotoCoreError):
            client(aws, "organizations").attach_policy(PolicyId=policy, TargetId=unit)
        assert (policy in aws.state.attached.get(unit, ())) is attached


def test_a_rate_is_kept_by_throttling(aws: FakeAws) -> None:
    aws.faults, aws.rates = [], {"ListRoots": 5.0}
    codes = [failure(aws, "organizations", "list_roots") for _ in range(12)]
    assert codes.count("TooManyRequestsException") >= 1
    time.sleep(0.25)
    assert failure(aws, "organizations", "list_roots") == ""
    aws.rates = {}


def test_a_region_that_is_off_knows_no_credentials(aws: FakeAws) -> None:
    aws.regions_off = {"af-south-1"}
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        client(aws, "backup", region="af-south-1").list_backup_vaults()


def test_the_organization_changes_at_a_call(aws: FakeAws) -> None:
    aws.when("ListPolicies", 1, lambda state: state.__class__(**{**state.__dict__, "policies": {}}))
    assert client(aws, "organizations").list_policies(Filter="BACKUP_POLICY")["Policies"] == []
