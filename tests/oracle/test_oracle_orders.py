"""Unknown attachment order (R6) in the oracle, by hand and against whole merges in every order."""

from itertools import permutations, product

import pytest
from generators.dice import seeded
from generators.organizations import SMALL, accounts_of, levels_of, organization

from oracle.cases import AT, Tree, regions
from oracle.effective import Level, effective
from oracle.orders import freeze


def test_r6_unknown_order_names_the_other_value() -> None:
    first, second = ({"plans": {"p": {"regions": {"@@assign": [code]}}}} for code in ("us-east-1", "eu-west-1"))
    unordered = Level("", [("a", first), ("b", second)], unordered=2)
    found = effective([unordered], at=AT)
    assert found.policy == {"plans": {"p": {"regions": ["us-east-1"]}}}
    note = found.notes[-1]
    assert (note["kind"], note["path"], note["policy"], note["entity"], note["basis"]) == (
        "peer-order-unknown",
        "plans/p/regions",
        "a",
        "",
        "observed",
    )
    assert note["alternatives"] == {("eu-west-1",)}


@pytest.mark.parametrize(
    "level",
    [
        Level("", [("a", regions(assign=["us-east-1"])), ("b", regions(assign=["us-east-1"]))], unordered=2),
        Level("", [("a", regions(append=["us-east-1"])), ("b", regions(remove=["us-east-1"]))], unordered=2),
        Level("", [("a", regions(assign=["us-east-1"])), ("b", regions(assign=["eu-west-1"]))], 2, ("a", "b")),
        Level("", [("a", regions(assign=["us-east-1"])), ("b", regions(assign=["eu-west-1"]))], unordered=1),
    ],
    ids=["equal values", "append and remove", "order told", "second one is known to be last"],
)
def test_r6_orders_that_decide_nothing(level: Level) -> None:
    assert "peer-order-unknown" not in {note["kind"] for note in effective([level], at=AT).notes}


def test_r6_a_value_replaced_further_down_does_not_depend_on_order() -> None:
    root = Level("", [("a", regions(assign=["us-east-1"])), ("b", regions(assign=["eu-west-1"]))], unordered=2)
    account = Level("account", [("c", regions(assign=["us-west-2"]))])
    assert [note["kind"] for note in effective([root, account], at=AT).notes] == ["assign-shadowed"]


def test_r6_two_orders_that_only_together_change_the_value() -> None:
    root = Level("", [("a", regions(assign=["us-east-1"])), ("b", regions(assign=["eu-west-1"]))], unordered=2)
    unit = Level(
        "Unit",
        [
            ("c", regions(append=["us-east-1"])),
            ("d", regions(append=["us-west-2"], remove=["eu-west-1"])),
        ],
        unordered=2,
    )
    note = effective([root, unit], at=AT).notes[-1]
    assert (note["entity"], note["policy"]) == ("Unit", "c")
    assert note["alternatives"] == {("us-west-2", "us-east-1")}


@pytest.mark.parametrize("seed", range(60))
def test_alternatives_are_what_whole_merges_in_other_orders_give(seed: int) -> None:
    snapshot = organization(seeded(seed), SMALL._replace(unknown_order=100, peers=(2, 3), account_peers=(0, 2)))
    for account in accounts_of(snapshot):
        levels = levels_of(snapshot, account)
        orders = [[level._replace(peers=list(order)) for order in permutations(level.peers)] for level in levels]
        leaves: dict[str, set[object]] = {}
        for chain in product(*orders):
            for path, value in flat(effective([level._replace(unordered=0) for level in chain], at=AT).policy or {}):
                leaves.setdefault(path, set()).add(value)
        (listed, result) = (dict(flat(effective(levels, at=AT).policy or {})), effective(levels, at=AT))
        found = {n["path"]: n["alternatives"] for n in result.notes if n["kind"] == "peer-order-unknown"}
        assert {path: values - {listed[path]} for path, values in leaves.items() if len(values) > 1} == found


def flat(node: Tree, path: str = "") -> list[tuple[str, object]]:
    leaves: list[tuple[str, object]] = []
    for key, below in node.items():
        here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}".lstrip("/")
        leaves.extend(flat(below, here) if isinstance(below, dict) else [(here, freeze(below))])
    return leaves
