"""PE173: an expression speaks of something that is not in scope."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE173",
    name="not-in-scope",
    severity=Severity.ERROR,
    title="an expression speaks of something that is not in scope",
    rationale=(
        "`account` and its plans are always there; a plan, rule, copy or selection only inside a quantifier "
        "over its kind, or picked by name. A quantifier ranges over these four kinds."
    ),
    bad=requiring("assert rule.retention >= 35 days"),
    good=requiring("assert every rule satisfies rule.retention >= 35 days"),
    reference="language.md 5.1",
)
