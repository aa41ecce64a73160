"""Resources of accounts, as inventories list them; what they are, not whether a plan protects them."""

from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory

__all__ = ["NotVisible", "Resource", "ResourceInventory"]
