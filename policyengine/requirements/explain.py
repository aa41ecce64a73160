"""Why a condition does not hold, or why nobody can say: one reason per cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from policyengine.plan import UNKNOWN
from policyengine.requirements.asking import asked, required
from policyengine.requirements.atoms import Atom, Place, atom, plan_of
from policyengine.requirements.counting import names, none_meant, shown, too_few, too_many
from policyengine.requirements.environment import Environment, Holder
from policyengine.requirements.lacking import WITHHELD, doubt, missing, place_of
from policyengine.requirements.phrases import found, saying, stated
from policyengine.requirements.quantifier import Quantifier, holders
from policyengine.requirements.reason import Reason
from policyengine.requirements.truth import MISSING, Truth
from policyengine.requirements.typed import Comparison, Condition, Constant, Logical, Not, Operand
from policyengine.requirements.types import Type
from policyengine.syntax.expressions import ComparisonOperator

_MOST = 3  # reasons that one message joins
_MIRRORED: dict[ComparisonOperator, ComparisonOperator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}


def failures(condition: Condition, environment: Environment, *, wanted: bool = True) -> Iterator[Reason]:
    """Why a condition does not come to what is wanted."""
    if isinstance(condition, Not):
        yield from failures(condition.operand, environment, wanted=not wanted)
    elif isinstance(condition, Logical):
        yield from _of_logical(condition, environment, wanted=wanted)
    elif isinstance(condition, Quantifier):
        yield from _once(condition, environment, wanted, _of_quantifier(condition, environment, wanted=wanted))
    elif isinstance(condition, Comparison):
        yield _of_comparison(condition, environment, wanted=wanted)
    else:
        yield _of_truth(condition, environment, wanted=wanted)


def doubts(condition: Condition, environment: Environment) -> Iterator[Reason]:
    """Which facts are missing to decide a condition."""
    if condition.value(environment) is not UNKNOWN:
        return
    if isinstance(condition, Quantifier):
        yield from _once(condition, environment, UNKNOWN, _doubts_of_quantifier(condition, environment))
    elif isinstance(condition, Logical):
        for operand in condition.operands:
            yield from doubts(operand, environment)
    elif isinstance(condition, Not):
        yield from doubts(condition.operand, environment)
    else:
        sides = (condition.left, condition.right) if isinstance(condition, Comparison) else (condition,)
        for side in sides:
            if (open_ := atom(side, environment)) and open_.value is UNKNOWN:
                said, advice = doubt(open_)
                yield Reason(said, place=open_.place, advice=advice)


def _once(
    condition: Quantifier, environment: Environment, wanted: Truth, reasons: Iterator[Reason]
) -> tuple[Reason, ...]:
    """The reasons of a quantifier, found once for what is around it, however often it is met."""
    key = (condition, wanted, condition.around(environment))
    if key not in environment.told:
        environment.told[key] = tuple(dict.fromkeys(reasons))
    told: tuple[Reason, ...] = environment.told[key]
    return told


def _of_logical(condition: Logical, environment: Environment, *, wanted: bool) -> Iterator[Reason]:
    """Every operand that is to blame; where each of them alone would do, all of them in one."""
    blamed = _to_blame(condition, environment, wanted=wanted)
    reasons = [reason for operand in blamed for reason in failures(operand, environment, wanted=wanted)]
    if (condition.operator == "and") is wanted or len(reasons) == 1:
        yield from reasons
    elif reasons:
        opposite = "" if wanted else "the opposite of "
        said = _joined(dict.fromkeys(reason.found for reason in reasons))
        asked_for = f"{opposite}{_text(condition, environment)}"
        yield Reason(said, asked_for, _place(reasons), values=_values_of(reasons))


def _text(condition: Logical, environment: Environment) -> str:
    """The condition as a message quotes it, put into words once."""
    key = ("text", condition)
    if key not in environment.memory.told:
        environment.memory.told[key] = shown(condition.written)
    text: str = environment.memory.told[key]
    return text


def _to_blame(condition: Logical, environment: Environment, *, wanted: bool) -> list[Condition]:
    """The operands that make it so: not what nobody knows, and what is missing by itself."""
    truths = [(operand, operand.value(environment)) for operand in condition.operands]
    lacking = [operand for operand, truth in truths if truth is MISSING]
    if lacking and condition.operator == "and" and not wanted:
        return lacking
    return [operand for operand, truth in truths if truth is MISSING or truth is (not wanted)]


def _values_of(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """The values of several reasons, each with the path where it is set."""
    values = (
        f"{reason.place.path}: {value}" if reason.place else value
        for reason in reasons
        for value in reason.values or (reason.found,)
    )
    return tuple(dict.fromkeys(values))


def _joined(parts: Iterable[str]) -> str:
    first, *others = parts
    more = f", and {len(others) - _MOST + 1} more like these" if len(others) >= _MOST else ""
    return ", and ".join([first, *others[: _MOST - 1]]) + more


def _place(reasons: Sequence[Reason]) -> Place | None:
    """The place of the first reason that has one, in the Region that any of them is about."""
    places = [reason.place for reason in reasons if reason.place]
    region = next((place.region for place in places if place.region), "")
    if not places or places[0].region == region:
        return places[0] if places else None
    return replace(places[0], region=region)


def _of_quantifier(condition: Quantifier, environment: Environment, *, wanted: bool) -> Iterator[Reason]:
    kind = condition.kind
    if kind == "every" and wanted:
        yield from _of_elements(condition, environment, (False, MISSING), wanted=True)
    elif kind == ("no" if wanted else "some"):
        yield from _of_elements(condition, environment, (True, MISSING), wanted=False)
    elif not wanted and kind != "no" and condition.value(environment) is MISSING:
        yield from _of_elements(condition, environment, (MISSING,), wanted=False)
    else:
        yield from _of_numbers(condition, environment, wanted=wanted is (kind != "no"))


def _of_elements(
    condition: Quantifier, environment: Environment, blamed: tuple[Truth, ...], *, wanted: bool
) -> Iterator[Reason]:
    """What is wrong with the elements to blame; found once for each plan or rule that holds them."""
    for holder in holders(condition.within, environment):
        known = environment.memory.told if condition.shared else {}
        key = (condition, holder, plan_of(holder, environment), blamed, wanted)
        if key not in known:
            known[key] = tuple(
                reason
                for truth in _told_apart(condition, holder, environment)
                if truth in blamed
                for reason in failures(condition.satisfies, environment, wanted=wanted)
            )
        yield from known[key]


def _told_apart(condition: Quantifier, holder: Holder, environment: Environment) -> Iterator[Truth | None]:
    """What elements contribute, one after the other; of Regions that give no reason of their own only the first."""
    met: set[object] = set()
    for element, truth in condition.judged_in(holder, environment):
        if (alike := condition.likeness(element)) not in met:
            met.add(alike)
            yield truth


def _of_numbers(condition: Quantifier, environment: Environment, *, wanted: bool) -> Iterator[Reason]:
    """Too few hold, or too many; the only one that is meant speaks for itself."""
    met = [(element, truth) for element, truth in condition.judged(environment) if truth is not None]
    if met and wanted and names(met) == 1 and condition.count <= 1:
        yield from _of_elements(condition, environment, (False, MISSING), wanted=True)
        return
    if not met:
        reason, blamed = none_meant(condition, environment, wanted=wanted), _left_out(condition, environment)
    elif wanted:
        reason = too_few(condition, environment, met)
        blamed = _of_elements(condition, environment, (False, MISSING), wanted=True)
    else:
        reason = too_many(condition, environment, met)
        blamed = _of_elements(condition, environment, (True,), wanted=False)
    yield replace(reason, values=(reason.found, *_values_of(blamed)))


def _left_out(condition: Quantifier, environment: Environment) -> Iterator[Reason]:
    """Why `where` leaves out each element."""
    for _, truth in condition.judged(environment):
        if truth is None and condition.where:
            yield from failures(condition.where, environment)


def _of_comparison(condition: Comparison, environment: Environment, *, wanted: bool) -> Reason:
    """The side that policies set, against what the other asks for."""
    left, right, operator = condition.left, condition.right, condition.operator
    sides = atom(left, environment), atom(right, environment)
    if lacking := next((side for side in sides if side and side.value is MISSING), None):
        return _of_missing(lacking)
    if sides[0] is None and sides[1] is None:
        return Reason(f"{shown(condition.written)} {'never' if wanted else 'always'} holds")
    if isinstance(left, Constant) and sides[1] and operator in _MIRRORED:
        left, right, operator, sides = right, left, _MIRRORED[operator], sides[::-1]
    if sides[0] is None or (sides[1] and left.type is Type.BOOLEAN):
        return _of_both(condition, [side for side in sides if side], wanted=wanted)
    if left.type is Type.BOOLEAN:
        return _of_boolean(sides[0])
    said, place = (
        found(sides[0], named=operator not in {"==", "in"} or not wanted),
        _place([Reason("", place=side.place) for side in sides if side]),
    )
    values = tuple(stated(side) for side in sides if side and not side.own_id)
    if left.type is Type.LOCK:
        locks = right.value(environment)
        return Reason(said, place=place, required=required(operator, locks, wanted=wanted), values=values)
    return Reason(said, asked(operator, right, environment, wanted=wanted), place, values=values)


def _of_both(condition: Comparison, sides: Sequence[Atom], *, wanted: bool) -> Reason:
    """What is best said as it is written."""
    said, place = ", and ".join(found(side) for side in sides), sides[0].place
    values = tuple(stated(side) for side in sides)
    if condition.operator == "in" and isinstance(condition.left, Constant):
        return Reason(said, f"{condition.left.text} {'' if wanted else 'not '}among them", place, values=values)
    return Reason(said, f"{'' if wanted else 'the opposite of '}{shown(condition.written)}", place, values=values)


def _of_truth(condition: Operand, environment: Environment, *, wanted: bool) -> Reason:
    asked_for = atom(condition, environment)
    if asked_for is None:
        return Reason(f"`{str(not wanted).lower()}` {'never' if wanted else 'always'} holds")
    if asked_for.value is MISSING:
        return _of_missing(asked_for)
    return _of_boolean(asked_for)


def _of_boolean(side: Atom) -> Reason:
    """Something true or false that must be the other."""
    if side.looked_up:
        needed = "it must not" if side.value else "it is required" if side.vault else "one is required"
        return Reason(found(side), place=side.place, required=needed, values=(stated(side),))
    told = saying(side)
    return Reason(found(side), told.unwanted if side.value else told.wanted, side.place, values=(stated(side),))


def _of_missing(side: Atom) -> Reason:
    """What is not there; what there is instead is no part of its values."""
    said = missing(side)
    return Reason(said, place=place_of(side), values=(said.partition(";")[0],))


def _doubts_of_quantifier(condition: Quantifier, environment: Environment) -> Iterator[Reason]:
    if condition.within == "account" and environment.account.view.withheld:
        yield Reason(WITHHELD[0], advice=WITHHELD[1])
        return
    for _, truth in condition.judged(environment):
        if truth is UNKNOWN:
            if condition.where:
                yield from doubts(condition.where, environment)
            yield from doubts(condition.satisfies, environment)
