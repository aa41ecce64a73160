"""Values that cannot be those of a setting: what is wrong with them, and what was probably meant.

Takes a value in its place, a `PlacedValue`; returns the diagnostic, or advice as a text that is empty where there is
none. `values.py` decides which values are wrong.
"""

from __future__ import annotations

from policyengine.aws.facts import resource_types
from policyengine.aws.facts.names import NOTHING, meaning, region_meant
from policyengine.aws.setting_rows import MINUTES_IN, TRUTHS, Kind, SettingRow, complete
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import Record
from policyengine.base.rules import Rule
from policyengine.base.source import Span
from policyengine.base.text import Advice, Suggestion, differ_by_a_slip, listed, quoted
from policyengine.language.compiler.lets import is_word
from policyengine.language.compiler.scope import Scope
from policyengine.language.language_rules import UNKNOWN_NAME, WRONG_VALUE_TYPE
from policyengine.language.syntax.literals import (
    Boolean,
    Date,
    Duration,
    Forever,
    Integer,
    ListOf,
    Reference,
    Text,
    Value,
)

TEXT_KINDS = (Kind.TEXT, Kind.VAULT, Kind.VAULT_ARN, Kind.ROLE, Kind.AIR_GAPPED_VAULT)
"""What a string in quotes is right for."""
_TRUE, _FALSE = {"yes", "true", "on", "enabled", 1}, {"no", "false", "off", "disabled", 0}
LARGEST_NUMBER = 10**9
"""Above every number that a message prints."""

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


class PlacedValue(Record):
    """A value in its place: the row it is for, where a finding points, and what else helps to understand it."""

    value: Value
    row: SettingRow
    span: Span
    labels: tuple[Label, ...]


def not_a_list(place: PlacedValue, scope: Scope) -> Diagnostic | None:
    """The diagnostic for a value where a list is expected; None where a lost statement may define it."""
    value = place.value
    if isinstance(value, Reference) and not is_word(value.name):
        return unknown_name(place, value.name, scope)
    return wrong_type(place, _expected(place.row), _as_list(value))


def unknown_name(place: PlacedValue, name: str, scope: Scope) -> Diagnostic | None:
    """The diagnostic for a bare name that stands for nothing; None where a lost statement may define it."""
    row, kind = place.row, place.row.kind
    advice = boolean_meant(place.value, kind) or _meant(name, row, scope)
    if not (scope.complete or advice or kind is Kind.CHOICE):
        return None  # a lost statement may say what it is
    message = f"{quoted(row.key)} takes {expected_item(row)}, and nothing is called {quoted(name)}"
    return value_fault(UNKNOWN_NAME, place, message, advice or _how_to_write(name, row))


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


def _how_to_write(name: str, row: SettingRow) -> str:
    """How a value of a kind is written; the quotes that make a text of a name are of no use to other kinds."""
    if row.kind in TEXT_KINDS:
        return f"a text is written in quotes: {quoted(_as_string(name))}"
    if row.kind is Kind.NUMBER:
        return f"a duration is written {quoted(_EXAMPLES[row.format.unit])}"
    if row.kind is Kind.RESOURCE_TYPE:
        return f"known here: {listed(resource_types('aws'), 'and')}"
    return _WRITTEN.get(row.kind, "")


def boolean_meant(value: Value, kind: Kind) -> str:
    """Advice for a word or number by which other notations mean a boolean, where `true` or `false` is expected."""
    if kind not in TRUTHS or not isinstance(value, (Reference, Integer)):
        return ""
    word = value.name.lower() if isinstance(value, Reference) else value.value
    if word not in _TRUE | _FALSE:
        return ""
    truth = "true" if word in _TRUE else "false"
    return Advice.to_write(truth, f"did you mean {quoted(truth)}?")


def wrong_type(place: PlacedValue, expected: str, advice: str) -> Diagnostic:
    """The diagnostic for a value of another type than the `expected` one."""
    message = f"{quoted(place.row.key)} takes {expected}, not {described(place.value)}"
    return value_fault(WRONG_VALUE_TYPE, place, message, advice)


def value_fault(rule: Rule, place: PlacedValue, message: str, advice: str) -> Diagnostic:
    """A diagnostic of a rule for a value in its place."""
    if place.span != place.value.span:
        advice = str(advice)  # no fix: what is wrong stands in a `let`, which may be right elsewhere
    return rule.at(place.span, message, help=advice, labels=place.labels)


def _expected(row: SettingRow) -> str:
    return _LISTS.get(row.kind, f"a list of {listed(row.words)}") if row.many else expected_item(row)


def expected_item(row: SettingRow) -> str:
    """The value that a setting takes, or each item of its list, in words: `a duration`."""
    return listed(row.words, "or") if row.kind is Kind.CHOICE else _EXPECTED[row.kind]


def described(value: Value) -> str:
    """The description of a value: `` `true` ``, `a duration`."""
    if isinstance(value, Reference):
        return quoted(value.name)
    if isinstance(value, Boolean):
        return "`true`" if value.value else "`false`"
    return _NAMES.get(type(value), "a schedule")


def _as_list(value: Value) -> str:
    match value:
        case Text(value=text):
            return Advice.to_write(f"[{_as_string(text)}]")
        case Reference(name=name):
            return Advice.to_write(f"[{name}]")
    return ""


def in_quotes(value: Value, kind: Kind) -> str:
    """Advice for what would be right as a string; other kinds than texts have words of their own."""
    if kind in TEXT_KINDS:
        match value:
            case Reference(name=name):
                return Advice.to_write(_as_string(name))
            case Boolean(value=truth):
                return Advice.to_write(f'"{str(truth).lower()}"')
            case Integer(value=number) if abs(number) < LARGEST_NUMBER:
                return Advice.to_write(f'"{number}"')
    return ""


def _as_string(text: str) -> str:
    """A text as the author would write it in a file."""
    return f'"{text}"'
