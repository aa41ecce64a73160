"""`prove` in its formats, all made from one `Proven`."""

from policyengine.report.prove.result import Proven

__all__ = ["Proven"]
