"""PE176: a requirement has the name of a check."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

_GOOD = requiring("assert every rule satisfies rule.retention >= 35 days")
_BAD = {name: text.replace("require long-retention", "require retention-unlimited") for name, text in _GOOD.items()}

RULE = Rule(
    code="PE176",
    name="requirement-named-like-check",
    severity=Severity.ERROR,
    title="a requirement has the name of a check",
    rationale=(
        "A waiver names a requirement or a check. With one name for both, a waiver of the one would cover the other, "
        "and a finding that nobody agreed to live with would pass. Upper and lower case make no difference."
    ),
    bad=_BAD,
    good=_GOOD,
    reference="language.md 6",
)
