from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import about_all, finding
from policyengine.aws.deployment import OWN, Circle, Site, circles
from policyengine.base.catalogue.example_projects import one_plan
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_PLAN = """\
regions = [eu-west-1, eu-central-1]
rule nightly {{
  schedule = daily at 05:00
  vault = "Main"
  retain = 35 days
  copy to vault "{0}" in eu-central-1
  copy to vault "{0}" in eu-west-1
}}
tag selection all {{ role = "Backup"  key = "backup"  values = ["yes"] }}
"""

RULE = Rule(
    code="PE537",
    name="copies-in-a-circle",
    severity=Severity.INFO,
    title="vaults keep each other's copies",
    rationale=(
        "Copies lead from one vault over others back to the first one. AWS Backup copies no copy, so nothing goes"
        " round; but each of these vaults holds backups of its own beside copies of the others', and none is a place"
        " apart: whoever may delete in one of them reaches both, its lock has to suit both, and its loss takes copies"
        " that the others rely on."
    ),
    bad=one_plan(_PLAN.format("Main")),
    good=one_plan(_PLAN.format("Copies")),
    reference="facts 4.4",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html",),
    harm=Harm.COPY,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per circle, at the first copy in it, for all accounts whose copies are."""
    for circle in circles(facts.deployment):
        yield _found(facts, circle)


def _found(facts: Facts, circle: Circle) -> Diagnostic:
    first = circle.hops[0]
    places = dict.fromkeys((hop.plan.plan, f"{hop.copy.copy.path}/target_backup_vault_arn") for hop in circle.hops)
    found = finding(
        RULE,
        facts,
        first.plan,
        f"{first.copy.copy.path}/target_backup_vault_arn",
        message=f"{_named(circle.sites)} keep each other's copies",
        advice="copy into vaults that no rule stores its backups in",
    )
    return about_all(found, list(places), {number for hop in circle.hops for number in hop.accounts})


def _named(sites: Sequence[Site]) -> str:
    *most, last = [_vault(site) for site in sites]
    return f"{', '.join(most)} and {last}"


def _vault(site: Site) -> str:
    of_another = "" if site.account == OWN else f" of account {site.account}"
    return f"vault {quoted(site.vault)} in {site.region}{of_another}"
