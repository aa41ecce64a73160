from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.facts import regions
from policyengine.aws.facts.names import region_meant
from policyengine.aws.organization import Organization
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE618", "snapshot-region-unknown", Severity.WARNING, harm=Harm.NOTHING)


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
