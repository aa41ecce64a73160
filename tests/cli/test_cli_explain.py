"""`explain`: which values, of which account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from generators.dice import seeded
from generators.organizations import PLAIN, WILD, organization

from cli.command import AT, POLICY, Command, project_in, write

Value: TypeAlias = "dict[str, Value] | list[str] | str"

PATHS = [
    "plans/daily/regions",
    "plans/daily/rules/nightly/lifecycle/delete_after_days",
    "plans/daily/rules/nightly/schedule_expression",
    "plans/daily/rules/nightly/target_backup_vault_name",
    "plans/daily/selections/tags/tagged/iam_role_arn",
    "plans/daily/selections/tags/tagged/tag_key",
    "plans/daily/selections/tags/tagged/tag_value",
]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ([], PATHS),
        ([""], PATHS),
        (["/"], PATHS),
        (["plans"], PATHS),
        (["/plans/Daily/rules/"], PATHS[1:4]),
        (["plans/daily/regions"], PATHS[:1]),
        (["plan Daily/rule nightly"], PATHS[1:4]),
        (["plan/daily/rule/nightly/retain"], PATHS[1:2]),
        (["plans/daily/rules/nightly/retain"], PATHS[1:2]),
        (["plan daily/rules/nightly/lifecycle"], PATHS[1:2]),
        (["plan daily/tag selection tagged/values"], PATHS[6:]),
    ],
)
def test_values_at_or_beneath_a_path(policyengine: Command, project: Path, path: list[str], found: list[str]) -> None:
    ran = policyengine.json("explain", "toys", *path, "-C", project, "--at", AT)
    assert (ran.code, ran.json["account"], ran.json["at"]) == (0, "333333333333", "2026-09-13T07:00:00Z")
    assert [value["path"] for value in ran.json["values"]] == found


TAGGED = """\
policy base {
  plan daily {
    regions = [eu-west-1]
    plan_tags { Team = "platform" }
    rule nightly {
      vault = "Main"
      recovery_point_tags { "a b" = "1" }
    }
    resource selection all {
      role  = "R"
      types = ["*"]
      where prod: "aws:ResourceTag/env" not like "dev*"
    }
  }
}
"""


def test_tags_and_conditions_have_the_names_that_the_author_wrote(policyengine: Command, project: Path) -> None:
    (project / "tagged.bpol").write_text(TAGGED + 'policy other { plan daily { plan_tags { Team = "b" } } }\n')
    (project / "attached.bpol").write_text('attach base, other to account "toys"\n')
    shown = policyengine("explain", "toys", "-C", project, "--at", AT).out
    for line in (
        '! plan_tags team key = "Team"',
        '! plan_tags team = "platform"',
        '    applied    value = "platform" by `base`',
        '  recovery_point_tags "a b" key = "a b"',
        '  recovery_point_tags "a b" = "1"',
        '  where prod key = "aws:ResourceTag/env"',
        '  where prod not like "dev*"',
    ):
        assert f"\n{line}" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["toys", "plans/dail"], "plans/dail: toys has no value there"),
        (["toys", "plans/daily/region"], "did you mean `plans/daily/regions`?"),
        (["toys", "plan daily/rule nightly/retian"], "did you mean `plan daily/rule nightly/retain`?"),
        (["toy"], "toy: no such account; did you mean `toys`?"),
        (["Shops/*"], "Shops/*: 2 accounts match; explain takes one"),
        ([], "missing argument 'ACCOUNT'"),
    ],
)
def test_what_is_not_there(policyengine: Command, project: Path, arguments: list[str], message: str) -> None:
    ran = policyengine("explain", *arguments, "-C", project, "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("enabled", "status", "meaning"),
    [
        ("true", "empty", "no backup policy is attached to this account or above it"),
        ("false", "disabled", "backup policies are not enabled in this organization"),
    ],
)
def test_accounts_without_a_policy_say_why(
    policyengine: Command, tmp_path: Path, enabled: str, status: str, meaning: str
) -> None:
    organization = (
        f"version: 1\norganization: {{backup_policies_enabled: {enabled}}}\n"
        'root: {name: R, accounts: [{id: "111111111111", name: a}]}\n'
    )
    project = project_in(tmp_path, organization=organization, policy="")
    ran = policyengine.json("explain", "a", "-C", project)
    assert (ran.code, ran.json["status"], ran.json["values"]) == (0, status, [])
    assert policyengine("explain", "a", "-C", project).out == f"a (111111111111): {status}\n{meaning}\n"
    assert policyengine("effective", "a", "-C", project).out == f"a (111111111111): {status}\n  {meaning}\n\n"


def test_a_blocked_key_is_distinguished_from_values(policyengine: Command, tmp_path: Path) -> None:
    policy = POLICY.replace("policy baseline {\n", "policy baseline {\n  children may nothing\n") + (
        'policy more { plan extra { regions = [eu-west-1] } }\nattach more to ou "Shops"\n'
    )
    ran = policyengine.json("explain", "toys", "-C", project_in(tmp_path, policy=policy))
    assert [note["kind"] for note in ran.json["notes"]] == ["key-blocked"]
    shown = " ".join(policyengine("explain", "toys", "-C", tmp_path).out.split())
    ignored = "the new `plan extra` is ignored with all in it: `baseline` at the root allows nothing in `plans`"
    assert f"not here: plan extra: `more`: {ignored}" in shown


def leaves(node: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """The settings of an effective document by their paths."""
    if not isinstance(node, dict):
        yield path, node
        return
    for key, below in node.items():
        segment = key.replace("~", "~0").replace("/", "~1")
        yield from leaves(below, f"{path}/{segment}" if path else segment)


@pytest.mark.parametrize("seed", range(16))
def test_every_value_of_the_effective_policy_is_explained(policyengine: Command, tmp_path: Path, seed: int) -> None:
    snapshot = organization(seeded(seed), WILD if seed % 2 else PLAIN)
    file = write(tmp_path, {"s.json": json.dumps(snapshot)}) / "s.json"
    for account in policyengine.json("effective", "--all", "--snapshot", file, "--at", AT).json["accounts"]:
        ran = policyengine.json("explain", account["id"], "--snapshot", file, "--at", AT)
        values = {value["path"]: value["value"] for value in ran.json["values"]}
        assert values == dict(leaves(account["policy"] or {}))
        assert all(value["trail"] for value in ran.json["values"])


def test_a_project_that_does_not_compile(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=POLICY.replace("vault", "vualt"))
    for command in (["explain", "toys"], ["effective", "--all"]):
        ran = policyengine.json(*command, "-C", project)
        assert (ran.code, ran.json["accounts"]) == (2, [])
        assert [found["name"] for found in ran.json["findings"]] == ["unknown-setting"]
        assert " --> policy.bpol:6:7\n" in policyengine(*command, "-C", project).out


def test_a_rule_comes_before_its_copies(policyengine: Command, project: Path) -> None:
    rule = '    rule weekly {\n      retain = 9 days\n      copy to vault "Far" in eu-central-1 { retain = 8 days }\n    }\n'
    write(project, {"more.bpol": f'policy more {{\n  plan daily {{\n{rule}  }}\n}}\nattach more to account "toys"\n'})
    lines = policyengine("explain", "toys", "-C", project, "--at", AT).out.splitlines()
    titles = [line.partition("  (")[0] for line in lines if line.startswith("plan daily, rule weekly")]
    assert [title.partition('"')[0] for title in titles] == [
        "plan daily, rule weekly",
        "plan daily, rule weekly, copy ",
    ]
