"""Findings that only one side has. Policies that differ in their names only are the same policy."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from policyengine.analysis.diff.changes import Side
from policyengine.analysis.findings import Identity, identity
from policyengine.aws.organization import Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.text import quoted


def findings_of_one_side(base: Side, head: Side) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The findings that are new in the head, and those that are gone, for the accounts for which they are that."""
    renamed = _renamed(base.organization, head.organization)
    back = {new: old for old, new in renamed.items()}
    return _only_in(head.findings, base.findings, renamed), _only_in(base.findings, head.findings, back)


def _only_in(
    findings: Iterable[Diagnostic], others: Iterable[Diagnostic], names: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Findings that others do not have; `names` are those of the others' policies that are called otherwise here."""
    accounts: dict[Identity, set[str]] = {}
    for finding in others:
        for same in _in_other_names(_unordered(finding), names):
            accounts.setdefault(same, set()).update(finding.accounts or ("",))
    kept = []
    for finding in findings:
        rest = set(finding.accounts or ("",)) - accounts.get(_unordered(finding), set())
        if rest:
            kept.append(replace(finding, accounts=tuple(sorted(rest - {""}))))
    return tuple(_with_all_resources(kept))


def _with_all_resources(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings; those on resources that read the same are one, though each resource is one by itself."""
    together: dict[Hashable, list[Diagnostic]] = {}
    for number, finding in enumerate(findings):
        shown = replace(finding, accounts=(), values=()) if finding.resources else number
        together.setdefault(shown, []).append(finding)
    for first, *others in together.values():
        if not others:
            yield first
            continue
        accounts = {number for finding in (first, *others) for number in finding.accounts}
        resources = {pair for finding in (first, *others) for pair in finding.resources}
        yield replace(first, accounts=tuple(sorted(accounts)), resources=tuple(sorted(resources)), values=())


def _unordered(finding: Diagnostic) -> Identity:
    """The identity of a finding; the order of policies may be that of their names."""
    same = identity(finding)
    return same._replace(policies=tuple(sorted(same.policies)))


def _in_other_names(same: Identity, names: Mapping[str, str]) -> Iterator[Identity]:
    """An identity with renamed policies; in its values the same name may be that of another object."""
    if names.keys().isdisjoint(same.policies):
        yield same
        return
    here = same._replace(policies=tuple(sorted(names.get(name, name) for name in same.policies)))
    yield here
    values = same.values
    for name in (name for name in same.policies if name in names):
        values = tuple(value.replace(quoted(name), quoted(names[name])) for value in values)
    yield here._replace(values=values)


def _renamed(base: Organization, head: Organization) -> dict[str, str]:
    """The policies of the base that differ in their names only from policies of the head, with the names there."""
    old, new = (dict(_nameless(*sides)) for sides in ((base, head), (head, base)))
    by_content = {content: name for name, content in new.items()}
    return {name: by_content[content] for name, content in old.items() if content in by_content}


def _nameless(side: Organization, other: Organization) -> Iterator[tuple[str, Hashable]]:
    """The policies whose names only one side has, each with its content and its attachments."""
    alone = side.policies.keys() - other.policies.keys()
    places: dict[str, list[tuple[str, int]]] = {name: [] for name in alone}
    for entity in side.entities if alone else ():
        for place, policy in enumerate(entity.policies):
            if policy.name in places:
                places[policy.name].append((entity.path, place))
    for name in sorted(alone):
        yield name, (json.dumps(side.policies[name].content, sort_keys=True), *places[name])
