"""Why a condition does not hold, or why nobody can say: one reason per cause.

One reason why a condition does not hold, or why nobody can say.

Why a quantifier does not come to what is wanted, where that is a matter of numbers.

Why there is no value: what is picked is not there, Regions differ, or a fact is missing in the snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from policyengine.analysis.requirements.atoms import Atom, Place, atom, plan_of
from policyengine.analysis.requirements.phrases import (
    asked,
    found,
    in_place,
    is_of_another_type,
    name_of,
    required,
    saying,
    stated,
    text,
)
from policyengine.analysis.requirements.truth import MISSING, Truth, Type
from policyengine.analysis.requirements.typed import (
    Comparison,
    Condition,
    Constant,
    Element,
    Environment,
    Holder,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    Slot,
    counts_as,
    holders,
)
from policyengine.aws.deployment import OWN, UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Vault
from policyengine.base.records import record
from policyengine.base.text import listed, quoted
from policyengine.language.syntax import expression_text
from policyengine.language.syntax.nodes import ComparisonOperator, Expression


@record
class Reason:
    """What was found; what is asked for, as it follows "asks for"; where it is set; what would help.

    `required` is set where what is asked for reads better by itself: "compliance is required". `values` are those that
    were found, whoever set them and whether the text shows them or not; empty where the text is all there is.
    """

    found: str
    asked: str = ""
    place: Place | None = None
    required: str = ""
    advice: str = ""
    values: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """What makes it the same violation in another run: the values found, and what is asked for."""
        return *(self.values or (self.found,)), self.required or self.asked

    def sentence(self, asking: str) -> str:
        """The whole; `asking` is whoever asks."""
        if self.required:
            return f"{self.found}; {self.required}"
        return f"{self.found}; {asking} asks for {self.asked}" if self.asked else self.found


_LONGEST = 100  # characters of an expression that a message quotes
_PLURALS: dict[Slot, str] = {"plan": "plans", "rule": "rules", "copy": "copies", "selection": "selections"}


def none_meant(condition: Quantifier, environment: Environment, *, wanted: bool) -> Reason:
    """`rule `nightly` has no copy; ... asks for one that satisfies `copy.cross_region``."""
    holder, place = _holder(condition, environment)
    where = f" where {shown(condition.written.where)}" if condition.written.where else ""
    amount = f"at least {condition.count}" if condition.count > 1 else "one"
    verb = ("satisfy" if condition.count > 1 else "satisfies") if wanted else "does not satisfy"
    asked = f"{amount} that {verb} {shown(condition.written.satisfies)}"
    return Reason(f"{holder} has no {condition.over}{where}", asked, place)


def too_few(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> Reason:
    """`2 of 4 rules, in all their Regions, satisfy `rule.continuous`; ... asks for at least 3`."""
    amount = f"at least {condition.count}" if condition.count else "one"
    return Reason(_counted(condition, environment, met), amount, _holder(condition, environment)[1])


def too_many(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> Reason:
    """`2 of 4 rules satisfy `rule.continuous`; ... asks for fewer than 2`."""
    fewer = f"fewer than {condition.count}" if condition.count > 1 else "none"
    amount = fewer if condition.kind == "at least" else "one that does not"
    return Reason(_counted(condition, environment, met), amount, _holder(condition, environment)[1])


def names(met: Collection[tuple[Element, Truth]]) -> int:
    """How many elements these are, whatever the Region."""
    return len({_path(element) for element, _ in met})


def shown(expression: Expression) -> str:
    """An expression as a message quotes it."""
    return quoted(expression_text(expression), _LONGEST)


def _counted(condition: Quantifier, environment: Environment, met: Collection[tuple[Element, Truth]]) -> str:
    """Of `at least` rules and copies count, of the others each Region that they are in."""
    held = sum(truth is True for _, truth in met)
    number, regions = len(met) if held else names(met), ", each Region counted,"
    if condition.kind == "at least":
        each: dict[object, list[Truth]] = {}
        for element, truth in met:
            each.setdefault(counts_as(element), []).append(truth)
        partly = [truths for truths in each.values() if True in truths and set(truths) != {True}]
        held, number = sum(set(truths) == {True} for truths in each.values()), len(each)
        regions = f", in all {'their' if number > 1 else 'its'} Regions," if partly else ""
    kind = _PLURALS[condition.over] if number > 1 else condition.over
    holder, place = _holder(condition, environment)
    of = f" of {holder}" if place else ""
    regions = regions if condition.kind == "at least" or number > names(met) else ""
    verb = "satisfy" if held > 1 else "satisfies"
    return f"{held or 'none'} of {number} {kind}{of}{regions} {verb} {shown(condition.written.satisfies)}"


def _holder(condition: Quantifier, environment: Environment) -> tuple[str, Place | None]:
    """Whose elements are counted."""
    if condition.within == "rule" and (rule := environment.rule):
        plan = plan_of(rule, environment)
        return f"rule {quoted(rule.rule.name)}", Place(plan, rule.rule.path, block=True) if plan else None
    if condition.within == "plan" and environment.plan:
        plan = environment.plan.plan
        return f"plan {quoted(plan.name)}", Place(plan, plan.path, block=True)
    return "this account", None


def _path(element: Element) -> str:
    if isinstance(element, DeployedPlan):
        return element.plan.path
    if isinstance(element, DeployedRule):
        return element.rule.path
    return element.copy.path if isinstance(element, DeployedCopy) else element.path


WITHHELD = (
    "AWS withholds the effective policy, and nobody knows which one it keeps",
    "mend the policy, or add what AWS publishes now to `last_valid` in the snapshot",
)


def missing(atom: Atom) -> str:
    """Why something is not there: what is picked, one value for all Regions, or the vault."""
    operand, environment = atom.operand, atom.environment
    if not isinstance(operand, Pick):
        return found(atom)
    plan = operand.picked_plan(environment)
    if plan is None:
        names = [other.plan.name for other in environment.account.view.plans]
        return f"no plan {quoted(operand.plan or '')}; this account has {listed(names) or 'none'}"
    return _missing_rule(operand, plan) or _differing(operand, environment) or found(atom)


def place_of(atom: Atom) -> Place | None:
    """Where something would be that is not there."""
    if atom.place or not isinstance(atom.operand, Pick):
        return atom.place
    plan = atom.operand.picked_plan(atom.environment)
    if plan is None:
        return None
    known = atom.operand.rule in plan.in_regions
    return Place(plan.plan, f"{plan.plan.path}/regions") if known else Place(plan.plan, plan.plan.path, block=True)


def doubt(atom: Atom) -> tuple[str, str]:
    """Which fact is missing to know a value, and where it would stand."""
    if atom.environment.account.view.withheld:
        return WITHHELD
    if vault := atom.vault:
        return _doubt_of_vault(atom, vault)
    if atom.attribute.identity:
        said = "the snapshot does not tell which account is the management account"
        return said, "add `organization.management_account` to the snapshot"
    said = f"nobody can tell {atom.attribute.noun}"
    if isinstance(atom.element, DeployedRule):
        said = f"schedule {quoted(atom.element.rule.schedule)} is none that AWS Backup takes"
    elif isinstance(atom.element, DeployedCopy):
        said = f"copy target {quoted(atom.element.copy.arn)} is the ARN of no vault"
    return said, "correct what the snapshot says under `last_valid`"


def _missing_rule(operand: Pick, plan: DeployedPlan) -> str:
    if operand.rule is None:
        return ""
    rules = plan.in_regions.get(operand.rule)
    if rules is None:
        names = listed(rule.name for rule in plan.plan.rules) or "none"
        return f"plan {quoted(plan.plan.name)} has no rule {quoted(operand.rule)}; it has {names}"
    if not rules:
        return f"plan {quoted(plan.plan.name)} has no Region, so rule {quoted(operand.rule)} runs in none"
    if operand.region is None or any(rule.region == operand.region for rule in rules):
        return ""
    regions = listed(plan.plan.regions)
    return f"rule {quoted(operand.rule)} does not run in {quoted(operand.region)}; its Regions are {regions}"


def _differing(operand: Pick, environment: Environment) -> str:
    """What a picked rule has in which Region; nothing where that is the same in all of them."""
    regions: dict[Any, list[str]] = {}
    for element in operand.elements(environment):
        regions.setdefault(operand.read(element, environment), []).append(getattr(element, "region", ""))
    if len(regions.keys() - {UNKNOWN}) < 2:  # noqa: PLR2004 - values that differ
        return ""
    if operand.attributes[-1].regional and operand.rule:
        names = listed((str(region) for region in regions), "and")
        return f'rule {quoted(operand.rule)} runs in {names}; say which with `in_region["..."]`'
    said = ", ".join(f"{_state(operand.type, value)} in {' and '.join(where)}" for value, where in regions.items())
    return f'{operand.attributes[-1].noun} differs between Regions: {said}; say which with `in_region["..."]`'


def _state(kind: Type, value: Any) -> str:  # noqa: ANN401 - of the type that `kind` says
    return "missing" if value is MISSING else "unknown" if value is UNKNOWN else text(kind, value)


def _doubt_of_vault(atom: Atom, vault: Vault) -> tuple[str, str]:
    where = f"{name_of(vault)}{in_place(atom)}"
    whose = "" if vault.account == OWN else f", with the account {vault.account}"
    if is_of_another_type(atom):
        said = f"the snapshot does not tell whether {where} is air-gapped"
        return said, "add `type` to the vault in `vaults` of the snapshot"
    if vault.exists is UNKNOWN and vault.listed:
        said = f"the snapshot lists {name_of(vault)} without saying whether it is{in_place(atom)}"
        return said, "give the vault its `accounts` and `regions` in `vaults` of the snapshot"
    if vault.exists is UNKNOWN:
        return f"nobody looked for {where}", f"add it to `vaults` of the snapshot{whose}"
    if atom.attribute.bound and vault.lock is not UNKNOWN:
        said = f"the snapshot does not tell {atom.attribute.noun} of {where}"
        return said, f"add {quoted(atom.attribute.bound)} to its `lock` in `vaults` of the snapshot"
    key = atom.attribute.fact
    return f"the snapshot does not tell the {key} of {where}", f"add `{key}` to the vault in `vaults` of the snapshot"


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
