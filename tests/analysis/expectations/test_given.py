"""What a test may give: an account of the snapshot, a new one, and policies attached for this test only."""

from __future__ import annotations

import pytest
from analysis.expectations.projects import TREE, faults, run

RETENTION = 'plans["daily"].rules["nightly"].retention'


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ('"books"', 'account.id == "222222222222"'),
        ('"444444444444"', 'account.path == "Labs/toys"'),
        ('"books"', 'account.tags["env"] == "prod"'),
        ('"management"', "account.management"),
        ('"new" in ou "Shops"', 'account.path == "Shops/new" and account.ou == "Shops"'),
        ('"new" in root', 'account.path == "new" and account.ou == ""'),
        ('"a/b" in ou "Shops"', 'account.path == "Shops/a\\\\/b"'),
        ('"new" in ou "Shops" tags { env = "prod" }', 'account.tags["env"] == "prod"'),
        ('"new" in ou "Shops" tags { env = production }', 'account.tags["env"] == "prod"'),
        ('"new" in ou "Shops"', 'not (account.tags["env"] == "prod") and not account.management'),
        ('"555555555555" in root', 'account.id == "555555555555"'),
        ('"new" in root', 'account.id != "000000000001" and account.id like "????????????"'),
        ('"new" in ou "Shops"', f"{RETENTION} == 35 days"),
        ('"new" in ou "Shops"', "every rule satisfies rule.vault.exists and rule.vault.lock == governance"),
    ],
)
def test_the_account(account: str, expected: str) -> None:
    assert faults(f"given account {account} expect {expected}") == []


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        (
            'given account "boks"',
            '"boks": the organization has no account `boks` [did you mean `books`?]',
        ),
        (
            'given account "999999999999"',
            (
                '"999999999999": the organization has no account with the id `999999999999`'
                ' [a new one needs a place: `given account "999999999999" in ou "..."`]'
            ),
        ),
        (
            'given account "Shops/books"',
            (
                '"Shops/books": the organization has no account `Shops/books`'
                " [accounts go by name or id, without a path: did you mean `books`?]"
            ),
        ),
        (
            'given account "toys"',
            (
                '"toys": 2 accounts have the name `toys`'
                " [use the id of the one that is meant: 333333333333 (`Shops/toys`), 444444444444 (`Labs/toys`)]"
            ),
        ),
        (
            'given account "new" in ou "Shop"',
            'ou "Shop": the organization has no unit `Shop` [did you mean `Shops`?]',
        ),
        (
            'given account "books" in ou "Labs"',
            (
                '"books": the snapshot has an account `books` already, `Shops/books`'
                ' [leave out `in ou "Labs"` to look at that one, or give another name]'
            ),
        ),
        (
            'given account "222222222222" in root',
            (
                '"222222222222": the snapshot has an account `222222222222` already, `Shops/books`'
                " [leave out `in root` to look at that one, or give another name]"
            ),
        ),
        (
            "given policy longer attached to root",
            'test "it": a test needs an account to look at [add `given account "..."`]',
        ),
        (
            'given account "books" given account "management"',
            (
                'given account "management": a test looks at one account, and it is `books` already'
                " [write a test for each of the accounts]"
            ),
        ),
        (
            'given account "books" given policy longer attached to ou "Labz"',
            'ou "Labz": the organization has no unit `Labz` [did you mean `Labs`?]',
        ),
        (
            'given account "new" in root given policy longer attached to account "nw"',
            'account "nw": the organization has no account `nw` [did you mean `new`?]',
        ),
        (
            'given account "333333333333" given policy longer attached to account "toys"',
            (
                'account "toys": 2 accounts have the name `toys`'
                " [use the id of the one that is meant: 333333333333 (`Shops/toys`), 444444444444 (`Labs/toys`)]"
            ),
        ),
        (
            'given account "books" given policy baseline attached to root',
            "given policy baseline attached to root: `baseline` is attached to the root already [leave the line out]",
        ),
        (
            'given account "books" given policy longer attached to ou "Shops" given policy longer attached to ou "Shops"',
            (
                'given policy longer attached to ou "Shops": `longer` is attached to unit "Shops" already'
                " [leave the line out]"
            ),
        ),
    ],
)
def test_what_cannot_be_given(steps: str, fault: str) -> None:
    """It is the only fault: nothing is expected of an account that is not there."""
    assert faults(f"{steps} expect invalid") == [fault]


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ('account "books"', 35),
        ('account "books" given policy shorter attached to ou "Shops"', 7),
        ('account "books" given policy shorter attached to account "books"', 7),
        ('account "books" given policy shorter attached to account "222222222222"', 7),
        ('account "books" given policy shorter attached to root', 35),  # the first of two peers wins
        ('account "books" given policy shorter attached to ou "Labs"', 35),
        ('account "books" given policy shorter attached to account "oldest"', 35),
        ('account "new" in ou "Shops" given policy shorter attached to account "new"', 7),
        ('account "555555555555" in root given policy shorter attached to account "555555555555"', 7),
    ],
)
def test_a_policy_attached_for_a_test(given: str, days: int) -> None:
    assert faults(f"given {given} expect {RETENTION} == {days} days") == []


@pytest.mark.parametrize(("first", "second", "days"), [("shorter", "longer", 7), ("longer", "shorter", 90)])
def test_policies_are_attached_in_written_order(first: str, second: str, days: int) -> None:
    given = f'given policy {first} attached to ou "Shops" given policy {second} attached to ou "Shops"'
    assert faults(f'given account "books" {given} expect {RETENTION} == {days} days') == []


def test_an_account_may_stand_behind_what_is_attached_to_it() -> None:
    given = 'given policy shorter attached to account "new" given account "new" in root'
    assert faults(f"{given} expect {RETENTION} == 7 days") == []


def test_what_a_test_attaches_is_for_this_test_only() -> None:
    alone = f'given account "books" expect {RETENTION} == 35 days'
    given = f'given account "books" given policy shorter attached to ou "Shops" expect {RETENTION} == 7 days'
    tests = [f'test "{number}" {{ {steps} }}' for number, steps in enumerate([alone, given, alone, given])]
    assert [result.failures for result in run("\n".join(tests)).results] == [(), (), (), ()]


def test_new_accounts_of_one_name_have_nothing_to_do_with_each_other() -> None:
    tests = [
        f'test "{unit}" {{ given account "new" in ou "{unit}" expect account.path == "{unit}/new" }}'
        for unit in ("Shops", "Labs")
    ]
    assert [result.account for result in run("\n".join(tests)).results] == ["Shops/new", "Labs/new"]


def test_the_id_of_a_new_account_is_nowhere_else() -> None:
    """Neither a copy nor a vault nor an expression that names an account means the new one by chance."""
    taken = [f"00000000000{number}" for number in range(1, 5)]
    copies = f'policy copies {{ plan p {{ rule r {{ copy to vault "V" in eu-west-1 account "{taken[1]}" }} }} }}'
    tree = TREE + f'  - {{name: Own, accounts: ["{taken[2]}"], regions: [eu-west-1]}}\n'
    expected = " and ".join(f'account.id != "{number}"' for number in taken)
    test = f'{copies}\ntest "it" {{ given account "new" in root expect {expected} }}'
    (result,) = run(test, tree=tree).results
    assert result.passed
