"""A change that is advised protects: each is made in the source, and where it might not be enough none is named."""

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, TREE, coverage_of, resource
from msgspec.structs import replace

from policyengine.analysis.coverage import CoverageReason, local_plan
from policyengine.aws.resources import Resource
from policyengine.report.coverage.remedies import NOT_ONE, remedy
from policyengine.report.coverage.result import CoverageCause

TAGGED = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["daily", "weekly"] }'
PROD = 'where prod: "aws:ResourceTag/env" == "prod"'
DATABASES = 'resource selection databases { role = "Backup"  types = [RDS] }'
PRODUCTION = f'resource selection volumes {{ role = "Backup"  types = [EBS]  {PROD} }}'
EVERYTHING_BUT = 'resource selection all { role = "Backup"  types = ["*"]  except_types = [EFS, S3] }'
BOTH = f'tag selection tagged {{ role = "Backup"  key = "backup"  values = ["daily", "weekly"]  {PROD} }}'
SAME_TAG = BOTH.replace("ResourceTag/env", "ResourceTag/backup")
TWO = f'resource selection volumes {{ role = "Backup"  types = [EBS]  {PROD}  {PROD.replace("env", "team").replace("prod:", "team:")} }}'
DAILY = {"backup": "daily"}


def advised(one: Resource, selections: str, tree: str = TREE) -> str:
    """What is advised for a resource by itself."""
    (group,) = coverage_of(one, selections=selections, tree=tree).result().groups
    return remedy(CoverageCause((group,)), {one.account})


def is_protected(one: Resource, selections: str, tree: str = TREE) -> bool | None:
    return next(coverage_of(one, selections=selections, tree=tree).resources()).protected


IN_POLICY = [
    (
        resource(tags={"backup": "Daily"}),
        TAGGED,
        "write the tag as `backup = daily`, or add `Daily` to `values` of the selection",
        TAGGED.replace('"weekly"', '"weekly", "Daily"'),
    ),
    (
        resource(tags={"backup": "never"}),
        TAGGED,
        "add `never` to `values` of the selection, or tag it one of `backup = daily, weekly`",
        TAGGED.replace('"weekly"', '"weekly", "never"'),
    ),
    (resource(), DATABASES, "add `EBS` to `types` of the selection", DATABASES.replace("RDS]", "RDS, EBS]")),
    (
        resource("EFS"),
        EVERYTHING_BUT,
        "take `EFS` out of `except_types`",
        EVERYTHING_BUT.replace("EFS, ", ""),
    ),
    (
        resource(tags={"env": "test"}),
        PRODUCTION,
        "give it a tag that meets `aws:ResourceTag/env == prod`, or change the condition",
        PRODUCTION.replace('"prod"', '"test"'),
    ),
]


@pytest.mark.parametrize(("one", "selections", "advice", "changed"), IN_POLICY, ids=[case[2] for case in IN_POLICY])
def test_a_change_of_the_policy_protects(one: Resource, selections: str, advice: str, changed: str) -> None:
    assert advised(one, selections) == advice
    assert is_protected(one, changed)


ON_RESOURCE = [
    ({"Backup": "daily"}, TAGGED, "write the tag as `backup = daily`: its key is `Backup`", DAILY),
    ({"bakcup": "daily"}, TAGGED, "write the tag as `backup = daily`: its key is `bakcup`", DAILY),
    ({"backup": "weely"}, TAGGED, "write the tag as `backup = weekly`", {"backup": "weekly"}),
    ({"Backup": "never"}, TAGGED, "tag it one of `backup = daily, weekly`", {"Backup": "never", **DAILY}),
    ({}, TAGGED, "tag it one of `backup = daily, weekly`", DAILY),
]


@pytest.mark.parametrize(("tags", "selections", "advice", "changed"), ON_RESOURCE, ids=[str(c[0]) for c in ON_RESOURCE])
def test_a_change_of_tags_protects(tags: dict[str, str], selections: str, advice: str, changed: dict[str, str]) -> None:
    one = resource(tags=tags)
    assert advised(one, selections) == advice
    assert is_protected(replace(one, tags=changed), selections)


def test_an_opt_in_protects() -> None:
    """By the name of the service: a volume of FSx goes by that of FSx."""
    arn = "arn:aws:fsx:eu-west-1:111111111111:volume/fs-1/fsvol-1"
    one = Resource(arn, "111111111111", "eu-west-1", "FSxVolume", DAILY)
    assert advised(one, TAGGED) == "opt in to `FSx` in eu-west-1 in the management account's settings of AWS Backup"
    assert is_protected(one, TAGGED, TREE.replace("[EBS,", "[FSx, EBS,"))


def test_service_restored_protects() -> None:
    one = resource("EC2", DAILY, state="terminated")
    assert advised(one, TAGGED) == "bring it back into service: EC2 running or stopped, databases available"
    assert is_protected(replace(one, state="running"), TAGGED)


FAR, HERE = "us-gov-west-1", "eu-west-1"
GOV_TABLES, TABLES = "arn:aws-us-gov:dynamodb:*:*:table/*", "arn:aws:dynamodb:*:*:table/*"


@pytest.mark.parametrize(
    ("types", "region", "partition", "advice", "changed"),
    [
        ("[DynamoDB]", FAR, "aws", f"add `{GOV_TABLES}` to `types` of the selection", f'[DynamoDB, "{GOV_TABLES}"]'),
        (f'["{GOV_TABLES}"]', HERE, "aws", "add `DynamoDB` to `types` of the selection", f'["{GOV_TABLES}", DynamoDB]'),
        (f'["{TABLES}"]', FAR, "aws-us-gov", "add `DynamoDB` to `types` of the selection", f'["{TABLES}", DynamoDB]'),
        ("[DynamoDB]", HERE, "aws-us-gov", f"add `{TABLES}` to `types` of the selection", f'[DynamoDB, "{TABLES}"]'),
        (
            f'["*"]  except_types = [DynamoDB, "{GOV_TABLES}"]',
            FAR,
            "aws",
            f"take `{GOV_TABLES}` out of `except_types`",
            '["*"]  except_types = [DynamoDB]',
        ),
    ],
)
def test_a_type_is_advised_as_the_pattern_of_its_partition(
    types: str, region: str, partition: str, advice: str, changed: str
) -> None:
    """Its name stands for the pattern of the project's partition, which may be in the selection already."""
    table = resource("DynamoDB", region=region)
    tree = TREE.replace("opt_in: {", f"opt_in: {{{FAR}: [DynamoDB], ")
    before, after = (
        coverage_of(table, selections=selecting(each), regions=[HERE, FAR], partition=partition, tree=tree)
        for each in (types, changed)
    )
    (group,) = before.result().groups
    assert remedy(CoverageCause((group,), partition), {ACCOUNT}) == advice
    assert next(after.resources()).protected


def selecting(types: str) -> str:
    return f'resource selection some {{ role = "Backup"  types = {types} }}'


SEVERAL = {
    "a tag and a condition": (resource(tags={"backup": "Daily"}), BOTH),
    "a type and a condition": (resource("EFS"), PRODUCTION),
    "two conditions": (resource(), TWO),
    "a Region and a tag": (resource(tags={"backup": "Daily"}, region="us-east-1"), TAGGED),
    "a state and a tag": (resource("EC2", {}, state="terminated"), TAGGED),
    "two clauses that ask for one tag": (resource(tags=DAILY), SAME_TAG),
    "a Region of another partition": (resource(tags=DAILY, region="us-gov-west-1"), TAGGED),
    "a pattern that leaves out every type": (resource(), EVERYTHING_BUT.replace("EFS, S3", '"*"')),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_where_one_change_may_not_be_enough_none_is_advised(case: str) -> None:
    one, selections = SEVERAL[case]
    assert not is_protected(one, selections)
    assert advised(one, selections) == NOT_ONE


def test_what_nobody_knows_holds_no_advice_back() -> None:
    """The opt-in of the Region, and the state of the database, are the reasons once the change is there."""
    far = resource(tags=DAILY, region="us-east-1")
    assert advised(far, TAGGED).startswith("add us-east-1 to `regions`")
    of_any_state = resource("RDS", {"backup": "Daily"})
    assert advised(of_any_state, TAGGED).startswith("write the tag as `backup = daily`")


def test_the_opt_in_for_a_plan_of_the_account_has_no_place_in_the_snapshot() -> None:
    own = {ACCOUNT: [local_plan("own", ["eu-west-1"], [{"Resources": ["*"]}])]}
    (group,) = coverage_of(resource(), local_plans=own).result().groups
    assert (group.reason, remedy(CoverageCause((group,)), {ACCOUNT})) == (CoverageReason.OPT_IN_UNKNOWN, NOT_ONE)


def test_a_group_has_advice_where_it_protects_all_of_it() -> None:
    """Both lack the tag, and one of them another one that a condition asks for."""
    both = (resource(tags={"env": "prod"}), resource(tags={"env": "test"}, name="two"))
    alone = [group.alone for group in coverage_of(both[0], selections=BOTH).result().groups]
    together = [group.alone for group in coverage_of(*both, selections=BOTH).result().groups]
    assert (alone, set(together)) == ([True], {False})


def test_of_an_instance_of_a_cluster_the_cluster_is_tagged() -> None:
    cluster = resource("Aurora", {}, name="orders", state="available", engine="aurora-mysql")
    member = resource("RDS", {}, state="available", engine="aurora-mysql", parents=(cluster.arn,))
    groups = {group.type: group for group in coverage_of(member, cluster).result().groups}
    said = {kind: remedy(CoverageCause((group,)), {group.account}) for kind, group in groups.items()}
    tagged = "tag it one of `backup = daily, weekly`"
    assert said == {"Aurora": tagged, "RDS": f"{tagged}; of an instance of a cluster, on the cluster"}
    assert is_protected(replace(cluster, tags=DAILY), TAGGED)


EMPTY = "222222222222"  # an account without a plan
ATTACH = "attach a policy whose plan selects it to the account, or to a unit above it"
NOT_TEST = 'resource selection volumes { role = "Backup"  types = [EBS]  where live: "aws:ResourceTag/env" != "test" }'
NO_VALUE = NOT_TEST.replace('!= "test"', 'not like "*"')


@pytest.mark.parametrize(
    ("one", "selections", "advice"),
    [
        (resource(account=EMPTY), TAGGED, ATTACH),
        (resource("EC2", account=EMPTY, state="terminated"), TAGGED, NOT_ONE),
        (resource("FSx", account=EMPTY), TAGGED, f"{ATTACH}; `FSx` needs the opt-in in eu-west-1, too"),
        (resource(None, account=EMPTY), TAGGED, "none in a policy: back it up by the service's own means"),
        (resource(tags={"env": "x"}), NO_VALUE, "change the condition: no value of the tag meets it"),
        (
            resource("DSQL", DAILY),
            TAGGED,
            "name `DSQL` in `types` of a selection: by which name AWS has the opt-in is not known",
        ),
        (
            resource(),
            NOT_TEST,
            (
                "give it the tag of the negated condition, which `policyengine explain --resource ARN` names;"
                " where its key lacks `aws:ResourceTag/`, write it so"
            ),
        ),
        (
            resource("RDS", DAILY, engine="aurora-mysql"),
            TAGGED,
            (
                "list it with its tags: an AWS Config query that selects `tags` has them; of an instance of a cluster,"
                " the same of the cluster"
            ),
        ),
    ],
)
def test_what_is_advised_for_what_no_single_tag_decides(one: Resource, selections: str, advice: str) -> None:
    assert advised(one, selections) == advice


def test_what_is_undecided_through_a_container_is_decided_there() -> None:
    stack = resource("CloudFormation", None, name="shop")
    volume = resource(parents=(stack.arn,))
    groups = {group.type: group for group in coverage_of(volume, stack).result().groups}
    said = remedy(CoverageCause((groups["EBS"],)), {ACCOUNT})
    assert said.endswith("selects `tags` has them; of what `CloudFormation` contains, the same there")
