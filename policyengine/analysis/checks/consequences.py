"""What only follows from a refused document: a rule whose schedule AWS would refuse does not lack one.

A run with refused documents goes on without their refused settings. What is said of a setting that is left out, or
hangs on one, is false on the accounts below such a document, and goes with the refusal.

Which settings a finding hangs on beside the one that it stands at, for the checks that weigh several.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge import keys
from policyengine.aws.organization.tree import Organization
from policyengine.base.diagnostics import Diagnostic

_PLAN, _RULE, _SELECTION = 2, 4, 5  # steps of a path down to a plan, a rule, a selection
_CONTINUOUS, _START = "enable_continuous_backup", "start_backup_window_minutes"
_ARCHIVE = "opt_in_to_archive_for_supported_resources"
_RETENTION = frozenset({"delete_after_days", "lifecycle"})
_COLD = frozenset({"move_to_cold_storage_after_days"})
_VAULTS = frozenset({"target_backup_vault_name", "target_logically_air_gapped_backup_vault_arn"})
_TYPES = frozenset({"resource_types", "not_resource_types"})
_TARGETS = _VAULTS | {"target_backup_vault_arn"}
_SETTINGS: Mapping[str, tuple[int, frozenset[str]]] = {
    "cold-storage-too-short": (_RULE, _RETENTION | _COLD | {_CONTINUOUS, _ARCHIVE}),
    "cold-storage-ignored": (_RULE, frozenset({_CONTINUOUS, _ARCHIVE})),
    "retention-unlimited": (_RULE, _RETENTION | {_CONTINUOUS}),
    "schedule-missing": (_RULE, frozenset({"schedule_expression"})),
    "completion-window-short": (_RULE, frozenset({_START, "complete_backup_window_minutes"})),
    "continuous-with-cold-storage": (_RULE, _COLD | {_CONTINUOUS}),
    "continuous-conflict": (_PLAN, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "windows-overlap": (_PLAN, _RETENTION | _TYPES | {_CONTINUOUS, _START, "schedule_expression"}),
    "scan-without-settings": (_PLAN, frozenset({"scan_settings"})),
    "continuous-ignored": (_PLAN, _TYPES | {_CONTINUOUS, "tag_key"}),
    "selection-without-types": (_SELECTION, _TYPES),
    "resources-in-two-plans": (_PLAN, _TYPES | {"regions", "tag_key", "tag_value", "conditions"}),
    "copy-stays-in-region": (_PLAN, _TARGETS | {"regions"}),
    "copy-between-air-gapped-vaults": (_RULE, _TARGETS),
    "support-undocumented": (_PLAN, _TYPES | _TARGETS | _COLD),
    "retention-outside-vault-lock": (_RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "continuous-outside-vault-lock": (_RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "copy-outside-vault-lock": (_RULE, _RETENTION | _TARGETS),
    "lock-irreversible": (_RULE, _RETENTION | _TARGETS),
}
"""By check: the steps down to what it weighs as a whole, and the names of the settings in there."""


def weighs(found: Diagnostic, path: tuple[str, ...]) -> bool:
    """Whether the finding's check looks at the setting or block at a path, given by its folded keys."""
    if found.name not in _SETTINGS:
        return False
    length, settings = _SETTINGS[found.name]
    return path[:length] == keys(found.path)[:length] and not settings.isdisjoint(path[length:])


_MISSING = re.compile(r"'(\w+)' is missing$")
_NO_SCAN_SETTINGS = "scan_settings(undefined)"

_Path = tuple[str, ...]


class LeftOut(NamedTuple):
    """The folded paths of what is left out of a refused document, and the ids of the accounts below it."""

    policy: str
    paths: tuple[_Path, ...]
    accounts: frozenset[str]


def without_consequences(found: Iterable[Diagnostic], refused: Collection[LeftOut]) -> Iterator[Diagnostic]:
    """The findings, each for the accounts on which it does not merely follow from a refused document."""
    for one in found:
        below = {number for doc in refused if _follows(one, doc.paths) for number in doc.accounts}
        if not below.intersection(one.accounts):
            yield one
        elif left := tuple(number for number in one.accounts if number not in below):
            yield replace(one, accounts=left)


def left_out(organization: Organization, substitutes: Mapping[PolicyDocument, PolicyDocument]) -> Iterator[LeftOut]:
    """What a run goes on without, for each refused document; `substitutes` are what is left of them."""
    below: dict[PolicyDocument, set[str]] = {policy: set() for policy in substitutes}
    for visit in organization.walk() if substitutes else ():
        if visit.entity.kind == "account":
            for policy in (policy for entity in visit.chain for policy in entity.policies if policy in below):
                below[policy].add(visit.entity.id or "")
    for policy, rest in substitutes.items():
        yield LeftOut(policy.name, tuple(_left_out(policy.content, rest.content, ())), frozenset(below[policy]))


def _left_out(node: Json, rest: Json, path: _Path) -> Iterator[_Path]:
    """The folded paths of everything in a document that is not in the rest of it."""
    for key, child in node.items() if isinstance(node, dict) else ():
        place, left = (*path, key.lower()), rest if isinstance(rest, dict) else {}
        if key not in left:
            yield place
        yield from _left_out(child, left.get(key), place)


def _follows(found: Diagnostic, paths: Iterable[_Path]) -> bool:
    if found.name == "account-without-plan":
        return True
    if found.name == "effective-policy-invalid":
        lacks = _lacking(found)
        return bool(lacks) and any(path[: len(lacks)] == lacks or lacks[: len(path)] == path for path in paths)
    return any(weighs(found, path) for path in paths)


def _lacking(found: Diagnostic) -> _Path:
    """The path of what AWS finds missing in an effective policy; empty where that is not what is wrong."""
    at = keys(found.path)
    if missing := _MISSING.search(found.message):
        return (*at, missing[1])
    return (*at[:_PLAN], "scan_settings") if _NO_SCAN_SETTINGS in found.message else ()
