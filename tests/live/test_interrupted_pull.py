"""A pull that is killed at any call leaves no half file, and the same command reads on to the same end."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_aws import FakeAws, Fault
from fake_aws.test_contract_of_moto import SNAPSHOT
from live.small_aws import ORGANIZATION, SmallAws, SmallClock
from live.test_pulling import NOW
from live.truth import told, truth_of

from policyengine.aws.facts.api_operations import (
    DESCRIBE_EFFECTIVE_POLICY,
    DESCRIBE_POLICY,
    LIST_TAGS_FOR_RESOURCE,
)
from policyengine.live import FaultKind, Journal, LiveError, Pace, PullOptions, read_organization
from policyengine.live.answers import Answer, ApiRequest
from policyengine.live.caller import Caller

OUTPUT = "organization.json"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


def journalled(aws: SmallAws, file: Path, *, resume: bool = True, now: datetime = NOW) -> dict[str, Any]:
    journal = Journal(aws, file, resume=resume, now=now)
    try:
        read = read_organization(
            journal, PullOptions(role="Reader"), Pace(), now=now, begin=journal.begin, clock=SmallClock()
        )
    except BaseException:
        journal.close()
        raise
    journal.done()
    return read.snapshot


def test_a_pull_that_ends_at_any_call_reads_on_to_the_same_end(tmp_path: Path) -> None:
    file = tmp_path / ".organization.yaml.pull"
    whole = SmallAws()
    expected = journalled(whole, file)
    names = {request.operation.name for request in whole.calls} - {
        "GetCallerIdentity",
        "DescribeOrganization",
        "ListRoots",
    }
    for name in sorted(names):
        for number in {0, whole.count(name) // 2, whole.count(name) - 1}:
            with pytest.raises(LiveError):
                journalled(SmallAws(faults={(name, number): FaultKind.EXPIRED}), file)
            again = SmallAws()
            assert journalled(again, file) == expected
            assert not file.exists()
            assert len(again.calls) <= len(whole.calls)


def test_a_line_that_is_cut_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    expected = journalled(SmallAws(), file)
    with pytest.raises(LiveError):
        journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), file)
    text = file.read_text(encoding="utf-8")
    for length in range(len(text.split("\n", 1)[0]) + 1, len(text), 97):
        file.write_text(text[:length], encoding="utf-8")
        assert journalled(SmallAws(), file) == expected


def test_without_resume_nothing_is_taken_from_before(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with pytest.raises(LiveError):
        journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), file)
    whole, anew = SmallAws(), SmallAws()
    journalled(whole, tmp_path / "other")
    journalled(anew, file, resume=False)
    assert len(anew.calls) == len(whole.calls)


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"{}\n", b'["format"]\n', f'{{"organization": "{ORGANIZATION}"}}\n'.encode()]
)
def test_a_file_of_others_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "journal"
    file.write_bytes(content)
    with pytest.raises(LiveError, match="read anew, without `--resume`"):
        journalled(SmallAws(), file)


def test_what_is_read_on_is_as_old_as_its_first_answer(tmp_path: Path) -> None:
    file, later = tmp_path / "journal", NOW + timedelta(hours=23)
    for moment in (NOW, later):
        with pytest.raises(LiveError):
            journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), file, now=moment)
    assert journalled(SmallAws(), file, now=later)["pulled"]["at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("age", [timedelta(days=1, seconds=1), timedelta(days=400), timedelta(days=-1)])
def test_what_was_left_long_ago_is_not_read_on(tmp_path: Path, age: timedelta) -> None:
    file = tmp_path / "journal"
    with pytest.raises(LiveError):
        journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), file)
    with pytest.raises(LiveError, match=f"read at {NOW:%Y-%m-%d %H:%M} UTC, more than a day from now; read anew"):
        journalled(SmallAws(), file, now=NOW + age)
    assert journalled(SmallAws(), file, resume=False, now=NOW + age)


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "journal")
    with pytest.raises(LiveError, match="cannot be read: not a regular file; read anew"):
        journalled(SmallAws(), tmp_path / "journal")


def test_a_journal_that_cannot_grow_is_said_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller("222222222222", "", "o-1", "222222222222", "aws", "r-1", "Root", enabled=True)
    journal = Journal(SmallAws(), tmp_path / "answers", resume=False, now=NOW)
    journal.begin(caller)
    journal.answer(ApiRequest(LIST_TAGS_FOR_RESOURCE, {"ResourceId": "222222222222"}))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(journal._stream, "write", full)  # noqa: SLF001 - a disk
    journal.answer(ApiRequest(LIST_TAGS_FOR_RESOURCE, {"ResourceId": "333333333333"}))
    assert journal.is_there


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (tmp_path / "journal").symlink_to(target)
    with pytest.raises(LiveError):
        journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), tmp_path / "journal")
    assert not target.exists()


def test_a_policy_that_was_edited_since_is_read_anew(tmp_path: Path) -> None:
    caller = Caller("222222222222", "", "aws", "o-1", "222222222222", "r-1", "Root", enabled=True)

    class Aws:
        content = "before"

        def answer(self, request: ApiRequest) -> Answer:  # noqa: ARG002 - the same for all
            return {"Content": self.content}

    requests = [ApiRequest(each) for each in (DESCRIBE_POLICY, DESCRIBE_EFFECTIVE_POLICY, LIST_TAGS_FOR_RESOURCE)]
    aws, file = Aws(), tmp_path / "answers"
    for content, expected in (("before", ["before"] * 3), ("edited", ["edited", "edited", "before"])):
        aws.content = content
        journal = Journal(aws, file, resume=True, now=NOW)
        journal.begin(caller)
        assert [journal.answer(each)["Content"] for each in requests] == expected
        journal.close()


def test_no_keys_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with pytest.raises(LiveError):
        journalled(SmallAws(always={"ListBackupVaults": FaultKind.EXPIRED}), file)
    calls = [json.loads(line).get("call", "") for line in file.read_text(encoding="utf-8").splitlines()]
    assert not [call for call in calls if "sts:" in call]


INTERRUPTIBLE = """
import signal
from policyengine.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
"""The command, also where the tests run in the background of a shell, which has its processes ignore Ctrl-C."""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("operation", ["DescribePolicy", "ListBackupVaults"])
def test_a_process_that_is_stopped_leaves_no_half_file(
    server: FakeAws, tmp_path: Path, sign: signal.Signals, operation: str
) -> None:
    (tmp_path / OUTPUT).write_text("before", encoding="utf-8")
    environment = {**os.environ, **server.environment()}
    command = [sys.executable, "-c", INTERRUPTIBLE, "pull", "--region", "eu-west-1", "--output", OUTPUT]
    begun = server._count[operation]  # noqa: SLF001 - counted since the server started
    server.faults = [Fault(operation, begun + 1, "slow", seconds=3)]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while server._count[operation] == begun and time.monotonic() < deadline:  # noqa: SLF001
        time.sleep(0.05)
    process.send_signal(sign)
    _, told_user = process.communicate(timeout=60)
    server.faults = []
    assert process.returncode == (-sign if sign == signal.SIGKILL else 130)
    assert (b"--resume" in told_user) is (sign == signal.SIGINT)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{OUTPUT}.pull", OUTPUT]
    assert (tmp_path / OUTPUT).read_text(encoding="utf-8") == "before"
    again = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert again.stdout.startswith(b"wrote ")
    assert told(json.loads((tmp_path / OUTPUT).read_text(encoding="utf-8"))) == truth_of(server)
    assert [path.name for path in tmp_path.iterdir()] == [OUTPUT]
