"""Values as AWS writes them: what the author wrote for a setting, checked against what the setting takes.

A value that cannot be is None, and the reason has been reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from policyengine.aws.facts import regions, resource_types
from policyengine.aws.facts.names import NOTHING, meaning, region_meant
from policyengine.aws.rows import MINUTES_IN, TRUTHS, Kind, SettingRow, complete
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import record
from policyengine.base.rules import Rule
from policyengine.base.source import Span
from policyengine.base.text import Advice, Suggestion, differ_by_a_slip, listed, quoted
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
from policyengine.language.language_rules import (
    FOREVER_IN_POLICY,
    NUMBER_WITHOUT_UNIT,
    UNEVEN_HOURS,
    UNKNOWN_NAME,
    WRONG_VALUE_TYPE,
)
from policyengine.language.syntax.literals import (
    Boolean,
    Date,
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

_PLACES = {
    "policy": "a policy",
    "plan": "a plan",
    "rule": "a rule",
    "copy": "a copy",
    "tag": "a tag",
    "tag selection": "a tag selection",
    "resource selection": "a resource selection",
    "where ==": "a condition",
    "where !=": "a condition",
    "where like": "a condition",
    "where not like": "a condition",
}


def as_string(text: str) -> str:
    """A text as the author would write it in a file."""
    return f'"{text}"'


def place_text(block: str, key: str) -> str:
    """A place of the tree in the author's words: "a rule", "`lifecycle`"."""
    return _PLACES.get(block) or quoted(block or key)


_TEXTS = (Kind.TEXT, Kind.VAULT, Kind.VAULT_ARN, Kind.ROLE, Kind.AIR_GAPPED_VAULT)
_SCHEDULES = get_args(Schedule)
_TRUE, _FALSE = {"yes", "true", "on", "enabled", 1}, {"no", "false", "off", "disabled", 0}
_HOURS_OF_A_DAY = 24
_TOO_LONG = "no policy can hold so many: AWS takes documents of 10,000 characters"
_LARGEST_NUMBER = 10**9  # what a message still prints

_EXPECTED = complete(
    {
        Kind.AIR_GAPPED_VAULT: "the name of a vault or an ARN, in quotes",
        Kind.BOOLEAN: "`true` or `false`",
        Kind.NUMBER: "a duration",
        Kind.REGION: "a Region",
        Kind.RESOURCE_TYPE: "a resource type or an ARN pattern",
        Kind.ROLE: "the name of a role or an ARN, in quotes",
        Kind.SCHEDULE: "a schedule",
        Kind.SWITCH: "`true` or `false`",
        Kind.TEXT: "a string",
        Kind.VAULT: "a string",
        Kind.VAULT_ARN: "a string",
    },
    Kind,
    Kind.CHOICE,  # one of its words
)
_LISTS = {
    Kind.REGION: "a list of Regions",
    Kind.TEXT: "a list of strings",
    Kind.RESOURCE_TYPE: "a list of resource types",
}
_WRITTEN = {
    Kind.REGION: "it is no Region of the partitions `aws`, `aws-cn` and `aws-us-gov`",
    Kind.SCHEDULE: "a schedule is written `daily at 05:00`",
}
_EXAMPLES = {unit: "35 days" if unit == "days" else "8 hours" for unit in MINUTES_IN}
_NAMES = {
    Text: "a string",
    Integer: "a number",
    Duration: "a duration",
    Forever: "`forever`",
    ListOf: "a list",
    Date: "a date",
}


@record
class _Place:
    """A value in its place: the row it is for, where a finding points, and what else helps to understand it."""

    value: Value
    row: SettingRow
    span: Span
    labels: tuple[Label, ...]


def evaluate(value: Value, row: SettingRow, scope: Scope) -> str | list[str] | None:
    """The value of a setting for AWS's document: a text, or for a setting of many a list of texts."""
    if not row.many:
        return evaluate_one(value, row, scope)
    filled = scope.with_arguments(value)
    return None if filled is None else _texts(filled, row, scope, _used(value, filled))


def evaluate_one(value: Value, row: SettingRow, scope: Scope) -> str | None:
    """The text for the only value of a setting."""
    filled = scope.with_arguments(value)
    return None if filled is None else _one(filled, row, scope, _used(value, filled))


def _used(value: Value, filled: Value) -> tuple[Label, ...]:
    """A label at a value of a template, whose parameters make findings point to the use of the template."""
    return () if filled is value else (Label(value.span, "the template uses it here"),)


def _one(value: Value, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> str | None:
    settled = scope.lets.settle(value)
    return None if settled is None else _accepted(_text(_place(value, settled, row, labels), scope), scope)


def _accepted(text: str | Diagnostic | None, scope: Scope) -> str | None:
    if isinstance(text, Diagnostic):
        scope.diagnostics.append(text)
        return None
    return text


def _place(value: Value, settled: Value, row: SettingRow, labels: tuple[Label, ...] = ()) -> _Place:
    if isinstance(value, Reference) and settled is not value:
        labels = (*labels, Label(settled.span, f"{quoted(value.name)} is defined here"))
    return _Place(settled, row, value.span, tuple(label for label in labels if not _within(value.span, label.span)))


def _within(inner: Span, outer: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _texts(value: Value, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> list[str] | None:
    settled = scope.lets.settle(value)
    if settled is None:
        return None
    if not isinstance(settled, ListOf):
        _accepted(_no_list(_place(value, settled, row, labels), scope), scope)
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
        scope.diagnostics.append(_fault(WRONG_VALUE_TYPE, _place(value, settled, row, labels), message, _TOO_LONG))
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
        return _accepted(_wrong(_place(value, settled, row, labels), _expected_item(row), advice), scope)
    if isinstance(value, ListOf):
        return _accepted(_wrong(_place(value, value, row, labels), _expected_item(row), _INNER), scope)
    return _one(value, row, scope, labels)


_INNER = "leave out the inner brackets"


def _no_spread(spread: Spread, row: SettingRow, scope: Scope, labels: tuple[Label, ...]) -> Diagnostic | None:
    """What is wrong with `...` before a value that is no list."""
    settled = scope.lets.settle(spread.value)
    if settled is None:
        return None
    place = _place(spread.value, settled, row, labels)
    if isinstance(settled, Reference) and not is_word(settled.name):
        return _unknown(place, settled.name, scope)
    given = spread.value.span.text
    advice = f"write {quoted(given)} without the dots"
    if not spread.span.text.endswith(given):  # an argument, where the template's line has the dots
        advice = f"write {quoted(f'[{given}]')}"
    return _fault(WRONG_VALUE_TYPE, place, f"`...` takes a list, not {_described(settled)}", advice)


def _no_list(place: _Place, scope: Scope) -> Diagnostic | None:
    value = place.value
    if isinstance(value, Reference) and not is_word(value.name):
        return _unknown(place, value.name, scope)
    return _wrong(place, _expected(place.row), _as_list(value))


def _text(place: _Place, scope: Scope) -> str | Diagnostic | None:
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
    return _wrong(place, _expected_item(place.row), _truth(value, kind) or _in_quotes(value, kind))


def _from_string(text: str, kind: Kind, partition: str) -> str:
    if kind is Kind.ROLE:
        return expand_role(text, partition)
    if kind is Kind.AIR_GAPPED_VAULT:
        return expand_air_gapped(text, partition)
    return text


def _from_name(place: _Place, name: str, scope: Scope) -> str | Diagnostic | None:
    row = place.row
    if row.kind is Kind.REGION and name in regions():
        return name
    meaning = resource_types(scope.partition) if row.kind is Kind.RESOURCE_TYPE else row.words
    if name in meaning:
        return meaning[name]
    if is_word(name):
        return _wrong(place, _expected_item(row), _in_quotes(place.value, row.kind))
    return _unknown(place, name, scope)


def _from_schedule(place: _Place, schedule: Schedule) -> str | Diagnostic:
    if isinstance(schedule, EveryHours) and schedule.hours not in EVEN_HOURS:
        return _uneven(place, schedule)
    return cron_text(schedule)


def _uneven(place: _Place, schedule: EveryHours) -> Diagnostic:
    steps = ", ".join(str(hours) for hours in EVEN_HOURS)
    if schedule.hours == 0:
        message, advice = "`every` takes an hour or more", f"use one of {steps}"
    elif schedule.hours % _HOURS_OF_A_DAY == 0:
        at = f"{schedule.at.hour:02}:{schedule.at.minute:02}" if schedule.at else "05:00"
        message, advice = "`every` takes steps of less than a day", f"write `daily at {at}`, or use one of {steps}"
    else:
        message = "the hours of `every` do not divide a day evenly"
        advice = f"use one of {steps}, or `cron(...)`"
    return _fault(UNEVEN_HOURS, place, message, advice)


def _from_time(place: _Place, value: Value, scope: Scope) -> str | Diagnostic:
    row = place.row
    if isinstance(value, Duration):
        text = amount(value, row.format, place.span, scope.diagnostics)
        return replace(text, labels=place.labels) if isinstance(text, Diagnostic) else text
    if isinstance(value, Integer):
        unit = row.format.unit
        mended = written(value.value, unit[:-1]) if abs(value.value) < _LARGEST_NUMBER else f"`… {unit}`"
        message = f"{quoted(row.key)} takes a duration, and this number has no unit"
        advice = f"write {mended}"
        if abs(value.value) < _LARGEST_NUMBER:
            advice = Advice.to_write(mended.strip("`"))
        return _fault(NUMBER_WITHOUT_UNIT, place, message, advice)
    if isinstance(value, Forever) and row.left_out:
        message = f"`forever` cannot be written into a policy as {quoted(row.key)}"
        return _fault(FOREVER_IN_POLICY, place, message, f"leave the setting out: AWS then {row.left_out}")
    return _wrong(place, _expected_item(row), "")


def _unknown(place: _Place, name: str, scope: Scope) -> Diagnostic | None:
    row, kind = place.row, place.row.kind
    advice = _truth(place.value, kind) or _meant(name, row, scope)
    if not (scope.complete or advice or kind is Kind.CHOICE):
        return None  # a lost statement may say what it is
    message = f"{quoted(row.key)} takes {_expected_item(row)}, and nothing is called {quoted(name)}"
    return _fault(UNKNOWN_NAME, place, message, advice or _unlike_all(name, row))


def _meant(name: str, row: SettingRow, scope: Scope) -> str:
    """The value that was probably meant, of the same meaning, or a service that AWS Backup lacks."""
    if not scope.may_suggest:
        return ""
    of_types = row.kind is Kind.RESOURCE_TYPE or not resource_types(scope.partition).keys().isdisjoint(row.words)
    meant = meaning(name) if of_types else NOTHING
    wanted = [kind for kind in meant.types if row.kind is Kind.RESOURCE_TYPE or kind in row.words]
    if region := region_meant(name) if row.kind is Kind.REGION else "":
        wanted = [region]
    if wanted or meant.types:
        sure = len(wanted) == 1 and differ_by_a_slip(name, wanted[0])
        return Suggestion.of(f"did you mean {quoted(wanted[0])}?", name, wanted[0], sure=sure) if wanted else ""
    if meant.lacking:
        return f"AWS Backup does not back up {quoted(meant.lacking)}"
    return scope.suggestion(name, [*scope.names, *row.words])


def _unlike_all(name: str, row: SettingRow) -> str:
    """How a value of a kind is written; the quotes that make a text of a name are of no use to other kinds."""
    if row.kind in _TEXTS:
        return f"a text is written in quotes: {quoted(as_string(name))}"
    if row.kind is Kind.NUMBER:
        return f"a duration is written {quoted(_EXAMPLES[row.format.unit])}"
    if row.kind is Kind.RESOURCE_TYPE:
        return f"known here: {listed(resource_types('aws'), 'and')}"
    return _WRITTEN.get(row.kind, "")


def _truth(value: Value, kind: Kind) -> str:
    """What other notations mean by a word or number where `true` or `false` is expected."""
    if kind not in TRUTHS or not isinstance(value, (Reference, Integer)):
        return ""
    word = value.name.lower() if isinstance(value, Reference) else value.value
    truth = "true" if word in _TRUE else "false" if word in _FALSE else ""
    return Advice.to_write(truth, f"did you mean {quoted(truth)}?") if truth else ""


def _wrong(place: _Place, expected: str, advice: str) -> Diagnostic:
    message = f"{quoted(place.row.key)} takes {expected}, not {_described(place.value)}"
    return _fault(WRONG_VALUE_TYPE, place, message, advice)


def _fault(rule: Rule, place: _Place, message: str, advice: str) -> Diagnostic:
    if place.span != place.value.span:
        advice = str(advice)  # no fix: what is wrong stands in a `let`, which may be right elsewhere
    return rule.at(place.span, message, help=advice, labels=place.labels)


def _expected(row: SettingRow) -> str:
    return _LISTS.get(row.kind, f"a list of {listed(row.words)}") if row.many else _expected_item(row)


def _expected_item(row: SettingRow) -> str:
    return listed(row.words, "or") if row.kind is Kind.CHOICE else _EXPECTED[row.kind]


def _described(value: Value) -> str:
    if isinstance(value, Reference):
        return quoted(value.name)
    if isinstance(value, Boolean):
        return "`true`" if value.value else "`false`"
    return _NAMES.get(type(value), "a schedule")


def _as_list(value: Value) -> str:
    match value:
        case Text(value=text):
            return Advice.to_write(f"[{as_string(text)}]")
        case Reference(name=name):
            return Advice.to_write(f"[{name}]")
    return ""


def _in_quotes(value: Value, kind: Kind) -> str:
    """Advice for what would be right as a string; other kinds than texts have words of their own."""
    if kind in _TEXTS:
        match value:
            case Reference(name=name):
                return Advice.to_write(as_string(name))
            case Boolean(value=truth):
                return Advice.to_write(f'"{str(truth).lower()}"')
            case Integer(value=number) if abs(number) < _LARGEST_NUMBER:
                return Advice.to_write(f'"{number}"')
    return ""
