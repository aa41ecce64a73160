"""Every check by its code, found in the folders of the families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from policyengine.analysis.checks import aws_backup, effective, environment, merging
from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.weighed_settings import WeighedSettings
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Rule


class Check(Protocol):
    """The module of a check: each file in the folder of a family is one.

    It may declare `WEIGHS`, the settings that it looks at beside the one at the path of its findings.
    """

    RULE: Rule

    def check(self, facts: Facts) -> Iterator[Diagnostic]:
        """Its findings."""


def _checks_in(family: ModuleType) -> list[Check]:
    """Loads every module of a package. Raises AttributeError where one is no check."""
    names = (module.name for module in iter_modules(family.__path__, f"{family.__name__}."))
    return sorted((cast("Check", import_module(name)) for name in names), key=lambda check: check.RULE.code)


CHECKS = tuple(check for family in (merging, effective, aws_backup, environment) for check in _checks_in(family))
"""Every check, by code."""

WEIGHED: Mapping[str, WeighedSettings] = {
    check.RULE.name: weighed for check in CHECKS if (weighed := getattr(check, "WEIGHS", None))
}
"""What checks weigh beside the setting that they report, by the names of their rules."""
