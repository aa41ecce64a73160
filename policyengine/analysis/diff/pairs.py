"""A plan before and after, with its changes, and which plan, rule or selection of the base is which of the head.

Elements match by name, else by being equal in all but the name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from policyengine.analysis.diff.causes import AttachedDocuments, PlanPlace, causes
from policyengine.analysis.diff.changes import Change, ChangeCause, ChangeClass
from policyengine.aws.deployment import OWN, DeployedPlan
from policyengine.aws.organization import Organization
from policyengine.base.records import Record
from policyengine.base.text import quoted

T = TypeVar("T")


class Sides(NamedTuple):
    """The two organizations, what stands in them, and the ids of the accounts that belong to them."""

    base: Organization
    head: Organization
    base_documents: AttachedDocuments
    head_documents: AttachedDocuments
    members: tuple[frozenset[str], frozenset[str]]

    @classmethod
    def of(cls, base: Organization, head: Organization) -> Sides:
        """Both sides of a comparison."""
        return cls(base, head, AttachedDocuments.of(base), AttachedDocuments.of(head), (_members(base), _members(head)))


def _members(organization: Organization) -> frozenset[str]:
    """The management account belongs to the organization, listed in the tree or not."""
    numbers = {account.id or "" for account in organization.accounts}
    return frozenset(numbers | {organization.management_account or ""})


class Pair(Record):
    """The same plan on both sides; on one side only where it is lost or added."""

    sides: Sides
    base: DeployedPlan | None
    head: DeployedPlan | None

    @property
    def organizations(self) -> tuple[Organization, Organization]:
        """Both organizations, the base first."""
        return self.sides.base, self.sides.head

    def own_or_other(self, key: str) -> str:
        """The key of a copy, with AWS's placeholder where it spells out the account that runs the plan."""
        number = next(
            (plan.placement.account_id for plan in (self.head, self.base) if plan and plan.placement.account_id), ""
        )
        return key.replace(f":{number}:", f":{OWN}:") if number else key

    def change(  # noqa: PLR0913 - the parts of a change
        self,
        change_class: ChangeClass,
        path: str,
        effect: str,
        *,
        part: str = "",
        before: str | None = None,
        after: str | None = None,
        region: str = "",
        was_at: str | None = None,
        fact: str = "",
        written: bool = True,
        depends_on: tuple[str, ...] = (),
        caused_at: tuple[str, ...] = (),
    ) -> Change:
        """A change at a path; `part` says which rule, copy or selection, `was_at` the path in the base if another.

        `depends_on` are the paths of other settings that it follows from, `caused_at` those that caused it, if not its
        own. `written` is False for what no policy says: a fact of the organization that changed.
        """
        places = [(cause_path, cause_path) for cause_path in caused_at] or [(path if was_at is None else was_at, path)]
        return Change(
            change_class,
            path,
            region,
            before,
            after,
            self._subject(part),
            f"{effect} in {region}" if region and region not in effect else effect,
            fact,
            self._causes(places) if written else (),
            depends_on=depends_on,
            was_at=was_at or path,
        )

    def _subject(self, part: str) -> str:
        """The subject of the change in words: the plan, and the part of it if there is one."""
        plan = self.head or self.base
        words = [f"plan {quoted(plan.plan.name)}" if plan else "", f", {part}" if part else ""]
        return "".join(words)

    def _causes(self, places: Iterable[tuple[str, str]]) -> tuple[ChangeCause, ...]:
        """The causes of changes at places, each once; a place is the path of a value in the base and in the head."""
        base, head = (plan.plan if plan else None for plan in (self.base, self.head))
        both = (
            (PlanPlace(base, old, self.sides.base_documents), PlanPlace(head, new, self.sides.head_documents))
            for old, new in places
        )
        return tuple(dict.fromkeys(cause for before, after in both for cause in causes(before, after)))


class MatchedElements(NamedTuple, Generic[T]):
    """Pairs of the same name, pairs that were renamed, and what only one side has."""

    kept: tuple[tuple[T, T], ...]
    renamed: tuple[tuple[T, T], ...]
    lost: tuple[T, ...]
    added: tuple[T, ...]


def matched(base: Mapping[str, T], head: Mapping[str, T], content: Callable[[T], Hashable]) -> MatchedElements[T]:
    """The elements of both sides in pairs; `content` is all of an element but its name.

    Where several fit, the first by name is taken.
    """
    kept = tuple((part, head[name]) for name, part in base.items() if name in head)
    lost = [part for name, part in base.items() if name not in head]
    added = [part for name, part in head.items() if name not in base]
    renamed: list[tuple[T, T]] = []
    for before in list(lost):
        after = next((part for part in added if content(part) == content(before)), None)
        if after is not None:
            lost.remove(before)
            added.remove(after)
            renamed.append((before, after))
    return MatchedElements(kept, tuple(renamed), tuple(lost), tuple(added))
