"""`validate` in its formats."""

from policyengine.report.validate.terminal import Validated

__all__ = ["Validated"]
