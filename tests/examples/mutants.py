"""Small changes for the worse, one at a time: what the promises of a project ought to notice.

Takes the parsed files of a project and gives every mutant of its policies. A mutant is a place in a file and what
stands there instead; everything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policyengine import Source
from policyengine.base.source import Span
from policyengine.language.syntax import format_source, quote
from policyengine.language.syntax.literals import (
    CronNode,
    Daily,
    Duration,
    EveryHours,
    Hourly,
    ListOf,
    Monthly,
    Reference,
    Text,
    Value,
    Weekly,
)
from policyengine.language.syntax.nodes import (
    Block,
    ChildrenMay,
    CopyNode,
    Item,
    Let,
    LockedKey,
    Module,
    Policy,
    SettingNode,
    Template,
)

_DAYS = {"day": 1, "week": 7, "year": 365}
_LOCKED = re.compile(r"locked\s+")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: `text` stands where `span` was."""

    kind: str
    span: Span
    text: str

    def __str__(self) -> str:
        before, after = (" ".join(text.split()) for text in (self.span.text, self.text))
        place = f"{self.span.source.name}:{self.span.first.line}: {self.kind}"
        return f"{place}: {before} -> {after}" if after else f"{place}: {before}"

    @property
    def source(self) -> Source:
        """The file with the change, in the canonical layout."""
        text = self.span.source.text
        changed = Source(self.span.source.name, text[: self.span.start] + self.text + text[self.span.end :])
        printed = format_source(changed)
        assert not printed.diagnostics, f"{self}: {printed.diagnostics[0].message}"
        return Source(changed.name, printed.value)


@dataclass(frozen=True, slots=True)
class Known:
    """What a mutant can name instead: the vaults and accounts of the snapshot."""

    vaults: Sequence[str]
    accounts: Sequence[str]


def mutants(modules: Iterable[Module], known: Known) -> Iterator[Mutant]:
    """Every mutant of the policies and templates, and of the values that these name, in written order."""
    statements = [statement for module in modules for statement in module.statements]
    bodies = (_body(found) for found in statements if isinstance(found, (Policy, Template)))
    named = {name: key for body in bodies for name, key in _named(body)}
    for statement in statements:
        match statement:
            case Policy() | Template():
                for item in _body(statement):
                    yield from _items(item, known)
            case Let(name=name, value=value) if name.text in named:
                yield from _values(named[name.text], value, known)


def _body(statement: Policy | Template) -> tuple[Item, ...]:
    return statement.body if isinstance(statement, Policy) else statement.block.body


def _named(body: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """The names of values that the settings use, and for which setting."""
    for item in body:
        if isinstance(item, (Block, CopyNode)):
            yield from _named(item.body)
        elif isinstance(item, SettingNode) and isinstance(item.value, Reference):
            yield item.value.name, item.key.text


def _items(item: Item, known: Known) -> Iterator[Mutant]:
    """What can be done to an item of a policy and to everything in it."""
    if not isinstance(item, (ChildrenMay, LockedKey)) and item.locked:
        locked = _LOCKED.match(item.span.source.text, item.span.start)
        assert locked
        yield Mutant("unlock", Span(item.span.source, *locked.span()), "")
    match item:
        case Block(kind="plan" | "rule"):
            yield Mutant(f"drop a {item.kind}", item.span, "")
        case CopyNode():
            yield Mutant("drop a copy", item.span, "")
            yield from _copies(item, known)
        case ChildrenMay():
            yield from _controls(item)
        case SettingNode():
            yield from _operators(item)
            yield from _values(item.key.text, item.value, known)
    if isinstance(item, (Block, CopyNode)):
        for part in item.body:
            yield from _items(part, known)


def _copies(copy: CopyNode, known: Known) -> Iterator[Mutant]:
    if isinstance(copy.vault, Text):
        yield from _vaults(copy.vault, known)
    if isinstance(copy.account, Text):
        other = next((account for account in known.accounts if account != copy.account.value), None)
        if other:
            yield Mutant("change the account of a copy", copy.account.span, quote(other))
        text = copy.account.span.source.text
        start = text.rindex("account", copy.span.start, copy.account.span.start)
        yield Mutant("change the account of a copy", Span(copy.span.source, start, copy.account.span.end), "")


def _controls(control: ChildrenMay) -> Iterator[Mutant]:
    if control.operators != ("anything",):
        within = f" in {control.span.text.rpartition(' in ')[2]}" if control.path else ""
        yield Mutant("open a child control", control.span, f"children may anything{within}")


def _operators(setting: SettingNode) -> Iterator[Mutant]:
    other = {"=": "+=", "+=": "="}.get(setting.operator)
    is_list = isinstance(setting.value, ListOf) or setting.key.text == "regions"
    if other and is_list:
        start = setting.span.source.text.index(setting.operator, setting.key.span.end)
        place = Span(setting.span.source, start, start + len(setting.operator))
        yield Mutant(f"flip the operator of `{setting.key.text}`", place, other)


def _values(key: str, value: Value, known: Known) -> Iterator[Mutant]:
    """What can be done to the value of a setting."""
    match key, value:
        case "retain", Duration():
            yield from _retentions(value)
        case "schedule", _:
            yield from _schedules(value)
        case (("vault" | "air_gapped_vault"), Text()):
            yield from _vaults(value, known)
        case "role", Text():
            yield Mutant("change a role", value.span, quote(f"{value.value}2"))
        case "regions", ListOf():
            yield from _without_each("drop a Region", value)
        case "values", ListOf():
            yield from _without_each("drop a tag value", value)
            yield from (Mutant("change a tag value", tag.span, f'{tag.span.text[:-1]}2"') for tag in value.items)
        case (("types" | "except_types"), ListOf()):
            yield from _without_each("drop a type", value)
            yield from (Mutant("change a type", name.span, _other_type(name.span.text)) for name in value.items)


def _retentions(retention: Duration) -> Iterator[Mutant]:
    days = retention.count * _DAYS[retention.unit]
    shorter = dict.fromkeys(fewer for fewer in (days // 10, 1) if 0 < fewer < days)
    for fewer in shorter:
        yield Mutant("shorten a retention", retention.span, f"{fewer} day{'s' if fewer > 1 else ''}")


def _schedules(schedule: Value) -> Iterator[Mutant]:
    """Monthly instead of anything more frequent, yearly instead of that."""
    match schedule:
        case Daily() | Weekly() | Hourly() | EveryHours() | CronNode():
            yield Mutant("lengthen an interval", schedule.span, "monthly on day 1 at 05:00")
        case Monthly():
            yield Mutant("lengthen an interval", schedule.span, "yearly on 1 january at 05:00")


def _vaults(vault: Text, known: Known) -> Iterator[Mutant]:
    """Another vault that there is somewhere, and one that is nowhere."""
    for other in (*(name for name in known.vaults if name != vault.value), f"{vault.value}2"):
        yield Mutant("change a vault", vault.span, quote(other))


def _without_each(kind: str, values: ListOf) -> Iterator[Mutant]:
    texts = [item.span.text for item in values.items]
    for number in range(len(texts)):
        yield Mutant(kind, values.span, f"[{', '.join(texts[:number] + texts[number + 1 :])}]")


def _other_type(name: str) -> str:
    return "S3" if name == "EFS" else "EFS"
