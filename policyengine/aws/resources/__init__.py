"""Resources of accounts, as inventories list them; what they are, not whether a plan protects them.

Doors beside this one: `building` makes a resource of what a list says, `gathering` one inventory of several lists.
"""

from policyengine.aws.resources.inventory_settings import InventorySettings
from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory

__all__ = ["InventorySettings", "NotVisible", "Resource", "ResourceInventory"]
