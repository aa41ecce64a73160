"""Alarms: which vaults get which, how long they may be silent, and names that stay."""

from __future__ import annotations

import pytest
from support.evaluation import evaluated

from policyengine.analysis.alarms import AlarmPlan, accounts_with_vaults, alarm_plans, unknown_accounts

SHOP, BANK, HUB = "222222222222", "333333333333", "111111111111"
TREE = f"""\
version: 1
root:
  accounts: [{{id: "{SHOP}", name: shop}}, {{id: "{BANK}", name: bank}}, {{id: "{HUB}", name: hub}}]
settings:
  opt_in: {{eu-west-1: [EBS]}}
"""
SHORT = "start_within = 8 hours  complete_within = 1 hours"
DAILY = f'rule nightly {{ schedule = daily at 05:00  vault = "Main"  retain = 35 days  {SHORT} }}'


def plans(*rules: str, targets: str = f'account "{SHOP}"', regions: str = "[eu-west-1]") -> tuple[AlarmPlan, ...]:
    """The alarms of a plan with some rules."""
    text = f"""\
policy baseline {{
  plan daily {{
    regions = {regions}
    {" ".join(rules).replace("  ", chr(10))}
    tag selection tagged {{ role = "Backup"  key = "backup"  values = ["daily"] }}
  }}
}}
attach baseline to {targets}
"""
    run = evaluated(text.replace("  key", "\nkey").replace("  values", "\nvalues"), TREE)
    assert run.deployment, run.diagnostics
    assert unknown_accounts(run.deployment) == ()
    return alarm_plans(accounts_with_vaults(run.deployment))


def silence(plan: AlarmPlan) -> list[tuple[str, str, int]]:
    return [(alarm.vault, alarm.metric, alarm.hours) for alarm in plan.alarms if alarm.silence]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # 24 hours between runs, 8 to start, 1 to complete, and 1 because periods begin at full hours
        (DAILY, [("Main", "NumberOfBackupJobsCompleted", 34)]),
        # 7 days to complete: no alarm looks back as far, so that the creation of jobs is watched
        (
            'rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }',
            [("Main", "NumberOfBackupJobsCreated", 25)],
        ),
        (f'rule weekly {{ schedule = weekly on sunday at 05:00  vault = "Main"  retain = 35 days  {SHORT} }}', []),
        (
            f'rule days {{ schedule = weekly on mon, thu at 05:00  vault = "Main"  retain = 35 days  {SHORT} }}',
            [("Main", "NumberOfBackupJobsCompleted", 106)],
        ),
    ],
)
def test_the_silence_of_a_vault_is_sized_by_the_calendar(rule: str, expected: list[tuple[str, str, int]]) -> None:
    (plan,) = plans(rule)
    assert silence(plan) == expected


def test_the_rule_that_runs_most_often_decides() -> None:
    weekly = f'rule weekly {{ schedule = weekly on sunday at 05:00  vault = "Main"  retain = 400 days  {SHORT} }}'
    (plan,) = plans(DAILY, weekly)
    assert [(vault, hours) for vault, _, hours in silence(plan)] == [("Main", 58)]  # it loses the run of each Sunday


def test_rarer_backups_have_a_rule_of_config() -> None:
    (plan,) = plans(
        f'rule weekly {{ schedule = weekly on sunday at 05:00  vault = "Main"  retain = 99 days  {SHORT} }}'
    )
    assert [(rule.identifier, rule.days) for rule in plan.age_rules] == [("EBS_LAST_BACKUP_RECOVERY_POINT_CREATED", 8)]
    assert plan.notes == (
        "vault `Main`: no alarm on silence, runs are up to 7 days apart, and an alarm looks back 7 days",
    )


def rare(schedule: str) -> str:
    return f'rule rare {{ schedule = {schedule}  vault = "Main"  retain = 999 days  {SHORT} }}'


def test_a_month_is_the_most_that_config_can_say() -> None:
    (plan,) = plans(rare("monthly on day 1 at 03:00"))
    assert [(rule.identifier, rule.days) for rule in plan.age_rules] == [("EBS_LAST_BACKUP_RECOVERY_POINT_CREATED", 31)]
    assert plan.notes[-1] == (
        "the age of points of EBS: up to 32 days are in order, and a rule of AWS Config takes 31 at most, so that it"
        " reports backups that run late until they are complete"
    )


def test_what_is_rarer_than_config_can_say_is_said() -> None:
    (plan,) = plans(rare("yearly on 1 january at 03:00"))
    assert plan.age_rules == ()
    assert plan.notes[-1] == (
        "no rule of AWS Config on the age of points of EBS: runs are up to 366 days apart, and it takes 31 at most"
    )


def test_copies_count_where_they_arrive() -> None:
    copying = DAILY.replace(" }", f'\ncopy to vault "Far" in eu-central-1 account "{HUB}"\n}}')
    near, far = sorted(plans(copying), key=lambda plan: plan.region, reverse=True)
    assert (near.name, near.accounts, far.name, far.accounts) == (
        "alarms-eu-west-1",
        (SHOP,),
        "alarms-eu-central-1",
        (HUB,),
    )
    assert silence(far) == [("Far", "NumberOfCopyJobsCompleted", 35)]
    failures = {alarm.metric for alarm in far.alarms if not alarm.silence}
    assert failures == {"NumberOfCopyJobsFailed", "NumberOfRecoveryPointsExpired", "NumberOfRecoveryPointsPartial"}


def test_a_copy_into_another_partition_arrives_nowhere() -> None:
    away = f"arn:aws-us-gov:backup:us-gov-west-1:{HUB}:backup-vault:Far"
    (near,) = plans(DAILY.replace(" }", f'\ncopy to "{away}"\n}}'))
    assert (near.name, near.accounts) == ("alarms-eu-west-1", (SHOP,))


def test_daily_copies_may_begin_too_far_apart_for_an_alarm() -> None:
    rule = 'rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days  '
    far, near = plans(f'{rule}copy to vault "Far" in eu-central-1  }}')
    assert ([vault for vault, *_ in silence(near)], silence(far)) == (["Main"], [])
    assert far.notes == (
        "vault `Far`: no alarm on silence, copies may begin up to 9 days apart, and an alarm looks back 7 days",
    )


def test_accounts_with_the_same_vaults_share_a_template() -> None:
    (both,) = plans(DAILY, targets="root")
    assert both.accounts == (HUB, SHOP, BANK)
    copying = DAILY.replace(" }", f'\ncopy to vault "Hub" in eu-west-1 account "{HUB}"\n}}')
    assert [(plan.name, plan.accounts) for plan in plans(copying)] == [
        (f"alarms-eu-west-1-{HUB}", (HUB,)),
        (f"alarms-eu-west-1-{SHOP}", (SHOP,)),
    ]


def test_names_are_those_of_the_vaults() -> None:
    rules = [
        DAILY.replace("nightly", f"r{n}").replace('"Main"', f'"{name}"') for n, name in enumerate(("a-b", "a_b", "ab"))
    ]
    (plan,) = plans(*rules)
    ids = [alarm.id for alarm in plan.alarms]
    assert len(set(ids)) == len(ids) == 18
    assert [alarm.name for alarm in plan.alarms if alarm.silence] == [
        "backup-a-b-silence",
        "backup-a_b-silence",
        "backup-ab-silence",
    ]
    assert all(alarm.id.isalnum() for alarm in plan.alarms)
