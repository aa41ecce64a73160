"""Documents of another kind are named as such: one finding, and nothing of what is wrong with them as a policy."""

from __future__ import annotations

import json

import pytest
from aws.admission.builders import AT, findings

from policyengine.aws.admission import admit
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.policy_text import TextFault, read_document

PLAN: Json = {
    "regions": ["us-west-2"],
    "rules": {"r": {"schedule_expression": "cron(0 5 1 * ? *)", "target_backup_vault_name": "Default"}},
    "selections": {"tags": {"t": {"iam_role_arn": "arn:aws:iam::$account:role/R", "tag_key": "k", "tag_value": ["v"]}}},
}
EFFECTIVE: Json = {"plans": {"monthly": PLAN}}
POLICY = '{"plans": {}}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"Policy": {"PolicySummary": {"Id": "p-1"}, "Content": POLICY}}, "an answer of `describe-policy`"),
        ({"PolicySummary": {"Id": "p-1"}, "Content": POLICY}, "an answer of `describe-policy`"),
        ({"EffectivePolicy": {"PolicyContent": POLICY}}, "an answer of `describe-effective-policy`"),
        ({"PolicyContent": POLICY, "TargetId": "1"}, "an answer of `describe-effective-policy`"),
        (EFFECTIVE, "an effective policy"),
        ({"Plans": {"a": {"Regions": [], "Rules": {}, "Selections": {}}, "b": None}}, "an effective policy"),
        ({"222222222222": EFFECTIVE}, "a list of effective policies by account"),
        ({"Policies": [{"Id": "p-1"}]}, "a list of AWS Organizations"),
        ({"BackupPlan": {"Rules": []}}, "a backup plan of AWS Backup"),
        ({"BackupPlanName": "daily", "Rules": []}, "a backup plan of AWS Backup"),
        ({"Rules": [{"RuleName": "r"}]}, "a backup plan of AWS Backup"),
        ({"BackupSelection": {"SelectionName": "s"}}, "a selection of AWS Backup"),
        ({"Version": "2012-10-17", "Statement": []}, "a policy of statements, such as an SCP"),
        ({"tags": {"costcenter": {"tag_key": {"@@assign": "x"}}}}, "a tag policy"),
        ({"services": {"default": {}}}, "an AI services opt-out policy"),
        ({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}, "a CloudFormation template"),
        ({"AWSTemplateFormatVersion": "2010-09-09-OC", "Organization": {}}, "a template of org-formation"),
        ({"AWSTemplateFormatVersion": "2010-09-09-OC", "Resources": {}}, "a template of org-formation"),
        ({"Resources": {"P": {"Type": "AWS::Organizations::Policy"}}}, "a CloudFormation template"),
        ({"version": 4, "terraform_version": "1.9.0", "resources": []}, "a file of Terraform"),
        ({"schema": "policyengine/compile/1", "policies": {}}, "output of `policyengine compile`"),
        ({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}, "a file of Terraform"),
        ({"version": 1, "root": {"name": "Root"}}, "a snapshot of an organization"),
        ({"version": 1, "root": {"name": "Root"}, "policies": {"a": {}}}, "a snapshot of an organization"),
    ],
)
def test_a_document_of_another_kind(content: dict[str, Json], words: str) -> None:
    (found,) = findings(content)
    assert (found.name, found.message) == ("unreadable-document", f"the document is {words}, expected a backup policy")
    assert found.help


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("a file of Terraform", ["terraform_version", "planned_values", "resource_changes", "resource"]),
        ("an answer of `describe-policy`", ["Policy", "PolicySummary", "Content"]),
        ("an answer of `describe-effective-policy`", ["EffectivePolicy", "PolicyContent"]),
        ("a list of AWS Organizations", ["Policies", "Targets", "Accounts", "OrganizationalUnits", "Roots"]),
        ("a backup plan of AWS Backup", ["BackupPlan", "BackupPlanName", "BackupPlansList", "Rules"]),
        ("a selection of AWS Backup", ["BackupSelection", "SelectionName", "BackupSelectionsList", "ListOfTags"]),
        ("a policy of statements, such as an SCP", ["Statement"]),
        ("a CloudFormation template", ["AWSTemplateFormatVersion", "Resources", "Transform", "Properties"]),
        ("a snapshot of an organization", ["root"]),
        ("a list of effective policies by account", ["222222222222"]),
        ("a tag policy", ["tags"]),
        ("an AI services opt-out policy", ["services"]),
        ("a chat applications policy", ["chatbot"]),
        ("a declarative policy for EC2", ["ec2_attributes"]),
        ("a Security Hub policy", ["securityhub"]),
        ("an Amazon Inspector policy", ["inspector"]),
        ("an S3 policy", ["s3_attributes"]),
        ("an upgrade rollout policy", ["upgrade_rollout"]),
    ],
)
def test_one_key_is_enough_to_tell_what_a_document_is(words: str, keys: list[str]) -> None:
    told = {key: [found.message for found in findings({key: []})] for key in keys}
    assert told == {key: [f"the document is {words}, expected a backup policy"] for key in keys}


OF_EFFECTIVE = (
    'AWS makes it of the attached policies: give those, whose values stand in operators such as `{"@@assign": ...}`'
)
OF_PLAN = (
    'a backup policy says the same in keys of its own, below `{"plans": {"NAME": ...}}`; its selections stand in it'
)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ({"Policy": POLICY}, "the policy is the text of its `Content`: save that alone"),
        ({"EffectivePolicy": {}}, OF_EFFECTIVE),
        (EFFECTIVE, OF_EFFECTIVE),
        ({"222222222222": EFFECTIVE}, OF_EFFECTIVE),
        ({"Policies": []}, "ask for one policy with `describe-policy` and save its `Content`"),
        ({"BackupPlan": {}}, OF_PLAN),
        ({"Rules": []}, OF_PLAN),
        ({"BackupSelection": {}}, "in a backup policy it stands in a plan, in keys of its own"),
        ({"Statement": []}, "AWS judges it as another policy type, with other checks"),
        ({"tags": {}}, "AWS judges it as another policy type, with other rules"),
        (
            {"root": {}},
            "`check --snapshot` judges it with all its policies, `import` writes those in the language",
        ),
        ({"schema": "policyengine/check/1"}, "`policyengine compile --out DIR` writes the policies themselves"),
    ],
)
def test_what_to_do_with_a_document_of_another_kind(content: dict[str, Json], advice: str) -> None:
    (found,) = findings(content)
    assert found.help == advice


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"plans": {"daily": {"regions": ["eu-west-1"]}}}, "value-not-wrapped"),
        ({"plans": {"daily": PLAN, "weekly": {"regions": {"@@assign": ["eu-west-1"]}}}}, "value-not-wrapped"),
        ({"plans": [PLAN]}, "wrong-value-shape"),
        ({"plan": {}}, "unknown-key"),
        ({"rules": {"r": {}}}, "unknown-key"),
        ({"tags": {}, "more": {}}, "unknown-key"),
        ({"222222222222": EFFECTIVE, "more": {}}, "unknown-key"),
        ({"schema": "https://example.com/policyengine/"}, "unknown-key"),
    ],
)
def test_what_may_be_a_policy_with_mistakes_is_judged_as_one(content: dict[str, Json], name: str) -> None:
    assert name in {found.name for found in findings(content)}


def test_an_effective_policy_leaves_nothing_to_merge() -> None:
    outcome = admit(PolicyDocument("p", EFFECTIVE, 300, 300), at=AT)
    assert outcome.value.content == {"plans": {"monthly": {"rules": {"r": {}}, "selections": {"tags": {}}}}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# one\n\nAWSTemplateFormatVersion: '2010-09-09'\n", "the text is a CloudFormation template"),
        ("AWSTemplateFormatVersion: '2010-09-09-OC'\nOrganization:\n", "the text is a template of org-formation"),
        ("---\nResources:\n  Daily:\n    Type: AWS::Organizations::Policy\n", "the text is a CloudFormation template"),
        (
            'resource "aws_organizations_policy" "daily" {\n  type = "BACKUP_POLICY"\n}\n',
            "the text is a file of Terraform",
        ),
        ("# ours\npolicy daily { }\n", "the text is a file of the policy language"),
        ("plans:\n  daily:\n", "the text is YAML"),
    ],
)
def test_a_text_of_another_notation(text: str, message: str) -> None:
    fault = read_document("p", text)
    assert isinstance(fault, TextFault)
    assert fault.message == f"{message}, expected the JSON of a backup policy"


def test_the_policy_of_a_text_is_looked_for_where_there_is_one() -> None:
    texts = ("Resources:\n  P:\n    Type: AWS::Organizations::Policy\n", "Resources:\n  P: {}\n")
    assert [read_document("p", text).help for text in texts] == [  # type: ignore[union-attr]
        "the policy is the `Content` of its `AWS::Organizations::Policy`: save that alone, as JSON",
        "it has no `AWS::Organizations::Policy`, of which a backup policy is the `Content`",
    ]


def test_a_document_in_a_string() -> None:
    fault = read_document("p", json.dumps(POLICY))
    assert isinstance(fault, TextFault)
    assert fault.help == "it is a document as a JSON string, as `--query Policy.Content` prints it: add `--output text`"


UNWRAP = "the policy is the text of its `Content`: save that alone"


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (
            {"Policy": {"PolicySummary": {"Name": "All", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "{}"}},
            "it is about a policy of type `SERVICE_CONTROL_POLICY`",
        ),
        ({"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}, "it is about a policy of type `TAG_POLICY`"),
        ({"Type": "TAG_POLICY", "Content": "{}"}, "it is about a policy of type `TAG_POLICY`"),
        ({"Policy": {"PolicySummary": {"Type": "BACKUP_POLICY"}, "Content": POLICY}}, UNWRAP),
        ({"Policy": {"PolicySummary": {"Type": 1}, "Content": POLICY}}, UNWRAP),
        ({"Policy": {"PolicySummary": "p-1", "Content": POLICY}}, UNWRAP),
    ],
)
def test_a_policy_of_another_type_is_not_to_be_unwrapped(content: dict[str, Json], advice: str) -> None:
    (found,) = findings(content)
    assert found.message == "the document is an answer of `describe-policy`, expected a backup policy"
    assert found.help == advice


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (
            {"Resources": {"P": {"Type": "AWS::Organizations::Policy"}}},
            "the policy is the `Content` of its `AWS::Organizations::Policy`: save that alone",
        ),
        (
            {"Resources": {"P": {"Type": "AWS::Backup::BackupPlan"}}},
            "it has no `AWS::Organizations::Policy`, of which a backup policy is the `Content`",
        ),
        (
            {"resource": {"aws_organizations_policy": {"p": {}}}},
            "the policy is the `content` of its `aws_organizations_policy`: save that alone",
        ),
        (
            {"resource": {"aws_backup_plan": {"p": {}}}},
            "it has no `aws_organizations_policy`, of which a backup policy is the `content`",
        ),
        (
            {"AWSTemplateFormatVersion": "2010-09-09-OC"},
            "give the document of one backup policy alone, as AWS takes it",
        ),
    ],
)
def test_the_policy_of_a_template_is_looked_for_where_there_is_one(content: dict[str, Json], advice: str) -> None:
    (found,) = findings(content)
    assert found.help == advice
