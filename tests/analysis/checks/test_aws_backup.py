"""What the checks of AWS Backup's limits say, in words; where they speak is in `cases/`."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from support.evaluation import evaluated, settled
from support.small_projects import MANAGEMENT, SHOP, WITH_MANAGEMENT

from policyengine.base.diagnostics import Diagnostic, Severity

ROOT, PROD = "attach baseline to root\n", 'attach prod to ou "Prod"\n'
TAGGED = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
NIGHTLY = "plans/daily/rules/nightly"


def policy(plans: str, name: str = "baseline") -> str:
    return f"policy {name} {{\n{plans}\n}}\n"


def plan(rule: str = "", *, name: str = "daily", regions: str = "eu-west-1", selection: str = TAGGED) -> str:
    return (
        f"plan {name} {{\n  regions = [{regions}]\n  rule nightly {{\n"
        f'    schedule = daily at 05:00\n    vault = "Main"\n    retain = 35 days\n    {rule}\n  }}\n  {selection}\n}}\n'
    )


def types(names: str, more: str = "") -> str:
    return f'resource selection data {{ role = "Backup"  types = [{names}]  {more} }}'


def found(name: str, policies: str, tree: str = WITH_MANAGEMENT) -> list[Diagnostic]:
    """The findings of one check."""
    evaluation = evaluated(policies, tree)
    assert not evaluation.stopped, [found.message for found in evaluation.diagnostics]
    return [finding for finding in settled(evaluation) if finding.name == name]


class StatedValue(NamedTuple):
    message: str
    help: str
    path: str
    region: str = ""
    severity: Severity = Severity.WARNING


def vault_arn(region: str, name: str, partition: str = "aws") -> str:
    return f"arn:{partition}:backup:{region}:$account:backup-vault:{name}"


def copy_path(arn: str) -> str:
    return f"{NIGHTLY}/copy_actions/{arn.lower()}/target_backup_vault_arn"


SAYINGS = [
    (
        "copy-unsupported-type",
        plan('copy to vault "Copies" in eu-central-1', selection=types("RedshiftServerless, RDS, Aurora")),
        StatedValue(
            "backups of `RedshiftServerless` cannot be copied",
            "give these types a plan of their own, without this copy",
            copy_path(vault_arn("eu-central-1", "Copies")),
            severity=Severity.ERROR,
        ),
    ),
    (
        "copy-unsupported-type",
        plan(
            'copy to vault "Copies" in eu-central-1',
            regions="eu-west-1, me-south-1",
            selection=types("FSxVolume, FSx, EFS"),
        ),
        StatedValue(
            "backups of `FSx` and `FSxVolume` cannot be copied from `me-south-1` to `eu-central-1`",
            "give these types a plan of their own, without this copy",
            copy_path(vault_arn("eu-central-1", "Copies")),
            "me-south-1",
            Severity.ERROR,
        ),
    ),
    (
        "copy-unsupported-type",
        plan(
            'copy to vault "Copies" in me-south-1',
            regions="eu-west-1, me-south-1, eu-central-1",
            selection=types("FSx, EFS"),
        ),
        StatedValue(
            "backups of `FSx` cannot be copied from `eu-west-1` and `eu-central-1` to `me-south-1`",
            "give these types a plan of their own, without this copy",
            copy_path(vault_arn("me-south-1", "Copies")),
            severity=Severity.ERROR,
        ),
    ),
    (
        "copy-to-same-vault",
        plan('copy to vault "Main" in eu-west-1'),
        StatedValue(
            "the copy goes to vault `Main` in `eu-west-1`, where the backup is already",
            "copy to another Region or account, or leave the copy out",
            copy_path(vault_arn("eu-west-1", "Main")),
        ),
    ),
    (
        "copy-to-same-vault",
        plan('copy to vault "Main" in eu-west-1', regions="eu-west-1, eu-central-1"),
        StatedValue(
            "the copy goes to vault `Main` in `eu-west-1`, where the backup is already",
            "only a plan of its own can copy the backups of this Region elsewhere",
            copy_path(vault_arn("eu-west-1", "Main")),
            "eu-west-1",
            Severity.INFO,
        ),
    ),
    (
        "copy-arn-malformed",
        plan(f'copy to "{vault_arn("eu-central1", "C")}"'),
        StatedValue(
            "the copy goes to `eu-central1`, which is not a Region",
            "did you mean `eu-central-1`?",
            copy_path(vault_arn("eu-central1", "C")),
        ),
    ),
    (
        "copy-arn-malformed",
        plan(f'copy to "{vault_arn("eu-central-1", "Copies", "aws-us-gov")}"'),
        StatedValue(
            "the copy's ARN is of partition `aws-us-gov`, but `eu-central-1` is in `aws`",
            "begin it with `arn:aws:`, or set the project's partition",
            copy_path(vault_arn("eu-central-1", "Copies", "aws-us-gov")),
            severity=Severity.ERROR,
        ),
    ),
    (
        "copy-arn-malformed",
        plan('copy to vault "C" in eu-central-1'),
        StatedValue(
            "the copy goes to vault `C`, but names of vaults have at least 2 characters",
            "name a vault that there is",
            copy_path(vault_arn("eu-central-1", "C")),
            severity=Severity.ERROR,
        ),
    ),
    (
        "copy-arn-malformed",
        plan(f'copy to vault "Copies" in eu-central-1 {{ target = "{vault_arn("eu-west-3", "Copies")}" }}'),
        StatedValue(
            "the copy is listed under `arn:aws:backup:eu-central-1:$account:backup-vault:copies`, but goes to"
            " `arn:aws:backup:eu-west-3:$account:backup-vault:Copies`",
            "the target counts: list the copy under the same ARN",
            copy_path(vault_arn("eu-central-1", "Copies")),
        ),
    ),
    (
        "copy-region-unreachable",
        plan('copy to vault "Copies" in cn-north-1', regions="eu-west-1, eu-central-1"),
        StatedValue(
            "backups cannot be copied from `eu-west-1` and `eu-central-1` to `cn-north-1`",
            "copy to another Region of partition `aws`",
            copy_path(vault_arn("cn-north-1", "Copies")),
            severity=Severity.ERROR,
        ),
    ),
    (
        "index-two-types",
        plan("index = [S3, EBS]"),
        StatedValue(
            "rule `nightly` indexes `S3` and `EBS`, expected one type per rule",
            "give each type a rule of its own",
            f"{NIGHTLY}/index_actions/resource_types",
        ),
    ),
    (
        "scan-without-settings",
        plan("scan = full"),
        StatedValue(
            "rule `nightly` scans for malware, but its plan has no settings for scans",
            "set up malware scans in the plan, with a role and resource types, or leave the scan out",
            f"{NIGHTLY}/scan_actions",
            severity=Severity.ERROR,
        ),
    ),
    (
        "scan-without-settings",
        plan("scan = full", selection=TAGGED + '\nmalware_scan { role = "Scanner" }'),
        StatedValue(
            "malware scans are set up without resource types to scan",
            "add resource types to scan",
            "plans/daily/scan_settings/guardduty",
        ),
    ),
    (
        "scan-without-settings",
        plan("scan = full", selection=types("RDS, EFS") + '\nmalware_scan { role = "Scanner"  types = [EC2, S3] }'),
        StatedValue(
            "malware scans are set up for `EC2` and `S3`, but the plan only selects `RDS` and `EFS`",
            "leave the scan out, or select a type that is scanned",
            "plans/daily/scan_settings/guardduty/resource_types",
        ),
    ),
    (
        "selection-reaches-everything",
        plan(selection=types('"*"')),
        StatedValue(
            "selection `data` takes every resource of every type",
            "name types, except some, or add a condition, unless all of them are meant",
            "plans/daily/selections/resources/data/resource_types",
            severity=Severity.INFO,
        ),
    ),
    (
        "selection-both-kinds",
        plan(selection=f"{TAGGED}\n{types('RDS')}"),
        StatedValue(
            "plan `daily` takes all resources of `RDS` and also everything tagged `backup` = `yes`, of any type: the two add up",
            'to take only what has both, leave out selection `all` and ask for the tag in a condition: `where tagged: "aws:ResourceTag/backup" == "yes"`',
            "plans/daily/selections/resources",
        ),
    ),
    (
        "tag-value-wildcard",
        plan(selection='tag selection all { role = "Backup"  key = "env"  values = ["p*", "test", "*"] }'),
        StatedValue(
            "`p*` and `*` match only tags with an asterisk in them: a tag selection compares whole values",
            "name each value, or use a condition of a resource selection that takes patterns",
            "plans/daily/selections/tags/all/tag_value",
        ),
    ),
    (
        "tag-value-wildcard",
        plan(selection=types("EC2", 'where ours: "owner" == "platform"')),
        StatedValue(
            "the condition asks for `owner`, expected a key that begins with `aws:ResourceTag/`",
            "write `aws:ResourceTag/owner`",
            "plans/daily/selections/resources/data/conditions/string_equals/ours/condition_key",
        ),
    ),
    (
        "tag-value-wildcard",
        plan(selection=types("EC2", 'where ours: "ResourceTag/owner" == "platform"')),
        StatedValue(
            "the condition asks for `ResourceTag/owner`, expected a key that begins with `aws:ResourceTag/`",
            "write `aws:ResourceTag/owner`",
            "plans/daily/selections/resources/data/conditions/string_equals/ours/condition_key",
        ),
    ),
    (
        "region-unsupported",
        plan("index = [EBS]", regions="ap-southeast-2, cn-north-1"),
        StatedValue(
            "there are no search indexes of backups in `cn-north-1`",
            "give this Region a plan of its own that does without",
            f"{NIGHTLY}/index_actions",
            "cn-north-1",
            Severity.ERROR,
        ),
    ),
    (
        "region-unsupported",
        plan(regions="eu-west-1, ap-southeast-7"),
        StatedValue(
            "AWS's documents leave open whether `ap-southeast-7` has backup policies",
            "look whether the plan is made there before relying on it",
            "plans/daily/regions",
            "ap-southeast-7",
            Severity.INFO,
        ),
    ),
    (
        "region-unsupported",
        plan(regions="us-gov-west-1, us-gov-east-1"),
        StatedValue(
            "`us-gov-west-1` and `us-gov-east-1` cannot have a role of partition `aws`",
            "use ARNs of partition `aws-us-gov`; "
            '`partition = "aws-us-gov"` below `[project]` of policyengine.toml decides what names stand for',
            "plans/daily/regions",
            severity=Severity.ERROR,
        ),
    ),
    (
        "region-unsupported",
        plan(regions="eu-west-1, us-gov-west-1", selection=types("EC2")),
        StatedValue(
            "`us-gov-west-1` cannot have a role or resource types of partition `aws`",
            "leave `us-gov-west-1` out: an organization lies in one partition",
            "plans/daily/regions",
            severity=Severity.ERROR,
        ),
    ),
]


@pytest.mark.parametrize(
    ("name", "plans", "said"), SAYINGS, ids=[f"{name}-{i}" for i, (name, _, _) in enumerate(SAYINGS)]
)
def test_a_finding_says_what_is_wrong_and_what_to_do(name: str, plans: str, said: StatedValue) -> None:
    findings = found(name, policy(plans) + ROOT)
    assert said in [StatedValue(f.message, f.help, f.path, f.region, f.severity) for f in findings]
    assert all((f.accounts, f.policies) == ((MANAGEMENT, SHOP), ("baseline",)) for f in findings)


def many(count: int, line: str) -> str:
    return "\n".join(line.replace("N", str(number)) for number in range(1, count + 1))


def quotas(plans: str, below: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    policies = policy(plans) + ROOT + (policy(below, "prod") + PROD if below else "")
    return [(f.message, f.path, f.accounts) for f in found("quota-exceeded", policies)]


VALUE = '"N", '
SELECTION = 'resource selection sN { role = "Backup"  types = [EC2] }'
CONDITION = 'where cN: "aws:ResourceTag/N" == "yes"'


@pytest.mark.parametrize(
    ("most", "line", "around", "message", "path"),
    [
        (100, SELECTION, "{}", "plan `daily` has 101 selections, expected at most 100", "plans/daily/selections"),
        (
            10,
            'tag selection sN { role = "Backup"  key = "N"  values = ["yes"] }',
            "{}",
            "plan `daily` has 11 tag selections, expected at most 10",
            "plans/daily/selections/tags",
        ),
        (
            30,
            VALUE,
            'tag selection all {{ role = "Backup"  key = "backup"  values = [{}] }}',
            "selection `all` has 31 tag values, expected at most 30",
            "plans/daily/selections/tags/all/tag_value",
        ),
    ],
)
def test_one_more_than_a_quota_is_found(most: int, line: str, around: str, message: str, path: str) -> None:
    assert quotas(plan(selection=around.format(many(most, line)))) == []
    assert quotas(plan(selection=around.format(many(most + 1, line)))) == [(message, path, (MANAGEMENT, SHOP))]


def test_conditions_of_two_policies_add_up() -> None:
    """One document with more than 30 is refused already."""
    below = f"plan daily {{ resource selection data {{ types = [EC2]\n{many(30, CONDITION)} }} }}"
    assert quotas(plan(selection=types("EC2", 'where c1: "aws:ResourceTag/1" == "no"')), below) == []
    assert quotas(plan(selection=types("EC2", 'where other: "aws:ResourceTag/other" == "no"')), below) == [
        (
            "selection `data` has 31 conditions, expected at most 30",
            "plans/daily/selections/resources/data/conditions",
            (SHOP,),
        )
    ]


def test_plans_of_a_region_are_counted_per_account() -> None:
    """The quota can be raised, so this is an information; a plan more elsewhere does not count."""
    plans = "".join(plan(name=f"p{number}") for number in range(300))
    elsewhere = plan(name="other", regions="eu-central-1")
    assert quotas(plans, elsewhere) == []

    policies = policy(plans) + ROOT + policy(elsewhere + plan(name="another"), "prod") + PROD
    (finding,) = found("quota-exceeded", policies)
    assert finding.message == "301 plans run in `eu-west-1`, expected at most 300 unless AWS raised the quota"
    assert (finding.severity, finding.region, finding.accounts) == (Severity.INFO, "eu-west-1", (SHOP,))


def raw(key: str, target: str) -> str:
    """An organization whose policy is AWS's own JSON, with a copy."""
    copy = {"target_backup_vault_arn": {"@@assign": target}}
    rule = {"target_backup_vault_name": {"@@assign": "Main"}, "copy_actions": {key: copy}}
    daily = {"regions": {"@@assign": ["eu-west-1"]}, "Rules": {"Nightly": rule}}
    content = json.dumps({"Plans": {"Daily": daily}})
    return (
        WITH_MANAGEMENT.replace("  name: Root", "  name: Root\n  policies: [raw]")
        + f"policies: {{raw: {{content: {content}}}}}\n"
    )


@pytest.mark.parametrize(
    ("key", "target", "messages"),
    [
        ("DR", "DR", []),
        ("dr", "DR", []),
        ("DR", "dr", ["the copy is listed under vault `DR`, but goes to vault `dr`"]),
        ("Dr", "DR", ["the copy is listed under vault `Dr`, but goes to vault `DR`"]),
    ],
)
def test_the_key_of_a_copy_counts_as_its_author_wrote_it(key: str, target: str, messages: list[str]) -> None:
    """AWS publishes keys in lower case, and its own documents print them so (facts 4.4.2)."""
    findings = found("copy-arn-malformed", "", raw(vault_arn("eu-west-3", key), vault_arn("eu-west-3", target)))
    assert [finding.message for finding in findings] == messages


def test_a_copy_to_the_account_itself_is_a_finding_of_that_account_only() -> None:
    plans = plan(f'copy to vault "Main" in eu-west-1 account "{SHOP}"')
    (finding,) = found("copy-to-same-vault", policy(plans) + ROOT)
    assert (finding.accounts, finding.severity) == ((SHOP,), Severity.INFO)
    assert finding.help == "only a plan of its own can copy the backups of this account elsewhere"


def test_a_copy_to_another_account_is_no_finding_of_that_account() -> None:
    plans = plan(
        f'copy to vault "Copies" in eu-south-1 account "{SHOP}"', regions="eu-south-1", selection=types("Timestream")
    )
    (finding,) = found("copy-unsupported-type", policy(plans) + ROOT)
    assert finding.message == "backups of `Timestream` cannot be copied from `eu-south-1` to another account"
    assert (finding.accounts, finding.region) == ((MANAGEMENT,), "eu-south-1")


def test_a_type_that_cannot_be_copied_at_all_is_reported_once() -> None:
    plans = plan(f'copy to vault "Copies" in eu-central-1 account "{SHOP}"', selection=types("RedshiftServerless"))
    messages = [finding.message for finding in found("copy-unsupported-type", policy(plans) + ROOT)]
    assert messages == ["backups of `RedshiftServerless` cannot be copied"]


def test_a_type_that_goes_to_no_other_account_is_reported_without_a_region() -> None:
    regions, copied = "eu-west-1, eu-south-1", f'copy to vault "Copies" in eu-central-1 account "{MANAGEMENT}"'
    plans = plan(copied, regions=regions, selection=types("CloudFormation, Timestream"))
    messages = [finding.message for finding in found("copy-unsupported-type", policy(plans) + ROOT)]
    assert messages == [
        "backups of `CloudFormation` cannot be copied to another account",
        "backups of `Timestream` cannot be copied from `eu-south-1` to another account",
    ]


def test_a_region_is_shown_with_the_roles_that_cannot_be_there() -> None:
    other = 'tag selection other { role = "arn:aws-us-gov:iam::$account:role/Backup"  key = "tier"  values = ["gold"] }'
    plans = plan(regions="us-gov-west-1", selection=f"{TAGGED}\n{other}")
    (finding,) = found("region-unsupported", policy(plans) + ROOT)
    assert [label.span.text for label in finding.labels] == ['role = "Backup"']


def test_a_place_is_not_shown_beside_itself() -> None:
    (finding,) = found("region-unsupported", policy(plan(regions="mx-central-1")) + ROOT)
    assert finding.labels == ()


def tagged(name: str, key: str, values: str, more: str = "") -> str:
    return f'tag selection {name} {{ role = "Backup"  key = "{key}"  values = [{values}]  {more} }}\n'


def typed(name: str, kind: str, where: str = "") -> str:
    return f'resource selection {name} {{\nrole = "Backup"\ntypes = [{kind}]\n{where}\n}}\n'


A, B = ('where w: "aws:ResourceTag/k" == "a"', 'where w: "aws:ResourceTag/k" == "b"')
ADD = 'ask for the tag in a condition: `where tagged: "aws:ResourceTag/k" == "a"`'
EACH = "write one resource selection for each tag that asks for it in a condition"


@pytest.mark.parametrize(
    ("selections", "advice"),
    [
        (tagged("gold", "k", '"a"') + typed("data", "RDS"), f"leave out selection `gold` and {ADD}"),
        (
            tagged("gold", "k", '"a"') + typed("data", "RDS") + typed("disks", "EBS", B),
            f"leave out selection `gold` and {ADD}, in each resource selection",
        ),
        (tagged("gold", "k", '"a", "b"') + typed("data", "RDS"), f"leave out selection `gold` and {EACH}"),
        (
            tagged("gold", "k", '"a"') + tagged("silver", "t", '"a"') + typed("data", "RDS"),
            f"leave out selections `gold` and `silver`, and {EACH}",
        ),
        (tagged("gold", "k", '"a", "b"') + typed("data", "RDS", A), f"leave out selection `gold` and {EACH}"),
        (
            tagged("gold", "k", '"a"') + typed("data", "RDS", A),
            "leave out selection `gold`: the resource selections ask for the tag already",
        ),
        (
            tagged("gold", "k", '"a", "b"') + typed("data", "RDS", A) + typed("more", "RDS", B),
            "leave out selection `gold`: the resource selections ask for the tag already",
        ),
        (
            tagged("gold", "k", '"a", "b"') + typed("data", "RDS", A) + typed("more", "EBS", B),
            f"leave out selection `gold` and {EACH}",
        ),
        (
            tagged("gold", "k", '"a"') + typed("data", "RDS", 'where tagged: "aws:ResourceTag/env" == "prod"'),
            f"leave out selection `gold` and {ADD.replace('tagged:', 'tagged-2:')}",
        ),
        (
            tagged("gold", "k", '"a"', 'where w: "aws:ResourceTag/env" == "prod"') + typed("data", "RDS"),
            "leave out selection `gold` and ask for all of it in conditions of the resource selections",
        ),
        (
            tagged("gold", "k", r'"a \"b\""') + typed("data", "RDS"),
            r'leave out selection `gold` and ask for the tag in a condition: `where tagged: "aws:ResourceTag/k" == "a \"b\""`',
        ),
    ],
)
def test_what_has_tag_and_type_is_taken_by_conditions(selections: str, advice: str) -> None:
    (one,) = found("selection-both-kinds", policy(plan(selection=selections)) + ROOT)
    assert one.help == f"to take only what has both, {advice}"


def of_both_kinds(tag_values: dict[str, list[str]]) -> str:
    """A snapshot whose raw policy selects by a tag and by type in one plan."""
    role = {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"}}
    tags = {"gold": {**role, "tag_key": {"@@assign": "k"}, "tag_value": tag_values}}
    resources = {"all": {**role, "resource_types": {"@@assign": ["*"]}}}
    rule = {"target_backup_vault_name": {"@@assign": "Main"}}
    daily = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}}
    content = json.dumps({"plans": {"daily": {**daily, "selections": {"tags": tags, "resources": resources}}}})
    tree = WITH_MANAGEMENT.replace("  name: Root", "  name: Root\n  policies: [raw]")
    return f"{tree}policies: {{raw: {{content: {content}}}}}\n"


def test_the_condition_that_is_missing_is_written_as_its_author_writes() -> None:
    (one,) = found("selection-both-kinds", "", of_both_kinds({"@@assign": ['"a"']}))
    condition = r'{"condition_key": {"@@assign": "aws:ResourceTag/k"}, "condition_value": {"@@assign": "\"a\""}}'
    assert one.help.endswith(f'in a condition: `"conditions": {{"string_equals": {{"tagged": {condition}}}}}`')


def test_a_tag_selection_without_values_adds_nothing_to_types() -> None:
    assert found("selection-both-kinds", "", of_both_kinds({"@@remove": ["a"]})) == []
