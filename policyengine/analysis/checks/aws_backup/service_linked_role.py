from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.role_arns import NO_ROLE_FOR_SELECTIONS, each_role, role_of
from policyengine.aws.arns import is_service_linked_role
from policyengine.aws.deployment import Placement, Selection
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE533", "service-linked-role", Severity.WARNING, harm=Harm.BACKUP)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for all selections of an account that name it."""

    def say(role: str, _: object) -> tuple[str, str]:
        message = f"the role {quoted(role)} is service-linked, expected a role for backups"
        return message, NO_ROLE_FOR_SELECTIONS

    return each_role(facts, RULE, _service_linked, say)


def _service_linked(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if is_service_linked_role(role) and placement.environment.has_role(role) is not False:
            yield role, selection
