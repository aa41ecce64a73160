"""The project's `let` names: what they stand for, the words they may not take, and circles (language.md 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policyengine.aws.facts import regions, resource_types
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import record
from policyengine.base.text import Nearest, listed, quoted
from policyengine.language.compiler.settings import ROWS, SettingRow
from policyengine.language.language_rules import CIRCULAR_LET, NAME_REPEATED, RESERVED_LET_NAME, UNKNOWN_NAME
from policyengine.language.syntax.literals import ListOf, Reference, Value
from policyengine.language.syntax.nodes import Let


def cycles(links: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], frozenset[str]]:
    """The circles of a graph, each as its names in order, and all the names in them.

    Of circles that share a name one is told. A link to an unknown name leads nowhere.
    """
    search = _Search(links)
    for start in links:
        search.walk(start)
    return search.found, frozenset(search.knotted)


class _Search:
    """Depth first, with a stack of its own: chains may be longer than Python's."""

    def __init__(self, links: Mapping[str, Sequence[str]]) -> None:
        self.links = links
        self.found: list[list[str]] = []
        self.knotted: set[str] = set()
        self._done: set[str] = set()

    def walk(self, start: str) -> None:
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
        if last in self.knotted or first in self.knotted:
            return
        names = list(trail)
        circle = names[names.index(first) :]
        if self.knotted.isdisjoint(circle):
            self.found.append(circle)
            self.knotted.update(circle)


_SCHEDULE_WORDS = """
    hourly every hour hours daily weekly monthly yearly on at cron day first second third fourth fifth last
    sunday monday tuesday wednesday thursday friday saturday sun mon tue wed thu fri sat
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep oct nov dec
"""
_LITERALS = "none governance compliance standard air_gapped aws_managed customer aws_owned tag resource"

_SHOWN = 5  # members of a circle that a finding points at

_SETTING_WORDS = frozenset(word for row in ROWS if isinstance(row, SettingRow) for word in row.words)
_VALUE_WORDS = frozenset({"true", "false", "forever", *_LITERALS.split()}) | _SETTING_WORDS
_RESERVED = _VALUE_WORDS | frozenset(_SCHEDULE_WORDS.split())


@record
class Lets:
    """What bare names stand for. `broken` ones had their finding already: whoever uses them stays silent."""

    by_name: Mapping[str, Let]
    broken: frozenset[str] = frozenset()

    def settle(self, value: Value) -> Value | None:
        """The value itself, or what its name stands for in the end; None where that name is broken."""
        while isinstance(value, Reference) and (let := self.by_name.get(value.name)):
            if value.name in self.broken:
                return None
            value = let.value
        return value


def collect_lets(written: Sequence[Let], *, complete: bool) -> tuple[Lets, list[Diagnostic]]:
    """The lets of all files, and what is wrong with them. Unless `complete`, unknown names are nobody's fault."""
    by_name: dict[str, Let] = {}
    found: list[Diagnostic] = []
    for let in written:
        found.extend(_misnamed(let, by_name.get(let.name.text)))
        if not is_word(let.name.text):
            by_name.setdefault(let.name.text, let)
    links = {name: [reference.name for reference in _references(let.value)] for name, let in by_name.items()}
    circles, knotted = cycles(links)
    found.extend(_circular_let(circle, by_name) for circle in circles)
    unknown = {name: references for name, let in by_name.items() if (references := _unknown(let, by_name))}
    if complete:
        strange = [reference for references in unknown.values() for reference in references]
        found.extend(_unknown_names(strange, by_name))
    return Lets(by_name, knotted | frozenset(unknown)), found


def is_word(name: str) -> bool:
    """Whether a bare name means something by itself: a Region, a resource type, a word of some setting."""
    return name in _VALUE_WORDS or name in regions() or name in resource_types("aws")


def _misnamed(let: Let, first: Let | None) -> Iterator[Diagnostic]:
    name = let.name
    if first:
        yield NAME_REPEATED.at(
            name.span,
            f"there are two lets called {quoted(name.text)}",
            help="a let is known in every file of the project; give one of them another name",
            labels=(Label(first.name.span, "first defined here"),),
        )
    if is_word(name.text) or name.text in _RESERVED:
        yield RESERVED_LET_NAME.at(
            name.span,
            f"{quoted(name.text)} has a meaning of its own and cannot name a value",
            help="choose another name",
        )


def _references(value: Value) -> Iterator[Reference]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Reference):
            yield current
        elif isinstance(current, ListOf):
            waiting.extend(reversed(current.items))


def _circular_let(circle: Sequence[str], by_name: Mapping[str, Let]) -> Diagnostic:
    last, first = by_name[circle[-1]], circle[0]
    back = next(reference for reference in _references(last.value) if reference.name == first)
    return CIRCULAR_LET.at(
        back.span,
        f"{quoted(first)} is defined by itself",
        help=f"break the circle: {listed((*circle, first))}",
        labels=tuple(Label(by_name[name].name.span, f"{quoted(name)} is defined here") for name in circle[:_SHOWN]),
    )


def _unknown(let: Let, by_name: Mapping[str, Let]) -> list[Reference]:
    return [
        reference
        for reference in _references(let.value)
        if reference.name not in by_name and not is_word(reference.name)
    ]


def _unknown_names(references: Sequence[Reference], by_name: Iterable[str]) -> Iterator[Diagnostic]:
    known = (*by_name, *regions(), *resource_types("aws"), *_SETTING_WORDS)
    usual = "a text needs quotes; a bare name is a let, a Region or a resource type"
    near = Nearest(known)
    for reference in references:
        message = f"nothing is called {quoted(reference.name)}"
        yield UNKNOWN_NAME.at(reference.span, message, help=near.suggestion(reference.name) or usual)
