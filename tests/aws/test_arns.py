"""ARNs are built and read in one place, each way the reverse of the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.arns import (
    VaultArn,
    air_gapped_vault_arn,
    copy_target,
    read_vault_arn,
    role_arn,
    role_path,
    vault_arn,
)

NAMES = st.text("abzAZ019_-", min_size=1, max_size=8)
ACCOUNTS = st.sampled_from(("111111111111", "$account"))
PARTITIONS = st.sampled_from(("aws", "aws-cn", "aws-us-gov"))


@given(NAMES, st.sampled_from(("eu-west-1", "us-gov-east-1")), ACCOUNTS, PARTITIONS)
def test_a_vault_is_read_from_the_arn_that_is_built_of_it(name: str, region: str, account: str, partition: str) -> None:
    arn = vault_arn(name, region, account, partition)
    assert read_vault_arn(arn) == VaultArn(arn, partition, region, account, name)
    assert copy_target(arn, partition) == (name, region, account)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Main",
        "arn:aws:backup:eu-west-1:111111111111:vault:Main",
        "arn:aws:backup:eu-west-1:111111111111:backup-vault:",
        "arn:aws:backup:eu-west-1:111111111111:backup-vault:a:b",
        "arn:aws:iam::$account:role/Main",
    ],
)
def test_other_texts_are_no_vault(text: str) -> None:
    assert read_vault_arn(text) is None


def test_the_fixed_parts_of_an_arn_may_be_in_any_case() -> None:
    arn = "ARN:aws:Backup:eu-west-1:$Account:Backup-Vault:Main"
    assert read_vault_arn(arn) == VaultArn(arn, "aws", "eu-west-1", "$Account", "Main")
    assert copy_target(arn, "aws") is None


def test_a_copy_target_is_of_the_partition() -> None:
    assert copy_target(vault_arn("V", "eu-west-1", "$account", "aws-cn"), "aws") is None


def test_an_air_gapped_vault_is_where_the_plan_is() -> None:
    assert air_gapped_vault_arn("V", "aws") == "arn:aws:backup:$region:$account:backup-vault:V"


@pytest.mark.parametrize("path", ["Backup", "service-role/Backup", "/team/Backup"])
def test_the_path_of_a_role_is_that_in_its_arn(path: str) -> None:
    assert role_path(role_arn(path, "aws-us-gov")) == path


def test_a_role_of_the_snapshot_may_begin_with_a_slash() -> None:
    assert role_path("/team/Backup") == role_path("team/Backup") == "team/Backup"
