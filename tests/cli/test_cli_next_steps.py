"""What ends a command with exit code 2 says what was found, what was expected, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import SNAPSHOT, Command, project_in, write

SHOW = "`policyengine show` lists what there is"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("effective nobody", f"nobody: no such account; {SHOW}"),
        ("explain nobody", f"nobody: no such account; {SHOW}"),
        ("schedule nobody", f"nobody: no such account; {SHOW}"),
        ("check --account Nowhere/x", f"Nowhere/x: no such account; {SHOW}"),
        ("explain toys nope", "nope: toys has no value there; `policyengine explain 333333333333` shows all values"),
        (
            "explain toys plans/dail",
            "plans/dail: toys has no value there; did you mean `plans/daily/regions`?",
        ),
        ("rules nope", "nope: no such check or pack; `policyengine rules` lists them"),
        (
            "schedule toys --days soon",
            "invalid value for '--days': expected a whole number; see `policyengine schedule",
        ),
        (
            "check --snapshot organisation.yaml",
            "no such file or directory, expected a snapshot; did you mean `organiza",
        ),
        ("check --snapshot empty", "empty: is a directory, expected a snapshot"),
        ("check --snapshot effective.json", "the file is output of `policyengine effective`; expected a mapping with"),
        ("check --snapshot document.json", "the file is a backup policy; expected a mapping with `version` and `root`"),
        ("check --snapshot gone/a.yaml", "no such file or directory, expected a snapshot; there is no folder gone"),
        ("validate documnet.json", "expected a policy document; did you mean `document.json`?"),
        ("import text.txt", "expected a value, found `h`; a policy begins with"),
        ("import cut.json", "found the end of the text; the text ends too soon: fetch it, or save it, once more"),
        ("fmt polcy.bpol", "no such file or folder, expected policy files; did you mean `policy.bpol`?"),
        ("check projct", "projct: no such folder; `policyengine init projct` writes a project there"),
        ("check emty", "emty: no such folder; did you mean `empty`?"),
        ("coverage --inventory documnet.json", "expected an inventory; did you mean `document.json`?"),
        ("cost --usage gone.json", "gone.json: no such file or directory, expected a usage file"),
        (
            "controls --framework empty",
            "empty: is a directory, expected a framework, as `aws backup describe-framework",
        ),
        ("alarms --check empty", "empty: is a directory, expected a template"),
        ("compile --out text.txt", "text.txt: cannot be made: file exists; name a folder"),
        ("init .", "policyengine.toml is there already; `init` overwrites nothing: name another folder"),
    ],
)
def test_what_to_do_is_said(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, message: str
) -> None:
    project = project_in(tmp_path, config="")
    policyengine("effective", "--all", "-C", project, "--format", "json", "--output", project / "effective.json")
    write(project, {"document.json": '{"plans": {}}', "text.txt": "hello\n", "cut.json": '{"plans": '})
    (project / "empty").mkdir()
    monkeypatch.chdir(project)
    ran = policyengine(*arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_an_account_without_any_value(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy="policy unused { plan daily { regions = [eu-west-1] } }\n")
    ran = policyengine("explain", "toys", "plans/daily", "-C", project)
    assert ran.err == "error: plans/daily: toys has no values: its effective policy is empty, or withheld\n"


def test_an_organization_without_backup_policies(policyengine: Command, tmp_path: Path) -> None:
    off = "backup policies are not enabled in this organization"
    snapshot = f"{SNAPSHOT}organization: {{backup_policies_enabled: false}}\n"
    project = project_in(tmp_path / "project", organization=snapshot)
    ran = policyengine("explain", "toys", "plans/daily", "-C", project)
    assert ran == (2, "", f"error: plans/daily: toys has no values: {off}\n")
    ran = policyengine("export", "backup-plan", "toys", "--region", "eu-west-1", "-C", project)
    assert ran == (2, "", f"error: `toys`: {off}, so it has no plans\n")
    ran = policyengine("alarms", project, "--out", tmp_path / "alarms")
    assert ran == (0, f"0 templates\n\nnote: {off}, so that no plan runs\n", "")
