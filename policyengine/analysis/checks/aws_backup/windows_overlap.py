from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Overlap, overlaps
from policyengine.aws.facts import limits
from policyengine.aws.settings import SCHEDULE, START_WITHIN
from policyengine.base.catalogue.example_projects import one_plan
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

_EXAMPLE = """\
regions = [eu-west-1]
rule hourly { schedule = hourly  vault = "Main"  start_within = 1 hour  retain = 1 day }
rule long { schedule = every 12 hours  vault = "Main"  start_within = 8 hours  retain = 7 days }
tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
"""
RULE = Rule(
    code="PE507",
    name="windows-overlap",
    severity=Severity.WARNING,
    title="a rule loses runs to a rule of the same plan whose start windows overlap its own",
    rationale=(
        "Where the start windows of two rules of a plan overlap, AWS Backup runs only the rule with the longer"
        " retention. The whole window counts, and one that is not set lasts 8 hours: of an hourly rule beside a"
        " 12-hourly one with that window 8 runs a day are left. The runs are counted over a week, or, where a schedule"
        " of the plan does not repeat every week, over the year to come. Of rules with equal retention AWS does not say"
        " which one runs, so nothing is said of them, and nothing of a continuous rule where all types that the plan"
        " reaches have continuous backup, which has no schedule. Of any other type it makes snapshots, and they count."
        " Runs that a rule with the same vault and copies takes over at the same minute, for as long, are only told."
    ),
    bad=one_plan(_EXAMPLE),
    good=one_plan(
        _EXAMPLE.replace("schedule = hourly ", 'schedule = cron("0 1-11,13-23 ? * * *") ').replace("8 hours", "1 hour")
    ),
    reference="facts 1.6, 1.2.1, 1.1.20, 1.4.2",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",),
    harm=Harm.PROTECTION,
)
_WINDOW = START_WITHIN.place


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule that loses some of its runs; info where another rule does the same at the same time.

    Of rules that lose all of them `rule-never-runs` tells.
    """
    for plan, overlap in facts.each(facts.plans, overlaps):
        if overlap.never:
            continue
        replaced = overlap.replaced
        yield finding(
            RULE,
            facts,
            plan,
            f"{overlap.rule.path}/{SCHEDULE.place}",
            message=_message(overlap, replaced=replaced),
            advice=_advice(overlap, replaced=replaced),
            beside=tuple(_settings(overlap)),
            severity=Severity.INFO if replaced else None,
        )


def _message(overlap: Overlap, *, replaced: bool) -> str:
    lost = f"{overlap.lost:,} of {overlap.runs:,} runs a {overlap.period}"
    by = listed((rule.name for rule in overlap.by), "and")
    why = ": they start at the same minute" if replaced else ": their start windows overlap"
    return f"rule {quoted(overlap.rule.name)} loses {lost} to {by}{why}, and the longer retention wins"


def _advice(overlap: Overlap, *, replaced: bool) -> str:
    advice = "shorten the start windows or move the schedules apart"
    if replaced:
        advice = "where both backups are wanted, move the schedules apart by more than the start windows"
    if all(_WINDOW in rule.document for rule in (overlap.rule, *overlap.by)):
        return advice
    return f"{advice}; a start window that is not set lasts {limits()['start_window_default_minutes'] // 60} hours"


def _settings(overlap: Overlap) -> Iterator[str]:
    """The schedules and windows that make the overlap, apart from the lost rule's schedule."""
    for rule in (overlap.rule, *overlap.by):
        for key in (SCHEDULE.place, _WINDOW):
            if key in rule.document and (rule is not overlap.rule or key == _WINDOW):
                yield f"{rule.path}/{key}"
