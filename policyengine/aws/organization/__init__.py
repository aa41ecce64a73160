"""The organization as a typed tree with its policies attached.

`attach` builds the tree, `find_accounts` resolves the account arguments of commands, `targets_in` the targets of
statements; `OrganizationReuse` returns the objects of a previous organization that are equal.
"""

from policyengine.aws.organization.attachments import MOST_ORDERS
from policyengine.aws.organization.organization_builder import OrganizationReuse, attach
from policyengine.aws.organization.snapshot_tree import child_path
from policyengine.aws.organization.targets import Targets, find_accounts, targets_in
from policyengine.aws.organization.tree import Entity, InactiveAccount, Organization, Visit

__all__ = [
    "MOST_ORDERS",
    "Entity",
    "InactiveAccount",
    "Organization",
    "OrganizationReuse",
    "Targets",
    "Visit",
    "attach",
    "child_path",
    "find_accounts",
    "targets_in",
]
