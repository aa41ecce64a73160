from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule("PE611", "cross-account-disabled", Severity.ERROR, harm=Harm.COPY, needs=(Fact.CROSS_ACCOUNT_BACKUP,))


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
