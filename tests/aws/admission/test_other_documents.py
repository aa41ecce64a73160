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
        ({"schema": "policyengine/compile/1", "policies": {}}, "output of policyengine"),
        ({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}, "a file of Terraform"),
        ({"version": 1, "root": {"name": "Root"}}, "a snapshot of an organization"),
    ],
)
def test_a_document_of_another_kind(content: dict[str, Json], words: str) -> None:
    (found,) = findings(content)
    assert (found.name, found.message) == ("unreadable-document", f"the document is {words}, expected a backup policy")
    assert found.help


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"plans": {"daily": {"regions": ["eu-west-1"]}}}, "value-not-wrapped"),
        ({"plan": {}}, "unknown-key"),
        ({"rules": {"r": {}}}, "unknown-key"),
        ({"tags": {}, "more": {}}, "unknown-key"),
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


def test_a_policy_of_another_type_is_not_to_be_unwrapped() -> None:
    summary = {"Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"}
    (found,) = findings({"Policy": {"PolicySummary": summary, "Content": "{}"}})
    assert found.message == "the document is an answer of `describe-policy`, expected a backup policy"
    assert found.help == "it is about a policy of type `SERVICE_CONTROL_POLICY`"


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
