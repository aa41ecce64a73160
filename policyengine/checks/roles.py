"""The roles that AWS Backup has itself, and findings about selections that name a role (facts 3.21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from policyengine.checks.facts import Facts, placements
from policyengine.checks.places import about_each, finding
from policyengine.diagnostics import Diagnostic, Rule
from policyengine.plan import Placement, Selection
from policyengine.wording import quoted

DEFAULT_NAME = "AWSBackupDefaultServiceRole"
DEFAULT_ROLE = f"service-role/{DEFAULT_NAME}"
_SERVICE_LINKED_PATH = "aws-service-role/"
_SERVICE_LINKED_NAMES = {
    "awsserviceroleforbackup",
    "awsserviceroleforbackupreports",
    "awsserviceroleforbackuprestoretesting",
}
NO_ROLE_FOR_SELECTIONS = f"name a role for backups, such as {quoted(DEFAULT_ROLE)}: a service has this one for itself"


def role_of(selection: Selection) -> str:
    """The path and name of a selection's role, empty where it names none."""
    return selection.role.partition(":role/")[2]


def is_default(role: str) -> bool:
    """Whether the name, on whatever path, is that of AWS Backup's default role; IAM has no two in other letters."""
    return role.rpartition("/")[2].lower() == DEFAULT_NAME.lower()


def is_service_linked(role: str) -> bool:
    """Whether a role is one that a service has for itself: by its path, or by the names of those of AWS Backup."""
    return role.startswith(_SERVICE_LINKED_PATH) or role.rpartition("/")[2].lower() in _SERVICE_LINKED_NAMES


def each_role(
    facts: Facts,
    rule: Rule,
    named: Callable[[Placement], Iterator[tuple[str, Selection]]],
    say: Callable[[str, Sequence[str]], tuple[str, str]],
) -> Iterator[Diagnostic]:
    """One finding per role that a check finds in selections, for all selections of an account that name it.

    `say` gives message and advice for a role and the names of these selections.
    """
    for role, found, view in facts.together(placements, named):
        message, advice = say(role, list(dict.fromkeys(selection.name for _, selection in found)))
        places = [(plan.plan, f"{selection.path}/iam_role_arn") for plan, selection in found]
        first = finding(rule, facts, *places[0], message=message, advice=advice)
        yield about_each(first, places, (account.id or "" for account in view.accounts))
