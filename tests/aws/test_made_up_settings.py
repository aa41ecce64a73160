"""A setting takes one declaration: a boolean, a number, a list and a block that AWS does not have, in every command.

The calls go to a process of its own (`made_up.py`), which puts its rows into the table before anything derives from it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli.command import AS_OF
from jsonschema import Draft202012Validator

from policyengine.report.output_schemas import output_schema

PROGRAM = Path(__file__).with_name("made_up.py")

SNAPSHOT = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      accounts: [{id: "222222222222", name: books}]
vaults: [{name: Main, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]
roles: [{name: Backup, accounts: "*"}]
settings: {opt_in: {eu-west-1: [EBS]}}
"""
RULE = """\
policy baseline {{
  {locked}plan daily {{
    regions = [eu-west-1]
    moods   = {moods}

    rule nightly {{
      schedule      = daily at 05:00
      vault         = "Main"
      flash_freeze  = {freeze}
      settle_within = {settle}
      retain        = 35 days
      shield {{
        armed = {armed}
        hold  = {hold}
      }}
    }}

    tag selection tagged {{
      role   = "Backup"
      key    = "backup"
      values = ["yes"]
    }}
  }}
}}

attach baseline to root
"""
REQUIREMENTS = """\
require frozen {{
  assert every rule satisfies rule.flash_freeze == {freeze}
}}

require settled {{
  assert every rule satisfies rule.settle_within <= {settle}
}}

require merry {{
  assert every plan satisfies {mood} in plan.moods
}}

require shielded {{
  assert every rule satisfies rule.shield_armed == {freeze} and rule.shield_hold >= {hold}
}}
"""
DOCUMENT = {
    "plans": {
        "daily": {
            "regions": {"@@assign": ["eu-west-1"]},
            "mood_types": {"@@assign": ["calm", "merry"]},
            "rules": {
                "nightly": {
                    "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
                    "target_backup_vault_name": {"@@assign": "Main"},
                    "enable_flash_freeze": {"@@assign": "true"},
                    "settle_window_hours": {"@@assign": "48"},
                    "lifecycle": {"delete_after_days": {"@@assign": "35"}},
                    "shield_settings": {
                        "shield_state": {"@@assign": "enabled"},
                        "hold": {"hold_after_days": {"@@assign": "30"}},
                    },
                }
            },
            "selections": {
                "tags": {
                    "tagged": {
                        "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
                        "tag_key": {"@@assign": "backup"},
                        "tag_value": {"@@assign": ["yes"]},
                    }
                }
            },
        }
    }
}


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.out)


@cache
def world() -> subprocess.Popen[str]:
    """The process in which AWS has the settings."""
    return subprocess.Popen(
        [sys.executable, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


@pytest.fixture(scope="module", autouse=True)
def the_end_of_the_world() -> Iterator[None]:
    yield
    if world.cache_info().currsize:
        with world():
            pass  # what leaving does is enough: it closes the input and waits


def command(*arguments: str | Path) -> Ran:
    process = world()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
    process.stdin.flush()
    code, out, err = json.loads(process.stdout.readline())
    assert "Traceback" not in err
    assert "internal error" not in err
    return Ran(code, out + err)


def as_json(name: str, *arguments: str | Path) -> Ran:
    """A command for its JSON, which is as `policyengine schema` says."""
    ran = command(name, *arguments, "--format", "json")
    Draft202012Validator(output_schema(name)).validate(ran.json)
    return ran


def rule(  # noqa: PLR0913 - the settings that there are
    *,
    locked: str = "",
    freeze: str = "true",
    settle: str = "2 days",
    moods: str = "[calm, merry]",
    armed: str = "true",
    hold: str = "30 days",
) -> str:
    return RULE.format(locked=locked, freeze=freeze, settle=settle, moods=moods, armed=armed, hold=hold)


def requirements(
    *, freeze: str = "true", settle: str = "48 hours", mood: str = '"merry"', hold: str = "30 days"
) -> str:
    return REQUIREMENTS.format(freeze=freeze, settle=settle, mood=mood, hold=hold)


def project(folder: Path, policy: str, demands: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "policy.bpol").write_text(policy)
    (folder / "organization.yaml").write_text(SNAPSHOT)
    (folder / "requirements.bpol").write_text(demands)
    (folder / "policyengine.toml").write_text("")
    return folder


def test_compiles_and_is_valid(tmp_path: Path) -> None:
    compiled = command("compile", project(tmp_path / "p", rule()), "--out", tmp_path / "out")
    assert compiled.code == 0, compiled.out
    assert json.loads((tmp_path / "out" / "baseline.json").read_text()) == DOCUMENT
    assert command("validate", tmp_path / "out" / "baseline.json", *AS_OF).code == 0


def test_is_imported_as_the_text_that_compiles_to_it(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(json.dumps(DOCUMENT))
    imported = command("import", tmp_path / "baseline.json")
    assert imported.code == 0
    for line in (
        "flash_freeze = true",
        "settle_within = 2 days",
        "moods = [calm, merry]",
        "shield {",
        "armed = true",
        "hold = 30 days",
    ):
        assert line in imported.out
    assert "the language cannot say" not in imported.out


def test_is_formatted(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", rule().replace("shield {", "shield   {  "))
    assert command("fmt", "--check", folder).code == 1
    assert command("fmt", folder).code == 0
    assert command("fmt", "--check", folder).code == 0
    one = "policy a { plan b { rule c { shield {\n armed=true } } } }\n"
    project(folder, one)
    command("fmt", folder)
    assert "      shield { armed = true }\n" in (folder / "policy.bpol").read_text()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"freeze": "48 hours"}, "`flash_freeze` takes `true` or `false`, not a duration"),
        ({"settle": "48"}, "`settle_within` takes a duration, and this number has no unit"),
        ({"settle": "90 minutes"}, "90 minutes` is not a whole number of hours"),
        ({"settle": "1 hour"}, "`settle_within` is `1`, expected 2 to 72 hours"),
        ({"settle": "4 days"}, "`settle_within` is `96`, expected 2 to 72 hours"),
        ({"settle": "forever"}, "`settle_within` takes a duration, not `forever`"),
        ({"moods": "[sad]"}, "`moods` takes `calm`, `merry` or `wild`, and nothing is called `sad`"),
        ({"moods": "calm"}, "`moods` takes a list of `calm`, `merry`, `wild`"),
        ({"armed": '"perhaps"'}, "`armed` does not take `perhaps`, expected `enabled` or `disabled`"),
        ({"hold": "0 days"}, "`hold` is `0`, expected 1 or more days"),
    ],
)
def test_a_wrong_value_is_named_in_its_own_words(tmp_path: Path, setting: dict[str, str], said: str) -> None:
    ran = command("check", project(tmp_path / "p", rule(**setting)), *AS_OF)
    assert ran.code == 1
    assert said in " ".join(ran.out.replace("|", " ").split())


def test_a_document_with_a_wrong_value_is_refused(tmp_path: Path) -> None:
    text = json.dumps(DOCUMENT).replace('"48"', '"100"').replace('"merry"', '"sad"').replace('"enabled"', '"on"')
    (tmp_path / "bad.json").write_text(text)
    ran = as_json("validate", tmp_path / "bad.json", *AS_OF)
    assert ran.code == 1
    assert [finding["message"] for finding in ran.json["documents"][0]["findings"]] == [
        "`mood_types` does not take `sad`, expected `calm`, `merry` or `wild`",
        "`settle_window_hours` is `100`, expected 2 to 72 hours",
        "`shield_state` does not take `on`, expected `enabled` or `disabled`",
    ]


def test_is_effective_with_its_trail(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", rule())
    effective = as_json("effective", "books", "-C", folder, *AS_OF)
    assert '"enable_flash_freeze": "true"' in effective.out
    explained = command("explain", "books", "plans/daily/rules/nightly/settle_window_hours", "-C", folder, *AS_OF)
    assert explained.code == 0
    assert "settle_within = 2 days" in explained.out
    assert "policy.bpol:10" in explained.out
    assert as_json("explain", "books", "-C", folder, *AS_OF).code == 0


def test_check_and_requirements_say_nothing_wrong_of_it(tmp_path: Path) -> None:
    ran = as_json("check", project(tmp_path / "p", rule(), requirements()), *AS_OF)
    assert [found["message"] for found in ran.json["findings"] if found["severity"] != "info"] == []
    assert ran.code == 0


def test_requirements_ask_for_it(tmp_path: Path) -> None:
    demands = requirements(freeze="false", settle="1 day", mood='"wild"', hold="60 days")
    ran = command("check", project(tmp_path / "p", rule(), demands), *AS_OF)
    said = " ".join(ran.out.replace("|", " ").split())
    assert ran.code == 1
    assert "flash freeze is on" in said
    assert "the settling window is 2 days" in said
    assert "the list of moods holds `calm` and `merry`" in said
    assert "the shield is on" in said
    assert "asks for it to be off" in said
    absent = rule().replace("      flash_freeze  = true\n", "").replace("      settle_within = 2 days\n", "")
    ran = command("check", project(tmp_path / "q", absent, requirements()), *AS_OF)
    said = " ".join(ran.out.replace("|", " ").split())
    assert "flash freeze is off" in said
    assert "the settling window is 3 days" in said


def test_what_a_policy_calls_it_is_suggested(tmp_path: Path) -> None:
    demands = "require a {\n  assert every rule satisfies rule.enable_flash_freeze\n}\n"
    ran = command("check", project(tmp_path / "p", rule(), demands), *AS_OF)
    assert "did you mean `flash_freeze`?" in ran.out
    ran = command("check", project(tmp_path / "p", rule().replace("flash_freeze ", "enable_flash_freeze ")), *AS_OF)
    assert "the language calls it `flash_freeze`" in ran.out


@pytest.mark.parametrize(
    ("setting", "change", "said"),
    [
        ({"freeze": "false"}, "weakened", "flash freeze on -> off"),
        ({"settle": "3 days"}, "weakened", "settling window 2 days -> 3 days"),
        ({"settle": "1 day"}, "strengthened", "settling window 2 days -> 1 day"),
        ({"moods": "[calm]"}, "weakened", "moods no longer `merry`"),
        ({"moods": "[calm, merry, wild]"}, "strengthened", "moods now `wild`"),
        ({"armed": "false"}, "weakened", "shield on -> off"),
        ({"hold": "40 days"}, "strengthened", "hold of the shield 30 days -> 40 days"),
    ],
)
def test_diff_tells_its_change(tmp_path: Path, setting: dict[str, str], change: str, said: str) -> None:
    base, head = project(tmp_path / "base", rule()), project(tmp_path / "head", rule(**setting))
    ran = as_json("diff", base, head, *AS_OF)
    assert [(found["class"], found["message"].partition(": ")[2]) for found in ran.json["changes"]] == [(change, said)]
    assert ran.code == 0


CLOSED = "policy baseline {\n  children may nothing"


@pytest.mark.parametrize(("locked", "outcome"), [("", "breakable"), ("locked ", "guaranteed")])
def test_prove_tells_whether_it_is_open(tmp_path: Path, locked: str, outcome: str) -> None:
    policy = rule(locked=locked).replace("policy baseline {", CLOSED)
    assert proven(project(tmp_path / "p", policy, requirements())) == {
        (name, outcome) for name in ("frozen", "settled", "merry", "shielded")
    }


def test_prove_sets_it_in_a_plan_that_comes_later(tmp_path: Path) -> None:
    policy = rule(locked="locked ", freeze="false", settle="3 days", moods="[wild]", armed="false")
    demands = """\
require thawed { assert every rule satisfies rule.flash_freeze == false }
require slow { assert every rule satisfies rule.settle_within >= 70 hours }
require sober { assert every plan satisfies not ("calm" in plan.moods) }
require unshielded { assert every rule satisfies rule.shield_armed == false }
require unheld { assert every rule satisfies rule.shield_hold >= 20 days }
"""
    assert proven(project(tmp_path / "p", policy, demands)) == {
        (name, "breakable") for name in ("thawed", "slow", "sober", "unshielded", "unheld")
    }


def proven(folder: Path) -> set[tuple[str, str]]:
    """The requirements with what is proven of them anywhere."""
    ran = as_json("prove", folder, *AS_OF)
    return {(found["name"], result["outcome"]) for found in ran.json["requirements"] for result in found["results"]}


def test_show_and_schemas_take_no_notice(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", rule())
    assert as_json("show", folder, *AS_OF).code == 0
    for name in ("check", "diff", "effective", "explain", "prove", "show", "validate", "snapshot", "baseline"):
        assert command("schema", name).code == 0
