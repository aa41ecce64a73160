"""Access policies of vaults: which of them keep everybody from deleting points."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policyengine.analysis.controls.control_values import Compliance
from policyengine.analysis.controls.deletion_of_points import ACTIONS, deletion_disabled
from policyengine.aws.documents import Json

ADMIN = "arn:aws:iam::222222222222:role/Admin"


def deny(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Effect": "Deny", "Principal": "*", "Resource": "*", "Action": [*ACTIONS], **changes}


def but(*principals: str, operator: str = "ArnNotLike") -> dict[str, Any]:
    return {operator: {"aws:PrincipalArn": [*principals]}}


YES, NO, OPEN = Compliance.COMPLIANT, Compliance.NON_COMPLIANT, Compliance.INSUFFICIENT_DATA


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([deny()], YES),
        ([deny(Principal={"AWS": "*"})], YES),
        ([deny(Principal={"AWS": ["*"]}, Resource=["*"])], YES),
        ([deny(Action=action) for action in ACTIONS], YES),
        ([deny(Action=[action.lower() for action in ACTIONS])], YES),
        ([deny(Condition=but(ADMIN))], YES),
        ([], NO),
        ([deny(Effect="Allow")], NO),
        ([deny(Action=ACTIONS[0])], NO),
        ([deny(Action="backup:*")], NO),
        ([deny(Principal={"AWS": ADMIN})], NO),
        ([deny(Resource="arn:aws:ec2:*::snapshot/*")], NO),
        ([deny(Condition=but(ADMIN, "arn:aws:iam::222222222222:role/Other"))], OPEN),
        ([deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})], OPEN),
        ([deny(Action=ACTIONS[0]), deny(Action=[*ACTIONS[1:]], Condition={"Bool": {"x": "y"}})], OPEN),
    ],
)
def test_statements(statements: list[dict[str, Any]], expected: Compliance) -> None:
    document: Json = {"Statement": [*statements]}
    assert deletion_disabled(document, (ADMIN,)).compliance is expected
    assert deletion_disabled(json.dumps({"Statement": statements}), (ADMIN,)).compliance is expected


def test_a_single_statement_needs_no_list() -> None:
    assert deletion_disabled({"Statement": deny()}, ()).compliance is YES


@pytest.mark.parametrize("text", ["{", "[]", "7", '"x"', pytest.param("[" * 100_000, id="nests deeply")])
def test_what_is_no_policy_decides_nothing(text: str) -> None:
    assert deletion_disabled(text, ()).compliance is OPEN
