from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Copy, Plan
from policyengine.aws.facts import copy_between, regions
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE515",
    name="copy-region-unreachable",
    severity=Severity.ERROR,
    title="a copy goes to a Region that no backup of the plan can be copied to",
    rationale=(
        "Backups stay in their partition: from China they can be copied between Beijing and Ningxia, from GovCloud"
        " between East and West, and from all other Regions to neither. Organizations takes the policy, the backup"
        " succeeds, and its copy never arrives."
    ),
    bad=one_rule(_RULE + 'copy to vault "Copies" in cn-north-1\n'),
    good=one_rule(_RULE + 'copy to vault "Copies" in eu-central-1\n'),
    reference="facts 2.4",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html",),
    harm=Harm.COPY,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy, with the plan's Regions from which it cannot get there."""
    for plan, (copy, target, sources) in facts.each(facts.plans, _cut_off):
        yield finding(
            RULE,
            facts,
            plan,
            f"{copy.path}/{COPY_TARGET.place}",
            message=f"backups cannot be copied from {listed(sources, 'and')} to {quoted(target)}",
            advice=f"copy to another Region of partition {quoted(regions()[sources[0]])}",
            beside=(f"{plan.path}/regions",),
        )


def _cut_off(plan: Plan) -> Iterator[tuple[Copy, str, list[str]]]:
    """Copies, where they go, and the Regions from which they cannot get there."""
    sources = dict.fromkeys(plan.regions)
    for copy in (copy for rule in plan.rules for copy in rule.copies):
        target = copy.target.region if copy.target else ""
        cut_off = [region for region in sources if copy_between(region, target) == "no"]
        if target and cut_off:
            yield copy, target, cut_off
