"""What AWS refuses for a value: the rule, the node that is blamed, what is said and advised."""

from __future__ import annotations

import pytest
from aws.admission.builders import ARN, RULE, assign, copy, findings, plan, resources, rule, tags

from policyengine.aws.documents import Json
from policyengine.base.diagnostics import Severity

TABLE: list[tuple[dict[str, Json], str, str, str, str]] = [
    (
        rule(start_backup_window_minutes=assign("60.0")),
        "malformed-number",
        f"{RULE}/start_backup_window_minutes",
        "`start_backup_window_minutes` is `60.0`, expected a whole number of minutes in plain digits",
        'write `"60"`',
    ),
    (
        rule(complete_backup_window_minutes=assign(" +120 ")),
        "malformed-number",
        f"{RULE}/complete_backup_window_minutes",
        "`complete_backup_window_minutes` is ` +120 `, expected a whole number of minutes in plain digits",
        'write `"120"`',
    ),
    (
        rule(lifecycle={"delete_after_days": assign("5 weeks")}),
        "malformed-number",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` is `5 weeks`, expected a whole number of days in plain digits",
        'write `"35"`',
    ),
    (
        rule(lifecycle={"delete_after_days": assign("36 hours")}),
        "malformed-number",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` is `36 hours`, expected a whole number of days in plain digits",
        "",
    ),
    (
        rule(lifecycle={"delete_after_days": assign("٣٠")}),
        "malformed-number",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` is `٣٠`, expected a whole number of days in plain digits",
        "",
    ),
    (
        rule(lifecycle={"delete_after_days": assign(-1)}),
        "number-out-of-range",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` is `-1`, expected 1 or more days",
        "AWS has no number for never: leave the setting out",
    ),
    (
        rule(start_backup_window_minutes=assign(0)),
        "number-out-of-range",
        f"{RULE}/start_backup_window_minutes",
        "`start_backup_window_minutes` is `0`, expected 60 or more minutes",
        "leave the setting out for AWS's default",
    ),
    (
        rule(start_backup_window_minutes=assign("0000059")),
        "number-out-of-range",
        f"{RULE}/start_backup_window_minutes",
        "`start_backup_window_minutes` is `0000059`, expected 60 or more minutes",
        "",
    ),
    (
        rule(start_backup_window_minutes=assign("1")),
        "number-out-of-range",
        f"{RULE}/start_backup_window_minutes",
        "`start_backup_window_minutes` is `1`, expected 60 or more minutes",
        "",
    ),
    (
        rule(lifecycle={"delete_after_days": assign("0" * 16)}),
        "number-out-of-range",
        f"{RULE}/lifecycle/delete_after_days",
        f"`delete_after_days` is `{'0' * 16}`, expected 1 or more days",
        "AWS has no number for never: leave the setting out",
    ),
    (
        rule(lifecycle={"delete_after_days": assign("0" * 17)}),
        "number-out-of-range",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` has 17 digits, expected at most 16",
        "",
    ),
    (
        rule(lifecycle={"delete_after_days": assign("-" + "1" * 16)}),
        "number-out-of-range",
        f"{RULE}/lifecycle/delete_after_days",
        f"`delete_after_days` is `-{'1' * 16}`, expected 1 or more days",
        "AWS has no number for never: leave the setting out",
    ),
    (
        rule(complete_backup_window_minutes=assign("59")),
        "number-out-of-range",
        f"{RULE}/complete_backup_window_minutes",
        "`complete_backup_window_minutes` is `59`, expected 60 or more minutes",
        "",
    ),
    (
        rule(lifecycle={"delete_after_days": assign(10**16)}),
        "number-out-of-range",
        f"{RULE}/lifecycle/delete_after_days",
        "`delete_after_days` has 17 digits, expected at most 16",
        "",
    ),
    (
        rule(enable_continuous_backup=assign("FALSE")),
        "malformed-boolean",
        f"{RULE}/enable_continuous_backup",
        "`enable_continuous_backup` is `FALSE`, expected `true` or `false`",
        'write `"false"`',
    ),
    (
        rule(enable_continuous_backup=assign(1)),
        "malformed-boolean",
        f"{RULE}/enable_continuous_backup",
        "`enable_continuous_backup` is `1`, expected `true` or `false`",
        'write `"true"`',
    ),
    (
        rule(enable_continuous_backup=assign("")),
        "malformed-boolean",
        f"{RULE}/enable_continuous_backup",
        '`enable_continuous_backup` is `""`, expected `true` or `false`',
        "",
    ),
    (
        plan(advanced_backup_settings={"ec2": {"windows_vss": assign("Enabled")}}),
        "unknown-choice",
        "plans/daily/advanced_backup_settings/ec2/windows_vss",
        "`windows_vss` does not take `Enabled`, expected `enabled` or `disabled`",
        "did you mean `enabled`?",
    ),
    (
        rule(scan_actions={"guardduty": {"scan_mode": assign("full")}}),
        "unknown-choice",
        f"{RULE}/scan_actions/guardduty/scan_mode",
        "`scan_mode` does not take `full`, expected `FULL_SCAN` or `INCREMENTAL_SCAN`",
        "did you mean `FULL_SCAN`?",
    ),
    (
        tags(tag_key=assign(""), tag_value=assign(["gold"])),
        "text-length",
        "plans/daily/selections/tags/gold/tag_key",
        "`tag_key` is empty, expected 1 to 128 characters",
        "",
    ),
    (
        tags(tag_key=assign("tier"), tag_value=assign(["x" * 257])),
        "text-length",
        "plans/daily/selections/tags/gold/tag_value",
        "`tag_value` has 257 characters, expected 0 to 256 characters",
        "",
    ),
    (
        plan(regions=assign(["eu-west1"])),
        "unknown-region",
        "plans/daily/regions",
        "`eu-west1` is not a Region",
        "did you mean `eu-west-1`?",
    ),
    (
        plan(regions=assign(["*"])),
        "unknown-region",
        "plans/daily/regions",
        "`*` is not a Region",
        "name each Region: AWS takes no wildcard here",
    ),
    (
        resources(resource_types=assign(["ec2"])),
        "unknown-resource-type",
        "plans/daily/selections/resources/all/resource_types",
        "`ec2` is not a pattern of resources that a backup policy selects",
        "write `arn:aws:ec2:*:*:instance/*`",
    ),
    (
        resources(not_resource_types=assign(["arn:aws:rds:*:*:db/*"])),
        "unknown-resource-type",
        "plans/daily/selections/resources/all/not_resource_types",
        "`arn:aws:rds:*:*:db/*` is not a pattern of resources that a backup policy selects",
        "did you mean `arn:aws:rds:*:*:db:*`?",
    ),
    (
        rule(target_backup_vault_name=assign(ARN)),
        "malformed-vault-name",
        f"{RULE}/target_backup_vault_name",
        f"`target_backup_vault_name` is `{ARN}`, expected 1 to 50 letters, digits, `-` and `_`",
        "write the name alone: `Central`",
    ),
    (
        rule(target_backup_vault_name=assign("x:Main")),
        "malformed-vault-name",
        f"{RULE}/target_backup_vault_name",
        "`target_backup_vault_name` is `x:Main`, expected 1 to 50 letters, digits, `-` and `_`",
        "",
    ),
    (
        rule(target_backup_vault_name=assign("arn:aws:backup:eu-west-1:$account:backup-vault:a b")),
        "malformed-vault-name",
        f"{RULE}/target_backup_vault_name",
        (
            "`target_backup_vault_name` is `arn:aws:backup:eu-west-1:$account:backup-vault:a b`, "
            "expected 1 to 50 letters, digits, `-` and `_`"
        ),
        "",
    ),
    (
        copy("bad"),
        "malformed-vault-arn",
        f"{RULE}/copy_actions/bad",
        "the key of a copy is `bad`, expected `arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`",
        "",
    ),
    (
        copy(ARN, ARN.upper()),
        "malformed-vault-arn",
        f"{RULE}/copy_actions/{ARN.lower()}/target_backup_vault_arn",
        (f"`target_backup_vault_arn` is `{ARN.upper()}`, expected `arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`"),
        f"write `{ARN.rpartition(':')[0]}:{ARN.rpartition(':')[2].upper()}`",
    ),
    (
        copy("arn:aws:backup:eu-west-1:$account:vault:DR"),
        "malformed-vault-arn",
        f"{RULE}/copy_actions/arn:aws:backup:eu-west-1:$account:vault:dr",
        (
            "the key of a copy is `arn:aws:backup:eu-west-1:$account:vault:DR`, expected "
            "`arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`"
        ),
        "write `arn:aws:backup:eu-west-1:$account:backup-vault:DR`",
    ),
    (
        copy(ARN, "arn:aws:backup:$region:$account:backup-vault:DR"),
        "malformed-vault-arn",
        f"{RULE}/copy_actions/{ARN.lower()}/target_backup_vault_arn",
        (
            "`target_backup_vault_arn` is `arn:aws:backup:$region:$account:backup-vault:DR`, expected "
            "`arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`"
        ),
        "name one Region: `$region` is for air-gapped vaults",
    ),
    (
        rule(target_logically_air_gapped_backup_vault_arn=assign("arn:aws:backup:eu-west-1:111111111111:vault:Gap")),
        "malformed-vault-arn",
        f"{RULE}/target_logically_air_gapped_backup_vault_arn",
        (
            "`target_logically_air_gapped_backup_vault_arn` is `arn:aws:backup:eu-west-1:111111111111:vault:Gap`, expected "
            "`arn:aws:backup:$region:$account:backup-vault:NAME`"
        ),
        "write `arn:aws:backup:$region:$account:backup-vault:Gap`",
    ),
    (
        tags(iam_role_arn=assign("arn:aws:iam::111111111111:role/ops/B"), tag_key=assign("t"), tag_value=assign(["x"])),
        "malformed-role-arn",
        "plans/daily/selections/tags/gold/iam_role_arn",
        "`iam_role_arn` is `arn:aws:iam::111111111111:role/ops/B`, expected `arn:aws:iam::$account:role/NAME`",
        "write `arn:aws:iam::$account:role/ops/B`",
    ),
    (
        plan(scan_settings={"GUARDDUTY": {"scanner_role_arn": assign("ScanRole")}}),
        "malformed-role-arn",
        "plans/daily/scan_settings/guardduty/scanner_role_arn",
        "`scanner_role_arn` is `ScanRole`, expected `arn:aws:iam::$account:role/NAME`",
        "write `arn:aws:iam::$account:role/ScanRole`",
    ),
    (
        rule(schedule_expression=assign("rate(1 day)")),
        "schedule-invalid",
        f"{RULE}/schedule_expression",
        "`rate(...)` is not accepted: write `cron(...)`",
        "write `cron(0 5 ? * * *)`",
    ),
    (
        rule(schedule_expression=assign("cron(0/15 * ? * * *)")),
        "schedule-too-frequent",
        f"{RULE}/schedule_expression",
        (
            "`cron(0/15 * ? * * *)` runs at 2026-10-05 12:45 and 2026-10-05 13:00, 15 minutes apart, expected an hour or "
            "more"
        ),
        "run it hourly at most",
    ),
    (
        rule(schedule_expression=assign("cron(0,1 5 ? * * *)")),
        "schedule-too-frequent",
        f"{RULE}/schedule_expression",
        (
            "`cron(0,1 5 ? * * *)` runs at 2026-10-06 05:00 and 2026-10-06 05:01, 1 minute apart, expected an hour or more"
        ),
        "run it hourly at most",
    ),
    (
        rule(schedule_expression=assign("cron(0 5 ? * * 2025)")),
        "schedule-ends",
        f"{RULE}/schedule_expression",
        "`cron(0 5 ? * * 2025)` has fewer than two runs after 2026-10-05 12:30",
        "AWS wants two runs to come: look at its days and years",
    ),
]


@pytest.mark.parametrize(("content", "name", "path", "message", "advice"), TABLE)
def test_one_mistake_is_one_finding(content: dict[str, Json], name: str, path: str, message: str, advice: str) -> None:
    (found,) = findings(content)

    assert (found.name, found.path, found.message, found.help) == (name, path, message, advice)
    assert (found.severity, found.span, found.policies) == (Severity.ERROR, None, ("p",))


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("TRUE", 'write `"true"`'),
        (" yes ", 'write `"true"`'),
        ("On", 'write `"true"`'),
        ("1", 'write `"true"`'),
        ("enabled", 'write `"true"`'),
        ("False", 'write `"false"`'),
        ("no", 'write `"false"`'),
        ("off", 'write `"false"`'),
        ("0", 'write `"false"`'),
        ("disabled", 'write `"false"`'),
        ("maybe", ""),
    ],
)
def test_words_for_true_and_false_are_understood_and_refused(written: str, advice: str) -> None:
    (found,) = findings(rule(enable_continuous_backup=assign(written)))

    assert (found.name, found.help) == ("malformed-boolean", advice)


@pytest.mark.parametrize(
    ("written", "days", "minutes"),
    [
        ("35.0", "35", "35"),
        ("+35", "35", "35"),
        ("2880 minutes", "2", "2880"),
        ("90 minutes", "", "90"),
        ("48 hours", "2", "2880"),
        ("1 hour", "", "60"),
        ("1 day", "1", "1440"),
        ("3 weeks", "21", "30240"),
        ("1 year", "365", "525600"),
        ("0 days", "", ""),
        ("90 seconds", "", ""),
        ("3 weeks and a day", "", ""),
    ],
)
def test_lengths_of_time_are_understood_and_refused(written: str, days: str, minutes: str) -> None:
    """In a setting of days, then in one of minutes; without advice where that has no whole number for it."""
    content = rule(lifecycle={"delete_after_days": assign(written)}, start_backup_window_minutes=assign(written))

    advice = [(found.name, found.help) for found in findings(content)]

    assert advice == [("malformed-number", f'write `"{meant}"`' if meant else "") for meant in (days, minutes)]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("Backup", "write `arn:aws:iam::$account:role/Backup`"),
        ("role/Backup", "write `arn:aws:iam::$account:role/Backup`"),
        ("/Backup", "write `arn:aws:iam::$account:role/Backup`"),
        (" arn:aws-cn:iam::123456789012:role/ops/Backup ", "write `arn:aws-cn:iam::$account:role/ops/Backup`"),
        ("arn:aws:iam::$account:user/Backup", ""),
        ("back up", ""),
    ],
)
def test_the_role_that_a_text_means_is_written_out(written: str, advice: str) -> None:
    (found,) = findings(plan(scan_settings={"GUARDDUTY": {"scanner_role_arn": assign(written)}}))
    assert (found.name, found.help) == ("malformed-role-arn", advice)


@pytest.mark.parametrize(
    ("arn", "advice"),
    [
        ("arn:aws:backup::123456789012:backup-vault:V", "name the Region of the vault"),
        (
            "arn:aws:backup:EU-WEST-1:123456789012:backup-vault:V",
            "write `arn:aws:backup:eu-west-1:123456789012:backup-vault:V`",
        ),
        ("arn:aws:backup:EU-WEST-9:123456789012:backup-vault:V", "`EU-WEST-9` is not a Region"),
        ("arn:aws:backup:EU_WSET_1:123456789012:backup-vault:V", "write the Region as `eu-west-1`"),
        (
            "arn:aws:backup:eu-west-1:123456789012:backup-vault:V.x",
            "names of vaults have 1 to 50 letters, digits, `-` and `_`, unlike `V.x`",
        ),
        ("arn:aws:backup:eu-west-1:123456789012:backup-vault:", "name the vault"),
        ("arn:aws:backups:eu-west-1:123456789012:backup-vault:V", "the service is `backup`, not `backups`"),
        (
            "arn:aws-eu:backup:eu-west-1:123456789012:backup-vault:V",
            "the partition is `aws`, `aws-cn` or `aws-us-gov`, not `aws-eu`",
        ),
        ("arn:aws:backup:eu-west-1:123456789012:backup-vaults:V", "the kind is `backup-vault`, not `backup-vaults`"),
        ("am:aws:backup:eu-west-1:123456789012:backup-vault:V", "begin it with `arn:`"),
        ("arn:aws:backup:eu-west-1:1234-5678-9012:backup-vault:V", "write the account as `123456789012`"),
        ("arn:aws:backup:eu-west-1:12345:backup-vault:V", "the id of an account has 12 digits, this one has 5"),
        ("arn:aws:backup:eu-west-1::backup-vault:V", "name the account by its 12 digits, or write `$account`"),
        ("arn:aws:backup:eu-west-1:hub:backup-vault:V", "name the account by its 12 digits, or write `$account`"),
        (
            "arn:aws:backup::1234-5678-9012:vault:V",
            "name the Region of the vault; write the account as `123456789012`; the kind is `backup-vault`, not `vault`",
        ),
        ("arn:aws:backup:$region:12345:backup-vault:V", "name one Region: `$region` is for air-gapped vaults"),
    ],
)
def test_the_wrong_part_of_the_arn_of_a_copy_is_named(arn: str, advice: str) -> None:
    (found,) = findings(copy(ARN, arn))
    assert found.help == advice


@pytest.mark.parametrize(
    ("arn", "advice"),
    [
        (
            "ARN:aws:backup:EU-WEST-1:123456789012:backup-vault:V.x",
            "names of vaults have 1 to 50 letters, digits, `-` and `_`, unlike `V.x`",
        ),
        ("arn:aws:backup:EU-WEST-1::backup-vault:V", "name the account by its 12 digits, or write `$account`"),
    ],
)
def test_letters_of_the_key_of_a_copy_are_not_what_is_wrong(arn: str, advice: str) -> None:
    (found,) = findings(copy(arn, ARN))
    assert found.help == advice
