"""Accounts of which only one side says what they have: what the other side's findings say of them is new, or gone."""

from __future__ import annotations

import pytest
from analysis.diff.states import DESK, LAB, SHOP, TREE, Told, compared, state, told, whole

from policyengine.analysis.diff import OrganizationComparison

NEW = "555555555555"
EMPTY = TREE + "    - {name: New}\n"
JOINED = TREE + f'    - {{name: New, accounts: [{{id: "{NEW}", name: fresh}}]}}\n'
BROKEN = 'policy z { plan q { regions = [eu-west-1] } }\nattach z to ou "New"\n'
FRESH = "plan `daily`: is new with the account, which joined the organization"
BARE = whole().replace("to root", 'to ou "Prod"\nattach baseline to ou "Labs"')
WITHOUT = "the account: an account ends up without a backup plan: no policy is attached on the way from the root"
NO_VAULT = "vaults: [{name: Other}]\n"
NO_ROLE = 'roles: [{name: Backup, accounts: ["222222222222", "333333333333", "444444444444"]}]\n'


def invalid(comparison: OrganizationComparison) -> list[str]:
    return [found.account.id or "" for found in comparison.became_invalid]


def test_an_ordinary_new_account_is_only_added() -> None:
    found = compared(state(whole(), tree=EMPTY), state(whole(), tree=JOINED))
    assert (told(found), invalid(found)) == ([Told("added", FRESH)], [])


def test_a_new_account_with_an_invalid_policy() -> None:
    found = compared(state(whole(), tree=EMPTY), state(whole(), BROKEN, tree=JOINED))
    assert (told(found), invalid(found), found.touched) == ([], [NEW], frozenset({NEW}))


def test_a_new_account_below_a_policy_that_was_invalid_for_nobody() -> None:
    found = compared(state(whole(), BROKEN, tree=EMPTY), state(whole(), BROKEN, tree=JOINED))
    assert (told(found), invalid(found)) == ([], [NEW])


def test_an_account_that_moves_below_an_invalid_policy() -> None:
    moved = JOINED.replace(NEW, LAB).replace(f'    - {{name: Labs, accounts: [{{id: "{LAB}", name: lab}}]}}\n', "")
    found = compared(state(whole(), BROKEN, tree=EMPTY), state(whole(), BROKEN, tree=moved))
    assert (told(found), invalid(found)) == ([], [LAB])


@pytest.mark.parametrize(
    ("policy", "facts", "expected"),
    [
        (BARE, "", [("weakened", WITHOUT)]),
        (whole(), NO_ROLE, [("weakened", "role"), ("added", FRESH)]),
    ],
    ids=["no plan", "no role"],
)
def test_what_checks_find_of_a_new_account(policy: str, facts: str, expected: list[tuple[str, str]]) -> None:
    found = compared(state(policy, tree=EMPTY + facts), state(policy, tree=JOINED + facts))
    assert [(one.change_class, one.accounts) for one in found.changes] == [(kind, (NEW,)) for kind, _ in expected]
    for change, (_, text) in zip(found.changes, expected, strict=True):
        assert text in change.message
    back = compared(state(policy, tree=JOINED + facts), state(policy, tree=EMPTY + facts))
    opposite = {"weakened": "strengthened", "added": "lost"}
    assert sorted(one.change_class for one in back.changes) == sorted(opposite[kind] for kind, _ in expected)


def test_what_others_have_already_is_new_of_a_new_account() -> None:
    """Whatever fails for all others fails for it too."""
    found = compared(state(whole(), tree=EMPTY + NO_VAULT), state(whole(), tree=JOINED + NO_VAULT))
    assert [(one.change_class, one.accounts) for one in found.changes] == [("weakened", (NEW,)), ("added", (NEW,))]


def test_an_account_that_is_valid_again_and_gets_nothing() -> None:
    """Nobody knows what AWS kept, and from now on there is nothing."""
    incomplete = whole().replace("regions = [eu-west-1]\n", "")
    found = compared(state(incomplete), state(incomplete.replace("attach baseline to root\n", "")))
    assert [(one.change_class, one.message, one.accounts) for one in found.changes] == [
        ("weakened", WITHOUT, (SHOP, DESK, LAB))
    ]
    assert told(compared(state(incomplete), state(whole()))) == []


OFTEN = whole().replace(
    "tag selection", 'rule often { schedule = hourly  vault = "Main"  retain = 7 days }\ntag selection'
)
AT_NIGHT = OFTEN.replace(
    "attach", "policy night { plan daily { rule nightly { start_within = 12 hours } } }\nattach", 1
)


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (OFTEN, OFTEN, ["added"]),
        (whole(), OFTEN, ["weakened", "added"]),
        (AT_NIGHT, f'{AT_NIGHT}attach night to ou "New"\n', ["weakened", "added"]),
    ],
    ids=["as for all others", "new for all", "another plan of the same name"],
)
def test_less_protection_than_there_could_be(base: str, head: str, expected: list[str]) -> None:
    """`windows-overlap`: of the runs of `often` some are left out."""
    found = compared(state(base, tree=EMPTY), state(head, tree=JOINED))
    assert [one.change_class for one in found.changes if NEW in one.accounts] == expected
