"""PE162: an `attach` or a `waive` names an account by a name that several accounts have."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

_ORGANIZATION = """\
version: 1
root:
  units:
    - name: Prod
      accounts: [{id: "111111111111", name: shop}]
    - name: Test
      accounts: [{id: "222222222222", name: shop}]
"""
_POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 05:00
      vault    = "Main"
      retain   = 35 days
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}

"""

RULE = Rule(
    code="PE162",
    name="account-name-ambiguous",
    severity=Severity.ERROR,
    title="an account is named by a name that several accounts have",
    rationale=(
        "AWS lets any number of accounts share a name. Which of them is meant decides who gets the backups, or goes "
        "without, so it must not be guessed: the id is the one name that an account has for itself."
    ),
    bad={
        "policy.bpol": _POLICY + 'attach baseline to ou "Test"\nattach baseline to account "shop"\n',
        "organization.yaml": _ORGANIZATION,
    },
    good={
        "policy.bpol": _POLICY + 'attach baseline to ou "Test"\nattach baseline to account "111111111111"\n',
        "organization.yaml": _ORGANIZATION,
    },
    reference="language.md 4, 6; interface.md 2",
)
