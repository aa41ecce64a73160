"""Export for those who roll out with something else: Terraform, CloudFormation, or AWS Backup's own plans.

Pure, though on the edge: values go in, files as texts come out.
"""

from policyengine.export.aws_backup_plans import account_plans, plan_regions
from policyengine.export.cloudformation_template import cloudformation
from policyengine.export.exported_policies import (
    Export,
    ExportedPolicy,
    ExportTarget,
    exported,
    in_creation_order,
    not_adoptable,
)
from policyengine.export.terraform_module import IMPORTS, terraform

__all__ = [
    "IMPORTS",
    "Export",
    "ExportTarget",
    "ExportedPolicy",
    "account_plans",
    "cloudformation",
    "exported",
    "in_creation_order",
    "not_adoptable",
    "plan_regions",
    "terraform",
]
