"""The `let` names of a project: their values, the words that they may not take, and cycles (language.md 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from policyengine.aws.facts import regions, resource_types
from policyengine.aws.settings import settings
from policyengine.base.diagnostics import Diagnostic, Label, Outcome
from policyengine.base.fixes import repeated
from policyengine.base.records import Record
from policyengine.base.text import Nearest, listed, quoted
from policyengine.language.language_rules import (
    CIRCULAR_LET,
    NAME_REPEATED,
    RESERVED_LET_NAME,
    UNKNOWN_NAME,
    WRONG_VALUE_TYPE,
)
from policyengine.language.syntax.literals import Date, ListOf, Name, Reference, Spread, Text, TextOrName, Value
from policyengine.language.syntax.nodes import Let, Waive

LONGEST_LIST = 2_500
"""Items of a list that is built of lists: AWS takes documents of 10,000 characters, which never hold so many."""

_SCHEDULE_WORDS = """
    hourly every hour hours daily weekly monthly yearly on at cron day first second third fourth fifth last
    sunday monday tuesday wednesday thursday friday saturday sun mon tue wed thu fri sat
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep oct nov dec
"""
_LITERALS = "none governance compliance standard air_gapped aws_managed customer aws_owned tag resource"
_DATE_ADVICE = "a date is written `2027-03-31`"
_SHOWN = 5  # members of a cycle that a diagnostic points at
_SETTING_WORDS = frozenset(word for row in settings() for word in row.words)
_VALUE_WORDS = frozenset({"true", "false", "forever", *_LITERALS.split()}) | _SETTING_WORDS
_RESERVED = _VALUE_WORDS | frozenset(_SCHEDULE_WORDS.split())


class Lets(Record):
    """The values of bare names. `broken` names have been reported, so that their uses need no diagnostic."""

    by_name: Mapping[str, Let]
    broken: frozenset[str] = frozenset()

    def settle(self, value: Value) -> Value | None:
        """The value, or the value that its name finally stands for; None where that name is broken."""
        while isinstance(value, Reference) and (let := self.by_name.get(value.name)):
            if value.name in self.broken:
                return None
            value = let.value
        return value

    def flat(self, value: ListOf) -> list[Value] | None:
        """The items of a list, with those of lists that it spreads; None where one of these is broken.

        A `Spread` that remains is of no list. What is longer than `LONGEST_LIST` is cut there, one item behind it.
        """
        items: list[Value] = []
        waiting, steps = list(reversed(value.items)), 0
        while waiting and len(items) <= LONGEST_LIST:
            item = waiting.pop()
            if not isinstance(item, Spread):
                items.append(item)
                continue
            settled, steps = self.settle(item.value), steps + 1
            if settled is None:
                return None
            if steps > LONGEST_LIST:  # lists without items can be spread without end, too
                return [item] * (LONGEST_LIST + 1)
            if isinstance(settled, ListOf):
                waiting.extend(reversed(settled.items))
            else:
                items.append(item)
        return items


def collect_lets(statements: Sequence[Let], *, complete: bool) -> tuple[Lets, list[Diagnostic]]:
    """The lets of all files, and what is wrong with them.

    Unless `complete`, statements were lost to syntax errors and unknown names are not reported: they may be theirs.
    """
    by_name: dict[str, Let] = {}
    diagnostics: list[Diagnostic] = []
    for let in statements:
        diagnostics.extend(_repeated(let, by_name.get(let.name.text)))
        diagnostics.extend(reserved(let.name, "a value"))
        if not is_word(let.name.text):
            by_name.setdefault(let.name.text, let)
    links = {name: [reference.name for reference in references(let.value)] for name, let in by_name.items()}
    circular, members = cycles(links)
    diagnostics.extend(_circular_let(cycle, by_name) for cycle in circular)
    unknown = {name: unclear for name, let in by_name.items() if (unclear := _unknown(let, by_name))}
    if complete:
        diagnostics.extend(_unknown_names(unknown, by_name, links))
    return Lets(by_name, members | frozenset(unknown)), diagnostics


def is_word(name: str) -> bool:
    """Whether a bare name has a meaning without a let: a Region, a resource type, a word of some setting."""
    return name in _VALUE_WORDS or name in regions() or name in resource_types("aws")


def _repeated(let: Let, first: Let | None) -> Iterator[Diagnostic]:
    name = let.name
    if first:
        yield NAME_REPEATED.at(
            name.span,
            f"there are two lets called {quoted(name.text)}",
            help="a let is known in every file of the project; give one of them another name",
            labels=(Label(first.name.span, "first defined here"),),
            fix=repeated(let.span, first.span),
        )


def reserved(name: Name, what: str) -> Iterator[Diagnostic]:
    """A finding for a name that a let or a parameter may not have; `what` is what it would name: `a value`."""
    if is_word(name.text) or name.text in _RESERVED:
        yield RESERVED_LET_NAME.at(
            name.span,
            f"{quoted(name.text)} has a meaning of its own and cannot name {what}",
            help="choose another name",
        )


def references(value: Value) -> Iterator[Reference]:
    """The bare names in a value, in written order."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Reference):
            yield current
        elif isinstance(current, Spread):
            waiting.append(current.value)
        elif isinstance(current, ListOf):
            waiting.extend(reversed(current.items))


def _circular_let(cycle: Sequence[str], by_name: Mapping[str, Let]) -> Diagnostic:
    last, first = by_name[cycle[-1]], cycle[0]
    back = next(reference for reference in references(last.value) if reference.name == first)
    return CIRCULAR_LET.at(
        back.span,
        f"{quoted(first)} is defined by itself",
        help=f"break the circle: {listed((*cycle, first))}",
        labels=tuple(Label(by_name[name].name.span, f"{quoted(name)} is defined here") for name in cycle[:_SHOWN]),
    )


def _unknown(let: Let, by_name: Mapping[str, Let]) -> list[Reference]:
    return [
        reference
        for reference in references(let.value)
        if reference.name not in by_name and not is_word(reference.name)
    ]


def _unknown_names(
    unknown: Mapping[str, Sequence[Reference]], by_name: Iterable[str], links: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """A finding for each bare name that means nothing, with the nearest that does, by the lets in which they stand.

    A let that is built of the one in which the name stands is not suggested: the two would be a circle.
    """
    names = (*by_name, *regions(), *resource_types("aws"), *_SETTING_WORDS)
    general = "a text needs quotes; a bare name is a let, a Region or a resource type"
    near = Nearest(names)
    for let, unclear in unknown.items():
        for reference in unclear:
            advice = near.suggestion(reference.name)
            usable = advice and not _leads_to(advice.name, let, links)
            message = f"nothing is called {quoted(reference.name)}"
            yield UNKNOWN_NAME.at(reference.span, message, help=advice if usable else general)


def _leads_to(name: str, wanted: str, links: Mapping[str, Sequence[str]]) -> bool:
    """Whether a let is another one or is built of it."""
    waiting, met = [name], {name}
    while waiting:
        if (current := waiting.pop()) == wanted:
            return True
        following = [link for link in links.get(current, ()) if link not in met]
        met.update(following)
        waiting.extend(following)
    return False


def dated_waivers(statements: Iterable[Waive], lets: Lets, *, complete: bool) -> Outcome[tuple[Waive, ...]]:
    """The waivers, each with the date that its `until` stands for; those without one are reported and left out."""
    waivers: list[Waive] = []
    diagnostics: list[Diagnostic] = []
    for waive in statements:
        until = lets.settle(waive.until) if isinstance(waive.until, Reference) else waive.until
        if isinstance(until, Date):
            waivers.append(replace(waive, until=replace(until, span=waive.until.span)))
        elif isinstance(until, Reference) and not is_word(until.name):
            diagnostics += [_no_let(until, "until", "a date", _DATE_ADVICE, lets)] if complete else []
        elif until is not None:
            diagnostics.append(_other_type(waive.until, until, "until", "a date", _DATE_ADVICE))
    return Outcome(tuple(waivers), tuple(diagnostics))


def text_meant(value: TextOrName, key: str, lets: Lets, *, complete: bool) -> Text | Diagnostic | None:
    """The string that stands for the value of a tag, or what is wrong with it; None where that has been reported."""
    meant = lets.settle(value)
    if meant is None or isinstance(meant, Text):
        return meant
    if isinstance(meant, Reference) and not is_word(meant.name):
        return (
            _no_let(meant, key, "a string", f'a text is written in quotes: `"{meant.name}"`', lets)
            if complete
            else None
        )
    return _other_type(value, meant, key, "a string", "")


def _no_let(name: Reference, key: str, expected: str, otherwise: str, lets: Lets) -> Diagnostic:
    message = f"{quoted(key)} takes {expected}, and nothing is called {quoted(name.name)}"
    return UNKNOWN_NAME.at(name.span, message, help=Nearest(lets.by_name).suggestion(name.name) or otherwise)


def _other_type(value: Value, meant: Value, key: str, expected: str, advice: str) -> Diagnostic:
    defined = () if meant is value else (Label(meant.span, "it is defined here"),)
    message = f"{quoted(key)} takes {expected}, and {quoted(value.span.text)} is none"
    return WRONG_VALUE_TYPE.at(value.span, message, help=advice, labels=defined)


def cycles(links: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], frozenset[str]]:
    """Cycles of a directed graph, each as its names in order, and the set of all names in them.

    Of cycles that share a name only the first is returned. Links to unknown names are ignored.
    """
    search = _CycleSearch(links)
    for start in links:
        search.walk(start)
    return search.cycles, frozenset(search.members)


class _CycleSearch:
    """A depth-first search without recursion: chains of lets may be longer than Python's stack."""

    def __init__(self, links: Mapping[str, Sequence[str]]) -> None:
        self.links = links
        self.cycles: list[list[str]] = []
        self.members: set[str] = set()
        self._done: set[str] = set()

    def walk(self, start: str) -> None:
        """Visits all names that can be reached from a name and were not visited before."""
        trail: dict[str, Iterator[str]] = {} if start in self._done else {start: iter(self.links[start])}
        while trail:
            name = next(reversed(trail))
            following = next(trail[name], None)
            if following is None:
                del trail[name]
                self._done.add(name)
            elif following in trail:
                self._close(trail, name, following)
            elif following in self.links and following not in self._done:
                trail[following] = iter(self.links[following])

    def _close(self, trail: Mapping[str, object], last: str, first: str) -> None:
        if last in self.members or first in self.members:
            return
        names = list(trail)
        cycle = names[names.index(first) :]
        if self.members.isdisjoint(cycle):
            self.cycles.append(cycle)
            self.members.update(cycle)
