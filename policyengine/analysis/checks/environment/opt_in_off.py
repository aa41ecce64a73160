from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import called, finding, words
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_selection
from policyengine.aws.deployment import Plan, Selection
from policyengine.aws.facts import CLUSTERS_OF_RDS, features, resource_features, types_of_pattern
from policyengine.aws.settings import TYPES
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

_ACCOUNT = "the management account"

RULE = Rule("PE605", "opt-in-off", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.OPT_IN,))
WEIGHS = in_selection(SELECTED_TYPES)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection, Region whose opt-in the snapshot has, and reason."""
    for plan in facts.plans:
        for region in dict.fromkeys(plan.regions):
            on = facts.opted_in(region)
            for selection in (each.in_region(region) for each in plan.selections) if on is not None else ():
                if selection.names_types:
                    yield from _named(facts, plan, selection, region, on or frozenset())
                elif doubtful := [name for name in _beside_all(selection) if not _is_on([name], on or frozenset())]:
                    yield _in_doubt(facts, plan, selection, region, doubtful)
                elif _takes_nothing(selection, on or frozenset()):
                    yield _nothing(facts, plan, selection, region, on or frozenset())


def _nothing(facts: Facts, plan: Plan, selection: Selection, region: str, on: AbstractSet[str]) -> Diagnostic:
    which = "no type that it takes" if on else "no type"
    return finding(
        RULE,
        facts,
        plan,
        selection.path,
        message=f"selection {quoted(selection.name)} backs up nothing in {region}: {which} is opted in there",
        advice=f"opt in to the types that are meant, in {region} of the management account",
        region=region,
        severity=Severity.WARNING,
    )


def _beside_all(selection: Selection) -> list[str]:
    """The types that it takes and names beside `*`: AWS does not say whether these need the opt-in (facts 2.3.7)."""
    return [name for name in selection.reach if selection.names_beside_all(name)]


def _in_doubt(facts: Facts, plan: Plan, selection: Selection, region: str, names: Sequence[str]) -> Diagnostic:
    services, be = _opt_in_names(names), "is" if len(names) == 1 else "are"
    return finding(
        RULE,
        facts,
        plan,
        f"{selection.path}/{TYPES.place}",
        message=f"nobody can say whether {listed(names, 'and')} {be} backed up in {region}: {_ACCOUNT} has not opted "
        f"in to {services} there, and AWS does not say whether types that are named beside `*` need that",
        advice=f"opt in to {services} in {region} of the management account, or name what is meant in a selection "
        "without `*`",
        region=region,
        severity=Severity.WARNING,
    )


def _takes_nothing(selection: Selection, on: AbstractSet[str]) -> bool:
    """Whether all that a selection by tag or `*` takes is surely off: an unknown service may be part of it."""
    return (
        bool(selection.reach)
        and on <= _services()
        and all(_services_of([name]).isdisjoint(on) for name in selection.reach)
    )


def _named(facts: Facts, plan: Plan, selection: Selection, region: str, on: AbstractSet[str]) -> Iterator[Diagnostic]:
    """Findings for the named types that are off, those that share a pattern together."""
    always = [name for name in selection.reach if name in resource_features() and features(name).opt_in_always]
    off = [names for names in _by_pattern(always) if not _is_on(names, on)]
    dead = [name for names in off for name in names if _services_of(names).isdisjoint(on)]
    shared = [names for names in off if not _services_of(names).isdisjoint(on)]
    path = f"{selection.path}/{TYPES.place}"
    if dead:
        services = _opt_in_names(dead)
        message = (
            f"{listed(dead, 'and')} will not be backed up in {region}: {_ACCOUNT} has not opted in to {services} there"
        )
        advice = f"opt in to {services} in {region} of the management account, or leave the type out"
        yield finding(RULE, facts, plan, path, message=message, advice=advice, region=region)
    for group in _by_pattern(always):
        if group not in off:
            yield from _partly(facts, plan, selection, region, group, on)
    for names in shared:
        message = (
            f"{listed(names, 'and')} are not backed up in {region}, only {CLUSTERS_OF_RDS} are: {_ACCOUNT} has "
            f"opted in to {listed(features(names[0]).opt_in_perhaps, 'and')} there and not to {_opt_in_names(names)}"
        )
        advice = f"opt in to what is meant in {region} of the management account"
        yield finding(RULE, facts, plan, path, message=message, advice=advice, region=region, severity=Severity.WARNING)


def _partly(  # noqa: PLR0913, PLR0917 - what it is about, and where
    facts: Facts, plan: Plan, selection: Selection, region: str, group: tuple[str, ...], on: AbstractSet[str]
) -> Iterator[Diagnostic]:
    """Types that are off while others of their pattern are on: whoever names one of them may miss backups.

    A pattern names all of them, and most people have only some, so that it is an info.
    """
    missing = [name for name in group if not _is_on([name], on)]
    off = [name for name in called(plan, selection) if name in missing]
    if not off:
        return
    by_name = not words(plan, selection).isdisjoint(group)
    others = listed([name for name in group if name not in missing], "and")
    be = "is" if len(off) == 1 else "are"
    yield finding(
        RULE,
        facts,
        plan,
        f"{selection.path}/{TYPES.place}",
        message=f"{listed(off, 'and')} {be} not backed up in {region}, only {others} of the same pattern: {_ACCOUNT} "
        f"has not opted in to {_opt_in_names(off)} there",
        advice=f"opt in to {_opt_in_names(off)} in {region} of the management account, if there are any",
        region=region,
        severity=Severity.WARNING if by_name else Severity.INFO,
    )


def _by_pattern(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The types grouped that share a pattern, so that no selection takes one of them without the others."""
    groups = [tuple(name for name in group if name in names) for group in types_of_pattern("aws").values()]
    return [group for group in groups if group]


def _is_on(names: Sequence[str], on: AbstractSet[str]) -> bool:
    """Whether one of the types is opted in, or its name in the opt-in is unknown."""
    return any(opt_in is None or not _folded(opt_in).isdisjoint(on) for opt_in in map(_opt_in, names))


def _opt_in(name: str) -> tuple[str, ...] | None:
    return features(name).opt_in


def _opt_in_names(names: Iterable[str]) -> str:
    """AWS's names of types in the opt-in, each once, in words."""
    return listed(dict.fromkeys(service for name in names for service in _opt_in(name) or ()), "and")


def _services_of(names: Iterable[str]) -> frozenset[str]:
    """The folded names of the services by which resources of the types' patterns go."""
    rows = [features(name) for name in names if name in resource_features()]
    return _folded(service for can in rows for service in (*(can.opt_in or ()), *can.opt_in_perhaps))


@cache
def _services() -> frozenset[str]:
    return _services_of(resource_features())


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
