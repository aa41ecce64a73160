"""Every check by its code, found in the folders of the families, and what all of them find in an organization."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from policyengine.analysis.checks import aws_backup, effective, environment, merging
from policyengine.analysis.checks.consequences import without_consequences, without_guesses
from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.missing_facts import MissingFact, facts_missing
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Rule


class Check(Protocol):
    """The module of a check: each file in the folder of a family is one."""

    RULE: Rule

    def check(self, facts: Facts) -> Iterator[Diagnostic]:
        """Its findings."""


def _checks_in(family: ModuleType) -> list[Check]:
    """Loads every module of a package. Raises AttributeError where one is no check."""
    names = (module.name for module in iter_modules(family.__path__, f"{family.__name__}."))
    return sorted((cast("Check", import_module(name)) for name in names), key=lambda check: check.RULE.code)


CHECKS = tuple(check for family in (merging, effective, aws_backup, environment) for check in _checks_in(family))
"""Every check, by code."""


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
