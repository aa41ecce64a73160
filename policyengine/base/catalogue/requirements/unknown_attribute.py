"""PE170: a path asks for an attribute that is not there."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE170",
    name="unknown-attribute",
    severity=Severity.ERROR,
    title="a path asks for an attribute that is not there",
    rationale=(
        "Every value of an expression has a fixed set of attributes. A mistyped one would make a condition "
        "that can never be judged, so it is an error before anything is evaluated."
    ),
    bad=requiring("assert every rule satisfies rule.retain >= 35 days"),
    good=requiring("assert every rule satisfies rule.retention >= 35 days"),
    reference="language.md 5.1",
)
