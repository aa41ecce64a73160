"""What AWS says about itself, cell by cell. The numbers name the facts (docs/facts.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any, get_args

import pytest
from msgspec.structs import fields

from policyengine.aws.cron import parse_cron
from policyengine.aws.facts import (
    PARTITIONS,
    Availability,
    ColdForm,
    Features,
    adjustable_limits,
    default_schedule,
    features,
    limits,
    resource_features,
    resource_types,
    type_of_pattern,
    types_of_pattern,
)

DATA = sorted(file.name for file in files("policyengine.aws.facts").iterdir() if file.name.endswith(".json"))
NAMES = set(resource_types("aws"))

COPIED = {
    "EC2", "EBS", "RDS", "DSQL", "EFS", "FSx", "FSxVolume", "S3", "StorageGateway", "Timestream", "VirtualMachine",
    "CloudFormation", "SAPHANA", "EKS",
}  # fmt: skip
CLUSTERS = {"Aurora", "DocumentDB", "Neptune"}  # of one ARN pattern


def _data(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files("policyengine.aws.facts").joinpath(name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DATA)
def test_every_file_says_what_it_holds_where_from_and_as_of_when(name: str) -> None:
    data = _data(name)
    assert data["about"]
    assert data["source"]
    assert date.fromisoformat(data["date"])


def test_every_type_of_the_language_has_features_and_no_other() -> None:
    assert set(resource_features()) == NAMES
    assert set(_data("resource_features.json")["opt_in"]) == NAMES
    assert set(_data("resource_features.json")["opt_in_always"]) < NAMES
    assert set(_data("resource_features.json")["notes"]) < NAMES


# Each column whole: the types of each answer, `no` for all others.
@pytest.mark.parametrize(
    ("column", "fact", "answers"),
    [
        (
            "copy_region",
            "2.1",
            {"yes": COPIED, "some": CLUSTERS, "advanced": {"DynamoDB"}},
        ),
        (
            "copy_account",
            "2.1",
            {"yes": COPIED - {"CloudFormation"}, "some": CLUSTERS, "advanced": {"DynamoDB"}},
        ),
        ("continuous", "1.4.1", {"yes": {"S3", "RDS", "SAPHANA"}, "some": {"Aurora"}}),
        (
            "fully_managed",
            "2.1, recovery points in 2.2",
            {
                "yes": {"S3", "DSQL", "EFS", "Timestream", "VirtualMachine", "SAPHANA", "EKS"},
                "advanced": {"DynamoDB"},
                "unknown": {"CloudFormation"},
            },
        ),
        (
            "cold",
            "1.3.12, 1.3.13",
            {
                "yes": {"CloudFormation", "EFS", "SAPHANA", "Timestream", "VirtualMachine"},
                "advanced": {"DynamoDB"},
                "archive": {"EBS"},
                "unknown": {"DSQL"},
            },
        ),
        (
            "air_gapped",
            "2.1",
            {
                "yes": {"EC2", "S3", "EBS", "DSQL", "EFS", "StorageGateway", "Timestream", "VirtualMachine", "EKS"},
                "some": CLUSTERS,
                "advanced": {"DynamoDB"},
                "unknown": {"FSx", "FSxVolume"},
            },
        ),
        ("index", "2.1, 1.5.10", {"yes": {"EBS", "S3"}}),
        ("opt_in_always", "2.3.3", {True: CLUSTERS | {"FSx", "FSxVolume"}}),
        (
            "incremental",
            "2.1",
            {
                "yes": {"EC2", "EBS", "RDS", "EFS", "S3", "StorageGateway", "Timestream"}
                | {"VirtualMachine", "CloudFormation", "SAPHANA"},
                "unknown": {"FSx", "FSxVolume", "Redshift", "RedshiftServerless"},
            },
        ),
        (
            "cold_form",
            "1.3.20",
            {
                "none": NAMES,
                "full": {"EBS", "DynamoDB"},
                "incremental": {"CloudFormation", "EFS", "SAPHANA", "Timestream", "VirtualMachine"},
            },
        ),
        ("full_copies", "2.1.4", {True: {"EBS"}}),
    ],
)
def test_a_column_of_the_matrix(column: str, fact: str, answers: Mapping[str | bool, set[str]]) -> None:
    expected = dict.fromkeys(NAMES, False if column in {"opt_in_always", "full_copies"} else "no")
    expected |= {name: answer for answer, names in answers.items() for name in sorted(names)}
    assert {name: getattr(row, column) for name, row in resource_features().items()} == expected, fact


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_type_can_be_copied_if_it_can_be_copied_somewhere(name: str) -> None:
    """Facts 2.1.1: no tick for Region or account means no copy at all."""
    row = features(name)
    assert row.copy == ("yes" if "yes" in {row.copy_region, row.copy_account} else row.copy_region)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_answers_are_those_that_the_types_announce(name: str) -> None:
    plain, copied = get_args(Availability), (*get_args(Availability), "advanced")
    allowed = {"cold": (*copied, "archive"), "continuous": plain, "index": plain, "opt_in_always": (True, False)}
    allowed |= {"incremental": plain, "full_copies": (True, False), "cold_form": get_args(ColdForm)}
    row = features(name)
    for field in fields(Features):
        if field.name not in {"opt_in", "opt_in_perhaps"}:
            assert getattr(row, field.name) in allowed.get(field.name, copied)


@pytest.mark.parametrize(
    ("name", "opt_in"),
    [
        ("EC2", ("EC2",)),
        ("Aurora", ("Aurora",)),
        ("DocumentDB", ("DocumentDB",)),
        ("FSxVolume", ("FSx",)),
        ("StorageGateway", ("Storage Gateway",)),
        ("SAPHANA", ("SAP HANA on Amazon EC2",)),
        ("DSQL", None),
        ("RedshiftServerless", None),
    ],
)
def test_opt_in_names_are_those_of_aws(name: str, opt_in: tuple[str, ...] | None) -> None:
    """Facts 2.2."""
    assert features(name).opt_in == opt_in


def test_a_cluster_of_rds_may_need_another_opt_in() -> None:
    """Facts 2.2: the ARN of an Aurora cluster is that of an RDS Multi-AZ cluster too."""
    perhaps = {name: row.opt_in_perhaps for name, row in resource_features().items() if row.opt_in_perhaps}
    assert perhaps == dict.fromkeys(CLUSTERS, ("RDS",))


def test_the_opt_in_has_seventeen_names() -> None:
    """Facts 2.2: as many as AWS's API knows."""
    assert len({each for row in resource_features().values() for each in row.opt_in or ()}) == 17


@pytest.mark.parametrize("name", ["*", "Mainframe", "ebs"])
def test_what_is_no_type_has_no_features(name: str) -> None:
    with pytest.raises(KeyError):
        features(name)


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("start_window_default_minutes", 8 * 60, "1.2.1"),
        ("complete_window_default_minutes", 7 * 24 * 60, "1.2.1"),
        ("window_least_minutes", 60, "1.2.3, 1.2.4"),
        ("window_most_minutes", 52_560_000, "1.2.5"),
        ("retention_least_days", 1, "1.3.1"),
        ("retention_most_days", 36_500, "1.3.1"),
        ("cold_least_days", 90, "1.3.6"),
        ("archive_interval_days", 28, "1.3.14"),
        ("continuous_most_days", 35, "1.3.2"),
        ("air_gapped_least_days", 7, "4.1"),
        ("vault_name_least_characters", 2, "1.5.3"),
        ("vaults_per_region", 300, "7.1"),
        ("plans_per_region", 300, "7.1"),
        ("recovery_points_in_vault", 1_000_000, "7.1"),
        ("rules_in_plan", 10, "7.1"),
        ("copies_in_rule", 5, "7.1"),
        ("selections_in_plan", 100, "7.1"),
        ("tag_selections_in_plan", 10, "7.1"),
        ("policy_characters", 10_000, "7.1"),
        ("policy_name_most_characters", 128, "7.1"),
        ("policy_description_most_characters", 512, "7.1"),
    ],
)
def test_quotas_and_bounds(name: str, value: int, fact: str) -> None:
    assert limits()[name] == value, fact


def test_some_quotas_are_raised_on_request() -> None:
    """Facts 7.1."""
    assert adjustable_limits() == {"plans_per_region", "vaults_per_region", "recovery_points_in_vault"}
    assert adjustable_limits() < set(limits())


def test_the_schedule_of_a_rule_without_one_is_five_in_the_morning() -> None:
    """Facts 1.1.15."""
    assert default_schedule() == "cron(0 5 ? * * *)"
    assert parse_cron(default_schedule()).text == default_schedule()


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_pattern_leads_back_to_its_type(partition: str) -> None:
    assert len(type_of_pattern(partition)) == len(NAMES) - 2
    assert type_of_pattern(partition)[f"arn:{partition}:ec2:*:*:volume/*"] == "EBS"
    assert type_of_pattern(partition)[f"arn:{partition}:rds:*:*:cluster:*"] == "Aurora"
    assert types_of_pattern(partition)[f"arn:{partition}:rds:*:*:cluster:*"] == ("Aurora", "DocumentDB", "Neptune")


@pytest.mark.parametrize("table", [resource_types("aws"), type_of_pattern("aws"), limits(), resource_features()])
def test_tables_cannot_be_changed(table: Any) -> None:  # noqa: ANN401 - each has its own values
    with pytest.raises(TypeError):
        table["EBS"] = "changed"
