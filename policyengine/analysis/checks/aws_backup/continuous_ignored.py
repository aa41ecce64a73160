from __future__ import annotations

from collections.abc import Collection, Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import called, finding, naming
from policyengine.aws.deployment import Plan
from policyengine.aws.facts import resource_features
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed

RULE = Rule("PE530", "continuous-ignored", Severity.WARNING, harm=Harm.PROTECTION)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        names = {name for selection in plan.selections for name in called(plan, selection)}
        if not _has_none(plan, names):
            continue
        types = listed([name for name in plan.named_types if name in names], "and")
        for rule in plan.rules:
            if rule.continuous:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/enable_continuous_backup",
                    message=f"there is no continuous backup of {types}: AWS Backup takes snapshots",
                    advice="leave it out, or name types that have it: `S3`, `RDS`, `Aurora`, `SAPHANA`",
                    beside=naming(plan, plan.named_types),
                )


def _has_none(plan: Plan, names: Collection[str]) -> bool:
    """Whether its selections name all types that it reaches, each is known, and none has continuous backup."""
    named = all(selection.names_types for selection in plan.selections)
    known = resource_features()
    return bool(names) and named and all(name in known and known[name].continuous == "no" for name in names)
