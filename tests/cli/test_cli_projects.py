"""Which project and which snapshot a command works on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli.command import POLICY, SNAPSHOT, Command, project_in, write
from policyengine.project import find_policies

ONE = 'version: 1\nroot: {name: Root, accounts: [{id: "444444444444", name: alone}]}\n'


def names(policyengine: Command, *arguments: str | Path) -> list[str]:
    ran = policyengine.json("effective", "--all", *arguments)
    assert ran.code == 0
    return [account["name"] for account in ran.json["accounts"]]


@pytest.mark.parametrize("command", ["check", "show", "compile"])
def test_folder_as_argument_or_option(
    policyengine: Command, project: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = policyengine(command, project)
    assert told.code == 0
    assert policyengine(command, "-C", project) == told
    monkeypatch.chdir(project)
    assert policyengine(command) == told
    both = policyengine(command, project, "-C", project)
    assert both == (2, "", f"error: two folders are given, {project} and -C {project}: name one of them\n")


def test_upward_search_for_the_configuration(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, config='[gate]\nfail_on = "warning"\n', policy=POLICY.replace("attach", "# attach"))
    (project / "deep/er").mkdir(parents=True)
    ran = policyengine.json("check", project / "deep/er")
    assert (ran.code, ran.json["summary"]["accounts"]) == (1, 3)
    files = [found["location"]["file"] for found in ran.json["findings"] if found["location"]]
    assert files == ["policy.bpol"]


def test_without_a_configuration_the_folder_itself_is_the_project(policyengine: Command, project: Path) -> None:
    (project / "deep").mkdir()
    assert policyengine("check", project / "deep").code == 2
    write(project, {"deep/b.bpol": POLICY})
    assert policyengine.json("check", project / "deep").json["not_judged"] != []


def test_a_project_of_many_files(policyengine: Command, tmp_path: Path) -> None:
    rest = POLICY.partition("attach")[2]
    project = project_in(
        tmp_path,
        policy=POLICY.partition("attach")[0],
        **{"deep/attach.bpol": f"attach{rest}", ".hidden/broken.bpol": "?", ".broken.bpol": "?", "policy.txt": "?"},
    )
    assert policyengine("check", project).out.endswith("pass: 3 accounts, 1 policy: no findings\n")


@pytest.mark.parametrize(
    ("patterns", "seen"),
    [
        (["**/*.bpol"], ["a.bpol", "deep/b.bpol", "deep/er/c.bpol"]),
        (["*.bpol"], ["a.bpol"]),
        (["deep/**/*.bpol", "a.*"], ["a.bpol", "deep/b.bpol", "deep/er/c.bpol"]),
        (["*/b.bpol", "*/*/c.bpol"], ["deep/b.bpol", "deep/er/c.bpol", "link/b.bpol", "link/er/c.bpol"]),
        (["**/er/*"], ["deep/er/c.bpol"]),
        (["**/**/[ab].bpol"], ["a.bpol", "deep/b.bpol"]),
        (["link/*.bpol"], ["link/b.bpol"]),
        (["../sound/deep/*.bpol"], ["../sound/deep/b.bpol"]),
        (["**"], []),
        (["gone/*.bpol", "a.bpol/*", "gone.bpol"], []),
    ],
)
def test_patterns(tmp_path: Path, patterns: list[str], seen: list[str]) -> None:
    """A link to a folder is followed where a pattern has a part for it; `**` goes into real folders only."""
    names = ("a.bpol", "deep/b.bpol", "deep/er/c.bpol", ".d.bpol", "deep/.hidden/e.bpol")
    project = write(tmp_path / "sound", dict.fromkeys(names, ""))
    (project / "link").symlink_to("deep")
    (project / "deep" / "up").symlink_to("..")
    assert [file.relative_to(project).as_posix() for file in find_policies(project, patterns)] == seen


def test_a_folder_that_cannot_be_looked_into_is_not_passed_over(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_in(tmp_path / "project", **{"secret/b.bpol": "policy b {}", ".git/c.bpol": ""})
    look = os.scandir

    def refuse(folder: str | Path) -> object:
        if Path(folder).name in {"secret", ".git"}:
            raise PermissionError(13, "Permission denied", str(folder))
        return look(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    told = (2, "", f"error: {project / 'secret'}: permission denied\n")
    assert policyengine("check", project) == told
    assert policyengine("fmt", "--check", project) == told
    write(project, {"policyengine.toml": '[project]\npolicies = ["*.bpol"]\n'})
    assert policyengine("check", project).code == 0


def test_folders_within_folders_without_end(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project_in(tmp_path / "project"))
    for _ in range(1200):
        os.mkdir("d")  # noqa: PTH102 - no path reaches that far
        os.chdir("d")
    write(Path(), {"b.bpol": "?"})
    monkeypatch.chdir(tmp_path / "project")
    ran = policyengine("check")
    subprocess.run(["rm", "-r", "d"], check=True)  # Python itself goes no deeper than it calls
    assert (ran.code, "/d/b.bpol:1:1" in ran.out) == (1, True)


def test_policies_and_snapshot_that_the_configuration_names(policyengine: Command, tmp_path: Path) -> None:
    config = '[project]\norganization = "../shared/org.yml"\npolicies = ["live/*.bpol", "../shared/*.bpol"]\n'
    write(tmp_path, {"shared/org.yml": ONE, "shared/s.bpol": "policy shared { }\nattach shared to root\n"})
    project = write(tmp_path / "p", {"policyengine.toml": config, "live/a.bpol": POLICY.replace("attach", "#")})
    write(project, {"dead/b.bpol": "?"})
    assert list(policyengine.json("compile", project).json["policies"]) == ["shared", "baseline"]
    assert names(policyengine, "-C", project) == ["alone"]


@pytest.mark.parametrize("name", ["organization.yaml", "organization.yml", "organization.json"])
def test_names_of_a_snapshot(policyengine: Command, tmp_path: Path, name: str) -> None:
    root = {"name": "Root", "accounts": [{"id": "444444444444", "name": "alone"}]}
    write(tmp_path, {"a.bpol": POLICY, name: json.dumps({"version": 1, "root": root})})
    assert names(policyengine, "-C", tmp_path) == ["alone"]


@pytest.mark.parametrize("how", [["-C", "project"], ["project"]])
def test_a_snapshot_with_a_folder_replaces_the_projects(
    policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch, how: list[str]
) -> None:
    monkeypatch.chdir(write(project.parent, {"one.yaml": ONE}))
    assert policyengine("show", *how, "--snapshot", "one.yaml").out == (
        "Root <- baseline\n└── alone 444444444444  plans: daily\n"
    )


def test_a_snapshot_alone_reads_no_project(
    policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(project, {"one.yaml": ONE, "broken.bpol": "?", "policyengine.toml": "?"}))
    assert policyengine("show", "--snapshot", "one.yaml").out == "Root\n└── alone 444444444444  empty\n"
    assert policyengine("check", "--snapshot", "one.yaml").code == 0
    assert policyengine.json("effective", "alone", "--snapshot", "one.yaml").json["accounts"][0]["status"] == "empty"


def test_only_the_projects_attachments(policyengine: Command, tmp_path: Path) -> None:
    attached = SNAPSHOT.replace("  name: Root\n", "  name: Root\n  policies: [live]\n")
    organization = attached + "policies: {live: {content: {plans: {}}}}\n"
    project = project_in(tmp_path, organization=organization)
    assert policyengine("show", project).out.splitlines()[0] == "Root <- live, baseline"
    assert policyengine("show", project, "--only-project").out.splitlines()[0] == "Root <- baseline"


def test_policy_files_that_nobody_reads_are_told(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path)
    (project / "Finance.BPOL").write_text("policy finance {}", encoding="utf-8")
    (project / "policyengine.toml").write_text("[project]\npolicies = ['*.bpol', 'teams/*.bpol']\n", encoding="utf-8")
    ran = policyengine.json("check", project).json
    told = [(each["severity"], each["message"]) for each in ran["findings"] if each["name"] == "policy-file-unread"]
    assert told == [
        ("error", "`Finance.BPOL` is not read: it matches `[project] policies` but for capitals and small letters"),
        ("warning", "no file matches `teams/*.bpol`"),
    ]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("[project]\npolicies = ['no/*.bpol']\n", "policyengine.toml: project.policies: no file matches `no/*.bpol`"),
        (
            "[project]\npolicies = ['/etc/*']\n",
            "policyengine.toml: project.policies: `/etc/*` is no pattern; expected ",
        ),
        ("[project]\npolicies = ['**x']\n", "policyengine.toml: project.policies: `**x` is no pattern; expected "),
        ("[project]\npolicies = ['.']\n", "policyengine.toml: project.policies: `.` is no pattern; expected "),
        ("[project]\norganization = 'gone.yaml'\n", "gone.yaml: no such file or directory"),
        ("[project]\norganization = '.'\n", ": is a directory"),
        ('[project]\norganization = "\\u0000"\n', ": not a name that a file can have"),
        (f"[project]\norganization = '{'x' * 5000}'\n", ": file name too long"),
        (f"[project]\npolicies = ['{'x' * 5000}']\n", ": file name too long"),
        ("[project]\npartition = 'mars'\n", 'policyengine.toml:2: project.partition: expected "aws", '),
        ("[gate]\nfail_on = 'never'\n", "policyengine.toml:2: gate.fail_on: expected "),
        ("[gates]\n", "policyengine.toml:1: gates: unknown table `gates`; did you mean `gate`?"),
        ("[checks]\noperator-bloked = 'off'\n", "did you mean `operator-blocked`?"),
        ("x =\n", "policyengine.toml:1: this is not TOML: "),
    ],
)
def test_a_faulty_configuration(policyengine: Command, tmp_path: Path, config: str, message: str) -> None:
    ran = policyengine("check", project_in(tmp_path, config=config), "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


KINDS = {"policy.bpol": "a policy file", "organization.yaml": "a snapshot", "policyengine.toml": "a configuration"}


@pytest.mark.parametrize("name", KINDS)
def test_a_link_that_leads_nowhere_is_not_passed_over(policyengine: Command, project: Path, name: str) -> None:
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to("gone")
    ran = policyengine("check", project)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{name}: no such file or directory, expected {KINDS[name]}\n")


@pytest.mark.parametrize("name", ["organization.yaml", "policyengine.toml"])
def test_a_folder_in_place_of_a_file(policyengine: Command, project: Path, name: str) -> None:
    (project / name).unlink(missing_ok=True)
    (project / name).mkdir()
    ran = policyengine("check", project)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{name}: is a directory, expected {KINDS[name]}\n")


def test_what_is_no_folder(policyengine: Command, project: Path) -> None:
    file, gone = project / "policy.bpol", project / "gone"
    assert policyengine("check", file).err == f"error: {file}: this is a file, expected the folder of a project\n"
    assert (
        policyengine("check", gone).err
        == f"error: {gone}: no such folder; `policyengine init {gone}` writes a project there\n"
    )
    assert policyengine("check", "x" * 5000).err.endswith("file name too long\n")


def test_a_file_that_may_not_be_read(policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, system_open = project / "policy.bpol", os.open

    def refuse(path: str | Path, *arguments: int, **options: int) -> int:
        if path == file:
            raise PermissionError(13, "Permission denied", str(path))
        return system_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    ran = policyengine("check", project)
    assert ran == (2, "", f"error: {project / 'policy.bpol'}: permission denied, expected a policy file\n")


def test_two_snapshots_are_one_too_many(policyengine: Command, tmp_path: Path) -> None:
    write(tmp_path, {"organization.yaml": "version: 1\nroot: {name: R}\n", "organization.json": "{}"})
    ran = policyengine("check", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "organization.yaml and organization.json are both here; name one in policyengine.toml" in ran.err


def test_strict_wants_a_snapshot(policyengine: Command, tmp_path: Path) -> None:
    write(tmp_path, {"a.bpol": "policy a { }\n"})
    assert policyengine("check", tmp_path).code == 0
    strict = policyengine.json("check", tmp_path, "--strict")
    assert (strict.code, strict.json["verdict"]) == (1, "fail")


def test_files_of_a_folder(policyengine: Command, tmp_path: Path) -> None:
    write(tmp_path, {"a.json": '{"plans": {}}'})
    assert policyengine.json("validate", "a.json", "-C", tmp_path).json["documents"][0]["admitted"] is True
    imported = policyengine.json("import", "a.json", "-C", tmp_path)
    assert imported.json == {"schema": "policyengine/import/1", "policies": {"a": "policy a {}\n"}, "findings": []}


def test_init_says_what_it_wrote(policyengine: Command, tmp_path: Path) -> None:
    written = policyengine.json("init", tmp_path).json["written"]
    assert [Path(name).name for name in written] == ["policyengine.toml", "organization.yaml", "backup.bpol"]
