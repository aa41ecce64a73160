"""The result that every format of `coverage` prints: sums, and groups of unprotected resources by one question.

A group of the analysis is of one account, Region and type. For people those that one change would mend are one cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from policyengine.analysis.coverage import CoverageGroup, CoverageReason, CoverageResult
from policyengine.analysis.findings import GateLimit
from policyengine.aws.organization import Entity, Organization
from policyengine.base.records import Record
from policyengine.report.check import CheckResult

GroupBy: TypeAlias = Literal["account", "unit", "type", "reason"]
CoverageVerdict: TypeAlias = Literal["pass", "fail", "undecided"]
BYS: tuple[GroupBy, ...] = get_args(GroupBy)

_SAMPLE = 3  # ARNs that a cause shows
_NOT_THERE = "not in the snapshot"
_NO_ACCOUNT = "account unknown"
_NO_TYPE = "no type of AWS Backup"


class CoverageCause(Record):
    """Groups that differ in account, Region and type alone: one change would protect what they have.

    `partition` is the project's, whose patterns the names of types stand for.
    """

    groups: tuple[CoverageGroup, ...]
    partition: str = "aws"

    @property
    def first(self) -> CoverageGroup:
        """The largest of the groups: reason, observed, wanted, policies and span are those of all."""
        return self.groups[0]

    @property
    def count(self) -> int:
        """The number of resources of all groups."""
        return sum(group.count for group in self.groups)

    @property
    def types(self) -> Mapping[str | None, int]:
        """The number of resources of each type, the most first."""
        counted: Counter[str | None] = Counter()
        for group in self.groups:
            counted[group.type] += group.count
        return dict(counted.most_common())

    @property
    def alone(self) -> bool:
        """Whether what gives the reason is all that keeps any of them from being protected."""
        return all(group.alone for group in self.groups)

    @property
    def kinds(self) -> frozenset[str]:
        """The types that they are judged by, of instances of a cluster the cluster's."""
        return frozenset(kind for group in self.groups for kind in group.kinds)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The ids of their accounts."""
        return tuple(sorted({group.account for group in self.groups if group.account}))

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions of the groups, sorted."""
        return tuple(sorted({group.region for group in self.groups if group.region}))

    @property
    def sample(self) -> tuple[str, ...]:
        """The first few ARNs of the groups, sorted."""
        return tuple(sorted(arn for group in self.groups for arn in group.sample))[:_SAMPLE]


class CoverageSums(Record):
    """The numbers of resources that are protected, that are not, and of which it cannot be decided."""

    protected: int = 0
    unprotected: int = 0
    undecided: int = 0

    @property
    def resources(self) -> int:
        """The number of all of them."""
        return self.protected + self.unprotected + self.undecided

    def __add__(self, other: CoverageSums) -> CoverageSums:
        return CoverageSums(
            self.protected + other.protected,
            self.unprotected + other.unprotected,
            self.undecided + other.undecided,
        )


class CoverageSection(Record):
    """The resources of one value of the question: account, unit, type or reason. `resources` is 0 for a reason."""

    title: str
    resources: int
    protected: int
    unprotected: int
    undecided: int
    causes: tuple[CoverageCause, ...]


class CoverageReport(Record, eq=False, dict=True):
    """The coverage of an inventory with its circumstances.

    `check` is the verdict on the requirements that ask for resources, and on the inventory itself, with what formats
    for programs need of the project. `by` is what groups are gathered by; `unprotected` leaves out what is undecided,
    `reason` all others.
    `unknown_accounts` count the resources of accounts that the snapshot does not have; `partition` is the project's.
    """

    result: CoverageResult
    check: CheckResult
    organization: Organization
    by: GroupBy = "reason"
    unprotected: bool = False
    reason: CoverageReason | None = None
    limit: GateLimit | None = None
    unknown_accounts: Mapping[str, int] | None = None
    partition: str = "aws"

    @property
    def failed(self) -> bool:
        """Whether the gate fails: too many are unprotected, or a requirement does not hold."""
        return self.check.verdict.failed or self.is_over_limit

    @property
    def verdict(self) -> CoverageVerdict:
        """The verdict of the gate; undecided where no resource is decided, so that the limit cannot be applied."""
        if self.failed:
            return "fail"
        return "undecided" if self.is_limit_open else "pass"

    @property
    def is_limit_open(self) -> bool:
        """Whether there is a limit, and nothing that is decided to hold against it."""
        return self.limit is not None and self.limit.is_open(self.result.undecided, self.result.resources)

    @property
    def is_over_limit(self) -> bool:
        """Whether more are unprotected than the limit allows."""
        result = self.result
        return self.limit is not None and self.limit.is_exceeded(
            result.unprotected, result.resources - result.undecided
        )

    @property
    def groups(self) -> tuple[CoverageGroup, ...]:
        """The groups that are asked for, largest first."""
        return tuple([group for group in self.result.groups if self._is_wanted(group.reason)])

    def _is_wanted(self, reason: CoverageReason) -> bool:
        if self.reason is not None and reason is not self.reason:
            return False
        return not (self.unprotected and reason.is_undecided)

    def sections(self) -> list[CoverageSection]:
        """The groups by what they are gathered by, the one with the most unprotected first."""
        groups: dict[str, list[CoverageGroup]] = {}
        for group in self.groups:
            groups.setdefault(self._title(group), []).append(group)
        totals = self.totals()
        rows = [self._section(title, members, totals.get(title)) for title, members in groups.items()]
        return sorted(rows, key=lambda row: (-row.unprotected, -row.undecided, row.title))

    def totals(self) -> dict[str, CoverageSums]:
        """The sums by account, unit or type; empty by reason."""
        sums: dict[str, CoverageSums] = {}
        for cell in self.result.cells if self.by != "reason" else ():
            title = self.type_title(cell.type) if self.by == "type" else self._place_title(cell.account)
            of_cell = CoverageSums(cell.protected, cell.unprotected, cell.undecided)
            sums[title] = sums.get(title, CoverageSums()) + of_cell
        return sums

    def _section(self, title: str, members: Sequence[CoverageGroup], sums: CoverageSums | None) -> CoverageSection:
        causes = self._causes(members)
        if sums is not None:
            return CoverageSection(title, sums.resources, sums.protected, sums.unprotected, sums.undecided, causes)
        undecided = sum(group.count for group in members if group.reason.is_undecided)
        unprotected = sum(group.count for group in members) - undecided
        return CoverageSection(title, 0, 0, unprotected, undecided, causes)

    def _causes(self, groups: Iterable[CoverageGroup]) -> tuple[CoverageCause, ...]:
        """The groups, those with one cause in one; the most resources first."""
        together: dict[tuple[object, ...], list[CoverageGroup]] = {}
        for group in groups:
            inactive = self.organization.inactive.get(group.account or "")
            known = inactive.condition if inactive else group.account in self.accounts  # each wants another change
            same = (group.reason, group.observed, group.wanted, group.span, group.policies, known, group.alone)
            together.setdefault(same, []).append(group)
        causes = [CoverageCause(tuple(same), self.partition) for same in together.values()]
        return tuple(sorted(causes, key=lambda cause: (-cause.count, cause.sample)))

    def _title(self, group: CoverageGroup) -> str:
        if self.by == "reason":
            return group.reason.value
        return self.type_title(group.type) if self.by == "type" else self._place_title(group.account)

    def _place_title(self, account: str | None) -> str:
        return self.account_title(account) if self.by == "account" else self.unit_title(account)

    def type_title(self, kind: str | None) -> str:
        """A type as people see it."""
        return kind or _NO_TYPE

    def account_title(self, account: str | None) -> str:
        """An account as people see it: `payments (222222222222)`."""
        if account is None:
            return _NO_ACCOUNT
        if known := self.accounts.get(account) or self.organization.inactive.get(account):
            return f"{known.name} ({account})"
        return f"{account} ({_NOT_THERE})"

    def unit_title(self, account: str | None) -> str:
        """The unit of an account, by its path."""
        if known := self.accounts.get(account or ""):
            return known.parent.path or "the root" if known.parent else "the root"
        if inactive := self.organization.inactive.get(account or ""):
            return inactive.unit or "the root"
        return _NO_ACCOUNT if account is None else _NOT_THERE

    @cached_property
    def accounts(self) -> Mapping[str, Entity]:
        """The accounts of the snapshot by their ids."""
        return {account.id or "": account for account in self.organization.accounts}


def counted_types(cause: CoverageCause) -> Iterator[tuple[str, int]]:
    """The types of a cause as people see them, with their numbers."""
    return ((kind or _NO_TYPE, number) for kind, number in cause.types.items())
