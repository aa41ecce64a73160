"""What AWS Backup can do, copied by hand from facts 2.1 to 2.4 and 7.1: not from the engine's data files.

A cell that AWS's documents leave open is `?`, one name for several types of which only some can is `some`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


class Can(NamedTuple):
    """One row of the matrix (facts 2.1), its pattern and its names in the opt-in (facts 2.2)."""

    pattern: str
    copy: str  # any copy at all (2.1.1)
    across: str  # to another account
    continuous: str  # 1.4.1
    managed: str  # fully managed: own encryption
    cold: str  # 1.3.12, 1.3.13
    air_gapped: str
    opt_in: tuple[str, ...]


TYPES = {
    "EC2": Can("ec2:*:*:instance/*", "yes", "yes", "no", "no", "no", "yes", ("EC2",)),
    "EBS": Can("ec2:*:*:volume/*", "yes", "yes", "no", "no", "archive", "yes", ("EBS",)),
    "RDS": Can("rds:*:*:db:*", "yes", "yes", "yes", "no", "no", "no", ("RDS",)),
    "Aurora": Can("rds:*:*:cluster:*", "some", "some", "some", "no", "no", "some", ("Aurora", "DocumentDB", "Neptune")),
    "DSQL": Can("dsql:*:*:cluster/*", "yes", "yes", "no", "yes", "?", "yes", ()),
    "DynamoDB": Can(
        "dynamodb:*:*:table/*", "advanced", "advanced", "no", "advanced", "advanced", "advanced", ("DynamoDB",)
    ),
    "EFS": Can("elasticfilesystem:*:*:file-system/*", "yes", "yes", "no", "yes", "yes", "yes", ("EFS",)),
    "FSx": Can("fsx:*:*:file-system/*", "yes", "yes", "no", "no", "no", "?", ("FSx",)),
    "FSxVolume": Can("fsx:*:*:volume/*", "yes", "yes", "no", "no", "no", "?", ("FSx",)),
    "S3": Can("s3:::*", "yes", "yes", "yes", "yes", "no", "yes", ("S3",)),
    "StorageGateway": Can("storagegateway:*:*:gateway/*", "yes", "yes", "no", "no", "no", "yes", ("Storage Gateway",)),
    "Timestream": Can("timestream:*:*:database/*", "yes", "yes", "no", "yes", "yes", "yes", ("Timestream",)),
    "VirtualMachine": Can("backup-gateway:*:*:vm/*", "yes", "yes", "no", "yes", "yes", "yes", ("VirtualMachine",)),
    "CloudFormation": Can("cloudformation:*:*:stack/*", "yes", "no", "no", "?", "yes", "no", ("CloudFormation",)),
    "SAPHANA": Can("ssm-sap:*:*:HANA/*", "yes", "yes", "yes", "yes", "yes", "no", ("SAP HANA on Amazon EC2",)),
    "EKS": Can("eks:*:*:cluster/*", "yes", "yes", "no", "yes", "no", "yes", ("EKS",)),
    "Redshift": Can("redshift:*:*:cluster:*", "no", "no", "no", "no", "no", "no", ("Redshift",)),
    "RedshiftServerless": Can("redshift-serverless:*:*:namespace/*", "no", "no", "no", "no", "no", "no", ()),
}

OPT_IN_ALWAYS = ("Aurora", "FSx", "FSxVolume")
"""Types whose opt-in counts although a selection names them: patterns that several types share (2.3.3)."""

OPT_IN_REGIONS = {
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
    *("ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1"),
    *("me-central-1", "me-south-1", "mx-central-1"),
}
REGIONS = OPT_IN_REGIONS | {
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    *("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"),
}
# Section 2.4. The table for backup policies is not read with certainty (M).
DOUBTFUL_POLICIES = {"ap-southeast-6", "ap-east-2", "ap-southeast-7", "mx-central-1"}
WITHOUT_SEARCH = {"ap-southeast-6", "ap-east-2", "cn-north-1", "cn-northwest-1"}
WITHOUT_SCANS = {"ap-southeast-6", "cn-north-1", "cn-northwest-1"}
WITHOUT_AIR_GAPPED = {"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"}
_WITHOUT_FSX_COPIES = {"me-south-1", "me-central-1"}


def partition_of(region: str) -> str:
    """The partition that a Region lies in, "" for what is no Region."""
    if region not in REGIONS:
        return ""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def partitions_of(regions: Iterable[str]) -> list[str]:
    """The partitions that some Regions lie in: each of all for one that nobody knows, or for none."""
    found = [partition_of(region) for region in regions]
    return [where for where in PARTITIONS if not found or "" in found or where in found]


def cut_off(source: str, target: str) -> bool:
    """Whether nothing can be copied from one Region to the other: never out of a partition."""
    known = partition_of(source) and partition_of(target)
    return source != target and bool(known) and partition_of(source) != partition_of(target)


def stays_in_region(source: str, target: str, name: str) -> bool:
    """Whether this type cannot go from one Region to the other though others can."""
    if source == target or cut_off(source, target):
        return False
    return name in {"FSx", "FSxVolume"} and bool({source, target} & _WITHOUT_FSX_COPIES)


def stays_in_account(source: str, name: str) -> bool:
    """Whether a type that goes to other accounts elsewhere does not from a Region."""
    return name == "Timestream" and source in OPT_IN_REGIONS


def never_air_gapped(region: str, name: str) -> bool:
    """Whether a type that goes into air-gapped vaults elsewhere does not in a Region."""
    return region in WITHOUT_AIR_GAPPED or (name == "EKS" and region in {"me-south-1", "me-central-1"})
