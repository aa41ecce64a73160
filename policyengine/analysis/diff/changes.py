"""What a change does to accounts: the values that `compare` takes and gives."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Literal, NamedTuple

from policyengine.analysis.checks import LeftOut
from policyengine.analysis.findings.configuration import DIGITS
from policyengine.analysis.requirements import Judgement
from policyengine.aws.deployment import Deployment
from policyengine.aws.merge import AccountPolicy, Effective
from policyengine.aws.organization.tree import Entity, Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import record
from policyengine.base.source import Span


class ChangeClass(StrEnum):
    """What a change means for the backups of an account, the worst first."""

    LOST = "lost"
    WEAKENED = "weakened"
    CHANGED = "changed"
    STRENGTHENED = "strengthened"
    ADDED = "added"

    @property
    def rank(self) -> int:
        """0 for the worst, so that changes sort by it."""
        return tuple(ChangeClass).index(self)


@record
class Side:
    """One of the two states that are compared: everything that a run found out about it.

    `findings` are those that count, `found` all, whatever the project makes of them. `left_out` is what AWS would
    refuse of policies; the accounts in `excused` are invalid only for want of that.
    """

    organization: Organization
    effective: Effective
    deployment: Deployment
    judgement: Judgement
    findings: tuple[Diagnostic, ...]
    found: tuple[Diagnostic, ...] = ()
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
    """What made a change, in the base or in the head: a line, or an attachment that no line says.

    `policy` is attached to the unit or account `entity`. `span` is None for raw documents and a snapshot's attachments.
    """

    span: Span | None
    side: SideName
    policy: str
    entity: Entity


_HALF = DIGITS // 2  # digits of an id that say what changed; as many say who made it


def _digest(parts: tuple[object, ...]) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:_HALF]


@record
class Change:
    """One change, for all accounts to which it happens.

    `path` and `region` say where; `before` and `after` are the texts of the effective documents, None where there is
    none; of a list only what went and what came, as JSON. `subject` and `effect` are its words: "plan `daily`, rule
    `nightly`", "retention 400 days -> 35 days". `fact` tells changes apart that no text of the documents shows: a lock,
    a setting of AWS Backup. `moved` are all accounts that stand below another unit, whether it happens to them or not.
    `hangs_on` are the paths of other settings that it follows from as well, `was_at` is where the base has it.
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
    hangs_on: tuple[str, ...] = ()
    was_at: str = ""

    @property
    def what(self) -> tuple[str, ...]:
        """What changed, whoever made it: the same in two changes that do the same."""
        parts = (self.change_class, self.path, self.region, self.before, self.after, self.fact)
        return tuple(map(str, parts))

    @property
    def who(self) -> tuple[object, ...]:
        """Who made it: the policies where they are attached; the accounts that moved, or, without a policy, all."""
        makers = {(cause.side, cause.policy, cause.entity.path) for cause in self.causes}
        numbers = [number for number in self.accounts if not makers or number in self.moved]
        return (*sorted(makers), *numbers)

    @property
    def id(self) -> str:
        """What names the change in `[gate] allow`: one half for what changed, one for who made it.

        It stays the same when lines move, and when a unit gets further accounts.
        """
        return _digest(self.what) + _digest(self.who)

    def does_what(self, number: str) -> bool:
        """Whether the change of an id does the same, be it by others."""
        return number[:_HALF] == self.id[:_HALF]

    @property
    def message(self) -> str:
        """The whole sentence."""
        return f"{self.subject}: {self.effect}"


Standing = Literal["violated", "undecided", "holds", "not applicable"]


class Flip(NamedTuple):
    """A requirement that comes to something else for accounts."""

    requirement: str
    before: Standing
    after: Standing
    accounts: tuple[str, ...]


class Move(NamedTuple):
    """An account that stands below another unit."""

    before: Entity
    after: Entity


@record
class OrganizationComparison:
    """What happens to every account between two states; accounts that stay are as the head has them.

    `became_invalid` are accounts of which AWS withholds the policy from now on and keeps the last valid one, if there
    is any: those that are new have none. `stayed_invalid` are those of which it keeps one on both sides. Nothing is
    said of the plans of either. `unknown` are accounts with plans that nobody knows on
    one side, since AWS keeps a policy that the snapshot does not have. `added` and `removed` are accounts that only one
    of the states has. Findings are those of one state only. What hangs on `refusals` is not compared.
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
    def empty_handed(self) -> frozenset[str]:
        """Ids of new accounts with an invalid policy and no last valid one, so that AWS gives them nothing."""
        new = {entity.id for entity in self.added}
        withheld = [found for found in self.became_invalid if found.published is None]
        return frozenset(found.account.id or "" for found in withheld if found.account.id in new)

    @property
    def touched(self) -> frozenset[str]:
        """Ids of the accounts to which anything happens; a move alone is nothing to an account's backups."""
        ids = {number for change in self.changes for number in change.accounts}
        ids |= {found.account.id or "" for found in (*self.became_invalid, *self.became_valid)}
        return frozenset(ids | {entity.id or "" for entity in (*self.added, *self.removed)})
