"""How findings are known outside of the project: by files of the repository, by fingerprints that last."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.command import AT, POLICY, Command, project_in, write

from policyengine.base.source import Position
from policyengine.report.check.result import FilePlace

ONE = 'version: 1\nroot: {name: Root, accounts: [{id: "444444444444", name: alone}]}\n'


def uris(policyengine: Command, *arguments: str | Path) -> set[str]:
    """The files that a SARIF log points to."""
    run = policyengine("check", *arguments, "--at", AT, "--format", "sarif").json["runs"][0]
    places = [place["physicalLocation"]["artifactLocation"] for found in run["results"] for place in found["locations"]]
    return {place["uri"] for place in places}


def paths(policyengine: Command, *arguments: str | Path) -> set[str]:
    """The files that a Code Quality report points to."""
    report = policyengine("check", *arguments, "--at", AT, "--format", "gitlab").json
    return {entry["location"]["path"] for entry in report}


def in_repository(project: Path) -> None:
    """Leaves the fixture's `.git` as it is."""


def in_worktree(project: Path) -> None:
    """A worktree and a submodule have a file in place of the folder."""
    (project.parents[1] / ".git").rmdir()
    (project.parents[1] / ".git").write_text("gitdir: /elsewhere\n")


def at_the_top(project: Path) -> None:
    (project / ".git").mkdir()


def without_git(project: Path) -> None:
    (project.parents[1] / ".git").rmdir()


@pytest.mark.parametrize(
    ("repository", "prefix"),
    [(in_repository, "infra/backup/"), (in_worktree, "infra/backup/"), (at_the_top, ""), (without_git, "")],
)
def test_files_are_those_of_the_repository(
    policyengine: Command, project: Path, repository: Callable[[Path], None], prefix: str
) -> None:
    repository(project)
    expected = {f"{prefix}{name}" for name in ("backup.bpol", "baseline.json", "organization.yaml")}
    assert uris(policyengine, project) == paths(policyengine, project) == expected
    annotated = policyengine("check", project, "--at", AT, "--format", "github").out
    assert f"::error file={prefix}backup.bpol,line=7,endLine=7,col=7,title=PE601 vault-missing::" in annotated
    assert f'file="{prefix}backup.bpol"' in policyengine("check", project, "--at", AT, "--format", "junit").out
    assert "`backup.bpol:7`" in policyengine("check", project, "--at", AT, "--format", "markdown").out


def test_the_folder_that_a_command_is_called_from_does_not_matter(
    policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = uris(policyengine, project)
    for folder, argument in ((project.parent, "backup"), (project, "."), (project.parents[1], "infra/backup")):
        monkeypatch.chdir(folder)
        assert uris(policyengine, argument) == expected


def test_a_project_reached_by_a_link(policyengine: Command, project: Path, tmp_path: Path) -> None:
    expected = uris(policyengine, project)
    (tmp_path / "link").symlink_to(project)
    assert uris(policyengine, tmp_path / "link") == expected


def test_a_snapshot_that_is_pulled_to_elsewhere(
    policyengine: Command, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = write(tmp_path.parent / f"{tmp_path.name}-pulled", {"a b.yaml": ONE}) / "a b.yaml"
    (project / "backup.bpol").unlink()
    assert uris(policyengine, project, "--snapshot", outside) == {
        f"file://{outside.parent}/a%20b.yaml",
        "infra/backup/baseline.json",
    }
    assert paths(policyengine, project, "--snapshot", outside) == {str(outside), "infra/backup/baseline.json"}
    monkeypatch.chdir(write(tmp_path / "ci", {"s.yaml": ONE}))
    assert uris(policyengine, "-C", project, "--snapshot", "s.yaml") == {"ci/s.yaml", "infra/backup/baseline.json"}
    assert uris(policyengine, "--snapshot", "s.yaml") == {"ci/s.yaml"}


def test_files_beside_the_project(policyengine: Command, project: Path) -> None:
    write(project.parent, {"shared/s.bpol": "policy shared { pln }\n"})
    (project / "policyengine.toml").write_text('[project]\npolicies = ["../shared/*.bpol"]\n')
    assert uris(policyengine, project) == {"infra/shared/s.bpol"}


@pytest.mark.parametrize(
    ("name", "uri", "property_"),
    [
        ("a b#c?d%20.bpol", "a%20b%23c%3Fd%2520.bpol", "a b#c?d%2520.bpol"),
        ("c:d,e.bpol", "c%3Ad%2Ce.bpol", "c%3Ad%2Ce.bpol"),
        ("größe.bpol", "gr%C3%B6%C3%9Fe.bpol", "größe.bpol"),
        ("b\udcff.bpol", "b%5Cudcff.bpol", "b\\udcff.bpol"),
    ],
)
def test_names_of_files_are_escaped(policyengine: Command, tmp_path: Path, name: str, uri: str, property_: str) -> None:
    project = write(tmp_path, {name: "policy a { pln }\n"})
    assert uris(policyengine, project) == {uri}
    assert paths(policyengine, project) == {name.replace("\udcff", "\\udcff")}
    assert policyengine("check", project, "--format", "github").out.startswith(f"::error file={property_},line=1,")


@pytest.mark.parametrize(
    ("last", "line"),
    [
        (None, 3),
        (Position(3, 5), 3),
        (Position(3, 1), 3),
        (Position(4, 2), 4),
        (Position(4, 1), 3),
        (Position(9, 1), 8),
    ],
)
def test_a_stretch_ends_in_the_line_of_its_last_character(last: Position | None, line: int) -> None:
    assert FilePlace("a.bpol", Position(3, 1), last).last_line == line


def fingerprints(policyengine: Command, project: Path, *options: str) -> dict[str, str]:
    """The fingerprint of each finding, by code, path, and whether it counts; equal in SARIF and in GitLab's report."""
    run = policyengine("check", project, "--at", AT, "--format", "sarif", *options).json["runs"][0]
    entries = policyengine("check", project, "--at", AT, "--format", "gitlab", *options).json
    made = {}
    for result, entry in zip(run["results"], entries, strict=True):
        known_by = set(result["partialFingerprints"].values())
        assert known_by == {entry["fingerprint"]}
        standing = "covered" if result["suppressions"] else "counts"
        made[f"{result['ruleId']} {result['properties']['path'].rpartition('/')[2]} {standing}"] = known_by.pop()
    assert len(set(made.values())) == len(run["results"])
    return made


def lines_shift(project: Path) -> None:
    policy = project / "backup.bpol"
    policy.write_text(f"# one line more\n\n{policy.read_text()}")


def levels_change(project: Path) -> None:
    config = project / "policyengine.toml"
    config.write_text(config.read_text() + 'vault-missing = "warning"\npolicy-not-attached = "error"\n')


def an_account_comes(project: Path) -> None:
    organization = project / "organization.yaml"
    text = organization.read_text()
    organization.write_text(text.replace('{id: "333333333333"', '{id: "555555555555", name: new}, {id: "333333333333"'))


@pytest.mark.parametrize("change", [lines_shift, levels_change, an_account_comes])
def test_a_fingerprint_outlives_what_does_not_make_a_finding(
    policyengine: Command, project: Path, change: Callable[[Path], None]
) -> None:
    before = fingerprints(policyengine, project)
    change(project)
    assert fingerprints(policyengine, project) == before


def test_a_waiver_of_some_accounts_leaves_the_others_their_fingerprint(policyengine: Command, project: Path) -> None:
    split = fingerprints(policyengine, project)
    policy = project / "backup.bpol"
    policy.write_text(policy.read_text().partition("waive ")[0])
    whole = fingerprints(policyengine, project)
    name = "PE601 target_backup_vault_name"
    assert split.pop(f"{name} covered") != split[f"{name} counts"]
    assert split == whole


def test_a_waiver_of_all_accounts_keeps_the_fingerprint(policyengine: Command, project: Path) -> None:
    before = fingerprints(policyengine, project)["PE601 target_backup_vault_name counts"]
    policy = project / "backup.bpol"
    policy.write_text(policy.read_text().replace('for account "222222222222"', "for root"))
    assert fingerprints(policyengine, project)["PE601 target_backup_vault_name covered"] == before


def test_two_projects_of_a_repository_have_no_fingerprint_in_common(policyengine: Command, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    policy = POLICY.replace("attach", "# attach")
    one, two = (fingerprints(policyengine, project_in(tmp_path / name, policy=policy)) for name in ("one", "two"))
    assert one.keys() == two.keys()
    assert set(one.values()).isdisjoint(two.values())


def test_equal_findings_are_distinguished(policyengine: Command, tmp_path: Path) -> None:
    project = write(tmp_path, {"a.bpol": "policy a { pln }\npolicy b { pln }\n"})
    entries = json.loads(policyengine("check", project, "--format", "gitlab").out)
    assert len({entry["description"] for entry in entries}) < len(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
