"""What another attachment order would give, where nobody knows the order (semantics.md R6), by example."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from aws.merge.chains import AT, Levels, account_policy, plan, policy

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import AccountPolicy, resolve
from policyengine.aws.merge.state import Leaf
from policyengine.aws.organization.tree import Entity, Organization

Setting = dict[str, Json]

A: Setting = {"@@assign": ["a"]}
B: Setting = {"@@assign": ["b"]}
C: Setting = {"@@assign": ["c"]}
PLUS_A: Setting = {"@@append": ["a"]}
PLUS_B: Setting = {"@@append": ["b"]}
ANOTHER = "the attachment order is not known; another order gives {}"


def regions_of(account: AccountPolicy) -> Leaf:
    assert account.resolved
    (leaf,) = account.resolved.root.leaves
    return leaf


def open_orders(account: AccountPolicy) -> list[tuple[str, str, str]]:
    """The policy and the place that decide the value, and what is said."""
    assert account.resolved
    notes = [note for note in account.resolved.notes if note.kind == "peer-order-unknown"]
    return [(note.policy.name, note.entity.path, note.detail) for note in notes]


def peers(settings: Sequence[Setting]) -> list[Json]:
    return [plan(regions=setting) for setting in settings]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param([peers([A, B])], [("p00", "", ANOTHER.format("`[b]`"))], id="the first assign wins"),
        pytest.param([peers([A, C, B])], [("p00", "", ANOTHER.format("`[b]` or `[c]`"))], id="one of three"),
        pytest.param([peers([{"@@assign": [value]} for value in "afdbec"])], [("p00", "", ANOTHER.format("`[b]` or `[c]` or `[d]` or `[e]` or `[f]`"))], id="one of six"),
        pytest.param([peers([A, A])], [], id="the same value"),
        pytest.param([peers([PLUS_A, PLUS_B])], [("p00", "", ANOTHER.format("`[b, a]`"))], id="the order of a list"),
        pytest.param([peers([PLUS_A, {"@@remove": ["a"]}])], [], id="append comes before remove in every order"),
        pytest.param([peers([PLUS_B, A, B])], [("p01", "", ANOTHER.format("`[b]`"))], id="who assigns supplies the value"),
        pytest.param([peers([{"@@remove": ["x"]}, {"@@append": ["a", "b"]}, {"@@append": ["b", "a"]}])], [("p01", "", ANOTHER.format("`[b, a]`"))], id="else who appends first"),
        pytest.param([[plan(regions={N: ["@@append"]})], peers([A, PLUS_A, PLUS_B, B])], [("p11", "shop", ANOTHER.format("`[b, a]`"))], id="an assign that is not allowed supplies nothing"),
        pytest.param([[plan(regions={"@@assign": ["x"], N: ["@@none"]})], peers([A, B])], [], id="nothing is allowed"),
        pytest.param([peers([A, B]), peers([{"@@append": ["c"]}])], [("p00", "", ANOTHER.format("`[b, c]`"))], id="the root decides for all below"),
        pytest.param([peers([A, B]), peers([C])], [], id="what is replaced below does not count"),
        pytest.param([[plan()], peers([{"@@assign": "a"}, {"@@assign": "b"}])], [("p10", "shop", ANOTHER.format("`b`"))], id="a plain value"),
        pytest.param([peers([A, {"@@remove": ["a"]}, B])], [("p00", "", ANOTHER.format("`[b]`"))], id="an emptied list is `[]`"),
    ],
)  # fmt: skip
def test_what_another_order_gives(levels: Levels, expected: list[tuple[str, str, str]]) -> None:
    assert open_orders(account_policy(levels, order_known=False)) == expected
    assert open_orders(account_policy(levels, order_known=True)) == []


@pytest.mark.parametrize(
    ("unordered", "known_order", "others"),
    [
        (3, (), {("b",), ("c",)}),
        (2, (), {("b",)}),
        (1, (), set()),
        (3, ("a", "b"), {("c",)}),
        (3, ("b", "c"), {("b",)}),
        (3, ("a", "b", "c"), set()),
    ],
)
def test_only_peers_whose_order_nobody_tells_change_places(
    unordered: int, known_order: tuple[str, ...], others: set[tuple[str, ...]]
) -> None:
    attached = tuple(policy(name, plan(regions={"@@assign": [name]})) for name in "abc")
    root = Entity("root", None, "Root", "", None, attached, unordered, known_order)
    account = Entity("account", "111111111111", "shop", "shop", root)

    leaf = regions_of(resolve(Organization((root, account), {}), at=AT).accounts[0])

    assert leaf.value == ("a",)
    assert (leaf.orders.values if leaf.orders else {leaf.value}) - {leaf.value} == others


def test_peers_in_a_known_order_come_after_the_others_in_every_order() -> None:
    attached = tuple(policy(name, plan(regions={"@@append": [name]})) for name in "abc")
    root = Entity("root", None, "Root", "", None, attached, 2)
    account = Entity("account", "111111111111", "shop", "shop", root)

    leaf = regions_of(resolve(Organization((root, account), {}), at=AT).accounts[0])

    assert leaf.orders
    assert leaf.orders.values == {("a", "b", "c"), ("b", "a", "c")}


@pytest.mark.parametrize(("number", "orders"), [(3, 6), (6, 720), (7, 22)])
def test_of_more_than_six_peers_only_two_change_places(number: int, orders: int) -> None:
    levels = [peers([{"@@append": [value]} for value in "abcdefg"[:number]])]

    leaf = regions_of(account_policy(levels, order_known=False))

    assert leaf.orders
    assert len(leaf.orders.values) == orders


def test_a_peer_that_does_not_mention_a_setting_does_not_count_for_it() -> None:
    silent = [plan(regions={N: ["@@all"]})] * 4
    appending = peers([{"@@append": [value]} for value in "abcd"])

    leaf = regions_of(account_policy([[*appending, *silent]], order_known=False))

    assert leaf.orders
    assert len(leaf.orders.values) == 24


def test_open_settings_are_noted_by_path() -> None:
    levels = [[plan(b=A, a=A, c=A), plan(a=B, c=B, b=B)]]

    resolved = account_policy(levels, order_known=False).resolved

    assert resolved
    assert [note.path for note in resolved.open_points] == ["plans/p/a", "plans/p/b", "plans/p/c"]
