from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.arns import DEFAULT_NAME, DEFAULT_ROLE, each_role, is_default, role_of
from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.deployment import UNKNOWN, Placement, Selection
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_SELECTION = 'tag selection all { role = "ROLE"  key = "backup"  values = ["yes"] }'

RULE = Rule(
    code="PE532",
    name="default-role-path",
    severity=Severity.WARNING,
    title="a selection names AWS Backup's default role without its path",
    rationale=(
        "AWS Backup makes its default role on the path `service-role/`. The name alone stands for a role on the path"
        " `/`, which is normally not there, and AWS Backup does not ask: nothing of the selection is backed up, only"
        " CloudTrail tells. Where the snapshot has the role on this path, nothing is said; where it surely has not,"
        " `role-missing` tells."
    ),
    bad=one_rule(selection=_SELECTION.replace("ROLE", DEFAULT_NAME)),
    good=one_rule(selection=_SELECTION.replace("ROLE", DEFAULT_ROLE)),
    reference="facts 3.21, 8.1",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/using-service-linked-roles.html",),
    harm=Harm.BACKUP,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for all selections of an account that name it."""
    message = f"the role {quoted(DEFAULT_NAME)} has no path, and AWS Backup makes it as {quoted(DEFAULT_ROLE)}"
    return each_role(facts, RULE, _without_path, lambda *_: (message, f"write {quoted(DEFAULT_ROLE)}"))


def _without_path(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if "/" not in role and is_default(role) and placement.surroundings.has_role(role) is UNKNOWN:
            yield role, selection
