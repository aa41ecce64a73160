"""Backup plans of AWS Backup with their selections, and the content of the backup policy that says the same.

Takes JSON as `get-backup-plan` and `get-backup-selection` answer it, as `create-backup-plan` takes it, and as it stands
in a CloudFormation template (facts 1, 3). What a policy cannot say is a `PlanRemark`, never dropped in silence.
"""

from __future__ import annotations

from policyengine.aws.backup_plans.plan_answers import Answer, GivenPlan, has_plans, joined, read_answer
from policyengine.aws.backup_plans.plan_conversion import policy_content
from policyengine.aws.backup_plans.plan_parts import PlanRemark

__all__ = ["Answer", "GivenPlan", "PlanRemark", "has_plans", "joined", "policy_content", "read_answer"]
