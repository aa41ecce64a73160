"""The scope of names in values: a parameter, then a let (language.md 3.6).

A name in a template is that of a parameter, which hides lets, else that of a let. `Scope.with_arguments` replaces
parameters by the arguments of the use; what remains is about lets, and means the same everywhere in the project. A name
that stands for nothing is reported where it is used: in lets by `lets.py`, in settings by `values.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import suggestion
from policyengine.language.compiler.lets import LONGEST_LIST, Lets, cycles, references
from policyengine.language.syntax.literals import ListOf, Name, Reference, Spread, Value
from policyengine.language.syntax.nodes import Like, Parameter

_MOST_SUGGESTIONS = 200


class Call(Record):
    """The use of a template: `arguments` in written order, without parameters; None where a value is unknown."""

    name: Name
    arguments: tuple[tuple[Name, Value | None], ...]
    span: Span


class Scope(Struct):
    """The scope that all values of a text share, and the findings about them.

    Unless `complete`, statements were lost, and an unknown name may be theirs. `parameters` are those of the template
    around the text, with the values of the use; a parameter is None where nobody knows its value: while the template is
    read without a use, or where the use is wrong and that has been reported.
    """

    partition: str
    lets: Lets
    complete: bool = True
    diagnostics: list[Diagnostic] = field(default_factory=list)
    parameters: Mapping[str, Value | None] = field(default_factory=dict)

    def inside(self, parameters: Mapping[str, Value | None]) -> Scope:
        """The scope of a template's text in one of its uses; findings go to the same list."""
        return replace(self, parameters=parameters)

    def with_arguments(self, value: Value) -> Value | None:
        """The value with arguments in the place of parameters; None where it is, or spreads, an unknown one.

        An unknown item of a list is left out: nobody emits the text of a template without a use.
        """
        if isinstance(value, Reference):
            return self.parameters.get(value.name, value)
        if not isinstance(value, ListOf) or not self.parameters:
            return value
        return self._list_with_arguments(value)

    def _list_with_arguments(self, value: ListOf) -> ListOf:
        items: list[Value] = []
        for item in value.items:
            if not isinstance(item, Spread):
                filled = self.with_arguments(item) if isinstance(item, Reference) else item
                items += [filled] if filled else []
            elif (spread := self.with_arguments(item.value)) is not None:
                items += spread.items if isinstance(spread, ListOf) else [replace(item, value=spread)]
            if len(items) > LONGEST_LIST and isinstance(item, Spread):
                return replace(value, items=(*items[: LONGEST_LIST + 1], item))  # the spread says that it was cut
        return replace(value, items=tuple(items))

    def call(self, like: Like) -> Call:
        """The use of a template that this text makes."""
        arguments = tuple((argument.name, self.with_arguments(argument.value)) for argument in like.arguments)
        return Call(like.template, arguments, like.span)

    def suggestion(self, name: str, known: Iterable[str]) -> str:
        """A suggestion, as long as there are few enough findings for anybody to read them all."""
        return suggestion(name, known) if self.may_suggest else ""

    @property
    def may_suggest(self) -> bool:
        """Whether there are few enough findings for anybody to read them all."""
        return len(self.diagnostics) < _MOST_SUGGESTIONS

    @property
    def names(self) -> Iterator[str]:
        """The names of parameters and lets; none where some were lost."""
        if self.complete:
            yield from self.parameters
            yield from self.lets.by_name


class Signature(Record):
    """The parameters of a template, by name; `order` has each behind those that its default uses."""

    by_name: Mapping[str, Parameter]
    order: tuple[str, ...]

    def bind(self, arguments: Iterable[tuple[Name, Value | None]], scope: Scope) -> Mapping[str, Value | None]:
        """The values of all parameters in a use; None where the argument is missing or a default goes in circles."""
        given: dict[str, Value | None] = {}
        for argument, value in arguments:
            given.setdefault(argument.text, value)
        bound: dict[str, Value | None] = dict.fromkeys(self.by_name)
        of_defaults = scope.inside(bound)
        for name in self.order:
            if name in given:
                bound[name] = given[name]
            elif default := self.by_name[name].default:
                bound[name] = of_defaults.with_arguments(default)
        return bound


def signature(parameters: Sequence[Parameter]) -> tuple[Signature, list[list[str]]]:
    """The signature of a template, and the circles of its defaults."""
    by_name: dict[str, Parameter] = {}
    for parameter in parameters:
        by_name.setdefault(parameter.name.text, parameter)
    links = {
        name: [used.name for used in references(parameter.default) if used.name in by_name] if parameter.default else []
        for name, parameter in by_name.items()
    }
    circles, _ = cycles(links)
    return Signature(by_name, _behind_their_links(links)), circles


def _behind_their_links(links: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The names, each behind those that it links to, those in or behind circles left out."""
    users: dict[str, list[str]] = {name: [] for name in links}
    waiting = {name: len(set(linked)) for name, linked in links.items()}
    for name, linked in links.items():
        for each in set(linked):
            users[each].append(name)
    order = [name for name, count in waiting.items() if not count]
    for name in order:
        for user in users[name]:
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    return tuple(order)
