"""The alarms of accounts and a Region: rules for events of failures, alarms on metrics, one on silence for each vault.

Whether a vault is silent is sized by the calendar: the rule that runs most often brings something within its longest
gap, and within its windows the backup is there. An alarm looks back seven days at most; where that is too short for
backups that are complete, it watches those that are created, and where that is too short as well a rule of AWS Config
watches the age of the newest points (facts 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from math import ceil, isinf
from typing import Literal, NamedTuple

from policyengine.analysis.alarms.vault_duties import AccountsWithVaults, Duty, VaultDuties
from policyengine.aws.deployment import DAY, Minutes
from policyengine.aws.documents import Json
from policyengine.aws.facts.audit_controls import ControlQuestion, audit_controls
from policyengine.aws.facts.monitoring import FailureEvent, failure_events, vault_metrics
from policyengine.aws.setting_rows import MINUTES_IN
from policyengine.base.records import Record
from policyengine.base.text import listed, quoted

HOUR = MINUTES_IN["hours"]
_HASHED = 8  # digits behind an identifier that has lost characters


class MetricAlarm(Record):
    """An alarm on a metric of a vault: `hours` without any where it is on silence, else an hour with at least one."""

    id: str
    name: str
    description: str
    metric: str
    vault: str
    silence: bool
    hours: int


class AgeRule(Record):
    """A managed rule of AWS Config on the age of the newest point of a resource type, in days."""

    id: str
    name: str
    description: str
    identifier: str
    days: int


class AlarmPlan(Record):
    """The alarms of accounts in a Region, with the name of their template, and what has no alarm and why."""

    name: str
    region: str
    accounts: tuple[str, ...]
    events: tuple[FailureEvent, ...]
    alarms: tuple[MetricAlarm, ...]
    age_rules: tuple[AgeRule, ...]
    notes: tuple[str, ...]


def alarm_plans(groups: Iterable[AccountsWithVaults]) -> tuple[AlarmPlan, ...]:
    """The alarms of every group; a Region whose accounts differ has a template for each group, by its first account."""
    every = list(groups)
    regions = [group.region for group in every]
    return tuple(_plan(group, alone=regions.count(group.region) == 1) for group in every)


def identifier(text: str) -> str:
    """Letters and digits for a text, unique: with a hash where others have been left out."""
    kept = "".join(character for character in text if character.isascii() and character.isalnum())
    return kept if kept == text else f"{kept}{sha256(text.encode()).hexdigest()[:_HASHED]}"


def _plan(group: AccountsWithVaults, *, alone: bool) -> AlarmPlan:
    name = f"alarms-{group.region}" if alone else f"alarms-{group.region}-{group.accounts[0]}"
    alarms: list[MetricAlarm] = []
    rare: list[Duty] = []
    notes = [_absent(vault, accounts) for vault, accounts in group.absent.items()]
    for vault in group.vaults:
        alarms += _failures(vault)
        silence = _silence(vault)
        if silence is not None:
            alarms.append(silence)
        elif vault.stores:
            rare += vault.stores
            notes.append(_rare(vault))
        else:
            notes.append(_late_copies(vault))
    rules = tuple(_age_rules(rare, notes))
    return AlarmPlan(
        name, group.region, group.accounts, tuple(failure_events().values()), tuple(alarms), rules, tuple(notes)
    )


def _absent(vault: str, accounts: tuple[str, ...]) -> str:
    return (
        f"vault {quoted(vault)}: by the snapshot there is none in {listed(accounts, 'and')}; until it is created there,"
        " nothing is stored in it and its alarms have nothing to watch"
    )


def _failures(vault: VaultDuties) -> Iterator[MetricAlarm]:
    metrics = vault_metrics()
    kinds = ((vault.stores, metrics.stored), (vault.copies, metrics.copied), (vault.duties, metrics.kept))
    for duties, names in kinds:
        for metric in names if duties else ():
            what = metric.removeprefix("NumberOf")
            description = f"{what} of vault {vault.name}: at least one within an hour"
            yield MetricAlarm(
                id=f"{what}{identifier(vault.name)}",
                name=f"backup-{vault.name}-{what}",
                description=description,
                metric=metric,
                vault=vault.name,
                silence=False,
                hours=1,
            )


def _silence(vault: VaultDuties) -> MetricAlarm | None:
    """The alarm on silence; None where no alarm looks back that far."""
    for metric, minutes in _silence_bounds(vault):
        hours = _hours(minutes)
        if hours is not None:
            missing = metric.removeprefix("NumberOf")
            return MetricAlarm(
                id=f"Silence{identifier(vault.name)}",
                name=f"backup-{vault.name}-silence",
                description=f"Vault {vault.name} is silent: no {missing} for {hours} hours",
                metric=metric,
                vault=vault.name,
                silence=True,
                hours=hours,
            )
    return None


def _silence_bounds(vault: VaultDuties) -> tuple[tuple[str, Minutes], ...]:
    """The metrics that an alarm on silence may watch, best first, each with the longest silence that is in order."""
    metrics = vault_metrics()
    if vault.stores:
        completed = min(duty.gap + duty.start_within + duty.complete_within for duty in vault.stores)
        created = min(duty.gap for duty in vault.stores)
        return (metrics.backups_completed, completed), (metrics.backups_created, created)
    # A copy begins with the end of the backup, and may take as long again.
    completed = min(duty.gap + duty.start_within + 2 * duty.complete_within for duty in vault.copies)
    created = min(duty.gap + duty.start_within + duty.complete_within for duty in vault.copies)
    return (metrics.copies_completed, completed), (metrics.copies_created, created)


def _hours(minutes: Minutes) -> int | None:
    """The whole hours after which a silence is one: an hour more, since periods begin at full hours."""
    if isinf(minutes) or (hours := ceil(minutes / HOUR) + 1) > vault_metrics().look_back_hours:
        return None
    return hours


def _rare(vault: VaultDuties) -> str:
    gap = min(duty.gap for duty in vault.stores)
    every = "no schedule goes on" if isinf(gap) else f"runs are up to {ceil(gap / DAY)} days apart"
    return f"vault {quoted(vault.name)}: no alarm on silence, {every}, and an alarm looks back 7 days"


def _late_copies(vault: VaultDuties) -> str:
    begin = min(duty.gap + duty.start_within + duty.complete_within for duty in vault.copies)
    every = "no schedule goes on" if isinf(begin) else f"copies may begin up to {ceil(begin / DAY)} days apart"
    return f"vault {quoted(vault.name)}: no alarm on silence, {every}, and an alarm looks back 7 days"


def _age_rules(duties: Iterable[Duty], notes: list[str]) -> Iterator[AgeRule]:
    """Rules on the age of points for the types of rare rules, each with the greatest age that is in order.

    A rule takes a month at most: where windows make more of it, a backup that runs late is reported until it is there.
    """
    gaps: dict[str, int] = {}
    ages: dict[str, int] = {}
    for duty in duties:
        for kind in () if isinf(duty.gap) else duty.types:
            gaps[kind] = max(gaps.get(kind, 0), ceil(duty.gap / DAY))
            age = ceil((duty.gap + duty.start_within + duty.complete_within) / DAY)
            ages[kind] = max(ages.get(kind, 0), age)
    early: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for control in audit_controls().values():
        reached = [kind for kind in control.types if kind in gaps]
        if control.control or control.question is not ControlQuestion.LAST_POINT or not reached:
            continue
        most, gap = control.most["days"], max(gaps[kind] for kind in reached)
        age = max(ages[kind] for kind in reached)
        if gap > most:
            left_out[reached[0]] = gap
            continue
        if age > most:
            early[reached[0]] = age
        days = min(age, most)
        description = f"The newest recovery point is older than {days} days"
        yield AgeRule(f"Age{identifier(reached[0])}", f"backup-{control.rule}", description, control.name, days)
    notes += _notes_on_ages(early, left_out)


def _notes_on_ages(early: Mapping[str, int], left_out: Mapping[str, int]) -> Iterator[str]:
    """Notes on ages of points that rules of AWS Config cannot check, by type with the days that are in order."""
    if early:
        yield (
            f"the age of points of {', '.join(early)}: up to {max(early.values())} days are in order, and a rule of AWS"
            " Config takes 31 at most, so that it reports backups that run late until they are complete"
        )
    if left_out:
        yield (
            f"no rule of AWS Config on the age of points of {', '.join(left_out)}: runs are up to"
            f" {max(left_out.values())} days apart, and it takes 31 at most"
        )


TemplateChangeKind = Literal["missing", "surplus", "different"]


class TemplateChange(NamedTuple):
    """A path that the deployed template lacks, has beyond what is asked for, or has with another value.

    `expected` and `deployed` are the values where both have one.
    """

    path: str
    kind: TemplateChangeKind
    expected: Json = None
    deployed: Json = None


def template_changes(wanted: Json, deployed: Json, path: str = "") -> Iterator[TemplateChange]:
    """The differences of two templates, by the paths of what is wanted, then what is surplus."""
    if isinstance(wanted, Mapping) and isinstance(deployed, Mapping):
        for key, value in wanted.items():
            below = f"{path}/{key}" if path else key
            if key in deployed:
                yield from template_changes(value, deployed[key], below)
            else:
                yield TemplateChange(below, "missing")
        for key in deployed:
            if key not in wanted:
                yield TemplateChange(f"{path}/{key}" if path else key, "surplus")
    elif type(wanted) is not type(deployed) or wanted != deployed:
        yield TemplateChange(path, "different", wanted, deployed)
