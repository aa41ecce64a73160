"""`validate` in its formats."""

from policyengine.report.validate.result import Validated

__all__ = ["Validated"]
