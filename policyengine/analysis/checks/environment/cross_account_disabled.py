from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.base.catalogue.example_organizations import SANDBOX
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
_RULE += 'copy to vault "Central" in eu-west-1 account "222222222222"'

RULE = Rule(
    code="PE611",
    name="cross-account-disabled",
    severity=Severity.ERROR,
    title="a copy goes to another account while cross-account backup is off",
    rationale=(
        "Copies between accounts work only after cross-account backup has been switched on in the settings of AWS "
        "Backup, in the management account. Until then every such copy job fails, while the backups complete. A "
        "snapshot that does not know the setting is not reported."
    ),
    bad=one_rule(_RULE, tree=SANDBOX + "settings: {cross_account_backup: false}\n"),
    good=one_rule(_RULE, tree=SANDBOX + "settings: {cross_account_backup: true}\n"),
    reference="facts 4.4.5, 8.18",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/manage-cross-account.html",
    ),
    harm=Harm.COPY,
    needs=(Fact.CROSS_ACCOUNT_BACKUP,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy to another account."""
    settings = facts.organization.settings
    if settings is None or settings.cross_account_backup is not False:
        return
    for plan, place in facts.each_rule(crossing):
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message="copies go to another account, but cross-account backup is switched off in the organization",
            advice="switch it on in the settings of AWS Backup, in the management account",
        )
