from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.aws_backup.copy_unsupported_type import stays_in_account, stays_in_region
from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DeployedCopy, DeployedRule, PlacedRule, Selection
from policyengine.aws.facts import copy_between, features
from policyengine.aws.facts.names import may_be_service
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE621", "copy-of-nothing", Severity.WARNING, harm=Harm.COPY, needs=(Fact.OPT_IN,))


class _Gap(NamedTuple):
    """A selection of which a copy has nothing in a Region: all types that it takes there stay where they are."""

    copied: DeployedCopy
    selection: Selection
    region: str
    types: tuple[str, ...]


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy, selection and Region; `opt-in-off` reports selections that take nothing."""
    for deployed, gap in facts.each_rule(_gaps):
        if all(map(may_be_service, facts.opted_in(gap.region) or ())) and not _may_be_advanced(facts, gap):
            yield finding(
                RULE,
                facts,
                deployed,
                f"{gap.copied.copy.path}/{COPY_TARGET.place}",
                message=_message(gap),
                advice=f"opt in to types that can be copied, in {gap.region} of the management account, or leave the "
                "copy out",
                region=gap.region,
                other_paths=(gap.selection.path,),
            )


def _gaps(rule: PlacedRule) -> Iterator[_Gap]:
    """What no type can reach is left to `copy-region-unreachable`, named types to `copy-unsupported-type`."""
    opt_in = rule.placement.environment.opt_in
    for deployed in rule.in_regions if rule.rule.copies else ():
        if deployed.region not in opt_in.regions:
            continue
        for selection in _open(deployed):
            types = opt_in.reached_by((selection,), (deployed.region,))
            for copied in deployed.copies if types else ():
                if _leads_somewhere(copied, deployed.region) and all(_stays(copied, deployed.region, t) for t in types):
                    yield _Gap(copied, selection, deployed.region, types)


def _open(deployed: DeployedRule) -> Iterator[Selection]:
    """The selections that take what is opted in: by a tag, or all types but some."""
    for selection in deployed.reach.selections:
        if not selection.names_types and not selection.lacks_types:
            yield selection


def _leads_somewhere(copied: DeployedCopy, source: str) -> bool:
    return copied.vault is not None and copy_between(source, copied.region) != "no"


def _stays(copied: DeployedCopy, source: str, name: str) -> bool:
    """Whether no backup of a type is copied this way; of DynamoDB none without its advanced features."""
    can = features(name)
    if can.copy in {"no", "advanced"} or stays_in_region(copied.region, source, name):
        return True
    return copied.cross_account is True and (can.copy_account == "no" or stays_in_account(source, name))


def _may_be_advanced(facts: Facts, gap: _Gap) -> bool:
    """Whether a type of the gap has copies with advanced features (facts 2.3.5) that are not surely off there."""
    settings = facts.organization.settings
    advanced = settings.dynamodb_advanced or {} if settings else {}
    return advanced.get(gap.region) is not False and any(features(name).copy == "advanced" for name in gap.types)


def _message(gap: _Gap) -> str:
    whatever = all(features(name).copy in {"no", "advanced"} for name in gap.types)
    account = " of another account" if gap.copied.cross_account is True else ""
    way = "" if whatever else f" to {gap.copied.region}{account}"
    off = any(features(name).copy == "advanced" for name in gap.types)
    why = " (the advanced features for DynamoDB are off)" if off else ""
    name = quoted(gap.selection.name)
    return f"all that selection {name} takes in {gap.region} is {listed(gap.types, 'and')}, never copied{way}{why}"
