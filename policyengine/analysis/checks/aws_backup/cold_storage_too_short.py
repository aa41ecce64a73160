from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, in_rule
from policyengine.aws.deployment import DAY, FOREVER, BackupRule, Copy
from policyengine.aws.facts import limits
from policyengine.aws.settings import ARCHIVE, COLD_AFTER, CONTINUOUS, RETAIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE501", "cold-storage-too-short", Severity.ERROR, harm=Harm.BACKUP)
WEIGHS = in_rule(RETENTION, COLD_AFTER, CONTINUOUS, ARCHIVE)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and per copy; `continuous-with-cold-storage` reports rules that cannot have it at all."""
    least = limits()["cold_least_days"]
    for plan in facts.plans:
        for lifecycle in plan.lifecycles:
            cold, delete = lifecycle.cold_after / DAY, lifecycle.retention / DAY
            if cold != FOREVER and delete - cold < least and not _is_reported_elsewhere(lifecycle):
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{lifecycle.path}/{COLD_AFTER.place}",
                    message=f"backups move to cold storage after {cold:.0f} days and are deleted after {delete:.0f},"
                    f" which leaves {max(delete - cold, 0):.0f} of at least {least} days there",
                    advice=f"keep them for {cold + least:.0f} days or longer, or leave cold storage out",
                    other_paths=(f"{lifecycle.path}/{RETAIN.place}",),
                    severity=Severity.WARNING if _inherits(lifecycle) else None,
                )


def _inherits(lifecycle: BackupRule | Copy) -> bool:
    return isinstance(lifecycle, Copy) and lifecycle.inherits_retention


def _is_reported_elsewhere(lifecycle: BackupRule | Copy) -> bool:
    """Whether the rule is continuous, or AWS itself looks at both days, as it does with the archive opt-in."""
    if isinstance(lifecycle, BackupRule):
        return lifecycle.continuous or lifecycle.archive
    return lifecycle.archive and not lifecycle.inherits_retention
