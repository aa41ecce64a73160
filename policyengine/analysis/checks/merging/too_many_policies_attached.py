from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts, place
from policyengine.aws.facts import limits
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE308",
    name="too-many-policies-attached",
    severity=Severity.ERROR,
    title="more than ten backup policies are attached to one entity",
    rationale=(
        "AWS takes at most ten directly attached backup policies per root, unit or account; inherited "
        "ones do not count. The eleventh attachment is refused at rollout."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy p0 { plan daily { regions += [eu-west-1] } }
policy p1 { plan daily { regions += [eu-west-1] } }
policy p2 { plan daily { regions += [eu-west-1] } }
policy p3 { plan daily { regions += [eu-west-1] } }
policy p4 { plan daily { regions += [eu-west-1] } }
policy p5 { plan daily { regions += [eu-west-1] } }
policy p6 { plan daily { regions += [eu-west-1] } }
policy p7 { plan daily { regions += [eu-west-1] } }
policy p8 { plan daily { regions += [eu-west-1] } }
policy p9 { plan daily { regions += [eu-west-1] } }
policy p10 { plan daily { regions += [eu-west-1] } }
policy base {
  plan daily {
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach base to root
attach p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 to ou "Prod"
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
""",
    },
    reference="semantics.md 8",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",),
    harm=Harm.NOTHING,
    refused=True,
)


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
