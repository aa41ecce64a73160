from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.base.catalogue.example_organizations import SANDBOX
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE612",
    name="copy-outside-organization",
    severity=Severity.ERROR,
    title="a copy goes to an account that is not in the organization",
    rationale=(
        "AWS Backup copies between accounts of one organization only, and every copy job to any other account fails "
        "while the backup completes. Often it is a mistyped id, or an account that has left. The snapshot counts as "
        "complete: what it does not list is not in the organization."
    ),
    bad=one_rule(_RULE + 'copy to vault "Central" in eu-west-1 account "999999999999"', tree=SANDBOX),
    good=one_rule(_RULE + 'copy to vault "Central" in eu-west-1 account "222222222222"', tree=SANDBOX),
    reference="facts 4.4.4, 8.18",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html",),
    harm=Harm.COPY,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; the management account belongs to the organization, listed in the tree or not."""
    for plan, place in facts.each_rule(crossing):
        account = place.vault.account
        if account == facts.organization.management_account or account in facts.deployment.inventory:
            continue
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"copies go to account {quoted(account)}, which is not in the organization",
            advice="copy to an account of the organization; if it is one, the snapshot is incomplete",
        )
