"""What all checks find in an organization, and the facts that they would need."""

from __future__ import annotations

from policyengine.analysis.checks.all_checks import CHECKS
from policyengine.analysis.checks.consequences import without_consequences, without_guesses
from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.needed_facts import MissingFact, facts_missing
from policyengine.base.diagnostics import Diagnostic


def run_checks(facts: Facts) -> tuple[Diagnostic, ...]:
    """The findings of every check, in the order of `CHECKS`.

    What only follows from a refused document is left out, and what depends on a guess is at most a warning.
    """
    diagnostics = (diagnostic for check in CHECKS for diagnostic in check.check(facts))
    return tuple(without_guesses(without_consequences(diagnostics, facts.left_out), facts))


def missing_facts(facts: Facts) -> tuple[MissingFact, ...]:
    """The facts that plans of the project depend on and the snapshot lacks, each with the checks that need it."""
    return tuple(
        MissingFact(fact, subjects, accounts, tuple(check.RULE.name for check in CHECKS if fact in check.RULE.needs))
        for fact, subjects, accounts in facts_missing(facts)
    )
