"""What holds for every document, whatever it holds."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from aws.admission.builders import ARN, AT, ROLE, assign, of_value
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.aws.admission import admit
from policyengine.aws.documents import CONTROL, Json, PolicyDocument
from policyengine.aws.policy_text import TextFault, minify, read_document

pytestmark = pytest.mark.scale

WHOLE: dict[str, Any] = {
    "plans": {
        "Daily": {
            "regions": {"@@append": ["eu-west-1"], CONTROL: ["@@append"]},
            "rules": {
                "Nightly": {
                    "schedule_expression": assign("cron(0 5 1 * ? *)"),
                    "target_backup_vault_name": assign("Main"),
                    "start_backup_window_minutes": assign(60),
                    "lifecycle": {
                        "move_to_cold_storage_after_days": assign("30"),
                        "delete_after_days": assign("120"),
                        "opt_in_to_archive_for_supported_resources": assign(value=True),
                    },
                    "copy_actions": {ARN: {"target_backup_vault_arn": assign(ARN), "lifecycle": {}}},
                    "recovery_point_tags": {"Owner": {"tag_key": assign("Owner"), "tag_value": assign("x")}},
                    "index_actions": {"resource_types": assign(["EBS"])},
                    "scan_actions": {"GUARDDUTY": {"scan_mode": assign("FULL_SCAN")}},
                },
                "Continuous": {
                    "enable_continuous_backup": assign("true"),
                    "lifecycle": {"delete_after_days": assign("35")},
                },
            },
            "selections": {
                "tags": {"Gold": {"iam_role_arn": assign(ROLE), "tag_key": assign("t"), "tag_value": assign(["g"])}},
                "resources": {
                    "All": {
                        "resource_types": assign(["*"]),
                        "conditions": {
                            "string_equals": {"c": {"condition_key": assign("k"), "condition_value": assign("v")}}
                        },
                    }
                },
            },
            "advanced_backup_settings": {"ec2": {"windows_vss": assign("enabled")}},
            "scan_settings": {"GUARDDUTY": {"resource_types": assign(["ALL"]), "scanner_role_arn": assign(ROLE)}},
        }
    }
}


def nodes(value: Json, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return []
    return [path, *(found for key, child in value.items() for found in nodes(child, (*path, key)))]


def at_path(value: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        value = value[key]
    return value


PATHS = nodes(WHOLE)
words = st.sampled_from(sorted({key for path in PATHS for key in path} | {"@@assign", "@@remove", "@@Append", CONTROL}))
keys = words | words.map(str.upper) | st.text(max_size=4)
plain = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
known = st.sampled_from(
    ["true", "36", "cron(0 * ? * * *)", "cron(0/5 * ? * * *)", ARN, ROLE, "eu-west-1", "@@none", 90]
)
values = st.recursive(
    plain | known, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)
edits = st.lists(st.tuples(st.sampled_from(PATHS), keys, values), min_size=1, max_size=4)


def edited(changes: list[tuple[tuple[str, ...], str, Json]]) -> dict[str, Json]:
    """The whole document with some nodes set to something else."""
    content = deepcopy(WHOLE)
    for path, key, value in changes:
        try:
            at_path(content, path)[key] = value
        except (KeyError, TypeError):  # an earlier change has taken the place away
            continue
    return content


def check_fixpoint(document: PolicyDocument) -> None:
    first = admit(document, at=AT)
    again = admit(first.value, at=AT)

    assert first.failed == (first.value is not document)
    assert {found.path for found in again.diagnostics} <= {""}
    assert again.value.content == first.value.content


def test_the_whole_document_is_admitted() -> None:
    assert admit(of_value(WHOLE), at=AT).diagnostics == ()


@given(values)
def test_any_value_gets_a_verdict(value: Json) -> None:
    check_fixpoint(PolicyDocument("p", value, 100, 100))


@settings(max_examples=300)
@given(edits)
def test_what_is_left_of_a_document_is_admitted(changes: list[tuple[tuple[str, ...], str, Json]]) -> None:
    check_fixpoint(PolicyDocument("p", edited(changes), 100, 100))


@given(st.sampled_from(PATHS), st.text(min_size=1, max_size=8), values)
def test_an_unknown_key_is_refused_wherever_it_stands(path: tuple[str, ...], text: str, value: Json) -> None:
    content = deepcopy(WHOLE)
    at_path(content, path)[f"{text} ?"] = value

    outcome = admit(PolicyDocument("p", content, 100, 100), at=AT)

    assert outcome.failed
    if f"{text} ?".lower() == f"{text} ?" and path[-1:] not in {("backup_plan_tags",), ("recovery_point_tags",)}:
        assert outcome.value.content == WHOLE


@given(st.sampled_from(PATHS))
def test_case_of_keys_does_not_matter(path: tuple[str, ...]) -> None:
    content = deepcopy(WHOLE)
    if path:
        parent = at_path(content, path[:-1])
        parent[path[-1].swapcase()] = parent.pop(path[-1])
    assert admit(of_value(content), at=AT).diagnostics == ()


@given(values)
def test_writing_and_reading_a_value_changes_nothing(value: Json) -> None:
    document = read_document("p", minify(value))

    if isinstance(document, TextFault):
        assert not isinstance(value, dict)
        return
    assert document.size == document.minified_size == len(minify(value))
    again = read_document("p", minify(document.content))
    assert isinstance(again, PolicyDocument)
    assert again.content == document.content


@given(st.text(max_size=40) | st.text(alphabet='{}[]",:\\u0189dDeE.- \n\ufeff@', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    document = read_document("p", text)

    if isinstance(document, TextFault):
        assert document.line >= 1
        assert document.message
    else:
        assert document.size == len(text)
