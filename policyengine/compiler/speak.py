"""Values in the author's words: for AWS's text of a setting, what to write so that it compiles to the same text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policyengine.compiler.arns import air_gapped_name, role_name
from policyengine.compiler.durations import UNITS, duration_of
from policyengine.compiler.mapping import Kind, SettingRow
from policyengine.compiler.schedules import schedule_of
from policyengine.compiler.values import TRUTH
from policyengine.facts import regions, type_of_pattern
from policyengine.source import Span
from policyengine.syntax.values import Boolean, ListOf, Reference, Text, Value

_SHORTENED: Mapping[Kind, Callable[[str, str], str | None]] = {
    Kind.AIR_GAPPED_VAULT: air_gapped_name,
    Kind.ROLE: role_name,
}


def speak(held: str | list[str], row: SettingRow, partition: str, span: Span) -> Value | None:
    """The value to write for a setting's text or list of texts; None where nothing compiles to it."""
    if isinstance(held, str):
        return _speak(held, row, partition, span)
    items = [_speak(text, row, partition, span) for text in held]
    return None if None in items else ListOf(tuple(item for item in items if item is not None), span=span)


def _speak(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    kind = row.kind
    if kind in _SHORTENED:
        short = _SHORTENED[kind](text, partition)
        return None if short is None else Text(short, span=span)
    return _in_words(text, row, partition, span) or Text(text, span=span)


def _in_words(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    """What is nicer than the plain text, where there is something."""
    kind = row.kind
    if kind in UNITS:
        return duration_of(text, kind, span)
    if kind is Kind.SCHEDULE:
        return schedule_of(text, span)
    if kind in TRUTH and text in TRUTH[kind]:
        return Boolean(TRUTH[kind].index(text) == 1, span=span)
    if kind is Kind.REGION:
        return Reference(text, span=span) if text in regions() else None
    name = type_of_pattern(partition).get(text) if kind is Kind.TYPE else _word(text, row)
    return Reference(name, span=span) if name else None


def _word(text: str, row: SettingRow) -> str | None:
    return next((word for word, sent in row.words.items() if sent == text), None)
