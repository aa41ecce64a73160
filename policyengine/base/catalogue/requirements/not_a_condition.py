"""PE172: something that is neither true nor false stands in place of a condition."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE172",
    name="not-a-condition",
    severity=Severity.ERROR,
    title="something that is neither true nor false stands in place of a condition",
    rationale=(
        "What is asserted or expected, and what `and`, `or` and `not` combine, is true or false. A duration "
        "or a string by itself says nothing."
    ),
    bad=requiring("assert every rule satisfies rule.retention"),
    good=requiring("assert every rule satisfies rule.retention >= 35 days"),
    reference="language.md 5.1",
)
