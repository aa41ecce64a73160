"""Values as AWS writes them: what the author wrote for a setting, checked against what the setting takes.

A value that cannot be is None, and the reason has been reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from msgspec.structs import replace

from policyengine.aws.facts import regions, resource_types
from policyengine.aws.setting_rows import TRUTHS, Kind, SettingRow
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.source import Span
from policyengine.base.text import Advice, quoted
from policyengine.language.compiler.conversions import (
    EVEN_HOURS,
    amount,
    cron_text,
    expand_air_gapped,
    expand_role,
    written,
)
from policyengine.language.compiler.lets import LONGEST_LIST, is_word
from policyengine.language.compiler.scope import Scope
from policyengine.language.compiler.wrong_values import (
    LARGEST_NUMBER,
    PlacedValue,
    boolean_meant,
    described,
    expected_item,
    in_quotes,
    not_a_list,
    unknown_name,
    value_fault,
    wrong_type,
)
from policyengine.language.language_rules import (
    FOREVER_IN_POLICY,
    NUMBER_WITHOUT_UNIT,
    UNEVEN_HOURS,
    WRONG_VALUE_TYPE,
)
from policyengine.language.syntax.literals import (
    Boolean,
    Duration,
    EveryHours,
    Forever,
    Integer,
    ListOf,
    Reference,
    Schedule,
    Spread,
    Text,
    Value,
)

_SCHEDULES = get_args(Schedule)
_HOURS_OF_A_DAY = 24
_TOO_LONG = "no policy can hold so many: AWS takes documents of 10,000 characters"


def evaluate(value: Value, row: SettingRow, scope: Scope) -> str | list[str] | None:
    """The value of a setting for AWS's document: a text, or for a setting of many a list of texts."""
    if not row.many:
        return evaluate_single(value, row, scope)
    filled = scope.with_arguments(value)
    return None if filled is None else _texts(filled, row, scope, _used(value, filled))


def evaluate_single(value: Value, row: SettingRow, scope: Scope) -> str | None:
    """The text for the only value of a setting."""
    filled = scope.with_arguments(value)
    return None if filled is None else _single(filled, row, scope, _used(value, filled))


def _used(value: Value, filled: Value) -> tuple[Label, ...]:
    """A label at a value of a template, whose parameters make findings point to the use of the template."""
    return () if filled is value else (Label(value.span, "the template uses it here"),)


def _single(value: Value, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> str | None:
    settled = scope.lets.settle(value)
    return None if settled is None else _accepted(_text(_place(value, settled, row, labels), scope), scope)


def _accepted(text: str | Diagnostic | None, scope: Scope) -> str | None:
    if isinstance(text, Diagnostic):
        scope.diagnostics.append(text)
        return None
    return text


def _place(value: Value, settled: Value, row: SettingRow, labels: tuple[Label, ...] = ()) -> PlacedValue:
    if isinstance(value, Reference) and settled is not value:
        labels = (*labels, Label(settled.span, f"{quoted(value.name)} is defined here"))
    return PlacedValue(
        settled, row, value.span, tuple(label for label in labels if not _within(value.span, label.span))
    )


def _within(inner: Span, outer: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _texts(value: Value, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> list[str] | None:
    settled = scope.lets.settle(value)
    if settled is None:
        return None
    if not isinstance(settled, ListOf):
        _accepted(not_a_list(_place(value, settled, row, labels), scope), scope)
        return None
    items = _items(value, settled, row, scope, labels)
    if items is None:
        return None
    if settled is not value:
        labels = (*labels, Label(value.span, "used here"))
    texts = [_item(item, row, scope, labels) for item in items]
    if None in texts:
        return None
    written = [(text, item) for text, item in zip(texts, items, strict=True) if text is not None]
    return _each_pattern_once(written, scope) if row.kind is Kind.RESOURCE_TYPE else [text for text, _ in written]


def _items(
    value: Value, settled: ListOf, row: SettingRow, scope: Scope, labels: tuple[Label, ...]
) -> Sequence[Value] | None:
    """The items of a list, with those of the lists that it spreads."""
    if not any(isinstance(item, Spread) for item in settled.items):
        return settled.items
    items = scope.lets.flat(settled)
    if items is not None and len(items) > LONGEST_LIST:
        message = f"this list has more than {LONGEST_LIST:,} items"
        scope.diagnostics.append(value_fault(WRONG_VALUE_TYPE, _place(value, settled, row, labels), message, _TOO_LONG))
        return None
    return items


def _each_pattern_once(written: Iterable[tuple[str, Value]], scope: Scope) -> list[str]:
    """The patterns of a list of types, without those that another name has brought already (language.md 3.5).

    What the author repeats stays, as `import` has to write it again.
    """
    brought: dict[str, str] = {}
    texts = []
    for text, item in written:
        settled = scope.lets.settle(item)
        name = settled.name if isinstance(settled, Reference) else text
        if brought.setdefault(text, name) == name:
            texts.append(text)
    return texts


def _item(value: Value, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> str | None:
    if isinstance(value, Spread):
        return _accepted(_no_spread(value, row, scope, labels), scope)
    settled = scope.lets.settle(value)
    if isinstance(value, Reference) and isinstance(settled, ListOf):
        spread = f"...{value.name}"
        advice = Advice.to_write(spread, f"{quoted(value.name)} is a list: write {quoted(spread)}")
        return _accepted(wrong_type(_place(value, settled, row, labels), expected_item(row), advice), scope)
    if isinstance(value, ListOf):
        return _accepted(wrong_type(_place(value, value, row, labels), expected_item(row), _INNER), scope)
    return _single(value, row, scope, labels)


_INNER = "leave out the inner brackets"


def _no_spread(spread: Spread, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> Diagnostic | None:
    """The finding for `...` before a value that is no list."""
    settled = scope.lets.settle(spread.value)
    if settled is None:
        return None
    place = _place(spread.value, settled, row, labels)
    if isinstance(settled, Reference) and not is_word(settled.name):
        return unknown_name(place, settled.name, scope)
    given = spread.value.span.text
    advice = f"write {quoted(given)} without the dots"
    if not spread.span.text.endswith(given):  # an argument, where the template's line has the dots
        advice = f"write {quoted(f'[{given}]')}"
    return value_fault(WRONG_VALUE_TYPE, place, f"`...` takes a list, not {described(settled)}", advice)


def _text(place: PlacedValue, scope: Scope) -> str | Diagnostic | None:
    value, kind = place.value, place.row.kind
    if isinstance(value, Text):
        return _from_string(value.value, kind, scope.partition)
    if isinstance(value, Reference):
        return _from_name(place, value.name, scope)
    if isinstance(value, Boolean) and kind in TRUTHS:
        return place.row.format.truths[not value.value]
    if isinstance(value, _SCHEDULES) and kind is Kind.SCHEDULE:
        return _from_schedule(place, value)
    if kind is Kind.NUMBER:
        return _from_time(place, value, scope)
    return wrong_type(place, expected_item(place.row), boolean_meant(value, kind) or in_quotes(value, kind))


def _from_string(text: str, kind: Kind, partition: str) -> str:
    if kind is Kind.ROLE:
        return expand_role(text, partition)
    if kind is Kind.AIR_GAPPED_VAULT:
        return expand_air_gapped(text, partition)
    return text


def _from_name(place: PlacedValue, name: str, scope: Scope) -> str | Diagnostic | None:
    row = place.row
    if row.kind is Kind.REGION and name in regions():
        return name
    meaning = resource_types(scope.partition) if row.kind is Kind.RESOURCE_TYPE else row.words
    if name in meaning:
        return meaning[name]
    if is_word(name):
        return wrong_type(place, expected_item(row), in_quotes(place.value, row.kind))
    return unknown_name(place, name, scope)


def _from_schedule(place: PlacedValue, schedule: Schedule) -> str | Diagnostic:
    if isinstance(schedule, EveryHours) and schedule.hours not in EVEN_HOURS:
        return _uneven(place, schedule)
    return cron_text(schedule)


def _uneven(place: PlacedValue, schedule: EveryHours) -> Diagnostic:
    steps = ", ".join(str(hours) for hours in EVEN_HOURS)
    if schedule.hours == 0:
        message, advice = "`every` takes an hour or more", f"use one of {steps}"
    elif schedule.hours % _HOURS_OF_A_DAY == 0:
        at = f"{schedule.at.hour:02}:{schedule.at.minute:02}" if schedule.at else "05:00"
        message, advice = "`every` takes steps of less than a day", f"write `daily at {at}`, or use one of {steps}"
    else:
        message = "the hours of `every` do not divide a day evenly"
        advice = f"use one of {steps}, or `cron(...)`"
    return value_fault(UNEVEN_HOURS, place, message, advice)


def _from_time(place: PlacedValue, value: Value, scope: Scope) -> str | Diagnostic:
    row = place.row
    if isinstance(value, Duration):
        text = amount(value, row.format, place.span, scope.diagnostics)
        return replace(text, labels=place.labels) if isinstance(text, Diagnostic) else text
    if isinstance(value, Integer):
        unit = row.format.unit
        advice = f"write `… {unit}`"
        if abs(value.value) < LARGEST_NUMBER:
            advice = Advice.to_write(written(value.value, unit[:-1]).strip("`"))
        message = f"{quoted(row.key)} takes a duration, and this number has no unit"
        return value_fault(NUMBER_WITHOUT_UNIT, place, message, advice)
    if isinstance(value, Forever) and row.left_out:
        message = f"`forever` cannot be written into a policy as {quoted(row.key)}"
        return value_fault(FOREVER_IN_POLICY, place, message, f"leave the setting out: AWS then {row.left_out}")
    return wrong_type(place, expected_item(row), "")
