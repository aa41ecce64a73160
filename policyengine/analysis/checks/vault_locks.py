"""The retentions that a vault's lock lets in: how long backups may be kept there (facts 4.2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DAY, FOREVER, UNKNOWN, Destination, Minutes, PlacedRule
from policyengine.aws.facts import limits
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Rule


class Bounds(NamedTuple):
    """The shortest and the longest retention that a vault takes; 0 and `FOREVER` where unknown.

    `lock` says in words whose bounds they are, `region` is empty where they hold in every Region.
    """

    least: Minutes
    most: Minutes
    lock: str
    region: str

    @property
    def text(self) -> str:
        """In words: "7 to 35 days", "7 days or more", "35 days at most", "35 days"."""
        if self.most == FOREVER:
            return f"{days(self.least)} or more"
        if self.least == self.most:
            return days(self.most)
        return f"{self.least / DAY:.0f} to {days(self.most)}" if self.least else f"{days(self.most)} at most"


def bounds(place: Destination) -> Bounds:
    """The bounds of a destination, as far as they are known; every air-gapped vault has both (facts 4.1, 4.2.3)."""
    vault = place.vault
    at_least = limits()["air_gapped_least_days"] * DAY if place.air_gapped else 0
    least = at_least if vault.min_retention is UNKNOWN else max(vault.min_retention, at_least)
    most = _no_maximum(place) if vault.max_retention is UNKNOWN else vault.max_retention
    if vault.min_retention is UNKNOWN and vault.max_retention is UNKNOWN:
        return Bounds(least, most, "an air-gapped vault", "")
    return Bounds(least, most, f"the lock of {place.name}", vault.region)


def _no_maximum(place: Destination) -> Minutes:
    """The longest retention where the maximum is unknown: whatever it is, an air-gapped vault ends "forever"."""
    ends = place.air_gapped and place.retention == FOREVER
    return limits()["retention_most_days"] * DAY if ends else FOREVER


def refused(rule: PlacedRule) -> Iterator[tuple[Destination, Bounds]]:
    """Every destination of a rule whose lock refuses the retention; equality is fine."""
    for place in rule.destinations:
        allowed = bounds(place)
        if not allowed.least <= place.retention <= allowed.most:
            yield place, allowed


def outside(rule: Rule, facts: Facts, meant: Callable[[Destination], bool]) -> Iterator[Diagnostic]:
    """A case of a rule for each destination that is meant and whose lock refuses the retention.

    That "forever" is more than any maximum is inferred (facts 4.2.6), so it is a warning.
    """
    for plan, (place, allowed) in facts.each_rule(refused):
        if not meant(place):
            continue
        path, *other_paths = place.retention_paths
        what, single = ("copies", "copy") if place.copy else ("backups", "backup")
        yield finding(
            rule,
            facts,
            plan,
            path,
            message=f"{what} are kept {kept(place.retention)}, but {allowed.lock} allows {allowed.text}",
            advice=f"every such {single} would fail: keep them for {allowed.text}, or use another vault",
            region=allowed.region,
            other_paths=other_paths,
            severity=Severity.WARNING if place.retention == FOREVER else None,
        )


def kept(retention: Minutes) -> str:
    """A retention in words: "for 35 days", "forever"."""
    return "forever" if retention == FOREVER else f"for {days(retention)}"


def days(minutes: Minutes) -> str:
    """Whole days in words: "35 days"."""
    number = minutes / DAY
    return "1 day" if number == 1 else f"{number:.0f} days"
