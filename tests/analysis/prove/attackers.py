"""Policies that somebody further down might attach to break what is promised: as mean as the dice let them be.

They know which plans, rules, copies, selections and tags there are, and what the requirements name. Everything here is
independent of how `prove` looks for counterexamples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generators.controls import CONTROL, respelled, with_controls
from generators.dice import Dice
from generators.documents import (
    AIR_GAPPED,
    APPEND,
    ARCHIVE,
    ASSIGN,
    COLD,
    CONTROLS,
    DELETE,
    DESTINATIONS,
    MONTHLY,
    OFTEN,
    PLANS,
    REGIONS,
    REMOVE,
    ROLES,
    RULES,
    SELECTIONS,
    TYPES,
    VAULTS,
    Habits,
    Words,
    fragment,
    whole,
)
from support.moment import AT

from policyengine.aws.admission import admit
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.facts import resource_types

Tree = dict[str, Any]
Path = tuple[str, ...]

HABITS = Habits(control=5, spelling=30, empty=5, extra=35)
NOWHERE = "arn:aws-us-gov:backup:us-gov-west-1:999999999999:backup-vault:Central"  # another partition
LISTS = ("regions", "tag_value", "resource_types", "not_resource_types")
ABSENT_FROM: dict[str, tuple[Path, ...]] = {
    "rule": (
        ("schedule_expression",),
        ("target_backup_vault_name",),
        ("start_backup_window_minutes",),
        ("complete_backup_window_minutes",),
        ("enable_continuous_backup",),
        ("target_logically_air_gapped_backup_vault_arn",),
        ("lifecycle", DELETE),
        ("lifecycle", COLD),
        ("lifecycle", ARCHIVE),
    ),
    "copy": (("lifecycle", DELETE), ("lifecycle", COLD), ("lifecycle", ARCHIVE)),
    "plan": (("regions",), ("advanced_backup_settings", "ec2", "windows_vss")),
    "tags": (("iam_role_arn",), ("tag_key",), ("tag_value",)),
    "resources": (("iam_role_arn",), ("resource_types",), ("not_resource_types",)),
}
_DAYS = re.compile(r"(\d+) days")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TRIES = 12


class Attacker:
    """Writes documents that AWS admits; `served` are the merged documents of the accounts in reach.

    `texts` are those that the requirements name.
    """

    def __init__(self, dice: Dice, served: list[Tree], text: str) -> None:
        self._dice = dice
        self._blocks = list(_blocks(served))
        self._settings = [(path, value) for document in served for path, value in _settings(document, ())]
        self.texts = [found.replace('\\"', '"').replace("\\\\", "\\") for found in _TEXT.findall(text)]
        named = {int(days) + step for days in _DAYS.findall(text) for step in (-1, 0, 1)}
        self._days = [*map(str, sorted(named)), "1", "35", "36", "100", "36500"]

    def document(self) -> Tree | None:
        """A policy, or None where the dice find none that AWS would take."""
        for _ in range(_TRIES):
            written = self._written()
            if not admit(PolicyDocument("attack", written, 1, 1), at=AT).diagnostics:
                return written
        return None

    def _written(self) -> Tree:
        dice = self._dice
        roll = dice.below(20)
        if roll < 3:
            words = Words([*self._names("plans", PLANS)], [*self._names("rules", RULES)], [*SELECTIONS])
            return respelled(dice, dice.pick((fragment, whole))(dice, words, HABITS), 30)
        document: Tree = {}
        for _ in range(1 + dice.below(3)):
            _put(document, *self._change())
        if roll < 6:
            document = with_controls(dice, document, 30)
        return respelled(dice, document, 25)

    def _change(self) -> tuple[Path, Tree]:
        roll = self._dice.below(12)
        if roll < 5 and self._settings:
            path, value = self._dice.pick(self._settings)
            return self._complete(path, self._operators(path, value))
        if roll < 7 and self._blocks:
            kind, path, _ = self._dice.pick(self._blocks)
            missing = (*path, *self._dice.pick(ABSENT_FROM.get(kind, ABSENT_FROM["plan"])))
            return self._complete(missing, self._operators(missing, None))
        if roll < 11 and self._blocks:
            return self._addition(*self._dice.pick(self._blocks)[:2])
        if self._dice.chance(50) and self._settings:
            path, _ = self._dice.pick(self._settings)
            cut = 1 + self._dice.below(len(path))
            return self._complete(path[:cut], {CONTROL: self._dice.pick(CONTROLS)})
        return ("plans", self._name("plans", PLANS)), self._plan()

    def _operators(self, path: Path, value: object) -> Tree:
        dice, key = self._dice, path[-1]
        if key not in LISTS:
            return {ASSIGN: self._value(path)}
        items = list(value) if isinstance(value, list) else []
        operator = dice.pick((REMOVE, ASSIGN, APPEND))
        if operator == REMOVE:
            return {REMOVE: dice.some(items, 1, len(items))} if items else {REMOVE: [self._item(key)]}
        found: Tree = {operator: [self._item(key) for _ in range(1 + dice.below(2))]}
        if items and dice.chance(25):
            found[REMOVE] = dice.some(items, 1, len(items))
        return found

    def _value(self, path: Path) -> str:
        dice, key = self._dice, path[-1]
        if key == "tag_key" and path[-3] in ("recovery_point_tags", "backup_plan_tags"):
            return dice.pick((path[-2], path[-2].upper(), path[-2].title()))
        if key == "target_backup_vault_arn":
            return dice.pick((path[-2], path[-2].upper(), *DESTINATIONS, NOWHERE))
        options: dict[str, Sequence[str]] = {
            DELETE: tuple(self._days),
            COLD: tuple(self._days),
            ARCHIVE: ("true", "false"),
            "enable_continuous_backup": ("true", "false"),
            "schedule_expression": (*OFTEN, *MONTHLY, "cron(0 5 29 FEB ? *)", "cron(0 * ? * * *)"),
            "target_backup_vault_name": (*VAULTS, "Elsewhere", "DR", "Central"),
            "target_logically_air_gapped_backup_vault_arn": AIR_GAPPED,
            "start_backup_window_minutes": ("60", "61", "479", "480", "481", "1440", "100000"),
            "complete_backup_window_minutes": ("60", "10079", "10080", "10081", "100000"),
            "windows_vss": ("enabled", "disabled"),
            "iam_role_arn": (*ROLES, "arn:aws:iam::$account:role/Elsewhere"),
        }
        others: Sequence[str] = ("elsewhere", "", *self.texts, "12", "true")
        return dice.pick(options.get(key, others))

    def _item(self, key: str) -> str:
        if key == "regions":
            return self._dice.pick((*REGIONS, "eu-west-3", "ap-southeast-2"))
        types: Sequence[str] = (*TYPES, *resource_types("aws").values())
        words: Sequence[str] = ("elsewhere", "gold", *self.texts)
        return self._dice.pick(types if "resource_types" in key else words)

    def _complete(self, path: Path, setting: Tree) -> tuple[Path, Tree]:
        """A setting with what AWS wants beside it in every fragment (semantics.md section 9)."""
        dice, block = self._dice, path[:-1]
        beside: Tree = {path[-1]: setting}
        kinds = path[2:3], path[3:4]
        if kinds == (("selections",), ("tags",)) and len(path) >= 6:
            block, beside = path[:5], _nested(path[5:], setting)
            beside = {
                "tag_key": self._keeping(block, "tag_key"),
                "tag_value": self._keeping(block, "tag_value"),
            } | beside
        elif kinds == (("selections",), ("resources",)) and len(path) >= 6:
            block, beside = path[:5], _nested(path[5:], setting)
            beside = {"resource_types": self._keeping(block, "resource_types")} | beside
        elif path[-3:-2] in (("recovery_point_tags",), ("backup_plan_tags",)):
            beside = {"tag_key": {ASSIGN: path[-2]}, "tag_value": {ASSIGN: dice.pick(("other", ""))}} | beside
        elif path[4:5] == ("copy_actions",) and len(path) >= 7:
            block, beside = path[:6], _nested(path[6:], setting)
            beside = {"target_backup_vault_arn": {ASSIGN: path[5]}} | beside
        elif path[-1] == "enable_continuous_backup":
            beside["lifecycle"] = {DELETE: {ASSIGN: dice.pick(("1", "35"))}}
        elif path[-1] == ARCHIVE:
            beside |= {COLD: {ASSIGN: "1"}, DELETE: {ASSIGN: "91"}}
            block, beside = path[:-2], {"lifecycle": beside, "schedule_expression": {ASSIGN: MONTHLY[0]}}
        return block, beside

    def _keeping(self, block: Path, key: str) -> Tree:
        """What a required setting is now, or something else."""
        now = next((value for path, value in self._settings if path == (*block, key)), None)
        if now is None or self._dice.chance(20):
            return {ASSIGN: [self._item(key)] if key in LISTS else self._value((*block, key))}
        if key in LISTS and self._dice.chance(30):
            return {APPEND: [self._item(key)]}
        return {ASSIGN: now}

    def _addition(self, kind: str, path: Path) -> tuple[Path, Tree]:
        if kind == "rule":
            return self._of_rule(path)
        return self._of_plan(path) if kind == "plan" else (("plans", self._name("plans", PLANS)), self._plan())

    def _of_rule(self, path: Path) -> tuple[Path, Tree]:
        if self._dice.chance(60):
            target = self._dice.pick(
                (*DESTINATIONS, NOWHERE, "arn:aws:backup:eu-west-1:$account:backup-vault:Elsewhere")
            )
            return (*path, "copy_actions", target), {"target_backup_vault_arn": {ASSIGN: target}, **self._lifecycle()}
        tag = self._dice.pick(("Owner", "owner", "env", *(text for text in self.texts if 0 < len(text) < 30)))
        return (*path, "recovery_point_tags", tag), {"tag_key": {ASSIGN: tag}, "tag_value": {ASSIGN: "other"}}

    def _of_plan(self, path: Path) -> tuple[Path, Tree]:
        kind = self._dice.pick(("rules", "rules", "tags", "resources", "backup_plan_tags"))
        if kind == "rules":
            return (*path, "rules", self._name("rules", RULES)), self._rule()
        if kind == "backup_plan_tags":
            return (*path, kind, "Owner"), {"tag_key": {ASSIGN: "owner"}, "tag_value": {ASSIGN: "x"}}
        selection = self._tag_selection() if kind == "tags" else self._resource_selection()
        return (*path, "selections", kind, self._name(kind, SELECTIONS)), selection

    def _plan(self) -> Tree:
        kind = self._dice.pick(("tags", "resources"))
        selection = self._tag_selection() if kind == "tags" else self._resource_selection()
        return {
            "regions": {self._dice.pick((ASSIGN, APPEND)): [self._item("regions")]},
            "rules": {self._name("rules", RULES): self._rule()},
            "selections": {kind: {self._name(kind, SELECTIONS): selection}},
        }

    def _rule(self) -> Tree:
        rule: Tree = {"target_backup_vault_name": {ASSIGN: self._value(("target_backup_vault_name",))}}
        schedules = [str(value) for path, value in self._settings if path[-1] == "schedule_expression"]
        if self._dice.chance(40) and schedules:  # it takes the runs of another rule
            rule["schedule_expression"] = {ASSIGN: self._dice.pick(schedules)}
            return {**rule, **self._window(), **self._kept_long()}
        if self._dice.chance(50):
            rule["schedule_expression"] = {ASSIGN: self._value(("schedule_expression",))}
        return {**rule, **self._lifecycle()}

    def _window(self) -> Tree:
        if not self._dice.chance(40):
            return {}
        return {"start_backup_window_minutes": {ASSIGN: self._value(("start_backup_window_minutes",))}}

    def _kept_long(self) -> Tree:
        return {} if self._dice.chance(50) else {"lifecycle": {DELETE: {ASSIGN: self._dice.pick(("401", "36500"))}}}

    def _lifecycle(self) -> Tree:
        return {"lifecycle": {DELETE: {ASSIGN: self._dice.pick(self._days)}}} if self._dice.chance(60) else {}

    def _tag_selection(self) -> Tree:
        role = {ASSIGN: self._value(("iam_role_arn",))}
        key, values = {ASSIGN: self._dice.pick(("backup", "elsewhere"))}, {ASSIGN: [self._item("tag_value")]}
        return {"iam_role_arn": role, "tag_key": key, "tag_value": values}

    def _resource_selection(self) -> Tree:
        types = {ASSIGN: [self._item("resource_types")]}
        return {"iam_role_arn": {ASSIGN: self._value(("iam_role_arn",))}, "resource_types": types}

    def _name(self, kind: str, usual: tuple[str, ...]) -> str:
        return self._dice.pick([*self._names(kind, usual), "attack", "Attack.2"])

    def _names(self, kind: str, usual: tuple[str, ...]) -> Iterator[str]:
        """Names that are there, in any case, then others."""
        yield from dict.fromkeys(path[-1] for _, path, within in self._blocks if within == kind)
        yield from usual
        yield from (text for text in self.texts if re.fullmatch(r"[A-Za-z0-9_.-]{1,50}", text))


def _blocks(served: list[Tree]) -> Iterator[tuple[str, Path, str]]:
    """The blocks of merged documents: what they are, their paths, and the container that they are in."""
    for document in served:
        for name, plan in document.get("plans", {}).items():
            yield "plan", ("plans", name), "plans"
            for kind in ("tags", "resources"):
                for selection in plan.get("selections", {}).get(kind, {}):
                    yield kind, ("plans", name, "selections", kind, selection), kind
            for rule, content in plan.get("rules", {}).items():
                yield "rule", ("plans", name, "rules", rule), "rules"
                for arn in content.get("copy_actions", {}):
                    yield "copy", ("plans", name, "rules", rule, "copy_actions", arn), "copy_actions"


def _settings(node: Any, path: Path) -> Iterator[tuple[Path, object]]:  # noqa: ANN401 - JSON
    if isinstance(node, dict):
        for key, below in node.items():
            yield from _settings(below, (*path, key))
    else:
        yield path, node


def _nested(path: Path, setting: Tree) -> Tree:
    for key in reversed(path):
        setting = {key: setting}
    return setting


def _put(document: Tree, path: Path, block: Tree) -> None:
    """Merges a block into a document."""
    for key in path:
        document = document.setdefault(key, {})
    for key, below in block.items():
        if isinstance(below, dict) and not key.startswith("@@"):
            _put(document, (key,), below)
        else:
            document[key] = below
