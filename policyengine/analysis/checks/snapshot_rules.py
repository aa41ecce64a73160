"""The rules of what the snapshot leaves out, where the gate is to rest on it."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

FACTS_MISSING = Rule("PE805", "facts-missing", Severity.ERROR)
NO_ACCOUNTS = Rule("PE806", "no-accounts", Severity.WARNING)

RULES = rules_in(globals())
