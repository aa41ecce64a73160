"""Small projects and resources for the tests of coverage, in the words of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from support.evaluation import evaluated

from policyengine.analysis.coverage import InventoryCoverage, JudgedResource, SelectingPlan
from policyengine.aws.documents import Json
from policyengine.aws.resources import Resource, ResourceInventory

ACCOUNT = "111111111111"
BASELINE_PLAN = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: shop}, {id: "222222222222", name: empty}]
"""
TREE = f"""\
{BASELINE_PLAN}\
settings:
  opt_in: {{eu-west-1: [EBS, EC2, RDS, Aurora, DynamoDB, EFS, S3, CloudFormation, EKS]}}
"""
TAGGED = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["daily", "weekly"] }'

_ARNS = {
    "EBS": "arn:aws:ec2:{region}:{account}:volume/{name}",
    "EC2": "arn:aws:ec2:{region}:{account}:instance/{name}",
    "RDS": "arn:aws:rds:{region}:{account}:db:{name}",
    "Aurora": "arn:aws:rds:{region}:{account}:cluster:{name}",
    "Neptune": "arn:aws:rds:{region}:{account}:cluster:{name}",
    "FSx": "arn:aws:fsx:{region}:{account}:file-system/{name}",
    "DSQL": "arn:aws:dsql:{region}:{account}:cluster/{name}",
    "S3": "arn:aws:s3:::{name}",
    "CloudFormation": "arn:aws:cloudformation:{region}:{account}:stack/{name}/1",
    "EKS": "arn:aws:eks:{region}:{account}:cluster/{name}",
    "DynamoDB": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "EFS": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{name}",
    "Timestream": "arn:aws:timestream:{region}:{account}:database/{name}",
    None: "arn:aws:lambda:{region}:{account}:function:{name}",
}


def resource(  # noqa: PLR0913 - what a resource is, each with a usual value
    kind: str | None = "EBS",
    tags: dict[str, str] | None = {},  # noqa: B006 - never changed; None is another answer
    *,
    name: str = "one",
    region: str | None = "eu-west-1",
    account: str | None = ACCOUNT,
    state: str | None = None,
    engine: str | None = None,
    parents: tuple[str, ...] = (),
    kms: str | None = None,
    facts: Mapping[str, Json] | None = None,
) -> Resource:
    """A resource with the ARN of its type."""
    arn = _ARNS[kind].format(region=region, account=account, name=name)
    return Resource(arn, account, region, kind, tags, None, state, engine, None, None, kms, parents, facts or {})


def coverage_of(  # noqa: PLR0913 - what coverage rests on, each with a usual value
    *resources: Resource,
    selections: str = TAGGED,
    tree: str = TREE,
    rule: str = "",
    more: str = "",
    local_plans: Mapping[str, Sequence[SelectingPlan]] | None = None,
    dynamodb_advanced: Mapping[str, bool] | None = None,
    regions: Sequence[str] = ("eu-west-1",),
    partition: str = "aws",
) -> InventoryCoverage:
    """The coverage of resources by a plan with some selections in some Regions, attached to the account `shop`."""
    policies = f"""\
policy baseline {{
  plan daily {{
    regions = [{", ".join(regions)}]
    rule nightly {{ schedule = daily at 05:00  vault = "Main"  retain = 35 days  {rule} }}
    {selections}
  }}
}}
attach baseline to account "{ACCOUNT}"
{more}
"""
    evaluation = evaluated(policies, tree, partition=partition)
    assert evaluation.deployment is not None, evaluation.diagnostics
    return InventoryCoverage(
        ResourceInventory(resources),
        evaluation.deployment,
        local_plans=local_plans,
        dynamodb_advanced=dynamodb_advanced,
    )


def judged(
    *resources: Resource, selections: str = TAGGED, tree: str = TREE, rule: str = "", more: str = ""
) -> JudgedResource:
    """The row of the first resource; the others stand around it."""
    return next(coverage_of(*resources, selections=selections, tree=tree, rule=rule, more=more).resources())
