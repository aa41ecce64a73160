from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.role_arns import NO_ROLE_FOR_SELECTIONS, each_role, role_of
from policyengine.aws.arns import DEFAULT_ROLE, is_default_role, is_service_linked_role, role_path
from policyengine.aws.deployment import Placement, Selection
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, nearest, quoted

RULE = Rule("PE604", "role-missing", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.ROLES,))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per role, for all selections of an account that take it; a role is in all Regions or in none."""
    existing = dict.fromkeys(role_path(role.name) for role in facts.organization.roles or ())

    def say(role: str, names: Sequence[str]) -> tuple[str, str]:
        some, back = ("selections", "back") if len(names) > 1 else ("selection", "backs")
        message = f"there is no role {quoted(role)}, so {some} {listed(names, 'and')} {back} up nothing"
        return message, _advice(role, existing)

    return each_role(facts, RULE, _missing, say)


def _missing(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if role and placement.surroundings.has_role(role) is False:
            yield role, selection


def _advice(role: str, existing: Iterable[str]) -> str:
    """What to do: the role of the snapshot that was probably meant, first one of the same name on another path."""
    name = role.rpartition("/")[2]
    if is_service_linked_role(role):
        return NO_ROLE_FOR_SELECTIONS
    create = "create it in every account that gets the plan, with exactly this path and name"
    others = [other for other in existing if other != role]
    near = next((other for other in others if other.rpartition("/")[2] == name), "") or nearest(role, others)
    if near:
        return f"did you mean {quoted(near)}? If not, {create}"
    is_moved = is_default_role(role) and role != DEFAULT_ROLE
    return f"AWS Backup makes this role as {quoted(DEFAULT_ROLE)}" if is_moved else create
