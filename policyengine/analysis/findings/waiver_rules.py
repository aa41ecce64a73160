"""The rules of waivers and of the baseline."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

WAIVER_EXPIRED = Rule("PE801", "waiver-expired", Severity.ERROR)
WAIVER_UNUSED = Rule("PE802", "waiver-unused", Severity.WARNING)
NOT_WAIVABLE = Rule("PE803", "not-waivable", Severity.ERROR)
ACCEPTED_FINDING_GONE = Rule("PE804", "accepted-finding-gone", Severity.INFO)
ACCEPTANCE_VOID = Rule("PE807", "acceptance-void", Severity.WARNING)

RULES = rules_in(globals())
