"""What boto3 raises, in our words: each kind by the exception or AWS's code, and no text of either."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions as faults
import pytest

from policyengine.aws.facts.api_operations import GET_CALLER_IDENTITY, LIST_BACKUP_VAULTS, LIST_ROOTS
from policyengine.live import ApiError, ApiRequest, FaultKind, sentence
from policyengine.live.transport import AwsApi, plain

SECRET = "plantedSecret"  # noqa: S105 - planted, to be looked for
CODES = [
    ("TooManyRequestsException", 400, FaultKind.THROTTLED),
    ("com.amazonaws.backup#ThrottlingException", 400, FaultKind.THROTTLED),
    ("Surprise", 429, FaultKind.THROTTLED),
    ("ConcurrentModificationException", 400, FaultKind.CONCURRENT),
    ("PolicyChangesInProgressException", 400, FaultKind.IN_PROGRESS),
    ("ServiceException", 400, FaultKind.UNAVAILABLE),
    ("502", 502, FaultKind.UNAVAILABLE),
    ("NotImplemented", 501, FaultKind.OTHER),
    ("AccessDenied", 403, FaultKind.DENIED),
    ("ExpiredToken", 403, FaultKind.EXPIRED),
    ("InvalidClientTokenId", 403, FaultKind.WRONG_CREDENTIALS),
    ("AWSOrganizationsNotInUseException", 400, FaultKind.NO_ORGANIZATION),
    ("OptInRequired", 403, FaultKind.REGION_OFF),
    ("ResourceNotFoundException", 400, FaultKind.NOT_FOUND),
    ("ValidationException", 400, FaultKind.OTHER),
    (f"{SECRET} with spaces", 400, FaultKind.OTHER),
]
EXCEPTIONS = [
    (faults.NoCredentialsError(), FaultKind.NO_CREDENTIALS),
    (faults.PartialCredentialsError(provider=SECRET, cred_var="x"), FaultKind.NO_CREDENTIALS),
    (faults.CredentialRetrievalError(provider="process", error_msg=SECRET), FaultKind.NO_CREDENTIALS),
    (faults.SSOTokenLoadError(error_msg=SECRET), FaultKind.EXPIRED),
    (faults.UnauthorizedSSOTokenError(), FaultKind.EXPIRED),
    (faults.TokenRetrievalError(provider="sso", error_msg=SECRET), FaultKind.EXPIRED),
    (EOFError(), FaultKind.EXPIRED),
    (faults.ProxyConnectionError(proxy_url=f"http://u:{SECRET}@p", error=""), FaultKind.PROXY),
    (faults.SSLError(endpoint_url=SECRET, error=""), FaultKind.CERTIFICATE),
    (faults.EndpointConnectionError(endpoint_url=f"http://u:{SECRET}@e"), FaultKind.BROKEN),
    (faults.ReadTimeoutError(endpoint_url=SECRET), FaultKind.BROKEN),
    (faults.ConnectionClosedError(endpoint_url=SECRET), FaultKind.BROKEN),
    (faults.NoRegionError(), FaultKind.CONFIGURATION),
    (faults.ParamValidationError(report=SECRET), FaultKind.CONFIGURATION),
    (ValueError(f"Invalid endpoint: http://u:{SECRET}@e"), FaultKind.CONFIGURATION),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, SECRET), FaultKind.UNREADABLE),
    (AttributeError(SECRET), FaultKind.UNREADABLE),
]


class Client:
    """A client of boto3 whose calls end in an exception."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def list_roots(self) -> None:
        raise self.error


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No configuration, credentials or Region of this machine; the file that is AWS's configuration."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return file


def fault_of(monkeypatch: pytest.MonkeyPatch, error: Exception) -> ApiError:
    """The fault that a call of boto3 which ends in an exception is."""
    monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: Client(error))
    with pytest.raises(ApiError) as caught:
        AwsApi().answer(ApiRequest(LIST_ROOTS))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_the_codes_of_aws(monkeypatch: pytest.MonkeyPatch, code: str, status: int, kind: FaultKind) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": SECRET},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "0a1b-2c"},
    }
    fault = fault_of(monkeypatch, faults.ClientError(answer, "ListRoots"))
    assert (fault.kind, fault.status, fault.trace) == (kind, status, "0a1b-2c")
    assert SECRET not in sentence(fault) + str(fault) + repr(fault.__dict__)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "planted", ["AKIAPLANTEDKEYID0000", SECRET, "wJalrXUtnFEMI7MDENGbPxRfiCYzEXAMPLEKEY0", "A" * 200]
)
def test_keys_in_the_place_of_a_code(monkeypatch: pytest.MonkeyPatch, planted: str) -> None:
    answer: Any = {"Error": {"Code": planted}, "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": planted}}
    fault = fault_of(monkeypatch, faults.ClientError(answer, "ListRoots"))
    assert planted not in sentence(fault) + str(fault) + repr(fault.__dict__)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("error", "kind"), EXCEPTIONS, ids=lambda each: type(each).__name__)
def test_the_exceptions_of_boto3(monkeypatch: pytest.MonkeyPatch, error: Exception, kind: FaultKind) -> None:
    fault = fault_of(monkeypatch, error)
    assert fault.kind is kind
    assert SECRET not in sentence(fault) + str(fault) + repr(fault.__dict__)


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_one_sentence(kind: FaultKind) -> None:
    said = sentence(
        ApiError(kind, ApiRequest(LIST_BACKUP_VAULTS, region="eu-west-1", account="222222222222"), code="C")
    )
    assert said
    assert "\n" not in said
    assert said[0].islower() or said.startswith("AWS")


def refused(profile: str = "") -> str:
    with pytest.raises(ApiError) as caught:
        AwsApi(profile=profile).answer(ApiRequest(GET_CALLER_IDENTITY))
    return sentence(caught.value)


@pytest.mark.usefixtures("environment")
def test_a_profile_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused("audit").startswith("the profile `audit` cannot be used (ProfileNotFound)")
    monkeypatch.setenv("AWS_PROFILE", "nightly")
    assert refused().startswith("the profile `nightly` cannot be used (ProfileNotFound)")


def test_a_configuration_that_cannot_be_read(environment: Path) -> None:
    environment.write_text(f"{SECRET} = ", encoding="utf-8")
    said = refused("audit")
    assert "check `~/.aws/config`" in said
    assert SECRET not in said


def test_a_process_that_gives_no_credentials_and_says_secrets(environment: Path) -> None:
    program = f"{sys.executable} -c \"import sys; print('{SECRET}', file=sys.stderr); sys.exit(1)\""
    environment.write_text(f"[profile audit]\ncredential_process = {program}\n", encoding="utf-8")
    said = refused("audit")
    assert said.startswith("no AWS credentials")
    assert SECRET not in said


@pytest.mark.parametrize(
    ("region", "home", "partition"),
    [
        ("cn-north-1", "cn-north-1", "aws-cn"),
        ("us-gov-east-1", "us-gov-east-1", "aws-us-gov"),
        ("", "us-east-1", "aws"),
    ],
)
def test_the_region_of_the_profile_says_the_partition(
    environment: Path, region: str, home: str, partition: str
) -> None:
    environment.write_text(f"[default]\nregion = {region}\n" if region else "", encoding="utf-8")
    api = AwsApi()
    assert (api._home, api._partition) == (home, partition)  # noqa: SLF001 - what calls are made with


@pytest.mark.usefixtures("environment")
def test_clients_make_a_call_once_and_say_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    client = AwsApi()._client("organizations", "", assumed=False)  # noqa: SLF001 - as above
    assert client.meta.config.retries["total_max_attempts"] == 1
    assert "policyengine/" in client.meta.config.user_agent


class Role:
    """STS, and a client with the credentials of a role, of which so many sessions are over at their first call."""

    def __init__(self, over: int) -> None:
        self.over, self.assumed = over, 0

    def assume_role(self, **_: str) -> Any:  # noqa: ANN401 - an answer
        self.assumed += 1
        return {"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}}

    def list_roots(self) -> dict[str, str]:
        if self.over:
            self.over -= 1
            raise faults.ClientError({"Error": {"Code": "ExpiredToken"}}, "ListRoots")
        return {"NextToken": "x"}


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("over", "assumed", "ends"), [(0, 1, True), (1, 2, True), (2, 2, False)])
def test_a_role_is_assumed_once_for_an_account_and_once_more_when_its_session_is_over(
    monkeypatch: pytest.MonkeyPatch,
    over: int,
    assumed: int,
    ends: bool,  # noqa: FBT001 - a parameter
) -> None:
    role = Role(over)
    monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: role)
    api, request = AwsApi(role="Reader"), ApiRequest(LIST_ROOTS, account="222222222222")
    for _ in range(2 if ends else 0):
        assert api.answer(request) == {"NextToken": "x"}
    if not ends:
        with pytest.raises(ApiError, match="the credentials have expired"):
            api.answer(request)
    assert role.assumed == assumed


@pytest.mark.usefixtures("environment")
def test_libraries_are_silent() -> None:
    AwsApi()
    for name in ("boto3", "botocore", "urllib3"):
        assert not logging.getLogger(name).isEnabledFor(logging.ERROR)
        assert not logging.getLogger(name).propagate


def test_answers_are_plain_json() -> None:
    moment = datetime(2026, 12, 1, 8, 30, tzinfo=timezone(timedelta(hours=2)))
    answer = {"At": moment, "Many": [{"At": moment.astimezone(UTC)}], "ResponseMetadata": {"RequestId": SECRET}}
    assert plain(answer) == {"At": "2026-12-01T06:30:00Z", "Many": [{"At": "2026-12-01T06:30:00Z"}]}


@pytest.mark.parametrize("command", ["check", "effective", "pull --help", "export", "diff"])
def test_other_commands_start_without_boto3(tmp_path: Path, command: str) -> None:
    script = (
        "import sys; from policyengine.cli.app import run; run(sys.argv[1].split());"
        " print(sorted({name.partition('.')[0] for name in sys.modules} & {'boto3', 'botocore', 'urllib3'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_half_a_character_is_no_answer() -> None:
    with pytest.raises(UnicodeEncodeError):
        plain({"Name": "\ud800"})
