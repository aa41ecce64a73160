"""The rules of inventories: what is worth knowing of the lists that answers about resources rest on."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

INVENTORY_STALE = Rule("PE808", "inventory-stale", Severity.WARNING)

RULES = rules_in(globals())
