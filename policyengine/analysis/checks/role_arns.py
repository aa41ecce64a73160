"""The ARNs of roles and resource types that a plan names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from policyengine.analysis.checks.evidence import Facts, placements
from policyengine.analysis.checks.reporting import about_each, finding
from policyengine.aws.arns import DEFAULT_ROLE
from policyengine.aws.deployment import BackupRule, Placement, Plan, Reach, Selection
from policyengine.aws.documents import Json
from policyengine.aws.merge import segment
from policyengine.aws.settings import EXCEPT_TYPES, RULE_BLOCK, SCANNER_ROLE, SELECTIONS, TAG_ROLE, TYPES
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

_WORDS: Mapping[str, str] = {
    TAG_ROLE.place: "a role",
    SCANNER_ROLE.place: "a role",
    TYPES.place: "resource types",
    EXCEPT_TYPES.place: "resource types",
}
NO_ROLE_FOR_SELECTIONS = f"name a role for backups, such as {quoted(DEFAULT_ROLE)}: a service has this one for itself"


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
        own = {key: value for key, value in own.items() if key not in {RULE_BLOCK.place, SELECTIONS}}
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


def role_of(selection: Selection) -> str:
    """The path and name of a selection's role, empty where it names none."""
    return selection.role.partition(":role/")[2]


def each_role(
    facts: Facts,
    rule: Rule,
    named: Callable[[Placement], Iterator[tuple[str, Selection]]],
    say: Callable[[str, Sequence[str]], tuple[str, str]],
) -> Iterator[Diagnostic]:
    """One finding per role that a check finds in selections, for all selections of an account that name it.

    `say` gives message and advice for a role and the names of these selections.
    """
    for role, cases, view in facts.together(placements, named):
        message, advice = say(role, list(dict.fromkeys(selection.name for _, selection in cases)))
        places = [(plan.plan, f"{selection.path}/{TAG_ROLE.place}") for plan, selection in cases]
        first = finding(rule, facts, *places[0], message=message, advice=advice)
        yield about_each(first, places, (account.id or "" for account in view.accounts))
