"""The story of a promise: what is locked is guaranteed; a lock that goes is noticed, shown to matter, and asked back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.command import Json, write
from e2e.scratch import write_program
from e2e.test_pull_request import policyengine

LEDGER = Path(__file__).parents[2] / "examples" / "ledger"


@pytest.fixture
def ledger(program: str, tmp_path: Path) -> Path:
    """The example, to be changed, and the command beside it."""
    write_program(tmp_path / "policyengine", program)
    texts = {file.name: file.read_text(encoding="utf-8") for file in LEDGER.iterdir() if file.suffix != ".md"}
    return write(tmp_path / "ledger", texts)


def proven(project: Path, *words: str) -> Json:
    return json.loads(policyengine(project, "prove", "--format", "json", *words).stdout)


def outcomes(found: Json) -> set[str]:
    return {result["outcome"] for requirement in found["requirements"] for result in requirement["results"]}


def test_a_lock_that_goes(ledger: Path) -> None:
    ran = policyengine(ledger, "prove")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert outcomes(proven(ledger)) == {"guaranteed"}

    text = (ledger / "ledger.bpol").read_text(encoding="utf-8")
    (ledger / "ledger.bpol").write_text(text.replace("locked plan ledger", "plan ledger"), encoding="utf-8")
    assert policyengine(ledger, "check").returncode == 0
    assert policyengine(ledger, "prove").returncode == 1
    found = proven(ledger, "--suggest")
    assert outcomes(found) == {"breakable"}

    immutable = found["requirements"][0]
    shown = next(result for result in immutable["results"] if result["target"].get("path") == "Trading")
    assert shown["place"] == {"kind": "ou", "path": "Trading"}
    attack = (
        write(ledger, {"attack.bpol": shown["counterexample"] + '\nattach attack to ou "Trading"\n'}) / "attack.bpol"
    )
    checked = json.loads(policyengine(ledger, "check", "--format", "json").stdout)
    broken = [found for found in checked["findings"] if found["requirement"] == "immutable-ledger"]
    assert shown["account"]["id"] in {number for found in broken for number in found["accounts"]}
    attack.unlink()

    for requirement in found["requirements"]:
        (line,) = requirement["suggestion"]["lines"]
        assert (line["text"], line["policy"], line["location"]["line"]) == ("locked plan ledger", "ledger", 4)
        assert (requirement["suggestion"]["disarmed"], requirement["suggestion"]["left"]) == ([], [])
    (ledger / "ledger.bpol").write_text(text, encoding="utf-8")
    assert outcomes(proven(ledger)) == {"guaranteed"}
