"""What only follows from a refused document: a rule whose schedule AWS would refuse does not lack one.

A run with refused documents goes on without their refused settings. What is said of a setting that is left out, or
depends on one, is false on the accounts below such a document, and goes with the refusal.

The settings that a finding depends on beside its own, for the checks that weigh several.

What depends on an unknown attachment order is at most a warning: another order may give another value.
`peer-order-unknown` reports these values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from policyengine.analysis.checks.aws_backup import (
    cold_storage_ignored,
    cold_storage_too_short,
    completion_window_short,
    continuous_conflict,
    continuous_ignored,
    continuous_with_cold_storage,
    copy_stays_in_region,
    resources_in_two_plans,
    retention_unlimited,
    scan_without_settings,
    schedule_missing,
    selection_without_types,
    support_undocumented,
    windows_overlap,
)
from policyengine.analysis.checks.effective import account_without_plan, effective_policy_invalid
from policyengine.analysis.checks.environment import (
    continuous_outside_vault_lock,
    copy_between_air_gapped_vaults,
    copy_outside_vault_lock,
    lock_irreversible,
    retention_outside_vault_lock,
)
from policyengine.analysis.checks.evidence import Facts, LeftOut
from policyengine.aws.merge import NoteKind, keys
from policyengine.aws.settings import (
    AIR_GAPPED_VAULT,
    ARCHIVE,
    COLD_AFTER,
    COMPLETE_WITHIN,
    CONTINUOUS,
    COPY_TARGET,
    EXCEPT_TYPES,
    MALWARE_SCAN,
    REGIONS,
    RETAIN,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    START_WITHIN,
    TYPES,
    VAULT,
)
from policyengine.base.diagnostics import Diagnostic, Severity

_SCAN_SETTINGS = MALWARE_SCAN.path[0]
_PLAN, _RULE, _SELECTION = 2, 4, 5  # steps of a path down to a plan, a rule, a selection
_CONTINUOUS, _START, _ARCHIVE = CONTINUOUS.aws_key, START_WITHIN.aws_key, ARCHIVE.aws_key
_RETENTION = frozenset({RETAIN.aws_key, RETAIN.path[0]})
_COLD = frozenset({COLD_AFTER.aws_key})
_VAULTS = frozenset({VAULT.place, AIR_GAPPED_VAULT.place})
_TYPES = frozenset({TYPES.place, EXCEPT_TYPES.place})
_TARGETS = _VAULTS | {COPY_TARGET.place}
_WEIGHED: Mapping[str, tuple[int, frozenset[str]]] = {
    check.RULE.name: (length, keys_in)
    for check, length, keys_in in (
        (cold_storage_too_short, _RULE, _RETENTION | _COLD | {_CONTINUOUS, _ARCHIVE}),
        (cold_storage_ignored, _RULE, frozenset({_CONTINUOUS, _ARCHIVE})),
        (retention_unlimited, _RULE, _RETENTION | {_CONTINUOUS}),
        (schedule_missing, _RULE, frozenset({SCHEDULE.place})),
        (completion_window_short, _RULE, frozenset({_START, COMPLETE_WITHIN.place})),
        (continuous_with_cold_storage, _RULE, _COLD | {_CONTINUOUS}),
        (continuous_conflict, _PLAN, _RETENTION | _VAULTS | {_CONTINUOUS}),
        (windows_overlap, _PLAN, _RETENTION | _TYPES | {_CONTINUOUS, _START, SCHEDULE.place}),
        (scan_without_settings, _PLAN, frozenset({_SCAN_SETTINGS})),
        (continuous_ignored, _PLAN, _TYPES | {_CONTINUOUS, SELECTED_KEY.aws_key}),
        (selection_without_types, _SELECTION, _TYPES),
        (
            resources_in_two_plans,
            _PLAN,
            _TYPES | {REGIONS.aws_key, SELECTED_KEY.aws_key, SELECTED_VALUES.aws_key, "conditions"},
        ),
        (copy_stays_in_region, _PLAN, _TARGETS | {REGIONS.aws_key}),
        (copy_between_air_gapped_vaults, _RULE, _TARGETS),
        (support_undocumented, _PLAN, _TYPES | _TARGETS | _COLD),
        (retention_outside_vault_lock, _RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
        (continuous_outside_vault_lock, _RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
        (copy_outside_vault_lock, _RULE, _RETENTION | _TARGETS),
        (lock_irreversible, _RULE, _RETENTION | _TARGETS),
    )
}
"""By the name of a check's rule: the steps down to what it weighs as a whole, and the settings in there."""


_Path = tuple[str, ...]


class _Places:
    """Accounts by what differs on them, given as folded paths: looked up by path, prefix or what a finding weighs."""

    def __init__(self, entries: Iterable[tuple[_Path, Collection[str]]]) -> None:
        groups: dict[_Path, list[Collection[str]]] = {}
        for path, accounts in entries:
            groups.setdefault(path, []).append(accounts)
        self._accounts = {path: _union(parts) for path, parts in groups.items()}
        self._below: dict[_Path, list[_Path]] = {}
        for path in self._accounts:
            for length in range(len(path) + 1):
                self._below.setdefault(path[:length], []).append(path)

    def at(self, path: _Path) -> Iterator[frozenset[str]]:
        """The accounts of the entry at a path."""
        if path in self._accounts:
            yield self._accounts[path]

    def around(self, path: _Path) -> Iterator[frozenset[str]]:
        """The accounts of entries at a path, below it or above it."""
        for length in range(len(path)):
            yield from self.at(path[:length])
        for below in self._below.get(path, ()):
            yield self._accounts[below]

    def weighed(self, diagnostic: Diagnostic) -> Iterator[frozenset[str]]:
        """The accounts of entries at settings and blocks that the finding's check weighs beside its own."""
        length, settings = _WEIGHED.get(diagnostic.name, (0, frozenset()))
        head = keys(diagnostic.path)[:length]
        if settings and len(head) == length:
            for path in self._below.get(head, ()):
                if not settings.isdisjoint(path[length:]):
                    yield self._accounts[path]


def _union(parts: Collection[Collection[str]]) -> frozenset[str]:
    return frozenset().union(*parts)


def without_consequences(diagnostics: Iterable[Diagnostic], refused: Collection[LeftOut]) -> Iterator[Diagnostic]:
    """The findings, each for the accounts on which it does not merely follow from a refused document."""
    places = _Places((path, document.accounts) for document in refused for path in document.paths)
    refusing = _union([document.accounts for document in refused])
    for diagnostic in diagnostics:
        below = tuple(_following(diagnostic, places, refusing))
        left = tuple(account for account in diagnostic.accounts if not any(account in part for part in below))
        if len(left) == len(diagnostic.accounts):
            yield diagnostic
        elif left:
            yield replace(diagnostic, accounts=left)


def _following(diagnostic: Diagnostic, places: _Places, refusing: frozenset[str]) -> Iterable[frozenset[str]]:
    """The accounts on which a finding follows from a refused document; `refusing` are all accounts below one."""
    if diagnostic.name == account_without_plan.RULE.name:
        return (refusing,)
    if diagnostic.name == effective_policy_invalid.RULE.name:
        return places.around(diagnostic.missing) if diagnostic.missing else ()
    return places.weighed(diagnostic)


def without_guesses(diagnostics: Iterable[Diagnostic], facts: Facts) -> Iterator[Diagnostic]:
    """The findings, no errors among them on accounts where they depend on a guess."""
    open_orders = ((note, ids) for note, _, ids in facts.notes if note.kind is NoteKind.PEER_ORDER_UNKNOWN)
    places = _Places((keys(note.path), ids) for note, ids in open_orders)
    for diagnostic in diagnostics:
        if diagnostic.severity is not Severity.ERROR:
            yield diagnostic
            continue
        guessed = tuple(_depended_on(diagnostic, places))
        doubtful = tuple(account for account in diagnostic.accounts if any(account in part for part in guessed))
        certain = tuple(account for account in diagnostic.accounts if not any(account in part for part in guessed))
        if certain:
            yield replace(diagnostic, accounts=certain) if doubtful else diagnostic
        if doubtful:
            yield replace(diagnostic, accounts=doubtful).with_severity(Severity.WARNING)
        elif not diagnostic.accounts:
            yield diagnostic


def _depended_on(diagnostic: Diagnostic, places: _Places) -> Iterator[frozenset[str]]:
    at = keys(diagnostic.path)
    yield from places.at(at)
    if diagnostic.region:
        yield from places.at((*at[:_PLAN], REGIONS.place))
    yield from places.weighed(diagnostic)
