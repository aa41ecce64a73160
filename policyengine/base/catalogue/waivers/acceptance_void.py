"""PE807: the baseline accepts what cannot be accepted."""

from __future__ import annotations

from policyengine.base.catalogue.example_projects import with_sandbox
from policyengine.base.diagnostics import Rule, Severity

_BASELINE = """\
{
  "schema": "policyengine/baseline/1",
  "findings": [{"name": "%s", "message": "%s", "accounts": ["222222222222"]}]
}
"""
_REFUSED = _BASELINE % ("effective-policy-invalid", "AWS would withhold the effective policy")
_FOUND = _BASELINE % (
    "account-without-plan",
    "an account ends up without a backup plan: no policy is attached on the way from the root",
)

RULE = Rule(
    code="PE807",
    name="acceptance-void",
    severity=Severity.WARNING,
    title="the baseline accepts what cannot be accepted",
    rationale=(
        "Mistakes in the text of policies, documents that AWS would refuse, effective policies that it would withhold "
        "and what is said of waivers and the gate cannot be accepted: they would fail at rollout all the same. Such an "
        "entry accepts nothing. `policyengine check --update-baseline` writes none, and drops those that are there."
    ),
    bad={**with_sandbox("attach baseline to root"), "baseline.json": _REFUSED},
    good={**with_sandbox('attach baseline to ou "Prod"'), "baseline.json": _FOUND},
    reference="language.md 6; interface.md 1",
)
