"""The gate that a project's configuration asks for."""

from __future__ import annotations

from policyengine.diagnostics import Severity
from policyengine.findings import Gate
from policyengine.model import Configuration

# What a check finds undecided for want of a fact; `--strict` makes an error of it.
_UNDECIDED = ("peer-order-unknown", "requirement-undecided")


def gate_of(configuration: Configuration, *, strict: bool) -> Gate:
    """When a run fails, and how bad each check is; `strict` where what cannot be decided is an error."""
    undecided = dict.fromkeys(_UNDECIDED, "error") if strict else {}
    levels = {**undecided, **configuration.checks}
    chosen = {name: None if level == "off" else Severity(level) for name, level in levels.items()}
    return Gate(Severity(configuration.fail_on), chosen)
