from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import about_all, finding
from policyengine.aws.deployment import OWN, Circle, Site, circles
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE537", "copies-in-a-circle", Severity.INFO, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per circle, at the first copy in it, for all accounts whose copies are."""
    for circle in circles(facts.deployment):
        yield _diagnostic(facts, circle)


def _diagnostic(facts: Facts, circle: Circle) -> Diagnostic:
    first = circle.hops[0]
    places = dict.fromkeys((hop.plan.plan, f"{hop.copy.copy.path}/{COPY_TARGET.place}") for hop in circle.hops)
    diagnostic = finding(
        RULE,
        facts,
        first.plan,
        f"{first.copy.copy.path}/{COPY_TARGET.place}",
        message=f"{_named(circle.sites)} keep each other's copies",
        advice="copy into vaults that no rule stores its backups in",
    )
    return about_all(diagnostic, list(places), {number for hop in circle.hops for number in hop.accounts})


def _named(sites: Sequence[Site]) -> str:
    *most, last = [_vault(site) for site in sites]
    return f"{', '.join(most)} and {last}"


def _vault(site: Site) -> str:
    of_another = "" if site.account == OWN else f" of account {site.account}"
    return f"vault {quoted(site.vault)} in {site.region}{of_another}"
