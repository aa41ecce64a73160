"""The examples are as clean as their users' projects should be."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from policyengine.cli.app import run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("example", ["acme", "ledger", "retail"])
def test_check_finds_nothing(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(EXAMPLES / example), "--strict", "--at", "2026-10-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize("example", ["acme", "ledger"])
def test_tests_pass_and_leave_nothing_out(example: str) -> None:
    assert run(["test", str(EXAMPLES / example), "--min-coverage", "100", "--quiet", "--at", "2026-10-01"]) == 0


@pytest.mark.parametrize("example", ["acme", "ledger", "retail"])
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


_UNIT = re.compile(r"policy (\w+) like unit\(keep = (\d+) days\)")
_PLAN = """
  plan {plan} {{
    regions = [eu-west-1, eu-central-1]
    rule nightly {{
      schedule = daily at 03:00
      vault = "Main"
      retain = {keep} days
    }}
    resource selection data {{
      role = "BackupRole"
      types = [RDS, DynamoDB, S3]
      where env: "aws:ResourceTag/env" == "{env}"
    }}
  }}
"""


def test_retail_says_twenty_units_in_less_than_sixty_lines() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (EXAMPLES / "retail").glob("**/*.bpol")}
    assert sum(text.count("\n") for text in texts.values()) < 60
    assert len(set(re.findall(r'ou "(\w+)"', texts["attachments.bpol"]))) == 20
    assert len(_UNIT.findall(texts["units.bpol"])) == 18


def test_retail_compiles_like_the_same_written_out(tmp_path: Path) -> None:
    units = (EXAMPLES / "retail" / "policies" / "units.bpol").read_text(encoding="utf-8")
    by_hand = [
        f"policy {name} {{{_PLAN.format(plan='production', keep=keep, env='prod')}"
        f"{_PLAN.format(plan='test', keep=7, env='test')}}}\n"
        for name, keep in _UNIT.findall(units)
    ]
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "by_hand.bpol").write_text("".join(by_hand), encoding="utf-8")
    documents = _compiled(EXAMPLES / "retail", tmp_path / "retail")
    assert documents == _compiled(tmp_path / "project", tmp_path / "by_hand")
    assert len(documents) == 18


def _compiled(project: Path, out: Path) -> dict[str, str]:
    assert run(["compile", str(project), "--at", "2026-10-01", "--out", str(out), "--quiet"]) == 0
    documents = [path for path in out.glob("*.json") if path.name != "attachments.json"]
    return {path.name: path.read_text(encoding="utf-8") for path in documents}
