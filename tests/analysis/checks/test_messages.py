"""What checks of rules say: the numbers and names that a reader acts upon."""

from __future__ import annotations

import pytest
from support.evaluation import evaluated
from support.small_projects import WITH_MANAGEMENT

from policyengine.base.diagnostics import Diagnostic

NOTHING_BUT_A_VAULT = """\
rule nightly {
  vault = "Main"
}"""
SELECTION = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'


def findings(name: str, policies: str) -> list[Diagnostic]:
    evaluation = evaluated(policies, WITH_MANAGEMENT)
    return [found for found in evaluation.diagnostics if found.name == name]


def plan(rules: str, name: str = "daily", selection: str = SELECTION) -> str:
    return f"plan {name} {{ regions = [eu-west-1]\n{rules}\n{selection} }}"


def the_one(name: str, rules: str) -> Diagnostic:
    (found,) = findings(name, f"policy base {{ {plan(rules)} }}\nattach base to root\n")
    return found


@pytest.mark.parametrize(
    ("hours", "runs"),
    [
        ("13/12", "hour 13 only, with pauses of 24 hours"),
        ("5/1", "the hours 05 to 23, with pauses of 1 to 6 hours"),
        ("*/5", "the hours 00, 05, 10, 15 and 20, with pauses of 4 to 5 hours"),
        ("4/7", "the hours 04, 11 and 18, with pauses of 7 to 10 hours"),
        ("0/5,3", "the hours 00, 03, 05, 10, 15 and 20, with pauses of 2 to 5 hours"),
        ("12/8", "the hours 12 and 20, with pauses of 8 to 16 hours"),
    ],
)
def test_hours_that_start_over_are_reported_with_their_pauses(hours: str, runs: str) -> None:
    rule = f'rule r {{ schedule = cron("0 {hours} ? * * *")  vault = "Main"  retain = 35 days }}'
    message = the_one("schedule-past-midnight", rule).message
    assert message == f"the hours `{hours}` start over at midnight: the rule runs in {runs}"


def test_pauses_of_days_are_not_reported_in_hours() -> None:
    rule = 'rule r { schedule = cron("0 13/12 ? * SUN *")  vault = "Main"  retain = 35 days }'
    assert the_one("schedule-past-midnight", rule).message.endswith("the rule runs in hour 13 only")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1,3,5", "Sunday, Tuesday and Thursday"),
        ("7", "Saturday"),
        ("5-2", "Sunday, Monday, Thursday, Friday and Saturday"),
        ("6L", "the last Friday of the month"),
        ("2#3", "the third Monday of the month"),
    ],
)
def test_numbers_of_weekdays_are_reported_as_aws_takes_them(text: str, days: str) -> None:
    rule = f'rule r {{ schedule = cron("0 5 ? * {text} *")  vault = "Main"  retain = 35 days }}'
    message = the_one("schedule-weekday-number", rule).message
    assert message == f"the days of the week `{text}` are {days}: AWS counts from 1 for Sunday"


@pytest.mark.parametrize(
    ("short", "long", "lost", "why"),
    [
        (
            "hourly  start_within = 1 hour",
            "every 12 hours  start_within = 8 hours",
            "112 of 168 runs a week",
            "their start windows overlap",
        ),
        ("daily at 01:00", "weekly on sunday at 05:00", "1 of 7 runs a week", "their start windows overlap"),
        ("daily at 05:00", "monthly on day 1 at 05:00", "12 of 365 runs a year", "they start at the same minute"),
    ],
)
def test_overlapping_windows_are_reported_with_what_is_lost(short: str, long: str, lost: str, why: str) -> None:
    rules = (
        f'rule short {{ schedule = {short}  vault = "Main"  retain = 7 days }}\n'
        f'rule long {{ schedule = {long}  vault = "Main"  retain = 366 days }}'
    )
    message = the_one("windows-overlap", rules).message
    assert message == f"rule `short` loses {lost} to `long`: {why}, and the longer retention wins"


def test_a_run_that_another_takes_over_is_not_to_be_mended() -> None:
    rules = (
        'rule short { schedule = daily at 05:00  vault = "Main"  start_within = 1 hour  retain = 7 days }\n'
        'rule long { schedule = weekly on sunday at 05:00  vault = "Main"  start_within = 1 hour  retain = 35 days }'
    )
    advice = "where both backups are wanted, move the schedules apart by more than the start windows"
    assert the_one("windows-overlap", rules).help == advice


def test_a_start_window_that_nobody_set_is_explained() -> None:
    rules = (
        'rule short { schedule = daily at 01:00  vault = "Main"  retain = 7 days }\n'
        'rule long { schedule = weekly on sunday at 05:00  vault = "Main"  start_within = 1 hour  retain = 35 days }'
    )
    assert the_one("windows-overlap", rules).help.endswith("a start window that is not set lasts 8 hours")


def test_what_a_continuous_rule_loses_are_its_snapshots() -> None:
    rules = (
        'rule short { schedule = daily at 03:00  vault = "Main"  continuous = true  retain = 7 days }\n'
        'rule long { schedule = daily at 03:00  vault = "Main"  retain = 366 days }'
    )
    found = the_one("rule-never-runs", rules)
    assert found.message == (
        "rule `short` never makes a snapshot: its start window always overlaps that of `long`, and the longer retention"
        " wins"
    )
    assert found.help == (
        "the other backup does all that its snapshots would: where both are wanted, move the schedules apart"
    )


NIGHTLY = 'rule short { schedule = daily at 03:00  vault = "Main"  retain = 7 days }'


@pytest.mark.parametrize(
    ("other", "severity"),
    [
        pytest.param('schedule = daily at 03:00  vault = "Main"', "info", id="it does all that the lost one would"),
        pytest.param('schedule = daily at 05:00  vault = "Main"', "warning", id="as often, at another time"),
        pytest.param('schedule = daily at 03:00  vault = "Other"', "error", id="in another vault"),
        pytest.param(
            'schedule = cron("0 3 1-31 * ? 2026-2199")  vault = "Main"', "info", id="in years that are listed"
        ),
        pytest.param(
            'schedule = weekly on sunday at 03:00  vault = "Main"  start_within = 7 days', "error", id="less often"
        ),
    ],
)
def test_a_rule_that_never_runs_is_reported_with_who_takes_its_runs(other: str, severity: str) -> None:
    found = the_one("rule-never-runs", f"{NIGHTLY}\nrule long {{ {other}  retain = 35 days }}")
    assert (found.severity, found.message) == (
        severity,
        "rule `short` never runs: its start window always overlaps that of `long`, and the longer retention wins",
    )


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "schedule = weekly on sunday at 05:00  retain = 1 day",
            (
                "rule `r` keeps its backups for 1 day, and up to 7 days pass between two runs: for up to 6 days plan"
                " `daily` has no backup at all"
            ),
        ),
        (
            "schedule = weekly on sunday at 05:00  retain = 5 days  continuous = true",
            (
                "rule `r` keeps its backups for 5 days, and up to 7 days pass between two runs: for up to 2 days plan"
                " `daily` has no snapshot at all"
            ),
        ),
        (
            'schedule = cron("0 5,17 ? * MON-FRI *")  retain = 2 days',
            (
                "rule `r` keeps its backups for 2 days, and up to 60 hours pass between two runs: for up to 12 hours plan"
                " `daily` has no backup at all"
            ),
        ),
        (
            'schedule = cron("0 5 1 1 ? */2")  retain = 120 days  copy to vault "C" in eu-central-1 { retain = 365 days }',
            (
                "rule `r` keeps its backups for 120 days and a copy for 365 days, and up to 731 days pass between two runs:"
                " for up to 366 days plan `daily` has no backup at all"
            ),
        ),
        (
            'schedule = cron("0 5 1 1 ? 2028,2190-2199")  retain = 10 days',
            (
                "rule `r` keeps its backups for 10 days, and up to 162 years and 40 days pass between two runs: for up to"
                " 162 years and 30 days plan `daily` has no backup at all"
            ),
        ),
    ],
)
def test_a_retention_that_is_too_short_is_reported_with_what_it_leaves_open(rule: str, message: str) -> None:
    assert the_one("retention-shorter-than-interval", f'rule r {{ vault = "Main"  {rule} }}').message == message


@pytest.mark.parametrize(
    ("schedule", "message", "advice"),
    [
        ("0 5 * * ?", "the schedule has five fields, and AWS documents six: the year is missing", "add the year: `0 5 * * ? *`"),
        ("0 5 ? * * * 2026", "`2026` follows the sixth field of the schedule, and AWS ignores it", "leave it out, if `0 5 ? * * *` is meant"),
        ("0 5 ? * * *  Europe/Rome", "`Europe/Rome` follows the sixth field of the schedule, and AWS ignores it", "leave it out, if `0 5 ? * * *` is meant"),
    ],
)  # fmt: skip
def test_fields_that_are_not_six_are_reported(schedule: str, message: str, advice: str) -> None:
    found = the_one("cron-fields", f'rule r {{ schedule = cron("{schedule}")  vault = "Main"  retain = 35 days }}')
    assert (found.message, found.help) == (message, advice)


def test_a_window_is_reported_in_minutes_and_as_seconds() -> None:
    rule = 'rule r { schedule = daily at 05:00  vault = "Main"  retain = 35 days  start_within = 28800 minutes }'
    assert the_one("windows-in-seconds", rule).message == (
        "the start window of rule `r` is 28,800 minutes, which are 20 days; as seconds they would be 8 hours"
    )


def test_the_last_run_is_reported_by_its_day() -> None:
    rule = 'rule r { schedule = cron("0 5 ? * MON 2024-2031")  vault = "Main"  retain = 35 days }'
    assert the_one("rule-stops-running", rule).message == (
        "rule `r` runs for the last time on 2031-12-29: its schedule `cron(0 5 ? * MON 2024-2031)` ends then"
    )


def test_a_conflict_of_two_plans_concerns_accounts_that_have_both() -> None:
    always = 'rule always { schedule = daily at 05:00  vault = "VAULT"  continuous = true  retain = 35 days }'
    policies = (
        f"policy base {{ {plan(always.replace('VAULT', 'Main'), 'alpha')} }}\n"
        f"policy prod {{ {plan(always.replace('VAULT', 'Other'), 'beta')} }}\n"
        'attach base to root\nattach prod to ou "Prod"\n'
    )
    (found,) = findings("continuous-conflict", policies)
    assert (found.accounts, found.policies) == (("222222222222",), ("base", "prod"))
    assert found.path == "plans/beta/rules/always/enable_continuous_backup"
    assert [label.span.first.line for label in found.labels] == [2]
    assert found.message.startswith(
        "rule `always` of plan `beta` and rule `always` of plan `alpha` want the continuous"
    )


def test_what_a_rule_lacks_is_reported_where_it_was_first_written() -> None:
    policies = (
        f"policy base {{ {plan(NOTHING_BUT_A_VAULT)} }}\n"
        "policy prod { plan daily { rule nightly { start_within = 2 hours } } }\n"
        'attach base to root\nattach prod to ou "Prod"\n'
    )
    for name in ("schedule-missing", "retention-unlimited"):
        found = findings(name, policies)
        assert {(one.span.first.line if one.span else 0, one.policies) for one in found} == {(2, ("base",))}
        assert {account for one in found for account in one.accounts} == {"111111111111", "222222222222"}


MONTHLY = (
    'schedule = monthly on day 1 at 05:00  vault = "Main"  archive = true  cold_after = 30 days  retain = 366 days'
)


@pytest.mark.parametrize(
    ("rule", "below", "advice"),
    [
        (MONTHLY, "retain = 60 days", "with the archive opt-in delete backups 90 days after they move, or later"),
        (MONTHLY, "schedule = daily at 05:00", "with the archive opt-in leave 28 days or more between runs"),
        (
            'schedule = daily at 05:00  vault = "Main"  continuous = true  retain = 35 days',
            "retain = 60 days",
            "continuous backups are kept for 35 days at most",
        ),
        (
            'schedule = daily at 05:00  vault = "Main"  retain = 35 days',
            "scan = full",
            "rules that scan need settings for scans in their plan",
        ),
    ],
)
def test_fields_that_exclude_each_other_are_reported_with_what_to_do(rule: str, below: str, advice: str) -> None:
    policies = (
        f"policy base {{ {plan(f'rule r {{ {rule} }}')} }}\n"
        f"policy prod {{ plan daily {{ rule r {{ {below} }} }} }}\n"
        'attach base to root\nattach prod to ou "Prod"\n'
    )
    (found,) = findings("effective-policy-invalid", policies)
    assert found.help == f"{advice}; the account keeps its last valid policy until this is fixed"


def test_a_key_that_is_missing_needs_no_more_advice() -> None:
    found = the_one("effective-policy-invalid", "rule r { schedule = daily at 05:00 }")
    assert found.help == "the account keeps its last valid policy until this is fixed"


def test_a_plan_with_a_continuous_rule_lacks_snapshots() -> None:
    rules = (
        'rule a { schedule = weekly on sunday at 05:00  vault = "Main"  retain = 1 day }\n'
        'rule b { schedule = weekly on sunday at 05:00  vault = "Main"  continuous = true  retain = 2 days }\n'
    )
    policy = f"policy base {{ {plan(rules)} }}\nattach base to root\n"
    assert all(
        found.message.endswith("plan `daily` has no snapshot at all")
        for found in findings("retention-shorter-than-interval", policy)
    )


def test_a_repeated_setting_is_reported_in_the_words_of_its_file() -> None:
    rule = 'rule r { schedule = daily at 04:00  vault = "Main"  retain = 35 days }'
    twice = f"policy base {{ {plan(rule)} }}\npolicy again {{ {plan(rule)} }}\nattach base to root\n"
    found = findings("override-without-effect", twice + 'attach again to account "management"\n')
    assert {each.message.partition(": ")[2] for each in found} >= {
        "`retain` is `35 days` without it",
        "`schedule` is `daily at 04:00` without it",
    }
