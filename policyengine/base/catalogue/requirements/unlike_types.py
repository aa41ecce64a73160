"""PE171: an expression compares values of unlike types."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE171",
    name="unlike-types",
    severity=Severity.ERROR,
    title="an expression compares values of unlike types",
    rationale=(
        "A duration compares with a duration, a lock with one of its words, a string with a string, and only "
        "durations have an order. A comparison of unlike types could never hold."
    ),
    bad=requiring('assert every rule satisfies rule.retention >= "35 days"'),
    good=requiring("assert every rule satisfies rule.retention >= 35 days"),
    reference="language.md 5.1",
)
