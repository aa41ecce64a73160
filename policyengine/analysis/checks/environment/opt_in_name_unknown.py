from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.facts import features
from policyengine.aws.facts.names import may_be_service, meaning, service_meant
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE619", "opt-in-name-unknown", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per name; of types whose name in the opt-in is not confirmed none is wrong."""
    settings = facts.organization.settings
    named = (name for names in (settings.opt_in or {} if settings else {}).values() for name in names)
    for name in dict.fromkeys(named):
        if may_be_service(name):
            continue
        meant_by_name = meaning(name)
        meant = [service for kind in meant_by_name.types for service in features(kind).opt_in or ()] or [
            service_meant(name)
        ]
        advice = f"did you mean {listed(dict.fromkeys(meant), 'or')}?" if any(meant) else ""
        if meant_by_name.lacking:
            advice = f"AWS Backup does not back up {quoted(meant_by_name.lacking)}"
        yield RULE.at(None, f"the opt-in of the snapshot names {quoted(name)}, and AWS has no such name", help=advice)
