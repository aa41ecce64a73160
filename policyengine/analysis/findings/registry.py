"""The list of all rules, by code: the tables of the rooms, and the checks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyengine.analysis.checks import CHECKS, snapshot_rules
from policyengine.analysis.findings import configuration_rules, waiver_rules
from policyengine.analysis.findings.configuration import LEVELS, SettableLevels
from policyengine.analysis.requirements import requirement_rules
from policyengine.aws import attachment_rules
from policyengine.aws.admission import admission_rules
from policyengine.aws.resources import inventory_rules
from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Family, Rule
from policyengine.language import language_rules

_TABLES = (
    language_rules,
    attachment_rules,
    admission_rules,
    requirement_rules,
    snapshot_rules,
    inventory_rules,
    configuration_rules,
    waiver_rules,
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*(rule for table in _TABLES for rule in table.RULES), *(check.RULE for check in CHECKS)),
        key=lambda rule: rule.code,
    )
)

BY_NAME: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in RULES})
"""Every rule by its name."""

FIXED: Mapping[str, str] = MappingProxyType({rule.code: rule.fixed for rule in RULES if rule.fixed})
"""By code, why findings can be neither waived, accepted nor weakened; the others can."""

OF_REQUIREMENTS = frozenset((requirement_rules.REQUIREMENT_VIOLATED.name, requirement_rules.REQUIREMENT_UNDECIDED.name))
"""The names of the rules that say that a requirement does not hold."""

FAMILY_NAMES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {family.value: tuple(rule for rule in RULES if rule.family is family) for family in Family}
    | {f"PE{number}": tuple(r for r in RULES if r.family is family) for number, family in enumerate(Family, start=1)}
)
"""The rules of each family, by its name and by what their codes begin with: `environment`, `PE6`."""


def _settable(rule: Rule) -> SettableLevels:
    """The levels that a project may set a check to: what is fixed may only become worse, which an error cannot."""
    if rule is requirement_rules.REQUIREMENT_VIOLATED:
        return SettableLevels((), "its level cannot be set: how bad that is, the requirement says with its `level`")
    if rule is requirement_rules.REQUIREMENT_UNDECIDED:
        return SettableLevels(LEVELS[1:], "what is unknown is never a silent pass")
    if not rule.fixed:
        return SettableLevels()
    if rule.severity is Severity.ERROR:
        return SettableLevels((), f"its level cannot be set: {rule.fixed}")
    return SettableLevels(LEVELS[LEVELS.index(rule.severity) :], f"it cannot be weakened: {rule.fixed}")


def _settable_family(rules: tuple[Rule, ...]) -> SettableLevels:
    """The levels that some check of a family may have."""
    possible = {level for rule in rules for level in _settable(rule).levels}
    if not all(rule.fixed for rule in rules):
        return SettableLevels()
    refused = "it cannot be weakened" if possible else "its level cannot be set"
    return SettableLevels(tuple(filter(possible.__contains__, LEVELS)), f"{refused}: {rules[0].fixed}")


LEVELLED: Mapping[str, SettableLevels] = MappingProxyType(
    {name: _settable_family(rules) for name, rules in FAMILY_NAMES.items()}
    | {key: _settable(rule) for rule in RULES for key in (rule.code, rule.name)}
)
"""What `[checks]` of a project may say of each name, code and family."""
