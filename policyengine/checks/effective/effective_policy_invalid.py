from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.checks.facts import Facts, written_at
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.effective import EffectiveError

RULE = Rule(
    code="PE401",
    name="effective-policy-invalid",
    severity=Severity.ERROR,
    title="AWS would withhold the effective policy of an account.",
    rationale=(
        "The merged policy fails a check of AWS. A single error withholds the whole document: the "
        "account keeps its last valid policy, and every later change, to any plan, waits until the error "
        "is gone."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    rule nightly { vault = "Main" }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { vault = "Main" }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
""",
    },
    reference="semantics.md section 10.2, R28; facts 4.5",
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per error, whatever the number of accounts."""
    shared: dict[tuple[EffectiveError, tuple[str, ...]], list[str]] = {}
    for result in facts.effective.distinct:
        for error in result.errors:
            shared.setdefault((error, result.contributing(error)), []).extend(facts.accounts_of[result])
    for (error, policies), accounts in shared.items():
        if accounts and facts.organization.backup_policies_enabled:
            yield _finding(error, policies, accounts)


def _finding(error: EffectiveError, policies: tuple[str, ...], accounts: list[str]) -> Diagnostic:
    count = f"{len(accounts)} account" + ("s" if len(accounts) > 1 else "")
    last = max(error.contributors, key=lambda peer: policies.index(peer.policy.name), default=None)
    return RULE.at(
        written_at(last.policy, error.path) if last else None,
        f"AWS would withhold the effective policy of {count}: {error.code} at {error.path}: {error.message}",
        help="the account keeps its last valid policy until this is fixed",
        path=error.path,
        accounts=tuple(sorted(accounts)),
        policies=policies,
    )
