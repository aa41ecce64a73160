"""A policy as fragments: what is read of it, what it publishes alone, and which parts are the same objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from aws.merge.chains import plan

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import MAY_ALL, MAY_APPEND, MAY_ASSIGN, Fragment, differing_paths, same_meaning
from policyengine.aws.merge.fragments import read_fragments

A: Json = {"@@assign": ["a"]}
DAYS: Json = {"@@assign": 35}


def text(document: Json) -> str:
    """With the keys in the order that they have."""
    return json.dumps(document, separators=(",", ":")).replace('"', "")


def paths(fragment: Fragment) -> Iterator[tuple[str, ...]]:
    for key, child in fragment.children.items():
        yield (key,)
        yield from ((key, *below) for below in paths(child))


@pytest.mark.parametrize(
    ("content", "below"),
    [
        ({"Plans": {"P": A, "q/r": A}}, ["plans", "plans/p", "plans/q~1r"]),
        ({"plans": {"p": {}, "q": {"rules": {"r": {}}}}}, []),
        ({"plans": {"p": {N: []}}}, ["plans", "plans/p"]),
        ({"plans": {"p": "text", "q": ["a"], "r": None, "s": A}}, ["plans", "plans/s"]),
        ({"plans": {"@@assign": {"x": A}}}, ["plans"]),
        ({"plans": {"assign@@": A}}, ["plans", "plans/assign@@"]),
        ({N: ["@@none"], "plans": A}, ["plans"]),
        (["plans"], []),
        (None, []),
    ],
)
def test_blocks_are_nodes_with_an_operator_in_them(content: Json, below: list[str]) -> None:
    root = read_fragments(content)
    found = [root.find(path) for path in paths(root)]
    assert [fragment.path for fragment in found if fragment] == below
    assert root.path == ""


@pytest.mark.parametrize(
    ("node", "operators", "control"),
    [
        ({"@@ASSIGN": 5}, {"@@assign": "5"}, None),
        ({"@@append": ["a", 1], "@@remove": True}, {"@@append": ("a", "1"), "@@remove": "true"}, None),
        ({N: ["@@assign", "@@append"]}, {}, MAY_ASSIGN | MAY_APPEND),
        ({N.upper(): ["@@ALL"]}, {}, MAY_ALL),
        ({N: ["@@none"]}, {}, 0),
        ({N: "@@append", "@@assign": "x"}, {"@@assign": "x"}, None),
        ({"@@other": ["@@append"]}, {}, None),
        ({"assign": ["x"]}, {}, None),
    ],
)
def test_what_is_read_at_a_node(node: dict[str, Json], operators: object, control: int | None) -> None:
    fragment = Fragment("plans/p", node)
    assert (fragment.operators, fragment.control) == (operators, control)


ALONE = pytest.mark.parametrize(
    ("settings", "published", "not_assigned"),
    [
        ({"Regions": A, "Days": DAYS}, "{days:35,regions:[a]}", []),
        ({"z": A, "B": {"y": A, "c": A}}, "{b:{c:[a],y:[a]},z:[a]}", []),
        ({"a": {"@@append": ["x", "x", "y"]}}, "{a:[x,y]}", ["a"]),
        ({"a": {"@@assign": "x", "@@append": ["y"]}, "b": A}, "{a:[x,y],b:[a]}", ["a"]),
        ({"a": {"@@assign": "x", N: ["@@none"]}}, "{a:x}", []),
        ({"a": {"@@assign": ["x", "y"], "@@remove": ["x"]}}, "{a:[y]}", ["a"]),
        ({"b": {"c": {"@@remove": ["x"]}, "d": {"@@append": []}}}, "{b:{d:[]}}", ["b/c", "b/d"]),
    ],
)


def read(settings: Json) -> Fragment:
    fragment = read_fragments(plan(**settings)).find(("plans", "p")) if isinstance(settings, dict) else None
    assert fragment
    return fragment


@ALONE
def test_what_a_policy_publishes_alone(settings: dict[str, Json], published: str, not_assigned: list[str]) -> None:
    at_once, by_blocks = read(settings), read(settings)
    assert list(paths(by_blocks))  # reads them
    for standalone in (at_once.standalone, by_blocks.standalone):
        assert text(standalone.document) == published
        assert ["/".join(keys) for keys in standalone.not_assigned] == not_assigned


@ALONE
def test_a_block_publishes_the_same_before_its_policy_and_after(
    settings: dict[str, Json], published: str, not_assigned: list[str]
) -> None:
    whole = read(settings)
    assert text(whole.standalone.document) == published
    assert len(whole.standalone.not_assigned) == len(not_assigned)
    for path in paths(whole):
        after, before = whole.find(path), read(settings).find(path)
        assert after
        assert before
        assert after.standalone == before.standalone


@pytest.mark.parametrize("first", ["the whole", "the block"])
def test_equal_content_is_one_object(first: str) -> None:
    whole = read({"rules": {"r": {"regions": A}}})
    if first == "the whole":
        assert whole.standalone
    block = whole.find(("rules", "r"))
    assert block
    assert block.standalone
    document = whole.standalone.document
    assert isinstance(document, dict)
    assert isinstance(document["rules"], dict)
    assert document["rules"]["r"] is block.standalone.document
    assert whole.find(("rules", "r")) is block
    assert whole.standalone is whole.standalone
    assert whole.settings is whole.settings
    assert whole.children is whole.children


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({"b": A, "a": A}, ("plans/p/b", "@@assign")),
        ({"b": {"@@remove": ["x"], "@@append": ["y"]}}, ("plans/p/b", "@@append")),
        ({"b": {N: []}, "a": {"c": {"@@remove": ["x"]}}}, ("plans/p/a/c", "@@remove")),
        ({"@@append": ["x"], "a": A}, ("plans/p", "@@append")),
        ({"b": {N: []}, "a": {"c": {N: []}}}, None),
    ],
)
def test_the_first_setting_of_a_block(settings: dict[str, Json], first: tuple[str, str] | None) -> None:
    fragment = read(settings)
    assert (fragment.first_setting, fragment.first_setting) == (first, first)
    assert fragment.first_setting is fragment.first_setting


@pytest.mark.parametrize(
    ("setting", "unobserved"),
    [
        ({"@@assign": ["a", "b"]}, False),
        ({"@@assign": ["a"]}, False),
        ({"@@assign": "aa"}, False),
        ({"@@assign": ["a", "a"]}, True),
        ({"@@assign": [1, "1"]}, True),
        ({"@@assign": []}, True),
        ({"@@assign": ["a"], "@@remove": ["a"]}, True),
        ({"@@append": ["a", "a"]}, False),
    ],
)
def test_lists_whose_rendering_was_not_observed(setting: Json, unobserved: object) -> None:
    fragment = read({"rules": {"r": {"a": A, "b": setting, "c": DAYS}}})
    assert [fragment.has_unobserved_list, fragment.has_unobserved_list] == [unobserved, unobserved]


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [
        (plan(a=A), {"Plans": {"P": {"A": {"@@ASSIGN": ["a"]}}}}, ()),
        (plan(a=DAYS), plan(a={"@@assign": "35"}), ()),
        (plan(a=A), plan(a={"@@append": ["a"]}), ("plans/p/a",)),
        (plan(a=A), plan(a={"@@assign": ["a"], N: ["@@none"]}), ("plans/p/a",)),
        (plan(a=A, c={"x": A, "y": A}), plan(b=A), ("plans/p/a", "plans/p/b", "plans/p/c")),
        (plan(a=A, b={}), plan(a=A), ()),
        ({}, plan(a=A), ("plans",)),
        ([], plan(a=A), ("plans",)),
        (None, "text", ()),
    ],
)
def test_where_two_documents_differ(first: Json, second: Json, differing: tuple[str, ...]) -> None:
    assert differing_paths(first, second) == differing
    assert differing_paths(second, first) == differing
    assert same_meaning(first, second) is (not differing)
    assert same_meaning(second, first) is (not differing)
