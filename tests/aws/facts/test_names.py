"""What people mean by names that AWS does not have: a thing of the same meaning, or nothing (facts 3.20)."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from policyengine.aws.facts import regions, resource_features, resource_types
from policyengine.aws.facts.names import NOTHING, Meaning, meaning, region_meant, service_meant


@pytest.mark.parametrize("name", sorted(resource_types("aws")))
def test_a_name_of_the_language_and_its_own_pattern_mean_the_type(name: str) -> None:
    assert meaning(name) == Meaning((name,))
    pattern = resource_types("aws-cn")[name]
    assert resource_types("aws-cn")[meaning(pattern).types[0]] == pattern


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Efs", "EFS"),
        ("ec2", "EC2"),
        ("EC3", "EC2"),
        ("EC2Instance", "EC2"),
        ("RDSCluster", "Aurora"),
        ("docdb", "DocumentDB"),
        ("SAP HANA on Amazon EC2", "SAPHANA"),
        ("Amazon S3", "S3"),
        ("AWS::EFS::FileSystem", "EFS"),
        ("AWS::EC2::Volume", "EBS"),
        ("AWS::RDS::DBCluster", "Aurora"),
        ("aws_db_instance", "RDS"),
        ("aws_neptune_cluster", "Neptune"),
        ("Timestrem", "Timestream"),
        ("arn:aws:efs:*:*:file-system/*", "EFS"),
        ("arn:aws:ebs:*:*:volume/*", "EBS"),
        ("arn:aws:neptune:*:*:cluster:*", "Neptune"),
        ("arn:aws:aurora:*:*:cluster:*", "Aurora"),
        ("arn:aws:elasticfilesytem:*:*:filesystem/*", "EFS"),
        ("arn:aws:ec2:*:*:Volumes/*", "EBS"),
        ("arn:aws:ec2:eu-west-1:111111111111:volume/*", "EBS"),
        ("arn:aws:rds:*:*:db/*", "RDS"),
        ("arn:aws:s3:::*/*", "S3"),
        ("arn:aws:ec2:*:*:volume/* ", "EBS"),
        ("arn:aws:efs:*:*:*", "EFS"),
    ],
)
def test_what_is_called_otherwise_elsewhere(text: str, name: str) -> None:
    assert meaning(text) == Meaning((name,))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("arn:aws:s3:::my-bucket", "S3"),
        ("arn:aws:s3:::prod-*", "S3"),
        ("arn:aws:dynamodb:eu-west-1:222222222222:table/orders", "DynamoDB"),
        ("arn:aws:dynamodb:*:*:table/prod-*", "DynamoDB"),
        ("arn:aws:rds:*:*:cluster:clusterIdentifier:*", "Aurora"),
        ("arn:aws-cn:efs:cn-north-1:222222222222:file-system/fs-0123", "EFS"),
        ("arn:aws:ec2:$region:$account:instance/i-0123", "EC2"),
    ],
)
def test_an_arn_of_single_resources(text: str, name: str) -> None:
    assert meaning(text) == Meaning((name,), single=True)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("ElastiCache", "ElastiCache"),
        ("AWS::Lambda::Function", "Lambda"),
        ("ECR", "ECR"),
        ("arn:aws:sqs:*:*:*", "SQS"),
        ("arn:aws:es:eu-west-1:222222222222:domain/logs", "OpenSearch"),
        ("CloudFront", "CloudFront"),
        ("elasticahce", "ElastiCache"),
    ],
)
def test_services_that_aws_backup_lacks(text: str, service: str) -> None:
    assert meaning(text) == Meaning(lacking=service)


@pytest.mark.parametrize(
    "text",
    [
        "Oracle",
        "DRS",
        "ESB",
        "DynamoDBStream",
        "TapeGateway",
        "filesystem",
        "StackSet",
        "EC2Snapshot",
        "arn:aws:ec2:*:*:vpc/*",
        "arn:aws:rds:*:*:snapshot:*",
        "arn:aws:dynamodb:*:*:table/*/index/*",
        "arn:aws:efs:*:*:access-point/*",
        "arn:aws:eks:*:*:nodegroup/*",
        "arn:aws:quantum:*:*:qubit/*",
        "arn:aws",
        "arn:",
        "",
        "x" * 10_000,
    ],
)
def test_a_similar_spelling_means_nothing(text: str) -> None:
    assert meaning(text) == NOTHING


def test_all_of_a_service_is_each_of_its_types() -> None:
    assert meaning("arn:aws:ec2:*:*:*") == Meaning(("EC2", "EBS"))
    assert meaning("arn:aws:rds:*:*:*") == Meaning(("RDS", "Aurora"))


def test_no_name_means_two_things() -> None:
    data = json.loads(files("policyengine.aws.facts").joinpath("resource_types.json").read_text(encoding="utf-8"))
    aliases = [alias for table in ("aliases", "lacking") for names in data[table].values() for alias in names]
    names = [*aliases, *(name.lower() for name in data["types"])]
    assert len(names) == len(set(names))
    assert all(alias.isalnum() and alias.islower() for alias in aliases)
    assert set(data["aliases"]) == set(data["types"])


@pytest.mark.parametrize("code", sorted(regions()))
def test_a_region_without_its_hyphens_and_one_of_its_zones(code: str) -> None:
    assert region_meant(code.replace("-", "")) == code
    assert region_meant(f"{code}a") == code


@pytest.mark.parametrize("text", ["eu-west-9", "us-east-3", "us-est-1", "eu-west0", "ireland", "eu-west-*", ""])
def test_another_number_is_another_region(text: str) -> None:
    assert region_meant(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "us-central-1",
        "us-south-1",
        "me-north-1",
        "eu-southeast-1",
        "ap-northwest-1",
        "ca-est-1",
        "us-iso-east-1",
        "us-gov-west-2",
        "us-west-gov-1",
        "eu-northwest-1",
        "cn-west-1",
    ],
)
def test_another_continent_direction_or_partition_is_another_region(text: str) -> None:
    assert region_meant(text) == ""


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("eu-wset-1", "eu-west-1"),
        ("ap-souteast-1", "ap-southeast-1"),
        ("asia-southeast-1", "ap-southeast-1"),
        ("us-gov-wset-1", "us-gov-west-1"),
        ("il-cental-1", "il-central-1"),
    ],
)
def test_a_slip_in_the_direction_of_a_region(text: str, region: str) -> None:
    assert region_meant(text) == region


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("RSD", "RDS"),
        ("esb", "EBS"),
        ("ESF", "EFS"),
        ("2EC", ""),
        ("ECS", ""),
        ("RDS", ""),
        ("Tiemstream", "Timestream"),
    ],
)
def test_a_service_of_the_opt_in_with_two_letters_swapped(name: str, service: str) -> None:
    assert service_meant(name) == service


def test_no_two_services_of_the_opt_in_are_a_slip_apart() -> None:
    services = {service for can in resource_features().values() for service in can.opt_in or ()}
    assert {service_meant(service) for service in services} == {""}
