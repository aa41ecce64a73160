"""`export`: files for other tools, and an account's plans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AT, Command, write


def test_terraform_in_a_folder(policyengine: Command, project: Path, tmp_path: Path) -> None:
    ran = policyengine("export", "terraform", project, "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (0, f"2 files written to {tmp_path / 'out'}\n")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["baseline.json", "main.tf"]


def test_without_a_folder_the_main_file_is_printed(policyengine: Command, project: Path) -> None:
    assert policyengine("export", "terraform", "-C", project).out.startswith('variable "root_id" {')
    assert json.loads(policyengine("export", "cloudformation", project).out)["Resources"].keys() == {"Baseline"}


def test_import_files(policyengine: Command, project: Path, tmp_path: Path) -> None:
    policyengine("export", "cloudformation", project, "--import", "--out", tmp_path)
    assert sorted(file.name for file in tmp_path.glob("*.json")) == ["resources-to-import.json", "template.json"]


def test_what_has_no_id_is_named(policyengine: Command, tmp_path: Path) -> None:
    tree = (
        "version: 1\nroot: {name: Root}\npolicies:\n  a: {id: p-1, content: {plans: {}}}\n  b: {content: {plans: {}}}\n"
    )
    snapshot = write(tmp_path, {"organization.yaml": tree}) / "organization.yaml"
    for tool in ("terraform", "cloudformation"):
        ran = policyengine("export", tool, "--snapshot", snapshot, "--import", "--out", tmp_path / tool)
        assert (ran.code, ran.out.partition(" ")[2]) == (0, f"files written to {tmp_path / tool}\n")
        assert ran.err == "export: `b`: not adopted, there is no `id` in the snapshot; `pull` reads the ids\n"


def test_a_number_that_is_none_in_what_aws_publishes(policyengine: Command, tmp_path: Path) -> None:
    rule = {"lifecycle": {"delete_after_days": "${x}"}, "target_backup_vault_name": "V"}
    tree = {
        "version": 1,
        "root": {"name": "Root", "policies": ["p"], "accounts": [{"id": "222222222222", "name": "books"}]},
        "policies": {"p": {"content": {"plans": {"a": {"regions": {"@@assign": ["eu-west-1"]}}}}}},
        "last_valid": {"222222222222": {"plans": {"a": {"regions": ["eu-west-1"], "rules": {"r": rule}}}}},
    }
    snapshot = write(tmp_path, {"organization.json": json.dumps(tree)}) / "organization.json"
    ran = policyengine("export", "backup-plan", "books", "--region", "eu-west-1", "--snapshot", snapshot)
    assert (ran.code, ran.out) == (2, "")
    assert "what AWS publishes for the account has `${x}` for a number" in ran.err


def test_plans_of_an_account_come_back_as_a_policy(policyengine: Command, project: Path, tmp_path: Path) -> None:
    ran = policyengine("export", "backup-plan", "books", "--region", "eu-west-1", "-C", project, "--at", AT)
    plans = write(tmp_path, {"plans.json": ran.out}) / "plans.json"
    assert json.loads(ran.out)[0]["BackupPlan"]["BackupPlanName"] == "daily"
    again = policyengine("import", plans, "--region", "eu-west-1")
    assert (again.code, "plan daily {" in again.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("backup-plan",), "name an account and its Region: `export backup-plan ACCOUNT --region R`"),
        (
            ("backup-plan", "books", "--region", "eu-west-9"),
            "`books`: no plan runs in `eu-west-9`; its plans run in `eu",
        ),
        (("backup-plan", "*", "--region", "eu-west-1"), "`*`: 3 accounts match, expected one"),
        (
            ("backup-plan", "books", "--region", "eu-west-1", "--only-project"),
            "--only-project: `export backup-plan` has no such option",
        ),
        (("backup-plan", "books", "--import"), "--import: `export backup-plan` has no such option"),
        (("terraform", "--region", "eu-west-1"), "--region: `export terraform` has no such option"),
    ],
)
def test_misuse(policyengine: Command, project: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = policyengine("export", *arguments, "-C", project)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_what_does_not_compile_is_not_exported(policyengine: Command, project: Path, tmp_path: Path) -> None:
    write(project, {"more.bpol": "policy broken { plan x { regions = 3 } }\n"})
    ran = policyengine("export", "terraform", project, "--out", tmp_path / "out")
    assert ran.code == 1
    assert "fail: 1 error" in ran.out
    assert not (tmp_path / "out").exists()


def test_what_aws_refuses_is_not_exported(policyengine: Command, project: Path) -> None:
    long = "x" * 10_000
    write(project, {"more.bpol": f'policy long {{ plan x {{ plan_tags {{ a = "{long}" }} }} }}\n'})
    assert policyengine("export", "cloudformation", project).code == 1


def test_nothing_to_export(policyengine: Command, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty", {"organization.yaml": "version: 1\nroot: {name: Root}\n"})
    ran = policyengine("export", "terraform", empty)
    assert ran.code == 2
    assert ran.err.endswith("nothing to export, no policies\n")


def test_imports_of_an_earlier_export_are_left_and_named(policyengine: Command, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    policyengine("export", "terraform", project, "--import", "--out", out)
    before = (out / "imports.tf").read_text()
    assert policyengine("export", "terraform", project, "--import", "--out", out).err.count("imports.tf") == 0
    ran = policyengine("export", "terraform", project, "--out", out)
    assert (ran.code, ran.err.count("\n"), (out / "imports.tf").read_text()) == (0, 1, before)
    assert ran.err.startswith(f"export: {out / 'imports.tf'}: left from an export with `--import`; remove it once")
    assert policyengine("export", "terraform", project, "--out", out, "--quiet").err == ""
