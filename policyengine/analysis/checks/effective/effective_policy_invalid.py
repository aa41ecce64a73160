from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts, used_here, written_at
from policyengine.aws.facts import limits
from policyengine.aws.merge import Conflict, EffectiveError
from policyengine.aws.note_words import error_in_words
from policyengine.aws.setting_rows import complete
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE401", "effective-policy-invalid", Severity.ERROR, harm=Harm.BACKUP, refused=True)

_CONTINUOUS, _COLD, _ARCHIVE = (
    limits()[name] for name in ("continuous_most_days", "cold_least_days", "archive_interval_days")
)
_ADVICE = complete(
    {
        Conflict.CONTINUOUS_KEPT_TOO_LONG: f"continuous backups are kept for {_CONTINUOUS} days at most; ",
        Conflict.ARCHIVED_TOO_SHORT: f"with the archive opt-in delete backups {_COLD} days after they move, or later; ",
        Conflict.ARCHIVED_TOO_OFTEN: f"with the archive opt-in leave {_ARCHIVE} days or more between runs; ",
        Conflict.SCAN_WITHOUT_SETTINGS: "rules that scan need settings for scans in their plan; ",
    },
    Conflict,
)
_WITHHELD = "AWS would withhold the effective policy"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per error and the policies that make it, whatever the number of accounts."""
    first: dict[tuple[str, str, str, tuple[str, ...]], EffectiveError] = {}
    accounts: dict[tuple[str, str, str, tuple[str, ...]], set[str]] = {}
    for result, ids in facts.accounts_of.items():
        for error in result.errors if ids and facts.organization.backup_policies_enabled else ():
            cause = (error.code, error.message, error.path, error.policies)
            first.setdefault(cause, error)
            accounts.setdefault(cause, set()).update(ids)
    for cause, error in first.items():
        advice = _ADVICE[error.conflict] if error.conflict else ""
        nearest = (error.contributors[-1].policy, error.path) if error.contributors else None
        span = written_at(*nearest) if nearest else None
        message = f"{_WITHHELD}: {error.code} at {error.path}: {error.message}"
        yield RULE.at(
            span,
            f"{_WITHHELD}: {error_in_words(error)}" if span else message,
            formerly=message,
            values=(error.code, error.path, error.message),
            help=f"{advice}the account keeps its last valid policy until this is fixed",
            labels=used_here(*nearest) if nearest else (),
            path=error.path,
            accounts=tuple(sorted(accounts[cause])),
            policies=error.policies,
            missing=error.missing,
        )
