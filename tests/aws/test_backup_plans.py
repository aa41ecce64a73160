"""Backup plans become content that AWS admits, whatever of AWS Backup's own they say."""

from __future__ import annotations

from contextlib import suppress
from string import ascii_letters, ascii_lowercase, digits
from typing import Any

from aws.admission.builders import findings
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.admission.admission_rules import DOCUMENT_TOO_LONG
from policyengine.aws.backup_plans import has_plans, joined, policy_content, read_answer
from policyengine.aws.documents import Json
from policyengine.base.errors import UsageError

NAMES = st.text(ascii_letters + digits + "_.-", min_size=1, max_size=50)
TAG_TEXTS = st.text(ascii_lowercase, min_size=1, max_size=9)
ROLES = st.sampled_from(["arn:aws:iam::$account:role/R", "arn:aws:iam::111122223333:role/service-role/R"])
VAULTS = st.sampled_from(["Main", "a_b"])
FAR = st.sampled_from(["111122223333", "$account"]).map(
    lambda owner: f"arn:aws:backup:eu-west-2:{owner}:backup-vault:V"
)
LIFECYCLES = st.fixed_dictionaries(
    {"DeleteAfterDays": st.sampled_from([-1, 1, 35, "35", "35.0"])}, optional={"DeleteAfterEvent": st.just("X")}
)
RULES = st.fixed_dictionaries(
    {"RuleName": NAMES, "TargetBackupVaultName": VAULTS},
    optional={
        "ScheduleExpression": st.sampled_from(["cron(0 5 ? * * *)", "cron(0 5 1 * ? *)"]),
        "ScheduleExpressionTimezone": st.sampled_from(["UTC", "Europe/Berlin"]),
        "StartWindowMinutes": st.integers(60, 9999),
        "CompletionWindowMinutes": st.just("600.00"),
        "Lifecycle": LIFECYCLES,
        "RecoveryPointTags": st.dictionaries(TAG_TEXTS | st.just("aws:x"), TAG_TEXTS, max_size=3),
        "CopyActions": st.lists(
            st.fixed_dictionaries({"DestinationBackupVaultArn": FAR, "Lifecycle": LIFECYCLES}), max_size=1
        ),
        "Unheard": st.integers(),
    },
)
RESOURCES = st.lists(
    st.sampled_from(["*", "arn:aws:ec2:*:*:volume/*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:s3:::one"]), max_size=4
)
CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
    st.lists(st.fixed_dictionaries({"ConditionKey": TAG_TEXTS, "ConditionValue": TAG_TEXTS}), max_size=3),
)
SELECTIONS = st.fixed_dictionaries(
    {"SelectionName": NAMES, "IamRoleArn": ROLES},
    optional={
        "ListOfTags": st.lists(
            st.fixed_dictionaries({"ConditionKey": TAG_TEXTS, "ConditionValue": TAG_TEXTS}), max_size=4
        ),
        "Resources": RESOURCES,
        "NotResources": RESOURCES.map(lambda found: [text for text in found if text != "*"]),
        "Conditions": CONDITIONS,
    },
)


def name_of(rule: Any) -> str:  # noqa: ANN401 - JSON
    return str(rule["RuleName"]).lower()


PLANS = st.fixed_dictionaries(
    {
        "BackupPlanName": NAMES,
        "Rules": st.lists(RULES, min_size=1, max_size=3, unique_by=name_of),
    }
)
GIVEN = st.fixed_dictionaries({"BackupPlan": PLANS, "BackupSelections": st.lists(SELECTIONS, max_size=4)})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "BackupPlan",
                    "BackupSelection",
                    "BackupPlanName",
                    "Rules",
                    "RuleName",
                    "Lifecycle",
                    "Resources",
                    "Type",
                    "Properties",
                    "Ref",
                    "Fn::Sub",
                    "ListOfTags",
                    "SelectionName",
                    "BackupPlanId",
                ]
            ),
            below,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def content_of(given_json: Json) -> tuple[Json, list[str]]:
    (plans,) = joined({"a": read_answer(given_json, "aws", "eu-west-1")}).values()
    content, unsaid = policy_content(plans, "eu-west-1", "aws")
    return content, [found.message for found in unsaid]


@given(GIVEN)
def test_the_content_is_admitted(plan: dict[str, Any]) -> None:
    """A plan may have more characters than a policy."""
    content, _ = content_of([plan])
    assert isinstance(content, dict)
    assert [found.message for found in findings(content) if found.code != DOCUMENT_TOO_LONG.code] == []


@given(GIVEN)
def test_what_chooses_nothing_else_is_left_out(plan: dict[str, Any]) -> None:
    """A selection of single resources never becomes one of everything."""
    only = {"SelectionName": "s", "IamRoleArn": "arn:aws:iam::$account:role/R", "Resources": ["arn:aws:s3:::one"]}
    with_it, unsaid = content_of([plan | {"BackupSelections": [only]}])
    without, _ = content_of([plan | {"BackupSelections": []}])
    assert with_it == without
    assert "nothing else chooses resources: the whole selection is left out" in unsaid


@given(ANYTHING)
def test_another_form_is_refused_in_words(value: Json) -> None:
    template: Json = {"Resources": {"P": {"Type": "AWS::Backup::BackupPlan", "Properties": value}}}
    listed: Json = [{"BackupPlan": value}]
    for content in (value, listed, template):
        if has_plans(content):
            with suppress(UsageError):
                content_of(content)
