"""Settings that a check weighs beside the one that its finding points at: where one is in doubt, so is the finding.

A check declares them beside its rule, `WEIGHS = in_rule(RETENTION, CONTINUOUS)`. One that looks at nothing but what one
policy sets at the path of its finding declares none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from policyengine.aws.setting_rows import SettingRow
from policyengine.aws.settings import AIR_GAPPED_VAULT, COPY_TARGET, EXCEPT_TYPES, RETAIN, TYPES, VAULT

_Settings: TypeAlias = SettingRow | frozenset[str]

_PLAN, _RULE, _SELECTION = 2, 4, 5  # steps of a path down to a plan, a rule, a selection

RETENTION = frozenset({RETAIN.aws_key, RETAIN.path[0]})
"""The retention, of copies as well, and the block that it stands in."""

RULE_VAULTS = frozenset({VAULT.aws_key, AIR_GAPPED_VAULT.aws_key})
"""The vaults of a rule."""

TARGETS = RULE_VAULTS | {COPY_TARGET.aws_key}
"""The vaults of a rule and of its copies."""

SELECTED_TYPES = frozenset({TYPES.aws_key, EXCEPT_TYPES.aws_key})
"""The types that a selection names and leaves out."""


class WeighedSettings(NamedTuple):
    """Keys of settings, AWS's own, that are weighed anywhere in a block; `depth` counts the steps of a path to it."""

    depth: int
    keys: frozenset[str]


ITSELF = WeighedSettings(0, frozenset())
"""The setting that a finding points at, for checks to which it matters what other policies do to it."""


def in_plan(*settings: _Settings) -> WeighedSettings:
    """Settings anywhere in the plan that a finding is about."""
    return WeighedSettings(_PLAN, frozenset(_keys(settings)))


def in_rule(*settings: _Settings) -> WeighedSettings:
    """Settings of the rule that a finding is about, and of its copies."""
    return WeighedSettings(_RULE, frozenset(_keys(settings)))


def in_selection(*settings: _Settings) -> WeighedSettings:
    """Settings of the selection that a finding is about."""
    return WeighedSettings(_SELECTION, frozenset(_keys(settings)))


def _keys(settings: tuple[_Settings, ...]) -> Iterator[str]:
    for each in settings:
        yield from (each.aws_key,) if isinstance(each, SettingRow) else each
