"""Values of AWS's documents as an author writes them: AWS's texts back to the language's nodes and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policyengine.aws.documents import APPEND, ASSIGN, REMOVE
from policyengine.aws.facts import regions, type_of_pattern, types_of_pattern
from policyengine.aws.merge import Value as MergedValue
from policyengine.aws.merge import value_text as merged_text
from policyengine.aws.setting_rows import TRUTHS, Kind, SettingRow
from policyengine.aws.setting_words import path_steps
from policyengine.base.source import Source, Span
from policyengine.language.compiler.conversions import duration_of, schedule_of, shorten_air_gapped, shorten_role
from policyengine.language.syntax import quote, value_text
from policyengine.language.syntax.literals import Boolean, ListOf, Reference, Text, Value

_SHORTENED: Mapping[Kind, Callable[[str, str], str | None]] = {
    Kind.AIR_GAPPED_VAULT: shorten_air_gapped,
    Kind.ROLE: shorten_role,
}
_SIGNS = {ASSIGN: "=", APPEND: "+=", REMOVE: "-="}


def setting_text(row: SettingRow, content: str | Sequence[str], operator: str) -> str:
    """A setting as an author writes it, on one line: `retain = 35 days`, `regions += [eu-west-3]`.

    `content` is AWS's text or list of texts. What several words stand for is shown as AWS has it.
    """
    shared = {pattern for pattern, names in types_of_pattern("aws").items() if len(names) > 1}
    texts = content if isinstance(content, str) else list(content)
    plainly = row.kind is Kind.RESOURCE_TYPE and not shared.isdisjoint(texts)
    nowhere = Span(Source("", ""), 0, 0)
    value = None if plainly else value_of(texts, row, "aws", nowhere)
    return f"{row.key} {_SIGNS[operator]} {value_text(value) if value else _quoted(texts)}"


def value_as_written(path: str, value: MergedValue | None) -> str:
    """The value of a setting at an effective path as an author writes it: `35 days`; `no value` for None."""
    row = path_steps(path)[-1].row
    text = setting_text(row, value, ASSIGN) if isinstance(row, SettingRow) and value is not None else ""
    return text.partition(" = ")[2] or merged_text(value)


def _quoted(texts: str | list[str]) -> str:
    return quote(texts) if isinstance(texts, str) else f"[{', '.join(map(quote, texts))}]"


def value_of(content: str | list[str], row: SettingRow, partition: str, span: Span) -> Value | None:
    """The value to write for a setting's text or list of texts; None where no value compiles to it."""
    if isinstance(content, str):
        return _value_of_text(content, row, partition, span)
    items = [_value_of_text(text, row, partition, span) for text in content]
    return None if None in items else ListOf(tuple(item for item in items if item is not None), span=span)


def _value_of_text(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    kind = row.kind
    if kind in _SHORTENED:
        short = _SHORTENED[kind](text, partition)
        return None if short is None else Text(short, span=span)
    return _in_words(text, row, partition, span) or Text(text, span=span)


def _in_words(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    """The duration, schedule, word or bare name that compiles to a text; None where only a string does."""
    kind = row.kind
    if kind is Kind.NUMBER:
        return duration_of(text, row.format, span)
    if kind is Kind.SCHEDULE:
        return schedule_of(text, span)
    if kind in TRUTHS and text in TRUTHS[kind]:
        return Boolean(text == TRUTHS[kind][0], span=span)
    if kind is Kind.REGION:
        return Reference(text, span=span) if text in regions() else None
    name = type_of_pattern(partition).get(text) if kind is Kind.RESOURCE_TYPE else _word(text, row)
    return Reference(name, span=span) if name else None


def _word(text: str, row: SettingRow) -> str | None:
    return next((word for word, sent in row.words.items() if sent == text), None)
