"""The rules of attaching policies and of pointing to units and accounts."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

TARGET_ATTACHED_TWICE = Rule("PE139", "target-attached-twice", Severity.ERROR)
UNKNOWN_TARGET = Rule("PE160", "unknown-target", Severity.ERROR)
UNKNOWN_POLICY = Rule("PE161", "unknown-policy", Severity.ERROR)
ACCOUNT_NAME_AMBIGUOUS = Rule("PE162", "account-name-ambiguous", Severity.ERROR)
ATTACHMENT_ORDER_CONTRADICTS = Rule("PE163", "attachment-order-contradicts", Severity.ERROR)

RULES = rules_in(globals())
