from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.arns import NO_ROLE_FOR_SELECTIONS, each_role, is_service_linked, role_of
from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.deployment import Placement, Selection
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_SELECTION = 'tag selection all { role = "ROLE"  key = "backup"  values = ["yes"] }'
_LINKED = "aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"

RULE = Rule(
    code="PE533",
    name="service-linked-role",
    severity=Severity.WARNING,
    title="a selection names a service-linked role",
    rationale=(
        "`AWSServiceRoleForBackup` is a service-linked role: AWS Backup makes it for work of its own, such as tags and"
        " vaults, and nobody can give it other rights. So are those for its reports and restore tests, and all on the"
        " path `aws-service-role/`. They are no roles for selections, which need one that may make backups of what"
        " they select. Where the snapshot says that there is no such role, `role-missing` tells."
    ),
    bad=one_rule(selection=_SELECTION.replace("ROLE", _LINKED)),
    good=one_rule(selection=_SELECTION.replace("ROLE", "service-role/AWSBackupDefaultServiceRole")),
    reference="facts 3.21",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/using-service-linked-roles.html",),
    harm=Harm.BACKUP,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for all selections of an account that name it."""

    def say(role: str, _: object) -> tuple[str, str]:
        message = f"the role {quoted(role)} is service-linked, expected a role for backups"
        return message, NO_ROLE_FOR_SELECTIONS

    return each_role(facts, RULE, _service_linked, say)


def _service_linked(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if is_service_linked(role) and placement.surroundings.has_role(role) is not False:
            yield role, selection
