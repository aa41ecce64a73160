from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.facts import regions
from policyengine.aws.facts.names import region_meant
from policyengine.aws.organization.tree import Organization
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

RULE = Rule(
    code="PE618",
    name="snapshot-region-unknown",
    severity=Severity.WARNING,
    title="the snapshot names a Region that does not exist",
    rationale=(
        "What the snapshot says of vaults, of the service opt-in or of DynamoDB in a Region that does not exist says "
        "nothing: the plans of the Region that was meant are judged as if nobody had looked there, or as if the "
        "vault were missing. A Region that is newer than this version is named as well; it does no harm."
    ),
    bad=one_rule(tree=ONE_UNIT + "settings: {opt_in: {eu-wset-1: [EC2]}}\n"),
    good=one_rule(tree=ONE_UNIT + "settings: {opt_in: {eu-west-1: [EC2]}}\n"),
    reference="interface.md 2",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html",),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per Region, wherever the snapshot has it."""
    named: dict[str, list[str]] = {}
    for place, region in _named(facts.organization):
        if region not in regions():
            named.setdefault(region, []).append(place)
    for region, places in named.items():
        meant = region_meant(region)
        message = f"the snapshot names the Region {quoted(region)} in {quoted(places[0])}, and there is no such Region"
        yield RULE.at(None, message, help=f"did you mean {quoted(meant)}?" if meant else "")


def _named(organization: Organization) -> Iterator[tuple[str, str]]:
    """Every Region of the snapshot, with the part that names it."""
    settings = organization.settings
    if settings:
        yield from (("settings.opt_in", region) for region in settings.opt_in or ())
        yield from (("settings.dynamodb_advanced", region) for region in settings.dynamodb_advanced or ())
    yield from (("vaults", region) for vault in organization.vaults or () for region in vault.regions or ())
    if organization.searched:
        yield from (("searched", region) for region in organization.searched.regions or ())
