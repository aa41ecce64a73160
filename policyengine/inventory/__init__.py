"""Reading inventories of resources: every kind of list that AWS's commands write, and tables of one's own."""

from policyengine.inventory.inventory_files import InventoryFile, project_inventory, read_inventory, read_streams
from policyengine.inventory.judging_engines import judged_inventory

__all__ = ["InventoryFile", "judged_inventory", "project_inventory", "read_inventory", "read_streams"]
