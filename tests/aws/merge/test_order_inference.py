"""Which attachment orders explain what AWS publishes: by example, and as a law over generated organizations."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from aws.merge.chains import ACCOUNT, Levels, chain_of, plan, policy
from oracle.documents import nested
from oracle.merging import Level, merge_chain
from support.moment import AT

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import InferredOrders, infer_orders, resolve
from policyengine.aws.organization import MOST_ORDERS, Organization, attach
from policyengine.aws.organization.tree import Entity
from policyengine.aws.snapshot import read_snapshot
from policyengine.base.source import Source

Tree = dict[str, Any]
Orders = dict[str, tuple[str, ...]]

X: Json = {"@@assign": ["x"]}
Y: Json = {"@@assign": ["y"]}
Z: Json = {"@@assign": ["z"]}
PLUS_X: Json = {"@@append": ["x"]}
PLUS_Y: Json = {"@@append": ["y"]}


def inferred(levels: Levels, published: Json) -> InferredOrders:
    effective = resolve(chain_of(levels), at=AT)
    return infer_orders(effective, {ACCOUNT: published}, invalid=())


def regions(*settings: Json) -> list[Json]:
    return [plan(regions=setting) for setting in settings]


@pytest.mark.parametrize(
    ("levels", "published", "orders"),
    [
        pytest.param([regions(X, Y)], ["x"], {"": ["p00 p01"]}, id="the first to assign"),
        pytest.param([regions(X, Y)], ["y"], {"": ["p01 p00"]}, id="which is not the one listed first"),
        pytest.param([regions(X, Y, Z)], ["y"], {"": ["p01 p00 p02", "p01 p02 p00"]}, id="of three"),
        pytest.param([regions(X, X)], ["x"], {}, id="peers that agree can have any order"),
        pytest.param([regions(PLUS_X, PLUS_Y)], ["y", "x"], {"": ["p01 p00"]}, id="the order of items"),
        pytest.param([regions(PLUS_X, PLUS_Y, {"@@remove": ["x"]})], ["y"], {}, id="of which none is left"),
        pytest.param([regions(X, Y), regions(Z)], ["z"], {}, id="what is replaced below says nothing"),
        pytest.param([regions(X, Y), regions(PLUS_X, PLUS_Y)], ["y", "x"], {"": ["p01 p00"]}, id="a list begins with what is above"),
        pytest.param([regions(X, Y), regions({"@@append": ["u"]}, {"@@append": ["v"]})], ["y", "v", "u"], {"": ["p01 p00"], "shop": ["p11 p10"]}, id="two levels in a list"),
        pytest.param([[plan(regions={"@@assign": ["x"], N: ["@@none"]})], regions(Y, Z)], ["x"], {}, id="what is blocked says nothing"),
    ],
)  # fmt: skip
def test_what_a_published_list_says(levels: Levels, published: Json, orders: Mapping[str, Sequence[str]]) -> None:
    found = inferred(levels, plan(regions=published))
    expected = {
        place if place != "shop" else ACCOUNT: tuple(tuple(o.split()) for o in each) for place, each in orders.items()
    }
    assert (found.orders, found.unexplained) == (expected, ())


def test_settings_together_say_more_than_each_alone() -> None:
    levels = [
        [plan(a={"@@assign": "1"}, b={"@@assign": "1"}), plan(a={"@@assign": "2"}, c=X), plan(b={"@@assign": "2"}, c=Y)]
    ]
    found = inferred(levels, plan(a="1", b="2", c=["y"]))
    assert found.orders == {"": (("p02", "p00", "p01"),)}


def test_two_levels_that_explain_a_list_together_stay_open_together() -> None:
    """Either the root gives `x` and the order below is any, or `z`, which goes, and `x` is appended before `y`."""
    levels = [regions(X, Z, {"@@assign": ["q"]}), regions(PLUS_X, PLUS_Y, {"@@remove": ["z"]})]
    found = inferred(levels, plan(regions=["x", "y"]))
    assert found.orders[""] == (
        ("p00", "p01", "p02"), ("p00", "p02", "p01"), ("p01", "p00", "p02"), ("p01", "p02", "p00"),
    )  # fmt: skip
    assert ACCOUNT not in found.orders


@pytest.mark.parametrize(
    "published",
    [
        plan(regions=["q"]),
        plan(regions=["x"], more="1"),
        plan(),
        {},
        None,
        [],
        "text",
        {"plans": "text"},
        plan(regions={"x": "y"}),
        plan(regions="x"),
        plan(regions=["x", "y"]),
    ],
)
def test_a_document_of_another_state_says_nothing(published: Json) -> None:
    assert inferred([regions(X, Y)], published) == InferredOrders({}, (ACCOUNT,))


@pytest.mark.parametrize(
    ("levels", "published"),
    [
        pytest.param([regions(PLUS_X, PLUS_Y)], plan(regions=["x", "q"]), id="another item"),
        pytest.param([regions(PLUS_X), regions(PLUS_Y)], plan(regions=["x", "q"]), id="another item below"),
        pytest.param([regions(PLUS_X), regions(PLUS_Y)], plan(regions=["q", "y"]), id="another item above"),
        pytest.param([regions(X), regions(PLUS_X, PLUS_Y)], plan(regions=["y", "x"]), id="items in another order than levels"),
        pytest.param([regions(PLUS_X, PLUS_Y)], plan(regions=["x", "y", "z"]), id="an item more"),
        pytest.param([regions(PLUS_X, PLUS_Y)], plan(regions=["x"]), id="an item less"),
        pytest.param([regions({"@@append": ["x", "y"]}, PLUS_Y)], plan(regions=["x", "x"]), id="an item twice"),
        pytest.param([regions({"@@append": ["x", "y", "z"]}, PLUS_X)], plan(regions=["x", "z", "y"]), id="items in another order than their policy has"),
        pytest.param([regions(PLUS_X, PLUS_Y)], plan(regions="xy"), id="a text of the items"),
        pytest.param([regions(PLUS_X, PLUS_Y)], plan(regions={"x": "1", "y": "2"}), id="a block of the items"),
        pytest.param([regions({"@@remove": ["x"]}, {"@@remove": ["y"]})], {"plans": {}}, id="an empty block"),
    ],
)  # fmt: skip
def test_a_list_that_no_order_gives_says_nothing(levels: Levels, published: Json) -> None:
    assert inferred(levels, published) == InferredOrders({}, (ACCOUNT,))


def test_nothing_is_explained_where_nothing_has_a_value() -> None:
    assert inferred([regions({"@@remove": ["x"]}, {"@@remove": ["y"]})], {}) == InferredOrders({}, ())


def test_a_document_of_another_state_says_nothing_of_settings_that_fit_either() -> None:
    levels = [[plan(regions=X, old={"@@assign": "1"}), plan(regions=Y)]]
    assert inferred(levels, plan(regions=["y"], old="2")) == InferredOrders({}, (ACCOUNT,))


def test_keys_and_values_are_compared_as_aws_publishes_them() -> None:
    levels = [[plan(Days={"@@assign": 1}), plan(days={"@@assign": "2"})]]
    assert inferred(levels, {"Plans": {"P": {"DAYS": 2}}}).orders == {"": (("p01", "p00"),)}


def test_the_older_document_of_an_invalid_account_says_nothing() -> None:
    effective = resolve(chain_of([regions(X, Y)]), at=AT)
    found = infer_orders(effective, {ACCOUNT: plan(regions=["y"])}, invalid={ACCOUNT})
    assert found == InferredOrders({}, ())


def test_documents_that_contradict_each_other_say_nothing() -> None:
    snapshot = _snapshot({"": ["a", "b"]}, {"a": plan(regions=X), "b": plan(regions=Y)})
    published = dict(zip(_accounts(), (plan(regions=["x"]), plan(regions=["y"])), strict=True))
    found = infer_orders(resolve(_organization(snapshot), at=AT), published, invalid=())
    assert found == InferredOrders({}, tuple(_accounts()))


def test_ten_peers_at_each_of_five_levels_end_quickly() -> None:
    dice = Random(5)
    levels: list[list[Json]] = []
    for level in range(5):
        documents: list[Json] = []
        for peer in range(10):
            item = f"i{level}{peer}"
            assigned: dict[str, Json] = {key: {"@@assign": f"{level}{peer}"} for key in dice.sample("abcdefgh", 3)}
            documents.append(
                plan(
                    regions={"@@append": [item, dice.choice(["s", "t"])]},
                    **{f"{k}{level}": v for k, v in assigned.items()},
                )
            )
        levels.append(documents)
    organization = chain_of(levels)
    (account,) = resolve(organization, at=AT).accounts
    assert account.resolved
    backwards = chain_of([list(reversed(documents)) for documents in levels])
    started = time.process_time()
    found = infer_orders(resolve(backwards, at=AT), {ACCOUNT: account.resolved.policy}, invalid=())
    assert time.process_time() - started < 5
    for target, level in (("", 0), ("u1", 1), ("u1/u2", 2), ("u1/u2/u3", 3), (ACCOUNT, 4)):
        assert found.orders[target] == (tuple(f"p{level}{place}" for place in reversed(range(10))),)


def test_of_many_orders_those_are_listed_that_show_every_value() -> None:
    """Ten that assign: the first is known, any order of the others explains it."""
    settings: list[Json] = [{"@@assign": [name]} for name in "abcdefghij"]
    levels = [regions(*settings)]
    found = inferred(levels, plan(regions=["d"])).orders[""]
    names = [f"p0{place}" for place in range(10)]
    assert len(found) >= MOST_ORDERS
    assert {order[0] for order in found} == {"p03"}
    pairs = {(first, second) for order in found for place, first in enumerate(order) for second in order[place:]}
    assert all((first, second) in pairs for first in names for second in names if second != "p03")


def test_an_item_that_is_appended_as_plain_text_is_one_item() -> None:
    levels = [regions({"@@append": "north"}, {"@@append": "south"})]
    found = inferred(levels, plan(regions=["south", "north"]))
    assert found == InferredOrders({"": (("p01", "p00"),)}, ())


def test_settings_that_are_open_together_restrict_the_levels_together() -> None:
    """In each setting, a root that gives `x` leaves the order below open, and one that gives `z` does not."""
    root = [plan(a=X, b=Z), plan(a=Z, b=X), plan(a={"@@assign": ["q"]}, b={"@@assign": ["q"]})]
    below = [plan(a=PLUS_X, b=PLUS_X), plan(a=PLUS_Y, b=PLUS_Y), plan(a={"@@remove": ["z"]}, b={"@@remove": ["z"]})]
    found = inferred([root, below], plan(a=["x", "y"], b=["x", "y"]))
    assert {order[0] for order in found.orders[""]} == {"p00", "p01"}
    assert found.orders[ACCOUNT] == (("p10", "p11", "p12"), ("p10", "p12", "p11"), ("p12", "p10", "p11"))


def test_a_document_that_contradicts_itself_leaves_the_others_their_say() -> None:
    policies = {
        "a": plan(a={"@@assign": "1"}, b={"@@assign": "1"}),
        "b": plan(a={"@@assign": "2"}, b={"@@assign": "2"}),
    }
    first, second = _accounts()
    published = {first: plan(a="1", b="2"), second: plan(a="2", b="2")}
    organization = _organization(_snapshot({"": ["a", "b"]}, policies))
    found = infer_orders(resolve(organization, at=AT), published, invalid=())
    assert found == InferredOrders({"": (("b", "a"),)}, (first,))


def test_of_many_orders_one_is_listed_for_each_peer_that_may_bring_a_common_item() -> None:
    """Five append the same item: which of them is the first decides who brings it."""
    suppliers = {f"p0{place}" for place in range(5)}
    levels = [[*([plan(regions=PLUS_X)] * 5), plan(a={"@@assign": "1"}), plan(a={"@@assign": "2"})]]
    found = inferred(levels, plan(regions=["x"], a="2")).orders[""]
    first = {next(name for name in order if name in suppliers) for order in found}
    assert len(found) >= MOST_ORDERS
    assert first == suppliers


def test_of_many_orders_no_more_are_listed_than_show_every_value() -> None:
    settings: list[Json] = [{"@@assign": [name]} for name in "abcdefghijklmno"]
    found = inferred([regions(*settings)], plan(regions=["d"])).orders[""]
    assert len(found) == MOST_ORDERS


SILENT: list[Json] = [plan(other={"@@assign": "1"})] * 5


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param([[*regions(X, X), *SILENT]], id="who assigns assigns the same"),
        pytest.param([[*regions(PLUS_X, PLUS_X), *SILENT]], id="who appends appends the same"),
        pytest.param([SILENT, regions(*[X] * 10)], id="ten assign the same"),
    ],
)
def test_peers_that_agree_can_have_any_of_many_orders(levels: Levels) -> None:
    assert inferred(levels, plan(regions=["x"], other="1")) == InferredOrders({}, ())


def test_an_order_that_only_another_one_would_restrict_stays_open() -> None:
    """Either the root gives `x` and the order of eight below is any, or `z`, and `x` is appended before `y`."""
    below = [*regions(PLUS_X, PLUS_Y, {"@@remove": ["z"]}), *SILENT]
    found = inferred([regions(X, Z, {"@@assign": ["q"]}), below], plan(regions=["x", "y"], other="1"))
    assert list(found.orders) == [""]


def test_two_ways_that_have_every_order_between_them_restrict_none() -> None:
    below = regions(PLUS_X, PLUS_Y, {"@@remove": ["z"]})
    assert inferred([regions(X, Z), below], plan(regions=["x", "y"])) == InferredOrders({}, ())


def test_orders_are_listed_from_the_one_that_is_attached_however_they_are_explained() -> None:
    """`x` of the first and the third and `z` of the second are different ways."""
    root, below = regions(X, Z, X, {"@@assign": ["q"]}), regions(PLUS_X, PLUS_Y, {"@@remove": ["z"]})
    found = inferred([root, below], plan(regions=["x", "y"])).orders[""]
    assert found == tuple(order for order in permutations(["p00", "p01", "p02", "p03"]) if order[0] != "p03")


def test_a_setting_that_no_way_explains_beside_another_contradicts_it() -> None:
    """`regions` wants the first or the second peer in front, `days` the third."""
    root = [
        plan(regions=X, days={"@@assign": "1"}),
        plan(regions=Z, days={"@@assign": "1"}),
        plan(regions={"@@assign": ["q"]}, days={"@@assign": "2"}),
    ]
    levels = [root, regions(PLUS_X, PLUS_Y, {"@@remove": ["z"]})]
    assert inferred(levels, plan(regions=["x", "y"], days="2")) == InferredOrders({}, (ACCOUNT,))
    assert inferred(levels, plan(regions=["x", "y"], days="1")).unexplained == ()


def test_targets_are_sorted() -> None:
    found = inferred([regions(X, Y), regions(PLUS_X, PLUS_Y), regions(Z, X)], plan(regions=["z"]))
    assert list(found.orders) == [ACCOUNT]
    found = inferred(
        [[plan(a=X), plan(a=Y)], [plan(b=X), plan(b=Y)], [plan(c=X), plan(c=Y)]], plan(a=["x"], b=["x"], c=["x"])
    )
    assert list(found.orders) == ["", ACCOUNT, "u1"]


NAMES = ("111111111111", "222222222222", "333333333333", "444444444444")


def _beneath_a_root(root: Levels, own: Mapping[str, Sequence[Json]]) -> Organization:
    """A root with four accounts; those that have policies of their own call them `a` and `b` and their id."""
    (documents,) = root
    top = Entity(
        "root", None, "Root", "", None, tuple(policy(f"r{n}", document) for n, document in enumerate(documents))
    )
    accounts = [
        Entity(
            "account",
            name,
            name,
            name,
            top,
            tuple(policy(f"{letter}{name}", one) for letter, one in zip("ab", own.get(name, ()), strict=False)),
        )
        for name in NAMES
    ]
    return Organization((top, *accounts), {})


def test_what_contradicts_itself_takes_nothing_from_what_is_about_other_peers() -> None:
    first, second, third, fourth = NAMES
    organization = _beneath_a_root([regions(X, Y)], {third: regions(X, Y), fourth: regions(Z)})
    published = {
        first: plan(regions=["x"]),
        second: plan(regions=["y"]),
        third: plan(regions=["y"]),
        fourth: plan(regions=["z"]),
    }
    found = infer_orders(resolve(organization, at=AT), published, invalid=())
    assert found == InferredOrders({third: ((f"b{third}", f"a{third}"),)}, (first, second))


def test_accounts_without_an_explanation_are_sorted() -> None:
    first, second, third, _ = NAMES
    published = {first: plan(regions=["q"]), second: plan(regions=["r"]), third: plan(regions=["q"])}
    found = infer_orders(resolve(_beneath_a_root([regions(X, Y)], {}), at=AT), published, invalid=())
    assert found == InferredOrders({}, (first, second, third))


def test_an_account_without_policies_says_nothing() -> None:
    found = infer_orders(resolve(_beneath_a_root([[]], {}), at=AT), {NAMES[0]: {}}, invalid=())
    assert found == InferredOrders({}, ())


# The law.

LEAVES = ("a", "b", "c")
PLACES = ("", "u", "111111111111", "222222222222")


def _accounts() -> tuple[str, str]:
    return ("111111111111", "222222222222")


def _snapshot(attached: Mapping[str, Sequence[str]], policies: Mapping[str, Json]) -> Tree:
    first, second = _accounts()

    def of(place: str) -> Tree:
        return {"policies": list(attached[place])} if attached.get(place) else {}

    unit = {"name": "u", **of("u"), "accounts": [{"id": first, "name": "one", **of(first)}]}
    root = {"name": "Root", **of(""), "units": [unit], "accounts": [{"id": second, "name": "two", **of(second)}]}
    return {"version": 1, "root": root, "policies": {name: {"content": content} for name, content in policies.items()}}


def _organization(snapshot: Tree) -> Organization:
    return attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value


def _generated(dice: Random) -> tuple[Orders, dict[str, Json]]:
    """What is attached where, in its true order, and the documents: few settings and items, so that peers meet."""
    policies: dict[str, Json] = {}
    attached: Orders = {}
    for place in PLACES:
        number = dice.choice([0, 1, 2, 2, 3]) if place else dice.choice([2, 3])
        names = [f"{place[:1] or 'r'}{index}" for index in range(number)]
        policies.update(
            (name, plan(**{leaf: _setting(dice) for leaf in LEAVES if dice.random() < 0.7})) for name in names
        )
        attached[place] = tuple(dice.sample(names, len(names)))
    return attached, policies


def _setting(dice: Random) -> Json:
    operators = dice.choice(
        [["@@assign"], ["@@assign"], ["@@append"], ["@@append"], ["@@append"], ["@@remove"], ["@@append", "@@remove"]]
    )
    setting: dict[str, Json] = {operator: list[Json](dice.sample("pqrs", dice.randint(1, 2))) for operator in operators}
    if dice.random() < 0.1:
        setting[N] = [dice.choice(["@@append", "@@assign", "@@remove", "@@none"])]
    return setting


def _published(attached: Mapping[str, Sequence[str]], policies: Mapping[str, Any], account: str) -> Tree:
    chain = ("", "u", account) if account == _accounts()[0] else ("", account)
    levels: list[Any] = [Level(place, [(name, policies[name]) for name in attached[place]]) for place in chain]
    published: Tree = nested(merge_chain(levels).values)
    return published


def _all_orders(attached: Orders) -> Iterator[Orders]:
    for orders in product(*(permutations(names) for names in attached.values())):
        yield dict(zip(attached, orders, strict=True))


@pytest.mark.parametrize("seed", range(150))
def test_the_orders_are_those_that_explain_what_the_oracle_publishes(seed: int) -> None:
    """The true ones among them; and a setting is open only where two of the kept orders differ in it."""
    dice = Random(seed)
    true, policies = _generated(dice)
    asked = dice.choice([_accounts(), _accounts(), _accounts()[:1]])
    published = {account: _published(true, policies, account) for account in asked}
    listed = {place: sorted(names) for place, names in true.items()}
    snapshot = _snapshot(listed, policies)

    found = infer_orders(resolve(_organization(snapshot), at=AT), published, invalid=())

    explaining = [
        orders
        for orders in _all_orders(true)
        if all(_published(orders, policies, account) == document for account, document in published.items())
    ]
    kept = {place: set(found.orders.get(place) or permutations(names)) for place, names in true.items()}
    assert found.unexplained == ()
    assert kept == {place: {orders[place] for orders in explaining} for place in true}
    assert all(true[place] in orders for place, orders in kept.items())
    snapshot |= {"attachment_order": "inferred", "orders": found.orders}
    assert _open(_organization(snapshot)) == _differing(kept, policies)


def _open(organization: Organization) -> set[tuple[str, str]]:
    return {
        (account.account.id or "", note.path)
        for account in resolve(organization, at=AT).accounts
        if account.resolved
        for note in account.resolved.notes
        if note.kind == "peer-order-unknown"
    }


def _differing(kept: Mapping[str, set[tuple[str, ...]]], policies: Mapping[str, Json]) -> set[tuple[str, str]]:
    values: dict[tuple[str, str], set[str]] = {}
    for orders in product(*kept.values()):
        attached = dict(zip(kept, orders, strict=True))
        for account in _accounts():
            for leaf, value in _published(attached, policies, account).get("plans", {}).get("p", {}).items():
                values.setdefault((account, f"plans/p/{leaf}"), set()).add(repr(value))
    return {place for place, found in values.items() if len(found) > 1}
