"""What `resolve` gives beside the documents: whose, from when, in place of what; and the sentences of its notes."""

from __future__ import annotations

import gc

import pytest
from aws.merge.chains import Levels, chain_of, plan, policy, resolved_policy
from msgspec.structs import replace
from support.moment import AT

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import Effective, Value, keys, operand, resolve, segment, value_text
from policyengine.aws.merge.fragments import operate, read_fragments
from policyengine.aws.merge.state import open_points
from policyengine.aws.note_words import note_detail
from policyengine.aws.organization.tree import Entity, Organization

A, B = plan(regions={"@@assign": ["a"]}), plan(regions={"@@assign": ["b"]})
WHOLE: Json = {"@@assign": "x"}


def organization(root: Json, first: Json, second: Json) -> Organization:
    """A root with two accounts, a policy each."""
    top = Entity("root", None, "Root", "", None, (policy("top", root),))
    one = Entity("account", "111111111111", "one", "one", top, (policy("first", first),))
    two = Entity("account", "222222222222", "two", "two", top, (policy("second", second),))
    return Organization((top, one, two), {})


def statuses(effective: Effective) -> list[tuple[str, str, Json]]:
    return [(found.account.name, found.status, found.published) for found in effective.accounts]


def regions(effective: Effective) -> list[Json]:
    return [found.resolved.policy["plans"] if found.resolved else None for found in effective.accounts]


def test_only_the_accounts_that_are_asked_for_are_resolved() -> None:
    known = organization(A, B, B)

    found = resolve(known, at=AT, accounts=known.accounts[1:])

    assert [account.account.name for account in found.accounts] == ["two"]
    assert [result.entity.name for result in found.distinct] == ["Root", "two"]


def test_results_that_are_put_together_by_hand_have_read_nothing() -> None:
    assert Effective((), ()).fragments == {}


def test_an_account_without_policies_on_its_chain_has_none() -> None:
    root = Entity("root", None, "Root", "", None)
    account = Entity("account", "111111111111", "one", "one", root)

    found = resolve(Organization((root, account), {}), at=AT)

    assert statuses(found) == [("one", "empty", {})]
    assert found.accounts[0].resolved is None
    assert found.distinct == ()


def test_nothing_is_in_force_where_backup_policies_are_disabled() -> None:
    found = resolve(replace(organization(A, B, B), backup_policies_enabled=False), at=AT)

    assert statuses(found) == [("one", "disabled", None), ("two", "disabled", None)]
    assert [account.resolved for account in found.accounts] == [None, None]


def test_aws_goes_on_publishing_the_last_valid_policy() -> None:
    known = replace(organization(A, B, B), last_valid={"111111111111": {"plans": {}}})

    assert statuses(resolve(known, at=AT)) == [("one", "invalid", {"plans": {}}), ("two", "invalid", None)]


def test_a_valid_policy_is_published_whatever_was_valid_before() -> None:
    known = replace(organization({"plans": {}}, {"plans": {}}, A), last_valid={"111111111111": {"plans": {}}})

    assert statuses(resolve(known, at=AT)) == [("one", "valid", {}), ("two", "invalid", None)]


def test_a_substitute_stands_in_for_a_document() -> None:
    known = organization(A, A, A)
    first = known.entities[1].policies[0]

    found = resolve(known, at=AT, substitutes={first: policy("first", B)})

    assert regions(found) == [{"p": {"regions": ["b"]}}, {"p": {"regions": ["a"]}}]


def test_results_of_a_previous_call_are_used_where_the_chain_is_the_same() -> None:
    known = organization(A, A, B)
    before = resolve(known, at=AT)
    first = known.entities[1].policies[0]

    again = resolve(known, at=AT, previous=before)
    changed = resolve(known, at=AT, previous=before, substitutes={first: policy("first", B)})

    assert again.distinct == before.distinct
    assert [new is old for new, old in zip(changed.distinct, before.distinct, strict=True)] == [True, False, True]
    assert regions(changed) == [{"p": {"regions": ["b"]}}, {"p": {"regions": ["b"]}}]


def test_a_result_is_not_used_below_another_state() -> None:
    known = organization(A, plan(), plan())
    before = resolve(known, at=AT)
    top = known.root.policies[0]

    changed = resolve(known, at=AT, previous=before, substitutes={top: policy("top", B)})

    assert regions(changed) == [{"p": {"regions": ["b"]}}, {"p": {"regions": ["b"]}}]


def test_documents_that_were_read_are_not_read_again() -> None:
    known = organization(A, A, B)
    before = resolve(known, at=AT)
    top = Entity("root", None, "Root", "", None, known.root.policies)
    moved = Entity("account", "333333333333", "three", "three", top, known.entities[1].policies)

    again = resolve(Organization((top, moved), {}), at=AT, previous=before)

    assert [again.fragments[read] is before.fragments[read] for read in (*top.policies, *moved.policies)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(*, enabled: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        resolve(organization(A, B, B), at=AT)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


CLOSED: Json = {"plans": {N: ["@@none"], "p": {"regions": {"@@assign": ["a"]}}}}
INDEX: Json = {"r": {"index_actions": {"resource_types": {"@@assign": ["EBS"]}}}}
NO_INDEX: Json = {"r": {"index_actions": {"resource_types": {"@@remove": ["EBS"]}}}}
NEW_INDEX: Json = {"r": {"index_actions": {"resource_types": {"@@assign": []}}}}
EMPTIED = "the list was emptied; whether AWS publishes `[]` or nothing has not been observed"


@pytest.mark.parametrize(
    ("levels", "details"),
    [
        pytest.param([[CLOSED], [{"plans": {"q": {"regions": {"@@assign": ["b"]}}}}]], ["the new key is ignored with all beneath it: `p00` at the root allows nothing on `plans`"], id="a closed container"),
        pytest.param([[plan(regions={N: ["@@assign", "@@append"]})], [plan(regions={N: ["@@append", "@@remove"]})], [A]], ["`@@assign` is ignored: `p00` at the root with `p10` at u1 allows only `@@append` here"], id="two controls"),
        pytest.param([[plan(regions={"@@assign": ["a"], N: ["@@assign", "@@append"]})], [plan(regions={"@@remove": ["a"]})]], ["`@@remove` is ignored: `p00` at the root allows only `@@assign` and `@@append` here"], id="two operators"),
        pytest.param([[A], [plan(regions={N: ["@@all"]})], [B]], [], id="a control that forbids nothing"),
        pytest.param([[plan(regions={N: ["@@append"]})], [plan(regions={N: ["@@all"]})], [A]], ["`@@assign` is ignored: `p00` at the root allows only `@@append` here"], id="a control that forbids nothing more"),
        pytest.param([[CLOSED], [{"plans": {"q": {"rules": {}}}}]], [], id="an empty object says nothing"),
        pytest.param([[CLOSED], [{"plans": {"q": "x"}}]], [], id="what is no object says nothing"),
        pytest.param([[A, B]], ["`@@assign` is ignored: `p00` is attached here first"], id="a shadowed assign"),
        pytest.param([[plan(regions={"@@assign": ["a", "b", "b"]})]], ["`b` stands in the list twice; how AWS publishes that has not been observed"], id="a repeated value"),
        pytest.param([[plan(regions={"@@assign": ["a", "b"]})]], [], id="two values"),
        pytest.param([[plan(regions={"@@assign": []})]], [], id="an empty list"),
        pytest.param([[plan(rules=INDEX)], [plan(rules=NO_INDEX)]], [EMPTIED], id="an emptied index"),
        pytest.param([[plan(rules=NEW_INDEX)], [plan(rules=NO_INDEX)]], [], id="an empty index that a remove leaves as it was"),
        pytest.param([[plan(rules=INDEX)], [plan(rules=NO_INDEX)], [plan(rules=NEW_INDEX)]], [], id="an index that was emptied and then assigned"),
        pytest.param([[plan(rules={"r": {"index_actions": {"resource_types": {"@@assign": []}}}})]], [], id="an index that was always empty"),
        pytest.param([[plan(selections={"s": {"index_actions": {"resource_types": {"@@assign": ["x"]}}}})], [plan(selections={"s": {"index_actions": {"resource_types": {"@@remove": ["x"]}}}})]], [], id="no index of a rule"),
        pytest.param([[plan(rules={"r": {"other": {"resource_types": {"@@assign": ["x"]}}}})], [plan(rules={"r": {"other": {"resource_types": {"@@remove": ["x"]}}}})]], [], id="another list of a rule"),
    ],
)  # fmt: skip
def test_notes_say_what_was_decided(levels: Levels, details: list[str]) -> None:
    resolved = resolved_policy(levels)
    assert [note_detail(note) for note in resolved.notes] == details


@pytest.mark.parametrize(
    ("levels", "by"),
    [
        ([[A, B]], ["p00"]),
        ([[plan(regions={N: ["@@append"]})], [plan(regions={N: ["@@append", "@@remove"]})], [A]], ["p00"]),
        ([[plan(regions={N: ["@@append", "@@remove"]})], [plan(regions={N: ["@@append"]})], [A]], ["p00", "p10"]),
        ([[CLOSED], [{"plans": {"q": {"regions": WHOLE}}}]], ["p00"]),
        ([[plan(regions={"@@assign": ["a", "a"]})]], []),
    ],
)
def test_a_note_names_the_policies_that_caused_it(levels: Levels, by: list[str]) -> None:
    (note,) = resolved_policy(levels).notes
    assert [peer.policy.name for peer in note.by] == by
    assert isinstance(note.by, tuple)


def test_a_step_leads_to_its_note() -> None:
    resolved = resolved_policy([[A, B], [plan(regions={N: ["@@none"]})], [A]])
    node = resolved.root.find(("plans", "p", "regions"))
    assert node

    notes = [resolved.note_of(node.path, step) for step in node.setting.trail]

    assert [note and note_detail(note) for note in notes] == [
        None,
        "`@@assign` is ignored: `p00` is attached here first",
        "`@@assign` is ignored: `p10` at u1 allows nothing here",
    ]


def test_the_same_policy_at_two_places_has_notes_of_its_own() -> None:
    chain = chain_of([[plan(regions={N: ["@@none"]})], [A], [A]])
    top, unit, account = chain.entities
    below = Entity("account", account.id, account.name, account.path, unit, unit.policies)

    resolved = resolve(Organization((top, unit, below), {}), at=AT).accounts[0].resolved

    assert resolved
    node = resolved.root.find(("plans", "p", "regions"))
    assert node
    notes = [resolved.note_of(node.path, step) for step in node.setting.trail]
    assert [note and note.entity.path for note in notes] == ["u1", "u1/shop"]


def test_nothing_is_found_where_nothing_is() -> None:
    resolved = resolved_policy([[A]])
    assert resolved.root.find(("plans", "q", "regions", "x")) is None
    assert read_fragments(A).find(("plans", "q", "regions", "x")) is None


@pytest.mark.parametrize(
    ("content", "path", "expected"),
    [
        (A, "plans/p/regions", ("a",)),
        ({"Plans": {"P": {"Regions": {"@@ASSIGN": "a"}}}}, "plans/p/regions", "a"),
        (plan(backup_plan_tags={"a/b~c": {"tag_value": {"@@assign": 1}}}), "plans/p/backup_plan_tags/a~1b~0c/tag_value", "1"),
        (A, "plans/p/rules", None),
        (A, "plans/q/regions", None),
        ([], "plans/p/regions", None),
    ],
)  # fmt: skip
def test_what_a_document_gives_to_an_operator(content: Json, path: str, expected: object) -> None:
    assert operand(content, path, "@@assign") == expected
    assert operand(content, path, "@@append") is None


@pytest.mark.parametrize(("key", "written"), [("Main", "main"), ("a/b", "a~1b"), ("a~b", "a~0b"), ("~1/", "~01~1")])
def test_segments_of_paths_and_back(key: str, written: str) -> None:
    assert segment(key) == written
    assert keys(f"plans/{written}") == ("plans", key.lower())


def test_a_document_lists_its_keys_in_order_whoever_brought_them() -> None:
    one: Json = {"plans": {"p": {"rules": WHOLE, "Regions": WHOLE}, "B": {"x": WHOLE}, "a": {"x": WHOLE}}}
    two: Json = {"plans": {"p": {"backup_plan_tags": WHOLE}}}

    alone, together = resolved_policy([[one]]), resolved_policy([[one, two]])

    assert [leaf.path for leaf in alone.root.leaves] == [
        "plans/a/x",
        "plans/b/x",
        "plans/p/regions",
        "plans/p/rules",
    ]
    assert [leaf.path for leaf in together.root.leaves] == [
        "plans/a/x",
        "plans/b/x",
        "plans/p/backup_plan_tags",
        "plans/p/regions",
        "plans/p/rules",
    ]
    for resolved in (alone, together):
        plans = resolved.policy["plans"]
        assert isinstance(plans, dict)
        assert list(plans) == ["a", "b", "p"]
        assert plans["p"]
        assert list(plans["p"]) == sorted(plans["p"])  # type: ignore[arg-type,type-var]


def test_settings_are_the_nodes_that_a_policy_touched() -> None:
    resolved = resolved_policy([[A], [plan(regions={"@@remove": ["a"]}, rules={"r": WHOLE})]])
    assert sorted(node.path for node in resolved.root.settings) == ["plans/p/regions", "plans/p/rules/r"]


def test_equal_content_of_results_is_one_object() -> None:
    """Of a policy that two accounts have each for itself."""
    shared = policy("shared", plan(regions={"@@assign": ["a"]}, rules={"r": WHOLE}))
    top = Entity("root", None, "Root", "", None, (policy("top", {"plans": {"q": {"regions": WHOLE}}}),))
    accounts = [Entity("account", f"{n}" * 12, f"{n}", f"{n}", top, (shared,)) for n in (1, 2)]

    first, second = (found.resolved for found in resolve(Organization((top, *accounts), {}), at=AT).accounts)

    assert first
    assert second
    path = ("plans", "p")
    one, two = first.root.find(path), second.root.find(path)
    assert one
    assert two
    assert one.content is two.content
    assert one.content is not one
    assert one.document is two.document
    assert first.root.find(("plans",)) is first.root.find(("plans",))
    assert first.root.content is first.root
    assert first.root.document is first.root.document
    assert first.root.path == ""
    assert open_points(first.root) is open_points(first.root)
    assert one.children is one.children


def test_a_value_that_one_policy_brings_in_was_changed_by_it() -> None:
    resolved = resolved_policy([[A]])
    (leaf,) = resolved.root.leaves
    assert [(step.operator, step.outcome, step.changed) for step in leaf.trail] == [("@@assign", "applied", True)]


@pytest.mark.parametrize(
    ("before", "operator", "operand", "after"),
    [
        (("a",), "@@assign", "b", "b"),
        (None, "@@append", ("a", "b", "a"), ("a", "b")),
        ("a", "@@append", ("b",), ("a", "b")),
        (("a", "a"), "@@append", ("b", "a"), ("a", "a", "b")),
        (("a",), "@@append", "bc", ("a", "bc")),
        (("a", "b"), "@@remove", "a", ("b",)),
        (None, "@@remove", ("a",), None),
    ],
)
def test_what_an_operator_does(before: Value | None, operator: str, operand: Value, after: Value | None) -> None:
    assert operate(before, operator, operand) == after


@pytest.mark.parametrize(("value", "text"), [(None, "no value"), ("35", "35"), (("a", "b"), "[a, b]"), ((), "[]")])
def test_a_value_as_people_read_it(value: Value | None, text: str) -> None:
    assert value_text(value) == text
