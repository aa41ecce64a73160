"""The rules of inventories: what is worth knowing of the lists that answers about resources rest on."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

INVENTORY_STALE = Rule("PE808", "inventory-stale", Severity.WARNING)
INVENTORY_ACCOUNT_UNKNOWN = Rule("PE809", "inventory-account-unknown", Severity.WARNING)
INVENTORY_ARN_REPEATED = Rule("PE810", "inventory-arn-repeated", Severity.INFO)
INVENTORY_AHEAD = Rule("PE811", "inventory-ahead", Severity.WARNING)

RULES = rules_in(globals())
