"""PE701: a requirement does not hold for some accounts."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE701",
    name="requirement-violated",
    severity=Severity.ERROR,
    title="a requirement does not hold for some accounts",
    rationale=(
        "The project says what must hold, and what these accounts end up with breaks it. The finding says "
        "what was found, which policy set it, and what was asked for. Its level is the requirement's: an "
        "advisory one is a warning."
    ),
    bad=requiring("assert every rule satisfies rule.retention >= 60 days"),
    good=requiring("assert every rule satisfies rule.retention >= 35 days"),
    reference="language.md 5",
)
