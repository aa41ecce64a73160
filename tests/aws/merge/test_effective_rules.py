"""The rules of semantics.md section 15, by example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws.merge.chains import Levels, account_policy, plan

from policyengine.aws.documents import CONTROL as N
from policyengine.aws.documents import Json
from policyengine.aws.merge import AccountPolicy
from policyengine.aws.note_words import note_detail

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "effective.json").read_text())["cases"]


def document(account: AccountPolicy) -> dict[str, Json]:
    return account.resolved.policy if account.resolved else {}


def notes(account: AccountPolicy) -> list[tuple[str, str, str]]:
    return [(note.kind, note.path, note.policy.name) for note in account.resolved.notes] if account.resolved else []


def errors(account: AccountPolicy) -> list[tuple[str, str, str, tuple[str, ...]]]:
    resolved = account.resolved
    return [(e.code, e.message, e.path, e.policies) for e in resolved.errors] if resolved else []


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_recorded_cases(case: dict[str, Any]) -> None:
    account = account_policy(case["levels"])
    assert document(account) == case["effective"]
    assert {(code, path) for code, _, path, _ in errors(account)} == {tuple(pair) for pair in case["errors"]}


@pytest.mark.parametrize(
    ("levels", "regions"),
    [
        pytest.param([[plan(regions={"@@assign": ["a"]})], [plan(regions={"@@append": ["b", "b"]})]], ["a", "b"], id="R7 append adds once"),
        pytest.param([[plan(regions={"@@assign": ["a", "a"]})]], ["a", "a"], id="R25 assign keeps duplicates"),
        pytest.param([[plan(regions={"@@append": ["a", "a"]})]], ["a"], id="R25 append does not"),
        pytest.param([[plan(regions={"@@append": []})]], [], id="an empty append makes the list"),
        pytest.param([[plan(regions={"@@assign": ["a", "b"]})], [plan(regions={"@@remove": ["A"]})]], ["a", "b"], id="values keep their case"),
        pytest.param([[plan(regions={"@@assign": ["12"]})], [plan(regions={"@@append": [12, True]})]], ["12", "true"], id="R23 compared as strings"),
        pytest.param([[plan(regions={N: ["@@append"]})], [plan(regions={"@@assign": ["a"], "@@append": ["b"]})]], ["b"], id="a control without a value binds"),
        pytest.param([[plan(regions={N: ["@@All", "@@append"]})], [plan(regions={"@@assign": ["a"]})]], ["a"], id="@@all with others means all"),
    ],
)  # fmt: skip
def test_lists(levels: Levels, regions: list[str]) -> None:
    assert document(account_policy(levels)) == {"plans": {"p": {"regions": regions}}}


def test_an_ignored_operator_is_noted_with_who_forbade_it() -> None:
    account = account_policy(
        [[plan(regions={"@@assign": ["a"], N: ["@@append"]})], [plan(regions={"@@assign": ["b"]})]]
    )
    assert account.resolved is not None
    note = account.resolved.notes[0]
    assert (note.kind, note.path, note.policy.name, note.entity.path, note.basis) == (
        "operator-blocked", "plans/p/regions", "p10", "shop", "observed",
    )  # fmt: skip
    assert note_detail(note) == "`@@assign` is ignored: `p00` at the root allows only `@@append` here"


def test_a_blocked_key_is_noted_once_per_policy_at_its_top() -> None:
    closed: Json = {"plans": {N: ["@@none"], "p": {"regions": {"@@assign": ["a"]}}}}
    added: Json = {"plans": {"q": {"regions": {"@@assign": ["b"]}, "rules": {"r": {N: ["@@none"]}}}}}
    account = account_policy([[closed], [added, added]])
    assert notes(account) == [("key-blocked", "plans/q", "p10"), ("key-blocked", "plans/q", "p11")]
    assert document(account) == {"plans": {"p": {"regions": ["a"]}}}


def test_a_blocked_key_stays_unknown_to_lower_levels() -> None:
    closed: Json = {"plans": {N: ["@@none"], "p": {"regions": {"@@assign": ["a"]}}}}
    added: Json = {"plans": {"q": {"regions": {"@@assign": ["b"]}}}}
    assert document(account_policy([[closed], [added], [added]])) == {"plans": {"p": {"regions": ["a"]}}}


@pytest.mark.parametrize(("control", "basis"), [(["@@none"], "documented"), (["@@remove"], "inferred")])
def test_the_basis_of_a_blocked_key(control: list[str], basis: str) -> None:
    listed: list[Json] = [*control]
    closed: Json = {"plans": {N: listed, "p": {"regions": {"@@assign": ["a"]}}}}
    account = account_policy([[closed], [{"plans": {"q": {"regions": {"@@assign": ["b"]}}}}]])
    assert account.resolved is not None
    assert [note.basis for note in account.resolved.notes] == [basis]


def test_a_later_peer_is_shadowed_even_with_the_same_value() -> None:
    same = plan(regions={"@@assign": ["a"]})
    assert notes(account_policy([[same, same]])) == [("assign-shadowed", "plans/p/regions", "p01")]


def test_controls_on_the_document_root_do_nothing() -> None:
    root: Json = {N: ["@@none"], "@@assign": "x", "plans": {"p": {"regions": {"@@assign": ["a"]}}}}
    account = account_policy([[root], [{"plans": {"q": {"regions": {"@@assign": ["b"]}}}}]])
    assert document(account) == {"plans": {"p": {"regions": ["a"]}, "q": {"regions": ["b"]}}}


def test_keys_with_slashes_and_tildes_in_paths() -> None:
    tags: Json = {"a/b~c": {"tag_key": {"@@assign": "A/b~c"}, "tag_value": {"@@assign": "1"}}}
    account = account_policy([[plan(backup_plan_tags=tags), plan(backup_plan_tags=tags)]])
    assert document(account)["plans"] == {"p": {"backup_plan_tags": {"a/b~c": {"tag_key": "A/b~c", "tag_value": "1"}}}}
    assert ("assign-shadowed", "plans/p/backup_plan_tags/a~1b~0c/tag_value", "p01") in notes(account)
