from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.facts import features
from policyengine.aws.facts.names import may_be_service, meaning, service_meant
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

RULE = Rule(
    code="PE619",
    name="opt-in-name-unknown",
    severity=Severity.WARNING,
    title="the snapshot names a service in the opt-in that AWS does not have there",
    rationale=(
        "The service opt-in has names of its own, such as `Storage Gateway` and `SAP HANA on Amazon EC2`. A name that "
        "AWS does not have switches on nothing, and a type that is on counts as off. A service that is newer than this "
        "version is named as well; it does no harm."
    ),
    bad=one_rule(tree=ONE_UNIT + "settings: {opt_in: {eu-west-1: [EC2, StorageGateway]}}\n"),
    good=one_rule(tree=ONE_UNIT + "settings: {opt_in: {eu-west-1: [EC2, Storage Gateway]}}\n"),
    reference="facts 2.2, 2.3; interface.md 2",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetSupportedResourceTypesOutput.html",),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per name; of types whose name in the opt-in is not confirmed none is wrong."""
    settings = facts.organization.settings
    named = (name for names in (settings.opt_in or {} if settings else {}).values() for name in names)
    for name in dict.fromkeys(named):
        if may_be_service(name):
            continue
        found = meaning(name)
        meant = [service for kind in found.types for service in features(kind).opt_in or ()] or [service_meant(name)]
        advice = f"did you mean {listed(dict.fromkeys(meant), 'or')}?" if any(meant) else ""
        if found.lacking:
            advice = f"AWS Backup does not back up {quoted(found.lacking)}"
        yield RULE.at(None, f"the opt-in of the snapshot names {quoted(name)}, and AWS has no such name", help=advice)
