"""What `validate` and `import` make of folders, and of our own files beside the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AT, POLICY, Command, Ran, project_in, write

ATTACHMENTS = '[{"target": {"kind": "root"}, "policies": ["baseline"]}]'
BOTH = pytest.mark.parametrize("command", ["validate", "import"])


def compiled(policyengine: Command, folder: Path) -> Path:
    """The folder that `compile --out` writes of a small project."""
    documents = folder / "documents"
    assert policyengine("compile", project_in(folder / "project"), "--out", documents).code == 0
    return documents


@BOTH
def test_our_attachments_are_left_out_and_named(policyengine: Command, tmp_path: Path, command: str) -> None:
    documents = compiled(policyengine, tmp_path)
    ran = policyengine(command, *sorted(documents.glob("*.json")), "--at", AT)
    assert ran.code == 0
    assert "baseline" in ran.out
    assert ran.err == (
        f"{command}: {documents / 'attachments.json'}: left out, it is no policy: `compile --out` writes into it where"
        " the policies are attached\n"
    )
    assert policyengine(command, *sorted(documents.glob("*.json")), "--at", AT, "--quiet").err == ""


@BOTH
def test_our_attachments_alone_leave_nothing(policyengine: Command, tmp_path: Path, command: str) -> None:
    file = compiled(policyengine, tmp_path) / "attachments.json"
    why = "it is no policy: `compile --out` writes into it where the policies are attached"
    assert policyengine(command, file) == (2, "", f"error: {file}: {why}; give the documents beside it\n")


@BOTH
def test_our_attachments_under_another_name(policyengine: Command, tmp_path: Path, command: str) -> None:
    ran = policyengine(command, write(tmp_path, {"where.json": ATTACHMENTS}) / "where.json")
    assert "expected an object, found the attachments that `compile --out` writes" in ran.out + ran.err
    assert "give the documents beside it" in ran.out + ran.err


def test_a_policy_may_be_called_attachments(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"attachments.json": '{"plans": {}}'})
    ran = policyengine("validate", folder / "attachments.json")
    assert (ran.code, ran.err) == (0, "")


def test_validate_takes_a_folder_as_import_does(policyengine: Command, tmp_path: Path) -> None:
    documents = compiled(policyengine, tmp_path)
    ran = policyengine("validate", documents, "--at", AT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{documents / 'baseline.json'}: admitted")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "the folder has no .json files" in policyengine("validate", empty).err


OF_ATTACHED = "AWS makes it of the attached policies: `policyengine compile --out DIR` writes those"
TO_COMPILE = "`policyengine compile --out DIR` writes the policies themselves"


@pytest.mark.parametrize(
    ("words", "arguments", "advice"),
    [
        ("output of `policyengine effective`", ("effective", "--all"), OF_ATTACHED),
        ("output of `policyengine compile`", ("compile",), "`--out DIR` writes each of its policies as a document"),
        ("output of `policyengine show`", ("show",), TO_COMPILE),
    ],
)
def test_our_own_outputs_are_told_by_their_schema(
    policyengine: Command, tmp_path: Path, words: str, arguments: tuple[str, ...], advice: str
) -> None:
    file = tmp_path / "given.json"
    policyengine(*arguments, "-C", project_in(tmp_path / "project"), "--format", "json", "--output", file)
    for command in ("validate", "import"):
        ran = policyengine(command, file)
        assert f"{words}, expected a backup policy" in said(ran)
        assert advice in said(ran)


def test_a_snapshot_in_yaml_is_told(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, organization="# ours\nversion: 1\nroot: {name: Root}\n")
    ran = policyengine("validate", project / "organization.yaml")
    assert "the text is a snapshot of an organization, expected the JSON of a backup policy" in said(ran)
    assert "`check --snapshot` judges it with all its policies" in said(ran)


def test_a_policy_file_is_told(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("import", write(tmp_path, {"a.bpol": POLICY}) / "a.bpol")
    assert "the text is a file of the policy language" in said(ran)


def said(ran: Ran) -> str:
    return " ".join(f"{ran.out}{ran.err}".split())
