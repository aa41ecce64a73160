"""What made a change: the lines that only one side has."""

from __future__ import annotations

import json

import pytest
from analysis.diff.states import RULE, SELECTION, TREE, compared, lines, plan, rule, state, whole

LABS = "policy labs { plan daily { rule nightly { retain = 7 days } } }\n"
TO_LABS = 'attach labs to ou "Labs"\n'
EXTRA = 'policy labs { plan daily { rule extra { vault = "Main"  schedule = daily at 17:00  retain = 9 days } } }\n'
HOME = "let home = [eu-west-1]\n"
TEMPLATE = "template rule kept { retain = 9 days }\n"
LIKE = whole().replace("rule nightly", "rule nightly like kept").replace("retain = 35 days\n", "")

ROWS = {
    "a line says something else": ([whole()], [whole(RULE.replace("35", "7"))], ["+a.bpol:7", "-a.bpol:7"]),
    "a line is new": ([whole()], [whole(RULE + "start_within = 1 hour\n")], ["+a.bpol:8"]),
    "a line is gone": ([whole(RULE + "start_within = 1 hour\n")], [whole()], ["-a.bpol:8"]),
    "a block is new": ([whole()], [plan(rule(), rule(name="x"), SELECTION)], ["+a.bpol:9"]),
    "a block is gone": ([plan(rule(), rule(name="x"), SELECTION)], [whole()], ["-a.bpol:9"]),
    "lines that move are no cause": (["\n\n" + whole(), LABS, ""], [whole(), LABS, TO_LABS], ["+c.bpol:1"]),
    "a policy further down is new": ([whole()], [whole(), LABS + TO_LABS], ["+b.bpol:1"]),
    "a policy is attached": ([whole(), LABS, ""], [whole(), LABS, TO_LABS], ["+c.bpol:1"]),
    "a policy is no longer attached": ([whole(), LABS, TO_LABS], [whole(), LABS, ""], ["-c.bpol:1"]),
    "a policy is locked out": (
        [whole(), LABS + TO_LABS],
        [whole().replace("plan daily", "locked plan daily"), LABS + TO_LABS],
        ["+a.bpol:2"],
    ),
    "a rule is locked out": (
        [whole(), EXTRA + TO_LABS],
        [whole().replace("plan daily", "locked plan daily"), EXTRA + TO_LABS],
        ["+a.bpol:2"],
    ),
    "a list further up": (
        [whole(), "policy labs { plan daily { regions += [eu-west-3] } }\n" + TO_LABS],
        [whole(regions="[eu-west-2]"), "policy labs { plan daily { regions += [eu-west-3] } }\n" + TO_LABS],
        ["+a.bpol:3", "-a.bpol:3"],
    ),
    "a named value says something else": (
        [HOME, whole(regions="home")],
        [HOME.replace("west", "central"), whole(regions="home")],
        ["+b.bpol:3"],
    ),
    "a template says something else": (
        [TEMPLATE, LIKE],
        [TEMPLATE.replace("9", "8"), LIKE],
        ["+a.bpol:1", "-a.bpol:1"],
    ),
}


@pytest.mark.parametrize(("base", "head", "expected"), ROWS.values(), ids=list(ROWS))
def test_the_lines_of_a_change(base: list[str], head: list[str], expected: list[str]) -> None:
    for change in compared(state(*base), state(*head)).changes:
        assert lines(change) == expected


def test_an_account_that_moves_points_to_the_attachment() -> None:
    tree = TREE.replace(', {id: "333333333333", name: desk}', "").replace(
        "name: lab}", 'name: lab}, {id: "333333333333", name: desk}'
    )
    (change,) = compared(state(whole(), LABS, TO_LABS), state(whole(), LABS, TO_LABS, tree=tree)).changes
    assert (change.accounts, lines(change)) == (("333333333333",), ["+c.bpol:1"])


def test_the_same_change_by_two_policies_has_the_lines_of_both() -> None:
    others = LABS.replace("labs", "prod") + 'attach prod to ou "Prod"\n'
    (change,) = compared(state(whole()), state(whole(), LABS + TO_LABS, others)).changes
    assert (len(change.accounts), lines(change)) == (3, ["+c.bpol:1", "+b.bpol:1"])


def raw(days: str, attached: str = "Root") -> str:
    """A snapshot with a raw policy."""
    document = {"plans": {"daily": {"rules": {"nightly": {"lifecycle": {"delete_after_days": {"@@assign": days}}}}}}}
    tree = TREE.replace("name: Labs,", "name: Labs, policies: [raw],") if attached == "Labs" else TREE
    return f"{tree}policies: {{raw: {{content: {json.dumps(document)}}}}}\n"


def test_a_raw_policy_is_named_with_its_unit() -> None:
    base, head = state(whole(), tree=raw("9", "Labs")), state(whole(), tree=raw("8", "Labs"))
    (change,) = compared(base, head).changes
    assert (change.message, lines(change)) == (
        "plan `daily`, rule `nightly`: retention 9 days -> 8 days",
        ["+raw@Labs"],
    )


def test_an_attachment_of_the_snapshot_is_named_with_its_unit() -> None:
    (change,) = compared(state(whole(), tree=raw("9")), state(whole(), tree=raw("9", "Labs"))).changes
    assert lines(change) == ["+raw@Labs"]
