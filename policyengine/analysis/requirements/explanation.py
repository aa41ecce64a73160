"""The reason why a condition does not hold, or cannot be decided: one reason per cause.

A value is not the one that is asked for, too few or too many elements satisfy a quantifier, or there is no value: what
is picked by name does not exist, Regions differ, or the snapshot lacks a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, compress
from typing import TypeAlias

from msgspec.structs import replace

from policyengine.analysis.requirements.atoms import Atom, SettingPath, atom, path_of
from policyengine.analysis.requirements.frame import hides, rules_of
from policyengine.analysis.requirements.looked_at import WHOLE_POLICY, of_condition, of_elements, of_value, together
from policyengine.analysis.requirements.missing_values import (
    WITHHELD,
    doubt,
    doubt_of_elements,
    doubt_of_types,
    is_in_doubt,
    missing,
    path_in_doubt,
    path_missing,
)
from policyengine.analysis.requirements.phrases import (
    described,
    expectation,
    phrasing,
    required,
    stated,
)
from policyengine.analysis.requirements.row import Reader, Row, around, content_key, readers
from policyengine.analysis.requirements.truth import MISSING, Truth
from policyengine.analysis.requirements.typed import (
    Comparison,
    Condition,
    Constant,
    Element,
    Holder,
    Logical,
    Not,
    Operand,
    Quantifier,
    Slot,
    counts_as,
    parts,
    unlisted_types,
)
from policyengine.analysis.requirements.value_types import Type
from policyengine.analysis.requirements.wording import LONGEST_QUOTE, Cause, Joined, StatedValue, each_once, values_of
from policyengine.aws.deployment import UNKNOWN
from policyengine.base.text import quoted
from policyengine.language.syntax import expression_text
from policyengine.language.syntax.nodes import ComparisonOperator, Expression

_PLURALS: dict[Slot, str] = {
    "plan": "plans",
    "rule": "rules",
    "copy": "copies",
    "selection": "selections",
    "resource": "resources",
}


def _none_meant(condition: Quantifier, row: Row, left_out: Sequence[Cause], *, wanted: bool) -> Cause:
    """`rule `nightly` has no copy; ... asks for one that satisfies `copy.cross_region``."""
    holder, path = _holder(condition, row)
    where = f" where {shown(condition.written.where)}" if condition.written.where else ""
    amount = f"at least {condition.count}" if condition.count > 1 else "one"
    verb = ("satisfy" if condition.count > 1 else "satisfies") if wanted else "does not satisfy"
    expected = f"{amount} that {verb} {shown(condition.written.satisfies)}"
    within = " within its partition" if _has_stranded(condition, row) else ""
    return _cause(f"{holder} has no {condition.over}{within}{where}", expected, path, left_out)


def _has_stranded(condition: Quantifier, row: Row) -> bool:
    """Whether copies that count for nothing are among what a quantifier is about: they leave their partition."""
    if condition.over != "copy":
        return False
    rules = rules_of(row.places["view" if condition.within == "account" else condition.within])
    return any(rule.stranded_copies for rule in rules)


def _asked_amount(condition: Quantifier, *, wanted: bool) -> str:
    """`at least 3` of `2 of 4 rules, in all their Regions, satisfy `rule.continuous`; ... asks for at least 3`."""
    if wanted:
        return f"at least {condition.count}" if condition.count else "one"
    if condition.kind != "at least":
        return "one that does not"
    return f"fewer than {condition.count}" if condition.count > 1 else "none"


def _cause(actual: str, expected: str, path: SettingPath | None, blamed: Sequence[Cause]) -> Cause:
    looked_at = together(*(cause.looked_at for cause in blamed))
    return Cause((StatedValue(actual),), expected, path, values=(actual, *values_of(blamed)), looked_at=looked_at)


def _names(met: Collection[tuple[Element, Truth]]) -> int:
    """The number of distinct elements; one in several Regions counts once."""
    return len({path_of(element) for element, _ in met})


def shown(expression: Expression) -> str:
    """An expression as a message quotes it."""
    return quoted(expression_text(expression), LONGEST_QUOTE)


def _counted(condition: Quantifier, row: Row, met: Collection[tuple[Element, Truth]], satisfies: str) -> str:
    """The number of elements that satisfy a condition, in words: per Region; by `at least` each rule or copy once."""
    satisfied = sum(truth is True for _, truth in met)
    number, regions = len(met) if satisfied else _names(met), ", each Region counted,"
    if condition.kind == "at least":
        each: dict[object, list[Truth]] = {}
        for element, truth in met:
            each.setdefault(counts_as(element), []).append(truth)
        partly = [truths for truths in each.values() if True in truths and set(truths) != {True}]
        satisfied, number = sum(set(truths) == {True} for truths in each.values()), len(each)
        regions = f", in all {'their' if number > 1 else 'its'} Regions," if partly else ""
    kind = _PLURALS[condition.over] if number > 1 else condition.over
    holder, place = _holder(condition, row)
    of = f" of {holder}" if place else ""
    regions = regions if condition.kind == "at least" or number > _names(met) else ""
    verb = "satisfy" if satisfied > 1 else "satisfies"
    return f"{satisfied or 'none'} of {number} {kind}{of}{regions} {verb} {satisfies}"


def _holder(condition: Quantifier, row: Row) -> tuple[str, SettingPath | None]:
    """Whose elements are counted."""
    if condition.within == "rule" and row.rule:
        return f"rule {quoted(row.rule.rule.name)}", SettingPath(row.rule.rule.path, block=True)
    if condition.within == "plan" and row.plan:
        return f"plan {quoted(row.plan.plan.name)}", SettingPath(row.plan.plan.path, block=True)
    if condition.within == "resource":
        return f"the resource{row.places['resource'].why}", None
    return "this account", None


_MIRRORED: dict[ComparisonOperator, ComparisonOperator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}

_WITHOUT_INVENTORY = (
    "it asks for resources, and there is no inventory of them",
    "pass one with `--inventory FILE`, or name its files under `[inventory]` in policyengine.toml",
)

_Causes: TypeAlias = Sequence[Cause]


def failures(condition: Condition, rows: Sequence[Row]) -> list[_Causes]:
    """For each row why a condition does not hold there, which it does for none of them."""
    for row in rows[:1]:
        row.truth(condition)  # evaluates all that is inside the condition where it is
    return _failures(condition, rows, wanted=True)


def doubts(condition: Condition, rows: Sequence[Row]) -> list[_Causes]:
    """For each row which facts are missing to decide a condition; none where it is decided."""
    open_ = [row.truth(condition) is UNKNOWN for row in rows]
    return _by_kind(open_, rows, {True: partial(_of_distinct, condition, _doubts), False: _nothing})


def _failures(condition: Condition, rows: Sequence[Row], *, wanted: bool) -> list[_Causes]:
    """The reason why the truth of a condition is not the wanted one."""
    return _of_distinct(condition, partial(_causes, wanted=wanted), rows)


def _of_distinct(
    condition: Condition, explain: Callable[[Condition, Sequence[Row]], list[_Causes]], rows: Sequence[Row]
) -> list[_Causes]:
    """Explains a condition once for all rows that are at the same where it looks.

    Without rows it ends here: what asks for rows of either kind would double with every condition inside another.
    """
    if not rows:
        return []
    keys = around(condition, rows)
    first: dict[Hashable, Row] = {}
    for key, row in zip(keys, rows, strict=True):
        first.setdefault(key, row)
    if len(first) == len(rows):
        return explain(condition, rows)
    causes = dict(zip(first, explain(condition, list(first.values())), strict=True))
    return [causes[key] for key in keys]


def _by_kind(
    kinds: Sequence[bool], rows: Sequence[Row], explain: Mapping[bool, Callable[[Sequence[Row]], list[_Causes]]]
) -> list[_Causes]:
    """Explains the rows of each kind in its own way."""
    causes = {kind: iter(each(list(compress(rows, [k is kind for k in kinds])))) for kind, each in explain.items()}
    return [next(causes[kind]) for kind in kinds]


def _nothing(rows: Sequence[Row]) -> list[_Causes]:
    return [()] * len(rows)


def _causes(condition: Condition, rows: Sequence[Row], *, wanted: bool) -> list[_Causes]:
    if isinstance(condition, Not):
        return _failures(condition.operand, rows, wanted=not wanted)
    if isinstance(condition, Logical):
        return _of_logical(condition, rows, wanted=wanted)
    if isinstance(condition, Quantifier):
        return [each_once(causes) for causes in _of_quantifier(condition, rows, wanted=wanted)]
    return [(_of_values(condition, row, wanted=wanted),) for row in rows]


def _doubts(condition: Condition, rows: Sequence[Row]) -> list[_Causes]:
    """The same for rows where it is open."""
    if isinstance(condition, Quantifier):
        return _doubts_of_quantifier(condition, rows)
    if isinstance(condition, (Logical, Not)):
        of_parts = [doubts(part, rows) for part in parts(condition)]
        return [[*chain.from_iterable(causes)] for causes in zip(*of_parts, strict=True)]
    sides = (condition.left, condition.right) if isinstance(condition, Comparison) else (condition,)
    return [[*_doubts_of_sides(sides, row)] for row in rows]


def _doubts_of_sides(sides: Iterable[Operand], row: Row) -> Iterator[Cause]:
    for side in sides:
        if (open_ := atom(side, row)) and is_in_doubt(open_):
            yield _open(*doubt(open_), path_in_doubt(open_), of_value(open_))


def _of_logical(condition: Logical, rows: Sequence[Row], *, wanted: bool) -> list[_Causes]:
    """Every operand that is to blame; where each of them alone would do, all of them in one."""
    blamed = [_to_blame(condition, row, wanted=wanted) for row in rows]
    of_operands = [
        _by_kind(
            [operand in operands for operands in blamed],
            rows,
            {True: partial(_failures, operand, wanted=wanted), False: _nothing},
        )
        for operand in condition.operands
    ]
    causes = [list(chain.from_iterable(each)) for each in zip(*of_operands, strict=True)]
    if (condition.operator == "and") is wanted:
        return [*causes]
    expected = f"{'' if wanted else 'the opposite of '}{shown(condition.written)}"
    return [[_any_of(each, expected)] if len(each) > 1 else each for each in causes]


def _any_of(causes: Sequence[Cause], expected: str) -> Cause:
    actual = Joined(tuple([cause.actual for cause in causes]))
    looked_at = together(*(cause.looked_at for cause in causes))
    path = _path([cause.path for cause in causes])
    return Cause(actual, expected, path, values=values_of(causes), looked_at=looked_at)


def _to_blame(condition: Logical, row: Row, *, wanted: bool) -> list[Condition]:
    """The operands that decide it: those that are missing alone, and none that is unknown."""
    truths = [(operand, row.truth(operand)) for operand in condition.operands]
    lacking = [operand for operand, truth in truths if truth is MISSING]
    if lacking and condition.operator == "and" and not wanted:
        return lacking
    return [operand for operand, truth in truths if truth is MISSING or truth is (not wanted)]


def _path(paths: Iterable[SettingPath | None]) -> SettingPath | None:
    """The first path, in the Region that any of them is about."""
    set_at = [path for path in paths if path]
    region = next((path.region for path in set_at if path.region), "")
    if not set_at or set_at[0].region == region:
        return set_at[0] if set_at else None
    return replace(set_at[0], region=region)


def _of_quantifier(condition: Quantifier, rows: Sequence[Row], *, wanted: bool) -> list[_Causes]:
    kind = condition.kind
    if kind == "every" and wanted:
        return _of_elements(condition, (False, MISSING), rows, wanted=True)
    if kind == ("no" if wanted else "some"):
        return _of_elements(condition, (True, MISSING), rows, wanted=False)
    lacking = [not wanted and kind != "no" and row.truth(condition) is MISSING for row in rows]
    by_number = partial(_of_numbers, condition, wanted=wanted is (kind != "no"))
    return _by_kind(lacking, rows, {True: partial(_of_elements, condition, (MISSING,), wanted=False), False: by_number})


def _of_elements(
    condition: Quantifier, blamed: tuple[Truth, ...], rows: Sequence[Row], *, wanted: bool
) -> list[_Causes]:
    """The causes in the elements to blame, once for each plan or rule that contains them."""
    alone = condition.inside <= {condition.over, condition.within} - {"account"}
    holders = [[(holder, None if alone else row) for holder in row.holders(condition)] for row in rows]
    distinct = {key: row for keys, row in zip(holders, rows, strict=True) for key in keys}
    reading = readers(condition)
    inside = [
        [element for element, truth in _differing(condition, holder, row, reading) if truth in blamed]
        for (holder, _), row in distinct.items()
    ]
    explained = _of_inside(condition, condition.satisfies, inside, wanted=wanted)
    causes = dict(zip(distinct, explained, strict=True))
    return [[cause for key in keys for cause in causes[key]] for keys in holders]


def _of_inside(
    quantifier: Quantifier, condition: Condition, inside: Sequence[Sequence[Row]], *, wanted: bool
) -> list[_Causes]:
    """The reason why a quantifier's condition does not hold in rows of its elements, together for each holder.

    What decides whether an element is meant is looked at, too.
    """
    rows = list(chain.from_iterable(inside))
    each = _failures(condition, rows, wanted=wanted)
    if where := quantifier.where:
        each = [_also(causes, of_condition(where, row)) for causes, row in zip(each, rows, strict=True)]
    causes = iter(map(_of_resource, each, rows) if quantifier.over == "resource" else each)
    return [[cause for _ in part for cause in next(causes)] for part in inside]


def _also(causes: _Causes, paths: Iterable[str]) -> _Causes:
    """The causes of a condition that also looks at these settings."""
    more = tuple(paths)
    return [cause.also_at(more) for cause in causes] if more else causes


def _of_resource(causes: Iterable[Cause], row: Row) -> _Causes:
    """The causes as those of one resource, so that a finding can name it."""
    return [replace(cause, resource=cause.resource or row.places["resource"].arn) for cause in causes]


def _differing(
    condition: Quantifier, holder: Holder, row: Row, reading: Sequence[Reader]
) -> Iterator[tuple[Row, Truth | None]]:
    """The row and truth of each element in order; of Regions that do not differ in their reasons only the first."""
    met: set[object] = set()
    for inside, element, truth in row.judged_in(holder, condition):
        if (same := content_key(element, reading)) not in met:
            met.add(same)
            yield inside, truth


def _of_numbers(condition: Quantifier, rows: Sequence[Row], *, wanted: bool) -> list[_Causes]:
    """Too few hold, or too many; the only one that is meant speaks for itself."""
    met = [[(element, truth) for _, element, truth in row.judged(condition) if truth is not None] for row in rows]
    to_blame = (False, MISSING) if wanted else (True,)
    of_elements = partial(_of_elements, condition, to_blame, wanted=wanted)
    blamed = _by_kind([bool(each) for each in met], rows, {True: of_elements, False: partial(_left_out, condition)})
    amount, satisfies = _asked_amount(condition, wanted=wanted), shown(condition.written.satisfies)
    causes: list[_Causes] = []
    for row, each, of_row in zip(rows, met, blamed, strict=True):
        if not each:
            here: _Causes = (_none_meant(condition, row, of_row, wanted=wanted),)
        elif wanted and condition.count <= 1 and _names(each) == 1:
            here = of_row
        else:
            actual, path = _counted(condition, row, each, satisfies), _holder(condition, row)[1]
            here = (_cause(actual, amount, path, of_row),)
        causes.append(_also(here, _beside(condition, row, wanted=wanted)))
    return causes


def _beside(condition: Quantifier, row: Row, *, wanted: bool) -> Iterator[str]:
    """What decides which elements there are, where others would help, and which are meant."""
    if wanted or condition.kind != "at least":
        yield from of_elements(condition, row)
    for inside in row.inside(condition) if condition.where else ():
        yield from of_condition(condition.where, inside)


def _left_out(condition: Quantifier, rows: Sequence[Row]) -> list[_Causes]:
    """The reason why `where` leaves out each element."""
    if not condition.where:
        return _nothing(rows)
    inside = [[inside for inside, _, truth in row.judged(condition) if truth is None] for row in rows]
    return _of_inside(condition, condition.where, inside, wanted=True)


def _of_values(condition: Comparison | Operand, row: Row, *, wanted: bool) -> Cause:
    """The values that decide a comparison or a truth: a literal is none of them."""
    if isinstance(condition, Comparison):
        left, right = atom(condition.left, row), atom(condition.right, row)
        cause = _of_comparison(condition, (left, right), row, wanted=wanted)
        return cause.also_at(together(of_value(left) if left else (), of_value(right) if right else ()))
    asked_for = atom(condition, row)
    cause = _of_truth(asked_for, wanted=wanted)
    return cause.also_at(of_value(asked_for)) if asked_for else cause


def _of_comparison(condition: Comparison, sides: tuple[Atom | None, Atom | None], row: Row, *, wanted: bool) -> Cause:
    """The side that policies set, against what the other asks for."""
    left, right, operator = condition.left, condition.right, condition.operator
    if lacking := next((side for side in sides if side and side.value is MISSING), None):
        return _of_missing(lacking)
    if sides[0] is None and sides[1] is None:
        return Cause((StatedValue(f"{shown(condition.written)} {'never' if wanted else 'always'} holds"),))
    if isinstance(left, Constant) and operator in _MIRRORED:
        left, right, operator, sides = right, left, _MIRRORED[operator], sides[::-1]
    if sides[0] is None or (sides[1] and left.type is Type.BOOLEAN):
        return _of_both(condition, [side for side in sides if side], wanted=wanted)
    if left.type is Type.BOOLEAN:
        return _of_boolean(sides[0])
    first, path = described(sides[0]), _path([side.path for side in sides if side])
    texts = ((sides[0], first.text), *((side, stated(side)) for side in sides[1:] if side))
    values = tuple([text for side, text in texts if not side.own_id])
    if sides[0].own_id and wanted and operator in {"==", "in"}:
        # Accounts other than those asked for are reported together, so that no id can stand for them.
        first = StatedValue("this is another account")
    actual = (first,)
    if left.type is Type.LOCK:
        needed = required(operator, row.value(right), wanted=wanted)
        return Cause(actual, path=path, required=needed, values=values)
    return Cause(actual, expectation(operator, right, row, wanted=wanted), path, values=values)


def _of_both(condition: Comparison, sides: Sequence[Atom], *, wanted: bool) -> Cause:
    """The cause of a comparison of two paths, shown as the expression is written."""
    if condition.operator == "in" and isinstance(condition.left, Constant):
        expected = f"{condition.left.text} {'' if wanted else 'not '}among them"
    else:
        expected = f"{'' if wanted else 'the opposite of '}{shown(condition.written)}"
    actual = tuple(described(side) for side in sides)
    return Cause(actual, expected, sides[0].path, values=tuple(value.text for value in actual))


def _of_truth(asked_for: Atom | None, *, wanted: bool) -> Cause:
    if asked_for is None:
        return Cause((StatedValue(f"`{str(not wanted).lower()}` {'never' if wanted else 'always'} holds"),))
    if asked_for.value is MISSING:
        return _of_missing(asked_for)
    return _of_boolean(asked_for)


def _of_boolean(side: Atom) -> Cause:
    """A boolean that must have the other value."""
    actual = described(side)
    if side.looked_up:
        needed = "it must not" if side.value else "it is required" if side.vault else "one is required"
        return Cause((actual,), path=side.path, required=needed, values=(actual.text,))
    words = phrasing(side)
    return Cause((actual,), words.unwanted if side.value else words.wanted, side.path, values=(actual.text,))


def _of_missing(side: Atom) -> Cause:
    """The cause that a value is missing; other values that exist are not part of it."""
    actual = missing(side)
    return Cause((StatedValue(actual),), path=path_missing(side), values=(actual.partition(";")[0],))


def _doubts_of_quantifier(condition: Quantifier, rows: Sequence[Row]) -> list[_Causes]:
    of_resources = condition.over == "resource"
    if of_resources and rows[0].columns.frame.resources is None:
        return [(_open(*_WITHOUT_INVENTORY),)] * len(rows)
    if unlisted := _unlisted(condition, rows[0]):
        return [(_open(*doubt_of_types(unlisted)),)] * len(rows)
    if condition.within != "account":
        hiding = [hides(condition.over, row.places[condition.within]) for row in rows]
        return _by_kind(
            hiding, rows, {True: partial(_hidden, condition), False: partial(_doubts_of_elements, condition)}
        )
    withheld = [condition.within == "account" and not of_resources and row.view.withheld for row in rows]
    return _by_kind(withheld, rows, {True: _withheld, False: partial(_doubts_of_elements, condition)})


def _unlisted(condition: Quantifier, row: Row) -> frozenset[str]:
    """The types that a quantifier asks for and the inventory cannot have."""
    listed_ = row.columns.frame.resources
    return unlisted_types(condition, listed_.unlisted) if listed_ else frozenset()


def _hidden(condition: Quantifier, rows: Sequence[Row]) -> list[_Causes]:
    return [(_open(*doubt_of_elements(row.places[condition.within])),) for row in rows]


def _withheld(rows: Sequence[Row]) -> list[_Causes]:
    return [(_open(*WITHHELD, looked_at=(WHOLE_POLICY,)),)] * len(rows)


def _open(missing_fact: str, advice: str, path: SettingPath | None = None, looked_at: tuple[str, ...] = ()) -> Cause:
    return Cause((StatedValue(missing_fact),), path=path, advice=advice, looked_at=looked_at)


def _doubts_of_elements(condition: Quantifier, rows: Sequence[Row]) -> list[_Causes]:
    open_ = [[inside for inside, _, truth in row.judged(condition) if truth is UNKNOWN] for row in rows]
    inside = list(chain.from_iterable(open_))
    asked = [part for part in (condition.where, condition.satisfies) if part]
    each: list[_Causes] = [[*chain(*causes)] for causes in zip(*[doubts(part, inside) for part in asked], strict=True)]
    if where := condition.where:
        each = [_also(causes, of_condition(where, row)) for causes, row in zip(each, inside, strict=True)]
    if condition.over == "resource":
        each = list(map(_of_resource, each, inside))
    causes = iter(each)
    return [each_once(cause for _ in part for cause in next(causes)) for part in open_]
