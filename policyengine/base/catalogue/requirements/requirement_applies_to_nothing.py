"""PE704: a requirement applies to no account."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE704",
    name="requirement-applies-to-nothing",
    severity=Severity.WARNING,
    title="a requirement applies to no account",
    rationale=("Its `for` leaves no account over. Usually a path or a tag is mistyped, or a unit was renamed."),
    bad=requiring('for account.path like "Produ/*"\nassert every rule satisfies rule.retention >= 35 days'),
    good=requiring('for account.path like "Prod/*"\nassert every rule satisfies rule.retention >= 35 days'),
    reference="language.md 5.2",
)
