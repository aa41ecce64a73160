"""`validate`: AWS's verdict on raw documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AT, Command, write

GOOD = '{"plans": {}}'
UNKNOWN = '{"plans": {"p": {"rules": {"r": {"lifecycle": {"to_delete_after_days": {"@@assign": "30"}}}}}}}'
ENDS = '{"plans": {"p": {"rules": {"r": {"schedule_expression": {"@@assign": "cron(0 5 1 * ? 2027)"}}}}}}'


def test_each_file_with_its_findings(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, {"good.json": GOOD, "bad.json": UNKNOWN}))
    ran = policyengine.json("validate", "good.json", "bad.json", "--at", AT)
    assert ran.code == 1
    good, bad = ran.json["documents"]
    assert good == {"file": "good.json", "admitted": True, "size": 13, "findings": []}
    assert (bad["file"], bad["admitted"]) == ("bad.json", False)
    (found,) = bad["findings"]
    assert found["name"] == "unknown-key"
    assert found["path"] == "plans/p/rules/r/lifecycle/to_delete_after_days"
    assert found["help"] == "did you mean `delete_after_days`?"


def test_for_people(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, {"good.json": GOOD, "bad.json": UNKNOWN}))
    assert policyengine("validate", "good.json") == (0, "good.json: admitted (13 characters)\n", "")
    ran = policyengine("validate", "bad.json")
    assert ran.code == 1
    assert ran.out.startswith("bad.json: refused (95 characters)\nerror[")
    assert policyengine("validate", "bad.json", "--quiet") == (1, "", "")


@pytest.mark.parametrize(("at", "code"), [("2027-01-15", 0), ("2028-01-15", 1)])
def test_the_clock_matters(policyengine: Command, tmp_path: Path, at: str, code: int) -> None:
    ran = policyengine.json("validate", write(tmp_path, {"a.json": ENDS}) / "a.json", "--at", at)
    assert (ran.code, ran.json["at"]) == (code, f"{at}T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "unreadable-document", "expected"),
        ("[]", "unreadable-document", "expected an object, found a list"),
        ('{"plans": {', "unreadable-document", "(line 1, column 12)"),
        ('{"plans": {}, "plans": {}}', "duplicate-key", "`plans` stands twice"),
        ('{"plans": {"a": {}, "A": {}}}', "keys-differ-only-by-case", ""),
    ],
)
def test_text_that_is_no_document(policyengine: Command, tmp_path: Path, text: str, name: str, message: str) -> None:
    ran = policyengine.json("validate", write(tmp_path, {"a.json": text}) / "a.json")
    assert ran.code == 1
    (found,) = ran.json["documents"][0]["findings"]
    assert found["name"] == name
    assert message in found["message"]


def test_a_file_that_is_not_there(policyengine: Command, tmp_path: Path) -> None:
    good = write(tmp_path, {"good.json": GOOD}) / "good.json"
    ran = policyengine("validate", good, tmp_path / "elsewhere.json", "--format", "json")
    assert ran == (
        2,
        "",
        f"error: {tmp_path / 'elsewhere.json'}: no such file or directory, expected a policy document\n",
    )


@pytest.mark.parametrize("command", ["validate", "import"])
def test_files_without_end_and_beyond_measure(policyengine: Command, tmp_path: Path, command: str) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(17 << 20)
    ran = policyengine(command, "/dev/zero")
    assert ran == (2, "", "error: /dev/zero: this is no regular file, expected a policy document\n")
    ran = policyengine(command, large)
    told = "the file is too large (17 MiB), a policy document has at most 16 MiB"
    assert ran == (2, "", f"error: {large}: {told}\n")
