from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.wording import quoted

RULE = Rule(
    code="PE604",
    name="role-missing",
    severity=Severity.ERROR,
    title="the IAM role of a selection does not exist in an account",
    rationale=(
        "AWS Backup does not ask whether the role of a selection exists. Without it, or with another path than the "
        "policy says, nothing of the selection is backed up; only CloudTrail tells. The role has to be in every "
        "account below the policy, and to trust AWS Backup. A role of which the snapshot says nothing is not "
        "reported."
    ),
    bad=one_rule(tree=ONE_UNIT + "roles: []\n"),
    good=one_rule(tree=ONE_UNIT + 'roles:\n  - {name: Backup, accounts: "*"}\n'),
    reference="facts 8.1",
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection; a role is in all Regions or in none."""
    for plan in facts.deployed_plans:
        for selection in plan.plan.selections:
            path = selection.role.partition(":role/")[2]
            if path and plan.surroundings.has_role(path) is False:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{selection.path}/iam_role_arn",
                    message=f"there is no role {quoted(path)}, so selection {quoted(selection.name)} backs up nothing",
                    advice="create it in every account that gets the plan, with exactly this path and name",
                )
