"""The result that every format of `restore-tests` prints: the rows, their sums, and rows that share a reason."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from policyengine.analysis.findings import GateLimit
from policyengine.analysis.restore_tests import TestedResource, UntestedReason
from policyengine.aws.resources import NotVisible
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.report.blind_spots import with_blind_spots
from policyengine.report.check import CheckResult
from policyengine.report.shown_text import count, some

REASON_WORDS = {
    UntestedReason.NOT_PROTECTED: "no plan protects it, so that there is no point to test",
    UntestedReason.TYPE_NOT_TESTED: "AWS Backup has no restore tests of its type",
    UntestedReason.NOT_IN_REGION: "its Region has no restore testing",
    UntestedReason.NO_TESTING_PLAN: "there is no restore testing plan where its points are",
    UntestedReason.TYPE_NOT_SELECTED: "no selection of the plan is for its type",
    UntestedReason.ARN_NOT_SELECTED: "the selection names other resources",
    UntestedReason.TAG_NOT_SELECTED: "its points do not have the tags of the selection, which reads those of points",
    UntestedReason.VAULT_NOT_INCLUDED: "the plan leaves out the vault of its points",
    UntestedReason.KIND_NOT_INCLUDED: "the plan leaves out points of its kind",
    UntestedReason.WINDOW_TOO_SHORT: "backups are rarer than the plan looks back",
    UntestedReason.NEVER_RUNS: "the schedule of the plan has no run to come",
    UntestedReason.PROTECTION_UNKNOWN: "nobody can say whether a plan protects it",
    UntestedReason.RULES_UNKNOWN: "a plan of the account itself takes it, whose rules are not known",
    UntestedReason.TESTING_UNKNOWN: "the snapshot does not say what restore testing there is",
    UntestedReason.TYPE_UNKNOWN: "nobody tells the engine of the cluster, and some that it may have are not tested",
    UntestedReason.TAGS_UNKNOWN: "nobody knows the tags of its points",
    UntestedReason.SCHEDULE_UNKNOWN: "the schedule of the plan is not readable",
}
"""Each reason in words."""

_SHOWN = 3


class ReasonGroup(NamedTuple):
    """Rows with the same reason, of a type and a nearest plan; `wanted` is what that would take."""

    reason: UntestedReason
    type: str | None
    plans: tuple[str, ...]
    wanted: str
    rows: tuple[TestedResource, ...]

    @property
    def places(self) -> str:
        """A few of the rows."""
        return some([_named(row) for row in self.rows], _SHOWN)

    @property
    def why(self) -> str:
        """The reason in words, with the plan and what it would take."""
        plan = f" (plan {', '.join(self.plans)}" + (f": {self.wanted})" if self.wanted else ")") if self.plans else ""
        return f"{REASON_WORDS[self.reason]}{plan}"


class RestoreTests(Record, eq=False, dict=True):
    """The rows at a moment; `inventory` is whether they are resources. `limit` bounds what is untested.

    `check` is the verdict on the requirements that ask for resources, None where none does.
    `not_visible` is what the lists of the inventory cannot have, `on_inventory` are the findings on it that count.
    """

    rows: tuple[TestedResource, ...]
    at: datetime
    inventory: bool
    limit: GateLimit | None = None
    check: CheckResult | None = None
    not_visible: tuple[NotVisible, ...] = ()
    on_inventory: tuple[Diagnostic, ...] = ()

    @cached_property
    def counts(self) -> Counter[bool | None]:
        """The numbers of rows that are tested, not tested, undecided."""
        return Counter(row.tested for row in self.rows)

    @cached_property
    def reasons(self) -> dict[UntestedReason, int]:
        """The number of rows by reason, in the order of reasons."""
        numbers = Counter(row.reason for row in self.rows)
        return {reason: numbers[reason] for reason in UntestedReason if numbers[reason]}

    @property
    def failed(self) -> bool:
        """Whether more is untested than the limit allows, or a requirement does not hold."""
        return self.is_over_limit or (self.check is not None and self.check.verdict.failed)

    @property
    def is_limit_open(self) -> bool:
        """Whether there is a limit, and nothing that is decided to hold against it."""
        return self.limit is not None and self.limit.is_open(self.counts[None], len(self.rows))

    @property
    def undecided(self) -> str:
        """Why it is undecided whether the limit holds, in words; empty where it is decided, or something fails."""
        if self.failed or not self.is_limit_open:
            return ""
        return f"nobody can say of any whether it is tested, so --max-untested {self.limit} is not met"

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The findings of the requirements on resources."""
        return tuple(self.check.verdict.standing) if self.check else ()

    @property
    def demanded(self) -> str:
        """The result of the requirements on resources, in words; empty where none asks for them."""
        if self.check is None:
            return ""
        findings = count(len(self.findings), "finding") if self.findings else "no findings"
        return f"{count(len(self.check.demanded), 'requirement')} on resources: {findings}"

    @property
    def ending(self) -> str:
        """The counts against the limit and the result of the requirements on resources, in words; empty for neither."""
        numbers = self.counts[True], self.counts[False], self.counts[None]
        limit = None if self.is_limit_open else self.limit
        limited = limit.in_words("--max-untested", "not tested", numbers) if limit else ""
        return "; ".join(filter(None, (limited, self.demanded)))

    @property
    def is_over_limit(self) -> bool:
        """Whether more is untested than the limit allows."""
        return self.limit is not None and self.limit.is_exceeded(
            self.counts[False], self.counts[True] + self.counts[False]
        )

    @property
    def summary(self) -> str:
        """The sums in words, and what nobody sees."""
        what = "resource" if self.inventory else "type in a vault"
        number = count(len(self.rows), what) if self.inventory else f"{len(self.rows):,} types in vaults"
        parts = ((True, "tested"), (False, "not tested"), (None, "undecided"))
        sums = f"{number}: " + ", ".join(f"{self.counts[key]:,} {word}" for key, word in parts)
        return with_blind_spots(sums, self.not_visible)

    @cached_property
    def groups(self) -> tuple[ReasonGroup, ...]:
        """The rows that are not tested or undecided, those of the largest groups first."""
        members: dict[tuple[UntestedReason, str | None, tuple[str, ...], str], list[TestedResource]] = {}
        for row in self.rows:
            if row.reason:
                members.setdefault((row.reason, row.type, row.plans, row.wanted), []).append(row)
        built = [ReasonGroup(*key, tuple(rows)) for key, rows in members.items()]
        undecided = [group.rows[0].tested is None for group in built]
        ordered = sorted(zip(undecided, built, strict=True), key=lambda entry: (entry[0], -len(entry[1].rows)))
        return tuple(group for _, group in ordered)


def _named(row: TestedResource) -> str:
    if row.arn is None and row.vault is None:
        return f"all of {row.account}"
    return row.arn or f"{row.type} in vault {row.vault} in {row.region} of {row.account}"
