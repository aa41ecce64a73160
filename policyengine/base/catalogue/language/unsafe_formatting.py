"""PE119: the formatter would have changed more than the layout."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE119",
    name="unsafe-formatting",
    severity=Severity.ERROR,
    title="the formatter would have changed more than the layout",
    rationale=(
        "Before a formatted text is given out it is read again: the tree and the comments must be those of the "
        "original, and formatting once more must change nothing. Where that fails the file stays as it is. This is a "
        "fault of the formatter and never of the file: please report it."
    ),
    bad="",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 8",
)
