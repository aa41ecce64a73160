"""Usage files: rates, overrides, totals; and everything that is wrong with one, with its line."""

from __future__ import annotations

import pytest

from policyengine.analysis.cost import Usage, UsageOverride, UsageRate, UsageTotal
from policyengine.aws.resources import Resource
from policyengine.base.errors import ConfigurationError
from policyengine.base.source import Source
from policyengine.cost_inputs import KnownPlaces, read_usage

FULL = """\
types:
  EBS: {daily_change: 2%, compression: 0.5}
  Storage Gateway: {daily_change: 0.01, backups: full, copies: full}
  DynamoDB: {advanced: true}
overrides:
  - {tag: {key: tier, value: archive}, daily_change: 0}
  - {arn: "arn:aws:ec2:eu-west-1:222222222222:volume/vol-1", daily_change: 50%}
totals:
  - {type: EBS, size_gb: 12000, unit: Prod, region: eu-west-1, resources: 40, plans: [daily]}
  - {type: EFS, size_gb: 5, account: "222222222222"}
restore_tests: {EBS: 0.25}
audit_evaluations: 1000
"""
KNOWN = KnownPlaces({"", "Prod"}, {"222222222222"}, {"eu-west-1"}, {"daily"})
ARN = "arn:aws:ec2:eu-west-1:222222222222:volume/vol-1"


def read(text: str) -> Usage:
    return read_usage(Source("usage.yaml", text), KNOWN)


def test_a_usage_file() -> None:
    assert read(FULL) == Usage(
        "usage.yaml",
        {
            "EBS": UsageRate(0.02, 0.5),
            "StorageGateway": UsageRate(0.01, None, "full", "full"),
            "DynamoDB": UsageRate(advanced=True),
        },
        (
            UsageOverride(UsageRate(0.0), "", ("tier", "archive")),
            UsageOverride(UsageRate(0.5), ARN),
        ),
        (
            UsageTotal("totals[0]", "EBS", 12000.0, "", "Prod", "eu-west-1", 40, ("daily",)),
            UsageTotal("totals[1]", "EFS", 5.0, "222222222222"),
        ),
        {"EBS": 0.25},
        1000.0,
    )


@pytest.mark.parametrize(
    ("arn", "tags", "rate"),
    [
        pytest.param("arn:x", {}, UsageRate(0.02, 0.5), id="the type's"),
        pytest.param("arn:x", None, UsageRate(0.02, 0.5), id="tags that nobody knows decide nothing"),
        pytest.param("arn:x", {"tier": "archive"}, UsageRate(0.0, 0.5), id="a tag, and the rest from the type"),
        pytest.param("arn:x", {"tier": "Archive"}, UsageRate(0.02, 0.5), id="another value"),
        pytest.param(ARN, {"tier": "archive"}, UsageRate(0.5, 0.5), id="an ARN before a tag"),
    ],
)
def test_the_rate_of_a_resource(arn: str, tags: dict[str, str] | None, rate: UsageRate) -> None:
    assert read(FULL).rate(Resource(arn, "222222222222", "eu-west-1", "EBS", tags)) == rate


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("types: {EBS: {daily_change: -1%}}", "usage.yaml:1: types.EBS.daily_change: expected a share of the data: `2%`, or a number from 0 to 1, found the text `-1%`"),
        ("types: {EBS: {daily_change: 2}}", "found the number 2"),
        ("types: {EBS: {daily_changes: 2%}}", "unknown key `daily_changes`; did you mean `daily_change`?"),
        ("types: {EBZ: {}}", "no resource type `EBZ`; did you mean `EBS`?"),
        ("totals:\n- {type: EBS, size_gb: -5, unit: Prod}", "usage.yaml:2: totals[0].size_gb: expected 0 or more, found the number -5"),
        ("totals:\n- {type: EBS, unit: Prod}", "usage.yaml:2: totals[0].size_gb: `size_gb` is missing"),
        ("totals: [{type: EBS, size_gb: .nan, unit: Prod}]", "expected a number, found the text `.nan`"),
        ("totals: [{type: EBS, size_gb: 1e300, unit: Prod}]", "expected at most 1e15, found the number 1e+300"),
        ("totals: [{type: EBS, size_gb: true, unit: Prod}]", "expected a number, found `true`"),
        ("totals: [{type: EBS, size_gb: 5}]", "expected either `account` or `unit`"),
        ("totals: [{type: EBS, size_gb: 5, unit: Prod, account: '222222222222'}]", "expected either `account` or `unit`"),
        ("totals:\n- {type: EBS, size_gb: 5, unit: Test}", "usage.yaml:2: totals[0].unit: the organization has no such unit"),
        ("totals: [{type: EBS, size_gb: 5, account: '333333333333'}]", "the organization has no such account"),
        ("totals: [{type: EBS, size_gb: 5, unit: '', region: eu-wset-1}]", "totals[0].region: there is no such Region; did you mean `eu-west-1`?"),
        ("totals: [{type: EBS, size_gb: 5, unit: '', plans: [daily, dialy]}]", "totals[0].plans: no account has the plan `dialy`; did you mean `daily`?"),
        ("totals: [{type: EBS, size_gb: 5, unit: '', plans: [x]}]", "totals[0].plans: no account has the plan `x`; the plans are `daily`"),
        ("overrides: [{daily_change: 1%}]", "overrides[0]: expected either `arn` or `tag`"),
        ("[]", "expected a mapping with `types` and `totals`, found a list"),
        ("types: [", "usage.yaml:1"),
        ("", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(text)
    assert fault in str(error.value)


def test_a_plan_is_named_in_any_case_and_passes_where_nobody_knows_all() -> None:
    (total,) = read("totals: [{type: EBS, size_gb: 5, unit: '', plans: [Daily]}]").totals
    assert total.plans == ("daily",)
    text = Source("usage.yaml", "totals: [{type: EBS, size_gb: 5, unit: '', plans: [other]}]")
    assert read_usage(text, KNOWN._replace(plans=None)).totals[0].plans == ("other",)
