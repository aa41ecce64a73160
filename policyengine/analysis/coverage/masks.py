"""The selections of a document as bits: small tables say what each fact about a resource is to all of them at once.

Each table has one dimension of resources: Region and type, or a tag. A row is a tuple of masks, a bit a selection. They
are computed from the clauses of `matching`, each distinct value once; their conjunction is the verdict and its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from policyengine.analysis.coverage.account_plans import AccountPlans, selections_of
from policyengine.analysis.coverage.coverage_results import CoverageReason
from policyengine.analysis.coverage.matching import (
    SelectingPlan,
    condition_holds,
    excludes_type,
    is_doubted,
    is_key_near,
    opt_in_doubt,
    opted_in,
    runs_in,
    tag_match,
    tag_of,
    takes_type,
)
from policyengine.aws.deployment import Selection

NEAR_REASONS = (
    CoverageReason.TAG_KEY_CASE,
    CoverageReason.TAG_VALUE_CASE_OR_SPACE,
    CoverageReason.TAG_KEY_TYPO,
    CoverageReason.TAG_VALUE_TYPO,
    CoverageReason.TAG_VALUE_NOT_SELECTED,
)
"""What a tag that is not the selected one can be to a tag selection, in the order of the reasons."""


class PlaceMasks(NamedTuple):
    """The selections, as bit masks by the answer that a Region and a type give.

    Of those in `untyped` AWS does not say which types they take, of those in `beside_all` whether the opt-in counts;
    those in `doubted` take the type or not as a pattern goes that nobody knows.
    """

    opt_in_off: int
    opt_in_unknown: int
    beside_all: int
    excluded: int
    elsewhere: int
    region_unknown: int
    not_typed: int
    untyped: int
    doubted: int


class SingleTagMasks(NamedTuple):
    """The selections, as bit masks by the answer that a tag gives.

    `near` has the masks of `NEAR_REASONS`, `refused` those with a failing condition.
    """

    selected: int
    near: tuple[int, ...]
    refused: int


class AllTagsMasks(NamedTuple):
    """The selections, as bit masks, that all tags of a resource refuse, leave open, or miss, each by its reason.

    `missed` has the masks of `NEAR_REASONS`, then of `no-tag`, each bit in one of them; `unknown` where nobody looked
    at tags, and `negated` where a negated condition is open.
    """

    refused: int
    unknown: int
    negated: int
    missed: tuple[int, ...]


def _misses(place: PlaceMasks, tags: AllTagsMasks) -> tuple[tuple[CoverageReason, int], ...]:
    """Each reason why a selection does not take a resource, in their order, with the selections that it is true of."""
    key_case, value_case, key_typo, value_typo, other_value, no_tag = tags.missed
    return (
        (CoverageReason.OPT_IN_OFF, place.opt_in_off),
        (CoverageReason.EXCLUDED_BY_CONDITION, tags.refused),
        (CoverageReason.EXCLUDED_BY_TYPE, place.excluded),
        (CoverageReason.TAG_KEY_CASE, key_case),
        (CoverageReason.TAG_VALUE_CASE_OR_SPACE, value_case),
        (CoverageReason.TAG_KEY_TYPO, key_typo),
        (CoverageReason.TAG_VALUE_TYPO, value_typo),
        (CoverageReason.REGION_NOT_IN_PLAN, place.elsewhere),
        (CoverageReason.TAG_VALUE_NOT_SELECTED, other_value),
        (CoverageReason.TYPE_NOT_SELECTED, place.not_typed),
        (CoverageReason.NO_TAG, no_tag),
    )


def _doubts(place: PlaceMasks, tags: AllTagsMasks) -> tuple[tuple[CoverageReason, int], ...]:
    """Each reason why nobody can say whether a selection takes a resource, in their order, with such selections."""
    return (
        (CoverageReason.REGION_UNKNOWN, place.region_unknown),
        (CoverageReason.TAGS_UNKNOWN, tags.unknown),
        (CoverageReason.OPT_IN_UNKNOWN, place.opt_in_unknown),
        (CoverageReason.NAMED_BESIDE_ALL, place.beside_all),
        (CoverageReason.NEGATED_CONDITION, tags.negated),
        (CoverageReason.CONDITIONS_ALONE, place.untyped),
        (CoverageReason.PATTERN_UNKNOWN, place.doubted),
    )


class SelectionOutcome(NamedTuple):
    """A verdict in bits: the selections that take the resource, or why none does, and the first that says so.

    The reason is that of a selection which a single clause keeps from taking it, else the last in the order of reasons.
    """

    taking: int
    reason: CoverageReason | None
    nearest: int


class DocumentMasks:
    """The tables of the plans of an account; rows are computed when they are first asked for."""

    def __init__(self, plans: AccountPlans) -> None:
        self.bits = tuple(selections_of(plans.plans))
        self._selections = tuple(plan.selections[place] for plan, place in self.bits)
        self.all = (1 << len(self.bits)) - 1
        self.by_tag = self._mask(lambda selection: selection.kind == "tag")
        conditions = [condition for selection in self._selections for condition in selection.conditions]
        self.condition_keys = tuple(dict.fromkeys(key for key in map(tag_of, conditions) if key is not None))
        chosen = [selection.key for selection in self._selections if selection.kind == "tag"]
        self.keys = frozenset({*self.condition_keys, *chosen})
        self.selected_keys = frozenset(chosen)
        self.absent = {key: self._conditions(key, None) for key in self.condition_keys}
        self.always = self._conditions(None, None)
        self.asking = self._mask(lambda each: any(tag_of(condition) is not None for condition in each.conditions))
        self._places: dict[tuple[str | None, str], PlaceMasks] = {}
        self._tags: dict[tuple[str, str], SingleTagMasks | None] = {}
        self._taking: dict[int, tuple[SelectingPlan, ...]] = {}

    def place(self, region: str | None, kind: str) -> PlaceMasks:
        """The row of a Region and a type."""
        row = self._places.get((region, kind))
        if row is None:
            row = self._places[region, kind] = self._place(region, kind)
        return row

    def tag(self, key: str, value: str) -> SingleTagMasks | None:
        """The row of a tag; None where no selection has anything to do with it."""
        if (key, value) not in self._tags:
            self._tags[key, value] = self._tag(key, value)
        return self._tags[key, value]

    def concerned(self, key: str) -> int:
        """The selections that a tag of a key may decide."""
        return self._mask(
            lambda selection: (
                (selection.kind == "tag" and is_key_near(key, selection.key))
                or any(tag_of(condition) == key for condition in selection.conditions)
            )
        )

    def tags(self, tags: Iterable[tuple[str, str]], lacking: Iterable[str]) -> AllTagsMasks:
        """The masks of the tags of a resource that lacks some of `condition_keys`."""
        selected, (refused, negated) = 0, self.always
        near = [0] * len(NEAR_REASONS)
        for key, value in tags:
            row = self.tag(key, value)
            if row is not None:
                selected |= row.selected
                refused |= row.refused
                near = [mask | more for mask, more in zip(near, row.near, strict=True)]
        for key in lacking:
            refused |= self.absent[key][0]
            negated |= self.absent[key][1]
        return AllTagsMasks(refused, 0, negated, split(self.by_tag & ~selected, near))

    @property
    def unknown_tags(self) -> AllTagsMasks:
        """The masks of tags that nobody knows."""
        refused, negated = self.always
        return AllTagsMasks(refused, self.by_tag | self.asking, negated, (0,) * (len(NEAR_REASONS) + 1))

    def outcome(self, place: PlaceMasks, tags: AllTagsMasks) -> SelectionOutcome:
        """The verdict of all selections on a resource that can be backed up."""
        misses, doubts = _misses(place, tags), _doubts(place, tags)
        choice = place.not_typed | _joined(tags.missed)
        failing = several = 0
        for mask in (place.opt_in_off, tags.refused, place.excluded, place.elsewhere, choice):
            several |= failing & mask
            failing |= mask
        sure = self.all & ~failing
        if taking := sure & ~_joined(mask for _, mask in doubts):
            return SelectionOutcome(taking, None, 0)
        if sure:
            return SelectionOutcome(0, next(reason for reason, mask in doubts if mask & sure), 0)
        only = ((reason, mask & failing & ~several) for reason, mask in misses)
        return next(SelectionOutcome(0, reason, _lowest(mask)) for reason, mask in (*only, *reversed(misses)) if mask)

    def plans(self, taking: int) -> tuple[SelectingPlan, ...]:
        """The plans of selections, each once."""
        if taking not in self._taking:
            plans = (plan for bit, (plan, _) in enumerate(self.bits) if taking >> bit & 1)
            self._taking[taking] = tuple(dict.fromkeys(plans))
        return self._taking[taking]

    def _mask(self, holds: Callable[[Selection], object]) -> int:
        return sum(1 << bit for bit, selection in enumerate(self._selections) if holds(selection))

    def _place(self, region: str | None, kind: str) -> PlaceMasks:
        pairs = [(plan, selection) for (plan, _), selection in zip(self.bits, self._selections, strict=True)]
        opted = [opted_in(plan, selection, kind, region) for plan, selection in pairs]
        doubts = [
            opt_in_doubt(*pair, kind, region) if holds is None else None
            for pair, holds in zip(pairs, opted, strict=True)
        ]
        runs = [runs_in(plan, region) for plan, _ in self.bits]
        types = [True if each.kind == "tag" else takes_type(each, kind, region) for each in self._selections]
        left_out = [excludes_type(each, kind, region) for each in self._selections]
        unnamed, untyped = _bits(holds is None for holds in types), self._mask(lambda each: each.lacks_types)
        doubted = self._mask(lambda each: is_doubted(each, kind, region)) & unnamed & ~untyped
        return PlaceMasks(
            opt_in_off=_bits(holds is False for holds in opted),
            opt_in_unknown=_bits(doubt is CoverageReason.OPT_IN_UNKNOWN for doubt in doubts),
            beside_all=_bits(doubt is CoverageReason.NAMED_BESIDE_ALL for doubt in doubts),
            excluded=_bits(holds is True for holds in left_out),
            elsewhere=_bits(holds is False for holds in runs),
            region_unknown=_bits(None in holds for holds in zip(runs, left_out, strict=True))
            | (unnamed & ~untyped & ~doubted),
            not_typed=_bits(holds is False for holds in types),
            untyped=untyped,
            doubted=doubted,
        )

    def _tag(self, key: str, value: str) -> SingleTagMasks | None:
        to_each = [
            tag_match(selection, key, value) if selection.kind == "tag" else CoverageReason.NO_TAG
            for selection in self._selections
        ]
        row = SingleTagMasks(
            selected=_bits(reason is None for reason in to_each),
            near=tuple(_bits(reason is near for reason in to_each) for near in NEAR_REASONS),
            refused=self._conditions(key, value)[0],
        )
        return row if row.selected or row.refused or any(row.near) else None

    def _conditions(self, key: str | None, value: str | None) -> tuple[int, int]:
        """The selections with a condition on a key that fails for a value, and with one that stays open."""
        holding = [
            [condition_holds(condition, value) for condition in selection.conditions if tag_of(condition) == key]
            for selection in self._selections
        ]
        return _bits(False in holds for holds in holding), _bits(None in holds for holds in holding)


class TagKeys:
    """The keys of tags that matter to any of some documents: of a selection or a condition, or nearly of a selection.

    Each key is looked at once.
    """

    def __init__(self, documents: Iterable[DocumentMasks]) -> None:
        documents = tuple(documents)
        self.exact = frozenset(key for document in documents for key in document.keys)
        self._selected = frozenset(key for document in documents for key in document.selected_keys)
        self._matters: dict[str, bool] = dict.fromkeys(self.exact, True)

    def matters(self, key: str) -> bool:
        """Whether a tag of a key can decide anything."""
        matters = self._matters.get(key)
        if matters is None:
            matters = self._matters[key] = any(is_key_near(key, wanted) for wanted in self._selected)
        return matters


def split(missed: int, near: Iterable[int]) -> tuple[int, ...]:
    """Selections that miss their tag by the first reason that is near; then those without a tag that is near."""
    parts = []
    for mask in near:
        parts.append(missed & mask)
        missed &= ~mask
    return (*parts, missed)


def _joined(masks: Iterable[int]) -> int:
    joined = 0
    for mask in masks:
        joined |= mask
    return joined


def _bits(holds: Iterable[bool]) -> int:
    return sum(1 << bit for bit, is_set in enumerate(holds) if is_set)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
