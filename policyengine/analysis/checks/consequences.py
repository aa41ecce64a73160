"""Leaves out findings that follow from a refused document: a rule whose schedule AWS would refuse does not lack one.

A run with refused documents goes on without their refused settings. What is said of a setting that is left out, or
depends on one, is false on the accounts below such a document, and goes with the refusal.

The settings that a finding depends on beside its own, for the checks that weigh several.

What depends on an unknown attachment order is at most a warning: another order may give another value.
`peer-order-unknown` reports these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from policyengine.analysis.checks.accounts_by_path import AccountsByPath
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
    CONDITIONS,
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
            _TYPES | {REGIONS.aws_key, SELECTED_KEY.aws_key, SELECTED_VALUES.aws_key, CONDITIONS},
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


def without_consequences(diagnostics: Iterable[Diagnostic], refused: Iterable[LeftOut]) -> Iterator[Diagnostic]:
    """The findings, each for the accounts on which it does not merely follow from a refused document."""
    left_out = AccountsByPath((document.paths, document.accounts) for document in refused)
    for diagnostic in diagnostics:
        below = _following(diagnostic, left_out)
        if below.isdisjoint(diagnostic.accounts):
            yield diagnostic
        elif left := tuple(number for number in diagnostic.accounts if number not in below):
            yield replace(diagnostic, accounts=left)


def _following(diagnostic: Diagnostic, left_out: AccountsByPath) -> frozenset[str]:
    """The accounts on which a finding follows from what is left out."""
    if diagnostic.name == account_without_plan.RULE.name:
        return left_out.everywhere
    if diagnostic.name == effective_policy_invalid.RULE.name:
        return left_out.around_or_below(diagnostic.missing) if diagnostic.missing else frozenset()
    return _weighed(diagnostic, left_out)


def without_guesses(diagnostics: Iterable[Diagnostic], facts: Facts) -> Iterator[Diagnostic]:
    """The findings, no errors among them on accounts where they depend on a guess."""
    guesses = AccountsByPath(
        ((keys(note.path),), ids) for note, _, ids in facts.notes if note.kind is NoteKind.PEER_ORDER_UNKNOWN
    )
    for diagnostic in diagnostics:
        if diagnostic.severity is not Severity.ERROR:
            yield diagnostic
            continue
        guessed = [ids for ids in _guessed(diagnostic, guesses) if ids]
        if not guessed:
            yield diagnostic
            continue
        doubtful = tuple(number for number in diagnostic.accounts if any(number in ids for ids in guessed))
        if not doubtful:
            yield diagnostic
            continue
        if certain := tuple(number for number in diagnostic.accounts if not any(number in ids for ids in guessed)):
            yield replace(diagnostic, accounts=certain)
        yield replace(diagnostic, accounts=doubtful).with_severity(Severity.WARNING)


def _guessed(diagnostic: Diagnostic, guesses: AccountsByPath) -> Iterator[frozenset[str]]:
    """The accounts on which a finding depends on a guess: on its setting, its Regions, and what its check weighs."""
    at = keys(diagnostic.path)
    yield guesses.at(at)
    if diagnostic.region:
        yield guesses.at((*at[:_PLAN], REGIONS.place))
    yield _weighed(diagnostic, guesses)


def _weighed(diagnostic: Diagnostic, doubtful: AccountsByPath) -> frozenset[str]:
    """The accounts on which the finding's check looks at a doubtful setting."""
    length, settings = _WEIGHED.get(diagnostic.name, (0, frozenset()))
    block = keys(diagnostic.path)[:length]
    return doubtful.within(block, settings) if settings and len(block) == length else frozenset()
