"""The result that every format of `diff` prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import field

from policyengine.analysis.diff import Change, ChangeClass, Flip, OrganizationComparison, RefusedPolicy
from policyengine.analysis.findings import Verdict, Waiver
from policyengine.analysis.requirements import Level
from policyengine.aws.organization import Organization
from policyengine.base.records import Record
from policyengine.report.account_names import AccountNames

if TYPE_CHECKING:
    from policyengine.analysis.coverage import CoverageChange
    from policyengine.report.cost import CostOfChange

DiffVerdict = Literal["fail", "pass", "not gated"]

_WORSE = (ChangeClass.LOST, ChangeClass.WEAKENED)

SOON = 30
"""Days before its end in which a waiver is reported."""


class Names(NamedTuple):
    """The names of the two sides, such as `origin/main`."""

    base: str
    head: str


class RefusedPolicies(NamedTuple):
    """Policies of each side that AWS would refuse in part; the refused settings are left out."""

    base: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


class GateSetting(NamedTuple):
    """A setting of the project's configuration that is another one in the head; None where a side does not set it."""

    key: str
    before: str | None
    after: str | None


class RestatedRequirement(NamedTuple):
    """A requirement whose meaning or level differs between base and head; `after` is None where the head lacks it."""

    name: str
    before: Level
    after: Level | None


class AgreementChanges(NamedTuple):
    """The differences in what both sides agree to: settings, waivers, entries of the baseline, requirements."""

    settings: tuple[GateSetting, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    accepted: int = 0
    requirements: tuple[RestatedRequirement, ...] = ()


def _hides_no_more(refusal: RefusedPolicy, other: RefusedPolicy) -> bool:
    """Whether all settings that one refusal hides are hidden by the other one too, for all accounts."""
    covered = all(any(f"{path}/".startswith(f"{block}/") for block in other.paths) for path in refusal.paths)
    return covered and set(refusal.accounts) <= set(other.accounts)


class DiffResult(Record, dict=True):
    """A comparison with its circumstances.

    `fail_on` are the classes that fail the gate, `allow` the reasons why changes are fine, by their ids. `waivers` are
    those of the head, `agreed` are those that only the head has. `cost` is None where nobody asks for it, `resources`
    and the verdict of the head's gate `on_inventory` without an inventory.
    """

    comparison: OrganizationComparison
    names: Names
    base: Organization
    head: Organization
    at: datetime
    fail_on: frozenset[ChangeClass] = frozenset()
    allow: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    refused: RefusedPolicies = field(default_factory=RefusedPolicies)
    agreed: AgreementChanges = field(default_factory=AgreementChanges)
    cost: CostOfChange | None = None
    resources: CoverageChange | None = None
    on_inventory: Verdict | None = None

    @property
    def inventory_fails(self) -> bool:
        """Whether the gate of the head fails for the findings on the inventory itself."""
        return self.on_inventory is not None and self.on_inventory.failed

    @property
    def failing(self) -> tuple[Change, ...]:
        """The changes that fail the gate."""
        changes = self.comparison.changes
        return tuple(
            change for change in changes if change.change_class in self.fail_on and change.id not in self.allow
        )

    @property
    def newly_refused(self) -> tuple[str, ...]:
        """The policies that AWS would refuse in the head only, or refuse more settings of, or for more accounts.

        For accounts that joined or moved below such a policy its effect is unknown, too.
        """
        refusals = self.comparison.refusals
        of_base = {refusal.policy: refusal for refusal in refusals if refusal.side == "base"}
        more = {
            refusal.policy
            for refusal in refusals
            if refusal.side == "head"
            and not (refusal.policy in of_base and _hides_no_more(refusal, of_base[refusal.policy]))
        }
        return tuple(name for name in self.refused.head if name in more or name not in self.refused.base)

    @property
    def failed(self) -> bool:
        """Whether an account became invalid, a resource is lost, or a change is of a class that must not be.

        The inventory fails it, too, where the gate of the head says so.

        Where there is such a class a policy that AWS would refuse now fails too: it hides what the change does.
        """
        refused, dear = self.fail_on and self.newly_refused, self.cost is not None and self.cost.failed
        lost = self.resources is not None and self.resources.number("lost")
        fails = self.failing or refused or dear or lost or self.inventory_fails
        return bool(self.comparison.became_invalid or fails)

    @property
    def verdict(self) -> DiffVerdict:
        """`not gated` where nothing was asked of the change, and no account became invalid.

        An inventory asks for resources alone: where the change violates a requirement, or loses or weakens anything,
        that none is lost is no verdict on it.
        """
        if self.failed:
            return "fail"
        kept = self.resources is not None and not self.broken and not any(map(self.count, _WORSE))
        gated = self.fail_on or (self.cost and self.cost.limit) or kept
        return "pass" if gated else "not gated"

    @property
    def broken(self) -> tuple[Flip, ...]:
        """The requirements that the change violates, mandatory ones first."""
        return tuple(flip for flip in self.comparison.flips if flip.after == "violated")

    @property
    def other_flips(self) -> tuple[Flip, ...]:
        """The requirements with another result that is no violation."""
        return tuple(flip for flip in self.comparison.flips if flip.after != "violated")

    @property
    def idle(self) -> tuple[str, ...]:
        """Ids of allowed changes that there are none of."""
        change_ids = {change.id for change in self.comparison.changes}
        return tuple(number for number in self.allow if number not in change_ids)

    @property
    def ending(self) -> tuple[Waiver, ...]:
        """The waivers that hold for 30 days at most, the first to end first."""
        soon = [waiver for waiver in self.waivers if self.days_left(waiver) <= SOON]
        return tuple(sorted(soon, key=lambda waiver: (waiver.until, waiver.span.source.name, waiver.span.start)))

    def days_left(self, waiver: Waiver) -> int:
        """Days after today on which a waiver holds."""
        return (waiver.until - self.at.date()).days

    @cached_property
    def accounts(self) -> AccountNames:
        """The accounts of the head in words."""
        return AccountNames(self.head)

    @cached_property
    def gone_accounts(self) -> AccountNames:
        """The accounts of the base in words."""
        return AccountNames(self.base)

    def accounts_text(self, change: Change) -> str:
        """The accounts of a change in words; those that left the organization are the base's to name."""
        removed = {account.id for account in self.comparison.removed}
        accounts = self.gone_accounts if removed.issuperset(change.accounts) else self.accounts
        return accounts.described(change.accounts)

    def count(self, change_class: ChangeClass) -> int:
        """The number of changes of a class."""
        return sum(change.change_class is change_class for change in self.comparison.changes)
