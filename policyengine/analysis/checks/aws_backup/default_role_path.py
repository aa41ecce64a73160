from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.role_arns import each_role, role_of
from policyengine.aws.arns import DEFAULT_ROLE, DEFAULT_ROLE_NAME, is_default_role
from policyengine.aws.deployment import UNKNOWN, Placement, Selection
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import Suggestion, quoted

RULE = Rule("PE532", "default-role-path", Severity.WARNING, harm=Harm.BACKUP)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for all selections of an account that name it."""
    message = f"the role {quoted(DEFAULT_ROLE_NAME)} has no path, and AWS Backup makes it as {quoted(DEFAULT_ROLE)}"
    advice = Suggestion.of(f"write {quoted(DEFAULT_ROLE)}", DEFAULT_ROLE_NAME, DEFAULT_ROLE, sure=True)
    return each_role(facts, RULE, _without_path, lambda *_: (message, advice))


def _without_path(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if "/" not in role and is_default_role(role) and placement.environment.has_role(role) is UNKNOWN:
            yield role, selection
