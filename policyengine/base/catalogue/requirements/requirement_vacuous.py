"""PE703: an assertion holds only because there is nothing that it could fail on."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE703",
    name="requirement-vacuous",
    severity=Severity.WARNING,
    title="an assertion holds only because there is nothing that it could fail on",
    rationale=(
        "`every`, `no` and `not (some ...)` over nothing hold. Where that is so for every account, the assertion "
        "checks nothing: a name in its `where` is mistyped, or the plans changed since."
    ),
    bad=requiring('assert every rule where rule.plan == "dialy" satisfies rule.retention >= 35 days'),
    good=requiring('assert every rule where rule.plan == "daily" satisfies rule.retention >= 35 days'),
    reference="language.md 5.2",
)
