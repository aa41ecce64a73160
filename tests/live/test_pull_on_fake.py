"""`pull` against the fake AWS, over the wire: its file is the server's truth, and every fault is one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_aws import FINAL, ROLE_IN_MEMBERS, TRANSIENT, FakeAws, Fault
from fake_aws.faults import Kind
from fake_aws.short_way import short_way
from fake_aws.test_contract_of_moto import MANAGEMENT, MEMBER, SNAPSHOT
from live.small_aws import SmallClock
from live.truth import told, truth_of

from policyengine.aws.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.cli.app import run
from policyengine.live import LiveError, Pace, PullOptions, read_organization
from policyengine.live.transport import AwsApi

OPERATIONS = [
    "GetCallerIdentity",
    "DescribeOrganization",
    "ListRoots",
    "ListOrganizationalUnitsForParent",
    "ListAccountsForParent",
    "ListPolicies",
    "DescribePolicy",
    "ListTargetsForPolicy",
    "ListTagsForResource",
    "DescribeEffectivePolicy",
    "ListAccountsWithInvalidEffectivePolicy",
]
PROTOCOLS = ["GetCallerIdentity", "ListRoots", "DescribeEffectivePolicy", "ListBackupVaults"]
SECRETS = ("AKIAPLANTEDKEYID0000", "plantedSecretKey", "plantedSessionToken", "plantedPassword")


@pytest.fixture(scope="module")
def server() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server, short_way(server):
        yield server


@pytest.fixture
def aws(server: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAws:
    monkeypatch.chdir(tmp_path)
    server.state = server.states[0]
    server.faults, server.regions_off, server.calls = [], set(), []
    enter(server, monkeypatch)
    return server


def enter(server: FakeAws, monkeypatch: pytest.MonkeyPatch, account: str | None = None) -> None:
    for name, value in server.environment(account).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def api(server: FakeAws) -> Iterator[AwsApi]:
    """AWS by boto3; its clients are slow to make."""
    with pytest.MonkeyPatch.context() as patch:
        enter(server, patch)
        yield AwsApi()


def pulled(api: AwsApi) -> dict[str, Any]:
    options, now = PullOptions(regions=("eu-west-1",)), datetime(2026, 12, 1, tzinfo=UTC)
    return read_organization(api, options, Pace(budget=60), now=now, clock=SmallClock()).snapshot


def calls_of(aws: FakeAws, operation: str) -> int:
    """How often an operation was called since the server started; faults are counted from there."""
    return aws._count[operation]  # noqa: SLF001 - the log of calls begins anew with each test


def pull(*arguments: str) -> int:
    return run(["pull", "--region", "eu-west-1", *arguments])


def written(name: str = "organization.json") -> dict[str, Any]:
    text = Path(name).read_text(encoding="utf-8")
    assert read_snapshot(Source(name, text))
    read: dict[str, Any] = json.loads(text)
    return read


@pytest.mark.parametrize("role", [(), ("--role", ROLE_IN_MEMBERS)])
def test_the_file_is_the_truth_of_the_server(aws: FakeAws, role: tuple[str, ...]) -> None:
    assert pull("--output", "organization.json", *role) == 0
    assert told(written()) == truth_of(aws)
    assert [path.name for path in Path().iterdir()] == ["organization.json"]


def test_the_roles_and_vaults_of_accounts_stand_where_they_are(aws: FakeAws) -> None:
    assert pull("--output", "organization.json", "--role", ROLE_IN_MEMBERS) == 0
    snapshot = written()
    vaults = {(vault["name"], vault["key"]): vault["accounts"] for vault in snapshot["vaults"]}
    assert vaults == {("Main", "customer"): [MEMBER], ("Main", "aws_managed"): [MANAGEMENT]}
    roles = {role["name"]: role["accounts"] for role in snapshot["roles"]}
    assert roles["service-role/Backup"] == [MEMBER]
    assert snapshot["pulled"]["looked"]["vaults"] == {"accounts": "*", "regions": ["eu-west-1"]}
    assert {call.account for call in aws.calls} == {MANAGEMENT, MEMBER}


def test_the_file_of_a_project_is_checked_at_once(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pull"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("wrote organization.yaml: 3 accounts, 1 unit, 1 policy, ")
    assert [
        line for line in err.splitlines() if not line.startswith("pull: ")
    ] == []  # how far it is, where that is slow
    assert run(["check"]) in {0, 1}
    assert truth_of(aws)["accounts"].keys() == {account.id for account in read("organization.yaml").accounts or ()}


def read(name: str) -> Any:  # noqa: ANN401 - a snapshot
    return read_snapshot(Source(name, Path(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("operation", PROTOCOLS)
@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_fault_that_passes_leaves_no_trace(aws: FakeAws, api: AwsApi, operation: str, kind: Kind) -> None:
    aws.faults = [Fault(operation, calls_of(aws, operation) + 1, kind, seconds=0.01)]
    assert told(pulled(api)) == truth_of(aws)
    assert kind in {call.outcome for call in aws.calls}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", FINAL)
def test_a_fault_that_stays_names_its_operation(aws: FakeAws, api: AwsApi, operation: str, kind: Kind) -> None:
    aws.faults = [Fault(operation, calls_of(aws, operation) + 1, kind, times=1_000)]
    with pytest.raises(LiveError) as caught:
        pulled(api)
    assert operation in str(caught.value)


def test_a_pull_that_fails_leaves_the_file_from_before(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    Path("organization.json").write_text("before", encoding="utf-8")
    aws.faults = [Fault("DescribePolicy", calls_of(aws, "DescribePolicy") + 1, "denied")]
    assert pull("--output", "organization.json") == 2
    out, err = capsys.readouterr()
    assert out == ""
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert errors[0] == (
        "error: organizations:DescribePolicy: denied (AccessDeniedException, HTTP 400); the IAM policy needs the line"
        ' `"organizations:DescribePolicy"` (`policyengine iam read` prints all of them), or another policy of AWS\'s denies it'
    )
    assert len(errors) == 1
    assert Path("organization.json").read_text(encoding="utf-8") == "before"
    assert pull("--output", "organization.json", "--resume") == 0
    assert told(written()) == truth_of(aws)
    assert [path.name for path in Path().iterdir()] == ["organization.json"]


def test_what_was_read_is_not_read_again(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.faults = [Fault("DescribeEffectivePolicy", calls_of(aws, "DescribeEffectivePolicy") + 1, "expired")]
    assert pull() == 2
    assert "the same command with `--resume` reads on" in capsys.readouterr().err
    assert oct(Path(".organization.yaml.pull").stat().st_mode & 0o777) == "0o600"
    before = aws.counts()
    assert pull("--resume") == 0
    again = aws.counts() - before
    assert again["ListTagsForResource"] == 0
    assert again["DescribePolicy"]  # somebody may have edited one since
    assert again["ListAccountsForParent"] == 2  # the second look, of which nothing is kept


def test_answers_of_another_organization_are_not_read_on(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    heading = {"format": "policyengine/pull-answers/2", "organization": "o-another", "at": "2026-12-01T00:00:00+00:00"}
    Path(".organization.yaml.pull").write_text(f"{json.dumps(heading)}\n", encoding="utf-8")
    assert pull("--resume") == 2
    assert "what is left there was read with other credentials" in capsys.readouterr().err
    assert pull() == 0
    assert truth_of(aws)


def test_a_member_account_and_another_organization(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(aws, monkeypatch, MEMBER)
    assert pull() == 2
    assert f"of the member account {MEMBER}, which may not" in capsys.readouterr().err
    enter(aws, monkeypatch)
    Path("organization.yaml").write_text("version: 1\norganization: {id: o-other}\nroot: {}\n", encoding="utf-8")
    assert pull() == 2
    assert "the snapshot that is there is of o-other" in capsys.readouterr().err
    assert not Path(".organization.yaml.pull").exists()
    Path("organization.yaml").rename("other.yaml")
    assert pull("--output", "other.yaml") == 2
    assert "the snapshot that is there is of o-other" in capsys.readouterr().err
    assert "o-other" in Path("other.yaml").read_text(encoding="utf-8")


def test_a_region_that_is_off(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.regions_off = {"ap-east-1"}
    assert run(["pull", "--region", "ap-east-1"]) == 2
    assert "`ap-east-1` is off in this account" in capsys.readouterr().err
    Path("a.bpol").write_text("# ap-east-1", encoding="utf-8")
    assert run(["pull", "-C", "."]) == 0
    assert "backup:ListBackupVaults in 1 account in ap-east-1: the Region is off" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("folder", "error: folder: is a directory"),
        ("none/o.yaml", "error: none/o.yaml: cannot be written: there is no folder none"),
        (
            "policy.bpol",
            "error: --output `policy.bpol`: expected a file whose name ends in `.yaml`, `.yml` or `.json`",
        ),
        ("link", "error: link: cannot be written: there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_read(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], output: str, expected: str
) -> None:
    Path("folder").mkdir()
    Path("link").symlink_to("/nowhere/organization.yaml")
    Path("policy.bpol").write_text("policy p { }\n", encoding="utf-8")
    assert pull("--output", output) == 2
    assert capsys.readouterr().err.strip() == expected
    assert Path("policy.bpol").read_text(encoding="utf-8") == "policy p { }\n"
    assert aws.calls == []


def test_a_disk_that_is_full(aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("policyengine.files.tempfile.mkstemp", full)
    assert pull() == 2
    assert "error: organization.yaml: cannot be written: no space left on device" in capsys.readouterr().err
    assert not Path("organization.yaml").exists()
    assert aws.calls


def test_no_secret_is_in_any_output(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    key, secret, token, password = SECRETS
    for name, value in (("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_SESSION_TOKEN", token)):
        monkeypatch.setenv(name, value)
    assert pull("--budget", "1s") == 2
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{password}@127.0.0.1:1")
    monkeypatch.setenv("POLICYENGINE_DEBUG", "1")
    assert pull("--budget", "1s") == 2
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://user:{password}@127.0.0.1:1")
    assert pull("--budget", "1s") == 2
    out, err = capsys.readouterr()
    assert not [word for word in SECRETS if word in out + err]
    files = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert not [word for word in SECRETS if word in files]
    assert aws.url


def test_the_summary_for_programs(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull("--format", "json", "--tags", "none") == 0
    summary = json.loads(capsys.readouterr().out)
    assert {key: summary[key] for key in ("accounts", "units", "policies")} == {
        "accounts": 3,
        "units": 1,
        "policies": 1,
    }
    assert summary["calls"] == sum(read("organization.yaml").pulled.calls.values())
    assert {"action": "organizations:ListTagsForResource", "reason": "`--tags none`"} in summary["skipped"]
    assert aws.counts()["ListTagsForResource"] == 0


def test_an_interrupt_keeps_what_was_read(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("policyengine.live.pulling.PublishedReader.read", interrupt)
    assert pull() == 130
    assert [path.name for path in Path().iterdir()] == [".organization.yaml.pull"]
    monkeypatch.undo()
    assert aws.calls


def test_a_recording_beside_the_snapshot(aws: FakeAws, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert pull("--record", "answers") == 0
    assert (tmp_path / "answers/organizations.ListRoots.json").is_file()
    assert MANAGEMENT not in (tmp_path / "answers/organizations.ListAccountsForParent.json").read_text(encoding="utf-8")
    assert pull("--record", "answers") == 2
    assert "error: --record answers: there is something already, expected a new folder" in capsys.readouterr().err
    assert aws.calls


def test_no_secret_is_in_a_recording(aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    planted = [*SECRETS, aws.environment()["AWS_SECRET_ACCESS_KEY"]]
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{SECRETS[3]}@127.0.0.1:1")
    assert pull("--record", "answers", "--role", ROLE_IN_MEMBERS) == 0
    kept = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file())
    assert [secret for secret in (*planted, "SecretAccessKey", "SessionToken") if secret in kept] == []


def test_no_secret_of_a_profile_is_in_any_output(
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    key, secret, token, _ = SECRETS
    file = tmp_path_factory.mktemp("home") / "credentials"
    lines = (
        "[planted]",
        f"aws_access_key_id = {key}",
        f"aws_secret_access_key = {secret}",
        f"aws_session_token = {token}",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("POLICYENGINE_DEBUG", "1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert pull("--profile", "planted", "--record", "answers", "--budget", "1s") == 2
    out, err = capsys.readouterr()
    kept = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert [word for word in SECRETS if word in out + err + kept] == []
    assert "AWS does not know these credentials" in err
    assert aws.url
