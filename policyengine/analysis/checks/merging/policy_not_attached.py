from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

_BASELINE = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
"""

RULE = Rule(
    code="PE309",
    name="policy-not-attached",
    severity=Severity.WARNING,
    title="a policy is attached nowhere",
    rationale=(
        "A policy that no target carries reaches no account. Either an `attach` statement is missing or "
        "the policy is a leftover."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": _BASELINE
        + "attach baseline to root\npolicy leftover { plan daily { regions += [eu-central-1] } }\n",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": _BASELINE + "attach baseline to root\n",
    },
    reference="language.md 4; semantics.md 11",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_create.html",),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy of the project."""
    attached = {policy for entity in facts.organization.entities for policy in entity.policies}
    for policy in facts.compiled.policies:
        if policy not in attached and facts.compiled.complete:
            message = f"policy `{policy.name}` is not attached to anything"
            yield RULE.at(policy.span, message, help=f"add `attach {policy.name} to ...`", policies=(policy.name,))
