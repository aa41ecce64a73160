from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts, place
from policyengine.aws.facts import limits
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE308", "too-many-policies-attached", Severity.ERROR, harm=Harm.NOTHING, refused=True)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per entity."""
    most = limits()["policies_attached"]
    for entity in facts.organization.entities:
        if len(entity.policies) > most:
            yield RULE.at(
                entity.attached_at,
                f"{len(entity.policies)} backup policies are attached to {place(entity)}; AWS takes at most {most}",
                help="merge some of them, or attach them to units further up or down",
                policies=tuple(policy.name for policy in entity.policies),
            )
