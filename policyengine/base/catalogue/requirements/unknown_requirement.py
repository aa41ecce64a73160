"""PE175: a test expects something of a requirement that does not exist."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring, testing
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE175",
    name="unknown-requirement",
    severity=Severity.ERROR,
    title="a test expects something of a requirement that does not exist",
    rationale=(
        "`expect violation of` and `expect no violation of` name a requirement of the project or of a pack "
        "that it uses. Of an unknown one, the second would hold for ever."
    ),
    bad=requiring(
        "assert every rule satisfies rule.retention >= 35 days", testing("expect no violation of long-retentoin")
    ),
    good=requiring(
        "assert every rule satisfies rule.retention >= 35 days", testing("expect no violation of long-retention")
    ),
    reference="language.md 7",
)
