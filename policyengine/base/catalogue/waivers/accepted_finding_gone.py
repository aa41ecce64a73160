"""PE804: the baseline accepts what is no longer found."""

from __future__ import annotations

from policyengine.base.catalogue.example_projects import with_sandbox
from policyengine.base.diagnostics import Rule, Severity

_ACCEPTED = """\
{
  "schema": "policyengine/baseline/1",
  "findings": [
    {
      "name": "account-without-plan",
      "message": "an account ends up without a backup plan: no policy is attached on the way from the root",
      "accounts": ["222222222222"]
    }
  ]
}
"""

RULE = Rule(
    code="PE804",
    name="accepted-finding-gone",
    severity=Severity.INFO,
    title="the baseline accepts a finding that is gone",
    rationale=(
        "The baseline holds findings that a project has accepted as they were; this one, or its part on some accounts, "
        "is no longer found. As long as the entry stands, the finding may come back without a word. `policyengine "
        "check --update-baseline` drops it. Nothing is said where a run does not see all accounts."
    ),
    bad={**with_sandbox("attach baseline to root"), "baseline.json": _ACCEPTED},
    good={**with_sandbox('attach baseline to ou "Prod"'), "baseline.json": _ACCEPTED},
    reference="interface.md 1, 4",
)
