"""One finding per cause: a policy that does the same thing in several places is told once, with all its accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from policyengine.checks.facts import Facts, place, written_at
from policyengine.diagnostics import Diagnostic, Rule
from policyengine.effective import Note, Resolved, Value, keys, operand
from policyengine.model.documents import ASSIGN, PolicyDocument
from policyengine.organization.tree import Entity

# Settings without which AWS refuses a fragment that mentions their block (semantics.md section 9, R35).
_REQUIRED = frozenset({"tag_key", "tag_value", "target_backup_vault_arn", "condition_key", "condition_value"})


class Cause(NamedTuple):
    """What a policy does to a setting, in words that fit every place; `by` names the policies in its way."""

    policy: PolicyDocument
    path: str
    operator: str
    text: str
    by: tuple[str, ...] = ()


Case = tuple[Cause, Entity, Sequence[str]]


def findings(rule: Rule, cases: Iterable[Case], advice: str) -> Iterator[Diagnostic]:
    """A finding for each cause of the cases: cause, entity where the policy is attached, accounts concerned."""
    entities: dict[Cause, list[Entity]] = {}
    accounts: dict[Cause, set[str]] = {}
    for cause, entity, ids in cases:
        entities.setdefault(cause, []).append(entity)
        accounts.setdefault(cause, set()).update(ids)
    for cause, places in entities.items():
        yield rule.at(
            written_at(cause.policy, cause.path, cause.operator),
            f"policy `{cause.policy.name}` at {_places(places)}: {cause.text}",
            help=advice,
            path=cause.path,
            accounts=tuple(sorted(accounts[cause])),
            policies=tuple(dict.fromkeys((*cause.by, cause.policy.name))),
            values=(cause.text,),
        )


def from_notes(facts: Facts, rule: Rule, advice: str) -> Iterator[Diagnostic]:
    """A finding for each cause among the notes of the rule's name."""
    cases = [
        (Cause(note.policy, note.path, note.operator, note.detail, _names(note)), note.entity, accounts)
        for note, result, accounts in facts.notes
        if note.kind == rule.name and not _is_required_repetition(note, result) and not _is_guess(note)
    ]
    return findings(rule, cases, advice)


def must_be_repeated(policy: PolicyDocument, path: str) -> bool:
    """Whether AWS would refuse the policy without this setting, whatever it inherits (R35; facts 1.4.4)."""
    steps = keys(path)
    if steps[-1] == "delete_after_days":
        rule = "/".join(path.split("/")[:4])
        return operand(policy.content, f"{rule}/enable_continuous_backup", ASSIGN) == "true"
    return steps[-1] in _REQUIRED or (steps[-1] == "resource_types" and steps[2:3] == ("selections",))


def _is_required_repetition(note: Note, result: Resolved) -> bool:
    """A value that says again what is in force, because AWS wants it in every fragment: no finding."""
    if note.operator != ASSIGN or not must_be_repeated(note.policy, note.path):
        return False
    return operand(note.policy.content, note.path, ASSIGN) == _in_force(note, result)


def _is_guess(note: Note) -> bool:
    """Who is first among peers of unknown order is anybody's guess; `peer-order-unknown` tells what hangs on it."""
    entity = note.entity
    unordered = [policy for policy in entity.policies[: entity.unordered] if policy.name not in entity.known_order]
    return note.kind == "assign-shadowed" and (note.policy in unordered or note.by[0].policy in unordered)


def _in_force(note: Note, result: Resolved) -> Value | None:
    if note.kind == "assign-shadowed":
        return operand(note.by[0].policy.content, note.path, ASSIGN)
    inherited = result.above.root.find(keys(note.path)) if result.above else None
    return inherited.setting.value if inherited else None


def _names(note: Note) -> tuple[str, ...]:
    return tuple(peer.policy.name for peer in note.by)


def _places(entities: Sequence[Entity]) -> str:
    """One place by name; several are neither named nor counted, since a waiver may leave some of their accounts."""
    return place(entities[0]) if len(set(entities)) == 1 else "several places"
