"""`prove` in its formats, all rendered from a `Proven`."""

from policyengine.report.prove.result import Proven

__all__ = ["Proven"]
