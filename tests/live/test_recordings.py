"""Recordings: a replay gives the redacted pull, and nothing of the organization's names and ids is in the files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_aws import ROLE_IN_MEMBERS
from generators.organizations import CROWDED, PLAIN, WILD, Profile
from live.pull_bed import NOW, SHOP, Bed, QuickClock, bed
from live.test_pulling_from_the_fake import generated

from policyengine.aws.facts.api_operations import LIST_BACKUP_VAULTS
from policyengine.files import write_folder
from policyengine.live import LiveError, Pace, PullOptions, read_organization
from policyengine.live.answers import Answer, Api, ApiRequest
from policyengine.live.recordings import Recorder, Recording
from policyengine.live.redaction import Redaction

OWN = ["shop", "ledger", "Workloads", "Reversed", "baseline", "first", "second", "Main", "Own", "für", "prod", SHOP]


@pytest.fixture(scope="module")
def beds() -> Iterator[Bed]:
    with bed() as made:
        yield made


def pulled(api: Api) -> dict[str, Any]:
    options = PullOptions(role=ROLE_IN_MEMBERS)
    return read_organization(api, options, Pace(budget=900), now=NOW, clock=QuickClock()).snapshot


def in_any_order(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A value whose lists are sorted: names have another order than what stands for them."""
    if isinstance(value, dict):
        return {key: in_any_order(child) for key, child in value.items()}
    if isinstance(value, list):
        return sorted((in_any_order(item) for item in value), key=json.dumps)
    return value


@pytest.fixture(scope="module")
def recorded(beds: Bed, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Redaction, Path]:
    beds.aws.restart()
    recorder, redaction = Recorder(beds.api), Redaction()
    snapshot = pulled(recorder)
    folder = tmp_path_factory.mktemp("record")
    write_folder(folder, recorder.files(redaction))
    return snapshot, redaction, folder


def test_a_replay_gives_the_redacted_pull(recorded: tuple[dict[str, Any], Redaction, Path]) -> None:
    snapshot, redaction, folder = recorded
    again = pulled(Recording(folder))
    told = {key: value for key, value in snapshot.items() if key != "pulled"}
    assert again["pulled"]["calls"] == snapshot["pulled"]["calls"]
    assert in_any_order({key: again[key] for key in told}) == in_any_order(redaction.value(told))


def wrong_with_a_replay(beds: Bed, seed: int, profile: Profile, folder: Path) -> list[str]:
    """What a replay of a generated organization has otherwise than the redacted pull, and what it gives away."""
    beds.aws.restart(generated(seed, profile))
    recorder, redaction = Recorder(beds.api), Redaction()
    told = {key: value for key, value in pulled(recorder).items() if key != "pulled"}
    files = recorder.files(redaction)
    write_folder(folder, files)
    again = pulled(Recording(folder))
    redacted = redaction.value(told)
    wrong = [key for key in told if in_any_order(again.get(key)) != in_any_order(redacted[key])]
    state, text = beds.aws.state, "".join(files.values())
    names = {*state.accounts, *state.units, state.organization, *(policy.id for policy in state.policies.values())}
    given = {redaction.text(name) for name in names}  # accounts have small numbers before, too
    return wrong + [name for name in sorted(names - given) if name in text]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_replay_of_a_generated_organization_gives_the_redacted_pull(beds: Bed, tmp_path: Path, seed: int) -> None:
    assert wrong_with_a_replay(beds, seed, PLAIN, tmp_path) == []


@pytest.mark.scale
@pytest.mark.parametrize("seed", range(10, 16))
@pytest.mark.parametrize("profile", [PLAIN, WILD, CROWDED], ids=["plain", "wild", "crowded"])
def test_many_replays_give_the_redacted_pull(beds: Bed, tmp_path: Path, profile: Profile, seed: int) -> None:
    assert wrong_with_a_replay(beds, seed, profile, tmp_path) == []


def test_nothing_of_the_organization_is_in_the_files(recorded: tuple[dict[str, Any], Redaction, Path]) -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in recorded[2].iterdir())
    assert [name for name in OWN if re.search(rf"\b{name}\b", texts)] == []
    assert "SecretAccessKey" not in texts


def test_a_replay_needs_no_redaction_to_be_recorded_again(
    recorded: tuple[dict[str, Any], Redaction, Path], tmp_path: Path
) -> None:
    recorder = Recorder(Recording(recorded[2]))
    first = pulled(recorder)
    write_folder(tmp_path, recorder.files())
    assert in_any_order(pulled(Recording(tmp_path))).keys() == first.keys()


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("arn:aws:iam::222222222222:role/Ops", "arn:aws:iam::000000000001:role/Name2"),
        ("cron(0 5 ? * MON-FRI *)", "cron(0 5 ? * MON-FRI *)"),
        ("backup:DeleteRecoveryPoint", "backup:DeleteRecoveryPoint"),
        ("eve@corp.example", "mail000001@example.com"),
        ('{"plans":{"Daily":{"regions":{"@@assign":["eu-west-1"]}}}}',) * 2,
        ("daily Daily", "name1 Name1"),
        ("enabled FULL_SCAN ALL", "enabled FULL_SCAN ALL"),
        ("2026-12-01T06:30:00Z", "2026-12-01T06:30:00Z"),
        ("o-abcdefghij", "o-0000000001"),
    ],
)
def test_words(text: str, redacted: str) -> None:
    redaction = Redaction()
    for known in ("daily", "Daily", "Ops", "222222222222", "eve@corp.example", "o-abcdefghij"):
        redaction.learn(known)
    assert redaction.text(text) == (redacted.replace("Daily", "Name1") if text.startswith("{") else redacted)


@pytest.mark.parametrize(
    "text",
    [
        "@@eve",
        "@@assign@eve",
        "cron(EVE SMITH)",
        "cron(0 5 ? * EVE *)",
        "user:Smith",
        "name:Eve",
        "backup:EveSmith",
        "backup:Eve*",
        "111111111111-222222222222",
        "1111-2222-3333",
        "123456-789012",
        "+49.30.1234567",
        "0301234567",
        "10.20.30.40",
        ' \n{"a": "b", "name-of-eve": 1}',
        '{"plans": {"x": {"tag_value": 111111111111}}}',
        '{"AWS": "{\\"a\\": \\"eve-corp\\"}"}',
        "eve+backup@corp.example",
        "<eve@corp.example>",
        "https://eve.corp.example/a?b=c&d=e",
    ],
)
def test_nothing_that_people_wrote_stays(text: str) -> None:
    redaction = Redaction()
    redaction.learn(text)
    redacted = redaction.text(text)
    own = r"(?i)eve|smith|corp|1111|2222|3333|1234|7890|301|20\.30"
    assert re.findall(own, redacted.replace("mail000001@example.com", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "@@operators_allowed_for_child_policies",
        "cron(15/30 0-6 ? JAN,MAR MON#2,6L *)",
        "cron(0 5 L-3W * ? 2026-2030)",
        "backup:CopyIntoBackupVault",
        "backup:Delete*",
        "backup:*",
        "sts:AssumeRole",
        "aws:PrincipalOrgID",
        "2026-12-01T06:30:00.123456+00:00",
        "36500",
        "-1",
        "2012-10-17",
    ],
)
def test_what_aws_says_stays(text: str) -> None:
    redaction = Redaction()
    redaction.learn(text)
    assert redaction.text(text) == text


def test_a_region_that_is_none_of_ours_has_one_name(tmp_path: Path) -> None:
    class Answers:
        def answer(self, request: ApiRequest) -> Answer:
            assert request.region == "eve-region-1"
            return {"BackupVaultList": [{"BackupVaultName": "eve-region-1"}]}

    recorder = Recorder(Answers())
    recorder.answer(ApiRequest(LIST_BACKUP_VAULTS, {}, "eve-region-1"))
    files = recorder.files()
    write_folder(tmp_path, files)
    (line,) = json.loads(files["backup.ListBackupVaults.json"])
    assert line["region"] == line["answer"]["BackupVaultList"][0]["BackupVaultName"] == "name1"
    assert Recording(tmp_path).answer(ApiRequest(LIST_BACKUP_VAULTS, {}, "name1")) == line["answer"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON, expected a list of calls"),
        ("[1]", "expected a list of calls, each with its `parameters`"),
        ('[{"parameters": {}, "answer": {"Roots": 1}}]', "the answer is not what botocore describes, expected a list"),
        ('[{"parameters": {}, "answer": {"Secret": 1}}]', "botocore describes no `Secret` there"),
    ],
)
def test_what_aws_does_not_answer_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "organizations.ListRoots.json").write_text(content, encoding="utf-8")
    with pytest.raises(LiveError, match=re.escape(message)):
        Recording(tmp_path)


def test_a_folder_without_a_recording(tmp_path: Path) -> None:
    with pytest.raises(LiveError, match="there is no recording"):
        Recording(tmp_path)
