from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.destinations import Destination
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.facts import available

_REGIONS = "[eu-west-1, eu-central-1]"

RULE = Rule(
    code="PE601",
    name="vault-missing",
    severity=Severity.ERROR,
    title="a vault does not exist where backups or copies are to go",
    rationale=(
        "AWS Backup does not ask whether the vault of a rule exists: not when the policy is attached, not when the "
        "plan is made. Every job of the plan fails in the accounts and Regions that lack it. A plan needs its vault "
        "in each of its Regions and in every account below the policy; a copy within the account needs its vault "
        "there as well. A vault of which the snapshot says nothing is not reported."
    ),
    bad=one_rule(regions=_REGIONS, tree=ONE_UNIT + 'vaults:\n  - {name: Main, accounts: "*", regions: [eu-west-1]}\n'),
    good=one_rule(
        regions=_REGIONS,
        tree=ONE_UNIT + 'vaults:\n  - {name: Main, accounts: "*", regions: [eu-west-1, eu-central-1]}\n',
    ),
    reference="facts 8.2, section 4",
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting that names the vault, and Region."""
    for place in facts.destinations:
        if place.vault.exists is False and not place.vault.namesakes and not _told_elsewhere(place):
            yield finding(
                RULE,
                facts,
                place.plan,
                place.path,
                message=f"there is no {place.name}",
                advice="create it there before the policy is attached, or name a vault that exists",
                region=place.vault.region,
            )


def _told_elsewhere(place: Destination) -> bool:
    """Whether `default-vault-assumed`, `copy-to-default-vault` or `air-gapped-unsupported` says more about it."""
    impossible = place.setting == "air_gapped" and available("air_gapped_vault", place.vault.region) == "no"
    return impossible or place.vault.name == "Default"
