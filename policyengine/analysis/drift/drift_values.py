"""How a project and AWS can differ, and what is said of a difference."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from policyengine.analysis.diff import Change
from policyengine.aws.organization import Entity
from policyengine.base.records import record
from policyengine.base.source import Span


class DriftCause(StrEnum):
    """Why AWS is not what the project says; the value is its name in output and in `--fail-on`."""

    EDITED = "edited"
    MISSING_POLICY = "missing-policy"
    UNMANAGED_POLICY = "unmanaged-policy"
    DETACHED = "detached"
    ATTACHED_OUTSIDE = "attached-outside"
    MOVED_ACCOUNT = "moved-account"
    ORDER = "order"
    INVALID_STALE = "invalid-stale"
    PENDING = "pending"
    TYPE_DISABLED = "type-disabled"
    UNEXPLAINED = "unexplained"
    SPELLING = "spelling"


DRIFT = frozenset(DriftCause) - {DriftCause.SPELLING}
"""The causes that are drift: a document that is spelled in another way is no different one."""

OF_PUBLISHED = frozenset({DriftCause.INVALID_STALE, DriftCause.PENDING, DriftCause.UNEXPLAINED})
"""The causes that show only in what AWS publishes."""

Against = Literal["attached", "published", "all"]


@record
class Difference:
    """One difference, with the accounts that it touches.

    `policy` is the policy that it is about, empty where it is about none; `target` the root, unit or account, as AWS
    has it, or, where AWS has none, as the project. `before` and `after` are the project's and AWS's side in a few
    words: the order of policies, the unit of an account. `paths` are the settings of an edited policy that differ.
    `changes` are what it does to backups, each for the accounts of this difference; `invalid` the accounts whose policy
    is invalid in AWS and would not be by the project. `span` is the place in the project's files, None where there is
    none.
    """

    cause: DriftCause
    message: str
    policy: str = ""
    target: Entity | None = None
    accounts: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    paths: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    invalid: tuple[str, ...] = ()
    span: Span | None = None


@record
class Unjudged:
    """What cannot be compared because nobody knows it: what is published for accounts, or the order of peers."""

    what: Literal["published", "order"]
    message: str
    accounts: tuple[str, ...]
    target: Entity | None = None

    def matters(self, causes: Iterable[DriftCause], against: Against) -> bool:
        """Whether one of some causes could be behind it, in a comparison with a side of AWS.

        Against what is published alone, each difference is shown by what is published: without it, none is known.
        """
        if against == "published":
            return True
        wanted = {DriftCause.ORDER} if self.what == "order" else OF_PUBLISHED
        return not wanted.isdisjoint(causes)


@record
class Drift:
    """All differences between a project and AWS, the worst cause first, and what could not be judged.

    `joined` and `left` are accounts that only AWS, or only the recorded tree has: no drift of policies. `accounts` are
    those that AWS has.
    """

    differences: tuple[Difference, ...]
    unjudged: tuple[Unjudged, ...]
    joined: tuple[Entity, ...]
    left: tuple[Entity, ...]
    accounts: tuple[Entity, ...]

    @property
    def touched(self) -> frozenset[str]:
        """The ids of the accounts that drift touches; other spelling touches none."""
        return frozenset(number for each in self.differences if each.cause in DRIFT for number in each.accounts)
