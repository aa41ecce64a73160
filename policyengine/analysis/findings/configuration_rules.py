"""The rules of what a project's configuration says of its files."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

POLICY_FILE_UNREAD = Rule("PE812", "policy-file-unread", Severity.WARNING)

RULES = rules_in(globals())
