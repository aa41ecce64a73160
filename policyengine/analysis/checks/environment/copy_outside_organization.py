from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE612", "copy-outside-organization", Severity.ERROR, harm=Harm.COPY)

_OUTSIDE = "not in the organization"
_INCOMPLETE = "copy to an account of the organization; if it is one, the snapshot is incomplete"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; the management account belongs to the organization, listed in the tree or not."""
    for plan, place in facts.each_rule(crossing):
        account = place.vault.account
        if account == facts.organization.management_account or account in facts.deployment.environments:
            continue
        inactive = facts.organization.inactive.get(account)
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"copies go to account {quoted(account)}, which is {inactive.condition if inactive else _OUTSIDE}",
            advice="copy to an active account" if inactive else _INCOMPLETE,
        )
