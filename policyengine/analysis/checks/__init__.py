"""Everything that is said about a resolved organization; the door is `run_checks`.

One file a check, with its page. A new check is written, listed in its family, and that is all.
"""

from __future__ import annotations

from policyengine.analysis.checks import aws_backup, effective, environment, merging
from policyengine.analysis.checks.consequences import without_consequences, without_guesses
from policyengine.analysis.checks.evidence import Cases, Facts, LeftOut
from policyengine.analysis.checks.untold import Untold, untold_facts
from policyengine.base.diagnostics import Diagnostic

CHECKS = (*merging.CHECKS, *effective.CHECKS, *aws_backup.CHECKS, *environment.CHECKS)

__all__ = ["CHECKS", "Cases", "Facts", "LeftOut", "Untold", "run_checks", "untold", "without_consequences"]


def run_checks(facts: Facts) -> tuple[Diagnostic, ...]:
    """The findings of every check, in the order of `CHECKS`.

    What only follows from a refused document is left out, and what rests on a guess is at most a warning.
    """
    found = (found for check in CHECKS for found in check.check(facts))
    return tuple(without_guesses(without_consequences(found, facts.left_out), facts))


def untold(facts: Facts) -> tuple[Untold, ...]:
    """The facts that the snapshot does not tell and plans of the project hang on, each with the checks that need it."""
    return tuple(
        Untold(fact, subjects, accounts, tuple(check.RULE.name for check in CHECKS if fact in check.RULE.needs))
        for fact, subjects, accounts in untold_facts(facts)
    )
