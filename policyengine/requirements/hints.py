"""What to write instead of a literal of the wrong type."""

from __future__ import annotations

import re

from policyengine.requirements.typed import Constant, Operand
from policyengine.requirements.types import WORDS, Type
from policyengine.wording import listed, quoted

_DURATION = re.compile(r"[0-9]{1,9} *(minute|hour|day|week|year)s?")
_MONTHS = re.compile(r"([0-9]{1,9}) *months?")
_DAYS_OF_A_MONTH = 30
_UNITS = {
    "start_backup_window_minutes": "minute",
    "complete_backup_window_minutes": "minute",
    "schedule_expression": "hour",
}


def instead(found: Operand, expected: Type, other: Operand | None = None) -> str:
    """Advice for a literal where something else is expected, beside an `other`; nothing where there is none to give."""
    if not isinstance(found, Constant):
        return ""
    text = found.text if found.type is Type.BOOLEAN else str(found.constant)
    if expected is Type.DURATION:
        return _duration(text, _unit(other))
    if expected in WORDS:
        return f"write {quoted(text)} without quotes" if text in WORDS[expected] else words(expected)
    if expected is Type.BOOLEAN:
        return f"write {quoted(text)} without quotes" if text in {"true", "false"} else "write `true` or `false`"
    if expected.is_text and (found.type in (Type.COUNT, Type.BOOLEAN) or found.type in WORDS):
        return f'a text needs quotes: `"{text}"`'
    return ""


def words(kind: Type) -> str:
    """`a lock mode is `none`, `governance` or `compliance``."""
    return f"{kind.said} is {listed(WORDS[kind], 'or')}"


def _duration(text: str, unit: str) -> str:
    if text.isdigit():
        return f"write {quoted(f'{text} {unit}' if text == '1' else f'{text} {unit}s')}"
    if _DURATION.fullmatch(text) or text == "forever":
        return f"write {quoted(text)} without quotes"
    if months := _MONTHS.fullmatch(text):
        return f"a month has no fixed length: write `{int(months[1]) * _DAYS_OF_A_MONTH} days`"
    return "a duration has a unit, such as `35 days`"


def _unit(other: Operand | None) -> str:
    """What a bare number beside a duration most likely counts."""
    place = "" if other is None or isinstance(other, Constant) else other.attributes[-1].place
    return _UNITS.get(place, "day")
