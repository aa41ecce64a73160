"""Access policies of vaults: whether a statement applies to a copy, and whether a policy denies or allows it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policyengine.aws.access_policies import NO_POLICY, AccessPolicy, Request, Statement, read_access_policy
from policyengine.aws.documents import Json

COPY = "backup:CopyIntoBackupVault"
SHOP, OTHER, CENTRAL = "222222222222", "444444444444", "333333333333"
VAULT = f"arn:aws:backup:eu-west-1:{CENTRAL}:backup-vault:Central"
PATH = "o-ours/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"
REQUEST = Request(COPY, VAULT, SHOP, "o-ours", PATH)
YES, NO, OPEN = True, False, None


def statement(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A statement that applies to every copy, but for what is changed; None leaves an element out."""
    element = {"Effect": "Allow", "Principal": "*", "Resource": "*", "Action": COPY, **changes}
    return {key: value for key, value in element.items() if value is not None}


def where(operator: str, key: str, *values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Condition": {operator: {key: values[0] if len(values) == 1 else [*values]}}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, YES),
        ({"Action": [COPY]}, YES),
        ({"Action": COPY.upper()}, YES),
        ({"Action": ["backup:DeleteRecoveryPoint", COPY.lower()]}, YES),
        ({"Action": "backup:DeleteRecoveryPoint"}, NO),
        ({"Action": "backup:CopyFromBackupVault"}, NO),
        # AWS says that it takes no wildcards there, and not what it makes of them.
        ({"Action": "backup:*"}, OPEN),
        ({"Action": "backup:Copy*"}, OPEN),
        ({"Action": "backup:copy?ntoBackupVault"}, OPEN),
        ({"Action": "*"}, OPEN),
        ({"Action": "backup:Delete*"}, NO),
        ({"Action": []}, OPEN),
        ({"Action": None}, OPEN),
        ({"Action": None, "NotAction": COPY}, NO),
        ({"Action": None, "NotAction": ["backup:StartBackupJob"]}, OPEN),
        ({"Action": None, "NotAction": "backup:*"}, OPEN),
    ],
)
def test_actions(changes: dict[str, Any], expected: object) -> None:
    assert Statement(statement(**changes)).applies(REQUEST) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", YES),
        ({"AWS": "*"}, YES),
        ({"AWS": ["*"]}, YES),
        ({"AWS": SHOP}, YES),
        ({"AWS": f"arn:aws:iam::{SHOP}:root"}, YES),
        ({"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{SHOP}:root"]}, YES),
        ({"AWS": OTHER}, NO),
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, NO),
        ({"AWS": f"arn:aws:iam::{OTHER}:role/Backup"}, NO),
        # The role that makes the copy is one of the account, which one the statement says.
        ({"AWS": f"arn:aws:iam::{SHOP}:role/Backup"}, OPEN),
        ({"AWS": f"arn:aws:sts::{SHOP}:assumed-role/Backup/session"}, OPEN),
        ({"AWS": "AROAEXAMPLEEXAMPLE"}, OPEN),
        ({"AWS": "arn:aws:iam::*:root"}, OPEN),
        ({"Service": "backup.amazonaws.com"}, OPEN),
        ({"Service": "backup.amazonaws.com", "AWS": SHOP}, YES),
        ({"AWS": 222222222222}, OPEN),
        (SHOP, OPEN),
        ("", OPEN),
        ([], OPEN),
        (None, OPEN),
    ],
)
def test_principals(principal: object, expected: object) -> None:
    assert Statement(statement(Principal=principal)).applies(REQUEST) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", NO),
        ({"AWS": "*"}, NO),
        ({"AWS": [f"arn:aws:iam::{OTHER}:root", OTHER]}, YES),
        ({"AWS": f"arn:aws:iam::{SHOP}:role/Backup"}, OPEN),
        ({"AWS": SHOP}, OPEN),  # its roles may be meant or not
        ({"Service": "backup.amazonaws.com"}, OPEN),
    ],
)
def test_principals_that_are_left_out(principal: object, expected: object) -> None:
    assert Statement(statement(Principal=None, NotPrincipal=principal)).applies(REQUEST) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", YES),
        (VAULT, YES),
        ([VAULT], YES),
        (f"arn:aws:backup:*:{CENTRAL}:backup-vault:*", YES),
        ("arn:aws:backup:eu-west-1:*:backup-vault:Centra?", YES),
        (VAULT.replace("Central", "Other"), NO),
        (VAULT.replace("eu-west-1", "eu-central-1"), NO),
        (VAULT.replace("Central", "central"), OPEN),
        ("arn:aws:ec2:*::snapshot/*", OPEN),
        ("arn:aws:backup:*:*:recovery-point:*", OPEN),
        ("${aws:ResourceTag/x}", OPEN),
        ("", OPEN),
        (None, OPEN),
    ],
)
def test_resources(resource: object, expected: object) -> None:
    assert Statement(statement(Resource=resource)).applies(REQUEST) is expected


ORG, PATHS, ACCOUNT = "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Condition": {}}, YES),
        (where("StringEquals", ORG, "o-ours"), YES),
        (where("StringEquals", "aws:principalorgid", "o-ours"), YES),
        (where("StringEquals", ORG, "o-other", "o-ours"), YES),
        (where("StringLike", ORG, "o-*"), YES),
        (where("ForAnyValue:StringLike", ORG, "o-ours"), YES),
        (where("StringEqualsIfExists", ORG, "o-ours"), YES),
        (where("StringEqualsIgnoreCase", ORG, "O-OURS"), YES),
        (where("StringEquals", ORG, "o-other"), NO),
        (where("StringEquals", ORG, "o-*"), NO),  # a star stands for itself there
        (where("StringNotEquals", ORG, "o-ours"), NO),
        (where("StringNotEquals", ORG, "o-other"), YES),
        (where("StringNotLike", ORG, "o-o*"), NO),
        (where("StringEquals", ACCOUNT, SHOP), YES),
        (where("StringNotEquals", ACCOUNT, OTHER, SHOP), NO),
        (where("StringEquals", ACCOUNT, OTHER), NO),
        (where("StringLike", ACCOUNT, "2222*"), OPEN),
        (where("StringEquals", ACCOUNT, 222222222222), OPEN),
        (where("ForAnyValue:StringLike", PATHS, "o-ours/*"), YES),
        (where("ForAnyValue:StringLike", PATHS, "o-ours/r-ab12/ou-ab12-11111111/*"), YES),
        (where("ForAnyValue:StringLike", PATHS, f"{PATH}*"), YES),
        (where("ForAnyValue:StringEquals", PATHS, PATH), YES),
        (where("ForAnyValue:StringLike", PATHS, "o-ours/r-ab12/ou-ab12-33333333/*"), NO),
        (where("ForAnyValue:StringEquals", PATHS, "o-ours/*"), NO),
        (where("ForAllValues:StringNotLike", PATHS, "o-ours/*"), NO),
        (where("StringLike", PATHS, "o-ours/*"), OPEN),  # without a prefix
        (where("StringEquals", ORG, "${aws:ResourceOrgID}"), OPEN),
        ({"Condition": {"StringEquals": {ORG: []}}}, OPEN),
        (where("StringEquals", "aws:SourceAccount", SHOP), OPEN),
        (where("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Backup"), OPEN),
        (where("Bool", "aws:PrincipalIsAWSService", "true"), OPEN),
        (where("Null", ORG, "true"), OPEN),
        (where("For:StringEquals", ORG, "o-ours"), OPEN),
        ({"Condition": "x"}, OPEN),
        ({"Condition": []}, OPEN),
        ({"Condition": {"StringEquals": {}}}, OPEN),
        ({"Condition": {"StringEquals": "x"}}, OPEN),
        # All conditions have to hold: one that does not decides.
        ({"Condition": {"StringEquals": {ORG: "o-other"}, "Bool": {"aws:SecureTransport": "true"}}}, NO),
        ({"Condition": {"StringEquals": {ORG: "o-ours", ACCOUNT: OTHER}}}, NO),
        ({"Condition": {"StringEquals": {ORG: "o-ours"}, "Bool": {"aws:SecureTransport": "true"}}}, OPEN),
    ],
)
def test_conditions(condition: dict[str, Any], expected: object) -> None:
    assert Statement(statement(**condition)).applies(REQUEST) is expected


def test_what_is_not_known_of_the_organization_leaves_conditions_open() -> None:
    unknown = REQUEST._replace(organization=None, path=None)
    for operator, key in (("StringEquals", ORG), ("StringNotEquals", ORG), ("ForAnyValue:StringLike", PATHS)):
        assert Statement(statement(**where(operator, key, "o-other"))).applies(unknown) is OPEN


def policy(*statements: dict[str, Any]) -> AccessPolicy:
    document: Json = {"Version": "2012-10-17", "Statement": [*statements]}
    read, of_text = read_access_policy(document), read_access_policy(json.dumps(document))
    assert read is not None
    assert of_text is not None
    assert read.statements == of_text.statements
    return read


MAYBE = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}


@pytest.mark.parametrize(
    ("statements", "allows", "denies"),
    [
        ([], NO, NO),
        ([statement()], YES, NO),
        ([statement(Effect="Deny")], NO, YES),
        ([statement(), statement(Effect="Deny")], YES, YES),
        ([statement(**MAYBE)], OPEN, NO),
        ([statement(**MAYBE), statement()], YES, NO),
        ([statement(Effect="Deny", **MAYBE)], NO, NO),
        ([statement(Effect="allow")], OPEN, NO),
        ([statement(Effect="deny")], OPEN, NO),
        ([statement(Effect=None)], OPEN, NO),
        (["x"], OPEN, NO),
    ],
)
def test_what_a_policy_allows_and_denies(statements: list[Any], allows: object, denies: object) -> None:
    read = policy(*statements)
    assert read.allows(REQUEST) is allows
    assert (read.denying(REQUEST) is not None) is denies


def test_a_single_statement_needs_no_list() -> None:
    read = read_access_policy({"Statement": statement()})
    assert read is not None
    assert read.statements == policy(statement()).statements


def test_without_a_policy_nothing_is_allowed_or_denied() -> None:
    assert NO_POLICY.allows(REQUEST) is NO
    assert NO_POLICY.denying(REQUEST) is None


@pytest.mark.parametrize("text", ["{", "[]", "7", "", '{"Statement": [], "Statement": []}', "[" * 100_000])
def test_what_is_no_policy(text: str) -> None:
    assert read_access_policy(text) is None


def test_what_a_policy_mentions() -> None:
    read = policy(
        statement(Principal={"AWS": f"arn:aws:iam::{SHOP}:root"}), statement(**where("StringEquals", ACCOUNT, OTHER))
    )
    assert read.accounts == {SHOP, OTHER}
    assert not read.asks_for_path
    assert policy(statement(**where("ForAnyValue:StringLike", "aws:principalOrgPaths", "o-ours/*"))).asks_for_path


def test_a_pattern_full_of_stars_takes_no_time() -> None:
    pattern = "*a" * 5_000 + "b"
    assert (
        Statement(statement(**where("StringLike", ORG, pattern))).applies(REQUEST._replace(organization="a" * 5_000))
        is NO
    )
