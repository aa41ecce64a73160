"""From diagnostics to a verdict: levels, waivers, the baseline, order, the gate.

The door is `settle`; `read_waivers` makes what it takes of the project's statements, `to_accept` what a baseline holds.
Doors beside this one: `configuration` and `baseline` read the project's files, `registry` has all rules of the program,
`waiver_rules` and `configuration_rules` those of this room.
"""

from policyengine.analysis.findings.baseline import (
    Acceptance,
    Identity,
    identity,
    not_to_accept,
    to_accept,
    without_lines,
)
from policyengine.analysis.findings.gates import Gate, GateLimit
from policyengine.analysis.findings.selection import left_out, levels_by_check
from policyengine.analysis.findings.settlement import faults_of, settle
from policyengine.analysis.findings.verdict import Finding, SharedFinding, Verdict
from policyengine.analysis.findings.waivers import Waiver, read_waivers

__all__ = [
    "Acceptance",
    "Finding",
    "Gate",
    "GateLimit",
    "Identity",
    "SharedFinding",
    "Verdict",
    "Waiver",
    "faults_of",
    "identity",
    "left_out",
    "levels_by_check",
    "not_to_accept",
    "read_waivers",
    "settle",
    "to_accept",
    "without_lines",
]
