"""The organization as a typed tree with its policies attached.

`attach` is the room's door, `find_accounts` its answer to what people call an account, `targets_in` to what a statement
points to, `Reuse` to what two organizations have in common.
"""

from policyengine.organization.attach import attach
from policyengine.organization.find import find_accounts
from policyengine.organization.reuse import Reuse
from policyengine.organization.targets import targets_in
from policyengine.organization.tree import Entity, Organization

__all__ = ["Entity", "Organization", "Reuse", "attach", "find_accounts", "targets_in"]
