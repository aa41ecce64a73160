"""Refusals of documents that were written in the language: its words, and one finding for one cause."""

from __future__ import annotations

import pytest
from aws.admission.builders import AT

from policyengine.aws.admission import one_per_cause
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import admit_policies
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse


def refusals(text: str) -> tuple[Diagnostic, ...]:
    outcome = compile_policies([parse(Source("a.bpol", text)).value])
    assert outcome.diagnostics == ()
    return admit_policies(outcome.value.policies, AT).diagnostics


def in_plan(text: str) -> str:
    return f"policy x {{ plan p {{ {text} }} }}"


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        (
            f'plan_tags {{ "a`b" = "{"x" * 257}" }}',
            "`a'b` has 257 characters, expected 0 to 256 characters",
            "",
        ),
        ("rule r { start_within = 5 minutes }", "`start_within` is `5`, expected 60 or more minutes", ""),
        (
            'rule r { copy to vault "V" in eu-west-1 { cold_after = 0 days } }',
            "`cold_after` is `0`, expected 1 or more days",
            "AWS has no number for never: leave the setting out",
        ),
        (
            "rule r { index = [] }",
            "`index` is an empty list, expected a value or more",
            "leave the setting out, or name what is meant",
        ),
        (
            "malware_scan { types = [] }",
            "`types` is an empty list, expected a value or more",
            "leave the setting out, or name what is meant",
        ),
        (
            'tag selection t { key = "k" }',
            "tag selection `t` lacks `values`",
            "AWS wants it wherever the tag selection is mentioned, even if another policy has it",
        ),
        (
            "resource selection s { types = [] }",
            "`types` is an empty list, expected a value or more",
            "leave the setting out, or name what is meant",
        ),
        (
            "rule r { continuous = true }",
            "continuous backup stands beside no `retain`, expected 1 to 35 days",
            "set it in the same rule of the same policy: what is inherited does not count",
        ),
        (
            "rule r { archive = true cold_after = 30 days retain = 40 days schedule = monthly on day 1 at 05:00 }",
            (
                "the archive opt-in stands with cold storage after 30 days and deletion after 40, expected at least 90 days"
                " from one to the other"
            ),
            "set `retain` to 120 or more",
        ),
    ],
)
def test_settings_are_called_what_the_author_calls_them(text: str, message: str, advice: str) -> None:
    (found,) = refusals(in_plan(text))
    assert (found.message, found.help) == (message, advice)


def test_a_schedule_with_both_days_is_mended() -> None:
    (found,) = refusals(in_plan('rule r { schedule = cron("0 5 * * MON *") }'))
    assert found.help == "write `?` for day-of-month"
    assert found.fix
    assert [(edit.span.text, edit.replacement) for edit in found.fix.edits] == [('"0 5 * * MON *"', '"0 5 ? * MON *"')]


@pytest.mark.parametrize(
    ("schedule", "advice"),
    [
        ('cron("0 5 * * 1-5")', 'write `cron("0 5 ? * MON-FRI *")`'),
        ('"0 5 ? * * *"', 'write `cron("0 5 ? * * *")`'),
        ('"rate(1 day)"', 'write `cron("0 5 ? * * *")`'),
        ('cron("cron(0 5 ? * SUN *)")', 'write `cron("0 5 ? * SUN *")`'),
        ('"often"', '`cron("0 5 ? * * *")` is daily at 05:00 UTC'),
    ],
)
def test_a_schedule_to_write_stands_as_policy_files_have_it(schedule: str, advice: str) -> None:
    (found,) = refusals(in_plan(f"rule r {{ schedule = {schedule} }}"))
    assert (found.name, found.help) == ("schedule-invalid", advice)
    (rewritten,) = [text for text in advice.split("`") if text.startswith("cron")]
    assert refusals(in_plan(f"rule r {{ schedule = {rewritten} }}")) == ()


def test_a_value_that_reads_like_a_key_of_awss_is_shown_as_it_is() -> None:
    (found,) = refusals(in_plan('resource selection s { types = ["resource_types"] }'))
    assert found.message == "`resource_types` is not a pattern of resources that a backup policy selects"


def test_a_fault_of_a_template_is_reported_once_whoever_is_like_it() -> None:
    users = "".join(f"rule r{number} like t {{ }}\n" for number in range(20))
    text = "template rule t { retain = 0 days }\n" + in_plan(users) + f"policy y {{ plan p {{ {users} }} }}"
    (found,) = refusals(text)
    assert found.span
    assert found.span.text == "retain = 0 days"
    assert found.path == "plans/p/rules/r0/lifecycle/delete_after_days"
    assert found.policies == ("x", "y")
    assert [(label.span.text, label.text) for label in found.labels] == [
        (f"rule r{number}", "used here") for number in range(5)
    ]


def test_a_repeated_fault_is_reported_once() -> None:
    (found,) = refusals("template rule t { retain = 0 days }\n" + in_plan("rule r like t { }"))
    assert one_per_cause([found, found]) == [found]


def test_what_no_template_wrote_is_reported_as_often_as_it_is_found() -> None:
    (found,) = refusals(in_plan("rule r { retain = 0 days }"))
    assert one_per_cause([found, found]) == [found, found]


def test_a_switch_that_cannot_stay_on_is_pointed_at() -> None:
    (found,) = refusals(in_plan("rule r { continuous = true }"))
    assert found.span
    assert found.span.text == "continuous = true"


def test_equal_faults_in_different_places_are_reported_each() -> None:
    rules = "rule a { retain = 0 days } rule b { retain = 0 days }"
    assert [found.path.split("/")[3] for found in refusals(in_plan(rules))] == ["a", "b"]


def test_different_faults_of_one_template_are_reported_each() -> None:
    found = refusals("template rule t { retain = 0 days start_within = 5 minutes }\n" + in_plan("rule a like t { }"))
    assert len(found) == 2
