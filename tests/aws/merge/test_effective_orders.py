"""What another attachment order would give, where nobody knows the order (semantics.md R6), by example."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random

import pytest
from aws.merge.chains import Levels, account_policy, plan, policy
from support.moment import AT

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import AccountPolicy, merge, resolve
from policyengine.aws.merge.state import Leaf
from policyengine.aws.note_words import note_detail
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
    return [(note.policy.name, note.entity.path, note_detail(note)) for note in notes]


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
    ("unordered", "project_order", "others"),
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
    unordered: int, project_order: tuple[str, ...], others: set[tuple[str, ...]]
) -> None:
    attached = tuple(policy(name, plan(regions={"@@assign": [name]})) for name in "abc")
    root = Entity("root", None, "Root", "", None, attached, unordered, project_order)
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


@pytest.mark.parametrize(
    ("setting", "number", "values", "complete"),
    [
        ("@@append", 3, 6, True),
        ("@@append", 5, 120, True),
        ("@@append", 6, 6, False),  # each of them once in front
        ("@@append", 10, 10, False),
        ("@@assign", 6, 6, True),
        ("@@assign", 10, 10, True),
    ],
)
def test_of_many_orders_some_are_tried(setting: str, number: int, values: int, complete: object) -> None:
    levels = [peers([{setting: [value]} for value in "abcdefghij"[:number]])]

    leaf = regions_of(account_policy(levels, order_known=False))

    assert leaf.orders
    assert (len(leaf.orders.values), leaf.orders.complete) == (values, complete)


def test_more_orders_than_are_tried_are_said_to_be_there() -> None:
    levels = [peers([{"@@append": [value]} for value in "abcdef"])]
    tried = " or ".join(f"`[{', '.join(order)}]`" for order in ("bacdef", "cabdef", "dabcef", "eabcdf", "fabcde"))
    assert open_orders(account_policy(levels, order_known=False)) == [("p00", "", ANOTHER.format(f"{tried} or others"))]


def test_peers_that_append_on_every_level_leave_few_values() -> None:
    items = iter(range(100))
    levels = [peers([{"@@append": [f"r{next(items):02}"]} for _ in range(10)]) for _ in range(6)]

    leaf = regions_of(account_policy(levels, order_known=False))

    assert leaf.orders
    assert len(leaf.value) == 60
    assert 2 <= len(leaf.orders.values) <= 120


@pytest.mark.parametrize(
    ("last", "named"),
    [
        ({"@@remove": ["a", "b", "c", "d", "e"]}, []),
        ({"@@remove": ["a", "b", "c", "d"]}, ["p00"]),
        ({"@@remove": ["b", "c", "d", "e"]}, ["p00"]),
        ({"@@assign": ["x"]}, []),
    ],
)
def test_of_many_orders_a_difference_that_is_left_is_seen(last: Setting, named: list[str]) -> None:
    levels = [peers([{"@@append": [value]} for value in "abcdef"]), peers([last])]
    assert [policy for policy, _, _ in open_orders(account_policy(levels, order_known=False))] == named


def appended(dice: Random, number: int) -> list[Json]:
    """Peers that append and assign a few of the same items."""
    return peers(
        [{dice.choice(["@@append"] * 4 + ["@@assign"]): list[Json](dice.sample("abcdef", 2))} for _ in range(number)]
    )


@pytest.mark.parametrize("seed", range(200))
def test_what_is_left_out_of_many_orders_never_hides_a_difference(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with every order tried: as many notes, no value that is not possible, and two where there are two."""
    dice = Random(seed)
    levels = [
        appended(dice, dice.randint(1, 4)),
        appended(dice, dice.randint(1, 4)),
        peers([{"@@remove": dice.sample("abcdef", 3)}]),
    ]
    found = {}
    for cases in (0, 10**6):
        monkeypatch.setattr(merge, "_CASES", cases)
        leaf = regions_of(account_policy(levels, order_known=False))
        found[cases] = leaf.orders.values if leaf.orders else frozenset((leaf.value,))
    assert found[0] <= found[10**6]
    assert (len(found[0]) > 1) is (len(found[10**6]) > 1)


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


def test_orders_of_two_levels_that_matter_only_together_leave_a_value_open() -> None:
    """`[b, a]` needs both: `c` from the root, which goes, and `b` before `a` below."""
    levels = [peers([A, C]), peers([PLUS_A, PLUS_B, {"@@remove": ["c"]}])]
    assert open_orders(account_policy(levels, order_known=False)) == [("p10", "shop", ANOTHER.format("`[b, a]`"))]


def test_many_inferred_orders_on_every_level_are_not_all_combined() -> None:
    names = "abcde"
    orders = tuple(permutations(names))[:119]
    levels = []
    for level in range(5):
        documents = [plan(regions={"@@append": [f"{level}{name}"]}) for name in names]
        levels.append(tuple(policy(name, document) for name, document in zip(names, documents, strict=True)))
    parent: Entity | None = None
    entities = []
    for level, attached in enumerate(levels):
        parent = Entity(
            "ou" if parent else "root", None, f"u{level}", f"u{level}", parent, attached, len(attached), orders=orders
        )
        entities.append(parent)
    account = Entity("account", "111111111111", "shop", "shop", parent)

    leaf = regions_of(resolve(Organization((*entities, account), {}), at=AT).accounts[0])

    assert leaf.orders
    assert 2 <= len(leaf.orders.values) <= 120
    assert not leaf.orders.complete
