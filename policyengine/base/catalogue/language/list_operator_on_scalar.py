"""PE123: `+=` or `-=` stands on a setting that holds one value."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE123",
    name="list-operator-on-scalar",
    severity=Severity.ERROR,
    title="`+=` or `-=` stands on a setting that holds one value",
    rationale=(
        "Adding to and removing from make sense for lists only. AWS refuses a document that appends to a setting "
        "of one value."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault += "Main"
    }
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
    }
  }
}

attach baseline to root
""",
    reference="language.md 3.1; semantics.md R11",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)
