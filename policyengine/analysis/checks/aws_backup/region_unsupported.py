from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.role_arns import Arn, arns, parts
from policyengine.aws.deployment import Plan
from policyengine.aws.facts import Availability, RegionFeature, available, regions
from policyengine.aws.settings import INDEX, REGIONS, SCAN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE522", "region-unsupported", Severity.ERROR, harm=Harm.BACKUP)


class _Use(NamedTuple):
    """A feature that a plan uses, in words, and the setting that does."""

    feature: RegionFeature
    words: str
    path: str


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per Region and feature, one per plan and partition; `air-gapped-unsupported` reports vaults."""
    for plan, (use, region, answer) in facts.each(facts.plans, _missing):
        yield _without(facts, plan, use, region, answer)
    for plan in facts.plans:
        for partition, outside, beyond in _apart(plan, [arn for _, arn in facts.each(parts(plan), arns)]):
            yield finding(
                RULE,
                facts,
                plan,
                f"{plan.path}/{REGIONS.place}",
                message=f"{listed(outside, 'and')} cannot have {_words(beyond)} of partition {quoted(partition)}",
                advice=_advice(plan, outside),
                other_paths=dict.fromkeys(arn.path for arn in beyond),
            )


def _missing(plan: Plan) -> Iterator[tuple[_Use, str, Availability]]:
    """The features that surely or perhaps are not in a Region of the plan."""
    for use in _uses(plan):
        for region in dict.fromkeys(plan.regions):
            if (answer := available(use.feature, region)) in {"no", "unknown"}:
                yield use, region, answer


def _uses(plan: Plan) -> Iterator[_Use]:
    yield _Use("backup_policies", "backup policies", f"{plan.path}/{REGIONS.place}")
    for rule in plan.rules:
        if rule.index:
            yield _Use("search", "search indexes of backups", f"{rule.path}/{INDEX.path[0]}")
        if SCAN.path[0] in rule.document:
            yield _Use("malware_scan", "malware scans", f"{rule.path}/{SCAN.path[0]}")


def _without(facts: Facts, plan: Plan, use: _Use, region: str, answer: Availability) -> Diagnostic:
    if answer == "no":
        severity, text = Severity.ERROR, f"there are no {use.words} in {quoted(region)}"
        advice = "give this Region a plan of its own that does without"
    else:
        severity, text = Severity.INFO, f"AWS's documents leave open whether {quoted(region)} has {use.words}"
        advice = "look whether the plan is made there before relying on it"
    other_paths = {f"{plan.path}/{REGIONS.place}"} - {use.path}
    diagnostic = finding(
        RULE,
        facts,
        plan,
        use.path,
        message=text,
        advice=advice,
        region=region,
        other_paths=other_paths,
        severity=severity,
    )
    return diagnostic if use.feature == "backup_policies" else replace(diagnostic, harm=Harm.NOTHING)


def _apart(plan: Plan, named: list[Arn]) -> Iterator[tuple[str, list[str], list[Arn]]]:
    """Partitions of roles and resource types, with the plan's Regions that are of another, and these ARNs."""
    for partition in dict.fromkeys(arn.partition for arn in named):
        outside = [region for region in dict.fromkeys(plan.regions) if regions().get(region, partition) != partition]
        if outside:
            yield partition, outside, [arn for arn in named if arn.partition == partition]


def _words(beyond: list[Arn]) -> str:
    return " or ".join(dict.fromkeys(arn.what for arn in beyond))


def _advice(plan: Plan, outside: list[str]) -> str:
    if len({regions().get(region) for region in plan.regions}) > 1:
        return f"leave {listed(outside, 'and')} out: an organization lies in one partition"
    partition = regions()[outside[0]]
    names = f'`partition = "{partition}"` below `[project]` of policyengine.toml decides what names stand for'
    return f"use ARNs of partition {quoted(partition)}; {names}"
