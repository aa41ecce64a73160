"""The rules of requirements, as they are written and as they hold."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

UNKNOWN_ATTRIBUTE = Rule("PE170", "unknown-attribute", Severity.ERROR)
UNLIKE_TYPES = Rule("PE171", "unlike-types", Severity.ERROR)
NOT_A_CONDITION = Rule("PE172", "not-a-condition", Severity.ERROR)
NOT_IN_SCOPE = Rule("PE173", "not-in-scope", Severity.ERROR)
UNKNOWN_PACK = Rule("PE174", "unknown-pack", Severity.ERROR)
UNKNOWN_REQUIREMENT = Rule("PE175", "unknown-requirement", Severity.ERROR)
REQUIREMENT_NAMED_LIKE_CHECK = Rule("PE176", "requirement-named-like-check", Severity.ERROR)
REQUIREMENT_VIOLATED = Rule("PE701", "requirement-violated", Severity.ERROR)
REQUIREMENT_UNDECIDED = Rule("PE702", "requirement-undecided", Severity.WARNING)
REQUIREMENT_VACUOUS = Rule("PE703", "requirement-vacuous", Severity.WARNING)
REQUIREMENT_APPLIES_TO_NOTHING = Rule("PE704", "requirement-applies-to-nothing", Severity.WARNING)

RULES = rules_in(globals())
