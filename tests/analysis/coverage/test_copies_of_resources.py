"""A requirement on a resource holds only by what AWS Backup does for what it is backed up with (facts 2.1, 2.3.5, 2.4).

That is: copies, air-gapped vaults and continuous backup.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.moment import AT

from policyengine.aws.resources import Resource, ResourceInventory, resource_of
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import evaluate

ACCOUNT = "222222222222"
TREE = f"""\
version: 1
root: {{name: Root, accounts: [{{id: "{ACCOUNT}", name: shop}}]}}
settings:
  opt_in: {{eu-west-1: [CloudFormation, DynamoDB, EBS, RDS, Redshift]}}
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault = "Main"
      copy to vault "Far" in eu-central-1
      copy to vault "Hub" in eu-west-1 account "999999999999"
    }
    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
"""
AWAY, OUT = "some copy satisfies copy.cross_region", "some copy satisfies copy.cross_account"
NESTED = "some rule satisfies some copy satisfies copy.cross_region"
IN_PLAN, IN_BOTH = f"some plan satisfies {AWAY}", f"some plan satisfies {NESTED}"
NOWHERE = "some rule satisfies no copy satisfies copy.cross_region"
LEAVES = "some rule satisfies rule.leaves_account"
OFF, ON = "  dynamodb_advanced: {eu-west-1: false}\n", "  dynamodb_advanced: {eu-west-1: true}\n"
VOLUME, TABLE = "ec2:eu-west-1:222222222222:volume/v", "dynamodb:eu-west-1:222222222222:table/t"
STACK = "cloudformation:eu-west-1:222222222222:stack/s/1"
HOLDS, FAILS, OPEN = set[str](), {"requirement-violated"}, {"requirement-undecided"}


@pytest.mark.parametrize(
    ("arn", "asked", "settings", "said"),
    [
        (VOLUME, AWAY, "", HOLDS),
        (VOLUME, OUT, "", HOLDS),
        (TABLE, AWAY, ON, HOLDS),
        (TABLE, AWAY, OFF, FAILS),
        (TABLE, AWAY, "", OPEN),
        (TABLE, NESTED, OFF, FAILS),
        (TABLE, NESTED, ON, HOLDS),
        (TABLE, NESTED, "", OPEN),
        (TABLE, IN_PLAN, ON, HOLDS),
        (TABLE, IN_PLAN, OFF, FAILS),
        (TABLE, IN_PLAN, "", OPEN),
        (TABLE, IN_BOTH, OFF, FAILS),
        (TABLE, IN_BOTH, "", OPEN),
        (TABLE, NOWHERE, OFF, HOLDS),
        (TABLE, NOWHERE, "", OPEN),
        (TABLE, LEAVES, OFF, FAILS),
        (TABLE, LEAVES, "", OPEN),
        ("redshift:eu-west-1:222222222222:cluster:c", AWAY, "", FAILS),
        ("rds:eu-west-1:222222222222:cluster:multi", AWAY, "", FAILS),
        ("rds:eu-west-1:222222222222:db:one", AWAY, "", HOLDS),
        (STACK, AWAY, "", HOLDS),
        (STACK, OUT, "", FAILS),
        (STACK, LEAVES, "", FAILS),
        (STACK, NESTED, "", HOLDS),
        (STACK, f"some plan satisfies {OUT}", "", FAILS),
    ],
)
def test_what_is_not_copied_does_not_meet_a_requirement(arn: str, asked: str, settings: str, said: set[str]) -> None:
    engine = "postgres" if arn.startswith("rds") else None
    one = resource_of(f"arn:aws:{arn}", source="table", tags={"backup": "daily"}, state="available", engine=engine)
    assert one
    assert said_of(one, POLICY, f"resource.protected and ({asked})", TREE + settings) == said


OF_TYPE = [AWAY, NESTED, IN_PLAN, "resource.type == RDS", "resource.type != Aurora"]


@pytest.mark.parametrize("asked", OF_TYPE)
def test_what_hangs_on_the_type_of_a_cluster_is_open_where_nobody_tells_it(asked: str) -> None:
    """Of Aurora, DocumentDB and Neptune there are copies, of Multi-AZ clusters of RDS none (facts 2.1)."""
    tags, every = {"backup": "daily"}, TREE.replace("RDS,", "RDS, Aurora, DocumentDB, Neptune,")
    one = resource_of("arn:aws:rds:eu-west-1:222222222222:cluster:c", source="table", tags=tags, state="available")
    assert one
    assert said_of(one, POLICY, f"resource.protected and ({asked})", every) == OPEN


def said_of(one: Resource, policy: str, asked: str, tree: str) -> set[str]:
    """The names of the findings on a requirement that every resource, which is one, satisfies something."""
    return {finding.name for finding in findings((one,), policy, asked, tree)}


def findings(resources: tuple[Resource, ...], policy: str, asked: str, tree: str) -> list[Diagnostic]:
    requirement = f"require copied {{\n  assert every resource satisfies {asked}\n}}\n"
    evaluation = evaluate(
        [Source("policy.bpol", policy + requirement)],
        Source("organization.yaml", tree),
        at=AT,
        inventory=ResourceInventory(resources),
    )
    assert not evaluation.stopped
    return [finding for finding in evaluation.diagnostics if finding.requirement == "copied"]


SAFE = f"""\
version: 1
root: {{name: Root, accounts: [{{id: "{ACCOUNT}", name: shop}}, {{id: "999999999999", name: hub}}]}}
vaults:
  - {{name: Safe, accounts: "*", regions: [eu-west-1, eu-central-1, me-south-1], type: logically_air_gapped}}
  - {{name: Hub, accounts: "*", regions: [eu-central-1], type: standard}}
settings:
  opt_in:
    eu-west-1: [DynamoDB, EBS, RDS, S3, Aurora]
    me-south-1: [EBS, FSx, EKS, Timestream]
"""
ISOLATED = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, me-south-1]
    rule nightly {
      vault = "Main"
      air_gapped_vault = "Safe"
      continuous = true
      retain = 35 days
      copy to vault "Safe" in eu-central-1
      copy to vault "Far" in eu-central-1
      copy to vault "Hub" in eu-central-1 account "999999999999"
    }
    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
"""
IN_SAFE, CONTINUOUS = "some rule satisfies rule.air_gapped_vault.exists", "some rule satisfies rule.continuous"
COPIED_TO_SAFE = "some copy satisfies copy.vault.type == air_gapped"
DATABASE, BUCKET = "rds:eu-west-1:222222222222:db:one", "s3:::bucket"
FILES, CLUSTER = "fsx:me-south-1:222222222222:file-system/fs-1", "eks:me-south-1:222222222222:cluster/c"
FEATURES = "nobody can tell whether DynamoDB has advanced features there, without which"
SERIES = "timestream:me-south-1:222222222222:database/d"


@pytest.mark.parametrize(
    ("arn", "asked", "settings", "said"),
    [
        (VOLUME, IN_SAFE, "", HOLDS),
        (DATABASE, IN_SAFE, "", FAILS),
        (CLUSTER, IN_SAFE, "", FAILS),
        (TABLE, IN_SAFE, ON, HOLDS),
        (TABLE, IN_SAFE, OFF, FAILS),
        (TABLE, IN_SAFE, "", OPEN),
        (VOLUME, COPIED_TO_SAFE, "", HOLDS),
        (DATABASE, COPIED_TO_SAFE, "", FAILS),
        (DATABASE, "at least 2 copy satisfies copy.cross_region", "", HOLDS),
        (DATABASE, "at least 3 copy satisfies copy.cross_region", "", FAILS),
        (VOLUME, "at least 3 copy satisfies copy.cross_region", "", HOLDS),
        (FILES, "some copy satisfies true", "", FAILS),
        (SERIES, OUT, "", FAILS),
        (SERIES, AWAY, "", HOLDS),
        (DATABASE, CONTINUOUS, "", HOLDS),
        (VOLUME, CONTINUOUS, "", FAILS),
        (TABLE, CONTINUOUS, "", FAILS),
        (VOLUME, "every rule satisfies not rule.continuous", "", HOLDS),
    ],
)
def test_what_is_not_done_for_a_type_does_not_meet_a_requirement(
    arn: str, asked: str, settings: str, said: set[str]
) -> None:
    one = resource_of(f"arn:aws:{arn}", source="table", tags={"backup": "daily"}, state="available")
    assert one
    assert said_of(one, ISOLATED, f"resource.protected and ({asked})", SAFE + settings) == said


@pytest.mark.parametrize(
    ("key", "asked", "said"),
    [
        ("alias/aws/ebs", OUT, FAILS),
        ("alias/aws/ebs", AWAY, HOLDS),
        ("alias/aws/ebs", IN_SAFE, FAILS),
        ("alias/own", OUT, HOLDS),
        ("alias/own", IN_SAFE, HOLDS),
    ],
)
def test_an_instance_stays_where_a_key_of_its_volumes_keeps_it(key: str, asked: str, said: set[str]) -> None:
    """Facts 4.4.10 and 4.4.11."""
    instance = "arn:aws:ec2:eu-west-1:222222222222:instance/i"
    found = [
        resource_of(instance, source="table", tags={"backup": "daily"}, state="running"),
        resource_of(f"arn:aws:{VOLUME}", source="table", tags={}, state="in-use", kms=key, parents=(instance,)),
    ]
    rows = tuple(one for one in found if one)
    asking = f"resource.protected and (resource.type == EBS or ({asked}))"
    assert {finding.name for finding in findings(rows, ISOLATED, asking, SAFE.replace("[DynamoDB", "[EC2"))} == said


@pytest.mark.parametrize(
    ("arn", "asked", "message"),
    [
        (DATABASE, IN_SAFE, "no backup of the resource goes into the air-gapped vault `Safe`; one is required"),
        (
            VOLUME,
            CONTINUOUS,
            "continuous backup is on, but the type of the resource does not have it; `copied` asks for it to be on",
        ),
        (TABLE, IN_SAFE, f"`copied` cannot be decided: {FEATURES} it goes into no air-gapped vault"),
        (TABLE, AWAY, f"`copied` cannot be decided: {FEATURES} it is not copied"),
    ],
)
def test_it_says_what_is_not_done_for_a_type(arn: str, asked: str, message: str) -> None:
    one = resource_of(f"arn:aws:{arn}", source="table", tags={"backup": "daily"}, state="available")
    assert one
    (finding,) = findings((one,), ISOLATED, asked, SAFE)
    assert finding.message == message


def test_the_type_of_a_cluster_decides_about_continuous_backup_and_air_gapped_vaults() -> None:
    """Of those that share its ARNs only Aurora has the first, and all but RDS the second (facts 2.1)."""
    tags, every = {"backup": "daily"}, SAFE.replace("Aurora]", "Aurora, DocumentDB, Neptune]")
    one = resource_of("arn:aws:rds:eu-west-1:222222222222:cluster:c", source="table", tags=tags, state="available")
    assert one
    for asked in (IN_SAFE, CONTINUOUS, COPIED_TO_SAFE):
        assert said_of(one, ISOLATED, f"resource.protected and ({asked})", every) == OPEN
    assert said_of(replace(one, facts={}, engine="aurora-mysql"), ISOLATED, CONTINUOUS, every) == HOLDS
