"""A finding about a setting of a plan: its place, its policies and its accounts come from the plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from policyengine.checks.facts import Facts
from policyengine.diagnostics import Diagnostic, Label, Rule, Severity
from policyengine.facts import types_of_pattern
from policyengine.plan import DeployedPlan, Destination, PlacedRule, Plan, Selection, origin, origins, policies

_WORD = re.compile(r"\w+")
_SHOWN = 5  # further places that a finding points at


def finding(  # noqa: PLR0913 - what a finding is made of
    rule: Rule,
    facts: Facts,
    plan: Plan | DeployedPlan,
    path: str,
    *,
    message: str,
    advice: str,
    region: str = "",
    beside: Iterable[str] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """A case of a rule at the setting or block of a plan that a path leads to, for all accounts with that plan.

    Give a `DeployedPlan` where the finding hangs on what is around the accounts. `beside` are paths of other settings
    that it is about. Equal findings become one later, so the message must not name or count accounts.
    """
    bare = plan.plan if isinstance(plan, DeployedPlan) else plan
    written = origin(bare, path)
    labels = [found.span for other in beside if (found := origin(bare, other)) and found.span]
    diagnostic = rule.at(
        written.span if written else None,
        message,
        help=advice,
        path=path,
        region=region,
        labels=tuple(Label(span, "and this") for span in dict.fromkeys(labels)),
        accounts=facts.accounts_with(plan),
        policies=policies(bare, (path, *beside)),
    )
    return diagnostic.with_severity(severity) if severity else diagnostic


def about_all(found: Diagnostic, places: Sequence[tuple[Plan, str]], accounts: Iterable[str]) -> Diagnostic:
    """A finding at the first of several places, told also of the plans of the others, for accounts with all of them."""
    authors = [author for plan, path in places for author in origins(plan, path)]
    others = [written.span for plan, path in places[1:] if (written := origin(plan, path)) and written.span]
    names = [author.policy.name for author in sorted(authors, key=lambda author: len(author.entity.chain))]
    labels = tuple(Label(span, "and this") for span in dict.fromkeys(others))[:_SHOWN]
    policies = tuple(dict.fromkeys(names))
    return replace(found, labels=labels, accounts=tuple(sorted(accounts)), policies=policies)


def about_each(found: Diagnostic, places: Sequence[tuple[Plan, str]], accounts: Iterable[str]) -> Diagnostic:
    """`about_all` of places of which each is at fault by itself."""
    return replace(about_all(found, places, accounts), places=tuple(path for _, path in places))


def naming(plan: Plan, types: Collection[str]) -> tuple[str, ...]:
    """The effective paths of the lists in which resource selections name any of these types."""
    named = [selection for selection in plan.selections if selection.names_types and set(types) & set(selection.reach)]
    return tuple(f"{selection.path}/resource_types" for selection in named)


def crossing(rule: PlacedRule) -> Iterator[Destination]:
    """The destinations of a rule in other accounts than the one that runs the plan."""
    return (place for place in rule.destinations if place.crosses)


def fits(kind: str | None, place: Destination) -> bool:
    """Whether a vault of a type of the snapshot, None where it has none, may be what a setting of a rule names."""
    unfit = {"vault": "logically_air_gapped", "air_gapped": "standard"}
    return kind is None or kind != unfit.get(place.setting)


def words(plan: Plan, selection: Selection) -> frozenset[str]:
    """The words with which authors write the types of a selection: of types that share a pattern they tell one."""
    written = origins(plan, f"{selection.path}/resource_types")
    return frozenset(word for each in written if each.span for word in _WORD.findall(each.span.text))


def called(plan: Plan, selection: Selection) -> tuple[str, ...]:
    """The types that a selection names: of those that share a pattern the ones that its author calls by their names.

    All of them where the author writes the pattern.
    """
    written = words(plan, selection)
    groups = [frozenset(group) for group in types_of_pattern("aws").values()]
    unmeant = {name for group in groups if not written.isdisjoint(group) for name in group - written}
    return tuple(name for name in selection.reach if name not in unmeant)
