"""CloudFormation's template: one line of policies that attaches every target's in its order."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from generators.organizations import PLAIN, WILD, organization
from support.exporting import exported_from

from policyengine.base.errors import UsageError
from policyengine.export import cloudformation

TREE = """\
version: 1
root:
  name: Root
  id: r-ab12
  units:
    - {name: Prod, id: ou-ab12-11111111, accounts: [{id: "111111111111", name: shop}]}
    - {name: Test, id: ou-ab12-22222222}
policies:
  second: {id: p-2, tags: {team: ops}, content: {plans: {a: {regions: {"@@assign": [eu-west-1]}}}}}
"""
POLICIES = """\
policy first "The first" { plan daily { regions = [eu-west-1] } }
policy second { plan a { regions = [eu-west-1] } }
policy spare { plan b { regions = [eu-west-1] } }
attach first, second to ou "Prod"
attach second to account "shop"
"""


def template_of(policies: str, tree: str | None = TREE) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(cloudformation(exported_from(tree, policies), importing=False)["template.json"])
    return parsed


def test_policies_stand_in_one_line() -> None:
    assert template_of(POLICIES)["Resources"] == {
        "First": {
            "Type": "AWS::Organizations::Policy",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "Name": "first",
                "Type": "BACKUP_POLICY",
                "Description": "The first",
                "Content": {"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}},
                "TargetIds": ["ou-ab12-11111111"],
            },
        },
        "Second": {
            "Type": "AWS::Organizations::Policy",
            "DependsOn": "First",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "Name": "second",
                "Type": "BACKUP_POLICY",
                "Content": {"plans": {"a": {"regions": {"@@assign": ["eu-west-1"]}}}},
                "TargetIds": ["ou-ab12-11111111", "111111111111"],
                "Tags": [{"Key": "team", "Value": "ops"}],
            },
        },
        "Spare": {
            "Type": "AWS::Organizations::Policy",
            "DependsOn": "Second",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "Name": "spare",
                "Type": "BACKUP_POLICY",
                "Content": {"plans": {"b": {"regions": {"@@assign": ["eu-west-1"]}}}},
            },
        },
    }


def test_what_aws_has_is_listed_for_import() -> None:
    files = cloudformation(exported_from(TREE, POLICIES), importing=True)
    assert json.loads(files["resources-to-import.json"]) == [
        {
            "ResourceType": "AWS::Organizations::Policy",
            "LogicalResourceId": "Second",
            "ResourceIdentifier": {"Id": "p-2"},
        }
    ]


def test_what_aws_has_is_adopted_as_it_is() -> None:
    edited = POLICIES.replace("plan a { regions = [eu-west-1] }", "plan a { regions = [eu-west-2] }")
    tree = TREE.replace("name: shop}", "name: shop, policies: [second]}").replace(
        "id: p-2,", "id: p-2, description: D,"
    )
    files = cloudformation(exported_from(tree, edited.replace("policy second", 'policy second "New"')), importing=True)
    adopted = json.loads(files["import-template.json"])["Resources"]
    assert list(adopted) == ["Second"]
    assert adopted["Second"] == {
        "Type": "AWS::Organizations::Policy",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Name": "second",
            "Type": "BACKUP_POLICY",
            "Description": "D",
            "Content": {"plans": {"a": {"regions": {"@@assign": ["eu-west-1"]}}}},
            "TargetIds": ["111111111111"],
            "Tags": [{"Key": "team", "Value": "ops"}],
        },
    }
    assert set(json.loads(files["template.json"])["Resources"]) == {"First", "Second", "Spare"}


def test_of_the_project_alone_targets_of_aws_stay_with_what_is_adopted() -> None:
    tree = TREE.replace("id: r-ab12", "policies: [second, other]") + "  other: {id: p-3, content: {plans: {}}}\n"
    files = cloudformation(exported_from(tree, POLICIES, only_project=True), importing=True)
    template = json.loads(files["import-template.json"])
    assert template["Parameters"] == {"RootId": {"Type": "String", "Description": "AWS's id of the root"}}
    assert template["Resources"].keys() == {"Second"}
    assert template["Resources"]["Second"]["Properties"]["TargetIds"] == [{"Ref": "RootId"}]


def test_without_ids_there_is_nothing_to_adopt() -> None:
    files = cloudformation(exported_from(TREE.replace("id: p-2, ", ""), POLICIES), importing=True)
    assert set(files) == {"template.json", "resources-to-import.json"}
    assert json.loads(files["resources-to-import.json"]) == []


@pytest.mark.parametrize(
    ("policies", "units", "message"),
    [
        (501, 0, "the template has 501 resources, CloudFormation takes 500; leave out the snapshot's policies with"),
        (1, 201, "the template has 201 parameters, CloudFormation takes 200; give the command a snapshot with the ids"),
    ],
)
def test_more_than_a_template_holds_is_refused(policies: int, units: int, message: str) -> None:
    tree = {
        "version": 1,
        "root": {"name": "Root", "units": [{"name": f"u{number}", "policies": ["p0"]} for number in range(units)]},
        "policies": {f"p{number}": {"content": {"plans": {}}} for number in range(policies)},
    }
    with pytest.raises(UsageError, match=message):
        template_of("", json.dumps(tree))


def test_a_large_template_has_no_layout_and_a_larger_one_is_refused() -> None:
    policies = {f"p{number}": {"content": {"x": ["a"] * 20_000}} for number in range(13)}
    few = json.dumps({"version": 1, "root": {"name": "Root"}, "policies": dict(list(policies.items())[:3])})
    text = cloudformation(exported_from(few, ""), importing=False)["template.json"]
    assert len(json.loads(text)["Resources"]) == 3
    assert text.count("\n") == 1
    many = json.dumps({"version": 1, "root": {"name": "Root"}, "policies": policies})
    with pytest.raises(UsageError, match=r"the template has .* bytes, CloudFormation takes 1,000,000"):
        cloudformation(exported_from(many, ""), importing=False)


def test_orders_that_contradict_each_other_are_refused_by_name() -> None:
    contradicting = POLICIES.replace('attach second to account "shop"', 'attach second, first to ou "Test"')
    with pytest.raises(UsageError) as refused:
        template_of(contradicting)
    assert str(refused.value) == (
        "no order of creation fits every target: `Prod` wants `first` before `second`,"
        " `Test` wants `second` before `first`; attach them in one order everywhere,"
        " or export to terraform, which attaches one by one"
    )


def test_targets_without_an_id_are_parameters() -> None:
    template = template_of(POLICIES.replace("shop", "111111111111"), tree=None)
    assert template["Parameters"] == {"ProdId": {"Type": "String", "Description": "AWS's id of Prod"}}
    assert template["Resources"]["First"]["Properties"]["TargetIds"] == [{"Ref": "ProdId"}]


def test_names_that_become_equal_are_distinguished() -> None:
    policies = 'policy a_b { plan x { regions = [eu-west-1] } }\npolicy "A-b" { plan y { regions = [eu-west-1] } }\n'
    assert set(template_of(policies)["Resources"]) == {"AB", "AB2", "Second"}


def tree_with(policy: dict[str, Any]) -> str:
    return json.dumps({"version": 1, "root": {"name": "Root", "id": "r-ab12"}, "policies": {"p": policy}})


@pytest.mark.parametrize("key", ["Ref", "Fn::GetAtt", "Condition"])
def test_a_document_with_a_name_of_a_function_is_a_text(key: str) -> None:
    content = {"plans": {key: {"regions": {"@@assign": ["eu-west-1"]}}}}
    resource = template_of("", tree_with({"content": content}))["Resources"]["P"]
    assert json.loads(resource["Properties"]["Content"]) == content


@pytest.mark.parametrize(
    "policy", [{"description": "{{resolve:ssm:x}}"}, {"tags": {"a": "{{resolve:secretsmanager:x}}"}}]
)
def test_what_cloudformation_would_replace_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"policy `p`: CloudFormation would replace what begins with `{{resolve:`"):
        template_of("", tree_with({"content": {"plans": {}}, **policy}))


@pytest.mark.scale
@pytest.mark.parametrize("seed", range(6))
def test_cfn_lint_takes_every_template(seed: int) -> None:
    from cfnlint.api import ManualArgs, lint  # noqa: PLC0415 - the second group has it

    tree = organization(random.Random(seed), (PLAIN, WILD)[seed % 2])
    _sort_peers(tree["root"])
    for text in (json.dumps(tree), tree_with({"content": {"plans": {"Ref": {}}}})):
        files = cloudformation(exported_from(text, ""), importing=False)
        assert lint(files["template.json"], config=ManualArgs(regions=["us-east-1"])) == []


@pytest.mark.parametrize("seed", range(10))
def test_reading_it_back_gives_the_organization(seed: int) -> None:
    tree = organization(random.Random(seed), (PLAIN, WILD)[seed % 2])
    tree["root"]["id"] = "r-root"
    _sort_peers(tree["root"])
    export = exported_from(json.dumps(tree), "")
    resources = json.loads(cloudformation(export, importing=False)["template.json"])["Resources"]
    created = [resource["Properties"] for resource in resources.values()]
    assert {entry["Name"]: entry["Content"] for entry in created} == {p.name: p.content for p in export.policies}
    for target in (target for target in export.targets if target.id):
        there = [entry["Name"] for entry in created if target.id in entry.get("TargetIds", ())]
        assert there == list(target.policies)


def _sort_peers(entity: dict[str, Any]) -> None:
    """One order everywhere, in which peers can be created."""
    entity.get("policies", []).sort()
    for below in (*entity.get("units", ()), *entity.get("accounts", ())):
        _sort_peers(below)
