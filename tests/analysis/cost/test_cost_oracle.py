"""The model of what backups hold agrees within 5 % with backups that are simulated block by block."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pytest
from analysis.cost.estimates import estimated, line, plan, project, total, usage
from oracle.blocks import Rule, When, kept
from support.moment import AT

from policyengine.analysis.cost import CostItem

TOLERANCE = 0.05

DAILY, WEEKLY, MONTHLY = When(), When(weekday=6), When(day=1)
NOON, EVERY_4_HOURS, EVERY_12_HOURS = When(hour=12), When(every=4), When(every=12)
QUARTERLY, YEARLY = When(day=1, months=(1, 4, 7, 10)), When(day=1, months=(1,))
SCHEDULES = {
    DAILY: "0 5 ? * * *",
    NOON: "0 12 ? * * *",
    WEEKLY: "0 5 ? * SUN *",
    MONTHLY: "0 5 1 * ? *",
    QUARTERLY: "0 5 1 1,4,7,10 ? *",
    YEARLY: "0 5 1 1 ? *",
    EVERY_4_HOURS: "0 0/4 ? * * *",
    EVERY_12_HOURS: "0 0/12 ? * * *",
}


class Case(NamedTuple):
    """Rules, each in a plan of its own, for a type with a daily change; `copy` has them in another Region only."""

    kind: str
    change: float
    rules: tuple[Rule, ...]
    form: Literal["incremental", "full"] = "incremental"
    cold: Literal["incremental", "full"] = "incremental"
    copied: bool = False
    blocks: int = 150


CASES = {
    "daily for five weeks": Case("RDS", 0.02, (Rule(DAILY, 35),)),
    "daily, hardly changing": Case("RDS", 0.003, (Rule(DAILY, 35),)),
    "daily, rewritten": Case("RDS", 0.5, (Rule(DAILY, 35),)),
    "daily for a day": Case("RDS", 0.1, (Rule(DAILY, 1),), blocks=40),
    "daily for a week": Case("EC2", 0.1, (Rule(DAILY, 7),)),
    "weekly": Case("EBS", 0.02, (Rule(WEEKLY, 90),)),
    "weekly, shorter than a week": Case("EBS", 0.02, (Rule(WEEKLY, 3),)),
    "monthly for a year": Case("RDS", 0.02, (Rule(MONTHLY, 365),)),
    "quarterly": Case("S3", 0.005, (Rule(QUARTERLY, 730),)),
    "every 12 hours": Case("RDS", 0.1, (Rule(EVERY_12_HOURS, 14),)),
    "every 4 hours, then daily": Case("RDS", 0.1, (Rule(EVERY_4_HOURS, 3), Rule(NOON, 30)), blocks=60),
    "daily and monthly": Case("RDS", 0.02, (Rule(DAILY, 35), Rule(MONTHLY, 365))),
    "daily, weekly and monthly": Case("EFS", 0.03, (Rule(DAILY, 14), Rule(WEEKLY, 60), Rule(MONTHLY, 200))),
    "daily and yearly": Case("RDS", 0.01, (Rule(DAILY, 35), Rule(YEARLY, 800))),
    "full snapshots": Case("Aurora", 0.02, (Rule(DAILY, 35),), "full"),
    "full snapshots, weekly": Case("DocumentDB", 0.02, (Rule(WEEKLY, 90),), "full"),
    "full snapshots of two rules": Case("Neptune", 0.02, (Rule(DAILY, 14), Rule(MONTHLY, 365)), "full"),
    "cold after a month": Case("EFS", 0.03, (Rule(DAILY, 35), Rule(MONTHLY, 365, 30))),
    "cold before the next one": Case("EFS", 0.02, (Rule(MONTHLY, 365, 8),)),
    "cold after the next one": Case("EFS", 0.02, (Rule(MONTHLY, 365, 60),)),
    "cold weekly": Case("EFS", 0.03, (Rule(WEEKLY, 200, 14),)),
    "cold before the next week": Case("VirtualMachine", 0.03, (Rule(WEEKLY, 150, 3),)),
    "cold daily": Case("EFS", 0.1, (Rule(DAILY, 120, 10),), blocks=50),
    "cold beside weekly warm ones": Case("EFS", 0.2, (Rule(DAILY, 120, 10), Rule(WEEKLY, 200)), blocks=40),
    "cold for 90 days at least": Case("Timestream", 0.03, (Rule(WEEKLY, 60, 30),)),
    "cold for years": Case("EFS", 0.01, (Rule(DAILY, 35), Rule(QUARTERLY, 1095, 90)), blocks=80),
    "archived volumes": Case("EBS", 0.02, (Rule(DAILY, 35), Rule(MONTHLY, 365, 30)), cold="full"),
    "archived at once": Case("EBS", 0.02, (Rule(MONTHLY, 210, 1),), cold="full"),
    "cold tables": Case("DynamoDB", 0.02, (Rule(MONTHLY, 365, 30),), "full", "full"),
    "copies": Case("RDS", 0.02, (Rule(DAILY, 35),), copied=True),
    "copies of a week": Case("EFS", 0.05, (Rule(DAILY, 7),), copied=True),
    "cold daily, hardly changing": Case("EFS", 0.02, (Rule(DAILY, 100, 30),), blocks=400),
    "cold for most of its life, beside daily warm ones": Case("EFS", 0.02, (Rule(DAILY, 14), Rule(WEEKLY, 200, 20))),
    "copies that go cold soon": Case("EFS", 0.02, (Rule(WEEKLY, 365, 10),), copied=True),
    "copies that go cold": Case("EFS", 0.02, (Rule(WEEKLY, 200, 30),), copied=True),
    "copies of several rules": Case("S3", 0.03, (Rule(DAILY, 14), Rule(WEEKLY, 90)), copied=True),
    "copies of volumes": Case("EBS", 0.02, (Rule(DAILY, 14),), "full", copied=True),
    "archived copies of volumes": Case("EBS", 0.02, (Rule(MONTHLY, 200, 30),), "full", "full", copied=True),
    "copies of tables": Case("DynamoDB", 0.02, (Rule(WEEKLY, 200, 30),), "full", "full", copied=True),
}  # fmt: skip


def written(rule: Rule, case: Case) -> str:
    lines = [f"retain = {rule.keep} days"]
    if rule.cold is not None:
        lines.append(f"cold_after = {rule.cold} days")
        lines += ["archive = true"] if case.kind == "EBS" else []
    kept_here = "\n".join(lines)
    schedule = f'schedule = cron("{SCHEDULES[rule.when]}")\n'
    if case.copied:
        return f'{schedule}retain = 1 day\ncopy to vault "Copies" in eu-central-1 {{\n{kept_here}\n}}'
    return schedule + kept_here


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_the_model_is_within_5_percent_of_blocks(case: Case) -> None:
    plans = [plan(written(rule, case), name=f"p{number}") for number, rule in enumerate(case.rules)]
    result = estimated(project(*plans), usage(total(case.kind, 1000), daily_change=case.change))
    simulated = kept(case.rules, case.change, AT, form=case.form, cold_form=case.cold, blocks=case.blocks)
    where = "eu-central-1" if case.copied else "eu-west-1"
    assert line(result, CostItem.WARM, where).quantity == pytest.approx(1000 * simulated.warm, rel=TOLERANCE)
    if any(rule.cold is not None for rule in case.rules):
        assert line(result, CostItem.COLD, where).quantity == pytest.approx(1000 * simulated.cold, rel=TOLERANCE)
    if case.copied:
        assert line(result, CostItem.TRANSFER).quantity == pytest.approx(1000 * simulated.added / 12, rel=TOLERANCE)


def test_there_are_at_least_thirty_cases() -> None:
    assert len(CASES) >= 30
