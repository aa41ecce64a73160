from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import OWN, Copy
from policyengine.aws.deployment import Rule as BackupRule
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\ncopy to vault "Copies" in eu-central-1'

RULE = Rule(
    code="PE535",
    name="copy-stays-in-region",
    severity=Severity.INFO,
    title="a copy leaves the Region only for some of the plan's Regions",
    rationale=(
        "A copy has one destination, whatever the Region of the backup. Where the plan runs in the Region of the"
        " destination, too, the backups of that Region are copied within it, and nothing of them outlives it. That may"
        " be meant, as with a vault that gathers all copies, so it is an information. A copy to the very vault of the"
        " backup is told by `copy-to-same-vault`."
    ),
    bad=one_rule(_RULE, regions="[eu-west-1, eu-central-1]"),
    good=one_rule(_RULE, regions="[eu-west-1]"),
    reference="facts 4.4.1, 4.4.18",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy."""
    for plan in facts.plans:
        for rule in plan.rules if len(set(plan.regions)) > 1 else ():
            for copy in rule.copies:
                target = copy.target
                if target and target.region in plan.regions and not _is_told(rule, copy):
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
                        beside=(f"{plan.path}/regions",),
                    )


def _is_told(rule: BackupRule, copy: Copy) -> bool:
    """Whether the copy goes to the vault of the backup."""
    return bool(copy.target and copy.target.account.lower() == OWN and copy.target.name == rule.vault)
