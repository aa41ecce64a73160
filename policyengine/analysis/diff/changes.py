"""The changes of accounts: the values that `compare` takes and gives."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Literal, NamedTuple

from policyengine.analysis.checks import LeftOut
from policyengine.analysis.findings.configuration import DIGITS
from policyengine.analysis.requirements import Judgement, Level, Standing
from policyengine.aws.deployment import Deployment
from policyengine.aws.merge import AccountPolicy, Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.source import Span

_HALF = DIGITS // 2  # digits of an id that say what changed; as many say who changed it


class ChangeClass(StrEnum):
    """The class of a change: its meaning for the backups of an account, the worst first."""

    LOST = "lost"
    WEAKENED = "weakened"
    CHANGED = "changed"
    STRENGTHENED = "strengthened"
    ADDED = "added"

    @property
    def rank(self) -> int:
        """0 for the worst, so that changes sort by it."""
        return tuple(ChangeClass).index(self)


class Side(Record):
    """One of the two states that are compared: the results of its run.

    `findings` are those that count, `diagnostics` all, whatever their level in the project. `left_out` is what AWS
    would refuse of policies; the accounts in `excused` are invalid only because that is left out.
    """

    organization: Organization
    effective: Effective
    deployment: Deployment
    judgement: Judgement
    findings: tuple[Diagnostic, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    excused: frozenset[str] = frozenset()


SideName = Literal["base", "head"]


class RefusedPolicy(NamedTuple):
    """A policy of one side that AWS would refuse, and the paths of the settings, which are not compared below it."""

    side: SideName
    policy: str
    paths: tuple[str, ...]
    accounts: tuple[str, ...]


class ChangeCause(NamedTuple):
    """The cause of a change, in the base or in the head: a line, or an attachment that no line states.

    `policy` is attached to the unit or account `entity`. `span` is None for raw documents and a snapshot's attachments.
    """

    span: Span | None
    side: SideName
    policy: str
    entity: Entity


def _digest(parts: tuple[object, ...]) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:_HALF]


class Change(Record):
    """A change, for all accounts that it concerns.

    `path` and `region` say where; `before` and `after` are the texts of the effective documents, None where there is
    none; of a list only what was removed and what was added, as JSON. `subject` and `effect` are its words: "plan
    `daily`, rule `nightly`", "retention 400 days -> 35 days". `fact` distinguishes changes that no text of the
    documents shows: of a lock, of a setting of AWS Backup. `moved` are all accounts that stand below another unit,
    whether the change concerns them or not. `depends_on` are the paths of other settings that it follows from as well,
    `was_at` is where the base has it.
    """

    change_class: ChangeClass
    path: str
    region: str
    before: str | None
    after: str | None
    subject: str
    effect: str
    fact: str = ""
    causes: tuple[ChangeCause, ...] = ()
    accounts: tuple[str, ...] = ()
    moved: frozenset[str] = frozenset()
    depends_on: tuple[str, ...] = ()
    was_at: str = ""

    @property
    def effect_key(self) -> tuple[str, ...]:
        """The effect of the change, without its causes: equal for two changes that differ in these alone."""
        parts = (self.change_class, self.path, self.region, self.before, self.after, self.fact)
        return tuple(map(str, parts))

    @property
    def authors(self) -> tuple[object, ...]:
        """The causes: policies where they are attached; the accounts that moved, or all where no policy caused it."""
        authors = {(cause.side, cause.policy, cause.entity.path) for cause in self.causes}
        numbers = [number for number in self.accounts if not authors or number in self.moved]
        return (*sorted(authors), *numbers)

    @property
    def id(self) -> str:
        """The name of the change in `[gate] allow`: one half for what changed, one for who changed it.

        It stays the same when lines move, and when a unit gets further accounts.
        """
        return _digest(self.effect_key) + _digest(self.authors)

    def has_same_effect(self, number: str) -> bool:
        """Whether the change of an id has the same effect, by whomever."""
        return number[:_HALF] == self.id[:_HALF]

    @property
    def message(self) -> str:
        """The whole sentence."""
        return f"{self.subject}: {self.effect}"


class Flip(NamedTuple):
    """A requirement that has another result for accounts, with its level in the head, or the base where it is gone."""

    requirement: str
    level: Level
    before: Standing
    after: Standing
    accounts: tuple[str, ...]


class Move(NamedTuple):
    """An account that stands below another unit."""

    before: Entity
    after: Entity


class OrganizationComparison(Record):
    """The changes of every account between two states; accounts that stay are as the head has them.

    `became_invalid` are accounts of which AWS withholds the policy from now on and keeps the last valid one, if there
    is any: those that are new have none. `stayed_invalid` are those of which it keeps one on both sides. The plans of
    neither are compared. `unknown` are accounts with unknown plans on one side,
    since AWS keeps a policy that the snapshot does not have. `added` and `removed` are accounts that only one
    of the states has. Findings are those of one state only. What depends on `refusals` is not compared.
    `accounts` is how many there are on either side.
    """

    changes: tuple[Change, ...]
    became_invalid: tuple[AccountPolicy, ...]
    became_valid: tuple[AccountPolicy, ...]
    stayed_invalid: tuple[Entity, ...]
    unknown: tuple[Entity, ...]
    added: tuple[Entity, ...]
    removed: tuple[Entity, ...]
    moved: tuple[Move, ...]
    new_findings: tuple[Diagnostic, ...]
    gone_findings: tuple[Diagnostic, ...]
    flips: tuple[Flip, ...]
    accounts: int
    refusals: tuple[RefusedPolicy, ...] = ()

    @property
    def without_policy(self) -> frozenset[str]:
        """Ids of new accounts with an invalid policy and no last valid one, so that AWS publishes none."""
        new = {entity.id for entity in self.added}
        withheld = [policy for policy in self.became_invalid if policy.published is None]
        return frozenset(policy.account.id or "" for policy in withheld if policy.account.id in new)

    @property
    def touched(self) -> frozenset[str]:
        """Ids of the accounts that a change concerns; a move alone does nothing to an account's backups."""
        ids = {number for change in self.changes for number in change.accounts}
        ids |= {policy.account.id or "" for policy in (*self.became_invalid, *self.became_valid)}
        return frozenset(ids | {entity.id or "" for entity in (*self.added, *self.removed)})
