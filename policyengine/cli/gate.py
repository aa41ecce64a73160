"""The gate that a project's configuration asks for."""

from __future__ import annotations

from policyengine.catalogue.requirements import requirement_undecided
from policyengine.catalogue.waivers import no_accounts
from policyengine.checks.merging import peer_order_unknown
from policyengine.diagnostics import Severity
from policyengine.findings import Gate
from policyengine.model import Configuration


def gate_of(configuration: Configuration, *, strict: bool) -> Gate:
    """When a run fails, and how bad each check is; `strict` where what cannot be decided is an error.

    Whatever the project says of its level, an undecided requirement is then no pass (language.md 5.2), nor is a project
    without accounts.
    """
    levels = dict(configuration.checks)
    if strict:
        always = (requirement_undecided.RULE, no_accounts.RULE)
        levels = {peer_order_unknown.RULE.name: "error", **levels} | {rule.name: "error" for rule in always}
    chosen = {name: None if level == "off" else Severity(level) for name, level in levels.items()}
    return Gate(Severity(configuration.fail_on), chosen, strict, configuration.unknown)
