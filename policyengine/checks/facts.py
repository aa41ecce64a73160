"""What a check may look at: one value, the same for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from policyengine.diagnostics import Diagnostic, Rule
from policyengine.effective import Effective, Note, Resolved, keys
from policyengine.model.documents import Compiled, PolicyDocument
from policyengine.organization.tree import Entity, Organization
from policyengine.source import Span


@dataclass(frozen=True)
class Facts:
    """The project as compiled, the organization with its attachments, and what every account ends up with."""

    compiled: Compiled
    organization: Organization
    effective: Effective

    @cached_property
    def accounts_under(self) -> Mapping[Resolved, tuple[str, ...]]:
        """Ids of the accounts whose policies include those of a result: its own and those of results below it."""
        ids: dict[Resolved, list[str]] = {result: [] for result in self.effective.distinct}
        for account in self.effective.accounts:
            result = account.resolved
            while result:
                ids[result].append(account.account.id or "")
                result = result.above
        return {result: tuple(found) for result, found in ids.items()}

    @cached_property
    def accounts_of(self) -> Mapping[Resolved, tuple[str, ...]]:
        """Ids of the accounts that end up with exactly this result."""
        ids: dict[Resolved, list[str]] = {result: [] for result in self.effective.distinct}
        for account in self.effective.accounts:
            if account.resolved:
                ids[account.resolved].append(account.account.id or "")
        return {result: tuple(found) for result, found in ids.items()}

    @cached_property
    def notes(self) -> tuple[tuple[Note, tuple[str, ...]], ...]:
        """Every note once, with the accounts that it concerns."""
        found = [(note, self.accounts_under[result]) for result in self.effective.distinct for note in result.own_notes]
        shared: dict[Note, list[str]] = {}
        for result in self.effective.distinct:
            for note in result.open_points:
                shared.setdefault(note, []).extend(self.accounts_of[result])
        return (*found, *((note, tuple(sorted(accounts))) for note, accounts in shared.items()))


def from_notes(facts: Facts, rule: Rule, advice: str) -> Iterator[Diagnostic]:
    """A finding for each note of the rule's name."""
    for note, accounts in facts.notes:
        if note.kind == rule.name:
            yield rule.at(
                written_at(note.policy, note.path, note.operator),
                f"policy `{note.policy.name}` at {place(note.entity)}: {note.detail}",
                help=advice,
                path=note.path,
                accounts=accounts,
                policies=tuple(dict.fromkeys([*(peer.policy.name for peer in note.by), note.policy.name])),
            )


def place(entity: Entity) -> str:
    """An entity as messages name it: `the root`, `unit "Workloads/Prod"`, `account "payments"`."""
    if entity.kind == "root":
        return "the root"
    return f'unit "{entity.path}"' if entity.kind == "ou" else f'account "{entity.name}"'


def written_at(policy: PolicyDocument, path: str, operator: str = "") -> Span | None:
    """Where a policy writes the node at an effective path; None for raw documents."""
    origin = policy.origin(keys(path), operator)
    return origin.span if origin else None
