"""Terraform's configuration: what it says, and that reading it back gives the organization that went in."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import hcl2
import pytest
from generators.organizations import PLAIN, WILD, organization
from support.exporting import exported_from

from policyengine.base.errors import UsageError
from policyengine.export import Export, cloudformation, terraform

POLICIES = """\
policy baseline "Every ${day} & night" { plan daily { regions = [eu-west-1] } }
policy finance { plan daily { regions = [eu-central-1] } }
attach baseline, finance to ou "Prod"
"""
TREE = """\
version: 1
root:
  name: Root
  id: r-ab12
  units:
    - name: Prod
      id: ou-ab12-11111111
      policies: [kept]
      accounts: [{id: "111111111111", name: shop}]
policies:
  kept: {id: p-kept, description: "as it is", tags: {team: ops}, content: '{"plans":{"A":{"regions":{"@@assign":["eu-west-1"]}}}}'}
  baseline: {id: p-base, content: {plans: {DAILY: {regions: {"@@assign": [eu-west-1]}}}}}
"""
MAIN = """\
resource "aws_organizations_policy" "kept" {
  name        = "kept"
  type        = "BACKUP_POLICY"
  description = "as it is"
  content     = file("kept.json")

  tags = {
    "team" = "ops"
  }
}

resource "aws_organizations_policy" "baseline" {
  name        = "baseline"
  type        = "BACKUP_POLICY"
  description = "Every $${day} & night"
  content     = file("baseline.json")
}

resource "aws_organizations_policy" "finance" {
  name    = "finance"
  type    = "BACKUP_POLICY"
  content = file("finance.json")
}

resource "aws_organizations_policy_attachment" "kept_to_Prod" {
  policy_id = aws_organizations_policy.kept.id
  target_id = "ou-ab12-11111111"
}

resource "aws_organizations_policy_attachment" "baseline_to_Prod" {
  policy_id = aws_organizations_policy.baseline.id
  target_id = "ou-ab12-11111111"

  depends_on = [aws_organizations_policy_attachment.kept_to_Prod]
}

resource "aws_organizations_policy_attachment" "finance_to_Prod" {
  policy_id = aws_organizations_policy.finance.id
  target_id = "ou-ab12-11111111"

  depends_on = [aws_organizations_policy_attachment.baseline_to_Prod]
}
"""
IMPORTS = """\
import {
  to = aws_organizations_policy.kept
  id = "p-kept"
}

import {
  to = aws_organizations_policy.baseline
  id = "p-base"
}

import {
  to = aws_organizations_policy_attachment.kept_to_Prod
  id = "ou-ab12-11111111:p-kept"
}
"""


def test_policies_and_attachments_in_order() -> None:
    files = terraform(exported_from(TREE, POLICIES), importing=False)
    assert set(files) == {"main.tf", "kept.json", "baseline.json", "finance.json"}
    assert files["main.tf"] == MAIN


def test_what_aws_has_is_imported_once() -> None:
    assert terraform(exported_from(TREE, POLICIES), importing=True)["imports.tf"] == IMPORTS


def test_a_document_of_the_same_meaning_keeps_the_spelling_of_aws() -> None:
    documents = terraform(exported_from(TREE, POLICIES), importing=False)
    assert documents["baseline.json"] == '{"plans":{"DAILY":{"regions":{"@@assign":["eu-west-1"]}}}}'


def test_of_the_project_alone() -> None:
    main = terraform(exported_from(TREE, POLICIES, only_project=True), importing=False)["main.tf"]
    assert "kept" not in main


def test_targets_without_an_id_are_variables() -> None:
    main = terraform(exported_from(None, POLICIES), importing=False)["main.tf"]
    assert main.startswith('variable "Prod_id" {\n  type        = string\n')
    assert "target_id = var.Prod_id\n" in main


def test_names_of_a_snapshot_lead_nowhere_and_are_read_back() -> None:
    names = ["../up", "a/b", "a_b", "A_B", "x\u202ey", "${secret}", 'quo"te', "tab\there"]
    document = {"plans": {"a": {"regions": {"@@assign": ["eu-west-1"]}}}}
    tree = {"version": 1, "root": {"name": "Root"}, "policies": {name: {"content": document} for name in names}}
    files = terraform(exported_from(json.dumps(tree), ""), importing=False)
    assert set(files) == {
        "main.tf",
        "up.json",
        "a_b.json",
        "a_b_2.json",
        "A_B_3.json",
        "x_y.json",
        "secret.json",
        "quo_te.json",
        "tab_here.json",
    }
    assert 'name    = "x\\u202ey"\n' in files["main.tf"]
    assert 'name    = "$${secret}"\n' in files["main.tf"]


@pytest.mark.parametrize(
    ("name", "literal"),
    [
        ("${a}", '"$${a}"'),
        ("$${a}", '"\\u0024$${a}"'),
        ("$$${a}", '"\\u0024\\u0024$${a}"'),
        ("%{if}", '"%%{if}"'),
        ("%%{if}", '"\\u0025%%{if}"'),
        ("$%{a}", '"$%%{a}"'),
        ("5 $", '"5 $"'),
    ],
)
def test_what_begins_a_template_is_text(name: str, literal: str) -> None:
    tree = {"version": 1, "root": {"name": "Root"}, "policies": {"p": {"description": name, "content": {"plans": {}}}}}
    assert f"description = {literal}\n" in terraform(exported_from(json.dumps(tree), ""), importing=False)["main.tf"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("main.tf", "main_tf.json"),
        ("x.auto.tfvars", "x_auto_tfvars.json"),
        ("a.tftest", "a_tftest.json"),
        ("v.TOFU", "v_TOFU.json"),
        ("con", "con_policy.json"),
        ("Nul.x", "Nul_x.json"),
        ("v1.2", "v1.2.json"),
    ],
)
def test_no_document_is_a_file_that_terraform_or_windows_takes_for_its_own(name: str, file: str) -> None:
    tree = tree_with({name: {"content": {"plans": {}}}})
    assert set(terraform(exported_from(tree, ""), importing=False)) == {"main.tf", file}


def test_tags_that_aws_writes_are_left_to_it() -> None:
    tags = {"aws:cloudformation:stack-name": "backup", "AWS:x": "y", "team": "ops"}
    main = terraform(exported_from(tree_with({"p": {"content": {"plans": {}}, "tags": tags}}), ""), importing=False)
    assert '  tags = {\n    "team" = "ops"\n  }\n' in main["main.tf"]


@pytest.mark.parametrize(
    "policy",
    [
        {"description": "cafe\u0301"},
        {"tags": {"cafe\u0301": "x"}},
        {"content": {"plans": {"cafe\u0301": {"regions": {"@@assign": ["eu-west-1"]}}}}},
    ],
)
def test_letters_that_terraform_would_compose_are_refused(policy: dict[str, Any]) -> None:
    tree = tree_with({"p": {"content": {"plans": {}}, **policy}})
    with pytest.raises(UsageError, match="policy `p`: Terraform would write letters with accents in another way"):
        terraform(exported_from(tree, ""), importing=False)


@pytest.mark.parametrize(
    ("name", "policy", "message"),
    [
        ("p", {"description": "d" * 513}, "policy `p`: its description has 513 characters, AWS takes 512"),
        ("n" * 129, {}, "its name has 129 characters, AWS takes 128"),
    ],
)
def test_what_is_longer_than_aws_takes_is_refused(name: str, policy: dict[str, Any], message: str) -> None:
    export = exported_from(tree_with({name: {"content": {"plans": {}}, **policy}}), "")
    for tool in (terraform, cloudformation):
        with pytest.raises(UsageError, match=message):
            tool(export, importing=False)


def tree_with(policies: dict[str, Any]) -> str:
    return json.dumps({"version": 1, "root": {"name": "Root"}, "policies": policies})


FIRST = """  first: {id: p-first, content: {plans: {b: {regions: {"@@assign": [eu-west-1]}}}}}
"""
TWO = """\
policy first { plan b { regions = [eu-west-1] } }
policy kept { plan A { regions = [eu-west-1] } }
attach first, kept to ou "Prod"
"""


@pytest.mark.parametrize("tool", [terraform, cloudformation])
@pytest.mark.parametrize("attached", ["[kept]", "[kept, first]"])
def test_orders_that_adopting_would_not_mend_are_refused(tool: Any, attached: str) -> None:  # noqa: ANN401 - either
    export = exported_from(TREE.replace("[kept]", attached) + FIRST, TWO, only_project=True)
    assert tool(export, importing=False)
    with pytest.raises(UsageError) as refused:
        tool(export, importing=True)
    assert str(refused.value) == (
        "--import: AWS has policies attached in another order: `Prod` wants `first` before `kept`; write the names in"
        " the order of the snapshot, or detach the policies in AWS and pull again"
    )


@pytest.mark.parametrize(
    "order",
    [
        "attachment_order: unknown\n",
        "attachment_order: inferred\norders: {Prod: [[kept, first], [first, kept]]}\n",
        "attachment_order: inferred\norders: {Prod: [[first, kept]]}\n",
    ],
)
def test_orders_that_aws_may_have_are_adopted(order: str) -> None:
    tree = order + TREE.replace("[kept]", "[kept, first]") + FIRST
    assert terraform(exported_from(tree, TWO, only_project=True), importing=True)["imports.tf"].count(":p-") == 2


def test_of_the_project_alone_adopts_the_attachments_that_are_there() -> None:
    attached = TREE.replace("[kept]", "[kept, baseline]")
    imports = terraform(exported_from(attached, POLICIES, only_project=True), importing=True)["imports.tf"]
    assert [line for line in imports.splitlines() if " id " in line] == [
        '  id = "p-base"',
        '  id = "ou-ab12-11111111:p-base"',
    ]


@pytest.mark.parametrize("seed", range(12))
def test_reading_it_back_gives_the_organization(seed: int) -> None:
    tree = organization(random.Random(seed), (PLAIN, WILD)[seed % 2])
    _give_ids(tree)
    export = exported_from(json.dumps(tree), "")
    files = terraform(export, importing=True)
    assert _read_back(files) == {
        "documents": {policy.name: policy.content for policy in export.policies},
        "attached": {target.id: list(target.policies) for target in export.targets},
    }
    assert _imported(files) == _everything(export)


def _give_ids(tree: dict[str, Any]) -> None:
    for name, policy in tree["policies"].items():
        policy["id"] = f"p-{name}"
    units, number = [tree["root"]], 0
    while units:
        unit = units.pop()
        number += 1
        unit["id"] = f"ou-{number}"
        units += unit.get("units", [])


def _read_back(files: dict[str, str]) -> dict[str, Any]:
    """Documents by the names of policies, and their names in order by target."""
    resources = [_labelled(resource) for resource in hcl2.loads(files["main.tf"])["resource"]]
    policies = {label: body for kind, label, body in resources if kind == "aws_organizations_policy"}
    attached: dict[str, list[str]] = {}
    last: dict[str, str] = {}
    for label, body in ((label, body) for kind, label, body in resources if kind != "aws_organizations_policy"):
        target = _plain(body["target_id"])
        assert [_name(text) for text in body.get("depends_on", [])] == ([last[target]] if target in last else [])
        last[target] = label
        attached.setdefault(target, []).append(_plain(policies[_name(body["policy_id"])]["name"]))
    documents = {_plain(body["name"]): json.loads(files[_file(body["content"])]) for body in policies.values()}
    return {"documents": documents, "attached": attached}


def _file(content: str) -> str:
    """The name in `${file("baseline.json")}`."""
    return str(re.findall(r'file\("(.*)"\)', content)[0])


def _labelled(resource: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    ((kind, inside),) = resource.items()
    ((label, body),) = inside.items()
    return _plain(kind), _plain(label), body


def _plain(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def _name(expression: str) -> str:
    """The label in `${aws_organizations_policy.baseline.id}`."""
    return expression.strip("${}").split(".")[1]


def _imported(files: dict[str, str]) -> list[str]:
    return sorted(_plain(block["id"]) for block in hcl2.loads(files["imports.tf"]).get("import", []))


def _everything(export: Export) -> list[str]:
    ids = {policy.name: policy.id for policy in export.policies}
    attached = [f"{target.id}:{ids[name]}" for target in export.targets for name in target.policies]
    return sorted([*map(str, ids.values()), *attached])
