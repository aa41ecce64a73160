"""The table of section 10.2, row by row, on a merged document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from oracle.documents import Path, Tree, text_of
from oracle.merging import Level, Step

NextTwo = Callable[[str, datetime], float | None]
ARCHIVE = "opt_in_to_archive_for_supported_resources"
DELETE, COLD = "delete_after_days", "move_to_cold_storage_after_days"

Trail = dict[Path, list[Step]]


class Validator:
    """Collects the errors of one candidate; contributors are read from the trail."""

    def __init__(self, levels: list[Level], trail: Trail, at: datetime, next_two: NextTwo) -> None:
        self.levels, self.trail, self.at, self.next_two = levels, trail, at, next_two
        self.errors: list[dict[str, Any]] = []

    def validate(self, candidate: Tree) -> list[dict[str, Any]]:
        """All errors of the document, plan after plan."""
        for plan, content in candidate.get("plans", {}).items():
            self._plan(("plans", plan), content)
        return self.errors

    def _plan(self, path: Path, plan: Tree) -> None:
        self._require(path, plan, "rules", "regions", "selections")
        self._require_element((*path, "regions"), plan.get("regions"))
        rules = plan.get("rules", {})
        if len(rules) > 10:
            message = "'rules' exceeds the allowed maximum limit 10"
            self._add("ELEMENTS_TOO_MANY", message, (*path, "rules"), [(*path, "rules")])
        for name, rule in rules.items():
            self._rule((*path, "rules", name), rule, plan)
        selections = plan.get("selections", {})
        for name, selection in selections.get("tags", {}).items():
            self._tag_selection((*path, "selections", "tags", name), selection)
        for name, selection in selections.get("resources", {}).items():
            self._resource_selection((*path, "selections", "resources", name), selection)

    def _tag_selection(self, path: Path, selection: Tree) -> None:
        self._require(path, selection, "iam_role_arn", "tag_key", "tag_value")
        self._require_element((*path, "tag_value"), selection.get("tag_value"))

    def _resource_selection(self, path: Path, selection: Tree) -> None:
        self._require(path, selection, "iam_role_arn")
        if "conditions" not in selection:
            self._require(path, selection, "resource_types")
            self._require_element((*path, "resource_types"), selection.get("resource_types"))

    def _rule(self, path: Path, rule: Tree, plan: Tree) -> None:
        self._require(path, rule, "target_backup_vault_name")
        self._continuous(path, rule)
        self._archive_schedule(path, rule)
        self._archive_gap(path, rule)
        if "scan_actions" in rule and "scan_settings" not in plan:
            self._cross(path, "scan_actions(undefined),scan_settings(undefined)", [(*path, "scan_actions")])

    def _continuous(self, path: Path, rule: Tree) -> None:
        days = rule.get("lifecycle", {}).get(DELETE)
        if rule.get("enable_continuous_backup") == "true" and days is not None and int(days) > 35:
            settings = [(*path, "enable_continuous_backup"), (*path, "lifecycle", DELETE)]
            self._cross(path, f"enable_continuous_backup=true,{DELETE}={days}", settings)

    def _archive_schedule(self, path: Path, rule: Tree) -> None:
        opted_in = [where for where, lifecycle in _lifecycles(path, rule) if lifecycle.get(ARCHIVE) == "true"]
        schedule = rule.get("schedule_expression")
        if not opted_in or schedule is None:
            return
        seconds = self.next_two(schedule, self.at)
        if seconds is not None and seconds < timedelta(days=28).total_seconds():
            settings = [*((*where, ARCHIVE) for where in opted_in), (*path, "schedule_expression")]
            self._cross(path, f"{ARCHIVE}=true,schedule_expression={schedule}", settings)

    def _archive_gap(self, path: Path, rule: Tree) -> None:
        settings_of: dict[str, list[Path]] = {}
        for where, lifecycle in _lifecycles(path, rule):
            delete, cold = lifecycle.get(DELETE), lifecycle.get(COLD)
            if lifecycle.get(ARCHIVE) != "true" or delete is None or cold is None:
                continue
            if int(delete) - int(cold) < 90:
                fields = f"{ARCHIVE}=true,{DELETE}={delete},{COLD}={cold}"
                settings_of.setdefault(fields, []).extend((*where, key) for key in (ARCHIVE, DELETE, COLD))
        for fields, settings in settings_of.items():
            self._cross(path, fields, settings)

    def _require(self, path: Path, node: Tree, *keys: str) -> None:
        for key in keys:
            if key not in node:
                self._add("KEY_REQUIRED", f"'{key}' is missing", path, [path])

    def _require_element(self, path: Path, value: list[str] | None) -> None:
        if value == []:
            message = f"'{path[-1]}' is less than the allowed minimum limit 1"
            self._add("ELEMENTS_TOO_FEW", message, path, [path])

    def _cross(self, rule: Path, fields: str, settings: list[Path]) -> None:
        message = f"Dependent fields {fields} in policy block {rule[-1]} are invalid when used together"
        self._add("CROSS_ATTRIBUTE_VALIDATION", message, rule, settings)

    def _add(self, code: str, message: str, path: Path, settings: list[Path]) -> None:
        contributors = self._contributors(settings)
        error = {"code": code, "message": message, "path": text_of(path), "contributing_policies": contributors}
        self.errors.append(error)

    def _contributors(self, settings: list[Path]) -> list[str]:
        """Policies with an applied step on or beneath the settings: root first, attachment order, each once."""
        applied = {
            (step.entity, step.policy)
            for leaf, steps in self.trail.items()
            for step in steps
            if step.outcome == "applied" and any(leaf[: len(setting)] == setting for setting in settings)
        }
        chain = [(level.entity, policy) for level in self.levels for policy, _ in level.peers]
        return list(dict.fromkeys(policy for entity, policy in chain if (entity, policy) in applied))


def _lifecycles(path: Path, rule: Tree) -> list[tuple[Path, Tree]]:
    found = [((*path, "lifecycle"), rule.get("lifecycle", {}))]
    for arn, copy in rule.get("copy_actions", {}).items():
        found.append(((*path, "copy_actions", arn, "lifecycle"), copy.get("lifecycle", {})))
    return found
