"""Resources of accounts, as inventories list them; what they are, not whether a plan protects them.

`resource_of` makes a resource of what a list says. Doors beside this one: `gathering` makes one inventory of several
lists, `identity` reads ARNs.
"""

from policyengine.aws.resources.inventory_settings import InventorySettings
from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory, resource_of

__all__ = ["InventorySettings", "NotVisible", "Resource", "ResourceInventory", "resource_of"]
