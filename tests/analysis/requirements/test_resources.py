"""Requirements about resources, on resources that are written by hand: what holds, what is said, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace
from support.evaluation import evaluated

from policyengine.analysis.findings import Gate, settle
from policyengine.analysis.requirements import (
    AccountResources,
    Judgement,
    LimitedPlan,
    ResourceRow,
    ResourceRows,
    check_types,
    findings,
    judge,
)
from policyengine.aws.deployment import DeployedRule, Deployment
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.language.syntax import format_source, parse
from policyengine.report.finding_text import details
from policyengine.report.json_output import finding_json

TREE = """\
version: 1
root:
  name: Root
  accounts: [{id: "222222222222", name: payments}, {id: "333333333333", name: shop}]
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      schedule = daily at 05:00
      vault    = "Main"
      retain   = 35 days
    }
    rule weekly {
      schedule = weekly on sunday at 03:00
      vault    = "Main"
      retain   = 1 year
      copy to vault "Central" in eu-central-1 account "999999999999"
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
"""
PAYMENTS, SHOP = "222222222222", "333333333333"


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    deployment = evaluated(POLICY, TREE).deployment
    assert deployment
    return deployment


def database(deployment: Deployment, name: str, *, protected: bool | None = True, reason: str = "") -> ResourceRow:
    """A database with a tag of its name, in eu-west-1, by the plan `daily` if it is protected."""
    plans = deployment.published[0].plans if protected else ()
    names = tuple(plan.plan.name for plan in plans)
    return ResourceRow(f"arn:{name}", "RDS", "eu-west-1", {"env": name}, protected, plans, names, reason)


def limited(deployment: Deployment, *, can_copy: bool | None, can_leave: bool) -> ResourceRow:
    """A table that the plans back up, of which there may be no copies, or none outside of the account."""
    whole = deployment.published[0].plans

    def limit(rule: DeployedRule) -> DeployedRule:
        copies = tuple(copy for copy in rule.copies if can_leave or copy.cross_account is not True)
        unsure = copies if can_copy is None else ()
        return replace(rule, copies=copies if can_copy else (), unsure_copies=unsure)

    plans = tuple(LimitedPlan(plan, limit) for plan in whole)
    return ResourceRow("arn:a", "DynamoDB", "eu-west-1", {}, is_protected=True, deployed=plans, names=("daily",))


def judged(
    deployment: Deployment,
    condition: str,
    rows: Iterable[ResourceRow] | None,
    shop: Iterable[ResourceRow] = (),
    unlisted: Iterable[str] = (),
) -> Judgement:
    """The judgement of one assertion for both accounts."""
    text = f"require house-rule {{\n  assert {condition}\n}}\n"
    demands = check_types([parse(Source("requirements.bpol", text)).value])
    assert not demands.failed, [fault.message for fault in demands.diagnostics]
    resources = None
    if rows is not None:
        accounts = {PAYMENTS: AccountResources(tuple(rows)), SHOP: AccountResources(tuple(shop))}
        resources = ResourceRows(accounts, frozenset(unlisted))
    return judge(demands.value.requirements, deployment.published, None, resources)


def verdict(judgement: Judgement) -> str:
    """What becomes of the account `payments`."""
    (result,) = (result for result in judgement.results if any(account.id == PAYMENTS for account in result.accounts))
    return "undecided" if result.undecided else "violated" if result.violated else "holds"


def reported(judgement: Judgement) -> tuple[Diagnostic, ...]:
    return tuple(settle(findings(judgement), Gate()).diagnostics)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("every resource satisfies resource.protected", "holds"),
        ('some resource where resource.tags["env"] == "prod" satisfies resource.type == RDS', "holds"),
        ('no resource satisfies resource.arn like "arn:*"', "violated"),
        ("at least 2 resource satisfies resource.protected", "violated"),
        ('every resource satisfies "daily" in resource.plans', "holds"),
        ("every resource satisfies resource.interval < 3 days", "holds"),
        ("every resource satisfies resource.interval < 1 day", "violated"),
        ("every resource satisfies resource.retention == 365 days", "holds"),
        ("every resource satisfies some copy satisfies copy.cross_account", "holds"),
        ("every resource satisfies every copy satisfies copy.cross_region", "holds"),
        ("every resource satisfies every rule satisfies some copy satisfies copy.cross_account", "violated"),
        ('every resource satisfies some rule satisfies rule.name == "nightly"', "holds"),
        ("every resource satisfies no rule satisfies rule.region == eu-central-1", "holds"),
        ('every resource satisfies some plan satisfies plan.name == "daily"', "holds"),
        ('every resource satisfies some selection satisfies selection.key == "backup"', "holds"),
        ('every plan satisfies some resource satisfies resource.type == "RDS"', "holds"),
        ("every resource where resource.type == S3 satisfies resource.protected", "holds"),
        ('every resource satisfies resource.tags["team"] == "x"', "violated"),
    ],
)
def test_what_is_asked_of_a_protected_database(deployment: Deployment, condition: str, expected: str) -> None:
    assert verdict(judged(deployment, condition, [database(deployment, "prod")])) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "every resource satisfies resource.protected",
        "every resource satisfies resource.retention >= 1 day",
        "every resource satisfies resource.interval <= 7 days",
        "every resource satisfies not (resource.retention < 1 day)",
        "every resource satisfies some copy satisfies true",
    ],
)
def test_a_resource_without_a_plan_has_none_of_it(deployment: Deployment, condition: str) -> None:
    assert verdict(judged(deployment, condition, [database(deployment, "prod", protected=False)])) == "violated"


@pytest.mark.parametrize(
    "row",
    [
        ResourceRow("arn:a", "RDS", "eu-west-1", None, is_protected=True),
        ResourceRow("arn:a", "RDS", None, {"env": "prod"}, None),
        ResourceRow("arn:a", "RDS", "eu-west-1", {"env": "prod"}, None),
    ],
)
def test_what_nobody_looked_at_is_undecided(deployment: Deployment, row: ResourceRow) -> None:
    condition = 'every resource where resource.tags["env"] == "prod" satisfies not resource.protected'
    expected = "undecided"
    assert verdict(judged(deployment, condition, [row])) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('resource.arn == "arn:a"', "holds"),
        ("resource.type == RDS", "violated"),
        ("resource.type != RDS", "holds"),
        ('resource.type like "*"', "violated"),
        ("resource.region == eu-west-1", "undecided"),
        ('resource.tags["env"] == "prod"', "undecided"),
        ('resource.tags["env"] != "prod"', "undecided"),
        ("resource.protected", "undecided"),
        ('"daily" in resource.plans', "undecided"),
        ("resource.interval <= 7 days", "undecided"),
        ("resource.retention >= 1 day", "undecided"),
    ],
)
def test_what_is_asked_of_a_resource_of_which_only_the_arn_is_known(
    deployment: Deployment, condition: str, expected: str
) -> None:
    row = ResourceRow("arn:a", kind=None, place=None, labels=None, is_protected=None)
    assert verdict(judged(deployment, f"every resource satisfies {condition}", [row])) == expected


@pytest.mark.parametrize(
    ("can_copy", "can_leave", "condition", "expected"),
    [
        (True, True, "some copy satisfies true", "holds"),
        (True, True, "some copy satisfies copy.cross_account", "holds"),
        (True, False, "some copy satisfies true", "violated"),
        (True, False, "every copy satisfies false", "holds"),
        (False, True, "some copy satisfies true", "violated"),
        (False, True, "every copy satisfies false", "holds"),
        (None, True, "some copy satisfies true", "undecided"),
        (None, True, "every copy satisfies false", "undecided"),
        (None, True, 'every rule where rule.name == "weekly" satisfies some copy satisfies true', "undecided"),
        (None, True, "every plan satisfies some copy satisfies true", "undecided"),
        (None, True, "every plan satisfies some selection satisfies selection.kind == resource", "violated"),
        (None, False, "some copy satisfies true", "violated"),
        (False, False, "some rule satisfies rule.retention > 1 day", "holds"),
        (False, False, 'some plan satisfies plan.name == "daily"', "holds"),
    ],
)
def test_a_plan_copies_what_can_be_copied_and_leave(
    deployment: Deployment, condition: str, expected: str, *, can_copy: bool | None, can_leave: bool
) -> None:
    """The only copy is the one of the weekly backups, to another account."""
    row = limited(deployment, can_copy=can_copy, can_leave=can_leave)
    assert verdict(judged(deployment, f"every resource satisfies {condition}", [row])) == expected


def test_a_copy_that_nobody_is_sure_of_says_what_to_tell(deployment: Deployment) -> None:
    row = limited(deployment, can_copy=None, can_leave=True)
    (finding,) = reported(judged(deployment, "every resource satisfies some copy satisfies true", [row]))
    assert finding.message == (
        "`house-rule` cannot be decided: nobody can tell whether DynamoDB has advanced features there,"
        " without which it is not copied"
    )
    assert finding.help == "add the Region to `settings.dynamodb_advanced` of the snapshot"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("every resource satisfies resource.retention >= 1 day", "undecided"),
        ("every resource satisfies resource.interval <= 7 days", "undecided"),
        ("every resource satisfies every rule satisfies rule.retention >= 35 days", "undecided"),
        ("every resource satisfies every rule satisfies rule.retention >= 2 years", "violated"),
        ('every resource satisfies some rule satisfies rule.name == "hourly"', "undecided"),
        ('every resource satisfies some rule satisfies rule.name == "nightly"', "holds"),
        ('every resource satisfies no plan satisfies plan.name == "own"', "undecided"),
        ('every resource satisfies no plan satisfies plan.name == "daily"', "violated"),
        ("every resource satisfies at least 9 copy satisfies true", "undecided"),
        ("every resource satisfies at least 1 copy satisfies true", "holds"),
        ("every resource satisfies every rule satisfies some copy satisfies true", "violated"),
        ("every resource satisfies resource.protected", "holds"),
    ],
)
def test_a_plan_of_the_account_hides_what_it_does(deployment: Deployment, condition: str, expected: str) -> None:
    row = replace(database(deployment, "prod"), has_local_plan=True)
    assert verdict(judged(deployment, condition, [row])) == expected


@pytest.mark.parametrize(("name", "expected"), [("shown", "violated"), ("hidden", "undecided")])
def test_a_plan_of_the_account_hides_nothing_of_another_resource(
    deployment: Deployment, name: str, expected: str
) -> None:
    rows = [database(deployment, "shown"), replace(database(deployment, "hidden"), has_local_plan=True)]
    condition = f'every resource where resource.tags["env"] == "{name}" satisfies some rule satisfies rule.name == "x"'
    assert verdict(judged(deployment, condition, rows)) == expected


@pytest.mark.parametrize("quantity", ["every", "some", "no", "at least 1"])
@pytest.mark.parametrize("kind", ["plan", "rule", "copy", "selection"])
def test_what_may_back_a_resource_up_is_undecided(deployment: Deployment, quantity: str, kind: str) -> None:
    row = database(deployment, "a", protected=None, reason="tags-unknown")
    judgement = judged(deployment, f"every resource satisfies {quantity} {kind} satisfies true", [row])
    assert verdict(judgement) == "undecided"
    (finding,) = reported(judgement)
    assert finding.message == (
        "`house-rule` cannot be decided: nobody can tell which plans back the resource up (tags-unknown)"
    )


@pytest.mark.parametrize("condition", ["some copy satisfies true", "resource.retention > 3 days"])
def test_what_a_plan_of_the_account_hides_is_said(deployment: Deployment, condition: str) -> None:
    row = ResourceRow("arn:a", "RDS", "eu-west-1", {}, is_protected=True, names=("own",), has_local_plan=True)
    (finding,) = reported(judged(deployment, f"every resource satisfies {condition}", [row]))
    assert finding.name == "requirement-undecided"
    assert finding.message.endswith(": a plan of the account's own takes it")
    assert finding.arns == ("arn:a",)


@pytest.mark.parametrize("quantity", ["every", "some", "no", "at least 2"])
def test_without_an_inventory_it_is_undecided(deployment: Deployment, quantity: str) -> None:
    judgement = judged(deployment, f"{quantity} resource satisfies resource.protected", None)
    assert verdict(judgement) == "undecided"
    (finding,) = reported(judgement)
    assert finding.name == "requirement-undecided"
    assert finding.message == (
        "`house-rule` cannot be decided: it asks for resources, and there is no inventory of them"
    )
    assert finding.help == (
        "pass one with `--inventory FILE`, or name its files under `[inventory]` in policyengine.toml"
    )
    assert finding.accounts == (PAYMENTS, SHOP)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("every resource where resource.type == FSx satisfies resource.protected", "undecided"),
        ('every resource where resource.type == FSx and resource.tags["a"] == "b" satisfies true', "undecided"),
        ("every resource where resource.type in [FSx, RDS] satisfies resource.protected", "undecided"),
        ("every resource where resource.type == FSx or resource.type == RDS satisfies true", "undecided"),
        ("every resource where FSx == resource.type satisfies true", "undecided"),
        ("no resource satisfies (resource.type == FSx and not resource.protected)", "undecided"),
        ("some resource satisfies resource.type == FSx", "undecided"),
        ("some resource where resource.type == FSx satisfies resource.protected", "undecided"),
        ("at least 1 resource where resource.type == FSx satisfies true", "undecided"),
        ("every resource where resource.type in [FSx, RDS] satisfies not resource.protected", "violated"),
        ("every resource satisfies resource.protected", "holds"),
        ("every resource where resource.type != FSx satisfies resource.protected", "holds"),
        ("every resource where resource.type == S3 satisfies resource.protected", "holds"),
        ("every resource where resource.type == FSx or resource.protected satisfies true", "holds"),
        ("some resource satisfies resource.type == RDS", "holds"),
        ("every resource where resource.type == FSx or resource.type == account.name satisfies true", "holds"),
        ("every resource where resource.type == FSx and resource.type == account.name satisfies true", "undecided"),
    ],
)
def test_types_that_no_list_can_have_are_undecided(deployment: Deployment, condition: str, expected: str) -> None:
    rows = [database(deployment, "prod")]
    assert verdict(judged(deployment, condition, rows, rows, unlisted={"FSx"})) == expected


def test_types_that_no_list_can_have_are_named(deployment: Deployment) -> None:
    condition = "every resource where resource.type in [FSx, Timestream, RDS] satisfies resource.protected"
    (finding,) = reported(judged(deployment, condition, [], unlisted={"FSx", "Timestream", "DSQL"}))
    assert finding.message == (
        "`house-rule` cannot be decided: it asks for `FSx` or `Timestream`, which the inventory cannot list"
    )
    assert (finding.help, finding.accounts) == ("add a list that has them; a table can", (PAYMENTS, SHOP))


def test_one_cause_is_one_finding_that_names_its_resources(deployment: Deployment) -> None:
    lost = [database(deployment, name, protected=False, reason="no-tag") for name in ("b", "a", "c", "d")]
    typo = database(deployment, "e", protected=False, reason="tag-key-typo")
    judgement = judged(deployment, "every resource satisfies resource.protected", [*lost[:3], typo], [lost[3]])
    first, second = reported(judgement)
    assert first.message == "no plan protects the resource (no-tag); `house-rule` asks for one that does"
    assert first.accounts == (PAYMENTS, SHOP)
    assert first.arns == ("arn:a", "arn:b", "arn:c", "arn:d")
    assert dict(details(first))["resources"] == "arn:a, arn:b, arn:c and 1 more"
    assert finding_json(first)["resources"] == ["arn:a", "arn:b", "arn:c", "arn:d"]
    assert second.message == "no plan protects the resource (tag-key-typo); `house-rule` asks for one that does"
    assert dict(details(second))["resource"] == "arn:e"


def test_each_resource_is_a_finding_of_its_own_for_the_baseline(deployment: Deployment) -> None:
    rows = [database(deployment, name, protected=False) for name in ("a", "b")]
    each = list(findings(judged(deployment, "every resource satisfies resource.protected", rows)))
    assert [finding.resources for finding in each] == [((PAYMENTS, "arn:a"),), ((PAYMENTS, "arn:b"),)]
    assert len({finding.values for finding in each}) == 2


SENTENCES = {
    "every resource satisfies resource.retention >= 3 years": (
        "the longest retention of the resource's backups is 365 days; `house-rule` asks for at least 1095 days"
    ),
    "every resource satisfies some copy where copy.cross_account satisfies copy.cross_region": (
        "the copy stays in eu-central-1, set by `baseline` at Root (policy.bpol:13); `house-rule` asks for a copy in another Region"
    ),
    "every resource satisfies some plan satisfies plan.windows_vss": (
        "Windows VSS is off, AWS's default; `house-rule` asks for it to be on"
    ),
    "some resource satisfies resource.type == S3": ("the resource's type is `RDS`; `house-rule` asks for `S3`"),
    'every resource satisfies resource.arn like "arn:b*"': (
        "the resource's ARN is `arn:a`; `house-rule` asks for one like `arn:b*`"
    ),
    "every resource satisfies resource.region == eu-west-1": (
        "the resource's Region is `eu-central-1`; `house-rule` asks for `eu-west-1`"
    ),
    'every resource satisfies resource.tags["env"] == "prod"': (
        "the resource's tag `env` is not set; `house-rule` asks for `prod`"
    ),
    "every resource satisfies not resource.protected": (
        "a plan protects the resource; `house-rule` asks for none that does"
    ),
    'every resource satisfies "weekly" in resource.plans': (
        "the list of plans that protect the resource holds `daily`; `house-rule` asks for `weekly` among them"
    ),
    "every resource satisfies resource.interval < 1 day": (
        "the longest gap between two backups of the resource is 2 days; `house-rule` asks for less than 1 day"
    ),
    'every resource satisfies some rule where rule.name == "hourly" satisfies true': (
        'the resource has no rule where `rule.name == "hourly"`; `house-rule` asks for one that satisfies `true`'
    ),
    "at least 3 resource satisfies resource.protected": (
        "1 of 1 resource satisfies `resource.protected`; `house-rule` asks for at least 3"
    ),
    'every resource satisfies every rule where rule.name == "weekly" satisfies rule.vault.exists': (
        "`house-rule` cannot be decided: nobody looked for vault `Main` in eu-central-1"
    ),
}


def test_several_resources_are_counted(deployment: Deployment) -> None:
    rows = [database(deployment, "a"), database(deployment, "b"), database(deployment, "c", protected=False)]
    (finding,) = reported(judged(deployment, "at least 3 resource satisfies resource.protected", rows, rows))
    assert finding.message == "2 of 3 resources satisfy `resource.protected`; `house-rule` asks for at least 3"


def test_what_a_violation_says(deployment: Deployment) -> None:
    plans = deployment.published[0].plans
    row = ResourceRow("arn:a", "RDS", "eu-central-1", {}, is_protected=True, deployed=plans, names=("daily",))
    said = {
        condition: [finding.message for finding in reported(judged(deployment, condition, [row], [row]))]
        for condition in SENTENCES
    }
    assert said == {condition: [message] for condition, message in SENTENCES.items()}


KEPT = """\
version: 1
root: {name: Root, policies: [broken], accounts: [{id: "222222222222", name: payments}]}
policies: {broken: {content: {plans: {daily: {regions: {"@@assign": []}}}}}}
last_valid:
  "222222222222":
    plans:
      daily:
        regions: [eu-west-1]
        rules:
          nightly: {lifecycle: {delete_after_days: 35}}
          odd: {schedule_expression: every night}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("resource.interval <= 1 day", "undecided"), ("resource.retention == forever", "holds")],
)
def test_a_rule_whose_schedule_is_none_leaves_the_interval_of_a_resource_open(condition: str, expected: str) -> None:
    kept = evaluated("", KEPT).deployment
    assert kept
    assert verdict(judged(kept, f"every resource satisfies {condition}", [database(kept, "a")])) == expected


def test_a_missing_fact_says_what_to_look_at(deployment: Deployment) -> None:
    row = database(deployment, "a", protected=None, reason="tags-unknown")
    (finding,) = reported(judged(deployment, "every resource satisfies resource.protected", [row]))
    assert finding.message == (
        "`house-rule` cannot be decided: nobody can tell the resource's protection (tags-unknown)"
    )
    assert finding.help == "`policyengine coverage` says what the inventory or the snapshot lacks"
    assert finding.arns == ("arn:a",)


def test_resources_of_no_account_make_a_requirement_hollow(deployment: Deployment) -> None:
    (finding,) = reported(judged(deployment, "every resource satisfies resource.protected", []))
    assert finding.name == "requirement-vacuous"
    assert "no account has a resource" in finding.message


def test_a_requirement_about_resources_is_formatted_as_any_other() -> None:
    text = """\
require copies {
  assert every resource
    where resource.type == RDS and resource.tags["env"] == "prod"
    satisfies some copy satisfies copy.cross_account
}
"""
    assert format_source(Source("requirements.bpol", text)).value == text
    evaluation = evaluated(POLICY + text, TREE)
    assert [finding.name for finding in evaluation.diagnostics if finding.requirement] == ["requirement-undecided"]
