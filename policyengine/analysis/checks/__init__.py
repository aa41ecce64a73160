"""Everything that is said about a resolved organization; the door is `run_checks`.

One file a check, in the folder of its family; a file there is a check.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from policyengine.analysis.checks import aws_backup, effective, environment, merging
from policyengine.analysis.checks.consequences import without_consequences, without_guesses
from policyengine.analysis.checks.evidence import Cases, Facts, LeftOut
from policyengine.analysis.checks.untold import Untold, untold_facts
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Rule


class Check(Protocol):
    """What a file in the folder of a family holds."""

    RULE: Rule

    def check(self, facts: Facts) -> Iterator[Diagnostic]:
        """Its findings."""


def _checks_in(family: ModuleType) -> list[Check]:
    """Loads every module of a package. Raises AttributeError where one is no check."""
    names = (found.name for found in iter_modules(family.__path__, f"{family.__name__}."))
    return sorted((cast("Check", import_module(name)) for name in names), key=lambda check: check.RULE.code)


CHECKS = tuple(check for family in (merging, effective, aws_backup, environment) for check in _checks_in(family))
"""Every check, by code."""

__all__ = ["CHECKS", "Cases", "Check", "Facts", "LeftOut", "Untold", "run_checks", "untold", "without_consequences"]


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
