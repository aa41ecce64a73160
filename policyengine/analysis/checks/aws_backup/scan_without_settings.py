from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.taken_types import COMPOSITE, selected_anywhere
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Plan
from policyengine.aws.documents import Json
from policyengine.aws.settings import MALWARE_SCAN, SCAN, SCANNED_TYPES, SCANNER_ROLE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE517", "scan-without-settings", Severity.ERROR, harm=Harm.NOTHING, needs=(Fact.OPT_IN,))
WEIGHS = in_plan(frozenset({MALWARE_SCAN.path[0]}), SELECTED_TYPES)

_SCANNED = {"ALL": {"EBS", "EC2", "S3"}, "EBS": {"EBS", "EC2"}, "EC2": {"EBS", "EC2"}}
"""What may be scanned as each type: an instance's backup holds its volumes, and AWS does not say which name counts."""

_SETTINGS, _SCANNER = MALWARE_SCAN.place.split("/")


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule that scans without settings, or per plan whose settings do not fit."""
    for plan in facts.plans:
        scanning = [rule for rule in plan.rules if SCAN.path[0] in rule.document]
        settings = _settings(plan)
        for rule in scanning if settings is None else ():
            text = f"rule {quoted(rule.name)} scans for malware, but its plan has no settings for scans"
            advice = "set up malware scans in the plan, with a role and resource types, or leave the scan out"
            yield finding(RULE, facts, plan, f"{rule.path}/{SCAN.path[0]}", message=text, advice=advice)
        if scanning and settings is not None:
            yield from _unfit(facts, plan, settings)


def _settings(plan: Plan) -> dict[str, Json] | None:
    """The plan's settings of AWS Backup's only scanner; None where the plan has no scan settings at all."""
    node = plan.node.find((_SETTINGS,)) if plan.node else None
    settings = node.document if node else None
    scanner = settings.get(_SCANNER) if isinstance(settings, dict) else None
    return scanner if isinstance(scanner, dict) else None


def _unfit(facts: Facts, plan: Plan, settings: dict[str, Json]) -> Iterator[Diagnostic]:
    place, types = f"{plan.path}/{MALWARE_SCAN.place}", settings.get(SCANNED_TYPES.place)
    named = [str(name) for name in types] if isinstance(types, list) else []
    present = {"a role that the scanner takes": SCANNER_ROLE.place in settings, "resource types to scan": bool(named)}
    if missing := " and ".join(what for what, there in present.items() if not there):
        text, advice = f"malware scans are set up without {missing}", f"add {missing}"
        yield finding(RULE, facts, plan, place, message=text, advice=advice, severity=Severity.WARNING)
    reached = {kind for name in named for kind in _SCANNED.get(name, {name})}
    selected = selected_anywhere(facts, plan)
    if named and selected and not COMPOSITE & {*selected} and reached.isdisjoint(selected):
        which = "" if selected == plan.resource_types else " what is opted in in its Regions, which is"
        yield finding(
            RULE,
            facts,
            plan,
            f"{place}/{SCANNED_TYPES.place}",
            message=f"malware scans are set up for {listed(named, 'and')}, but the plan only selects{which} "
            f"{listed(selected, 'and')}",
            advice="leave the scan out, or select a type that is scanned",
            other_paths=naming(plan, plan.resource_types),
            severity=Severity.WARNING,
        )
