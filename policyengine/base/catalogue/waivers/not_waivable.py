"""PE803: a waiver names nothing that can be waived."""

from __future__ import annotations

from policyengine.base.catalogue.example_projects import with_sandbox
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE803",
    name="not-waivable",
    severity=Severity.ERROR,
    title="a waiver names nothing that can be waived",
    rationale=(
        "A waiver is for a requirement of the project or for a check of the organization, by its name. Mistakes in the "
        "text of policies and documents that AWS would refuse cannot be waived: they would fail at rollout all the "
        "same. Nor can what is said about waivers themselves."
    ),
    bad=with_sandbox(
        "attach baseline to root",
        'waive account-without-plans for account "sandbox" until 2027-06-30 because "OPS-17: closes in June"',
    ),
    good=with_sandbox(
        'attach baseline to ou "Prod"',
        'waive account-without-plan for account "sandbox" until 2027-06-30 because "OPS-17: closes in June"',
    ),
    reference="language.md 6",
)
