from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import in_rule
from policyengine.aws.deployment import FOREVER, BackupRule, Copy, Plan
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import ARCHIVE, COLD_AFTER, CONTINUOUS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed

RULE = Rule("PE511", "cold-storage-ignored", Severity.WARNING, harm=Harm.NOTHING)
WEIGHS = in_rule(CONTINUOUS, ARCHIVE)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and per copy that sets cold storage; continuous rules have a finding of their own."""
    for plan in facts.plans:
        for lifecycle in plan.lifecycles:
            continuous = isinstance(lifecycle, BackupRule) and lifecycle.continuous
            if lifecycle.cold_after == FOREVER or continuous:
                continue
            if types := _ignoring(plan, lifecycle):
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{lifecycle.path}/{COLD_AFTER.place}",
                    message=f"backups of {listed(types, 'and')} do not move to cold storage, the setting is ignored",
                    advice=_advice(types),
                )


def _ignoring(plan: Plan, lifecycle: BackupRule | Copy) -> list[str]:
    ignoring = {"no"} if lifecycle.archive else {"no", "archive"}
    return [name for name in plan.named_types if resource_features()[name].cold in ignoring]


def _advice(types: list[str]) -> str:
    advice = "put these types into a plan without cold storage"
    if any(resource_features()[name].cold == "archive" for name in types):
        return f"{advice}; EBS can have it with the archive opt-in and a schedule of once a month or less"
    return advice
