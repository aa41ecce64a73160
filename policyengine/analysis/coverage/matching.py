"""Does a selection of a plan take a resource? The one place that says so; everything faster is computed from it.

Literally what AWS documents (facts 2.3 and 3). The selections of a plan are joined by OR, the clauses of a selection by
AND: the Region of the plan, the opt-in of the type, the types that it leaves out, the choice by a tag or by types, and
each condition. A clause holds, fails for a reason, or is undecided (None) where it rests on a fact that nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from policyengine.analysis.coverage.coverage_results import CoverageReason
from policyengine.aws.deployment import UNKNOWN, Condition, OptIn, Plan, Selection
from policyengine.aws.facts import CLUSTERS_OF_RDS, regions, resource_features
from policyengine.aws.resources import Resource
from policyengine.aws.settings import EXCEPT_TYPES, REGIONS, SELECTED_KEY, SELECTED_VALUES, TYPES
from policyengine.base.records import Record

TAG_PREFIX = "aws:ResourceTag/"
"""What stands before the key of a tag in a condition (facts 3.2)."""

LEFTOVER = "awsbackup-restore-test"
"""The prefix of tags and names that plans ignore (facts 3.16)."""

SHARING = frozenset({"RDS", "Aurora", "DocumentDB", "Neptune"})
"""The types of clusters that share a pattern (facts 2.2)."""

OWN_ENGINES = ("aurora", "docdb", "neptune")
"""How the engines of the types begin that share a pattern, in which RDS has clusters, too (facts 2.3.3a)."""

CLUSTER = ":cluster:"
"""What the ARNs of clusters of databases have, and those of no member (facts 3.18)."""

UNTOLD_CLUSTER = "a cluster of RDS or of a type that shares its ARNs"
"""What `kind_of` calls a cluster of unknown type."""

_ORDER = {reason: place for place, reason in enumerate(CoverageReason)}
_CLUSTERS = ("Aurora", "DocumentDB", "Neptune")
_USABLE = {
    "EC2": frozenset({"running", "stopped"}),
    **dict.fromkeys(
        ("RDS", "Aurora", "DocumentDB", "Neptune", CLUSTERS_OF_RDS, UNTOLD_CLUSTER), frozenset({"available"})
    ),
}
_KEY_REASONS = frozenset({CoverageReason.TAG_KEY_CASE, CoverageReason.TAG_KEY_TYPO})
_CHOICE_REASONS = frozenset(
    {
        *_KEY_REASONS,
        CoverageReason.TAG_VALUE_CASE_OR_SPACE,
        CoverageReason.TAG_VALUE_TYPO,
        CoverageReason.TAG_VALUE_NOT_SELECTED,
        CoverageReason.NO_TAG,
    }
)
_OPERATORS = {"string_equals": "==", "string_not_equals": "!=", "string_like": "like", "string_not_like": "not like"}
_NAME = 5  # parts of an ARN that stand before the name of the resource
_LEAST_LETTERS = 4  # in shorter words one letter makes another word


class SelectingPlan(Record, eq=False):
    """A plan with the facts that decide which resources it selects.

    `opt_in` is the management account's, which decides for plans of policies; of a plan that an account has of its own
    (`local`) it is that account's (facts 2.3.2), None where the snapshot lacks it. `plan` is the deployed one, to ask
    it for origins. The `types` of local selections may be ARNs with wildcards.
    """

    name: str
    regions: frozenset[str]
    selections: tuple[Selection, ...]
    opt_in: OptIn | None = None
    plan: Plan | None = None
    local: bool = False


class ClauseMatch(Record):
    """A clause of a selection for a resource.

    `reason` says why it fails, or why it is undecided where `holds` is None. `observed` is what the resource has and
    `wanted` what would do, empty where no value decides; `path` is that of the setting in the effective document.
    """

    reason: CoverageReason
    path: str
    observed: str = ""
    wanted: str = ""
    holds: bool | None = None


class SelectionMatch(Record):
    """All clauses of a selection for a resource."""

    plan: SelectingPlan
    selection: Selection
    clauses: tuple[ClauseMatch, ...]

    @property
    def failing(self) -> tuple[ClauseMatch, ...]:
        """The clauses that surely do not hold."""
        return tuple([clause for clause in self.clauses if clause.holds is False])

    @property
    def undecided(self) -> tuple[ClauseMatch, ...]:
        """The clauses that nobody can decide."""
        return tuple([clause for clause in self.clauses if clause.holds is None])

    @property
    def takes(self) -> bool | None:
        """Whether the selection takes the resource."""
        if self.failing:
            return False
        return None if self.undecided else True


def match_plan(resource: Resource, plan: SelectingPlan) -> tuple[SelectionMatch, ...]:
    """Every selection of a plan for a resource whose type is known: any of them protects it."""
    return tuple([match_selection(resource, plan, selection) for selection in plan.selections])


def match_selection(resource: Resource, plan: SelectingPlan, selection: Selection) -> SelectionMatch:
    """A selection of a plan for a resource whose type is known."""
    return SelectionMatch(plan, selection, tuple(_clauses(resource, plan, selection)))


def is_enough(match: SelectionMatch, clause: ClauseMatch, tags: Mapping[str, str] | None) -> bool:
    """Whether nothing but a failing clause is known to keep a selection from taking a resource with some tags.

    No other clause fails, and none asks for a tag that would be written anew. One that nobody can decide holds no
    advice back: it is the resource's reason from then on, with advice of its own.
    """
    if len(match.failing) != 1:
        return False
    selection = match.selection
    if clause.reason is CoverageReason.EXCLUDED_BY_TYPE:
        return "*" not in selection.excepted  # else leaving out the type changes nothing
    if clause.reason is CoverageReason.REGION_NOT_IN_PLAN and not _may_run_in(match.plan, clause.observed):
        return False
    asked = {condition.path: tag_of(condition) for condition in selection.conditions}
    if clause.path in asked:
        written = {asked.pop(clause.path)}
        return not written & {None, selection.key, *asked.values()}
    is_choice = selection.kind == "tag" and clause.reason in _CHOICE_REASONS
    return not (is_choice and {selection.key, nearest_tag(selection, tags or {})[1]} & {*asked.values()})


def _may_run_in(plan: SelectingPlan, region: str) -> bool:
    """Whether a Region is of a partition of the plan's: its patterns name nothing in another one."""
    partitions = {regions().get(each) for each in plan.regions}
    return not {regions().get(region), None}.isdisjoint(partitions) or region not in regions()


def in_order(reasons: Iterable[CoverageReason]) -> list[CoverageReason]:
    """Reasons in the order in which the first that holds is given."""
    return sorted(reasons, key=_ORDER.__getitem__)


def kind_of(resource: Resource) -> str | None:
    """The type by which opt-in and selected types are decided: the resource's own, but for clusters of RDS.

    `CLUSTERS_OF_RDS` for one that only shares Aurora's pattern, `UNTOLD_CLUSTER` where it may be any of these.
    """
    kind, engine = resource.type, (resource.engine or "").casefold()
    if kind in SHARING and "types" in resource.facts:
        return UNTOLD_CLUSTER
    if kind == "RDS":
        return CLUSTERS_OF_RDS if CLUSTER in resource.arn else kind
    features = resource_features().get(kind) if kind else None
    foreign = features and features.opt_in_perhaps and engine and not engine.startswith(OWN_ENGINES)
    return CLUSTERS_OF_RDS if foreign else kind


def named_type(kind: str) -> str:
    """The language's name for a type as `kind_of` has it: Aurora's, by its pattern, for clusters without a name."""
    return "Aurora" if kind in {CLUSTERS_OF_RDS, UNTOLD_CLUSTER} else kind


def opt_in_names(kind: str) -> tuple[str, ...] | None:
    """AWS's names of a type in the service opt-in, None where they are not confirmed; of an untold cluster all."""
    if kind == UNTOLD_CLUSTER:
        return (*_CLUSTERS, "RDS")
    features = resource_features()[named_type(kind)]
    return features.opt_in_perhaps if kind == CLUSTERS_OF_RDS else features.opt_in


def is_usable(kind: str, state: str | None) -> bool | None:
    """Whether AWS Backup can back up a resource in its state (facts 3.19); None where that is unknown."""
    usable = _USABLE.get(kind)
    if usable is None:
        return True
    return None if state is None else state.strip().casefold() in usable


def is_leftover(arn: str, keys: Iterable[str]) -> bool:
    """Whether a restore test left the resource of an ARN and of keys of tags: plans ignore it (facts 3.16)."""
    return f":{LEFTOVER}" in arn or f"/{LEFTOVER}" in arn or any(key.startswith(LEFTOVER) for key in keys)


def takes_type(selection: Selection, kind: str, region: str | None) -> bool | None:
    """Whether a resource selection names a type in a Region; one of nothing takes all (facts 3.5).

    None for what one takes of conditions alone, or of types that it leaves out, since AWS does not say (facts 3.14);
    also where it hangs on a pattern, or on the partition of the Region, that nobody knows.
    """
    if selection.lacks_types:
        return None
    name = named_type(kind)
    return _in_any_partition(
        selection,
        region,
        lambda each: None if name in each.doubted else not each.types or "*" in each.types or name in each.types,
    )


def is_doubted(selection: Selection, kind: str, region: str | None) -> bool:
    """Whether a selection takes a type in a Region or not as a pattern goes that nobody knows."""
    return named_type(kind) in selection.in_region(region).doubted


def excludes_type(selection: Selection, kind: str, region: str | None) -> bool | None:
    """Whether a selection leaves a type out in a Region (facts 3.3); None where that hangs on its partition."""
    return _in_any_partition(selection, region, lambda each: "*" in each.excepted or named_type(kind) in each.excepted)


def _in_any_partition(
    selection: Selection, region: str | None, says: Callable[[Selection], bool | None]
) -> bool | None:
    """What a selection says in a Region, None where the partition of the Region decides and is not known."""
    there = selection.in_region(region)
    answers = set(map(says, there.readings.values() or (there,)))
    return answers.pop() if len(answers) == 1 else None


def opt_in_holds(opt_in: OptIn | None, selection: Selection, kind: str, region: str | None) -> bool | None:
    """Whether the opt-in lets a selection take a type in a Region (facts 2.3.3).

    Where a selection names the type it does not count, but for types that share their ARN; where it names the type
    beside `*` nobody knows whether it counts.
    """
    if kind == UNTOLD_CLUSTER:
        answers = {opt_in_holds(opt_in, selection, each, region) for each in (*_CLUSTERS, CLUSTERS_OF_RDS)}
        return answers.pop() if len(answers) == 1 else None
    features = resource_features()[named_type(kind)]
    if selection.names_types and not features.opt_in_always:
        return True
    if opt_in is None:
        return None
    is_on = opt_in.has(kind, opt_in_names(kind), region or "")
    if is_on is UNKNOWN:
        return None
    return is_on or (None if _names_beside_all(selection, kind, region) else False)


def _names_beside_all(selection: Selection, kind: str, region: str | None) -> bool:
    return kind != CLUSTERS_OF_RDS and selection.in_region(region).names_beside_all(kind)


def opted_in(plan: SelectingPlan, selection: Selection, kind: str, region: str | None) -> bool | None:
    """Whether the opt-in lets a selection of a plan take a type in a Region.

    None where that is not known, or the Region is not and the answer is not the same in all that the plan runs in.
    """
    answers = {opt_in_holds(plan.opt_in, selection, kind, each) for each in _where(plan, region)}
    return answers.pop() if len(answers) == 1 else None


def opt_in_doubt(plan: SelectingPlan, selection: Selection, kind: str, region: str | None) -> CoverageReason:
    """The reason why `opted_in` is None: nobody has the opt-in, or AWS does not say whether it counts."""
    opt_in, names = plan.opt_in, opt_in_names(kind)
    is_known = opt_in is not None and all(
        opt_in.has(kind, names, each or "") is not UNKNOWN for each in _where(plan, region)
    )
    doubts = is_known and any(_names_beside_all(selection, kind, each) for each in _where(plan, region))
    return CoverageReason.NAMED_BESIDE_ALL if doubts else CoverageReason.OPT_IN_UNKNOWN


def _where(plan: SelectingPlan, region: str | None) -> Iterable[str | None]:
    """The Regions that a resource of a Region may be in, for a plan."""
    return (region,) if region is not None or not plan.regions else plan.regions


def runs_in(plan: SelectingPlan, region: str | None) -> bool | None:
    """Whether a plan runs in a Region, None for one that nobody knows."""
    if region is None and plan.regions:
        return None
    return region in plan.regions


def tag_match(selection: Selection, key: str, value: str) -> CoverageReason | None:
    """The reason why a tag of a resource does not match a tag selection; None if it is the selected tag.

    `NO_TAG` for a tag that has nothing to do with it. Where key and value both differ the later reason counts; a key
    that is one letter apart is another key, unless its value is the selected one or nearly.
    """
    of_key = _key_match(key, selection.key)
    if of_key is CoverageReason.NO_TAG:
        return of_key
    of_value = _value_match(value, selection.values)
    if of_key is CoverageReason.TAG_KEY_TYPO and of_value is CoverageReason.TAG_VALUE_NOT_SELECTED:
        return CoverageReason.NO_TAG
    reasons = in_order(reason for reason in (of_key, of_value) if reason)
    return reasons[-1] if reasons else None


def is_key_near(key: str, wanted: str) -> bool:
    """Whether a tag of a key may be what a tag selection wants, or nearly."""
    return _key_match(key, wanted) is not CoverageReason.NO_TAG


def condition_holds(condition: Condition, value: str | None) -> bool | None:
    """Whether a condition holds for the value of its tag, None where the tag is absent (facts 3.2 and 3.6 to 3.9).

    AWS does not say whether a negated condition takes what lacks the tag: that is undecided.
    """
    negated = condition.operator in {"string_not_equals", "string_not_like"}
    if value is None:
        return None if negated else False
    like = condition.operator in {"string_like", "string_not_like"}
    matches = _pattern(condition.value).fullmatch(value) is not None if like else value == condition.value
    return matches is not negated


def tag_of(condition: Condition) -> str | None:
    """The key of the tag that a condition asks for; None where its key is not written as that of a tag."""
    return condition.key.removeprefix(TAG_PREFIX) if condition.key.startswith(TAG_PREFIX) else None


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for characters but white space (facts 3.7); alone it stands for any value (facts 3.8)."""
    return re.compile(".*" if text == "*" else r"\S*".join(map(re.escape, text.split("*"))), re.DOTALL)


def _key_match(key: str, wanted: str) -> CoverageReason | None:
    if key == wanted:
        return None
    if same_but_case_or_space(key, wanted):
        return CoverageReason.TAG_KEY_CASE
    return CoverageReason.TAG_KEY_TYPO if is_typo(key, wanted) else CoverageReason.NO_TAG


def _value_match(value: str, wanted: Iterable[str]) -> CoverageReason | None:
    if value in wanted:
        return None
    if any(same_but_case_or_space(value, other) for other in wanted):
        return CoverageReason.TAG_VALUE_CASE_OR_SPACE
    near = any(is_typo(value, other) for other in wanted)
    return CoverageReason.TAG_VALUE_TYPO if near else CoverageReason.TAG_VALUE_NOT_SELECTED


def _clauses(resource: Resource, plan: SelectingPlan, selection: Selection) -> Iterator[ClauseMatch]:
    kind, region, reason = kind_of(resource) or "", resource.region, CoverageReason
    opted = opted_in(plan, selection, kind, region)
    why = opt_in_doubt(plan, selection, kind, region) if opted is None else reason.OPT_IN_OFF
    yield ClauseMatch(why, selection.path, holds=opted)
    for condition in selection.conditions:
        yield _condition(condition, resource.tags)
    yield _exception(resource, kind, plan, selection)
    yield _place(plan, region)
    if selection.kind == "tag":
        yield _choice_by_tag(selection, resource.tags)
        return
    taken = takes_type(selection, kind, region)
    if taken is None:
        why = reason.PATTERN_UNKNOWN if is_doubted(selection, kind, region) else reason.REGION_UNKNOWN
        why = reason.CONDITIONS_ALONE if selection.lacks_types else why
        yield ClauseMatch(why, selection.path, holds=None)
    else:
        named = taken or (plan.local and _names(filter(_is_taken, selection.types), resource.arn))
        yield ClauseMatch(reason.TYPE_NOT_SELECTED, f"{selection.path}/{TYPES.place}", kind, holds=named)


def _exception(resource: Resource, kind: str, plan: SelectingPlan, selection: Selection) -> ClauseMatch:
    path, left_out = f"{selection.path}/{EXCEPT_TYPES.place}", excludes_type(selection, kind, resource.region)
    if left_out is None:
        return ClauseMatch(CoverageReason.REGION_UNKNOWN, path, holds=None)
    left_out = left_out or (plan.local and _names(selection.excepted, resource.arn))
    return ClauseMatch(CoverageReason.EXCLUDED_BY_TYPE, path, holds=not left_out)


def _place(plan: SelectingPlan, region: str | None) -> ClauseMatch:
    where = "" if plan.plan is None else f"{plan.plan.path}/{REGIONS.place}"
    runs = runs_in(plan, region)
    why = CoverageReason.REGION_UNKNOWN if runs is None else CoverageReason.REGION_NOT_IN_PLAN
    return ClauseMatch(why, where, region or "", _joined(plan.regions), holds=runs)


def _condition(condition: Condition, tags: Mapping[str, str] | None) -> ClauseMatch:
    key = tag_of(condition)
    if tags is None and key is not None:
        return ClauseMatch(CoverageReason.TAGS_UNKNOWN, condition.path, holds=None)
    value = (tags or {}).get(key) if key is not None else None
    holds = condition_holds(condition, value)
    why = CoverageReason.NEGATED_CONDITION if holds is None else CoverageReason.EXCLUDED_BY_CONDITION
    observed = "" if value is None or key is None else tag_text(key, value)
    wanted = f"{condition.key} {_OPERATORS[condition.operator]} {condition.value}"
    return ClauseMatch(why, condition.path, observed, wanted, holds=holds)


def _choice_by_tag(selection: Selection, tags: Mapping[str, str] | None) -> ClauseMatch:
    if tags is None:
        return ClauseMatch(CoverageReason.TAGS_UNKNOWN, selection.path, holds=None)
    reason, key, value = nearest_tag(selection, tags)
    if reason is None:
        return ClauseMatch(CoverageReason.NO_TAG, selection.path, tag_text(key, value), holds=True)
    row = SELECTED_KEY if reason in _KEY_REASONS else SELECTED_VALUES
    path = selection.path if reason is CoverageReason.NO_TAG else f"{selection.path}/{row.place}"
    observed = "" if reason is CoverageReason.NO_TAG else tag_text(key, value)
    return ClauseMatch(reason, path, observed, wanted_tag(selection, value), holds=False)


def nearest_tag(selection: Selection, tags: Mapping[str, str]) -> tuple[CoverageReason | None, str, str]:
    """The tag that is nearest to what a tag selection wants, as `tag_match` has it, with its key and value."""
    best = (_ORDER[CoverageReason.NO_TAG], "", "")
    for key, value in tags.items():
        reason = tag_match(selection, key, value)
        if reason is not CoverageReason.NO_TAG:
            best = min(best, (-1 if reason is None else _ORDER[reason], key, value))
    return None if best[0] < 0 else list(CoverageReason)[best[0]], *best[1:]


def wanted_tag(selection: Selection, value: str) -> str:
    """The tag that would do in place of one of a value: the selected value nearest to it, or all of them."""
    near = [other for other in selection.values if other == value or same_but_case_or_space(value, other)]
    near = near or [other for other in selection.values if is_typo(value, other)]
    return tag_text(selection.key, *(near[:1] or selection.values))


def tag_text(key: str, *values: str) -> str:
    """A tag in words: `env = prod`, with several values `env = prod, test`."""
    return f"{key} = {', '.join(values)}"


def _joined(regions: Iterable[str]) -> str:
    return ", ".join(sorted(regions))


def _names(patterns: Iterable[str], arn: str) -> bool:
    """Whether one of the ARNs of a local selection matches that of a resource."""
    return any(":" in pattern and _pattern(pattern).fullmatch(arn) is not None for pattern in patterns)


def _is_taken(pattern: str) -> bool:
    """Whether AWS Backup takes an ARN: in the name `*` only stands at the end (facts 3.10)."""
    name = pattern.split(":", _NAME)[-1]
    return "*" not in name[:-1]


def same_but_case_or_space(word: str, wanted: str) -> bool:
    """Whether two words that differ are equal without case and outer spaces."""
    return word != wanted and _folded(word) == _folded(wanted)


@lru_cache(maxsize=65_536)
def is_typo(word: str, wanted: str) -> bool:
    """Whether two words are one edit apart, ignoring case and outer spaces; both are longer than three letters.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours: a Damerau-Levenshtein distance of 1.
    """
    first, second = _folded(word), _folded(wanted)
    if min(len(first), len(second)) < _LEAST_LETTERS or abs(len(first) - len(second)) > 1 or first == second:
        return False
    start = next(
        (place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    left, right = first[start:], second[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])


def _folded(word: str) -> str:
    return word.strip().casefold()
