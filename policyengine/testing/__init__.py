"""The tests of a project, run (language.md section 7); the door is `run_tests`."""

from policyengine.testing.run import run_tests
from policyengine.testing.values import Cause, Coverage, Failure, Share, TestResult, TestRun, Trail, Untouched

__all__ = ["Cause", "Coverage", "Failure", "Share", "TestResult", "TestRun", "Trail", "Untouched", "run_tests"]
