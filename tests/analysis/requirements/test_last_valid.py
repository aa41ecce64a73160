"""What is said of plans that AWS keeps for an account: they come from a snapshot, and may be as odd as anything."""

from __future__ import annotations

import pytest
from analysis.requirements.tables import drawn, told

# The policy of the tree is invalid, so that what counts is what AWS published before.
TREE = """\
version: 1
root: {name: Root, policies: [broken], accounts: [{id: "222222222222", name: shop}]}
policies: {broken: {content: {plans: {daily: {regions: {"@@assign": []}}}}}}
last_valid: {"222222222222": {plans: {daily: PLAN}}}
"""
PICKED = 'plans["daily"].rules["nightly"]'


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        pytest.param(
            "{regions: [eu-west-1]}",
            f"""\
{PICKED}.retention == 35 days
error: plan `daily` has no rule `nightly`; it has none
  at plans/daily""",
            id="without rules",
        ),
        pytest.param(
            "{rules: {nightly: {}}}",
            f"""\
{PICKED}.retention == 35 days
error: plan `daily` has no Region, so rule `nightly` runs in none
  at plans/daily/regions""",
            id="without Regions",
        ),
        pytest.param(
            "{rules: {nightly: {}}}",
            f"""\
{PICKED}.in_region["eu-west-1"].retention == 35 days
error: plan `daily` has no Region, so rule `nightly` runs in none
  at plans/daily/regions""",
            id="without the Region that is picked",
        ),
        pytest.param(
            "{regions: [eu-nowhere-1], rules: {nightly: {}}, "
            "selections: {resources: {all: {resource_types: ['arn:aws:s3:::*']}}}}",
            """\
every rule satisfies "S3" in rule.resource_types
warning[requirement-undecided]: `house-rule` cannot be decided: nobody knows the partition of a Region, nor which types are selected there
  at plans/daily/selections
  help: correct what the snapshot says under `last_valid`""",
            id="in a Region of no known partition",
        ),
        pytest.param(
            "{regions: [eu-west-1], rules: {nightly: {schedule_expression: every night}}}",
            """\
every rule satisfies rule.interval <= 1 day
warning[requirement-undecided]: `house-rule` cannot be decided: schedule `every night` is none that AWS Backup takes
  at plans/daily/rules/nightly/schedule_expression
  help: correct what the snapshot says under `last_valid`""",
            id="with a schedule that is none",
        ),
        pytest.param(
            "{regions: [eu-west-1], rules: {nightly: {copy_actions: {nowhere: {}}}}}",
            """\
every copy satisfies copy.cross_region
warning[requirement-undecided]: `house-rule` cannot be decided: copy target `nowhere` is the ARN of no vault
  at plans/daily/rules/nightly/copy_actions/nowhere/target_backup_vault_arn
  help: correct what the snapshot says under `last_valid`""",
            id="with a copy to nowhere",
        ),
        pytest.param(
            "{regions: [eu-west-1], rules: {nightly: {copy_actions: {nowhere: {}}}}}",
            """\
every rule satisfies rule.leaves_account
warning[requirement-undecided]: `house-rule` cannot be decided: copy target `nowhere` is the ARN of no vault
  at plans/daily/rules/nightly/copy_actions
  help: correct what the snapshot says under `last_valid`

every rule satisfies not rule.leaves_region
warning[requirement-undecided]: `house-rule` cannot be decided: copy target `nowhere` is the ARN of no vault
  at plans/daily/rules/nightly/copy_actions in eu-west-1
  help: correct what the snapshot says under `last_valid`

every copy satisfies copy.vault.exists
error: the copy names no vault; one is required
  at plans/daily/rules/nightly/copy_actions/nowhere/target_backup_vault_arn""",
            id="with a rule that copies to nowhere",
        ),
    ],
)
def test_what_a_plan_lacks_is_reported(plan: str, said: str) -> None:
    assert told(said, {"organization.yaml": TREE.replace("PLAN", plan)}) == f"{said}\n"


@pytest.mark.parametrize(
    "case",
    [
        """\
every rule satisfies kind == tag
                     ^^^^ unknown-name
  nothing is called `kind`
  help: a selection has it: `every selection satisfies selection.kind ...`""",
        """\
every plan satisfies cross_region
                     ^^^^^^^^^^^^ unknown-name
  nothing is called `cross_region`
  help: a copy has it: `every copy satisfies copy.cross_region ...`""",
    ],
)
def test_a_bare_attribute_names_who_has_it(case: str) -> None:
    assert drawn(case) == case
