"""What is written of a snapshot is read again as it was, and a change of one thing is a change of few lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.snapshot import read_snapshot, snapshot_text
from policyengine.base.source import Source

SNAPSHOT: dict[str, Any] = {
    "version": 1,
    "organization": {"id": "o-exampleorgid", "management_account": "111111111111"},
    "root": {"id": "r-ab12", "name": "Root", "policies": ["baseline"]},
    "units": [{"id": "ou-ab12-11111111", "name": "yes", "parent": "r-ab12"}],
    "accounts": [{"id": "222222222222", "name": "on", "parent": "ou-ab12-11111111", "tags": {"env": "null"}}],
    "policies": {
        "baseline": {
            "id": "p-abc",
            "description": "",
            "content": {
                "plans": {"daily": {"regions": {"@@assign": ["eu-west-1", "eu-central-1"]}, "rules": {"a": {}}}}
            },
        }
    },
}

YAML = """\
version: 1
organization: {id: o-exampleorgid, management_account: "111111111111"}
root: {id: r-ab12, name: Root, policies: [baseline]}
units:
  - {id: ou-ab12-11111111, name: "yes", parent: r-ab12}
"""

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(texts, children, max_size=4),
    max_leaves=12,
)


def test_what_fits_into_a_line_stands_in_one() -> None:
    wide = {**SNAPSHOT, "units": [{**SNAPSHOT["units"][0], "policies": ["baseline" * 20]}, SNAPSHOT["units"][0]]}
    assert snapshot_text(wide, as_json=False).splitlines()[:3] == YAML.splitlines()[:3]
    assert f"  - {YAML.splitlines()[-1].strip().removeprefix('- ')}\n" in snapshot_text(wide, as_json=False)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_snapshot_is_read_as_it_was(as_json: bool) -> None:  # noqa: FBT001 - a parameter
    read = read_snapshot(Source("a.json" if as_json else "a.yaml", snapshot_text(SNAPSHOT, as_json=as_json)))
    assert read.model_dump(mode="json", exclude_none=True) == SNAPSHOT


@given(st.dictionaries(texts, documents, max_size=4), st.dictionaries(texts, texts, max_size=4), texts)
def test_every_text_is_read_as_it_was(content: dict[str, Any], tags: dict[str, str], name: str) -> None:
    policy = {"content": content or {"plans": {}}, "tags": tags, "description": name}
    snapshot: dict[str, Any] = {"version": 1, "root": {"id": "r-ab12", "name": name}, "policies": {name: policy}}
    for file, text in (
        ("a.yaml", snapshot_text(snapshot, as_json=False)),
        ("a.json", snapshot_text(snapshot, as_json=True)),
    ):
        assert read_snapshot(Source(file, text)).model_dump(mode="json", exclude_unset=True) == snapshot
    assert json.loads(snapshot_text(snapshot, as_json=True)) == snapshot
