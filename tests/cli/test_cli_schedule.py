"""`schedule`: the runs to come of an account, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import POLICY, SNAPSHOT, Command, Json, project_in, write
from cli.hostile import NAMES, harmless

AT = "2026-10-20T07:00"
TOYS = ["toys", "--at", AT]
AWS_EXAMPLE = """\
policy baseline {
  plan mixed {
    regions = [eu-west-1, eu-central-1]
    rule hourly { schedule = hourly  vault = "Main"  start_within = 1 hour  retain = 1 day }
    rule long { schedule = every 12 hours  vault = "Main"  start_within = 8 hours  retain = 7 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
"""


def rules(**texts: str) -> str:
    """A policy for everybody with these rules in a plan `daily`."""
    written = "".join(f'rule {name} {{ vault = "Main"  {text} }}\n' for name, text in texts.items())
    selection = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
    return f"policy b {{ plan daily {{ regions = [eu-west-1]\n{written}{selection} }} }}\nattach b to root\n"


def lines(page: str) -> list[str]:
    """The calendar proper: the days with their runs."""
    blocks = [block.splitlines() for block in page.split("\n\n")]
    weekdays = ("Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun ")
    return [line for block in blocks if block[0].startswith(weekdays) for line in block]


def test_a_run_says_everything_about_itself(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("schedule", *TOYS, "--days", "1", "-C", project_in(tmp_path, policy=AWS_EXAMPLE))
    assert (ran.code, ran.json["at"], ran.json["until"]) == (0, "2026-10-20T07:00:00Z", "2026-10-21T07:00:00Z")
    assert (ran.json["account"], ran.json["path"], ran.json["status"]) == ("333333333333", "Shops/toys", "valid")
    assert ran.json["zone"] is None
    everywhere = {"plan": "mixed", "regions": ["eu-west-1", "eu-central-1"], "vault": "Main"}
    assert ran.json["runs"][4:7] == [
        {
            "time": "2026-10-20T11:00:00Z",
            "rule": "hourly",
            "start_window_minutes": 60,
            "suppressed_by": [],
            **everywhere,
        },
        {
            "time": "2026-10-20T12:00:00Z",
            "rule": "hourly",
            "start_window_minutes": 60,
            "suppressed_by": [{"rule": "long", "time": "2026-10-20T12:00:00Z"}],
            **everywhere,
        },
        {
            "time": "2026-10-20T12:00:00Z",
            "rule": "long",
            "start_window_minutes": 480,
            "suppressed_by": [],
            **everywhere,
        },
    ]
    assert [(rule["rule"], rule["runs"], rule["suppressed"]) for rule in ran.json["rules"]] == [
        ("hourly", 24, 16),
        ("long", 2, 0),
    ]
    assert ran.json["gaps"] == [
        {
            "plan": "mixed",
            "selection": "all",
            "path": "plans/mixed/selections/tags/all",
            "rules": ["hourly", "long"],
            "minutes": 480,
            "from": "2026-10-20T12:00:00Z",
            "to": "2026-10-20T20:00:00Z",
            "basis": "exact",
            "simulated_until": None,
        }
    ]
    assert ran.json["collisions"] == []


def test_the_calendar_of_people(policyengine: Command, tmp_path: Path) -> None:
    page = policyengine("schedule", *TOYS, "--days", "3", "-C", project_in(tmp_path, policy=AWS_EXAMPLE)).out
    assert page.startswith(
        "Shops/toys (333333333333): valid\n"
        "2026-10-20 07:00 to 2026-10-23 07:00 UTC: 78 runs, 48 of them suppressed\n"
        "\n"
        "plan mixed in eu-west-1 and eu-central-1\n"
        "  hourly  every hour, vault Main, starts within 1 hour\n"
        "  long    every 12 hours, vault Main, starts within 8 hours\n"
    )
    assert lines(page) == [
        "Tue 2026-10-20",
        "  mixed/hourly  08:00 to 11:00 hourly, 20:00 to 23:00 hourly",
        "                suppressed by long: 07:00, 12:00 to 19:00 hourly",
        "  mixed/long    12:00",
        "Wed 2026-10-21 to Thu 2026-10-22, 2 days",
        "  mixed/hourly  08:00 to 11:00 hourly, 20:00 to 23:00 hourly",
        "                suppressed by long: 00:00 to 07:00 hourly, 12:00 to 19:00 hourly",
        "  mixed/long    00:00, 12:00",
        "Fri 2026-10-23",
        "  mixed/hourly  suppressed by long: 00:00 to 06:00 hourly",
        "  mixed/long    00:00",
    ]
    assert page.endswith(
        "suppressed runs\n"
        "  mixed/hourly loses 48 of 72 runs to long: their start windows overlap, and the\n"
        "    longer retention wins\n"
        "\n"
        "longest time without a run\n"
        "  mixed, selection all: 8 hours, first from 2026-10-20 12:00 on\n"
    )


@pytest.mark.parametrize(
    ("schedule", "days", "expected"),
    [
        pytest.param('cron("0 1,2 ? * * *")', 1, ["Tue 2026-10-20", "  no runs", "Wed 2026-10-21", "  daily/r  01:00, 02:00"], id="two in a row"),
        pytest.param('cron("0 */2 ? * * *")', 1, ["Tue 2026-10-20", "  daily/r  08:00, 10:00, 12:00, 14:00, 16:00, 18:00, 20:00, 22:00", "Wed 2026-10-21", "  daily/r  00:00, 02:00, 04:00, 06:00"], id="eight"),
        pytest.param('cron("0 9-23/2,8 ? * * *")', 1, ["Tue 2026-10-20", "  daily/r  08:00, 09:00, 11:00, 13:00, 15:00, 17:00, 19:00, 21:00, and 1 more", "Wed 2026-10-21", "  no runs"], id="many"),
        pytest.param('cron("0 5 29 2 ? *")', 7, ["Tue 2026-10-20 to Tue 2026-10-27, 8 days", "  no runs"], id="silence"),
    ],
)  # fmt: skip
def test_times_of_a_day(policyengine: Command, tmp_path: Path, schedule: str, days: int, expected: list[str]) -> None:
    project = project_in(tmp_path, policy=rules(r=f"schedule = {schedule}"))
    assert lines(policyengine("schedule", *TOYS, "--days", str(days), "-C", project).out) == expected


def test_a_period_that_ends_at_midnight_has_whole_days(policyengine: Command, project: Path) -> None:
    page = policyengine("schedule", "toys", "--at", "2026-10-20", "--days", "1", "-C", project).out
    assert lines(page) == ["Tue 2026-10-20", "  daily/nightly  05:00"]


def test_a_great_many_days_are_cut(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=rules(r='schedule = cron("0 5 */2 * ? *")'))
    page = policyengine("schedule", *TOYS, "--days", "366", "-C", project).out
    assert page.count("  no runs\n") == 50
    assert "\nand 265 days more up to Thu 2027-10-21; --format json has them\n" in page


def test_no_line_is_wider_than_a_terminal(policyengine: Command, tmp_path: Path) -> None:
    names = ["a" * 9, "b" * 29, "c" * 50]
    texts = ["daily at 05:00", "hourly", 'cron("15 5,6,7,9,11,13,15,17,19,21 ? * * *")']
    policy = rules(**{name: f"schedule = {text}" for name, text in zip(names, texts, strict=True)})
    page = policyengine("schedule", *TOYS, "--zone", "Pacific/Auckland", "-C", project_in(tmp_path, policy=policy)).out
    assert f"\n  daily/{'c' * 50}\n{' ' * 4}" in page.replace(" " * 19, " " * 4)
    assert [line for line in page.splitlines() if len(line) > 80] == []


def test_what_each_rule_does_beyond_the_period(policyengine: Command, tmp_path: Path) -> None:
    policy = rules(
        leap='schedule = cron("0 5 29 2 ? *")',
        once='schedule = cron("0 5 ? * * 2026-2027")',
        pitr="schedule = daily at 15:00  continuous = true  retain = 35 days",
    )
    page = policyengine("schedule", *TOYS, "-C", project_in(tmp_path, policy=policy)).out
    assert page.split("\n\n")[1].splitlines() == [
        "plan daily in eu-west-1",
        "  leap  on the 29th of the month in February at 05:00, vault Main,",
        "        starts within 8 hours, next run 2028-02-29 05:00",
        "  once  every day in 2026 and 2027 at 05:00, vault Main, starts within 8 hours,",
        "        last run 2027-12-31 05:00",
        "  pitr  every day at 15:00, vault Main, starts within 8 hours,",
        "        continuous: the schedule only governs its snapshots and copies",
    ]
    assert " ".join(page.split()).endswith(
        "1 day, first from 2027-12-31 15:00 on, beside the continuous backups of pitr"
    )


def test_the_clock_of_a_place(policyengine: Command, project: Path) -> None:
    ran = policyengine.json("schedule", *TOYS, "--zone", "Europe/Amsterdam", "-C", project)
    assert [run["local"] for run in ran.json["runs"]][3:5] == ["2026-10-24T07:00:00+02:00", "2026-10-25T06:00:00+01:00"]
    assert ran.json["zone"] == {
        "name": "Europe/Amsterdam",
        "changes": [
            {
                "at": "2026-10-25T01:00:00Z",
                "minutes": -60,
                "before": 120,
                "after": 60,
                "rules": [
                    {"plan": "daily", "rule": "nightly", "times": [{"before": "07:00", "after": "06:00", "days": 0}]}
                ],
            }
        ],
    }
    page = policyengine("schedule", *TOYS, "--zone", "Europe/Amsterdam", "-C", project).out
    assert "\ntimes in brackets are by the clock of Europe/Amsterdam\n" in page
    assert (
        "  daily/nightly  05:00 (07:00)\nSun 2026-10-25 to Tue 2026-10-27, 3 days\n  daily/nightly  05:00 (06:00)\n"
        in page
    )
    assert page.endswith(
        "\nfrom 2026-10-25 these runs are an hour earlier by the clock of Europe/Amsterdam\n"
        "  daily/nightly  06:00 instead of 07:00\n"
    )


@pytest.mark.parametrize(
    ("zone", "time", "told"),
    [
        ("Asia/Tokyo", "05:00 (14:00)", ""),
        ("Pacific/Auckland", "05:00 (18:00)", "from 2027-04-04 these runs are an hour earlier by the clock of Pacific/Auckland\n  daily/r  17:00 instead of 18:00\n"),
        ("Australia/Lord_Howe", "05:00 (16:00)", "from 2027-04-04 these runs are 30 minutes earlier by the clock of Australia/Lord_Howe\n  daily/r  15:30 instead of 16:00\n"),
        ("Pacific/Honolulu", "05:00 (19:00 the day before)", ""),
        ("UTC", "05:00 (05:00)", ""),
    ],
)  # fmt: skip
def test_other_places(policyengine: Command, tmp_path: Path, zone: str, time: str, told: str) -> None:
    project = project_in(tmp_path, policy=rules(r="schedule = daily at 05:00"))
    page = policyengine("schedule", *TOYS, "--zone", zone, "-C", project).out
    assert f"  daily/r  {time}\n" in page
    assert page.endswith(told or "on\n")


def test_what_runs_every_hour_is_no_different_after_a_change(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=rules(r="schedule = hourly"))
    assert "by the clock" not in policyengine("schedule", *TOYS, "--zone", "Europe/Paris", "-C", project).out[200:]


def test_a_run_that_moves_to_another_day(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=rules(r="schedule = daily at 22:30"))
    autumn = policyengine("schedule", *TOYS, "--zone", "Europe/Amsterdam", "-C", project).out
    assert autumn.endswith("  daily/r  23:30 the day before instead of 00:30\n")
    assert "  daily/r  22:30 (00:30 next day)\n" in autumn
    spring = policyengine("schedule", "toys", "--at", "2027-03-25", "--zone", "Europe/Amsterdam", "-C", project).out
    assert spring.endswith(
        "\nfrom 2027-03-28 these runs are an hour later by the clock of Europe/Amsterdam\n"
        "  daily/r  00:30 the day after instead of 23:30\n"
    )


def test_runs_at_the_same_minute(policyengine: Command, tmp_path: Path) -> None:
    policy = POLICY + POLICY.replace("policy baseline", "policy more").replace("daily {", "other {").replace(
        "attach baseline to root", 'attach more to ou "Shops"'
    )
    project = project_in(tmp_path, policy=policy)
    ran = policyengine.json("schedule", *TOYS, "--days", "2", "-C", project)
    assert ran.json["collisions"] == [
        {
            "rules": [{"plan": "daily", "rule": "nightly"}, {"plan": "other", "rule": "nightly"}],
            "regions": ["eu-west-1"],
            "times": ["2026-10-21T05:00:00Z", "2026-10-22T05:00:00Z"],
        }
    ]
    assert policyengine("schedule", *TOYS, "--days", "2", "-C", project).out.endswith(
        "\nstarting at the same minute, on what may be the same resource\n"
        "  daily/nightly and other/nightly in eu-west-1: 2 times, first on 2026-10-21\n"
        "    05:00\n"
        "  AWS Backup runs one job per resource at a time: the others wait\n"
    )


def test_many_times_of_a_day_are_cut(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=rules(r='schedule = cron("0 1-6 ? * * *")'))
    assert policyengine("schedule", *TOYS, "--zone", "Europe/Amsterdam", "-C", project).out.endswith(
        "  daily/r  02:00 instead of 03:00, 03:00 instead of 04:00,\n"
        "           04:00 instead of 05:00, 05:00 instead of 06:00, and 2 more\n"
    )


def test_what_happens_most_often_comes_first_and_the_rest_is_cut(policyengine: Command, tmp_path: Path) -> None:
    schedules = {f"r{minute}": f"{minute} {'5,6' if minute == 30 else '5'} ? * * *" for minute in (*range(6), 30)}
    written = "".join(
        f'rule {name} {{ vault = "Main"  schedule = cron("{text}") }}\n' for name, text in schedules.items()
    )
    plans = "".join(
        f"plan {name} {{ regions = [eu-west-1]\n{written}"
        f'tag selection all {{ role = "Backup"  key = "backup"  values = ["{value}"] }} }}\n'
        for name, value in [("a", "yes"), ("b", "yes"), ("c", "no"), ("d", "no")]
    )
    project = project_in(tmp_path, policy=f"policy p {{ {plans} }}\nattach p to root\n")
    page = policyengine("schedule", *TOYS, "--days", "1", "-C", project).out
    told = page.partition("starting at the same minute, on what may be the same resource\n")[2].splitlines()
    assert told[:3] == [
        "  a/r30 and b/r30 in eu-west-1: 2 times, first on 2026-10-21 05:30",
        "  c/r30 and d/r30 in eu-west-1: 2 times, first on 2026-10-21 05:30",
        "  a/r0 and b/r0 in eu-west-1: on 2026-10-21 05:00",
    ]
    assert told[12:] == [
        "  and 2 more; --format json has them",
        "  AWS Backup runs one job per resource at a time: the others wait",
    ]
    page = policyengine("schedule", *TOYS, "--zone", "Europe/Amsterdam", "-C", project).out
    assert page.endswith(
        "  b/r30  06:30 instead of 07:30, 07:30 instead of 08:30\n  and 16 more; --format json has them\n"
    )


def of_account(parts: dict[str, Any], document: Json) -> str:
    """A snapshot with one account, a policy at the root and other parts."""
    root = {"name": "Root", "policies": ["b"], "accounts": [{"id": "111111111111", "name": "a"}]}
    return json.dumps({"version": 1, "root": root, "policies": {"b": {"content": document}}, **parts})


SELECTION = {
    "tags": {
        "all": {
            "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
            "tag_key": {"@@assign": "backup"},
            "tag_value": {"@@assign": ["yes"]},
        }
    }
}
RULES = {
    "r": {"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"}, "target_backup_vault_name": {"@@assign": "Main"}}
}
INVALID = {"plans": {"new": {"rules": RULES, "selections": SELECTION}}}
REFUSED = {"plans": {"new": {"regions": {"@@assign": ["eu-west-1"]}, "rules": RULES, "selections": SELECTION, "x": 1}}}
LAST = {
    "plans": {
        "Old": {
            "regions": ["eu-west-1"],
            "rules": {"r": {"schedule_expression": "cron(0 3 ? * * *)", "target_backup_vault_name": "Main"}},
            "selections": {},
        }
    }
}


def snapshot(folder: Path, parts: dict[str, Any], document: Json) -> Path:
    return write(folder, {"s.json": of_account(parts, document)}) / "s.json"


def test_of_an_invalid_account_it_is_what_aws_keeps(policyengine: Command, tmp_path: Path) -> None:
    file = snapshot(tmp_path, {"last_valid": {"111111111111": LAST}}, INVALID)
    ran = policyengine.json("schedule", "a", "--snapshot", file, "--at", AT, "--days", "1")
    assert (ran.code, ran.json["status"]) == (0, "invalid")
    assert [(run["plan"], run["time"]) for run in ran.json["runs"]] == [("old", "2026-10-21T03:00:00Z")]
    assert ran.json["gaps"] == []
    page = policyengine("schedule", "a", "--snapshot", file, "--at", AT).out
    assert "AWS keeps the last valid policy: this is its schedule\n" in page
    assert page.endswith("  old, which selects nothing: 1 day, first from 2026-10-21 03:00 on\n")


def test_where_time_ends(policyengine: Command, tmp_path: Path) -> None:
    file = snapshot(tmp_path, {"last_valid": {"111111111111": LAST}}, INVALID)
    late = ["--at", "9999-12-31T23:59", "--zone", "Europe/Amsterdam", "--hypothetical"]
    page = policyengine("schedule", "a", "--snapshot", file, *late).out
    assert "9999-12-31 23:59 to 9999-12-31 23:59 UTC: 0 runs\n" in page
    assert page.endswith("longest time without a run\n  old, which selects nothing: no two runs are to come\n")


def test_what_aws_keeps_and_nobody_knows(policyengine: Command, tmp_path: Path) -> None:
    file = snapshot(tmp_path, {}, INVALID)
    ran = policyengine("schedule", "a", "--snapshot", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: a: its effective policy is invalid, so AWS keeps the last valid one, and the snapshot does not have that"
        " (last_valid); `policyengine effective 111111111111` shows the errors\n"
    )


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("every night", "its schedule every night cannot be read"),
        ("cron(0 5 31 2 ? *)", "its schedule cron(0 5 31 2 ? *) has no run to come"),
        ("cron(0 5 ? * * 2035-2030)", "its schedule cron(0 5 ? * * 2035-2030) "),
        (
            "cron(0 5 ? * * 2020)",
            "its schedule cron(0 5 ? * * 2020) has no run to come, vault ,\n     starts within 8 hours, last run 2020-12-31 05:00\n",
        ),
    ],
)
def test_schedules_from_outside(policyengine: Command, tmp_path: Path, expression: str, said: str) -> None:
    kept = {"plans": {"p": {"regions": ["eu-west-1"], "rules": {"r": {"schedule_expression": expression}}}}}
    file = snapshot(tmp_path, {"last_valid": {"111111111111": kept}}, INVALID)
    assert policyengine.json("schedule", "a", "--snapshot", file, "--at", AT).json["runs"] == []
    assert said in policyengine("schedule", "a", "--snapshot", file, "--at", AT).out


@pytest.mark.parametrize(
    ("enabled", "policies", "said"),
    [
        ("true", "", "empty\nno backup policy is attached to this account or above it\n"),
        ("false", "", "disabled\nbackup policies are not enabled in this organization\n"),
        ("false", POLICY, "disabled\nbackup policies are not enabled in this organization\n"),
        ("true", "policy a { }\nattach a to root\n", "valid\nit has no rule that could run\n"),
    ],
)
def test_accounts_without_plans(policyengine: Command, tmp_path: Path, enabled: str, policies: str, said: str) -> None:
    organization = f"{SNAPSHOT}organization: {{backup_policies_enabled: {enabled}}}\n"
    project = project_in(tmp_path, organization=organization, policy=policies)
    ran = policyengine.json("schedule", "toys", "-C", project)
    assert (ran.code, ran.json["runs"], ran.json["rules"], ran.json["gaps"]) == (0, [], [], [])
    assert policyengine("schedule", "toys", "-C", project) == (0, f"Shops/toys (333333333333): {said}", "")


def test_a_document_that_aws_would_refuse(policyengine: Command, tmp_path: Path) -> None:
    file = snapshot(tmp_path, {}, REFUSED)
    ran = policyengine.json("schedule", "a", "--snapshot", file, "--at", AT)
    assert (ran.code, ran.json["accounts"], [found["name"] for found in ran.json["findings"]]) == (
        2,
        [],
        ["unknown-key"],
    )
    assert "--hypothetical drops" in policyengine("schedule", "a", "--snapshot", file, "--at", AT).out
    ran = policyengine.json("schedule", "a", "--snapshot", file, "--at", AT, "--hypothetical", "--days", "1")
    assert (ran.code, ran.json["hypothetical"], len(ran.json["runs"])) == (0, True, 1)
    page = policyengine("schedule", "a", "--snapshot", file, "--at", AT, "--hypothetical").out
    assert page.startswith("a (111111111111): valid, hypothetical: what AWS would refuse is left out\n")


def test_a_project_that_does_not_compile(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("schedule", "toys", "-C", project_in(tmp_path, policy=POLICY.replace("vault", "vualt")))
    assert (ran.code, [found["name"] for found in ran.json["findings"]]) == (2, ["unknown-setting"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["toy"], "toy: no such account; did you mean `toys`?"),
        (["Shops/*"], "Shops/*: 2 accounts match; schedule takes one: 222222222222 (Shops/books), 333333333333 (Shops/toys)"),
        (["*"], "*: 3 accounts match; schedule takes one: 111111111111 (management), 222222222222 (Shops/books), 333333333333 (Shops/toys)"),
        ([], "missing argument 'ACCOUNT'; see `policyengine schedule --help`"),
        (["toys", "--days", "0"], "--days 0: expected 1 to 366"),
        (["toys", "--days", "367"], "--days 367: expected 1 to 366"),
        (["toys", "--days", "x"], "invalid value for '--days': "),
        (["toys", "--zone", "Europe/Amsterdm"], "--zone Europe/Amsterdm: no such time zone; did you mean `Europe/Amsterdam`?"),
        (["toys", "--zone", "europe/amsterdam"], "--zone europe/amsterdam: no such time zone; did you mean `Europe/Amsterdam`?"),
        (["toys", "--zone", ""], "--zone : no such time zone; expected a name such as Europe/Amsterdam"),
        (["toys", "--zone", "/etc/localtime"], "--zone /etc/localtime: no such time zone; expected a name such as Europe/Amsterdam"),
        (["toys", "--zone", "Europe"], "--zone Europe: no such time zone; "),
        (["toys", "--zone", "posix/UTC"], "--zone posix/UTC: no such time zone; "),
        (["toys", "--at", "now"], "--at now: expected a date such as"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered(policyengine: Command, project: Path, arguments: list[str], message: str) -> None:
    ran = policyengine("schedule", *arguments, "-C", project, "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}")


@pytest.mark.parametrize("name", ["toys", "Shops/toys", "333333333333", "t*s"])
def test_an_account_by_any_of_its_names(policyengine: Command, project: Path, name: str) -> None:
    assert policyengine.json("schedule", name, "-C", project).json["account"] == "333333333333"


@pytest.mark.parametrize("at", ["0001-01-01", "1970-01-01", "2199-12-31T23:59", "9999-12-31T23:59"])
def test_any_moment(policyengine: Command, project: Path, at: str) -> None:
    for days in ("1", "366"):
        ran = policyengine.json(
            "schedule", "toys", "-C", project, "--at", at, "--days", days, "--zone", "Africa/Monrovia"
        )
        assert ran.code == (2 if at > "2199" else 0)
        assert policyengine("schedule", "toys", "-C", project, "--at", at, "--zone", "Africa/Monrovia").code == ran.code


@pytest.mark.scale
def test_a_year_of_hourly_runs_is_written_whole(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=AWS_EXAMPLE)
    ran = policyengine.json("schedule", *TOYS, "--days", "366", "-C", project)
    assert len(ran.json["runs"]) == 366 * 26


def test_a_gap_that_comes_late_is_seen(policyengine: Command, tmp_path: Path) -> None:
    policy = rules(a='schedule = cron("0 5 ? * * 2020-2089,2099-2199")', b='schedule = cron("0 17 1 1 ? *")')
    (gap,) = policyengine.json("schedule", *TOYS, "-C", project_in(tmp_path, policy=policy)).json["gaps"]
    assert (gap["minutes"], gap["from"], gap["to"]) == (366 * 1440, "2092-01-01T17:00:00Z", "2093-01-01T17:00:00Z")


def test_a_rule_that_never_runs_says_why(policyengine: Command, tmp_path: Path) -> None:
    policy = rules(a="schedule = daily at 05:00  retain = 7 days", b="schedule = daily at 05:00  retain = 35 days")
    ran = policyengine.json("schedule", *TOYS, "-C", project_in(tmp_path, policy=policy))
    assert [(rule["rule"], rule["runs"], rule["suppressed"], rule["next"]) for rule in ran.json["rules"]] == [
        ("a", 7, 7, None),
        ("b", 7, 0, "2026-10-21T05:00:00Z"),
    ]
    page = policyengine("schedule", *TOYS, "-C", project_in(tmp_path, policy=policy)).out
    assert "  a  every day at 05:00, every run suppressed, vault Main" in page


def test_the_wait_for_a_year_to_come_is_the_longest_time(policyengine: Command, tmp_path: Path) -> None:
    policy = rules(a='schedule = cron("0 5 ? * * 2190-2199")')
    (gap,) = policyengine.json("schedule", *TOYS, "-C", project_in(tmp_path, policy=policy)).json["gaps"]
    assert (gap["from"], gap["to"]) == ("2026-10-20T07:00:00Z", "2190-01-01T05:00:00Z")


def test_quiet_and_to_a_file(policyengine: Command, project: Path, tmp_path: Path) -> None:
    assert policyengine("schedule", *TOYS, "-C", project, "--quiet") == (0, "", "")
    printed = policyengine("schedule", *TOYS, "-C", project).out
    assert policyengine("schedule", *TOYS, "-C", project, "--output", tmp_path / "o.txt") == (0, "", "")
    assert (tmp_path / "o.txt").read_text() == printed


@pytest.mark.scale
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_in_what_aws_keeps(policyengine: Command, tmp_path: Path, name: str) -> None:
    text = NAMES[name]
    rule = {"schedule_expression": "cron(0 5 ? * * *)", "target_backup_vault_name": text}
    odd = {"schedule_expression": text, "start_backup_window_minutes": text}
    selections = {"tags": {text: {"tag_key": text, "tag_value": [text]}}}
    plan = {
        "regions": [text],
        "rules": {text: rule, f"{text}2": {**rule, "x": 1}, "odd": odd},
        "selections": selections,
    }
    file = snapshot(tmp_path, {"last_valid": {"111111111111": {"plans": {text: plan, "other": plan}}}}, INVALID)
    for command in (["--color", "always"], ["--format", "json"], ["--zone", "Europe/Amsterdam"]):
        ran = policyengine("schedule", "a", "--snapshot", file, "--at", AT, *command)
        harmless(ran, colored="always" in command)
        assert ran.code == (2 if name == "surrogate" else 0)
