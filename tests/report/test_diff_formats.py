"""What `diff` writes for programs and for pull requests."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from cli.command import AT, Command, Json, write
from report.test_check_hostile import HOSTILE, OBEYED, harmless_html

from policyengine.analysis.diff import ChangeCause
from policyengine.aws.organization import Entity
from policyengine.base.source import Source, Span
from policyengine.report.diff.words import in_file_order

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden_diff" / "diff.md"
SIDES = [ROOT / "golden" / "project", ROOT / "golden" / "changed"]
SELECTION = {
    "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
    "tag_key": {"@@assign": "backup"},
    "tag_value": {"@@assign": ["yes"]},
}
REST = {"regions": {"@@assign": ["eu-west-1"]}, "selections": {"tags": {"all": SELECTION}}}
FAIL = ["--fail-on", "lost,weakened", "--at", AT]


def test_a_comment_word_for_word(policyengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """`UPDATE_GOLDEN=1` writes the file anew; read the difference before you keep it."""
    monkeypatch.chdir(ROOT / "golden")
    ran = policyengine("diff", "project", "changed", *FAIL, "--format", "markdown")
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(ran.out, encoding="utf-8")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == GOLDEN.read_text(encoding="utf-8")


def test_json_says_what_people_read(policyengine: Command) -> None:
    ran = policyengine.json("diff", *SIDES, *FAIL)
    found = ran.json
    assert (ran.code, found["verdict"], found["fail_on"]) == (1, "fail", ["lost", "weakened"])
    assert found["summary"] == {
        "accounts": 5,
        "changed": 4,
        "became_invalid": 0,
        "classes": {"lost": 2, "weakened": 1, "changed": 1, "strengthened": 0, "added": 1},
        "allowed": 0,
    }
    assert [
        (change["class"], change["before"], change["after"], change["accounts"]) for change in found["changes"]
    ] == [
        ("lost", "daily", None, ["333333333333"]),
        ("lost", "eu-central-1", None, ["222222222222"]),
        ("weakened", "365", "30", ["222222222222"]),
        ("changed", "cron(0 3 ? * * *)", "cron(0 4 ? * * *)", ["222222222222"]),
        ("added", None, None, ["555555555555"]),
    ]
    assert found["changes"][1]["causes"] == [
        {"file": "baseline.bpol", "line": 4, "side": side, "policy": "baseline", "entity": "Prod"}
        for side in ("head", "base")
    ]
    assert [account["id"] for account in found["accounts"]["added"]] == ["555555555555"]
    assert found["accounts"]["moved"] == [
        {"id": "333333333333", "name": "ledger", "from": "Prod/R\\/D/ledger", "to": "Labs/ledger"}
    ]
    assert (found["became_valid"], found["unknown"]) == (["444444444444"], ["444444444444"])
    assert [(flip["requirement"], flip["before"], flip["after"]) for flip in found["requirements"]] == [
        ("kept", "not applicable", "violated"),
        ("kept", "not applicable", "holds"),
    ]
    assert [one["name"] for one in found["findings"]["new"]] == ["continuous-retention"]
    assert [(waiver["until"], waiver["days"]) for waiver in found["waivers"]] == [("2026-09-20", 7)]
    assert (found["hypothetical"], found["allow_unused"]) == ({"base": [], "head": ["labs"]}, ["0" * 32])


def test_json_has_the_errors_of_accounts_that_became_invalid(policyengine: Command) -> None:
    found = policyengine.json("diff", *reversed(SIDES), "--at", AT).json
    assert (found["verdict"], found["became_invalid"]) == ("fail", ["444444444444"])
    assert [error["message"] for error in found["errors"]["444444444444"]] == [
        "'rules' is missing",
        "'selections' is missing",
    ]


@pytest.mark.parametrize(
    ("at", "told"),
    [("2026-08-20", "in 31 days"), ("2026-08-21", "in 30 days"), ("2026-09-19", "in 1 day"), ("2026-09-20", "today")],
)
def test_waivers_are_reported_in_their_last_thirty_days(policyengine: Command, at: str, told: str) -> None:
    ran = policyengine("diff", *SIDES, "--at", at)
    assert (told in ran.out) is (told != "in 31 days")


def many(days: str) -> str:
    """A snapshot with 500 accounts, each with a policy of its own."""
    numbers = range(500)
    accounts = [{"id": f"{number:012}", "name": f"account {number}", "policies": [f"p{number}"]} for number in numbers]
    policies = {
        f"p{number}": {"content": {"plans": {f"plan{number}": {"rules": {"nightly": retained(days)}, **REST}}}}
        for number in numbers
    }
    return json.dumps({"version": 1, "root": {"name": "Root", "accounts": accounts}, "policies": policies})


def retained(days: str, vault: str = "Main") -> Json:
    return {"target_backup_vault_name": {"@@assign": vault}, "lifecycle": {"delete_after_days": {"@@assign": days}}}


def test_a_comment_is_whole_and_not_too_long(policyengine: Command, tmp_path: Path) -> None:
    write(tmp_path, {"old.json": many("35"), "new.json": many("7")})
    ran = policyengine("diff", tmp_path / "old.json", tmp_path / "new.json", "--format", "markdown", "--at", AT)
    listed = ran.out.count("- **weakened**")
    assert 59_000 < len(ran.out) <= 60_000
    assert f"- and {500 - listed:,} more\n" in ran.out
    assert harmless_html(ran.out)


def named(name: str, days: str, more: list[Json]) -> str:
    """A snapshot in which units, accounts and policies have the name."""
    selection = {**SELECTION, "tag_key": {"@@assign": name}, "tag_value": {"@@assign": [name]}}
    plan = {**REST, "rules": {name: retained(days, name)}, "selections": {"tags": {name: selection}}}
    unit = {"name": name, "policies": [name], "accounts": [{"id": "222222222222", "name": name}, *more]}
    root = {"name": name, "units": [unit], "accounts": [{"id": "111111111111", "name": f"{name}3"}]}
    return json.dumps({"version": 1, "root": root, "policies": {name: {"content": {"plans": {name: plan}}}}})


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_breaks_out(policyengine: Command, tmp_path: Path, name: str) -> None:
    hostile = HOSTILE[name]
    new = named(hostile, "7", [{"id": "333333333333", "name": f"{hostile}2"}])
    sides = [tmp_path / "old.json", tmp_path / "new.json"]
    write(tmp_path, {"old.json": named(hostile, "35", []), "new.json": new})
    told = {
        form: policyengine("diff", *sides, "--format", form, "--at", AT) for form in ("terminal", "json", "markdown")
    }
    assert len({(ran.code, ran.err) for ran in told.values()}) == 1
    if told["json"].code == 2:  # a snapshot that is refused for the name
        return
    assert told["json"].json["summary"]["accounts"] == 3
    for form in ("terminal", "markdown"):
        assert [c for c in told[form].out if not c.isprintable() and c != "\n"] == []
        assert OBEYED.search(told[form].out) is None
    assert harmless_html(told["markdown"].out)


def test_ids_are_those_of_the_terminal(policyengine: Command) -> None:
    shown = policyengine("diff", *SIDES, "--at", AT).out
    changes = policyengine.json("diff", *SIDES, "--at", AT).json["changes"]
    assert re.findall(r"^[a-z]+\[([0-9a-f]{32})\]: ", shown, re.MULTILINE) == [change["id"] for change in changes]


def test_the_lines_of_a_side_are_in_the_order_of_the_file() -> None:
    source, root = Source("a.bpol", "first\nsecond\n"), Entity("root", None, "Root", "", None)
    first, second = (
        ChangeCause(Span(source, start, start + 5), "head", "baseline", root) for start in (0, len("first\n"))
    )
    attached = ChangeCause(None, "head", "baseline", root)
    assert in_file_order([attached, second, first]) == [first, second, attached]
