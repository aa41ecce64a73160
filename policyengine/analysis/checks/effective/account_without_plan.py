from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.merge import AccountPolicy
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE402", "account-without-plan", Severity.WARNING, harm=Harm.BACKUP)


_DISABLED = "backup policies are not enabled for the organization"
_NOTHING = "no policy is attached on the way from the root"
_EMPTY = "the attached policies merge to nothing"
_ADVICE = {
    _DISABLED: "enable the policy type BACKUP_POLICY on the root",
    _NOTHING: "attach a policy to the root or to a unit above the account",
    _EMPTY: "look at what its policies leave out: `policyengine explain ACCOUNT`",
}


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for all such accounts, by reason."""
    reasons: dict[str, list[str]] = {}
    for account in facts.effective.accounts:
        if reason := _reason(account):
            reasons.setdefault(reason, []).append(account.account.id or "")
    for reason, accounts in reasons.items():
        message = f"an account ends up without a backup plan: {reason}"
        yield RULE.at(None, message, help=_ADVICE[reason], accounts=tuple(accounts))


def _reason(account: AccountPolicy) -> str:
    if account.status == "disabled":
        return _DISABLED
    if account.resolved is None:
        return _NOTHING
    return "" if account.resolved.policy else _EMPTY
