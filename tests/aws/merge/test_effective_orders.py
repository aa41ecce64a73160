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


@pytest.mark.parametrize(
    ("appending", "unordered", "project_order", "orders"),
    [
        ("abc", 2, "", "abc bac"),
        ("abc", 3, "", "abc acb bac bca cab cba"),
        ("abc", 3, "ab", "abc acb cab"),
        ("abc", 3, "cb", "acb cab cba"),
        ("cde", 2, "", "cde"),
        ("bcd", 2, "", "bcd"),
        ("bcd", 3, "", "bcd cbd"),
    ],
)
def test_items_of_peers_in_a_known_order_come_in_that_order(
    appending: str, unordered: int, project_order: str, orders: str
) -> None:
    attached = tuple(
        policy(name, plan(regions={"@@append": [name]}) if name in appending else plan()) for name in "abcde"
    )
    root = Entity("root", None, "Root", "", None, attached, unordered, tuple(project_order))
    account = Entity("account", "111111111111", "shop", "shop", root)

    leaf = regions_of(resolve(Organization((root, account), {}), at=AT).accounts[0])

    assert (leaf.orders.values if leaf.orders else {leaf.value}) == {tuple(order) for order in orders.split()}


@pytest.mark.parametrize(("number", "complete"), [(1, None), (2, True), (119, True), (120, False)])
def test_inferred_orders_are_all_there_are_unless_there_are_very_many(number: int, complete: object) -> None:
    attached = tuple(policy(name, plan(regions={"@@append": [name]})) for name in "abcde")
    orders = tuple(permutations("abcde"))[:number]
    root = Entity("root", None, "Root", "", None, attached, 5, orders=orders)
    account = Entity("account", "111111111111", "shop", "shop", root)

    leaf = regions_of(resolve(Organization((root, account), {}), at=AT).accounts[0])

    assert (leaf.orders.values if leaf.orders else {leaf.value}) == set(orders)
    assert (leaf.orders and leaf.orders.complete) is complete


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


SEVEN: list[Setting] = [{"@@append": [item]} for item in "abcdefg"]
THREE: list[Setting] = [{"@@append": [item]} for item in "xyz"]
REMOVED: Setting = {"@@remove": ["a"]}
TEXT: Setting = {"@@assign": "t"}


@pytest.mark.parametrize(
    ("levels", "decided_by", "values", "complete"),
    [
        pytest.param([peers(THREE), peers(THREE)], ["p00"], 6, True, id="items that are there already are not moved"),
        pytest.param([peers(THREE), peers([PLUS_A, PLUS_B])], ["p00", "p10"], 12, True, id="both levels, every order of both"),
        pytest.param([peers(SEVEN[:4]), peers(THREE)], ["p00", "p10"], 24, False, id="orders of two levels that are too many together"),
        pytest.param([peers(SEVEN), peers([{"@@append": ["x"]}])], ["p00"], 7, False, id="what is incomplete above is so below"),
        pytest.param([peers(SEVEN), peers([A, B])], ["p10"], 2, True, id="unless it is replaced"),
        pytest.param([peers(SEVEN), peers([A, *THREE[:2]])], ["p10"], 2, True, id="by one peer"),
        pytest.param([[plan(regions={**PLUS_A, N: ["@@append"]}), *peers(SEVEN[1:])], peers([B])], ["p00"], 7, False, id="which may not be allowed"),
        pytest.param([peers([*THREE[:1], *[REMOVED] * 6, A])], [], 1, None, id="one that appends and one that assigns"),
        pytest.param([peers([*THREE[:1], *[REMOVED] * 5, A, B])], ["p06"], 2, True, id="one that appends and two that assign, of many"),
        pytest.param([peers([*THREE[:2], *[REMOVED] * 5])], ["p00"], 2, False, id="two that append, of many"),
        pytest.param([[plan(regions={N: ["@@assign"]})], peers([*THREE[:2], *[REMOVED] * 5, C, B])], ["p17"], 2, True, id="two that append and may not"),
        pytest.param([peers([A, TEXT]), peers([PLUS_A, PLUS_B])], ["p00"], 3, True, id="a list or a text"),
        pytest.param([peers([A, {"@@assign": "c"}]), peers([PLUS_A, PLUS_B, {"@@remove": ["c"]}])], ["p10"], 2, True, id="two levels together, of a list or a text"),
        pytest.param([peers([A, C]), peers(THREE[:2]), peers([PLUS_A, PLUS_B, {"@@remove": ["c", "x", "y"]}])], ["p20"], 2, True, id="the last of three levels, with the first"),
        pytest.param([peers([{"@@assign": ["a", "b"]}, C, PLUS_A, PLUS_B, PLUS_A, PLUS_A]), peers([{"@@remove": ["c"]}])], ["p00"], 2, False, id="who assigns together with who appends"),
    ],
)  # fmt: skip
def test_who_decides_and_how_many_values_there_are(
    levels: Levels, decided_by: list[str], values: int, complete: object
) -> None:
    orders = regions_of(account_policy(levels, order_known=False)).orders
    assert [each.peer.policy.name for each in orders.decisive] == decided_by if orders else not decided_by
    assert (len(orders.values) if orders else 1) == values
    assert (orders.complete if orders else None) is complete


def test_of_very_many_orders_those_of_a_list_and_of_a_text_are_tried() -> None:
    leaf = regions_of(account_policy([peers([A, TEXT, *SEVEN]), peers(SEVEN)], order_known=False))
    assert leaf.orders
    assert {value[0] for value in leaf.orders.values if value} >= {"a", "t"}


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
