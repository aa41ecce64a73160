"""What authors do to a written document: control operators on its nodes, and keys spelled as they like."""

from __future__ import annotations

from generators.dice import Dice
from generators.documents import CONTROLS, Tree

CONTROL = "@@operators_allowed_for_child_policies"


def with_controls(dice: Dice, document: Tree, percent: int) -> Tree:
    """Controls on some nodes. The document itself stays."""
    return {key: _controlled(dice, node, percent) for key, node in document.items()}


def with_idle_operators(dice: Dice, document: Tree) -> Tree:
    """Operators on the document itself, which AWS takes and nobody obeys (3.1)."""
    idle: tuple[Tree, ...] = ({"@@assign": "value"}, {"@@Append": ["value"]}, {"@@remove": None}, {CONTROL: ["@@none"]})
    return {**document, **dice.pick(idle)}


def locked(document: Tree) -> Tree:
    """`@@none` on every node below `plans`, which is how a plan is really locked (3.3)."""
    return {"plans": {name: _locked(plan) for name, plan in document["plans"].items()}}


def controls_only(dice: Dice, document: Tree) -> Tree:
    """Controls on nodes that AWS admits without values: no fragment that has to repeat its required settings."""
    plans = document["plans"]
    written: Tree = {}
    for name, plan in plans.items():
        rules = {rule: _some_controls(dice, node) for rule, node in plan.get("rules", {}).items()}
        written[name] = _some_controls(dice, {"regions": {}, "rules": {}, "selections": {}, **plan})
        written[name]["rules"] = {**_maybe_control(dice), **rules}
        written[name]["selections"] = {"tags": _maybe_control(dice), "resources": _maybe_control(dice)}
    return {"plans": {**written, **_maybe_control(dice)}}


def respelled(dice: Dice, document: Tree, percent: int) -> Tree:
    """The same document with some keys and operators in other cases."""
    if not dice.chance(percent):
        return document
    return _respelled(dice, document)


SCALARS_OF_A_RULE = (
    "schedule_expression",
    "target_backup_vault_name",
    "start_backup_window_minutes",
    "enable_continuous_backup",
)


def _some_controls(dice: Dice, node: Tree) -> Tree:
    found: Tree = _maybe_control(dice)
    for key in node:
        if key in ("regions", *SCALARS_OF_A_RULE) and dice.chance(50):
            found[key] = {CONTROL: dice.pick(CONTROLS)}
    if "lifecycle" in node and dice.chance(50):
        found["lifecycle"] = {key: {CONTROL: dice.pick(CONTROLS)} for key in node["lifecycle"]} | _maybe_control(dice)
    return found


def _maybe_control(dice: Dice) -> Tree:
    return {CONTROL: dice.pick(CONTROLS)} if dice.chance(30) else {}


def _controlled(dice: Dice, node: Tree, percent: int) -> Tree:
    found: Tree = {
        key: below if key.startswith("@@") else _controlled(dice, below, percent) for key, below in node.items()
    }
    if dice.chance(percent):
        found[CONTROL] = dice.pick(CONTROLS)
    return found


def _locked(node: Tree) -> Tree:
    below = {key: value if key.startswith("@@") else _locked(value) for key, value in node.items()}
    return {**below, CONTROL: ["@@none"]}


def _respelled(dice: Dice, node: Tree) -> Tree:
    return {
        _spelling(dice, key): _respelled(dice, below) if isinstance(below, dict) else below
        for key, below in node.items()
    }


def _spelling(dice: Dice, key: str) -> str:
    if key.startswith("arn:"):
        stem, colon, vault = key.rpartition(":")
        return f"{stem}{colon}{dice.pick((vault, vault.lower(), vault.upper()))}"
    return dice.pick((key, key, key, key.upper(), key.title(), key.lower()))
