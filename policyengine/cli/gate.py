"""The gate that a project's configuration asks for."""

from __future__ import annotations

from policyengine.diagnostics import Severity
from policyengine.findings import Gate
from policyengine.model import Configuration


def gate_of(configuration: Configuration, *, strict: bool) -> Gate:
    """When a run fails, and how bad each check is; `strict` where what cannot be decided is an error.

    Whatever the project says of its level, an undecided requirement is then no pass (language.md 5.2).
    """
    levels = dict(configuration.checks)
    if strict:
        levels = {"peer-order-unknown": "error", **levels, "requirement-undecided": "error"}
    chosen = {name: None if level == "off" else Severity(level) for name, level in levels.items()}
    return Gate(Severity(configuration.fail_on), chosen)
