"""The value of a setting in a published document, by its row in the table; AWS Backup's default where it is absent.

A text that is no value of the setting counts as absent: AWS would not publish it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from policyengine.aws.deployment.plans import FOREVER, Minutes
from policyengine.aws.documents import Json, spelled
from policyengine.aws.setting_rows import TRUTHS, Kind, SettingRow, ValueFormat, complete

Value: TypeAlias = bool | Minutes | str | tuple[str, ...]
"""A truth, a duration in minutes, a text (empty where absent) or the texts of a list."""

_LONGEST_NUMBER = 12  # digits; beyond every bound of AWS, and Python reads only so many


def value_of(row: SettingRow, block: Mapping[str, Json]) -> Value:
    """The value of a setting in the node of its block."""
    return value_at(row, block, row.folded)


def value_at(row: SettingRow, node: Json | Mapping[str, Json], path: tuple[str, ...]) -> Value:
    """The value of a setting at a path of folded keys below a node, as AWS publishes them."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    if row.many:
        return texts_of(node)
    return _READERS[row.kind](text_of(node), row.default, row.format)


def text_of(value: Json | Mapping[str, Json]) -> str:
    """The text that AWS turns a scalar into; empty for None, objects and lists."""
    if isinstance(value, str):  # most are, and the test for a mapping costs ten times as much
        return value
    return "" if value is None or isinstance(value, (Mapping, list)) else spelled(value)


def texts_of(value: Json | Mapping[str, Json]) -> tuple[str, ...]:
    """The items of a list as texts; empty for other values."""
    return tuple(text_of(item) for item in value) if isinstance(value, list) else ()


def _truth(text: str, default: str, form: ValueFormat) -> bool:
    on, off = TRUTHS[form.kind]
    return (text if text in (on, off) else default) == on


def _duration(text: str, default: str, form: ValueFormat) -> Minutes:
    if not (text.isascii() and text.isdigit()):
        return int(default) * form.minutes if default else FOREVER
    return (int(text) if len(text) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER) * form.minutes


def _text(text: str, default: str, _: ValueFormat) -> str:
    return text or default


_READERS: Mapping[Kind, Callable[[str, str, ValueFormat], bool | Minutes | str]] = complete(
    {
        **dict.fromkeys(TRUTHS, _truth),
        **dict.fromkeys(
            (
                Kind.AIR_GAPPED_VAULT,
                Kind.CHOICE,
                Kind.REGION,
                Kind.RESOURCE_TYPE,
                Kind.ROLE,
                Kind.SCHEDULE,
                Kind.TEXT,
                Kind.VAULT,
                Kind.VAULT_ARN,
            ),
            _text,
        ),
        Kind.NUMBER: _duration,
    },
    Kind,
)
