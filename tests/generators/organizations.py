"""Organizations as snapshots (interface.md section 2), from a seed or from Hypothesis.

`organization(seeded(7))` is plain data that JSON can hold. `PLAIN` is what people write. What they do not: `WILD` has
a bit of everything, `CROWDED` up to ten policies on each of seven levels, `CONTROLLED` child controls on every node.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st
from oracle.merging import Level

from generators.controls import controls_only, locked, respelled, with_controls, with_idle_operators
from generators.dice import Dice, Source
from generators.documents import MONTHLY, OFTEN, Habits, Words, fragment, many_rules, next_to_nothing, whole, words

Tree = dict[str, Any]


class Profile(NamedTuple):
    """Sizes and habits. `peers` are the counts of attached policies to pick from, for units and for accounts."""

    depth: int
    accounts: int
    policies: int
    peers: tuple[int, ...]
    account_peers: tuple[int, ...]
    habits: Habits
    unknown_order: int = 25
    least_depth: int = 1
    least_policies: int = 0


PLAIN = Profile(
    depth=5,
    accounts=12,
    policies=8,
    peers=(1, 0, 1, 2, 1, 3, 0, 2, 1, 0, 3, 7),
    account_peers=(0, 1, 0, 0, 2, 1, 0, 3),
    habits=Habits(control=2, spelling=30, empty=3, extra=25),
)
SMALL = PLAIN._replace(depth=2, accounts=3, policies=4, habits=Habits(control=5, spelling=20, empty=5, extra=15))
WILD = Profile(
    depth=5,
    accounts=6,
    policies=14,
    peers=(2, 4, 10, 1, 3, 0, 7, 2),
    account_peers=(1, 0, 3, 10, 2, 4, 0, 1),
    habits=Habits(control=15, spelling=60, empty=15, extra=40),
)
CROWDED = Profile(
    depth=5,
    least_depth=4,
    least_policies=9,
    accounts=3,
    policies=16,
    peers=(10, 9, 10, 7, 10, 1),
    account_peers=(10, 8, 10, 0),
    habits=Habits(control=3, spelling=60, empty=40, extra=30),
    unknown_order=10,
)
CONTROLLED = WILD._replace(peers=(1, 2, 1, 0), account_peers=(1, 2, 0), habits=Habits(100, 60, 15, 15))
MOST_UNORDERED = 4
LONGEST = 10_000


def organization(source: Source, profile: Profile = PLAIN) -> Tree:
    """A snapshot with at least one account. `source` is `seeded(7)`, or any `random.Random`."""
    dice = Dice(source)
    names = words(dice)
    policies = _policies(dice, names, profile)
    known = not dice.chance(profile.unknown_order)
    most = 10 if known else MOST_UNORDERED
    root = _tree(dice, profile, list(policies), most)
    snapshot: Tree = {
        "version": 1,
        "organization": {"id": "o-exampleorgid", "backup_policies_enabled": not dice.chance(1)},
        "root": root,
        "policies": {name: {"content": content} for name, content in policies.items()},
    }
    if not known:
        snapshot["attachment_order"] = "unknown"
    return snapshot


def attachments(source: Source, snapshot: Tree) -> dict[str, list[str]]:
    """What a project may attach on top, by entity path: names in an order that does not contradict the snapshot's."""
    dice = Dice(source)
    found: dict[str, list[str]] = {}
    for path, entity in _walk(snapshot):
        if not dice.chance(20):
            continue
        listed = entity.get("policies", [])
        more = [name for name in snapshot["policies"] if name not in listed]
        room = min(2, 10 - len(listed))
        repeated = [name for name in listed if dice.chance(50)]
        added = dice.some(more, 0, room) if room > 0 else []
        merged = [repeated.pop(0) if repeated and dice.chance(50) else name for name in added]
        rest = [name for name in added if name not in merged]
        if names := [*merged, *repeated, *rest]:
            found[path] = names
    return found


def levels_of(snapshot: Tree, account: str, attached: dict[str, list[str]] | None = None) -> list[Level]:
    """The chain of an account by its id, root first, with the project's attachments behind the snapshot's."""
    unknown = snapshot.get("attachment_order", "known") == "unknown"
    levels = []
    for path, entity in _chain(snapshot["root"], account, None):
        listed = entity.get("policies", [])
        told = (attached or {}).get(path, [])
        names = [*listed, *(name for name in told if name not in listed)]
        peers = [(name, snapshot["policies"][name]["content"]) for name in names]
        project_order = tuple(name for name in told if name in listed) if unknown else ()
        levels.append(Level(path, peers, len(listed) if unknown else 0, project_order))
    return levels


def accounts_of(snapshot: Tree) -> list[str]:
    """The ids of all accounts."""
    return [entity["id"] for _, entity in _walk(snapshot) if "id" in entity]


def account_paths(snapshot: Tree) -> dict[str, str]:
    """The ids of all accounts by their paths."""
    return {path: entity["id"] for path, entity in _walk(snapshot) if "id" in entity}


def next_two(schedule: str, _at: datetime) -> float | None:
    """The seconds between the next two runs of the schedules that the generator writes, a lower bound for the rare."""
    days = {**dict.fromkeys(OFTEN, 1), **dict.fromkeys(MONTHLY, 28)}
    return days[schedule] * 86_400


@st.composite
def organizations(draw: st.DrawFn, profile: Profile = SMALL) -> Tree:
    """Snapshots for property tests; they shrink towards one account with one plain policy."""
    return organization(_Drawn(draw), profile)


class _Drawn:
    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def randrange(self, stop: int, /) -> int:
        return self._draw(st.integers(0, stop - 1))


def _policies(dice: Dice, names: Words, profile: Profile) -> dict[str, Tree]:
    write = fragment if dice.chance(15) else whole
    found = {"baseline": _finished(dice, write(dice, names, profile.habits), profile.habits)}
    for number in range(profile.least_policies + dice.below(profile.policies - profile.least_policies)):
        found[f"policy-{number}"] = _policy(dice, names, profile.habits)
    return found


def _policy(dice: Dice, names: Words, habits: Habits) -> Tree:
    roll = dice.below(20)
    if roll < 11:
        document = fragment(dice, names, habits)
    elif roll < 15:
        document = whole(dice, names, habits)
    elif roll < 17:
        return respelled(dice, controls_only(dice, whole(dice, names, habits)), habits.spelling)
    elif roll < 18:
        document = locked(whole(dice, names, habits))
    elif roll < 19:
        document = many_rules(dice, names, habits)
    else:
        document = next_to_nothing(dice, names, habits)
    return _finished(dice, document, habits)


def _finished(dice: Dice, document: Tree, habits: Habits) -> Tree:
    finished = document
    if dice.chance(40) or habits.control >= 10:
        finished = with_controls(dice, finished, habits.control)
    if dice.chance(habits.control // 2):
        finished = with_idle_operators(dice, finished)
    finished = respelled(dice, finished, habits.spelling)
    return next((fits for fits in (finished, document) if len(json.dumps(fits)) <= LONGEST), {"plans": {}})


def _tree(dice: Dice, profile: Profile, policies: list[str], most: int) -> Tree:
    root: Tree = {"name": "Root", "policies": _root_policies(dice, policies, most)}
    units = [root]
    level = [root]
    for depth in range(profile.least_depth + dice.below(profile.depth - profile.least_depth + 1)):
        below = []
        for number in range(1 + dice.below(2)):
            unit: Tree = {"name": dice.pick((f"Unit{depth}{number}", f"Unit {depth}/{number}"))}
            _attach(dice, unit, policies, profile.peers, most)
            dice.pick(level).setdefault("units", []).append(unit)
            below.append(unit)
        level = below
        units.extend(below)
    for number in range(1 + dice.below(profile.accounts)):
        account: Tree = {"id": f"{number + 1:012}", "name": f"account{number}"}
        _attach(dice, account, policies, profile.account_peers, most)
        units[-1 - dice.below(len(units))].setdefault("accounts", []).append(account)
    return root


def _root_policies(dice: Dice, policies: list[str], most: int) -> list[str]:
    if dice.chance(12):
        return []
    others = dice.some(policies[1:], 0, min(dice.pick((0, 1, 0, 2)), most - 1))
    place = dice.below(len(others) + 1)
    return [*others[:place], "baseline", *others[place:]]


def _attach(dice: Dice, entity: Tree, policies: list[str], counts: tuple[int, ...], most: int) -> None:
    count = min(dice.pick(counts), most)
    if attached := dice.some(policies, min(count, len(policies)), count):
        entity["policies"] = attached


def _walk(snapshot: Tree) -> Iterator[tuple[str, Tree]]:
    waiting: list[tuple[str, Tree]] = [("", snapshot["root"])]
    while waiting:
        path, entity = waiting.pop()
        yield path, entity
        waiting.extend((_path(path, child), child) for child in _below(entity))


def _chain(entity: Tree, account: str, path: str | None) -> list[tuple[str, Tree]]:
    """The entities down to the account, or nothing where it does not stand below this one."""
    here = "" if path is None else path
    if entity.get("id") == account:
        return [(here, entity)]
    for child in _below(entity):
        if found := _chain(child, account, _path(here, child)):
            return [(here, entity), *found]
    return []


def _below(entity: Tree) -> list[Tree]:
    return [*entity.get("units", []), *entity.get("accounts", [])]


def _path(parent: str, child: Tree) -> str:
    name = child["name"].replace("/", "\\/")
    return f"{parent}/{name}" if parent else name
