"""PE174: `use pack` names a pack that does not exist."""

from __future__ import annotations

from policyengine.base.catalogue.example_requirements import requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE174",
    name="unknown-pack",
    severity=Severity.ERROR,
    title="`use pack` names a pack that does not exist",
    rationale=(
        "Packs are the requirement sets that ship with the tool. A mistyped name would leave their "
        "requirements unchecked."
    ),
    bad=requiring("", 'use pack "gdpr-storage-limit"'),
    good=requiring("", 'use pack "gdpr-storage-limitation"'),
    reference="language.md 5",
)
