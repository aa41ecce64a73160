"""`import`: AWS's documents as the language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AT, Command, write

RULE = {"target_backup_vault_name": {"@@assign": "Main"}, "lifecycle": {"delete_after_days": {"@@assign": 35}}}
DAILY = json.dumps({"plans": {"daily": {"rules": {"nightly": RULE}}}})
DAILY_TEXT = """\
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 35 days
    }
  }
}
"""


def test_a_policy_is_named_by_its_file(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"daily.json": DAILY, "two words.json": DAILY})
    ran = policyengine("import", folder / "daily.json", folder / "two words.json")
    assert ran == (0, f'policy daily {{\n{DAILY_TEXT}\npolicy "two words" {{\n{DAILY_TEXT}', "")


def test_quiet_keeps_the_text(policyengine: Command, tmp_path: Path) -> None:
    text = '{"@@assign": "x", "plans": {}}'
    file = write(tmp_path, {"a.json": text}) / "a.json"
    ran = policyengine("import", file)
    assert (ran.code, ran.out) == (0, "policy a {}\n")
    assert ran.err.startswith("warning[PE142 content-not-imported]: ")
    assert policyengine("import", file, "--quiet") == (0, "policy a {}\n", "")


def test_to_a_file(policyengine: Command, tmp_path: Path) -> None:
    file, target = write(tmp_path, {"daily.json": DAILY}) / "daily.json", tmp_path / "daily.bpol"
    assert policyengine("import", file, "--output", target) == (0, "", "")
    assert target.read_text() == f"policy daily {{\n{DAILY_TEXT}"


def test_partitions(policyengine: Command, tmp_path: Path) -> None:
    role = {"@@assign": "arn:aws-cn:iam::$account:role/Backup"}
    tags = {"t": {"iam_role_arn": role, "tag_key": {"@@assign": "k"}, "tag_value": {"@@assign": ["v"]}}}
    document = {"plans": {"p": {"selections": {"tags": tags}}}}
    file = write(tmp_path, {"a.json": json.dumps(document)}) / "a.json"
    assert 'role = "arn:aws-cn:iam::$account:role/Backup"' in policyengine("import", file).out
    assert 'role = "Backup"' in policyengine("import", file, "--partition", "aws-cn").out


def test_two_files_of_one_stem(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"a/daily.json": DAILY, "b/Daily.json": DAILY})
    ran = policyengine("import", folder / "a/daily.json", folder / "b/Daily.json")
    assert (ran.code, ran.out) == (2, "")
    assert "would both become policy `Daily`: rename one of them" in ran.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "a: the document lacks `plans`"),
        ('{"plans": []}', "a: plans: "),
        ('{"plans": {', "a.json:1:12: expected a key in double quotes"),
        ('{"plans": NaN}', "a.json:1:11: expected a number, found `NaN`"),
        ('{"plans": {}, "plans": {}}', "a: plans: `plans` stands twice in one object"),
    ],
)
def test_what_aws_would_refuse_is_not_imported(policyengine: Command, tmp_path: Path, text: str, message: str) -> None:
    target = tmp_path / "a.bpol"
    ran = policyengine("import", write(tmp_path, {"a.json": text}) / "a.json", "--output", target)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert not target.exists()


def test_a_name_that_no_policy_can_have(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("import", write(tmp_path, {"a:b.json": DAILY}) / "a:b.json")
    assert (ran.code, ran.out) == (0, f'policy "a:b" {{\n{DAILY_TEXT}')
    assert ran.err.splitlines() == [
        "warning[PE141 invalid-policy-name]: `a:b` is not a name for a policy",
        "   = help: use 1 to 128 letters, digits, `_`, `-`, `.` and spaces, and no `.` at the start",
        "   = page: https://github.com/OWNER/policyengine/blob/main/docs/rules/invalid-policy-name.md",
        "",
    ]


def test_a_schedule_of_the_past_was_fine_once(policyengine: Command, tmp_path: Path) -> None:
    rule = {"schedule_expression": {"@@assign": "cron(0 5 1 * ? 2020)"}}
    text = json.dumps({"plans": {"p": {"rules": {"r": rule}}}})
    ran = policyengine("import", write(tmp_path, {"a.json": text}) / "a.json", "--at", AT)
    assert ran.code == 0
    assert 'schedule = cron("0 5 1 * ? 2020")' in ran.out


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("\u3164", '"\\u3164"'),
        ("a\u200bb", '"a\\u200bb"'),
        ("\U000e0061", '"\\udb40\\udc61"'),
        ("##[error]x", '"#\\u0023[error]x"'),
        ("語 é 👍", '"語 é 👍"'),
    ],
)
def test_what_nobody_sees_is_imported_as_escapes(
    policyengine: Command, tmp_path: Path, value: str, written: str
) -> None:
    tag = {"env": {"tag_key": {"@@assign": "env"}, "tag_value": {"@@assign": value}}}
    document = {"plans": {"daily": {"rules": {"nightly": {"recovery_point_tags": tag}}}}}
    file = write(tmp_path, {"a.json": json.dumps(document)}) / "a.json"
    ran = policyengine("import", file, "--output", tmp_path / "a.bpol")
    assert (ran.code, written in (tmp_path / "a.bpol").read_text(encoding="utf-8")) == (0, True)
    assert policyengine.json("compile", tmp_path).json["policies"]["a"] == document
