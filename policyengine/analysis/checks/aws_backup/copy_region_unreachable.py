from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Copy, Plan
from policyengine.aws.facts import copy_between, regions
from policyengine.aws.settings import COPY_TARGET, REGIONS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE515", "copy-region-unreachable", Severity.ERROR, harm=Harm.COPY)


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
            other_paths=(f"{plan.path}/{REGIONS.place}",),
        )


def _cut_off(plan: Plan) -> Iterator[tuple[Copy, str, list[str]]]:
    """Copies, where they go, and the Regions from which they cannot get there."""
    sources = dict.fromkeys(plan.regions)
    for copy in (copy for rule in plan.rules for copy in rule.copies):
        target = copy.target.region if copy.target else ""
        cut_off = [region for region in sources if copy_between(region, target) == "no"]
        if target and cut_off:
            yield copy, target, cut_off
