"""PE702: nobody can say whether a requirement holds, for want of a fact."""

from __future__ import annotations

from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_requirements import LOCKED, requiring
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE702",
    name="requirement-undecided",
    severity=Severity.WARNING,
    title="nobody can say whether a requirement holds, for want of a fact",
    rationale=(
        "The requirement asks for something that the snapshot does not tell, such as the lock of a vault that "
        "nobody looked at. What is unknown is no pass: with `--strict` it is an error."
    ),
    bad=requiring("assert every rule satisfies rule.vault.lock == compliance"),
    good=requiring("assert every rule satisfies rule.vault.lock == compliance", tree=ONE_UNIT + LOCKED),
    reference="language.md 5.2",
)
