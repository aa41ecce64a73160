"""The partitions of the roles and resource types that a plan names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from policyengine.effective import segment
from policyengine.model.documents import Json
from policyengine.plan import Plan, Reach
from policyengine.plan import Rule as BackupRule

_WORDS: Mapping[str, str] = {
    "iam_role_arn": "a role",
    "scanner_role_arn": "a role",
    "resource_types": "resource types",
    "not_resource_types": "resource types",
}


class Arn(NamedTuple):
    """An ARN of a plan: its partition, what it names in words, and the effective path of its setting."""

    partition: str
    what: str
    path: str


Part: TypeAlias = BackupRule | Reach | Plan
"""A rule, the selections, or what else a plan says."""


def parts(plan: Plan) -> tuple[Part, ...]:
    """All that a plan says; plans share rules and selections."""
    return (*plan.rules, plan, plan.reach)


def arns(part: Part) -> Iterator[Arn]:
    """The ARNs of roles and resource types; those of vaults have checks of their own."""
    own = part.document
    if isinstance(part, Plan):
        own = {key: value for key, value in own.items() if key not in {"rules", "selections"}}
    for steps, text in _texts(own, ()):
        head, _, rest = text.lower().partition(":")
        if head == "arn":
            yield Arn(rest.partition(":")[0], _WORDS[steps[-1]], "/".join((part.path, *map(segment, steps))))


def _texts(node: Mapping[str, Json], steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts of settings that hold ARNs, each with the steps that lead to it."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _texts(value, (*steps, key))
        elif key in _WORDS:
            for text in value if isinstance(value, list) else [value]:
                yield (*steps, key), str(text)
