"""PE802: a waiver covers no finding."""

from __future__ import annotations

from policyengine.base.catalogue.example_projects import with_sandbox
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE802",
    name="waiver-unused",
    severity=Severity.WARNING,
    title="a waiver covers no finding",
    rationale=(
        "Nothing of what the waiver names was found on the accounts that it covers. Either the cause has been mended, "
        "and the waiver would hide the next one, or it names another check, another requirement or another account "
        "than was meant. Findings that concern no account in particular are covered by a waiver for the root only. "
        "Nothing is said where a run does not see all accounts."
    ),
    bad=with_sandbox(
        "attach baseline to root",
        'waive account-without-plan for account "sandbox" until 2027-06-30 because "OPS-17: closes in June"',
    ),
    good=with_sandbox(
        'attach baseline to ou "Prod"',
        'waive account-without-plan for account "sandbox" until 2027-06-30 because "OPS-17: closes in June"',
    ),
    reference="language.md 6",
)
