"""The tests of a project, run (language.md section 7); the door is `run_tests`."""

from policyengine.analysis.expectations.project_tests import run_tests
from policyengine.analysis.expectations.results import (
    Coverage,
    ExaminedShare,
    Failure,
    FailureCause,
    TestResult,
    TestRun,
    Trail,
    UntestedItem,
)

__all__ = [
    "Coverage",
    "ExaminedShare",
    "Failure",
    "FailureCause",
    "TestResult",
    "TestRun",
    "Trail",
    "UntestedItem",
    "run_tests",
]
