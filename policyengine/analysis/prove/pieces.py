"""Blocks for policies that try to break a requirement: plans, rules, copies, selections. What it asks for varies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from policyengine.analysis.prove.palette import MONTHLY, Palette, varied
from policyengine.analysis.prove.relevance import NAME
from policyengine.analysis.prove.trials import Document
from policyengine.analysis.requirements import ATTRIBUTES, Attribute, Type
from policyengine.aws.documents import ASSIGN, Json
from policyengine.aws.facts import limits
from policyengine.aws.setting_rows import TRUTHS, SettingRow
from policyengine.aws.settings import (
    AIR_GAPPED_VAULT,
    ARCHIVE,
    COLD_AFTER,
    COMPLETE_WITHIN,
    CONTINUOUS,
    COPY_BLOCK,
    COPY_COLD_AFTER,
    COPY_RETAIN,
    COPY_TARGET,
    PLAN_TAGS,
    RECOVERY_POINT_TAGS,
    REGIONS,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    START_WITHIN,
    TAG_KEY,
    TAG_ROLE,
    TAG_VALUE,
    TYPES,
    VAULT,
    below,
)

_PLAN, _RULE, _COPY = ATTRIBUTES[Type.PLAN], ATTRIBUTES[Type.RULE], ATTRIBUTES[Type.COPY]
_SELECTION, _VAULT = ATTRIBUTES[Type.SELECTION], ATTRIBUTES[Type.VAULT]
_OF_BLOCK = {"plan": _PLAN, "rule": _RULE, "copy": _COPY}
_MOST = 80  # of a kind of block that is varied with others
_SHORTEST = RETAIN.format.least
ARCHIVED: Document = {
    ARCHIVE.aws_key: {ASSIGN: ARCHIVE.format.truths[0]},
    COLD_AFTER.aws_key: {ASSIGN: str(_SHORTEST)},
    RETAIN.aws_key: {ASSIGN: str(_SHORTEST + limits()["cold_least_days"])},
}
"""A lifecycle with the archive opt-in, as short as may be."""
LONGEST_CONTINUOUS = str(limits()["continuous_most_days"])
LIFECYCLE = RETAIN.path[0]
_HANDLED = frozenset(
    {REGIONS, SCHEDULE, VAULT, AIR_GAPPED_VAULT, START_WITHIN, COMPLETE_WITHIN, CONTINUOUS, COLD_AFTER, RETAIN, ARCHIVE}
    | {COPY_TARGET, COPY_COLD_AFTER, COPY_RETAIN}
)
"""Settings that the blocks below put together in ways of their own."""


class Pieces:
    """Makes blocks from a palette, the plainest first."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette

    def plans(self) -> Iterator[Document]:
        """Whole plans by their names."""
        palette = self._palette
        where = self._asks(_PLAN["regions"], _RULE["region"], *_VAULT.values())
        dims: list[Sequence[Json]] = [
            palette.regions if where else palette.regions[:1],
            [*islice(self._some_selections(), _MOST)],
            [*islice(self.rules(), _MOST)],
            self._plan_tags(),
        ]
        for (region, selection, rule, tags), others in self._with_others("plan", dims):
            plan: Document = {
                REGIONS.place: {ASSIGN: [region]},
                RULE_BLOCK.place: rule,
                SELECTIONS: selection,
            }
            if isinstance(tags, dict) and tags:
                plan[PLAN_TAGS.place] = tags
            plan = joined(plan, others)
            for name in palette.names(Type.PLAN):
                yield {name: plan}

    def rules(self) -> Iterator[Document]:
        """Documents of `rules` with a single rule each, under every name that is worth trying."""
        for rule in islice(self._bodies(), _MOST):
            for name in self._palette.names(Type.RULE):
                yield {name: rule}

    def taking(self, schedules: Iterable[str]) -> Iterator[Document]:
        """Rules that are kept for good, and so take the runs of others at the same times (facts 1.6)."""
        if self._asks(_RULE["interval"]):
            for schedule in schedules:
                for vault in self._palette.vaults:
                    rule: Document = {VAULT.place: {ASSIGN: vault}}
                    yield {NAME: {**rule, SCHEDULE.place: {ASSIGN: schedule}}}

    def _bodies(self) -> Iterator[Document]:
        """Rules without names."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            palette.vaults if self._asks(*_VAULT.values(), _RULE["vault"]) else palette.vaults[:1],
            self._with_absent(palette.numbers(RETAIN), _RULE["retention"], _COPY["retention"], first=True),
            self._with_absent(palette.schedules, _RULE["schedule"], _RULE["interval"], first=True),
            self._with_absent(palette.numbers(COLD_AFTER), _RULE["cold_after"]),
            self._with_absent(palette.numbers(START_WITHIN), _RULE["start_within"]),
            self._with_absent(palette.numbers(COMPLETE_WITHIN), _RULE["complete_within"]),
            self._with_absent(_unlike_default(CONTINUOUS), _RULE["continuous"]),
            self._with_absent(_unlike_default(ARCHIVE), _RULE["archive"]),
            self._with_absent(palette.air_gapped(), _RULE["air_gapped_vault"]),
            [*islice(self._some_copies(), _MOST)],
            self._tags(),
        ]
        for values, others in self._with_others("rule", dims):
            yield joined(_rule(values), others)

    def copies(self) -> Iterator[Document]:
        """Documents of `copy_actions` with a single copy each, under the ARN of its target."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            [*islice(palette.targets(), _MOST)],
            self._with_absent(palette.numbers(COPY_RETAIN), _COPY["retention"]),
            self._with_absent(palette.numbers(COPY_COLD_AFTER), _COPY["cold_after"]),
        ]
        for (arn, retention, after), others in self._with_others("copy", dims):
            body: Document = {COPY_TARGET.place: {ASSIGN: arn}}
            yield {str(arn): joined({**body, **_lifecycle(retention, after)}, others)}

    def _with_others(self, block: str, dims: Sequence[Sequence[Json]]) -> Iterator[tuple[tuple[Json, ...], Document]]:
        """Picks for a block, each with a document of the settings that only the table declares, as far as asked for."""
        attributes = _OF_BLOCK[block]
        rows = [(row, path) for row, path in below(block) if row.attribute and row not in _HANDLED]
        more = [self._with_absent(self._tries(row), attributes[row.attribute]) for row, _ in rows]
        for values in varied([*dims, *more]):
            others: Document = {}
            for (_, path), value in zip(rows, values[len(dims) :], strict=True):
                others = joined(others, nested(path, {ASSIGN: value})) if value else others
            yield values[: len(dims)], others

    def _tries(self, row: SettingRow) -> Sequence[Json]:
        return _unlike_default(row) if row.kind in TRUTHS else [*self._palette.tries(row)]

    def selections(self, kind: str) -> Iterator[Document]:
        """Selections of a kind, `tags` or `resources`, by their names."""
        palette = self._palette
        names = palette.names(Type.SELECTION)
        names = names if self._asks(_SELECTION["name"]) else names[:1]
        roles = palette.roles if self._asks(_SELECTION["role"]) else palette.roles[:1]
        if kind == "tags":
            keys = palette.words if self._asks(_SELECTION["key"]) else palette.words[:1]
            values = palette.words if self._asks(_SELECTION["values"]) else palette.words[:1]
            for name, role, key, value in varied([names, roles, keys, values]):
                yield {
                    str(name): {
                        **_role(role),
                        SELECTED_KEY.place: {ASSIGN: key},
                        SELECTED_VALUES.place: {ASSIGN: [value]},
                    }
                }
        else:
            for name, role, pattern in varied([names, roles, palette.types]):
                yield {str(name): {**_role(role), TYPES.place: {ASSIGN: [pattern]}}}

    def _some_selections(self) -> Iterator[Document]:
        asks = self._asks(*_SELECTION.values(), _PLAN["resource_types"], _RULE["resource_types"])
        for kind in ("tags", "resources") if asks else ("tags",):
            for selection in self.selections(kind):
                yield {kind: selection}

    def _some_copies(self) -> Iterator[Document]:
        yield {}
        if "copy" in self._palette.ranged or self._asks(_RULE["leaves_account"], _RULE["leaves_region"]):
            yield from self.copies()

    def _asks(self, *attributes: Attribute) -> bool:
        return not self._palette.mentioned.isdisjoint(attributes)

    def _with_absent(self, values: Sequence[Json], *attributes: Attribute, first: bool = False) -> Sequence[Json]:
        """A setting that may be left out; `first`: it is not, if it is asked for."""
        if not self._asks(*attributes):
            return [""]
        return [values[0], "", *values[1:]] if first else ["", *values]

    def _tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_RULE["tags"]) else [{}]

    def _plan_tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_PLAN["tags"]) else [{}]

    def _with_tags(self) -> Iterator[Document]:
        for key in self._palette.tag_keys.values():
            for value in self._palette.words:
                yield {key: {TAG_KEY.place: {ASSIGN: key}, TAG_VALUE.place: {ASSIGN: value}}}


def _rule(values: Sequence[Json]) -> Document:
    vault, days, schedule, cold, start, complete, continuous, archive, air_gapped, copies, tags = values
    rule: Document = {VAULT.place: {ASSIGN: vault}}
    settings = {
        SCHEDULE.place: MONTHLY if archive else schedule,
        START_WITHIN.place: start,
        COMPLETE_WITHIN.place: complete,
        AIR_GAPPED_VAULT.place: air_gapped,
        CONTINUOUS.place: continuous,
    }
    rule.update({key: {ASSIGN: value} for key, value in settings.items() if value})
    kept = days or (continuous and LONGEST_CONTINUOUS)
    rule.update({LIFECYCLE: {**ARCHIVED}} if archive else _lifecycle(kept, cold))
    blocks = ((COPY_BLOCK.place, copies), (RECOVERY_POINT_TAGS.place, tags))
    rule.update({key: block for key, block in blocks if block})
    return rule


def _lifecycle(days: Json, cold: Json) -> Document:
    settings = {RETAIN.aws_key: days, COLD_AFTER.aws_key: cold}
    lifecycle: Document = {key: {ASSIGN: value} for key, value in settings.items() if value}
    return {LIFECYCLE: lifecycle} if lifecycle else {}


def _role(arn: Json) -> Document:
    return {TAG_ROLE.place: {ASSIGN: arn}}


def _unlike_default(row: SettingRow) -> Sequence[str]:
    """The value of a switch that is not its default."""
    on, off = row.format.truths
    return [off if row.default == on else on]


def joined(first: Document, second: Document) -> Document:
    """Two documents in one; the second one's values win."""
    both = dict(first)
    for key, value in second.items():
        old = both.get(key)
        both[key] = joined(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def nested(path: Sequence[str], inner: Document) -> Document:
    """A document at a path of another one."""
    for key in reversed(path):
        inner = {key: inner}
    return inner
