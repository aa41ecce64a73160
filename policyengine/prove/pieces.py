"""Blocks for policies that try to break a requirement: plans, rules, copies, selections. What it asks for varies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from policyengine.model.documents import ASSIGN, Json
from policyengine.prove.concern import NAME
from policyengine.prove.field import Document
from policyengine.prove.palette import MONTHLY, Palette, varied
from policyengine.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.requirements.types import Type

_PLAN, _RULE, _COPY = ATTRIBUTES[Type.PLAN], ATTRIBUTES[Type.RULE], ATTRIBUTES[Type.COPY]
_SELECTION, _VAULT = ATTRIBUTES[Type.SELECTION], ATTRIBUTES[Type.VAULT]
_MOST = 80  # of a kind of block that is varied with others
ARCHIVED: Document = {
    "opt_in_to_archive_for_supported_resources": {ASSIGN: "true"},
    "move_to_cold_storage_after_days": {ASSIGN: "1"},
    "delete_after_days": {ASSIGN: "91"},
}


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
            ["", "enabled"] if self._asks(_PLAN["windows_vss"]) else [""],
        ]
        for region, selection, rule, tags, vss in varied(dims):
            plan: Document = {"regions": {ASSIGN: [region]}, "rules": rule, "selections": selection}
            if isinstance(tags, dict) and tags:
                plan["backup_plan_tags"] = tags
            if vss:
                plan["advanced_backup_settings"] = {"ec2": {"windows_vss": {ASSIGN: vss}}}
            for name in palette.names(Type.PLAN):
                yield {name: plan}

    def rules(self) -> Iterator[Document]:
        """Rules by their names."""
        for rule in islice(self._bodies(), _MOST):
            for name in self._palette.names(Type.RULE):
                yield {name: rule}

    def taking(self, schedules: Iterable[str]) -> Iterator[Document]:
        """Rules that are kept for good, and so take the runs of others at the same times (facts 1.6)."""
        if self._asks(_RULE["interval"]):
            for schedule in schedules:
                for vault in self._palette.vaults:
                    rule: Document = {"target_backup_vault_name": {ASSIGN: vault}}
                    yield {NAME: {**rule, "schedule_expression": {ASSIGN: schedule}}}

    def _bodies(self) -> Iterator[Document]:
        """Rules without names."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            palette.vaults if self._asks(*_VAULT.values(), _RULE["vault"]) else palette.vaults[:1],
            self._maybe(palette.days(), _RULE["retention"], _COPY["retention"], first=True),
            self._maybe(palette.schedules, _RULE["schedule"], _RULE["interval"], first=True),
            self._maybe(palette.days(), _RULE["cold_after"]),
            self._windows("start_within"),
            self._windows("complete_within"),
            ["", "true"] if self._asks(_RULE["continuous"]) else [""],
            ["", "true"] if self._asks(_RULE["archive"]) else [""],
            self._maybe(palette.air_gapped(), _RULE["air_gapped_vault"]),
            [*islice(self._some_copies(), _MOST)],
            self._tags(),
        ]
        for values in varied(dims):
            yield _rule(values)

    def copies(self) -> Iterator[Document]:
        """Copies by their targets."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            [*islice(palette.targets(), _MOST)],
            self._maybe(palette.days(), _COPY["retention"]),
            self._maybe(palette.days(), _COPY["cold_after"]),
        ]
        for arn, retention, after in varied(dims):
            body: Document = {"target_backup_vault_arn": {ASSIGN: arn}}
            yield {str(arn): {**body, **_lifecycle(retention, after)}}

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
                yield {str(name): {**_role(role), "tag_key": {ASSIGN: key}, "tag_value": {ASSIGN: [value]}}}
        else:
            for name, role, pattern in varied([names, roles, palette.types]):
                yield {str(name): {**_role(role), "resource_types": {ASSIGN: [pattern]}}}

    def _some_selections(self) -> Iterator[Document]:
        asks = self._asks(*_SELECTION.values(), _PLAN["resource_types"], _RULE["resource_types"])
        for kind in ("tags", "resources") if asks else ("tags",):
            for selection in self.selections(kind):
                yield {kind: selection}

    def _some_copies(self) -> Iterator[Document]:
        yield {}
        if "copy" in self._palette.ranged:
            yield from self.copies()

    def _asks(self, *attributes: Attribute) -> bool:
        return not self._palette.mentioned.isdisjoint(attributes)

    def _maybe(self, values: Sequence[Json], *attributes: Attribute, first: bool = False) -> Sequence[Json]:
        """A setting that may be left out; `first`: it is not, if it is asked for."""
        if not self._asks(*attributes):
            return [""]
        return [values[0], "", *values[1:]] if first else ["", *values]

    def _windows(self, attribute: str) -> Sequence[Json]:
        place = _RULE[attribute].place
        return self._maybe([*self._palette.values((place,))], _RULE[attribute])

    def _tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_RULE["tags"]) else [{}]

    def _plan_tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_PLAN["tags"]) else [{}]

    def _with_tags(self) -> Iterator[Document]:
        for key in self._palette.tag_keys.values():
            for value in self._palette.words:
                yield {key: {"tag_key": {ASSIGN: key}, "tag_value": {ASSIGN: value}}}


def _rule(values: Sequence[Json]) -> Document:
    vault, days, schedule, cold, start, complete, continuous, archive, air_gapped, copies, tags = values
    rule: Document = {"target_backup_vault_name": {ASSIGN: vault}}
    settings = {
        "schedule_expression": MONTHLY if archive else schedule,
        "start_backup_window_minutes": start,
        "complete_backup_window_minutes": complete,
        "target_logically_air_gapped_backup_vault_arn": air_gapped,
        "enable_continuous_backup": continuous,
    }
    rule.update({key: {ASSIGN: value} for key, value in settings.items() if value})
    rule.update({"lifecycle": {**ARCHIVED}} if archive else _lifecycle(days or (continuous and "35"), cold))
    rule.update({key: block for key, block in (("copy_actions", copies), ("recovery_point_tags", tags)) if block})
    return rule


def _lifecycle(days: Json, cold: Json) -> Document:
    settings = {"delete_after_days": days, "move_to_cold_storage_after_days": cold}
    lifecycle: Document = {key: {ASSIGN: value} for key, value in settings.items() if value}
    return {"lifecycle": lifecycle} if lifecycle else {}


def _role(arn: Json) -> Document:
    return {"iam_role_arn": {ASSIGN: arn}}
