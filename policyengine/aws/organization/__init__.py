"""The organization as a typed tree with its policies attached.

`attach` is the room's door, `find_accounts` its answer to what people call an account, `targets_in` to what a statement
points to, `OrganizationReuse` to what two organizations have in common.
"""

from policyengine.aws.organization.attach import OrganizationReuse, attach
from policyengine.aws.organization.targets import find_accounts, targets_in
from policyengine.aws.organization.tree import Entity, Organization

__all__ = ["Entity", "Organization", "OrganizationReuse", "attach", "find_accounts", "targets_in"]
