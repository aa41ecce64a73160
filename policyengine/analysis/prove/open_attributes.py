"""The attributes of open elements, as far as no policy may change them: exact values, partial ones, or `UNKNOWN`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import exact
from policyengine.analysis.prove.open_elements import (
    Name,
    OpenCopy,
    OpenElement,
    OpenElements,
    OpenPlan,
    OpenRule,
    OpenSelection,
    path_of,
)
from policyengine.analysis.prove.openness import Openness, SharedResults
from policyengine.analysis.prove.partial import AtLeast, Other
from policyengine.analysis.requirements import ATTRIBUTES, Attribute, Subject, Type
from policyengine.analysis.requirements.typed import Access, Pick
from policyengine.aws.deployment import (
    FOREVER,
    UNKNOWN,
    BackupRule,
    DeployedPlan,
    Selection,
    may_meet,
)
from policyengine.aws.facts import resource_types
from policyengine.aws.merge import MAY_APPEND, MAY_ASSIGN, MAY_REMOVE, segment
from policyengine.aws.settings import (
    CONDITION_KEY,
    CONDITION_OPERATORS,
    CONDITION_VALUE,
    CONDITIONS,
    CONTINUOUS,
    COPY_BLOCK,
    EXCEPT_TYPES,
    REGIONS,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    START_WITHIN,
    TAG_KEY,
    TAG_VALUE,
    TYPES,
)

_PLAN, _RULE = ATTRIBUTES[Type.PLAN], ATTRIBUTES[Type.RULE]
_COPY, _SELECTION, _VAULT = ATTRIBUTES[Type.COPY], ATTRIBUTES[Type.SELECTION], ATTRIBUTES[Type.VAULT]
_TYPES_OF_PLAN, _TYPES_OF_RULE = _PLAN["resource_types"], _RULE["resource_types"]

_FIXED = {
    *(_PLAN["name"], _RULE["name"], _RULE["plan"], _COPY["rule"], _COPY["plan"]),
    *(_SELECTION["name"], _SELECTION["plan"], _SELECTION["kind"]),
}
"""What an element is and where it stands: no policy changes that."""

_DECIDE_TIMES = (SCHEDULE.place, START_WITHIN.place)

_DECIDE_RUNS = (*_DECIDE_TIMES, RETAIN.place, CONTINUOUS.place)
"""The settings of the rules of a plan that decide which runs they leave one another (facts 1.6)."""

_REGION, _CONTINUOUS, _INTERVAL = _RULE["region"], _RULE["continuous"], _RULE["interval"]
_LEAVES_ACCOUNT, _LEAVES_REGION = _RULE["leaves_account"], _RULE["leaves_region"]


class OpenReader:
    """Reads attributes of the elements of an account, given what is open."""

    def __init__(self, account: Subject, elements: OpenElements, openness: Openness, shares: SharedResults) -> None:
        self._account, self._elements, self._open = account, elements, openness
        self._shares = shares

    def read(self, element: OpenElement, access: Access | Pick) -> object:
        """The value of an attribute of an element."""
        first = access.attributes[0]
        plan = _plan_of(element)
        if plan and (first is _TYPES_OF_PLAN or first is _TYPES_OF_RULE):
            return self._types(plan, element.region if isinstance(element, OpenRule) else None)
        if element.real is None:
            return _name_of_new(element, first)
        if isinstance(element, OpenRule):
            if first is _LEAVES_ACCOUNT or first is _LEAVES_REGION:
                return self._leaves(element, first)
            if first is _REGION or first is _CONTINUOUS or first is _INTERVAL:
                return self._of_rule(element, access)
        value = exact(element.real, access, self._account)
        if isinstance(element, OpenSelection) and first is _SELECTION["conditions"]:
            return self._conditions(element.real, value)
        return self._of_setting(element, access, value)

    def _of_setting(self, element: OpenElement, access: Access | Pick, value: object) -> object:
        """The value of an attribute that a single setting makes, if any does."""
        first = access.attributes[0]
        if first.whole or not first.place:
            return value if first in _FIXED else UNKNOWN
        if isinstance(element, OpenRule) and first.type is Type.VAULT and isinstance(element.region, Other):
            value = value if access.attributes[-1] is _VAULT["name"] else UNKNOWN
        if isinstance(element, OpenCopy) and first is _COPY["cross_region"] and isinstance(element.rule.region, Other):
            value = UNKNOWN
        return self._as_far_as_closed(_places(element, first, access.key), value)

    def _as_far_as_closed(self, paths: Iterator[str], value: object) -> object:
        """A value that settings at some paths make."""
        operators = 0
        for path in paths:
            operators |= self._open.operators(path)
        if not operators:
            return value
        return AtLeast(value) if isinstance(value, tuple) and operators == MAY_APPEND else UNKNOWN

    def _conditions(self, selection: Selection, value: object) -> object:
        """The conditions of a selection, if nobody may change them; nothing deletes any (semantics.md R26)."""
        lists = [f"{selection.path}/{CONDITIONS}/{operator}" for operator in CONDITION_OPERATORS.values()]
        parts = [CONDITION_KEY.aws_key, CONDITION_VALUE.aws_key]
        settings = [f"{condition.path}/{part}" for condition in selection.conditions for part in parts]
        changes = [self._open.operators(setting) for setting in settings]
        grows = [self._elements.grows(path) for path in lists]
        if any(changes):
            return UNKNOWN
        return AtLeast(value) if any(grows) and isinstance(value, tuple) else value

    def _of_rule(self, rule: OpenRule, access: Access | Pick) -> object:
        """An attribute that more than one setting of a rule decides."""
        if access.attributes[0] is _REGION:
            return rule.region
        if access.attributes[0] is _CONTINUOUS:
            return self._continuous(rule)
        if rule.real is None:
            return UNKNOWN
        of = "runs", rule.real.rule, rule.plan.real  # the same in each of its Regions
        fixed = self._shares.value(of, self._open, lambda: self._has_fixed_runs(rule))
        return exact(rule.real, access, self._account) if fixed else UNKNOWN

    def _leaves(self, rule: OpenRule, attribute: Attribute) -> object:
        """Whether a copy of a rule leads outside: one does for good where nobody may give it another target.

        Nothing deletes a copy (semantics.md R26), and more of them only add ways out.
        """
        real = rule.real
        if real is None:
            return UNKNOWN
        elsewhere = attribute is _LEAVES_REGION and not isinstance(rule.region, str)
        copies = self._elements.existing_copies(rule)
        closed = [copy for copy in copies if not self._elements.may_retarget(copy)]
        kept: object = UNKNOWN if elsewhere and closed else attribute.read(replace(real, copies=tuple(closed)))
        if kept is True:
            return True
        settled = len(closed) == len(copies) and not self._elements.grows(f"{real.rule.path}/{COPY_BLOCK.place}")
        return kept if settled else UNKNOWN

    def _has_fixed_runs(self, rule: OpenRule) -> bool:
        """Whether AWS starts the same runs of a rule whatever comes: other rules of the plan may take some of them."""
        if self._open.operators(f"{path_of(rule)}/{SCHEDULE.place}"):
            return False
        return not self._may_lose_runs(rule) or (self._is_settled(rule.plan) and not self._depends_on_ties(rule))

    def _may_lose_runs(self, rule: OpenRule) -> bool:
        """Whether any rule of the plan, or one that may come, may take runs: one that is kept longer, or as long."""
        own = rule.real.rule if rule.real else None
        plan = rule.plan.real
        if own is None or plan is None:
            return True
        if self._stays_apart(own, rule.plan):
            return False
        kept = not self._is_open(own, RETAIN.place)
        may_be_kept_longer = not (self._open.spares_ties and kept and own.retention == FOREVER)
        if self._elements.grows(f"{plan.plan.path}/{RULE_BLOCK.place}") and may_be_kept_longer:
            return True
        others = [other for other in plan.plan.rules if other is not own and not self._stays_apart(other, rule.plan)]
        return any(not (kept and self._never_outlasts(other, own)) for other in others)

    def _stays_apart(self, rule: BackupRule, plan: OpenPlan) -> bool:
        """Whether a rule makes only continuous backups, whatever comes: it neither takes runs nor loses any."""
        if not rule.continuous or self._is_open(rule, CONTINUOUS.place):
            return False
        return self._reaches_only_continuous(plan) is True

    def _reaches_only_continuous(self, plan: OpenPlan) -> bool | None:
        """Whether all types that a plan's selections reach have continuous backup; None where that may change."""
        if plan.real is None:
            return None
        changes = {selection: self._changes(selection, opted_in=False) for selection in plan.real.plan.selections}
        if any(not narrows and not selection.has_only_continuous for selection, (narrows, _) in changes.items()):
            return False
        if self._elements.more_selections(plan.real) or any(narrows or widens for narrows, widens in changes.values()):
            return None
        return True

    def _never_outlasts(self, other: BackupRule, own: BackupRule) -> bool:
        """Whether a rule takes no runs of another one, since it is not kept for longer, nor for as long beside it."""
        if other.retention > own.retention or self._is_open(other, RETAIN.place):
            return False
        return other.retention < own.retention or not self._may_tie(other, own)

    def _may_tie(self, first: BackupRule, second: BackupRule) -> bool:
        """Whether start windows of two rules with equal retention may overlap: AWS does not say which one runs."""
        if self._open.spares_ties or first.retention != second.retention:
            return False
        return may_meet(first, second) or any(
            self._is_open(rule, setting) for rule in (first, second) for setting in _DECIDE_TIMES
        )

    def _depends_on_ties(self, rule: OpenRule) -> bool:
        """Whether a tie may decide which runs AWS starts of a rule: its own, or one of rules that are kept longer."""
        own, plan = rule.real.rule if rule.real else None, rule.plan.real
        if own is None or plan is None:
            return True
        ranked = [other for other in plan.plan.rules if not self._stays_apart(other, rule.plan)]
        return any(self._may_tie(*pair) for pair in combinations(ranked, 2) if pair[0].retention >= own.retention)

    def _is_settled(self, plan: OpenPlan) -> bool:
        """Whether nobody may change what decides about the runs of a plan's rules."""
        real = plan.real.plan if plan.real else None
        if real is None or self._elements.grows(f"{real.path}/{RULE_BLOCK.place}"):
            return False
        changes = [self._is_open(rule, setting) for rule in real.rules for setting in _DECIDE_RUNS]
        if any(rule.continuous for rule in real.rules):  # what it makes depends on the types
            changes.append(self._reaches_only_continuous(plan) is None)
        return not any(changes)

    def _is_open(self, rule: BackupRule, setting: str) -> bool:
        return bool(self._open.operators(f"{rule.path}/{setting}"))

    def _continuous(self, rule: OpenRule) -> object:
        """Whether a rule makes continuous backups: what it says, and what its plan's selections reach."""
        real, plan = rule.real, rule.plan.real
        configured = self._as_far_as_closed(_places(rule, _CONTINUOUS, None), real.rule.continuous) if real else UNKNOWN
        if configured is not True or plan is None:
            return configured
        types, opt_in = self._types(plan, rule.region), plan.environment.opt_in
        sure = types.items if isinstance(types, AtLeast) else types
        regions = [rule.region] if isinstance(rule.region, str) else [*opt_in.regions, "elsewhere"]
        if all(opt_in.has_continuous(sure, region) for region in regions):
            return True
        return UNKNOWN if isinstance(types, AtLeast) or not isinstance(rule.region, str) else False

    def _types(self, plan: DeployedPlan, region: Name | None) -> AtLeast | tuple[str, ...]:
        """The types that a plan's selections reach in a Region: selections that may come only add to them.

        Without a Region those of the plan as a whole.
        """
        opted_in = bool(plan.environment.opt_in.regions)
        changes = [self._changes(selection, opted_in=opted_in) for selection in plan.plan.selections]
        sure = zip(plan.plan.selections, changes, strict=True)
        kept = tuple(selection for selection, (narrows, _) in sure if not narrows)
        where = [region] if isinstance(region, str) else self._regions(plan, region)
        opt_in = plan.environment.opt_in
        types, sure_types = opt_in.reached_by(kept, where), opt_in.surely_reached_by(kept, where)
        if sure_types != types:
            return AtLeast(sure_types)
        more = self._elements.more_selections(plan) or any(narrows or widens for narrows, widens in changes)
        open_ = where is None and plan.environment.opt_in.regions
        return AtLeast(types) if (more or open_) and types != _every_type() else types

    def _regions(self, plan: DeployedPlan, region: Name | None) -> Sequence[str] | None:
        """The Regions of a plan, None where they may change."""
        is_closed = region is None and not self._open.operators(f"{plan.plan.path}/{REGIONS.place}")
        return plan.placement.regions if is_closed else None

    def _changes(self, selection: Selection, *, opted_in: bool) -> tuple[bool, bool]:
        """Whether a selection may reach fewer types later, or more.

        With `*` beside the types that it names it may go by the opt-in, if anything is known of that (facts 2.3.7).
        What one without types takes nobody knows (facts 3.14).
        """
        if selection.lacks_types:
            return True, True
        if selection.kind == "tag":
            return False, False
        taken = self._open.operators(f"{selection.path}/{TYPES.place}")
        left_out = self._open.operators(f"{selection.path}/{EXCEPT_TYPES.place}")
        limits_itself = bool(taken & MAY_APPEND) and (not selection.types or (selection.names_types and opted_in))
        fewer = bool(taken & (MAY_ASSIGN | MAY_REMOVE) or left_out & (MAY_ASSIGN | MAY_APPEND)) or limits_itself
        return fewer, bool(taken or left_out)


def _places(element: OpenElement, first: Attribute, key: str | None) -> Iterator[str]:
    """The settings that an attribute is read from."""
    if not first.place:
        return
    if (
        isinstance(element, OpenCopy)
        and element.real
        and first is _COPY["retention"]
        and element.real.copy.inherits_retention
    ):
        yield f"{path_of(element.rule)}/{first.place}"
    path = f"{path_of(element)}/{first.place}"
    if key is None:
        yield path
    else:  # a tag's key may be written in another case
        yield from (f"{path}/{segment(key)}/{part}" for part in (TAG_VALUE.place, TAG_KEY.place))


def _name_of_new(element: OpenElement, attribute: Attribute) -> object:
    """The certain part of the name of an element that does not exist yet: its plan, and which names are taken."""
    if isinstance(element, OpenPlan):
        names = {_PLAN["name"]: element.name}
    elif isinstance(element, OpenRule):
        names = {_RULE["name"]: element.name, _RULE["plan"]: element.plan.name}
    elif isinstance(element, OpenCopy):
        names = {_COPY["rule"]: element.rule.name, _COPY["plan"]: element.rule.plan.name}
    else:
        names = {_SELECTION["plan"]: element.plan.name}
    return names.get(attribute, UNKNOWN)


def _plan_of(element: OpenElement) -> DeployedPlan | None:
    """The plan of a plan or rule, if it is there."""
    if isinstance(element, OpenPlan):
        return element.real
    return element.plan.real if isinstance(element, OpenRule) else None


@cache
def _every_type() -> tuple[str, ...]:
    return tuple(resource_types("aws"))
