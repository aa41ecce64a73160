"""Where features are missing, Region by Region (facts 2.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, get_args

import pytest

from policyengine.aws.facts import Availability, RegionFeature, available, copy_between, regions, resource_types


def _missing() -> Any:  # noqa: ANN401 - JSON
    return json.loads(files("policyengine.aws.facts").joinpath("region_features.json").read_text("utf-8"))["missing"]


def _exceptions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for feature, entries in _missing().items():
        for entry in entries:
            yield feature, entry


def test_exceptions_name_known_regions_types_and_answers_once() -> None:
    seen = [
        (feature, region, name)
        for feature, entry in _exceptions()
        for region in entry["regions"]
        for name in entry["types"]
    ]
    assert len(seen) == len(set(seen))
    assert {region for _, region, _ in seen} <= set(regions())
    assert {name for _, _, name in seen} <= {*resource_types("aws"), "*"}
    assert {feature for feature, _, _ in seen} == set(get_args(RegionFeature))
    assert {answer for _, entry in _exceptions() for answer in entry["types"].values()} == {"no", "some", "unknown"}


def test_only_high_confidence_says_no() -> None:
    for _, entry in _exceptions():
        assert (entry["confidence"] == "H") == (set(entry["types"].values()) <= {"no", "some"}), entry


@pytest.mark.parametrize(
    ("feature", "missing", "uncertain"),
    [
        ("backup_policies", [], ["ap-east-2", "ap-southeast-6", "ap-southeast-7", "mx-central-1"]),
        ("cross_region_copy", [], []),
        ("cross_account_copy", [], []),
        (
            "air_gapped_vault",
            ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"],
            ["ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "mx-central-1"],
        ),
        ("search", ["ap-east-2", "ap-southeast-6", "cn-north-1", "cn-northwest-1"], []),
        ("malware_scan", ["ap-southeast-6", "cn-north-1", "cn-northwest-1"], []),
    ],
)
def test_regions_lack_a_feature(feature: RegionFeature, missing: list[str], uncertain: list[str]) -> None:
    answers = {region: available(feature, region) for region in regions()}
    assert sorted(region for region, answer in answers.items() if answer == "no") == missing
    assert sorted(region for region, answer in answers.items() if answer == "unknown") == uncertain


@pytest.mark.parametrize(
    ("feature", "region", "name", "answer"),
    [
        ("cross_region_copy", "me-south-1", "FSx", "no"),
        ("cross_region_copy", "me-central-1", "FSxVolume", "no"),
        ("cross_region_copy", "me-south-1", "EBS", "yes"),
        ("cross_region_copy", "ap-southeast-6", "FSxVolume", "some"),  # ONTAP
        ("cross_region_copy", "cn-northwest-1", "FSxVolume", "some"),
        ("cross_region_copy", "cn-north-1", "FSx", "yes"),
        ("cross_account_copy", "eu-south-1", "CloudFormation", "no"),
        ("cross_account_copy", "eu-south-1", "Timestream", "no"),
        ("cross_account_copy", "eu-south-1", "Aurora", "some"),  # Neptune
        ("cross_account_copy", "eu-south-1", "RDS", "yes"),
        ("cross_account_copy", "ap-northeast-3", "Timestream", "yes"),  # Osaka needs no opt-in
        ("air_gapped_vault", "me-south-1", "EKS", "no"),  # 2.1, note 8
        ("air_gapped_vault", "me-south-1", "EC2", "yes"),
        ("air_gapped_vault", "ap-southeast-3", "Aurora", "some"),  # 2.1, note 5
        ("air_gapped_vault", "cn-north-1", "EKS", "no"),
        ("air_gapped_vault", "ca-west-1", "EKS", "unknown"),
        ("air_gapped_vault", "eu-west-1", "*", "yes"),
        ("air_gapped_vault", "xx-nowhere-1", "*", "unknown"),
    ],
)
def test_regions_lack_a_feature_for_a_type(
    feature: RegionFeature, region: str, name: str, answer: Availability
) -> None:
    assert available(feature, region, name) == answer


def test_half_of_the_commercial_regions_are_opt_in_regions() -> None:
    """AWS's rule: those launched after 2019-03-20. The seventeen before are on by default."""
    always = {
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
        "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1",
        "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    }  # fmt: skip
    commercial = {region for region, partition in regions().items() if partition == "aws"}
    lacking = {region for region in regions() if available("cross_account_copy", region, "Timestream") == "no"}
    assert lacking == commercial - always


@pytest.mark.parametrize(
    ("source", "target", "name", "answer"),
    [
        ("eu-west-1", "eu-central-1", "*", "yes"),
        ("cn-north-1", "cn-northwest-1", "*", "yes"),
        ("us-gov-east-1", "us-gov-west-1", "EBS", "yes"),
        ("eu-west-1", "cn-north-1", "*", "no"),
        ("us-gov-west-1", "us-west-2", "*", "no"),
        ("cn-north-1", "us-gov-west-1", "*", "no"),
        ("eu-west-1", "me-south-1", "FSx", "no"),
        ("me-south-1", "eu-west-1", "FSx", "no"),
        ("me-south-1", "me-south-1", "FSx", "yes"),  # within the Region
        ("cn-north-1", "cn-northwest-1", "FSxVolume", "some"),
        ("eu-west-1", "xx-nowhere-1", "EBS", "unknown"),
    ],
)
def test_copies_stay_in_their_partition(source: str, target: str, name: str, answer: Availability) -> None:
    assert copy_between(source, target, name) == answer
