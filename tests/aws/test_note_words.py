"""What notes say in the language's words."""

from __future__ import annotations

import pytest
from aws.merge.chains import Levels, plan, resolved_policy

from policyengine.aws.documents import Json
from policyengine.aws.note_words import note_in_words

N = "@@operators_allowed_for_child_policies"
A: Json = plan(regions={"@@assign": ["a"]})
RULE: Json = {"r": {"lifecycle": {"delete_after_days": {"@@assign": "7"}}}}
CLOSED_CYCLE: Json = {"r": {"lifecycle": {N: ["@@none"], "move_to_cold_storage_after_days": {"@@assign": "1"}}}}
NEW_RULE = "the new `rule r` is ignored with all in it"


def closed(control: str) -> Json:
    return plan(regions={"@@assign": ["b"], N: [control]})


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([[closed("@@append")], [A]], "`regions` is ignored: `p00` at the root allows children only to `append` here"),
        ([[closed("@@none")], [A]], "`regions` is ignored: `p00` at the root allows nothing here"),
        (
            [[plan(regions={N: ["@@assign", "@@append"]})], [plan(regions={"@@remove": ["a"]})]],
            "`regions -=` is ignored: `p00` at the root allows children only to `assign` and `append` here",
        ),
        (
            [[plan(regions={N: ["@@assign", "@@append"]})], [plan(regions={N: ["@@append", "@@remove"]})], [A]],
            "`regions` is ignored: `p00` at the root with `p10` at u1 allows children only to `append` here",
        ),
        (
            [[plan(rules={N: ["@@remove"], "q": {}})], [plan(rules=RULE)]],
            f"{NEW_RULE}: `p00` at the root allows children only to `remove` in `plan p/rules`",
        ),
        (
            [[plan(rules=CLOSED_CYCLE)], [plan(rules=RULE)]],
            "`retain` is ignored: `p00` at the root allows nothing in `plan p/rule r/lifecycle`",
        ),
        ([[A, A]], "`regions` is ignored: `p00` is attached here first"),
        ([[plan(regions={"@@assign": ["b", "b"]})]], "`b` stands in the list twice; how AWS publishes that has not been observed"),
    ],
)  # fmt: skip
def test_a_note_has_the_words_of_its_author(levels: Levels, words: str) -> None:
    resolved = resolved_policy(levels)
    assert [note_in_words(note) for note in resolved.notes] == [words]


def test_the_values_of_other_orders_are_those_that_the_reader_is_given() -> None:
    peers: Levels = [[plan(rules={"r": {"lifecycle": {"delete_after_days": {"@@assign": days}}}}) for days in "735"]]
    resolved = resolved_policy(peers, order_known=False)
    said = [note_in_words(note, lambda value: f"{value} days") for note in resolved.notes if note.operator == ""]
    assert said == ["the attachment order is not known; another order gives `3 days` or `5 days`"]
