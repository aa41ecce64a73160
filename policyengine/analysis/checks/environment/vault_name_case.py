from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, fits
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity
from policyengine.base.text import listed

_TREE = ONE_UNIT + 'vaults:\n  - {name: Main, accounts: "*", regions: [eu-west-1]}\n'

RULE = Rule(
    code="PE602",
    name="vault-name-case",
    severity=Severity.ERROR,
    title="the name of a vault differs from the vault's own in upper and lower case",
    rationale=(
        "AWS Backup tells `Main` from `main`. A policy with the wrong spelling is accepted, and then every job that "
        "needs the vault fails. Names that are built from keys of a policy are a common cause, since Organizations "
        "folds keys to lower case."
    ),
    bad=one_rule('schedule = daily at 05:00\nvault = "main"\nretain = 35 days', tree=_TREE),
    good=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 35 days', tree=_TREE),
    reference="facts 1.5.3, 8.2, 8.9",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
    ),
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting that names the vault, and Region."""
    for plan, place in facts.each_rule(_misspelled):
        vault = place.vault
        types = [(each.name, each.type) for each in facts.organization.vaults or ()]
        meant = [name for name in vault.namesakes if any(name == each and fits(kind, place) for each, kind in types)]
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"there is no {place.name}, but {listed(vault.namesakes, 'and')}: upper and lower case count",
            advice=f"write {listed(meant, 'or')}"
            if meant
            else "name a vault that exists, of the type that is asked for",
            region=vault.region,
        )


def _misspelled(rule: PlacedRule) -> Iterator[Destination]:
    return (place for place in rule.destinations if place.vault.exists is False and place.vault.namesakes)
