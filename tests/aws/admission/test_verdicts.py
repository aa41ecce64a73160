"""What is admitted, what many mistakes in one document give, and verdicts on a document as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import islice, product

import pytest
from aws.admission.builders import (
    ARN,
    AT,
    archive,
    assign,
    conditions,
    continuous,
    copy,
    findings,
    of_text,
    of_value,
    plan,
    plan_tag,
    resources,
    rule,
    tags,
)

from policyengine.aws.admission import admit
from policyengine.aws.documents import CONTROL, Json, PolicyDocument


@pytest.mark.parametrize(
    "content",
    [
        {"plans": {}, CONTROL: ["@@none"]},
        {"plans": {"@": {}}} | {"plans": {}},
        {"PLANS": {"A.b-c_9": {"Regions": {"@@ASSIGN": ["cn-north-1", "us-gov-west-1"], "@@append": ["eu-west-1"]}}}},
        {"plans": {"rules": {"rules": {}}}},
        {"plans": {"rules": {CONTROL: ["@@none"]}}},
        plan(regions={}),
        plan(regions={CONTROL: ["@@all", "@@assign", "@@Assign"]}),
        plan(regions={"@@remove": []}),
        tags(tag_key=assign("tier"), tag_value={"@@remove": ["gold"]}),
        tags(tag_key=assign("tier"), tag_value={CONTROL: ["@@none"], "@@append": ["gold"]}),
        tags(tag_key=assign("tier"), tag_value={"@@remove": []}, iam_role_arn={}),
        tags(tag_key=assign("other"), tag_value=assign([1, True, ""])),
        resources(not_resource_types=assign([])),
        resources(resource_types=assign(["*", "arn:aws-cn:ec2:*:*:volume/*"])),
        conditions(30),
        copy(ARN.upper().replace("$ACCOUNT", "$account"), ARN),
        copy("arn:aws-us-gov:backup:us-gov-east-1:222222222222:backup-vault:a", ARN),
        plan_tag("Owner", "OWNER", value=12),
        plan_tag("12", 12),
        plan(backup_plan_tags={"a/b c": {"tag_key": assign("a/b c"), "tag_value": assign("x")}}),
        rule(schedule_expression=assign("cron(0 5 ? * MON-FRI)")),
        rule(lifecycle={"move_to_cold_storage_after_days": assign(30), "delete_after_days": assign("60")}),
        rule(start_backup_window_minutes=assign("0000000000000060")),
        rule(target_logically_air_gapped_backup_vault_arn=assign("arn:aws:backup:$region:$account:backup-vault:g")),
        rule(index_actions={"resource_types": {"@@append": ["EBS"], "@@remove": ["S3"]}}),
        rule(enable_continuous_backup=assign("false"), lifecycle={"delete_after_days": assign("90")}),
        rule(enable_continuous_backup={CONTROL: ["@@none"]}),
        continuous(delete_after="35"),
        archive(move_to_cold_storage_after="30", delete_after="120"),
        archive("cron(0 5 1,29 JAN ? *)", move_to_cold_storage_after="30", delete_after="120"),
        tags(iam_role_arn=assign("arn:aws-cn:iam::$account:role/a/b+c"), tag_key=assign("t"), tag_value=assign(["x"])),
    ],
)
def test_what_aws_takes_or_nothing_speaks_against_is_admitted(content: dict[str, Json]) -> None:
    assert findings(content) == ()


def test_the_same_mistake_in_two_operators_of_a_setting_is_reported_once() -> None:
    (found,) = findings(plan(regions={"@@assign": [{}], "@@remove": [{}]}))
    assert found.message == "an entry of `regions` is an object, expected a plain value"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # An unknown key says enough: nobody asks for the key that it was meant to be, nor for what depends on it.
        (tags(tag_keys=assign("tier"), tag_value=assign(["gold"])), ["unknown-key"]),
        (
            rule(enable_continuous_backup=assign("true"), lifecycle={"to_delete_after_days": assign("30")}),
            ["unknown-key"],
        ),
        (resources(resource_type=assign(["*"])), ["unknown-key"]),
        (resources(conditions={"string_equals": "x" * 40}), ["wrong-value-shape"]),
        (
            rule(enable_continuous_backup=assign("true"), lifecycle={"delete_after_event": assign("x")}),
            ["unknown-key", "continuous-retention"],
        ),
        (
            plan(rules={"a b": {"target_backup_vault_name": assign("a b")}}),
            ["malformed-name", "malformed-vault-name"],
        ),
        (
            plan(rules={"a b": {"lifecycle": {"opt_in_to_archive_for_supported_resources": assign("true")}}}),
            ["malformed-name", "archive-without-days", "archive-schedule-too-frequent"],
        ),
        (continuous(delete_after="many"), ["malformed-number"]),
        (archive("rate(1 day)", move_to_cold_storage_after="30", delete_after="120"), ["schedule-invalid"]),
        (archive(move_to_cold_storage_after="x", delete_after="0"), ["malformed-number", "number-out-of-range"]),
        (rule(enable_continuous_backup=assign("true"), lifecycle=[]), ["wrong-value-shape"]),
        (copy("bad"), ["malformed-vault-arn"]),
        (copy("bad", "worse"), ["malformed-vault-arn", "malformed-vault-arn"]),
        (plan_tag("aws:a", "b"), ["tag-key-differs"]),
        (plan_tag("owner", ""), ["text-length"]),
        (plan(regions=assign(["x", "x", "y"])), ["unknown-region", "unknown-region"]),
        (
            archive("cron(0 5 ? * * *)", delete_after="10"),
            ["archive-without-days", "archive-schedule-too-frequent"],
        ),
        (
            continuous(delete_after="90", move_to_cold_storage_after="1"),
            ["continuous-retention", "cold-storage-in-continuous-rule"],
        ),
        ({"Daily": [], "Version": "2012"}, ["unknown-key", "unknown-key"]),
        (
            {"plans": {"a b": {"regions": assign(["x"])}, "Z": 1, "z": {"rules": {"r": {"vault": {}}}}}},
            ["malformed-name", "unknown-region", "wrong-value-shape", "keys-differ-only-by-case", "unknown-key"],
        ),
    ],
)
def test_all_mistakes_are_found_and_none_twice(content: dict[str, Json], expected: list[str]) -> None:
    assert [found.name for found in findings(content)] == expected


def test_a_repeated_key_is_refused_where_it_stands() -> None:
    text = '{"plans": {"A": {"regions": {"@@assign": [], "@@assign": ["eu-west-1"]}, "rules": {"r": {}, "r": {}}}}}'
    document = of_text(text)

    outcome = admit(document, at=AT)

    assert {(found.name, found.path, found.message) for found in outcome.diagnostics} == {
        ("duplicate-key", "plans/a/regions", "`@@assign` stands twice in one object"),
        ("duplicate-key", "plans/a/rules/r", "`r` stands twice in one object"),
    }
    assert {found.help for found in outcome.diagnostics} == {"keep one of the two"}
    assert outcome.value.content == {"plans": {"A": {"rules": {}}}}
    assert outcome.value.duplicates == ()


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('{"plans": {}}'.ljust(10_001), "without white space it has 12 and fits: send it as `compile` writes it"),
        (
            ' {"plans":{},"@@assign":"' + "x" * 9_974 + '"}',
            "without white space it has 10,000 and fits: send it as `compile` writes it",
        ),
        (
            '{"plans": {}, "@@assign": "' + "x" * 10_000 + '"}',
            "even without white space it has 10,026: split it into two policies",
        ),
    ],
)
def test_a_text_over_ten_thousand_characters(text: str, advice: str) -> None:
    document = of_text(text)

    (found,) = admit(document, at=AT).diagnostics

    assert (found.code, found.name, found.path) == ("PE310", "document-too-long", "")
    assert found.message == f"the policy has {len(text):,} characters, expected at most 10,000"
    assert found.help == advice


def test_ten_thousand_characters_are_taken() -> None:
    document = of_text('{"plans": {}}'.ljust(10_000))
    assert admit(document, at=AT).diagnostics == ()


@pytest.mark.parametrize(("content", "kind"), [(None, "`null`"), ([], "a list"), ("x", "`x`"), (1.5, "`1.5`")])
def test_a_document_that_is_no_object(content: Json, kind: str) -> None:
    outcome = admit(PolicyDocument("p", content, 4, 4), at=AT)

    (found,) = outcome.diagnostics
    assert (found.code, found.path) == ("PE201", "")
    assert found.message == f"the document is {kind}, expected an object"
    assert outcome.value.content == {}


@pytest.mark.parametrize(("minute", "admitted"), [(45, True), (46, False)])
def test_the_verdict_on_a_schedule_depends_on_the_moment(minute: int, *, admitted: bool) -> None:
    document = of_value(rule(schedule_expression=assign("cron(44,46 8 ? * * *)")))
    at = datetime(2026, 9, 13, 8, minute, 51, tzinfo=UTC)

    assert admit(document, at=at).failed != admitted
    assert admit(document, at=at.replace(tzinfo=None)).failed != admitted


def test_the_moment_is_an_instant_whatever_its_zone() -> None:
    document = of_value(rule(schedule_expression=assign("cron(44,46 8 ? * * *)")))
    in_berlin = datetime(2026, 9, 13, 10, 45, 51, tzinfo=timezone(timedelta(hours=2)))

    assert admit(document, at=in_berlin).diagnostics == ()


def test_a_text_that_could_not_be_read_says_why() -> None:
    document = PolicyDocument("p", {}, 4, 4, unread=("expected a value", "write one"))

    outcome = admit(document, at=AT)

    assert outcome.value is document
    assert [(found.name, found.message, found.help, found.policies) for found in outcome.diagnostics] == [
        ("unreadable-document", "expected a value", "write one", ("p",))
    ]


def test_hostile_values_are_shown_harmlessly() -> None:
    (found,) = findings(plan(regions=assign(["\x1b[31m" + "x" * 500])))
    assert found.message == "`\\x1b[31m" + "x" * 114 + "…` is not a Region"


@pytest.mark.parametrize(("length", "advised"), [(104, True), (105, False)])
def test_what_is_too_long_to_copy_is_not_advised(length: int, *, advised: bool) -> None:
    """A message shows 120 characters of a text; the operator around it takes sixteen."""
    (found,) = findings(rule(target_backup_vault_name="x" * length))
    assert found.help == (f'write `{{"@@assign": "{"x" * length}"}}`' if advised else "")


def test_a_list_of_thousands_of_wrong_values_ends() -> None:
    spellings = product("aA", "pP", "sS", "oO", "uU", "tT", "hH", "eE", "aA", "sS", "tT", ("1", "_1", " 1"))
    regions: list[Json] = ["".join(letters) for letters in islice(spellings, 5000)]
    _too_long, *found = findings(plan(regions=assign(regions)))
    assert len(found) == 5000
    assert found[499].help
    assert not found[500].help


def test_what_is_found_late_is_said_as_well_without_advice() -> None:
    content = plan(rules={f"r{number}": {"enable_continuous_backup": assign("on")} for number in range(501)})
    _too_long, *found = findings(content)
    assert {finding.message for finding in found} == {"`enable_continuous_backup` is `on`, expected `true` or `false`"}


def test_a_document_of_nothing_but_unknown_keys_ends() -> None:
    found = findings({"plans": {}, **{f"plan{number}": {} for number in range(501)}})
    assert found[499].help == "did you mean `plans`?"
    assert found[500].help == "known here: `plans`"
