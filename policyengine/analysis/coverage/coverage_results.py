"""Results of coverage: of each resource whether a plan protects it, or why none does, and the same in groups."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from msgspec import field

from policyengine.aws.resources import NotVisible
from policyengine.base.records import Record
from policyengine.base.source import Span


class CoverageReason(StrEnum):
    """The reason why no plan protects a resource, then why nobody can say, each in its order (coverage.md#reasons)."""

    NO_PLAN_FOR_ACCOUNT = "no-plan-for-account"
    POLICY_INVALID = "policy-invalid"
    TYPE_NOT_SUPPORTED = "type-not-supported"
    RESTORE_TEST_LEFTOVER = "restore-test-leftover"
    NOT_AVAILABLE = "not-available"
    OPT_IN_OFF = "opt-in-off"
    EXCLUDED_BY_CONDITION = "excluded-by-condition"
    EXCLUDED_BY_TYPE = "excluded-by-type"
    TAG_KEY_CASE = "tag-key-case"
    TAG_VALUE_CASE_OR_SPACE = "tag-value-case-or-space"
    TAG_KEY_TYPO = "tag-key-typo"
    TAG_VALUE_TYPO = "tag-value-typo"
    REGION_NOT_IN_PLAN = "region-not-in-plan"
    TAG_VALUE_NOT_SELECTED = "tag-value-not-selected"
    TYPE_NOT_SELECTED = "type-not-selected"
    NO_TAG = "no-tag"
    ACCOUNT_UNKNOWN = "account-unknown"
    REGION_UNKNOWN = "region-unknown"
    TAGS_UNKNOWN = "tags-unknown"
    OPT_IN_UNKNOWN = "opt-in-unknown"
    NAMED_BESIDE_ALL = "named-beside-all"
    STATE_UNKNOWN = "state-unknown"
    NEGATED_CONDITION = "negated-condition"
    CONDITIONS_ALONE = "conditions-alone"
    PATTERN_UNKNOWN = "pattern-unknown"

    @property
    def is_undecided(self) -> bool:
        """Whether it says that nobody can tell, and not that the resource is unprotected."""
        return self in _UNDECIDED


_UNDECIDED = frozenset(
    {
        CoverageReason.ACCOUNT_UNKNOWN,
        CoverageReason.REGION_UNKNOWN,
        CoverageReason.TAGS_UNKNOWN,
        CoverageReason.OPT_IN_UNKNOWN,
        CoverageReason.NAMED_BESIDE_ALL,
        CoverageReason.STATE_UNKNOWN,
        CoverageReason.NEGATED_CONDITION,
        CoverageReason.CONDITIONS_ALONE,
        CoverageReason.PATTERN_UNKNOWN,
    }
)


class CoverageNote(StrEnum):
    """A remark on a protected resource (coverage.md#what-is-worth-knowing-of-protected-ones)."""

    COVERED_THROUGH = "covered-through"
    COVERED_BY_LOCAL_PLAN = "covered-by-local-plan"
    PRECONDITION = "precondition"
    BACKED_UP_TWICE = "backed-up-twice"


class JudgedResource(Record):
    """A resource in the list: `protected` is None where nobody can say, `reason` None where it is protected.

    `plans` are the names of the plans that protect it, first those of policies, then `local_plans`, those that the
    account has of its own. `through` is the ARN of the resource whose backup contains it.
    """

    arn: str
    account: str | None
    region: str | None
    type: str | None
    protected: bool | None
    plans: tuple[str, ...] = ()
    reason: CoverageReason | None = None
    through: str | None = None
    notes: tuple[CoverageNote, ...] = ()
    local_plans: tuple[str, ...] = ()

    @property
    def policy_plans(self) -> tuple[str, ...]:
        """The plans of policies that protect it; one of the account's own may have the same name."""
        return self.plans[: len(self.plans) - len(self.local_plans)]


class LabelledResource(NamedTuple):
    """A row of the list with the tags of the resource; `of_any_type`: a cluster that may be of several types."""

    row: JudgedResource
    tags: Mapping[str, str] | None
    of_any_type: bool


class CoverageGroup(Record):
    """Resources of an account, a Region and a type that are not protected for the same reason.

    `observed` is what they have and `wanted` what a selection would take in its place, empty where no value decides;
    `policies` are those whose selection nearly takes them, root first, and `span` is where it is written. `sample` are
    a few of their ARNs. `alone`: what gives the reason is all that keeps any of them from being protected. `kinds` are
    the types that they are judged by, of instances of a cluster the cluster's. `partition` is the one whose patterns
    take them, empty where nobody knows.
    """

    account: str | None
    region: str | None
    type: str | None
    reason: CoverageReason
    count: int
    observed: str = ""
    wanted: str = ""
    policies: tuple[str, ...] = ()
    span: Span | None = None
    sample: tuple[str, ...] = ()
    alone: bool = True
    kinds: frozenset[str] = frozenset()
    partition: str = ""


class CoverageCell(Record):
    """How many resources of an account and a type are protected, are not, or cannot be decided."""

    account: str | None
    type: str | None
    protected: int
    unprotected: int
    undecided: int

    @property
    def resources(self) -> int:
        """The number of resources."""
        return self.protected + self.unprotected + self.undecided


class CoverageResult(Record):
    """The sums over all resources, and the groups of those that are not protected or undecided, largest first.

    `cells` are the same sums for each account and type, `notes` count protected resources with a note.
    """

    protected: int
    unprotected: int
    undecided: int
    reasons: Mapping[CoverageReason, int]
    groups: tuple[CoverageGroup, ...]
    not_visible: tuple[NotVisible, ...] = ()
    cells: tuple[CoverageCell, ...] = ()
    notes: Mapping[CoverageNote, int] = field(default_factory=dict)

    @property
    def resources(self) -> int:
        """The number of resources."""
        return self.protected + self.unprotected + self.undecided
