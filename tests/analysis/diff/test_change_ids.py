"""The id of a change: what changed, and who makes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from analysis.diff.states import DESK, LAB, RULE, SHOP, TREE, compared, plan, rule, state, whole

from policyengine.analysis.diff import Change

Compared = Callable[[], Change]
SHORTER = whole(RULE.replace("35 days", "7 days"))
WEEK = "policy {} {{ plan daily {{ rule nightly {{ retain = 7 days }} }} }}\n"
LABS = WEEK.format("labs") + 'attach labs to ou "Labs"\n'
MORE = TREE.replace("name: lab}", 'name: lab}, {id: "555555555555", name: new}')
UNLOCKED, LOCKED = (
    TREE + f'vaults: [{{name: Main, accounts: "*", regions: [eu-west-1], lock: {lock}}}]\n'
    for lock in ("none", "{mode: governance}")
)


def moved(*names: str) -> str:
    """The tree with accounts below Labs instead of Prod."""
    entries = {name: f'{{id: "{number}", name: {name}}}' for name, number in (("shop", SHOP), ("desk", DESK))}
    prod = ", ".join(entry for name, entry in entries.items() if name not in names)
    labs = "".join(f", {entry}" for name, entry in entries.items() if name in names)
    return TREE.replace(", ".join(entries.values()), prod).replace("name: lab}", f"name: lab}}{labs}")


def change(base: list[str], head: list[str], was: str = TREE, tree: str = TREE) -> Change:
    """The only change."""
    (found,) = compared(state(*base, tree=was), state(*head, tree=tree)).changes
    return found


# Compared by the tests: whatever runs at import is run by every worker.
SAME = {
    "lines move": (partial(change, [whole()], ["\n\n" + SHORTER]), partial(change, [whole()], [SHORTER])),
    "another file": (partial(change, [whole(), ""], ["", SHORTER]), partial(change, [whole()], [SHORTER])),
    "a new account in the unit": (
        partial(change, [whole()], [whole(), LABS], was=MORE, tree=MORE),
        partial(change, [whole()], [whole(), LABS]),
    ),
    "written otherwise": (
        partial(change, [whole()], [whole(), LABS.replace("7 days", "1 week")]),
        partial(change, [whole()], [whole(), LABS]),
    ),
}
OTHER = {
    "everywhere, not in a unit": (partial(change, [whole()], [SHORTER]), partial(change, [whole()], [whole(), LABS])),
    "another unit": (
        partial(change, [whole()], [whole(), LABS.replace('"Labs"', '"Prod"')]),
        partial(change, [whole()], [whole(), LABS]),
    ),
    "an account of the unit": (
        partial(change, [whole()], [whole(), LABS.replace('ou "Labs"', 'account "lab"')]),
        partial(change, [whole()], [whole(), LABS]),
    ),
    "one more unit": (
        partial(change, [whole()], [whole(), LABS, WEEK.format("prod") + 'attach prod to ou "Prod"\n']),
        partial(change, [whole()], [whole(), LABS]),
    ),
    "another policy": (partial(change, [whole()], [whole(), LABS.replace("labs", "week")]), partial(change, [whole()], [whole(), LABS])),
    "another value": (
        partial(change, [whole()], [whole(RULE.replace("35 days", "8 days"))]),
        partial(change, [whole()], [SHORTER]),
    ),
    "another account moves": (
        partial(change, [whole(), LABS], [whole(), LABS], tree=moved("shop")),
        partial(change, [whole(), LABS], [whole(), LABS], tree=moved("desk")),
    ),
    "one more account moves": (
        partial(change, [whole(), LABS], [whole(), LABS], tree=moved("shop", "desk")),
        partial(change, [whole(), LABS], [whole(), LABS], tree=moved("desk")),
    ),
    "a lock in one more account": (
        partial(change, [whole()], [whole()], was=LOCKED, tree=UNLOCKED),
        partial(change, [whole()], [whole()], was=LOCKED.replace('"*"', "{ou: Labs}"), tree=UNLOCKED.replace('"*"', "{ou: Labs}")),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_an_id_stays(one: Compared, other: Compared) -> None:
    assert one().id == other().id


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=list(OTHER))
def test_an_id_is_another_one(one: Compared, other: Compared) -> None:
    assert one().id != other().id


def test_the_first_half_says_what_and_the_second_who() -> None:
    moved_lines = SAME["lines move"][0]()
    assert (moved_lines.id, len(moved_lines.accounts)) == ("87dee266b8b690bf6a15f56469a23aba", 3)
    assert SAME["a new account in the unit"][0]().id == "87dee266b8b690bf116cff58547b2fab"


def test_the_same_effect_of_two_policies_is_one_change() -> None:
    found = change([whole()], [whole(), LABS, WEEK.format("prod") + 'attach prod to ou "Prod"\n'])
    assert found.accounts == (SHOP, DESK, LAB)


def test_ids_of_one_comparison_are_all_different() -> None:
    base = plan(rule(), rule(name="second"), 'tag selection all { role = "B"  key = "b"  values = ["y"] }\n')
    found = compared(state(base), state(base.replace("35 days", "7 days"))).changes
    assert len({one.id for one in found}) == len(found) == 2


def typed(lines: str) -> str:
    """The rule, with a selection of types."""
    return plan(rule(), f'resource selection data {{\nrole = "Backup"\n{lines}\n}}\n')


PROD = 'where prod: "aws:ResourceTag/env" == "prod"'
PINNED = {
    "87dee266b8b690bf6a15f56469a23aba": partial(change, [whole()], [SHORTER]),
    "27e712b45355b6f06a15f56469a23aba": partial(change, [typed("types = [EBS, S3]")], [typed("types = [EBS]")]),
    "85bfa3f60c766857b0f3505b23c05f9e": partial(change, [typed(f"types = [EBS]\n{PROD}")], [typed("types = [EBS]")]),
    "abd4553ada11d5c3361ffc02f2a99850": partial(change, [whole()], [whole()], was=LOCKED, tree=UNLOCKED),
}


@pytest.mark.parametrize("name", PINNED)
def test_ids_outlive_the_names_of_the_code(name: str) -> None:
    """Users allow changes by these texts."""
    assert PINNED[name]().id == name
