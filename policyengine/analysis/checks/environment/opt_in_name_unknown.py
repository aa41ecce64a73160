from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.facts import features, resource_features
from policyengine.aws.facts.names import meaning
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE619", "opt-in-name-unknown", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per name; of types whose name in the opt-in is not confirmed none is wrong."""
    settings = facts.organization.settings
    named = (name for names in (settings.opt_in or {} if settings else {}).values() for name in names)
    for name in dict.fromkeys(named):
        found = meaning(name)
        if name.casefold() in _services() or any(features(kind).opt_in is None for kind in found.types):
            continue
        meant = dict.fromkeys(service for kind in found.types for service in features(kind).opt_in or ())
        advice = f"did you mean {listed(meant, 'or')}?" if meant else ""
        if found.lacking:
            advice = f"AWS Backup does not back up {quoted(found.lacking)}"
        yield RULE.at(None, f"the opt-in of the snapshot names {quoted(name)}, and AWS has no such name", help=advice)


@cache
def _services() -> frozenset[str]:
    return frozenset(service.casefold() for can in resource_features().values() for service in can.opt_in or ())
