"""The controls on plans, on the points that rules will make, and on vaults: decided without an inventory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from policyengine.analysis.controls.control_values import (
    Compliance,
    ControlAnswer,
    ControlDemand,
    ControlRow,
    ControlScope,
    age_words,
    minutes_of,
)
from policyengine.analysis.controls.deletion_of_points import deletion_disabled
from policyengine.aws.arns import vault_arn
from policyengine.aws.cron import longest_gap, parse_cron
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    UNKNOWN,
    BackupRule,
    Copy,
    DeployedPlan,
    Deployment,
    Minutes,
    Plan,
    moment,
)
from policyengine.aws.facts import features
from policyengine.aws.facts.audit_controls import evaluated_as
from policyengine.aws.organization import Organization
from policyengine.base.text import quoted

PLAN, POINT, VAULT = "plan", "point", "vault"
"""What is evaluated beside resources: keys of `evaluated_as`, and of types in scopes."""

YES, NO, OPEN = Compliance.COMPLIANT, Compliance.NON_COMPLIANT, Compliance.INSUFFICIENT_DATA


class Place(NamedTuple):
    """An account and a Region in which a plan runs."""

    account: str
    region: str


def plan_rows(deployment: Deployment, demand: ControlDemand) -> Iterator[ControlRow]:
    """Whether each plan has a rule that runs often enough and keeps its points long enough, both in one rule."""
    if not _has_type(demand.scope, PLAN):
        return
    answers: dict[Plan, ControlAnswer] = {}
    for deployed, place in _plans(deployment, demand.scope):
        plan = deployed.plan
        if not _has_id(demand.scope, plan.name):
            continue
        answer = _of_tags(demand.scope, plan.tags)
        if answer is None:
            if plan not in answers:
                answers[plan] = _frequency_and_retention(plan, demand)
            answer = answers[plan]
        if answer.compliance is not Compliance.NOT_APPLICABLE:
            yield _row(plan.path, place, answer, PLAN)
    yield from _withheld(deployment, demand.scope, PLAN)


def point_rows(deployment: Deployment, demand: ControlDemand) -> Iterator[ControlRow]:
    """Whether the points that each rule makes, and each copy of them, are kept long enough."""
    if not _has_type(demand.scope, POINT):
        return
    for deployed, place in _plans(deployment, demand.scope):
        for rule in deployed.plan.rules:
            lifecycles: tuple[BackupRule | Copy, ...] = (rule, *rule.copies)
            for kept in lifecycles:
                yield from _point_row(kept, rule, place, demand, _kept_long(kept, demand))
    yield from _withheld(deployment, demand.scope, POINT)


def encryption_rows(deployment: Deployment, demand: ControlDemand) -> Iterator[ControlRow]:
    """Whether the points that each rule makes are encrypted, as far as the types that it reaches tell."""
    if not _has_type(demand.scope, POINT):
        return
    for deployed, place in _plans(deployment, demand.scope):
        for rule in deployed.rules:
            if rule.region == place.region:
                yield from _point_row(rule.rule, rule.rule, place, demand, _encrypted(rule.types))
    yield from _withheld(deployment, demand.scope, POINT)


def vault_rows(organization: Organization, demand: ControlDemand, partition: str) -> Iterator[ControlRow]:
    """Whether the access policy of each vault of the snapshot keeps everybody from deleting its points."""
    if not _has_type(demand.scope, VAULT):
        return
    allowed = demand.parameters.get("principalArnList") or ()
    for vault in organization.vaults or ():
        answer = deletion_disabled(vault.policy, allowed if isinstance(allowed, tuple) else ())
        if demand.scope.tag is not None:
            answer = ControlAnswer(OPEN, "the tags of vaults are not known")
        for account in organization.accounts_in(vault.accounts) or (None,):
            for region in vault.regions or (None,):
                if not demand.scope.covers_place(account, region) or not _has_id(demand.scope, vault.name):
                    continue
                arn = vault_arn(vault.name, region or "*", account or "*", partition)
                yield ControlRow(arn, account, region, *answer, evaluated_as(VAULT))


def _frequency_and_retention(plan: Plan, demand: ControlDemand) -> ControlAnswer:
    allowed, days = minutes_of(demand, "requiredFrequency"), demand.parameters["requiredRetentionDays"]
    required = (days if isinstance(days, int) else 0) * DAY
    asked = f"a run every {age_words(allowed)} kept {age_words(required)}"
    every = {rule: scheduled(rule) for rule in plan.rules}
    often = [rule for rule, minutes in every.items() if minutes is not None and minutes <= allowed]
    unread = [rule for rule, minutes in every.items() if minutes is None and rule.retention >= required]
    for rule in often:
        if rule.retention >= required:
            annotation = f"runs every {age_words(every[rule] or 0)} and keeps {age_words(rule.retention)}"
            return ControlAnswer(YES, f"rule {quoted(rule.name)} {annotation}")
    if unread:
        return ControlAnswer(OPEN, f"the schedule of rule {quoted(unread[0].name)} is not readable")
    if often:
        kept = max(rule.retention for rule in often)
        return ControlAnswer(NO, f"no rule has {asked}: those that run often enough keep {age_words(kept)}")
    runs = min((minutes for minutes in every.values() if minutes is not None), default=FOREVER)
    return ControlAnswer(NO, f"no rule has {asked}: the most frequent runs every {age_words(runs)}")


def scheduled(rule: BackupRule) -> Minutes | None:
    """The longest time between two runs by the schedule alone, which is what AWS looks at; None if it is unreadable.

    Runs that other rules of the plan take do not count here (facts 1.6).
    """
    if rule.runs is UNKNOWN:
        return None
    gap = longest_gap(parse_cron(rule.schedule), moment(rule.runs.start))
    return FOREVER if gap is None else gap / timedelta(minutes=1)


def _kept_long(kept: BackupRule | Copy, demand: ControlDemand) -> ControlAnswer:
    days = demand.parameters["requiredRetentionDays"]
    required = (days if isinstance(days, int) else 0) * DAY
    annotation = f"points are kept {age_words(kept.retention)}"
    if kept.retention >= required:
        return ControlAnswer(YES, annotation)
    return ControlAnswer(NO, f"{annotation}, required {age_words(required)}")


def _encrypted(types: tuple[str, ...]) -> ControlAnswer:
    others = [kind for kind in types if features(kind).fully_managed != "yes"]
    if not types:
        return ControlAnswer(Compliance.NOT_APPLICABLE, "the rule reaches no type")
    if not others:
        return ControlAnswer(YES, "points of its types are encrypted with the key of their vault")
    return ControlAnswer(OPEN, f"points of {', '.join(others)} are as encrypted as the resource: an inventory says so")


def _point_row(
    kept: BackupRule | Copy, rule: BackupRule, place: Place, demand: ControlDemand, answer: ControlAnswer
) -> Iterator[ControlRow]:
    if not _has_id(demand.scope, kept.path):
        return
    answer = _of_tags(demand.scope, rule.tags) or answer
    if answer.compliance is not Compliance.NOT_APPLICABLE:
        yield _row(kept.path, place, answer, POINT)


def _of_tags(scope: ControlScope, tags: Mapping[str, str]) -> ControlAnswer | None:
    """None where the scope's tag is there, or there is none; else that the control does not apply."""
    if scope.tag is None or (scope.tag[0] in tags and scope.tag[1] in {None, tags[scope.tag[0]]}):
        return None
    return ControlAnswer(Compliance.NOT_APPLICABLE, "out of scope")


def _plans(deployment: Deployment, scope: ControlScope) -> Iterator[tuple[DeployedPlan, Place]]:
    for view in deployment.published:
        for deployed in view.plans:
            for account in view.accounts:
                for region in dict.fromkeys(deployed.plan.regions):
                    if scope.covers_place(account.id, region):
                        yield deployed, Place(account.id or "", region)


def _withheld(deployment: Deployment, scope: ControlScope, kind: str) -> Iterator[ControlRow]:
    annotation = "its policy is invalid, and nobody knows the document that AWS keeps"
    for view in deployment.published:
        for account in view.accounts if view.withheld else ():
            if scope.accounts is None or account.id in scope.accounts:
                yield ControlRow("plans", account.id, None, OPEN, annotation, evaluated_as(kind))


def _has_type(scope: ControlScope, kind: str) -> bool:
    return scope.types is None or kind in scope.types


def _has_id(scope: ControlScope, name: str) -> bool:
    return scope.ids is None or name in scope.ids


def _row(path: str, place: Place, answer: ControlAnswer, kind: str) -> ControlRow:
    return ControlRow(path, place.account, place.region, answer.compliance, answer.annotation, evaluated_as(kind))
