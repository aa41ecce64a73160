"""The organization as a typed tree with its policies attached.

`attach` is the room's door, `find_accounts` its answer to what people call an account.
"""

from policyengine.organization.attach import attach
from policyengine.organization.find import find_accounts
from policyengine.organization.tree import Entity, Organization

__all__ = ["Entity", "Organization", "attach", "find_accounts"]
