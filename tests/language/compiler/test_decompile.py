"""AWS's documents as text: what is written, and that compiling it gives an equal document."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language.compiler.admissible import documents
from language.compiler.compiling import CONTROL, Tree, canonical

from policyengine.aws.admission import admit
from policyengine.aws.documents import PolicyDocument
from policyengine.base.diagnostics import Severity
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies, decompile
from policyengine.language.syntax import format_module, parse

AUTUMN = datetime(2026, 9, 24, tzinfo=UTC)
NONE = {CONTROL: ["@@none"]}
ARN = "arn:aws:backup:eu-west-1:$account:backup-vault:V"


def raw(content: Tree, description: str = "") -> PolicyDocument:
    return PolicyDocument("x", content, 1, 1, description=description)


def text(content: Tree, partition: str = "aws") -> str:
    """The text of a document that the language can hold whole."""
    outcome = decompile(raw(content), partition=partition, name="x")
    assert outcome.diagnostics == ()
    return format_module(outcome.value)


def lines(content: Tree, partition: str = "aws") -> list[str]:
    """The lines between the braces of the policy, without blanks around them."""
    return [line for line in map(str.strip, text(content, partition).splitlines()) if line][1:-1]


def rule_line(rule: Tree, partition: str = "aws") -> str:
    """The only line of a rule."""
    (_, _, line, *_) = lines({"plans": {"p": {"rules": {"r": rule}}}}, partition)
    return line


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("cron(0 * ? * * *)", "hourly"),
        ("cron(15 * ? * * *)", "hourly at :15"),
        ("cron(0 0/4 ? * * *)", "every 4 hours"),
        ("cron(30 1/6 ? * * *)", "every 6 hours at 01:30"),
        ("cron(0 5 ? * * *)", "daily at 05:00"),
        ("cron(0 5 ? * MON,WED *)", "weekly on mon, wed at 05:00"),
        ("cron(0 5 1 * ? *)", "monthly on day 1 at 05:00"),
        ("cron(0 5 L * ? *)", "monthly on last day at 05:00"),
        ("cron(0 5 ? * SUN#1 *)", "monthly on first sunday at 05:00"),
        ("cron(0 5 ? * FRIL *)", "monthly on last friday at 05:00"),
        ("cron(0 5 29 FEB ? *)", "yearly on 29 february at 05:00"),
        # What the words would compile to otherwise, or would promise wrongly, stays a cron text.
        ("cron(0 13/12 ? * * *)", 'cron("0 13/12 ? * * *")'),
        ("cron(0 12/12 ? * * *)", 'cron("0 12/12 ? * * *")'),
        ("cron(0 0/5 ? * * *)", 'cron("0 0/5 ? * * *")'),
        ("cron(00 5 ? * * *)", 'cron("00 5 ? * * *")'),
        ("cron(0 24 ? * * *)", 'cron("0 24 ? * * *")'),
        ("cron(0 5 * * ? *)", 'cron("0 5 * * ? *")'),
        ("cron(0 5 ? * mon *)", 'cron("0 5 ? * mon *")'),
        ("cron(0 5 ? * MON,MON *)", 'cron("0 5 ? * MON,MON *")'),
        ("cron(0 5 ? * SUN#6 *)", 'cron("0 5 ? * SUN#6 *")'),
        ("cron(0 5 ? * SUN#01 *)", 'cron("0 5 ? * SUN#01 *")'),
        ("cron(0 5 ? JAN MON *)", 'cron("0 5 ? JAN MON *")'),
        ("cron(0 5 30 FEB ? *)", 'cron("0 5 30 FEB ? *")'),
        ("cron(0 5 1 * ? 2027)", 'cron("0 5 1 * ? 2027")'),
        ("cron(0  5 ? * * *)", 'cron("0  5 ? * * *")'),
        ("cron(0 5 1 * ?)", 'cron("0 5 1 * ?")'),
        ("rate(1 day)", '"rate(1 day)"'),
    ],
)
def test_schedules(cron: str, words: str) -> None:
    assert rule_line({"schedule_expression": {"@@assign": cron}}) == f"schedule = {words}"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("start_backup_window_minutes", "60", "start_within = 1 hour"),
        ("start_backup_window_minutes", 90, "start_within = 90 minutes"),
        ("start_backup_window_minutes", "480", "start_within = 8 hours"),
        ("start_backup_window_minutes", "1440", "start_within = 24 hours"),
        ("complete_backup_window_minutes", "10080", "complete_within = 7 days"),
        ("complete_backup_window_minutes", "060", 'complete_within = "060"'),
        ("enable_continuous_backup", True, "continuous = true"),
        ("enable_continuous_backup", "false", "continuous = false"),
        ("enable_continuous_backup", "TRUE", 'continuous = "TRUE"'),
        ("target_backup_vault_name", "Main", 'vault = "Main"'),
        (
            "target_logically_air_gapped_backup_vault_arn",
            "arn:aws:backup:$region:$account:backup-vault:G",
            'air_gapped_vault = "G"',
        ),
        (
            "target_logically_air_gapped_backup_vault_arn",
            "arn:aws-cn:backup:$region:$account:backup-vault:G",
            'air_gapped_vault = "arn:aws-cn:backup:$region:$account:backup-vault:G"',
        ),
    ],
)
def test_values(key: str, value: object, line: str) -> None:
    assert rule_line({key: {"@@assign": value}}) == line


@pytest.mark.parametrize(
    ("days", "line"),
    [("365", "retain = 365 days"), (7, "retain = 7 days"), ("1", "retain = 1 day"), ("007", 'retain = "007"')],
)
def test_retention_is_in_days(days: object, line: str) -> None:
    assert rule_line({"lifecycle": {"delete_after_days": {"@@assign": days}}}) == line


@pytest.mark.parametrize(
    ("key", "target", "head"),
    [
        (ARN, ARN, 'copy to vault "V" in eu-west-1'),
        (ARN.lower(), ARN, 'copy to vault "V" in eu-west-1'),
        (
            ARN.replace("$account", "111111111111"),
            ARN.replace("$account", "111111111111"),
            'copy to vault "V" in eu-west-1 account "111111111111"',
        ),
        (ARN.replace("aws:", "aws-cn:"), ARN.replace("aws:", "aws-cn:"), f'copy to "{ARN.replace("aws:", "aws-cn:")}"'),
        (ARN.replace("eu-west-1", "xx-new-1"),) * 2 + (f'copy to "{ARN.replace("eu-west-1", "xx-new-1")}"',),
    ],
)
def test_copies(key: str, target: str, head: str) -> None:
    assert rule_line({"copy_actions": {key: {"target_backup_vault_arn": {"@@assign": target}}}}) == head


def test_a_copy_to_another_vault_than_its_name_says_so() -> None:
    copies = {ARN: {"target_backup_vault_arn": {"@@assign": "arn:other"}}}
    assert lines({"plans": {"p": {"rules": {"r": {"copy_actions": copies}}}}})[2:4] == [
        'copy to vault "V" in eu-west-1 {',
        'target = "arn:other"',
    ]


def test_what_is_not_known_by_name_stays_a_string() -> None:
    plan = {
        "regions": {"@@assign": ["eu-west-1", "xx-new-1"]},
        "rules": {"r": {"index_actions": {"resource_types": {"@@assign": ["EBS", "FSx"]}}}},
    }
    assert lines({"plans": {"p": plan}})[1:4] == [
        'regions = [eu-west-1, "xx-new-1"]',
        "rule r {",
        'index = [EBS, "FSx"]',
    ]


def test_clusters_have_one_name_of_the_three_that_stand_for_them() -> None:
    types = {"resource_types": {"@@assign": ["arn:aws:rds:*:*:cluster:*", "arn:aws:rds:*:*:db:*"]}}
    content = {"plans": {"p": {"selections": {"resources": {"s": types}}}}}
    assert lines(content)[2] == "types = [Aurora, RDS]"


def test_names_are_of_the_partition() -> None:
    selection = {
        "iam_role_arn": {"@@assign": "arn:aws-us-gov:iam::$account:role/a/B"},
        "resource_types": {"@@assign": ["arn:aws-us-gov:ec2:*:*:instance/*", "*", "arn:aws:s3:::*"]},
    }
    content = {"plans": {"p": {"selections": {"resources": {"s": selection}}}}}
    assert lines(content, "aws-us-gov")[2:4] == ['role = "a/B"', 'types = [EC2, "*", "arn:aws:s3:::*"]']


@pytest.mark.parametrize(
    ("plan", "written"),
    [
        ({"regions": {**NONE, "@@assign": ["eu-west-1"]}}, ["locked regions = [eu-west-1]"]),
        ({"regions": NONE}, ["children may nothing in regions"]),
        (
            {"regions": {CONTROL: ["@@append", "@@ALL"], "@@append": ["eu-west-1"]}},
            ["children may append, anything in regions", "regions += [eu-west-1]"],
        ),
        ({"rules": NONE}, ["children may nothing in rules"]),
        (
            {"rules": {"r": {"lifecycle": {CONTROL: ["@@assign"], "delete_after_days": {CONTROL: ["@@none"]}}}}},
            ["rule r {", "children may assign in lifecycle", "children may nothing in retain", "}"],
        ),
        (
            {"rules": {"r": {**NONE, "lifecycle": {**NONE, "delete_after_days": {**NONE, "@@assign": 1}}}}},
            ["locked rule r {", "retain = 1 day", "}"],
        ),
        # One node left open, or one that no text would write: every control is spelled out.
        (
            {"rules": {"r": {**NONE, "lifecycle": {"delete_after_days": {**NONE, "@@assign": 1}}}}},
            ["rule r {", "children may nothing", "locked retain = 1 day", "}"],
        ),
        (
            {"rules": {"r": {**NONE, "copy_actions": NONE}}},
            ["rule r {", "children may nothing", "children may nothing in copy_actions", "}"],
        ),
        (
            {"advanced_backup_settings": {"ec2": {"windows_vss": NONE}}},
            ["children may nothing in advanced_backup_settings/windows_vss"],
        ),
        ({"backup_plan_tags": {"a b": NONE}}, ['children may nothing in backup_plan_tags/"a b"']),
    ],
)
def test_controls(plan: Tree, written: list[str]) -> None:
    assert lines({"plans": {"p": plan}})[1:-1] == written


def test_a_locked_plan() -> None:
    content = {"plans": {"p": {**NONE, "regions": {**NONE, "@@assign": ["eu-west-1"]}}}}
    assert lines(content) == ["locked plan p {", "regions = [eu-west-1]", "}"]


def test_the_control_of_plans() -> None:
    assert lines({"plans": {CONTROL: ["@@append"]}}) == ["children may append"]


def test_a_description_comes_along() -> None:
    module = decompile(raw({"plans": {}}, "All of it"), name="x").value
    assert format_module(module).startswith('policy x "All of it"')


@pytest.mark.parametrize(
    ("content", "message", "path"),
    [
        (
            {"plans": {}, "@@Assign": 1},
            "the language cannot say `@@Assign` on the document itself; it is left out",
            "@@assign",
        ),
        (
            {"plans": {}, CONTROL: ["@@none"]},
            f"the language cannot say `{CONTROL}` on the document itself; it is left out",
            CONTROL,
        ),
        (
            {"plans": {"P": {"backup_plan_tags": {"a/b": {"tag_key": {}, "tag_value": {"@@assign": "x"}}}}}},
            "the language cannot say `@@assign` in `plans/P/backup_plan_tags/a/b/tag_value`; it is left out",
            "plans/p/backup_plan_tags/a~1b/tag_value/@@assign",
        ),
        (
            {"plans": {"p": {CONTROL: "@@none"}}},
            f"the language cannot say `{CONTROL}` in `plans/p`; it is left out",
            f"plans/p/{CONTROL}",
        ),
        (
            {"plans": {"p": {CONTROL: ["@@most"]}}},
            f"the language cannot say `{CONTROL}` in `plans/p`; it is left out",
            f"plans/p/{CONTROL}",
        ),
        (
            {"plans": {"p": {"rules": {"r": {"start_backup_window_minutes": {"@@assign": 10**5000}}}}}},
            "the language cannot say `@@assign` in `plans/p/rules/r/start_backup_window_minutes`; it is left out",
            "plans/p/rules/r/start_backup_window_minutes/@@assign",
        ),
        (
            {"plans": {"p": {"rules": {"r": {"target_backup_vault_name": {"@@append": "V"}}}}}},
            "the language cannot say `@@append` in `plans/p/rules/r/target_backup_vault_name`; it is left out",
            "plans/p/rules/r/target_backup_vault_name/@@append",
        ),
        (
            {"plans": {"p": {"scan_settings": {"GUARDDUTY": {"scanner_role_arn": {"@@assign": "Scan"}}}}}},
            "the language cannot say `@@assign` in `plans/p/scan_settings/GUARDDUTY/scanner_role_arn`; it is left out",
            "plans/p/scan_settings/guardduty/scanner_role_arn/@@assign",
        ),
        (
            {"plans": {"p": {"backup_plan_tags": {"a": {"tag_key": {"@@assign": "\ud800"}}}}}},
            "the language cannot say `@@assign` in `plans/p/backup_plan_tags/a/tag_key`; it is left out",
            "plans/p/backup_plan_tags/a/tag_key/@@assign",
        ),
        (
            {"plans": {"p": {}, "P": {"regions": {"@@assign": []}}}},
            "the language cannot say `P` in `plans`; it is left out",
            "plans/p",
        ),
        (
            {"plans": {"p": {"rules": []}}},
            "the language cannot say `rules` in `plans/p`; it is left out",
            "plans/p/rules",
        ),
        ({"plans": {"p": {"rule": {}}}}, "the language cannot say `rule` in `plans/p`; it is left out", "plans/p/rule"),
        (
            {"plans": {"p": {"regions": {"@@assign": "eu-west-1"}}}},
            "the language cannot say `@@assign` in `plans/p/regions`; it is left out",
            "plans/p/regions/@@assign",
        ),
    ],
)
def test_what_cannot_be_said_is_named(content: Tree, message: str, path: str) -> None:
    (found,) = decompile(raw(content), name="x").diagnostics
    assert (found.severity, found.message, found.path) == (Severity.WARNING, message, path)


def test_a_tag_under_another_name_than_its_own_is_left_out() -> None:
    tag = {"tag_key": {"@@assign": "b"}, "tag_value": {"@@assign": "x"}}
    found = decompile(raw({"plans": {"p": {"backup_plan_tags": {"a": tag}}}}), name="x").diagnostics
    place = "plans/p/backup_plan_tags/a"
    assert [it.path for it in found] == [f"{place}/tag_key/@@assign", f"{place}/tag_value/@@assign"]


def test_a_name_that_no_policy_can_have_is_reported() -> None:
    (found,) = decompile(raw({"plans": {}}), name="policy (1)").diagnostics
    assert (found.name, found.severity) == ("invalid-policy-name", Severity.WARNING)


@pytest.mark.parametrize(
    "content", [None, [], "plans", {}, {"plans": None}, {"plans": {"p": {"regions": {"@@assign": [[]]}}}}]
)
def test_what_is_no_document_gives_an_empty_policy_at_worst(content: object) -> None:
    outcome = decompile(PolicyDocument("x", content, 1, 1), name="x")  # type: ignore[arg-type]  # on purpose
    assert len(outcome.value.statements) == 1


@pytest.mark.scale
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.sampled_from(("aws", "aws-cn", "aws-us-gov")))
def test_every_admissible_document_survives_import_and_compile(content: Tree, partition: str) -> None:
    assert admit(raw(content), at=AUTUMN).diagnostics == ()
    outcome = decompile(raw(content), partition=partition, name="x")
    assert outcome.diagnostics == ()
    parsed = parse(Source("x.bpol", format_module(outcome.value)))
    assert parsed.diagnostics == ()
    assert parsed.value == outcome.value
    compiled = compile_policies([parsed.value], partition=partition)
    assert compiled.diagnostics == ()
    assert canonical(compiled.value.policies[0].content) == canonical(content)
