"""Judgement of a project: requirements, checks and findings, changes, proofs, coverage and cost."""
