"""Policies that make a merged document invalid (semantics.md 10.2), so that AWS withholds it.

An account that is there keeps its last valid one; one that is created later has none, and gets nothing (10.3).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from policyengine.analysis.prove.accounts import between
from policyengine.analysis.prove.open_elements import OpenElements
from policyengine.analysis.prove.openness import Openness, openness
from policyengine.analysis.prove.palette import HOURLY, MONTHLY
from policyengine.analysis.prove.pieces import ARCHIVED, LIFECYCLE, LONGEST_CONTINUOUS, nested
from policyengine.analysis.prove.proofs import Counterexample
from policyengine.analysis.prove.relevance import NAME
from policyengine.analysis.prove.trials import Document, TrialAttachment, TrialOrganization
from policyengine.aws.arns import ACCOUNT, vault_arn
from policyengine.aws.deployment import DAY, FOREVER, BackupRule, Copy, DeployedPlan, Plan, Selection
from policyengine.aws.documents import ASSIGN, REMOVE, Json
from policyengine.aws.facts import limits
from policyengine.aws.merge import MAY_ASSIGN, MAY_REMOVE, Node, keys
from policyengine.aws.organization import Entity, Organization
from policyengine.aws.settings import (
    ARCHIVE,
    BY_RESOURCES,
    BY_TAGS,
    COLD_AFTER,
    CONTINUOUS,
    COPY_BLOCK,
    COPY_TARGET,
    MALWARE_SCAN,
    PLANS,
    REGIONS,
    RETAIN,
    RULE_BLOCK,
    SCAN,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    TYPES,
)

Way: TypeAlias = "list[Document]"
"""Candidate documents: one may suffice, if a single policy can do it at all."""

_MOST_CONTINUOUS = limits()["continuous_most_days"] * DAY
_LEAST_COLD = limits()["cold_least_days"] * DAY
_COPY_REGION = "us-east-1"
_NO_RULES: Document = {REGIONS.place: {ASSIGN: [_COPY_REGION]}}
_NO_VAULT: Document = {SCHEDULE.place: {ASSIGN: MONTHLY}}
_NO_REGIONS: Document = {RULE_BLOCK.place: {NAME: _NO_VAULT}}
_NO_ROLE: dict[str, Document] = {
    BY_TAGS: {SELECTED_KEY.place: {ASSIGN: "elsewhere"}, SELECTED_VALUES.place: {ASSIGN: ["yes"]}},
    BY_RESOURCES: {TYPES.place: {ASSIGN: ["*"]}},
}
_CONTINUOUS: Document = {
    CONTINUOUS.place: {ASSIGN: CONTINUOUS.format.truths[0]},
    LIFECYCLE: {RETAIN.aws_key: {ASSIGN: LONGEST_CONTINUOUS}},
}
_ARCHIVING: Document = {SCHEDULE.place: {ASSIGN: MONTHLY}, LIFECYCLE: ARCHIVED}
_HOURLY: Document = {SCHEDULE.place: {ASSIGN: HOURLY}}
_SHORT: Document = {LIFECYCLE: {RETAIN.aws_key: {ASSIGN: str(RETAIN.format.least)}}}
_SCANNING: Document = nested(SCAN.path, {ASSIGN: SCAN.format.choices[0]})


class Freezing:
    """The facts that could make AWS withhold the document of an account in a state, given its plans there.

    `withheld`: AWS does so as it is.
    """

    def __init__(
        self, plans: Sequence[DeployedPlan], state: Node | None, partition: str, *, withheld: bool = False
    ) -> None:
        self._plans, self._state, self._partition, self._withheld = plans, state, partition, withheld
        self._points: dict[int, tuple[str, ...]] = {}

    def is_possible(self, open_: Openness) -> bool:
        """Whether policies may do so; if not, no policy does, nor do several together."""
        return next(self._ways(open_), None) is not None

    def documents(self, open_: Openness) -> Iterator[Document]:
        """Policies that may do so, alone."""
        return chain.from_iterable(self._ways(open_))

    def points(self, open_: Openness) -> tuple[str, ...]:
        """The keys of the open points by which policies may do so."""
        if open_.trusted not in self._points:
            consulted = open_.apart()
            for _ in self._ways(consulted):
                pass
            self._points[open_.trusted] = tuple(consulted.consulted)
        return self._points[open_.trusted]

    def _ways(self, open_: Openness) -> Iterator[Way]:
        if self._withheld:
            yield []
        elements = OpenElements(tuple(self._plans), self._state, open_, self._partition)
        for deployed in self._plans:
            yield from _by_emptying(deployed.plan, open_)
        for deployed in self._plans:
            for rule in deployed.plan.rules:
                yield from _by_settings(rule, deployed.plan, open_)
                yield from self._by_copies(rule, elements)
            yield from _by_blocks(deployed.plan, elements)
        for name in elements.new_names(PLANS, NAME):
            yield [{PLANS: {name: body}} for body in (_NO_RULES, _NO_REGIONS)]

    def _by_copies(self, rule: BackupRule, elements: OpenElements) -> Iterator[Way]:
        """A copy that may come with the archive opt-in, to a rule that runs too often for it."""
        path = f"{rule.path}/{COPY_BLOCK.place}"
        if elements.grows(path):
            arn = vault_arn(NAME, _COPY_REGION, ACCOUNT, self._partition)
            copy: Document = {COPY_TARGET.place: {ASSIGN: arn}, LIFECYCLE: ARCHIVED}
            body: Document = {SCHEDULE.place: {ASSIGN: MONTHLY}, COPY_BLOCK.place: {arn: copy}}
            yield [nested(keys(rule.path), body)]


class FreezeRuledOut:
    """The result that no policy can make AWS withhold a document, if the rules of AWS of a basis hold."""

    def __init__(self, basis: int) -> None:
        self._basis = basis

    def is_possible(self, open_: Openness) -> bool:
        """Whether policies may do so."""
        return open_.trusted < self._basis


def _by_emptying(plan: Plan, open_: Openness) -> Iterator[Way]:
    """Lists that must not be empty."""
    for selection in plan.selections:
        yield from _emptied(selection, plan, open_)
    path = f"{plan.path}/{REGIONS.place}"
    operators = open_.operators(path)
    if operators & (MAY_REMOVE | MAY_ASSIGN):
        removed = [nested(keys(path), {REMOVE: list(plan.regions)})] if operators & MAY_REMOVE and plan.regions else []
        yield [*removed, *([nested(keys(path), {ASSIGN: []})] if operators & MAY_ASSIGN else [])]


def _emptied(selection: Selection, plan: Plan, open_: Openness) -> Iterator[Way]:
    key = (SELECTED_VALUES if selection.kind == "tag" else TYPES).place
    path = f"{selection.path}/{key}"
    if (selection.kind == "resource" and selection.conditions) or not open_.operators(path) & MAY_REMOVE:
        return
    values = _published(plan, keys(path))
    tag_key: Document = {SELECTED_KEY.place: {ASSIGN: selection.key}} if selection.kind == "tag" else {}
    yield [nested(keys(selection.path), {**tag_key, key: {REMOVE: values}})] if values else []


def _published(plan: Plan, path: Sequence[str]) -> Json:
    value: Json = dict(plan.document)
    for key in path[2:]:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _by_blocks(plan: Plan, elements: OpenElements) -> Iterator[Way]:
    """Rules and selections that may be added, and lack a required setting."""
    for name in elements.new_names(f"{plan.path}/{RULE_BLOCK.place}", NAME):
        yield [nested((*keys(plan.path), RULE_BLOCK.place, name), _NO_VAULT)]
    for kind, body in _NO_ROLE.items():
        for name in elements.new_names(f"{plan.path}/{SELECTIONS}/{kind}", NAME):
            yield [nested((*keys(plan.path), SELECTIONS, kind, name), body)]


def _by_settings(rule: BackupRule, plan: Plan, open_: Openness) -> Iterator[Way]:
    """Settings of a rule that exclude each other."""
    at = keys(rule.path)
    if way := _continuous(rule, open_):
        yield [nested(at, body) for body in way]
    having_lifecycles: tuple[BackupRule | Copy, ...] = (rule, *rule.copies)
    for lifecycle in having_lifecycles:
        if way := _archiving(lifecycle, rule, open_):
            yield [nested(at, body) for body in way]
    scans = MALWARE_SCAN.path[0] not in plan.document and SCAN.path[0] not in rule.document
    if scans and open_.operators(f"{rule.path}/{SCAN.place}"):
        yield [nested(at, _SCANNING)]


def _continuous(rule: BackupRule, open_: Openness) -> Way:
    """Continuous backup beside a retention that is longer than it may be; none at all is not."""
    switch = open_.operators(f"{rule.path}/{CONTINUOUS.place}")
    days = open_.operators(f"{rule.path}/{RETAIN.place}") & MAY_ASSIGN
    if not (switch or rule.continuous):
        return []
    kept_longer = _MOST_CONTINUOUS < rule.retention < FOREVER
    if not (days or kept_longer):
        return []
    longer: Document = {LIFECYCLE: {RETAIN.aws_key: {ASSIGN: str(int(LONGEST_CONTINUOUS) + 1)}}}
    return [_CONTINUOUS, longer]


def _archiving(of: BackupRule | Copy, rule: BackupRule, open_: Openness) -> Way:
    """The archive opt-in beside a schedule that runs too often, or a cold storage that is too short."""
    path = f"{of.path}/{LIFECYCLE}"
    switch = open_.operators(f"{path}/{ARCHIVE.aws_key}")
    if not (switch or of.archive):
        return []
    settings = [f"{path}/{key}" for key in (RETAIN.aws_key, COLD_AFTER.aws_key)]
    changes = [open_.operators(setting) for setting in (f"{rule.path}/{SCHEDULE.place}", *settings)]
    too_short = of.retention - of.cold_after < _LEAST_COLD if FOREVER not in (of.retention, of.cold_after) else False
    if of.archive and not (any(changes) or too_short):
        return []
    if isinstance(of, Copy):
        arn: Document = {COPY_TARGET.place: {ASSIGN: of.arn}}
        copy = keys(of.path)[4:]
        shorter = nested(copy, {**arn, **_SHORT})
        return [
            {SCHEDULE.place: {ASSIGN: MONTHLY}, **nested(copy, {**arn, LIFECYCLE: ARCHIVED})},
            _HOURLY,
            shorter,
        ]
    return [_ARCHIVING, _HOURLY, _SHORT]


class FreezeSearch:
    """Searches for policies that freeze: one at a target after which AWS withholds the document of an account.

    It searches in the trials of an organization, once for all targets where the same is inherited.
    """

    def __init__(self, organization: Organization, trials: TrialOrganization, partition: str) -> None:
        self._organization, self._trials, self._partition = organization, trials, partition
        self._counterexamples: dict[Hashable, Counterexample | None] = {}

    def at(self, target: Entity, account: Entity) -> Counterexample | None:
        """A policy at a target that freezes an account at or below it; None where none is found."""
        above = tuple(entity.policies for entity in target.chain[:-1] if entity.policies)
        key = (above, target.policies, target.kind, between(account, target))
        if key not in self._counterexamples:
            self._counterexamples[key] = self._search(target, account)
        counterexample = self._counterexamples[key]
        return counterexample._replace(place=target, account=account) if counterexample else None

    def _search(self, target: Entity, account: Entity) -> Counterexample | None:
        if not self._organization.backup_policies_enabled or self._trials.trial_result(account, None).invalid:
            return None
        above, here = self._trials.state(target.parent), self._trials.state(target)
        open_, state = openness(above, here, target).at_entity(), here.root if here else None
        freezing = Freezing(self._trials.view(account, here).plans, state, self._partition)
        for document in freezing.documents(open_):
            policy = self._trials.policy(document)
            if not policy:
                continue
            trial_result = self._trials.trial_result(account, None, TrialAttachment(policy, target))
            if trial_result.invalid:
                return Counterexample(
                    policy.name, self._trials.text(policy), target, account, self._trials.withheld(trial_result)
                )
        return None
