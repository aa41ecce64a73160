"""A requirement on copies of a resource holds only where AWS Backup copies what it is backed up with (facts 2.1, 2.3.5)."""

from __future__ import annotations

import pytest
from support.moment import AT

from policyengine.aws.resources import ResourceInventory, resource_of
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
    requirement = f"require copied {{\n  assert every resource satisfies resource.protected and ({asked})\n}}\n"
    evaluation = evaluate(
        [Source("policy.bpol", POLICY + requirement)],
        Source("organization.yaml", TREE + settings),
        at=AT,
        inventory=ResourceInventory((one,)),
    )
    assert not evaluation.stopped
    assert {finding.name for finding in evaluation.diagnostics if finding.requirement == "copied"} == said
