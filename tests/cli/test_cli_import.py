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


def test_a_folder_that_compile_wrote(policyengine: Command, tmp_path: Path) -> None:
    text = f"policy daily {{\n{DAILY_TEXT}"
    folder, out = write(tmp_path, {"p/a.bpol": f"{text}\nattach daily to root\n"}), tmp_path / "documents"
    assert policyengine("compile", folder / "p", "--out", out).code == 0
    assert policyengine("import", out) == (0, text, "")
    # One of that name which is a policy is one.
    (out / "attachments.json").write_text(DAILY)
    assert policyengine("import", out).out.startswith("policy attachments {")


def test_a_folder_is_its_documents(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"documents/b.json": DAILY, "documents/a.json": DAILY, "documents/notes.txt": "no policy"})
    ran = policyengine("import", folder / "documents")
    assert ran == (0, f"policy a {{\n{DAILY_TEXT}\npolicy b {{\n{DAILY_TEXT}", "")
    (tmp_path / "empty").mkdir()
    ran = policyengine("import", tmp_path / "empty")
    assert (ran.code, ran.out) == (2, "")
    assert "no policy documents, the folder has no .json files" in ran.err


def test_an_answer_of_describe_policy_is_unwrapped(policyengine: Command, tmp_path: Path) -> None:
    answer = {"Policy": {"PolicySummary": {"Name": "daily", "Description": "All of it"}, "Content": DAILY}}
    file = write(tmp_path, {"answer.json": json.dumps(answer)}) / "answer.json"
    assert policyengine("import", file) == (0, f'policy daily "All of it" {{\n{DAILY_TEXT}', "")
    answer["Policy"]["Content"] = "{"
    file = write(tmp_path, {"answer.json": json.dumps(answer)}) / "answer.json"
    ran = policyengine("import", file)
    assert (ran.code, ran.out) == (2, "")
    assert "in its `Content`:1:2: " in ran.err


@pytest.mark.parametrize("name", ["organization.json", "organization.yaml"])
def test_a_snapshot_is_its_policies(policyengine: Command, tmp_path: Path, name: str) -> None:
    policies = {"daily": {"content": DAILY}, "same": {"content": json.loads(DAILY)}}
    snapshot = {"version": 1, "root": {"name": "Root"}, "policies": policies}
    file = write(tmp_path, {name: json.dumps(snapshot)}) / name
    assert policyengine("import", file) == (0, f"policy daily {{\n{DAILY_TEXT}\npolicy same {{\n{DAILY_TEXT}", "")


def test_a_snapshot_without_policies_has_none_to_import(policyengine: Command, tmp_path: Path) -> None:
    file = write(tmp_path, {"organization.yaml": "version: 1\nroot: {name: Root}\n"}) / "organization.yaml"
    ran = policyengine("import", file)
    assert (ran.code, ran.out) == (2, "")
    assert "the snapshot has no policies" in ran.err


def test_a_policy_in_yaml_is_told_what_aws_takes(policyengine: Command, tmp_path: Path) -> None:
    text = "# daily\n---\nplans:\n  daily:\n    regions: {'@@assign': [eu-west-1]}\n"
    file = write(tmp_path, {"daily.yaml": text}) / "daily.yaml"
    fault = "the text is YAML, expected the JSON of a backup policy; AWS takes JSON: write the same as JSON"
    assert policyengine("import", file) == (2, "", f"error: {file}:1:1: {fault}\n")


def test_out_writes_a_file_for_each_policy(policyengine: Command, tmp_path: Path) -> None:
    folder, out = write(tmp_path, {"two words.json": DAILY, "daily.json": DAILY}), tmp_path / "policies"
    files = [folder / "two words.json", folder / "daily.json"]
    assert policyengine("import", *files, "--out", out) == (0, f"2 policies written to {out}\n", "")
    assert sorted(file.name for file in out.iterdir()) == ["daily.bpol", "two words.bpol"]
    assert (out / "daily.bpol").read_text() == f"policy daily {{\n{DAILY_TEXT}"
    ran = policyengine("import", *files, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert "two words.bpol: it exists already; remove it, or name another folder" in ran.err


def test_out_takes_no_name_for_a_path(policyengine: Command, tmp_path: Path) -> None:
    snapshot = {"version": 1, "root": {"name": "Root"}, "policies": {"../daily": {"content": DAILY}}}
    file = write(tmp_path, {"organization.json": json.dumps(snapshot)}) / "organization.json"
    ran = policyengine("import", file, "--out", tmp_path / "policies")
    assert (ran.code, ran.out) == (2, "")
    assert "policy `../daily`: no file can have this name; import it without --out" in ran.err
    assert not (tmp_path / "daily.bpol").exists()


def test_out_follows_no_link(policyengine: Command, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "policies", tmp_path / "elsewhere"
    out.mkdir()
    (out / "daily.bpol").symlink_to(elsewhere)
    ran = policyengine("import", write(tmp_path, {"daily.json": DAILY}) / "daily.json", "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert "daily.bpol: it exists already" in ran.err
    assert not elsewhere.exists()


def test_out_is_not_passed_over_for_a_format(policyengine: Command, tmp_path: Path) -> None:
    file = write(tmp_path, {"daily.json": DAILY}) / "daily.json"
    ran = policyengine("import", file, "--out", tmp_path / "policies", "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "leave out --out or --format" in ran.err


def test_names_of_a_snapshot_that_differ_in_case_only(policyengine: Command, tmp_path: Path) -> None:
    """Where file systems do not tell case, the second would take the place of the first."""
    policies = {name: {"content": DAILY} for name in ("daily", "Daily")}
    snapshot = {"version": 1, "root": {"name": "Root"}, "policies": policies}
    ran = policyengine("import", write(tmp_path, {"o.json": json.dumps(snapshot)}) / "o.json")
    assert (ran.code, ran.out) == (2, "")
    assert "o.json: policies `daily` and `Daily` are one name in a project" in ran.err


def test_names_in_refusals_break_no_line(policyengine: Command, tmp_path: Path) -> None:
    text = json.dumps({"plans": {"a\n::error::b": {}}})
    ran = policyengine("import", write(tmp_path, {"a.json": text}) / "a.json")
    assert ran.code == 2
    assert all(line.startswith("error: a: ") for line in ran.err.splitlines())


def test_templates_are_written_when_asked_for(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"raw/daily.json": DAILY, "raw/templates.json": DAILY})
    plain = policyengine("import", folder / "raw").out
    assert "template" not in plain.replace("policy templates", "")
    asked = policyengine("import", folder / "raw", "--templates").out
    assert asked.startswith("template policy shared {\n")
    assert asked.endswith("policy daily like shared\npolicy templates like shared\n")
    found = policyengine.json("import", folder / "raw", "--templates").json
    assert found["policies"] == {"daily": "policy daily like shared\n", "templates": "policy templates like shared\n"}
    assert found["templates"].startswith("template policy shared {\n")
    assert policyengine("import", folder / "raw", "--templates", "--out", folder / "out").code == 0
    assert sorted(file.name for file in (folder / "out").iterdir()) == [
        "daily.bpol",
        "templates-2.bpol",
        "templates.bpol",
    ]
    compiled = policyengine.json("compile", folder / "out").json["policies"]
    assert compiled["daily"] == compiled["templates"]
