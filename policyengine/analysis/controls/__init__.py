"""Controls: what AWS Backup Audit Manager and AWS Config will say of an organization, as far as it can be known."""

from policyengine.analysis.controls.control_evaluation import evaluate_controls
from policyengine.analysis.controls.control_values import (
    Compliance,
    ControlDemand,
    ControlResult,
    ControlRow,
    ControlScope,
)
from policyengine.analysis.controls.framework import FRAMEWORK, every_control, read_framework

__all__ = [
    "FRAMEWORK",
    "Compliance",
    "ControlDemand",
    "ControlResult",
    "ControlRow",
    "ControlScope",
    "evaluate_controls",
    "every_control",
    "read_framework",
]
