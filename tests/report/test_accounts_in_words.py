"""Accounts are described by the smallest set of units that says which they are."""

from __future__ import annotations

import pytest

from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.report.account_names import AccountNames

TREE = """\
version: 1
root:
  name: Root
  accounts: [{id: "000000000001", name: boss}]
  units:
    - name: Work
      units:
        - {name: Pay, accounts: [{id: "000000000011", name: p1}, {id: "000000000012", name: p2}, {id: "000000000013", name: p3}]}
        - {name: Data, accounts: [{id: "000000000021", name: d1}, {id: "000000000022", name: d2}]}
        - {name: Lone, accounts: [{id: "000000000031", name: hermit}]}
    - {name: Labs, accounts: [{id: "000000000041", name: l1}, {id: "000000000042", name: l2}, {id: "000000000043", name: l3}]}
    - {name: Empty}
"""
ACCOUNTS = AccountNames(attach(read_snapshot(Source("organization.yaml", TREE))).value)
EVERYBODY = [1, 11, 12, 13, 21, 22, 31, 41, 42, 43]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (EVERYBODY, "all 10 accounts"),
        ([1], "boss (000000000001)"),
        ([11, 13], "p1 (000000000011) and p3 (000000000013)"),
        ([11, 12, 13], "3 accounts in Work/Pay"),
        ([31], "hermit (000000000031)"),
        ([11, 12, 13, 21, 22, 31], "6 accounts in Work"),
        ([11, 12, 13, 21, 22], "5 of 6 accounts in Work, all but hermit (000000000031)"),
        ([21, 22, 41, 42, 43], "5 accounts in Work/Data and Labs"),
        ([1, 21, 22], "3 accounts: all in Work/Data, and boss (000000000001)"),
        ([1, 11, 41], "p1 (000000000011) and 2 more"),
        ([n for n in EVERYBODY if n != 12], "9 of 10 accounts, all but p2 (000000000012)"),
        ([n for n in EVERYBODY if n not in (21, 22)], "8 of 10 accounts, all but those in Work/Data"),
        (
            [n for n in EVERYBODY if n not in (21, 22, 1)],
            "7 of 10 accounts, all but those in Work/Data, and boss (000000000001)",
        ),
        ([1, 11, 12, 21, 41], "p1 (000000000011) and 4 more"),
        ([1, 11, 12, 21, 22, 41], "6 of 10 accounts"),
    ],
)
def test_accounts_in_words(numbers: list[int], words: str) -> None:
    assert ACCOUNTS.described([f"{number:012}" for number in numbers]) == words


def test_an_organization_of_one() -> None:
    tree = 'version: 1\nroot: {name: Root, accounts: [{id: "000000000001", name: boss}]}\n'
    accounts = AccountNames(attach(read_snapshot(Source("organization.yaml", tree))).value)
    assert accounts.described(["000000000001"]) == "boss (000000000001)"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([1], "boss (000000000001)"),
        ([11, 12, 13], "p1 (000000000011), p2 (000000000012), p3 (000000000013)"),
        ([41, 42, 43, 11, 12, 13], "6 accounts in Work/Pay and Labs"),
        (EVERYBODY, "all 10 accounts"),
        ([11, 99], "p1 (000000000011), 000000000099"),
        ([11, 12, 98, 99], "p1 (000000000011), p2 (000000000012), 000000000098 and 1 more"),
    ],
)
def test_a_finding_names_few_accounts_one_by_one(numbers: list[int], words: str) -> None:
    """Those that left the organization, of which a baseline may tell, have no names."""
    assert ACCOUNTS.named([f"{number:012}" for number in numbers]) == words
