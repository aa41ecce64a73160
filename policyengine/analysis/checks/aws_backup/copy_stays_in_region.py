from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import TARGETS, in_plan
from policyengine.aws.deployment import OWN, BackupRule, Copy
from policyengine.aws.settings import COPY_TARGET, REGIONS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE535", "copy-stays-in-region", Severity.INFO, harm=Harm.NOTHING)
WEIGHS = in_plan(TARGETS, REGIONS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy."""
    for plan in facts.plans:
        for rule in plan.rules if len(set(plan.regions)) > 1 else ():
            for copy in rule.copies:
                target = copy.target
                if target and target.region in plan.regions and not _goes_to_own_vault(rule, copy):
                    others = [region for region in dict.fromkeys(plan.regions) if region != target.region]
                    yield finding(
                        RULE,
                        facts,
                        plan,
                        f"{copy.path}/{COPY_TARGET.place}",
                        message=f"backups in {quoted(target.region)} are copied within it: only those in "
                        f"{listed(others, 'and')} leave their Region",
                        advice=f"where that is too little, give {quoted(target.region)} a plan that copies elsewhere",
                        region=target.region,
                        other_paths=(f"{plan.path}/{REGIONS.place}",),
                    )


def _goes_to_own_vault(rule: BackupRule, copy: Copy) -> bool:
    """Whether the copy goes to the vault of the backup."""
    return bool(copy.target and copy.target.account.lower() == OWN and copy.target.name == rule.vault)
