"""PE122: a plan, rule, selection, copy, condition or tag stands twice in one policy."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE122",
    name="block-repeated",
    severity=Severity.ERROR,
    title="a plan, rule, selection, copy, condition or tag stands twice in one policy",
    rationale=(
        "AWS knows plans, rules, selections, conditions and tags by their names, and copies by the vault they go "
        "to. It ignores case, so `Daily` and `daily` are the same name. A document with a name twice is refused."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
  plan Daily {
    regions = [eu-central-1]
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
  plan weekly {
    regions = [eu-central-1]
  }
}

attach baseline to root
""",
    reference="language.md 3; semantics.md R20",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)
