"""The examples are as clean as their users' projects should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyengine.cli.app import run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("example", ["acme", "ledger"])
def test_check_finds_nothing(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(EXAMPLES / example), "--strict", "--at", "2026-10-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize("example", ["acme", "ledger"])
def test_tests_pass_and_leave_nothing_out(example: str) -> None:
    assert run(["test", str(EXAMPLES / example), "--min-coverage", "100", "--quiet", "--at", "2026-10-01"]) == 0


@pytest.mark.parametrize("example", ["acme", "ledger"])
def test_layout_is_canonical(example: str) -> None:
    assert run(["fmt", "--check", "--quiet", str(EXAMPLES / example)]) == 0


@pytest.mark.parametrize("name", ["org-baseline", "production", "development"])
def test_documents_are_those_of_the_snapshot(name: str) -> None:
    snapshot = json.loads((EXAMPLES / "existing" / "organization.json").read_text(encoding="utf-8"))
    document = json.loads((EXAMPLES / "existing" / "documents" / f"{name}.json").read_text(encoding="utf-8"))
    assert json.loads(snapshot["policies"][name]["content"]) == document


@pytest.mark.parametrize("name", ["org-baseline", "production", "development"])
def test_imported_documents_compile_to_themselves(name: str, tmp_path: Path) -> None:
    document = EXAMPLES / "existing" / "documents" / f"{name}.json"
    assert run(["import", str(document), "--at", "2026-10-01", "--output", str(tmp_path / "imported.bpol")]) == 0
    assert run(["fmt", "--check", "--quiet", str(tmp_path)]) == 0
    assert run(["compile", str(tmp_path), "--at", "2026-10-01", "--out", str(tmp_path / "out")]) == 0
    compiled = (tmp_path / "out" / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(compiled) == json.loads(document.read_text(encoding="utf-8"))


def test_ledger_keeps_seven_years_in_two_regions(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["effective", "-C", str(EXAMPLES / "ledger"), "equities", "--at", "2026-10-01", "--format", "json"]
    assert run(command) == 0
    plan = json.loads(capsys.readouterr().out)["accounts"][0]["policy"]["plans"]["ledger"]
    rule = plan["rules"]["monthly"]
    copies = [(copy["target_backup_vault_arn"], copy["lifecycle"]) for copy in rule["copy_actions"].values()]
    assert rule["lifecycle"] == {"delete_after_days": "2557"}
    assert copies == [
        ("arn:aws:backup:eu-central-1:$account:backup-vault:LedgerCopy", {"delete_after_days": "2557"}),
    ]
    assert plan["selections"]["tags"]["tagged"]["tag_value"] == ["Compliance7Year"]
