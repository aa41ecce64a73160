"""What is left of a refused document for a hypothetical run, and where a finding points in the language."""

from __future__ import annotations

import pytest
from aws.admission.builders import (
    ARN,
    AT,
    archive,
    assign,
    continuous,
    copy,
    of_text,
    of_value,
    plan,
    plan_tag,
    rule,
    tags,
)

from policyengine.aws.admission import admit
from policyengine.aws.documents import CONTROL, Duplicate, Json, PolicyDocument, WrittenAt
from policyengine.base.source import Source, Span

GOOD = assign(["eu-west-1"])


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ({"plans": {"a": {"regions": GOOD, "zones": {}}}, "more": {}}, {"plans": {"a": {"regions": GOOD}}}),
        # A bad value takes its setting along, a bad control or an operator on a container only itself.
        (plan(regions={**GOOD, "@@append": ["x"]}, rules={}), plan(rules={})),
        (plan(regions={**GOOD, CONTROL: []}), plan(regions=GOOD)),
        ({"plans": {"a": {"regions": GOOD}, CONTROL: ["x"], "@@assign": 1}}, {"plans": {"a": {"regions": GOOD}}}),
        ({"plans": {}, "@@assign": {}, "@@append": 1}, {"plans": {}, "@@append": 1}),
        ({"plans": {"A": {}, "a": {"regions": GOOD}, "b": {}}}, {"plans": {"b": {}}}),
        # What then lacks a setting that it needs goes too, until everything that is left stands.
        (tags(tag_key=assign(""), tag_value=assign(["x"])), plan(selections={"tags": {}})),
        (plan_tag("owner", "team"), plan(backup_plan_tags={})),
        (copy(ARN, "bad"), rule(copy_actions={})),
        (
            rule(enable_continuous_backup=assign("true"), lifecycle={"delete_after_days": assign("0")}),
            rule(lifecycle={}),
        ),
        (continuous(delete_after="90"), rule(lifecycle={"delete_after_days": assign("90")})),
        (
            archive("rate(1 day)", move_to_cold_storage_after="30", delete_after="120"),
            rule(
                lifecycle={
                    "move_to_cold_storage_after_days": assign("30"),
                    "delete_after_days": assign("120"),
                }
            ),
        ),
        ({"Plan": {}}, {}),
        ({}, {}),
    ],
)
def test_refused_nodes_are_left_out_with_what_is_beneath(content: dict[str, Json], left: dict[str, Json]) -> None:
    document = of_value(content)
    outcome = admit(document, at=AT)

    assert outcome.failed
    assert outcome.value.content == left
    assert document.content == content


@pytest.mark.parametrize(
    ("text", "left"),
    [
        # A repeated operator takes its setting along, a repeated control, or an operator of the document, only itself.
        ('{"plans": {"a": {"regions": {"@@assign": [], "@@assign": ["eu-west-1"]}}}}', {"plans": {"a": {}}}),
        (
            f'{{"plans": {{"a": {{"regions": {{"@@assign": ["eu-west-1"], "{CONTROL}": ["@@all"], "{CONTROL}": []}}}}}}}}',
            {"plans": {"a": {"regions": GOOD}}},
        ),
        ('{"plans": {}, "@@assign": 1, "@@assign": 2}', {"plans": {}}),
    ],
)
def test_repeated_operators_are_left_out(text: str, left: dict[str, Json]) -> None:
    assert admit(of_text(text), at=AT).value.content == left


def test_repeated_keys_are_left_out() -> None:
    document = of_text('{"plans": {"a": {}, "a": {}, "b": {"@@operators_allowed_for_child_policies": [], "c": 1}}}')
    assert document.duplicates == (Duplicate(("plans",), "a"),)

    value = admit(document, at=AT).value

    assert value.content == {"plans": {"b": {}}}
    assert (value.name, value.size, value.duplicates) == ("p", document.size, ())


def test_a_finding_points_at_the_line_that_wrote_the_setting() -> None:
    source = Source("a.bpol", "policy p { plan Daily { rule r { retain = 0 } } }")
    whole, template = Span(source, 0, 10), Span(source, 11, 22)
    setting, use = Span(source, 33, 43), Span(source, 24, 30)
    path = ("plans", "daily", "rules", "nightly", "lifecycle", "delete_after_days")
    document = PolicyDocument(
        "p",
        rule(lifecycle={"delete_after_days": assign("0")}, target_backup_vault_name=assign("a b")),
        100,
        100,
        span=whole,
        origins={(*path, "@@assign"): WrittenAt(setting, use), path[:2]: WrittenAt(template)},
    )

    retention, vault = admit(document, at=AT).diagnostics

    assert (retention.span, [label.span for label in retention.labels]) == (setting, [use])
    assert (vault.span, vault.labels) == (template, ())
