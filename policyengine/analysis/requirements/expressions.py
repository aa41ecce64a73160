"""From written expressions to typed ones, or to findings that say at their place what does not fit (language.md 5).

Literals, bare words and the project's `let` names become constants here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from policyengine.analysis.requirements import misfits as fitting
from policyengine.analysis.requirements.attribute_paths import HEADS, KINDS, follow, is_attribute, no_kind, unknown_word
from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.demands import EqualConditions
from policyengine.analysis.requirements.phrases import minutes, shown
from policyengine.analysis.requirements.requirement_rules import NOT_IN_SCOPE
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Free,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    Slot,
)
from policyengine.analysis.requirements.value_types import TYPE_OF_WORD, Type, comparing
from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.deployment import FOREVER
from policyengine.aws.facts import regions, resource_types
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import quoted
from policyengine.language.compiler import LONGEST_LIST, Lets, cron_text, years_advice
from policyengine.language.language_rules import UNKNOWN_NAME
from policyengine.language.syntax import nodes as written
from policyengine.language.syntax.literals import (
    Boolean,
    Date,
    Duration,
    Forever,
    Integer,
    ListOf,
    Name,
    Reference,
    Spread,
    Text,
    Value,
)


def constant_of(value: Value) -> Constant | None:
    """The constant that a value is; None for a list and a date, and for a name that stands for nothing."""
    if isinstance(value, (ListOf, Spread, Date)):
        return None
    if isinstance(value, Reference):
        return bare_word(value.name)
    if isinstance(value, (Duration, Forever)):
        length = minutes(value) if isinstance(value, Duration) else FOREVER
        return Constant(Type.DURATION, length, shown(length))
    if isinstance(value, Boolean):
        return Constant(Type.BOOLEAN, value.value, "true" if value.value else "false")
    if isinstance(value, Integer):
        return Constant(Type.COUNT, value.value, str(value.value))
    return text_constant(value.value if isinstance(value, Text) else cron_text(value))


def bare_word(name: str) -> Constant | None:
    """The constant that a bare word stands for: a lock, a Region, a resource type; None for any other."""
    if name in TYPE_OF_WORD:
        return Constant(TYPE_OF_WORD[name], name, quoted(name))
    return text_constant(name) if name in regions() or name in resource_types("aws") else None


def let_value(name: str, lets: Lets) -> Constant | list[Constant] | None:
    """The value of a `let`: a constant, or those of a list; None where the name is unknown or its value is wrong."""
    value = lets.settle(Reference(name, span=lets.by_name[name].span))
    if not isinstance(value, ListOf):
        return constant_of(value) if value else None
    flat = lets.flat(value)
    if flat is None or len(flat) > LONGEST_LIST:
        return None
    items = [constant_of(settled) if (settled := lets.settle(item)) else None for item in flat]
    return [item for item in items if item] if all(items) else None


def years_in(expression: written.Expression, lets: Lets) -> Iterator[Duration]:
    """The durations in years of an expression, those of lists and of `let` names included."""
    if isinstance(expression, written.Items):
        for item in expression.items:
            yield from years_in(item.value if isinstance(item, written.SpreadNode) else item, lets)
    elif isinstance(expression, written.Path):
        value = lets.settle(Reference(expression.head, span=expression.span))
        for settled in [lets.settle(item) for item in lets.flat(value) or ()] if isinstance(value, ListOf) else [value]:
            yield from [settled] if isinstance(settled, Duration) and settled.unit == "year" else []
    elif isinstance(expression, Duration) and expression.unit == "year":
        yield expression


def text_constant(text: str) -> Constant:
    """The typed constant of a string."""
    return Constant(Type.STRING, text, quoted(text))


def _not_compared(path: written.Path) -> Diagnostic:
    message = f"{quoted(path.head)} stands for a value that no condition compares"
    return NOT_IN_SCOPE.at(path.span, message, help="conditions know texts, numbers, durations, and lists of these")


Scope: TypeAlias = tuple[Slot, ...]

TOP: Scope = ("account",)
_HOLDERS: dict[Slot, tuple[Slot, ...]] = {
    "plan": ("resource",),
    "rule": ("plan", "resource"),
    "copy": ("plan", "rule", "resource"),
    "selection": ("plan", "rule", "resource"),
    "resource": (),
}
_RETENTIONS = [ATTRIBUTES[Type.RULE][name] for name in ("retention", "cold_after")]
_RETENTIONS += [ATTRIBUTES[Type.COPY][name] for name in ("retention", "cold_after")]
_RETENTIONS += [ATTRIBUTES[Type.VAULT][name] for name in ("min_retention", "max_retention")]


class Checker(Struct):
    """Types expressions; findings go to `diagnostics`, account ids that are named to `ids`, assertions to `equal`.

    Unless `complete`, unknown names are nobody's fault: the file that has them may have lost them.
    """

    lets: Lets
    complete: bool
    diagnostics: list[Diagnostic]
    ids: set[str]
    equal: EqualConditions = field(default_factory=EqualConditions)

    def condition(self, expression: written.Expression, scope: Scope = TOP) -> Condition | None:
        """The expression as a condition; None where a finding says why it is none."""
        if isinstance(expression, written.LogicalNode):
            operands = [self.condition(operand, scope) for operand in expression.operands]
            typed = [operand for operand in operands if operand]
            free = _free(typed)
            return Logical(expression.operator, tuple(typed), free, expression) if len(typed) == len(operands) else None
        if isinstance(expression, written.NotNode):
            operand = self.condition(expression.operand, scope)
            return Not(operand, operand.free) if operand else None
        if isinstance(expression, written.ComparisonNode):
            return self._comparison(expression, scope)
        if isinstance(expression, written.QuantifierNode):
            return self._quantifier(expression, scope)
        return self._truth(expression, scope)

    def _truth(self, expression: written.Expression, scope: Scope) -> Condition | None:
        """A path, word or literal by itself."""
        operand = self._operand(expression, scope)
        if isinstance(operand, Unresolved):
            self._unknown(operand, scope)
            return None
        if operand is None or operand.type is Type.BOOLEAN:
            return operand
        self.diagnostics.append(fitting.no_condition(expression, operand))
        return None

    def _comparison(self, comparison: written.ComparisonNode, scope: Scope) -> Condition | None:
        left = self._operand(comparison.left, scope)
        right = self._operand(comparison.right, scope, other_side=left)
        if left is None or right is None:
            return None
        if isinstance(left, Unresolved) or isinstance(right, Unresolved):
            self._unresolved(left, right, scope)
            return None
        if misfit := fitting.misfit(comparison, left, right):
            self.diagnostics.append(replace(misfit, labels=tuple(self._defined(comparison))))
            return None
        self._advise(comparison, left, right)
        holds = comparing(comparison.operator, left.type, right.type)
        free = _looked_at(comparison.operator, left, right)
        return Comparison(left, comparison.operator, right, holds, free, comparison)

    def _defined(self, comparison: written.ComparisonNode) -> Iterator[Label]:
        """Where the lets of a comparison are defined."""
        for side in (comparison.left, comparison.right):
            if isinstance(side, written.Path) and not side.steps and (let := self.lets.by_name.get(side.head)):
                yield Label(let.name.span, f"{quoted(side.head)} is defined here")

    def _quantifier(self, quantifier: written.QuantifierNode, scope: Scope) -> Condition | None:
        over = next((kind for kind in KINDS if kind == quantifier.over.text), None)
        if over is None:
            self._no_kind(quantifier.over)
            return None
        inside: Scope = (*(slot for slot in scope if slot != over), over)
        where = self.condition(quantifier.where, inside) if quantifier.where else None
        satisfies = self.condition(quantifier.satisfies, inside)
        if satisfies is None or (quantifier.where and where is None):
            return None
        within = _within(over, scope)
        looked_at = satisfies.free | (where.free if where else frozenset())
        free = (looked_at - {over}) | _domain_slots(over, within)
        return Quantifier(
            quantifier.kind,
            quantifier.count or 0,
            over,
            within,
            where,
            satisfies,
            free,
            quantifier,
        )

    def _operand(self, expression: written.Expression, scope: Scope, other_side: Typed | None = None) -> Typed | None:
        """A value; the operand on the `other_side` tells what a bare word in a list was meant for."""
        if isinstance(expression, written.Path):
            return self._path(expression, scope) if expression.steps else self._word(expression, scope)
        if isinstance(expression, written.Items):
            return self._items(expression, scope, other_side)
        if isinstance(
            expression, (written.ComparisonNode, written.LogicalNode, written.NotNode, written.QuantifierNode)
        ):
            self.diagnostics.append(fitting.nested(expression))
            return None
        constant = constant_of(expression)
        return self._noted(constant) if constant else None

    def _path(self, path: written.Path, scope: Scope) -> Operand | None:
        if path.head in self.lets.by_name and path.head not in HEADS:
            message = f"{quoted(path.head)} is a let, and a value has no attributes"
            advice = f"write {quoted(path.head)} by itself"
            self.diagnostics.append(NOT_IN_SCOPE.at(path.span, message, help=advice))
            return None
        way = follow(path, scope)
        if isinstance(way, Diagnostic):
            self.diagnostics.append(way)
            return None
        return way

    def _word(self, path: written.Path, scope: Scope) -> Typed | None:
        name = path.head
        if name in self.lets.by_name:
            meant = let_value(name, self.lets)
            if isinstance(meant, list):
                return self._listed(meant, [path.span] * len(meant), None)
            if meant is None and name not in self.lets.broken:
                self.diagnostics.append(_not_compared(path))
            return self._noted(meant) if meant else None
        if constant := bare_word(name):
            return constant
        return self._path(path, scope) if name in HEADS else Unresolved(path)

    def _items(self, items: written.Items, scope: Scope, other_side: Typed | None) -> Typed | None:
        other = None if isinstance(other_side, Unresolved) else other_side
        entries = self._entries(items, scope, other)
        if entries is None:
            return None
        return self._listed([constant for constant, _ in entries], [span for _, span in entries], other)

    def _entries(self, items: written.Items, scope: Scope, other_side: Operand | None) -> list[_Entry] | None:
        """The items of a list, those of lists that it spreads included; None where an item is wrong."""
        entries: list[_Entry] = []
        sound = True
        for item in items.items:
            if not isinstance(item, written.SpreadNode):
                more = self._entry(item, scope, other_side)
            else:
                more = self._spread(item, scope, other_side)
            sound = sound and more is not None
            entries += more or ()
            if isinstance(item, written.SpreadNode) and len(entries) > LONGEST_LIST:
                self.diagnostics.append(fitting.too_long(item))
                return None
        return entries if sound else None

    def _entry(self, item: written.Expression, scope: Scope, other_side: Operand | None) -> list[_Entry] | None:
        operand = self._operand(item, scope)
        if isinstance(operand, Constant) and operand.type is not Type.LIST:
            return [(operand, item.span)]
        if isinstance(operand, Unresolved):
            self._unknown_bare_word(operand, fitting.item_type(other_side), scope)
        elif operand is not None:
            self.diagnostics.append(fitting.no_item(item, operand))
        return None

    def _spread(self, spread: written.SpreadNode, scope: Scope, other_side: Operand | None) -> list[_Entry] | None:
        value = spread.value
        if isinstance(value, written.Items):
            return self._entries(value, scope, other_side)
        named = isinstance(value, written.Path) and not value.steps
        if isinstance(value, written.Path) and named and value.head in self.lets.by_name:
            meant = let_value(value.head, self.lets)
            if isinstance(meant, list):
                return [(constant, spread.span) for constant in meant]
            if meant is None:
                self.diagnostics += [] if value.head in self.lets.broken else [_not_compared(value)]
                return None
        operand = self._operand(value, scope)
        if isinstance(operand, Unresolved):
            self._unknown(operand, scope)
        elif operand is not None:
            self.diagnostics.append(fitting.no_list(spread, operand))
        return None

    def _listed(
        self, constants: Sequence[Constant], spans: Sequence[Span], other_side: Operand | None
    ) -> Constant | None:
        if strange := fitting.odd(constants, spans, other_side):
            self.diagnostics.append(strange)
            return None
        values = tuple(self._noted(constant).constant for constant in constants)
        item = constants[0].type if constants else Type.STRING
        return Constant(Type.LIST, values, ", ".join(constant.text for constant in constants), item)

    def _noted(self, constant: Constant) -> Constant:
        """Remembers the ids of accounts that the expressions ask for."""
        if isinstance(constant.constant, str) and ACCOUNT_ID.fullmatch(constant.constant):
            self.ids.add(constant.constant)
        return constant

    def _unresolved(self, left: Typed, right: Typed, scope: Scope) -> None:
        for word, other in ((left, right), (right, left)):
            if isinstance(word, Unresolved):
                self._unknown_bare_word(word, None if isinstance(other, Unresolved) else other.type, scope)

    def _unknown_bare_word(self, word: Unresolved, kind: Type | None, scope: Scope) -> None:
        """A bare word that stands for nothing, where a value of a kind is expected."""
        name = word.path.head
        strange = fitting.no_word(word.path, kind) if kind else None
        if strange and (strange.help.startswith("did you mean") or not is_attribute(name)):
            self.diagnostics.append(strange)
        else:
            self._unknown(word, scope, kind)

    def _unknown(self, word: Unresolved, scope: Scope, kind: Type | None = None) -> None:
        if self.complete:
            name = word.path.head
            advice = unknown_word(name, scope, kind, self.lets.by_name)
            self.diagnostics.append(UNKNOWN_NAME.at(word.path.span, f"nothing is called {quoted(name)}", help=advice))

    def _no_kind(self, over: Name) -> None:
        message = f"a quantifier cannot range over {quoted(over.text)}"
        self.diagnostics.append(NOT_IN_SCOPE.at(over.span, message, help=no_kind(over.text)))

    def _advise(self, comparison: written.ComparisonNode, left: Typed, right: Typed) -> None:
        """Years beside a retention (language.md section 2), in a list and by a name too."""
        for expression, other in ((comparison.left, right), (comparison.right, left)):
            if isinstance(other, (Access, Pick)) and other.attributes[-1] in _RETENTIONS:
                for duration in years_in(expression, self.lets):
                    self.diagnostics.extend(years_advice(duration))


class Unresolved(Record):
    """A bare word that stands for nothing by itself."""

    path: written.Path


Typed: TypeAlias = Operand | Unresolved
_Entry: TypeAlias = tuple[Constant, Span]


def _free(parts: Sequence[Condition | Operand]) -> Free:
    return frozenset().union(*(part.free for part in parts))


def _looked_at(operator: written.ComparisonOperator, left: Operand, right: Operand) -> Free:
    """The slots of elements that a comparison depends on.

    Accounts whose ids an expression or a copy names have views of their own. For all others it makes no difference
    which of them is held against a fixed id, or against where a copy goes.
    """
    free = _free([left, right])
    own = any(isinstance(side, (Access, Pick)) and side.own for side in (left, right))
    if not own and "account" not in free:
        return free
    fixed = operator in {"==", "!=", "in"} and _is_fixed_id(left) and _is_fixed_id(right)
    return (free - {"account"}) | {"view"} if fixed else free | {"account"}


def _domain_slots(over: Slot, within: Slot) -> Free:
    """The slots that tell which elements a quantifier ranges over; resources are an account's own."""
    if over == "resource":
        return frozenset({"view", "account"})
    return frozenset({"view" if within == "account" else within})


def _is_fixed_id(side: Operand) -> bool:
    return isinstance(side, Constant) or side.own or side.attributes == (ATTRIBUTES[Type.ACCOUNT]["id"],)


def _within(over: Slot, scope: Scope) -> Slot:
    """The innermost slot in scope that has elements of a kind (language.md 5.1)."""
    return next((slot for slot in reversed(scope) if slot in _HOLDERS[over]), "account")
