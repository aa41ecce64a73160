"""`compile`: AWS's documents, their sizes, files to deploy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AT, POLICY, Command, project_in

SMALL = 'policy a { plan p { rule r { vault = "V" } } }\n'
DOCUMENT = {"plans": {"p": {"rules": {"r": {"target_backup_vault_name": {"@@assign": "V"}}}}}}
MINIFIED = '{"plans":{"p":{"rules":{"r":{"target_backup_vault_name":{"@@assign":"V"}}}}}}'
ATTACHED = (
    'attach a to root\nattach a to ou "Shops/R\\\\/D"\nattach a to account "toys"\nattach a to account "111111111111"\n'
)
TARGETS = [
    {"kind": "root"},
    {"kind": "ou", "path": "Shops/R\\/D"},
    {"kind": "account", "id": None, "name": "toys", "path": None},
    {"kind": "account", "id": "111111111111", "name": None, "path": None},
]


def test_documents_sizes_and_attachments(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("compile", project_in(tmp_path, policy=SMALL + ATTACHED), "--at", AT)
    assert ran.code == 0
    assert ran.json == {
        "schema": "policyengine/compile/1",
        "at": "2026-09-13T07:00:00Z",
        "policies": {"a": DOCUMENT},
        "sizes": {"a": len(MINIFIED)},
        "attachments": [{"target": target, "policies": ["a"]} for target in TARGETS],
        "findings": [],
    }


def test_for_people(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("compile", project_in(tmp_path, policy=SMALL))
    assert ran == (0, f"a ({len(MINIFIED)} of 10,000 characters)\n{MINIFIED}\n", "")


def test_one_file_a_policy(policyengine: Command, tmp_path: Path) -> None:
    project, out = (
        project_in(tmp_path / "p", policy=SMALL + 'policy "b c" { }\nattach a, "b c" to root\n'),
        tmp_path / "x/y",
    )
    ran = policyengine("compile", project, "--out", out)
    assert ran == (0, f"a ({len(MINIFIED)} of 10,000 characters)\nb c (12 of 10,000 characters)\n", "")
    assert {file.name: json.loads(file.read_text()) for file in out.iterdir()} == {
        "a.json": DOCUMENT,
        "b c.json": {"plans": {}},
        "attachments.json": [{"target": {"kind": "root"}, "policies": ["a", "b c"]}],
    }
    assert (out / "a.json").read_text() == MINIFIED
    assert policyengine("compile", project, "--out", out, "--quiet") == (0, "", "")


@pytest.mark.parametrize("target", ["policy.bpol", "policy.bpol/deep"])
def test_a_folder_that_cannot_be_made(policyengine: Command, project: Path, target: str) -> None:
    ran = policyengine("compile", project, "--out", project / target)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {project / target}: cannot be made: ")


def test_no_snapshot_is_needed_nor_read(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("compile", project_in(tmp_path, organization="what: ever\n"))
    assert ran.code == 0


def test_the_partition_of_the_project(policyengine: Command, tmp_path: Path) -> None:
    config = '[project]\npartition = "aws-cn"\n'
    ran = policyengine.json("compile", project_in(tmp_path, policy=POLICY, config=config))
    selection = ran.json["policies"]["baseline"]["plans"]["daily"]["selections"]["tags"]["tagged"]
    assert selection["iam_role_arn"] == {"@@assign": "arn:aws-cn:iam::$account:role/Backup"}


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (SMALL.replace("vault", "vualt"), "unknown-setting"),
        (SMALL.replace('"V"', '"no vault"'), "malformed-vault-name"),
        (SMALL.replace("vault =", 'schedule = cron("0 5 * * * *")  vault ='), "schedule-invalid"),
    ],
)
def test_faults_write_no_files(policyengine: Command, tmp_path: Path, policy: str, name: str) -> None:
    project, out = project_in(tmp_path / "p", policy=policy), tmp_path / "out"
    ran = policyengine.json("compile", project, "--out", out)
    assert ran.code == 1
    assert [found["name"] for found in ran.json["findings"]] == [name]
    assert not out.exists()
    shown = policyengine("compile", project)
    assert shown.code == 1
    assert shown.out.endswith("\nfail: 1 error\n")
    assert MINIFIED[:10] not in shown.out


def test_a_document_that_is_too_long(policyengine: Command, tmp_path: Path) -> None:
    plans = "".join(f"  plan p{number} {{ regions = [eu-west-1, eu-central-1] }}\n" for number in range(200))
    ran = policyengine.json("compile", project_in(tmp_path, policy=f"policy a {{\n{plans}}}\n"))
    assert ran.code == 1
    assert "document-too-long" in [found["name"] for found in ran.json["findings"]]
    assert ran.json["sizes"]["a"] > 10_000


@pytest.mark.parametrize("name", ["attachments", "Attachments"])
def test_a_policy_that_takes_the_place_of_the_attachments(policyengine: Command, tmp_path: Path, name: str) -> None:
    project, out = project_in(tmp_path / "p", policy=f"policy {name} {{ }}\n"), tmp_path / "out"
    ran = policyengine("compile", project, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert "would be overwritten by attachments.json: rename it" in ran.err
    assert not out.exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/b", "..", "", ".hidden", "a\\\\b", "x" * 129])
def test_a_policy_named_like_a_path(policyengine: Command, tmp_path: Path, name: str) -> None:
    project, out = project_in(tmp_path / "p", policy=f'policy "{name}" {{ }}\n'), tmp_path / "deep" / "out"
    ran = policyengine.json("compile", project, "--out", out)
    assert ran.code == 1
    assert [found["name"] for found in ran.json["findings"]] == ["invalid-policy-name"]
    assert not (tmp_path / "deep").exists()


def test_nothing_to_compile(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("compile", tmp_path, "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "nothing to compile, no .bpol files" in ran.err
    empty = policyengine.json("compile", project_in(tmp_path, policy=""))
    assert (empty.code, empty.json["policies"]) == (0, {})
