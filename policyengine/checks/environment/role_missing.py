from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts, placements
from policyengine.checks.places import about_all, finding
from policyengine.diagnostics import Diagnostic, Fact, Harm, Rule, Severity
from policyengine.plan import Placement, Selection
from policyengine.wording import listed, quoted

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
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html",
    ),
    harm=Harm.BACKUP,
    needs=(Fact.ROLES,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per role, for all selections of an account that take it; a role is in all Regions or in none."""
    for role, lacking, view in facts.together(placements, _missing):
        names = dict.fromkeys(selection.name for _, selection in lacking)
        some, back = ("selections", "back") if len(names) > 1 else ("selection", "backs")
        found = finding(
            RULE,
            facts,
            lacking[0][0].plan,
            f"{lacking[0][1].path}/iam_role_arn",
            message=f"there is no role {quoted(role)}, so {some} {listed(names, 'and')} {back} up nothing",
            advice="create it in every account that gets the plan, with exactly this path and name",
        )
        places = [(plan.plan, f"{selection.path}/iam_role_arn") for plan, selection in lacking]
        yield about_all(found, places, (account.id or "" for account in view.accounts))


def _missing(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = selection.role.partition(":role/")[2]
        if role and placement.surroundings.has_role(role) is False:
            yield role, selection
