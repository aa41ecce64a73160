"""PE141: a policy has a name that AWS Organizations or a file system would not take."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE141",
    name="invalid-policy-name",
    severity=Severity.ERROR,
    title="a policy has a name that AWS Organizations or a file system would not take",
    rationale=(
        "The name of a policy becomes the name of a policy in AWS and of a file that is written for it. It has 1 "
        "to 128 letters, digits, `_`, `-`, `.` or spaces and does not start with a dot."
    ),
    bad="""\
policy "base/line" {
  plan daily {
    regions = [eu-west-1]
  }
}

attach "base/line" to root
""",
    good="""\
policy "base line" {
  plan daily {
    regions = [eu-west-1]
  }
}

attach "base line" to root
""",
    reference="language.md 2",
)
