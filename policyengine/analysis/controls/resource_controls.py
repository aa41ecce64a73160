"""The controls on resources: are they in a plan, copied, in a locked or air-gapped vault, and how old is a point?

A resource that a plan takes has what any of the plan's rules gives it. Where several rules may do and it is unknown of
one, the answer is: unknown. Ages rest on the schedules: the newest point is never older than the longest time between
two runs and both windows of the rule, if its jobs succeed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from policyengine.analysis.controls.control_values import (
    Compliance,
    ControlAnswer,
    ControlDemand,
    age_words,
    best,
    minutes_of,
)
from policyengine.analysis.coverage import CoverageReason, ResourceVerdict, SelectingPlan
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    UNKNOWN,
    BackupRule,
    DeployedCopy,
    DeployedPlan,
    DeployedRule,
    Minutes,
    OrUnknown,
    Plan,
    View,
    calendar,
)
from policyengine.aws.facts import Features, features
from policyengine.aws.facts.audit_controls import ControlQuestion
from policyengine.aws.resources import Resource
from policyengine.base.text import quoted

YES, NO, OPEN = Compliance.COMPLIANT, Compliance.NON_COMPLIANT, Compliance.INSUFFICIENT_DATA
_MINUTE = 60
_RESTORE_FACTS = ("restore_minutes", "LatestRestoreExecutionTimeMinutes")
_AWS_MANAGED_KEY = "alias/aws/"
_NO_RULE = "its plans have no rule in its Region"
_LATER = "the newest point that is listed is later than the moment judged: how old the one before was, nobody says"


class PointAge(NamedTuple):
    """How old the newest point of some rules gets, in minutes, if jobs succeed.

    It is never older than `at_most`, and gets at least as old as `at_least`. `rules` are their names.
    """

    at_most: Minutes
    at_least: Minutes
    rules: str


class Backups(NamedTuple):
    """The rules of the plans that take a resource, in its Region, and the age of the newest point of each plan."""

    rules: tuple[DeployedRule, ...]
    ages: tuple[PointAge, ...]


class EvaluatedResource(NamedTuple):
    """A resource with the verdict on it, the rules that back it up where it is, and the moment of its newest point.

    `verdict` is that on the resource, or on what contains it. `backups` is None where nobody knows the rules of a plan
    that takes it, `newest` where the inventory does not say it. `members` are the ids of the organization's accounts.
    """

    resource: Resource
    verdict: ResourceVerdict
    backups: Backups | None
    newest: datetime | None
    at: datetime
    members: Collection[str]

    def copies(self, rule: DeployedRule) -> list[DeployedCopy]:
        """The copies of a rule that can arrive: none goes to an account outside of the organization (facts 4.4.4)."""
        return [copy for copy in rule.copies if copy.cross_account is not True or copy.account in self.members]


Judge: TypeAlias = "Callable[[EvaluatedResource, ControlDemand], ControlAnswer]"


def judge_resource(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    """The answer of a control about a resource of a type that it evaluates."""
    if evaluated.resource.type == "EC2" and (evaluated.resource.state or "").casefold() == "stopped":
        return ControlAnswer(Compliance.NOT_APPLICABLE, "stopped instances are not evaluated")
    return _JUDGES[demand.control.question](evaluated, demand)


def backups_in(view: View | None, plans: Iterable[SelectingPlan], region: str | None, at: datetime) -> Backups | None:
    """The backups of plans in a Region of an account with a view; None where nobody knows their rules."""
    deployed: dict[object, DeployedPlan] = {plan.plan: plan for plan in view.plans} if view else {}
    rules: list[DeployedRule] = []
    ages: list[PointAge] = []
    for plan in plans:
        if plan.plan not in deployed:
            return None
        here = [rule for rule in deployed[plan.plan].rules if rule.region == region]
        rules += here
        ages += [_age_of_plan(deployed[plan.plan].plan, at), *map(age_of_rule, here)] if here else []
    return Backups(tuple(rules), tuple(ages))


def age_of_rule(rule: DeployedRule) -> PointAge:
    """The age of the newest point of a rule; with an unreadable schedule anything is possible."""
    interval, name = rule.rule.interval, f"rule {quoted(rule.rule.name)}"
    if interval is UNKNOWN:
        return PointAge(FOREVER, 0, name)
    return PointAge(interval + _windows(rule.rule), max(interval - rule.rule.start_within, 0), name)


def _age_of_plan(plan: Plan, at: datetime) -> PointAge:
    """The age of the newest point of any rule of a plan."""
    gaps = calendar([plan], at, 1).gaps
    gap = FOREVER if not gaps or gaps[0].minutes is None else gaps[0].minutes
    unread = any(rule.interval is UNKNOWN for rule in plan.rules)
    late = max((rule.start_within for rule in plan.rules), default=0)
    at_most = gap + max(map(_windows, plan.rules), default=0)
    return PointAge(at_most, 0 if unread else max(gap - late, 0), f"plan {quoted(plan.name)}")


def _windows(rule: BackupRule) -> Minutes:
    return rule.start_within + rule.complete_within


def _protected(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    """In a plan; and, by the parameters of rules of AWS Config, copied and in a locked vault."""
    answers = [_in_plan(evaluated)]
    wanted = demand.parameters
    for parameter, judge in (("crossRegionList", _cross_region), ("crossAccountList", _cross_account)):
        if wanted.get(parameter):
            answers.append(judge(evaluated, demand))
    if wanted.get("backupVaultLockCheck") or wanted.get("minRetentionDays") or wanted.get("maxRetentionDays"):
        answers.append(_lock(evaluated, demand))
    worst_first = (NO, OPEN, YES)
    return min(answers, key=lambda answer: worst_first.index(answer.compliance))


def _in_plan(evaluated: EvaluatedResource) -> ControlAnswer:
    verdict = evaluated.verdict
    if verdict.protected:
        names = ", ".join(quoted(plan.name) for plan in verdict.plans)
        return ControlAnswer(YES, f"in plan {names}")
    reason = verdict.reason.value if verdict.reason else "nothing says why"
    if verdict.protected is None or verdict.reason is CoverageReason.NOT_AVAILABLE:
        return ControlAnswer(OPEN, f"in a plan or in none: {reason}")
    return ControlAnswer(NO, f"in no plan: {reason}")


def _by_rules(evaluated: EvaluatedResource, judge: Callable[[DeployedRule], ControlAnswer]) -> ControlAnswer:
    """The best answer of any rule that backs a resource up; that it is in no plan comes first."""
    inside = _in_plan(evaluated)
    if inside.compliance is not YES:
        return inside
    if evaluated.backups is None:
        return ControlAnswer(OPEN, f"{inside.annotation}, whose rules are not known")
    return best(map(judge, evaluated.backups.rules)) if evaluated.backups.rules else ControlAnswer(NO, _NO_RULE)


def _cross_region(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    wanted = _names(demand, "crossRegionList")

    def judge(rule: DeployedRule) -> ControlAnswer:
        sure = {copy.vault.region for copy in evaluated.copies(rule) if copy.vault and copy.cross_region is True}
        unread = any(copy.cross_region is UNKNOWN for copy in rule.copies)
        return _copied(rule, sure, wanted, unread=unread, where=_where(evaluated, rule, "another Region"))

    return _by_rules(evaluated, judge)


def _cross_account(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    wanted = _names(demand, "crossAccountList")

    def judge(rule: DeployedRule) -> ControlAnswer:
        sure = {copy.account for copy in evaluated.copies(rule) if copy.vault and copy.cross_account is True}
        unread = any(copy.cross_account is UNKNOWN for copy in rule.copies)
        return _copied(rule, sure, wanted, unread=unread, where=_where(evaluated, rule, "another account"))

    return _by_rules(evaluated, judge)


def _where(evaluated: EvaluatedResource, rule: DeployedRule, place: str) -> str:
    """What a rule should copy to, in words; in the organization where it copies out of it."""
    return place if len(evaluated.copies(rule)) == len(rule.copies) else f"{place} within the organization"


def _copied(rule: DeployedRule, sure: set[str], wanted: tuple[str, ...], *, unread: bool, where: str) -> ControlAnswer:
    """Whether a rule copies to where it should; AWS does not say if one of several named places is enough."""
    name, missing = quoted(rule.rule.name), [place for place in wanted if place not in sure]
    if sure and not missing:
        return ControlAnswer(YES, f"rule {name} copies to {', '.join(sorted(sure))}")
    if unread:
        return ControlAnswer(OPEN, f"a copy of rule {name} goes to what is no vault's ARN")
    if sure and len(missing) < len(wanted):
        return ControlAnswer(OPEN, f"rule {name} copies to {', '.join(sorted(sure))}, not to {', '.join(missing)}")
    return ControlAnswer(NO, f"rule {name} has no copy to {' or '.join(missing) or where}")


def _names(demand: ControlDemand, parameter: str) -> tuple[str, ...]:
    value = demand.parameters.get(parameter)
    return value if isinstance(value, tuple) else ()


def _lock(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    least, most = (demand.parameters.get(name) for name in ("minRetentionDays", "maxRetentionDays"))

    def judge(rule: DeployedRule) -> ControlAnswer:
        vault, name = rule.vault, f"vault {quoted(rule.vault.name)}"
        if vault.exists is False:
            return ControlAnswer(NO, f"{name} does not exist")
        if vault.lock is UNKNOWN:
            return ControlAnswer(OPEN, f"nobody looked whether {name} is locked")
        if vault.lock == "none":
            return ControlAnswer(NO, f"{name} is not locked")
        if isinstance(least, int) and (vault.min_retention is UNKNOWN or vault.min_retention < least * DAY):
            return _bound(name, "minimum", least, vault.min_retention)
        if isinstance(most, int) and (vault.max_retention is UNKNOWN or vault.max_retention > most * DAY):
            return _bound(name, "maximum", most, vault.max_retention)
        return ControlAnswer(YES, f"{name} is locked ({vault.lock})")

    return _by_rules(evaluated, judge)


def _bound(vault: str, which: str, days: int, bound: OrUnknown[Minutes]) -> ControlAnswer:
    """The answer about a locked vault whose bound is not as asked, or not known."""
    if bound is UNKNOWN:
        return ControlAnswer(OPEN, f"the {which} of the lock of {vault} is not known")
    has = {0: "none", FOREVER: "none"}.get(bound) or age_words(bound)
    return ControlAnswer(NO, f"the {which} of the lock of {vault} is {has}, required {days:,} days")


def _last_point(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    allowed = minutes_of(demand, "recoveryPointAge")
    if evaluated.newest is not None:
        if evaluated.newest > evaluated.at:
            return ControlAnswer(OPEN, _LATER)
        old = (evaluated.at - evaluated.newest).total_seconds() / _MINUTE
        annotation = f"newest point {age_words(old)} old"
        return ControlAnswer(YES if old <= allowed else NO, f"{annotation}, allowed {age_words(allowed)}")
    inside = _by_rules(evaluated, lambda _: ControlAnswer(YES, ""))
    if inside.compliance is not YES or evaluated.backups is None:
        return inside
    ages = evaluated.backups.ages
    return _aged(PointAge(min(age.at_most for age in ages), _surely(ages), ages[0].rules), allowed)


def _surely(ages: Iterable[PointAge]) -> Minutes:
    """How old the newest point of any plan surely gets: of a plan, and of each of its rules, the least counts."""
    return min(age.at_least for age in ages)


def _aged(age: PointAge, allowed: Minutes) -> ControlAnswer:
    if age.at_least == FOREVER:
        return ControlAnswer(NO, f"{age.rules} does not run again")
    if age.at_most == FOREVER:
        return ControlAnswer(OPEN, f"the schedule of {age.rules} is not readable, or ends")
    annotation = f"newest point at most {age_words(age.at_most)} old, allowed {age_words(allowed)}"
    if age.at_most <= allowed:
        return ControlAnswer(YES, annotation)
    return ControlAnswer(OPEN, annotation) if age.at_least <= allowed else ControlAnswer(NO, annotation)


def _air_gapped(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    allowed = minutes_of(demand, "recoveryPointAge")
    can = features(evaluated.resource.type or "")

    def judge(rule: DeployedRule) -> ControlAnswer:
        primary, copied = rule.air_gapped_vault, [copy.vault for copy in evaluated.copies(rule) if copy.vault]
        vaults = [vault for vault in (primary, *copied) if vault]
        if not any(vault.exists is True and vault.type == "air_gapped" for vault in vaults):
            if any(vault.exists is UNKNOWN or (vault.exists is True and vault.type is UNKNOWN) for vault in vaults):
                return ControlAnswer(
                    OPEN, f"nobody looked whether a vault of rule {quoted(rule.rule.name)} is air-gapped"
                )
            return ControlAnswer(NO, f"rule {quoted(rule.rule.name)} reaches no air-gapped vault")
        if (refusal := _air_gap(evaluated.resource, can)) is not None:
            return refusal
        aged = _aged(age_of_rule(rule), allowed)
        straight = primary is not None and primary.exists is True
        return aged if straight else ControlAnswer(aged.compliance, f"{aged.annotation}, and the time of the copy")

    return _by_rules(evaluated, judge)


def _air_gap(resource: Resource, can: Features) -> ControlAnswer | None:
    """The answer on what keeps points of a resource out of an air-gapped vault (facts 4.4.11); None for nothing."""
    if can.air_gapped == "no":
        return ControlAnswer(NO, f"AWS Backup stores no {resource.type} in air-gapped vaults")
    if can.fully_managed != "yes":
        if resource.kms is not None and _AWS_MANAGED_KEY in resource.kms:
            return ControlAnswer(
                NO, "it is encrypted with a key that AWS manages, so its points stay in the ordinary vault"
            )
        if resource.kms is None and resource.encrypted is not False:
            return ControlAnswer(
                OPEN, "nobody looked up its key: with one that AWS manages points stay in the ordinary vault"
            )
    return None


def _restore_time(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer:
    target = demand.parameters.get("maxRestoreTime")
    took = next((evaluated.resource.facts[name] for name in _RESTORE_FACTS if name in evaluated.resource.facts), None)
    try:
        minutes = float(str(took)) if took is not None else None
    except ValueError:
        minutes = None
    if minutes is None:
        return ControlAnswer(OPEN, "only a restore shows how long it takes: the inventory has no `restore_minutes`")
    if not isinstance(target, int):
        return ControlAnswer(OPEN, f"the last restore took {age_words(minutes)}; `maxRestoreTime` is not set")
    annotation = f"the last restore took {age_words(minutes)}, allowed {age_words(target)}"
    return ControlAnswer(YES if minutes <= target else NO, annotation)


def _encrypted(evaluated: EvaluatedResource, _: ControlDemand) -> ControlAnswer:
    inside = _in_plan(evaluated)
    if inside.compliance is not YES:
        return ControlAnswer(Compliance.NOT_APPLICABLE if inside.compliance is NO else OPEN, inside.annotation)
    if features(evaluated.resource.type or "").fully_managed == "yes":
        return ControlAnswer(YES, "its points are encrypted with the key of their vault")
    if evaluated.resource.encrypted is None and evaluated.resource.kms is None:
        return ControlAnswer(OPEN, "its points are as encrypted as it is, and nobody looked up whether it is")
    encrypted = evaluated.resource.encrypted or evaluated.resource.kms is not None
    annotation = "its points are encrypted, as it is" if encrypted else "its points are not encrypted, as it is not"
    return ControlAnswer(YES if encrypted else NO, annotation)


_JUDGES: Mapping[ControlQuestion, Judge] = {
    ControlQuestion.PROTECTED: _protected,
    ControlQuestion.CROSS_REGION: _cross_region,
    ControlQuestion.CROSS_ACCOUNT: _cross_account,
    ControlQuestion.LOCK: _lock,
    ControlQuestion.LAST_POINT: _last_point,
    ControlQuestion.AIR_GAPPED: _air_gapped,
    ControlQuestion.RESTORE_TIME: _restore_time,
    ControlQuestion.ENCRYPTED: _encrypted,
}

OF_RESOURCES = frozenset(_JUDGES)
"""The questions that are about resources."""


def matches_id(resource: Resource, ids: Iterable[str]) -> bool:
    """Whether ids, or ARNs, name a resource."""
    last = resource.arn.replace("/", ":").rsplit(":", 1)[-1]
    return any(text in {resource.arn, last} for text in ids)
