"""Alarms: what tells people that backups fail, or that there are none, for the vaults that plans use."""

from policyengine.analysis.alarms.account_alarms import (
    AgeRule,
    AlarmPlan,
    MetricAlarm,
    TemplateChange,
    alarm_plans,
    template_changes,
)
from policyengine.analysis.alarms.vault_duties import accounts_with_vaults, unknown_accounts

__all__ = [
    "AgeRule",
    "AlarmPlan",
    "MetricAlarm",
    "TemplateChange",
    "accounts_with_vaults",
    "alarm_plans",
    "template_changes",
    "unknown_accounts",
]
