"""What AWS refuses for its structure: the rule, the node that is blamed, what is said and advised."""

from __future__ import annotations

import pytest

from admission.builders import (
    ARN,
    ROLE,
    RULE,
    assign,
    conditions,
    findings,
    plan,
    plan_tag,
    resources,
    rule,
    tags,
)
from policyengine.diagnostics import Severity
from policyengine.model.documents import CONTROL, Json

TABLE: list[tuple[dict[str, Json], str, str, str, str]] = [
    ({}, "setting-missing", "", "the document lacks `plans`", 'the smallest policy is `{"plans": {}}`'),
    ({"Plan": {}}, "unknown-key", "plan", "`Plan` is not a key of the document", "did you mean `plans`?"),
    (
        rule(lifecycle={"to_delete_after_days": assign("30")}),
        "unknown-key",
        f"{RULE}/lifecycle/to_delete_after_days",
        "`to_delete_after_days` is not a key of `lifecycle`",
        "did you mean `delete_after_days`?",
    ),
    (
        rule(DeleteAfterDays=assign("30")),
        "unknown-key",
        f"{RULE}/deleteafterdays",
        "`DeleteAfterDays` is not a key of rule `Nightly`",
        (
            "known here: `schedule_expression`, `target_backup_vault_name`, "
            "`target_logically_air_gapped_backup_vault_arn`, `start_backup_window_minutes`, "
            "`complete_backup_window_minutes`, `enable_continuous_backup`, `lifecycle`, `copy_actions`, "
            "`recovery_point_tags`, `index_actions` and `scan_actions`"
        ),
    ),
    (
        rule(delete_after_days=assign("30")),
        "unknown-key",
        f"{RULE}/delete_after_days",
        "`delete_after_days` is not a key of rule `Nightly`",
        "it belongs in `lifecycle`",
    ),
    (
        rule(schedule_expression_timezone=assign("Europe/Berlin")),
        "unknown-key",
        f"{RULE}/schedule_expression_timezone",
        "`schedule_expression_timezone` is not a key of rule `Nightly`",
        "backup policies have no time zone: schedules are in UTC",
    ),
    (
        rule(copy_actions={ARN: {"destination_vault_arn": assign(ARN)}}),
        "unknown-key",
        f"{RULE}/copy_actions/{ARN.lower()}/destination_vault_arn",
        f"`destination_vault_arn` is not a key of copy `{ARN}`",
        "did you mean `target_backup_vault_arn`?",
    ),
    (
        {"plans": {"regions": assign(["eu-west-1"])}},
        "unknown-key",
        "plans/regions",
        "`regions` stands in `plans` where the name of a plan is expected",
        "put it inside a plan",
    ),
    (
        {"plans": {"Regions": ["eu-west-1"]}},
        "unknown-key",
        "plans/regions",
        "`Regions` stands in `plans` where the name of a plan is expected",
        "put it inside a plan",
    ),
    (
        plan(regions={"values": ["eu-west-1"]}),
        "unknown-key",
        "plans/daily/regions/values",
        "`values` is not a key of `regions`, which holds operators only",
        "known here: `@@assign`, `@@append`, `@@remove` and `@@operators_allowed_for_child_policies`",
    ),
    (
        {"plans": {"Daily": {}, "daily": {}}},
        "keys-differ-only-by-case",
        "plans/daily",
        "`Daily` and `daily` are one key to AWS, which ignores case",
        "put both into one, or rename one",
    ),
    (
        plan(regions={"@@assign": ["eu-west-1"], "@@Assign": []}),
        "keys-differ-only-by-case",
        "plans/daily/regions",
        "`@@assign` and `@@Assign` are one key to AWS, which ignores case",
        "put both into one, or rename one",
    ),
    (
        plan(regions={"@@asign": ["eu-west-1"]}),
        "unknown-operator",
        "plans/daily/regions",
        "`@@asign` is not an operator",
        "did you mean `@@assign`?",
    ),
    (
        plan(**{"@@x": 1}),
        "unknown-operator",
        "plans/daily",
        "`@@x` is not an operator",
        "known here: `@@assign`, `@@append`, `@@remove` and `@@operators_allowed_for_child_policies`",
    ),
    (
        rule(target_backup_vault_name={"@@Append": ["Main"]}),
        "operator-not-allowed",
        f"{RULE}/target_backup_vault_name",
        "`target_backup_vault_name` has a single value and takes no `@@Append`",
        "only `@@assign` changes it",
    ),
    (
        rule(lifecycle=assign({})),
        "operator-not-allowed",
        f"{RULE}/lifecycle",
        "`lifecycle` takes no `@@assign`, only its settings do",
        (
            "known here: `move_to_cold_storage_after_days`, `delete_after_days` and "
            "`opt_in_to_archive_for_supported_resources`"
        ),
    ),
    (
        plan(regions=["eu-west-1"]),
        "value-not-wrapped",
        "plans/daily/regions",
        "`regions` is a list, expected an operator with the value",
        'write `{"@@assign": [...]}`',
    ),
    (
        rule(target_backup_vault_name="Main"),
        "value-not-wrapped",
        f"{RULE}/target_backup_vault_name",
        "`target_backup_vault_name` is `Main`, expected an operator with the value",
        'write `{"@@assign": "Main"}`',
    ),
    (
        plan(regions="eu-west-1"),
        "value-not-wrapped",
        "plans/daily/regions",
        "`regions` is `eu-west-1`, expected an operator with the value",
        'write `{"@@assign": ["eu-west-1"]}`',
    ),
    (
        plan(regions=assign("eu-west-1")),
        "wrong-value-shape",
        "plans/daily/regions",
        "`regions` is `eu-west-1`, expected a list",
        'write `["eu-west-1"]`',
    ),
    (
        rule(target_backup_vault_name=assign(["Main"])),
        "wrong-value-shape",
        f"{RULE}/target_backup_vault_name",
        "`target_backup_vault_name` is a list, expected a plain value",
        'write `"Main"`',
    ),
    (
        plan(regions=assign([["eu-west-1"]])),
        "wrong-value-shape",
        "plans/daily/regions",
        "an entry of `regions` is a list, expected a plain value",
        "",
    ),
    (
        rule(target_backup_vault_name=assign(None)),
        "wrong-value-shape",
        f"{RULE}/target_backup_vault_name",
        "`target_backup_vault_name` is `null`, expected a plain value",
        "give it a value, or leave the setting out",
    ),
    (
        plan(rules=[]),
        "wrong-value-shape",
        "plans/daily/rules",
        "`rules` is a list, expected an object",
        "each rule stands in it under its own name",
    ),
    (
        {"plans": {}, "@@assign": {}},
        "wrong-value-shape",
        "",
        "`@@assign` of the document is an object, expected a plain value or a flat list",
        "leave it out: it has no effect here",
    ),
    (
        tags(tag_key=assign("tier"), tag_value={"@@append": []}),
        "empty-list",
        "plans/daily/selections/tags/gold/tag_value",
        "`tag_value` is an empty list, expected a value or more",
        "leave the setting out, or name what is meant",
    ),
    (
        {"plans": {"every night": {}}},
        "malformed-name",
        "plans/every night",
        "the name of a plan is `every night`, expected 1 to 50 letters, digits, `.`, `-` and `_`",
        "write `every-night`",
    ),
    (
        plan(rules={"x" * 51: {}}),
        "malformed-name",
        f"plans/daily/rules/{'x' * 51}",
        f"the name of a rule is `{'x' * 51}`, expected 1 to 50 letters, digits, `.`, `-` and `_`",
        "",
    ),
    (
        {"plans": {CONTROL: "@@none"}},
        "child-control-invalid",
        "plans",
        f"`{CONTROL}` is `@@none`, expected a list",
        'write `["@@none"]`',
    ),
    (
        {"plans": {}, CONTROL: []},
        "child-control-invalid",
        "",
        f"`{CONTROL}` is an empty list",
        '`["@@none"]` allows nothing, `["@@all"]` everything',
    ),
    (
        plan(regions={CONTROL: ["@@none", "@@Append"]}),
        "child-control-invalid",
        "plans/daily/regions",
        f"`@@none` stands beside other entries in `{CONTROL}`",
        "let it stand alone, or leave it out",
    ),
    (
        plan(regions={CONTROL: ["@@assign", "@@assign"]}),
        "child-control-invalid",
        "plans/daily/regions",
        f"`@@assign` stands twice in `{CONTROL}`",
        "once is enough",
    ),
    (
        plan(regions={CONTROL: ["none"]}),
        "child-control-invalid",
        "plans/daily/regions",
        f"`none` is not an operator that `{CONTROL}` lists",
        "did you mean `@@none`?",
    ),
    (
        plan(regions={CONTROL: [1]}),
        "child-control-invalid",
        "plans/daily/regions",
        f"`1` is not an operator that `{CONTROL}` lists",
        "known here: `@@all`, `@@none`, `@@assign`, `@@append` and `@@remove`",
    ),
    (
        tags(tag_value=assign(["gold"])),
        "setting-missing",
        "plans/daily/selections/tags/gold",
        "tag selection `Gold` lacks `tag_key`",
        "AWS wants it wherever the tag selection is mentioned, even if another policy has it",
    ),
    (
        tags(tag_key={}, tag_value={CONTROL: ["@@none"]}, iam_role_arn=assign(ROLE)),
        "setting-missing",
        "plans/daily/selections/tags/gold",
        "tag selection `Gold` has no value for `tag_key` and `tag_value`",
        "AWS wants it wherever the tag selection is mentioned, even if another policy has it",
    ),
    (
        resources(conditions={"string_like": {}}, iam_role_arn=assign(ROLE)),
        "setting-missing",
        "plans/daily/selections/resources/all",
        "resource selection `All` has no value for `resource_types` or `conditions`",
        "AWS wants it wherever the resource selection is mentioned, even if another policy has it",
    ),
    (
        plan(backup_plan_tags={"Owner": {"tag_key": {}, "tag_value": assign("")}}),
        "setting-missing",
        "plans/daily/backup_plan_tags/owner",
        "tag `Owner` has no value for `tag_key`",
        "AWS wants it wherever the tag is mentioned, even if another policy has it",
    ),
    (
        rule(copy_actions={ARN: {}}),
        "setting-missing",
        f"{RULE}/copy_actions/{ARN.lower()}",
        f"copy `{ARN}` lacks `target_backup_vault_arn`",
        "AWS wants it wherever the copy is mentioned, even if another policy has it",
    ),
    (
        plan(backup_plan_tags={"Owner": {}}),
        "setting-missing",
        "plans/daily/backup_plan_tags/owner",
        "tag `Owner` lacks `tag_key` and `tag_value`",
        "AWS wants it wherever the tag is mentioned, even if another policy has it",
    ),
    (
        resources(iam_role_arn=assign(ROLE)),
        "setting-missing",
        "plans/daily/selections/resources/all",
        "resource selection `All` lacks `resource_types` or `conditions`",
        "AWS wants it wherever the resource selection is mentioned, even if another policy has it",
    ),
    (
        conditions(31),
        "too-many-conditions",
        "plans/daily/selections/resources/all/conditions",
        "selection `All` has 31 conditions, expected at most 30",
        "split the selection in two",
    ),
    (
        plan_tag("Owner", "team"),
        "tag-key-differs",
        "plans/daily/backup_plan_tags/owner/tag_key",
        "`tag_key` is `team`, expected `Owner`, the name of its block",
        "name the block `team`",
    ),
    (
        plan_tag("AWS:owner", "AWS:owner"),
        "tag-key-reserved",
        "plans/daily/backup_plan_tags/aws:owner/tag_key",
        "`AWS:owner` begins with `aws:`, which is AWS's own",
        "give the tag another key",
    ),
]


@pytest.mark.parametrize(("content", "name", "path", "message", "advice"), TABLE)
def test_one_mistake_is_one_finding(content: dict[str, Json], name: str, path: str, message: str, advice: str) -> None:
    (found,) = findings(content)

    assert (found.name, found.path, found.message, found.help) == (name, path, message, advice)
    assert (found.severity, found.span, found.policies) == (Severity.ERROR, None, ("p",))
