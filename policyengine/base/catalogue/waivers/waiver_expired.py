"""PE801: a waiver has ended."""

from __future__ import annotations

from policyengine.base.catalogue.example_projects import with_sandbox
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE801",
    name="waiver-expired",
    severity=Severity.ERROR,
    title="a waiver has ended",
    rationale=(
        "A waiver holds up to its last day, that day included, by the clock of UTC. From then on it waives nothing: "
        "what it covered counts again, and the statement must go, or be agreed upon anew with a later date. It is an "
        "error even where nothing is left to waive, so that no agreement outlives its end unnoticed."
    ),
    bad=with_sandbox(
        "attach baseline to root",
        'waive account-without-plan for account "sandbox" until 2026-06-30 because "OPS-17: closes in June"',
    ),
    good=with_sandbox(
        'attach baseline to ou "Prod"',
        'waive account-without-plan for account "sandbox" until 2027-06-30 because "OPS-17: closes in June"',
    ),
    reference="language.md 6",
)
