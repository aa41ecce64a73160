"""Restore tests: which resources no restore test of AWS Backup reaches, and why."""

from policyengine.analysis.restore_tests.reach_of_tests import TestedResource, UntestedReason, resources_tested

__all__ = ["TestedResource", "UntestedReason", "resources_tested"]
