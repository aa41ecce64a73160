"""The findings of all checks, without those that only follow from a refused document or rest on a guess.

A run with refused documents goes on without their refused settings. A rule whose schedule AWS would refuse does not
lack one: what is said of a setting that is left out, or depends on one (`WEIGHS` of its check), is false on accounts
below such a document, and goes with the refusal.

What depends on an unknown attachment order is at most a warning: another order may give another value.
`peer-order-unknown` reports these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from policyengine.analysis.checks.accounts_by_path import AccountsByPath
from policyengine.analysis.checks.all_checks import CHECKS, WEIGHED
from policyengine.analysis.checks.effective import account_without_plan, effective_policy_invalid
from policyengine.analysis.checks.evidence import Facts, LeftOut
from policyengine.analysis.checks.weighed_settings import ITSELF, RETENTION, WeighedSettings, in_rule
from policyengine.aws.merge import NoteKind, keys
from policyengine.aws.settings import ARCHIVE, COLD_AFTER, CONTINUOUS, REGIONS, SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Severity

_PLAN = 2  # steps of a path down to a plan
_COMBINED = in_rule(RETENTION, COLD_AFTER, CONTINUOUS, ARCHIVE, SCHEDULE)
"""Settings of which AWS withholds an effective policy for their combination."""


def run_checks(facts: Facts) -> tuple[Diagnostic, ...]:
    """The findings of every check, in the order of `CHECKS`.

    What only follows from a refused document is left out, and what depends on a guess is at most a warning.
    """
    diagnostics = (diagnostic for check in CHECKS for diagnostic in check.check(facts))
    return tuple(without_guesses(without_consequences(diagnostics, facts.left_out), facts))


def without_consequences(diagnostics: Iterable[Diagnostic], refused: Iterable[LeftOut]) -> Iterator[Diagnostic]:
    """The findings, each for the accounts on which it does not merely follow from a refused document."""
    left_out = AccountsByPath((document.paths, document.accounts) for document in refused)
    for diagnostic in diagnostics:
        below = _following(diagnostic, left_out)
        if below.isdisjoint(diagnostic.accounts):
            yield diagnostic
        elif left := tuple(number for number in diagnostic.accounts if number not in below):
            yield replace(diagnostic, accounts=left)


def _following(diagnostic: Diagnostic, left_out: AccountsByPath) -> frozenset[str]:
    """The accounts on which a finding follows from what is left out."""
    if diagnostic.name == account_without_plan.RULE.name:
        return left_out.everywhere
    if diagnostic.name == effective_policy_invalid.RULE.name:
        return (
            left_out.around_or_below(diagnostic.missing)
            if diagnostic.missing
            else _within(_COMBINED, diagnostic, left_out)
        )
    return _weighed(diagnostic, left_out)


def without_guesses(diagnostics: Iterable[Diagnostic], facts: Facts) -> Iterator[Diagnostic]:
    """The findings, no errors among them on accounts where they depend on a guess."""
    guesses = AccountsByPath(
        ((keys(note.path),), ids) for note, _, ids in facts.notes if note.kind is NoteKind.PEER_ORDER_UNKNOWN
    )
    for diagnostic in diagnostics:
        if diagnostic.severity is not Severity.ERROR:
            yield diagnostic
            continue
        guessed = [ids for ids in _guessed(diagnostic, guesses) if ids]
        if not guessed:
            yield diagnostic
            continue
        doubtful = tuple(number for number in diagnostic.accounts if any(number in ids for ids in guessed))
        if not doubtful:
            yield diagnostic
            continue
        if certain := tuple(number for number in diagnostic.accounts if not any(number in ids for ids in guessed)):
            yield replace(diagnostic, accounts=certain)
        yield replace(diagnostic, accounts=doubtful).with_severity(Severity.WARNING)


def _guessed(diagnostic: Diagnostic, guesses: AccountsByPath) -> Iterator[frozenset[str]]:
    """The accounts on which a finding depends on a guess: on its setting, its Regions, and what its check weighs."""
    at = keys(diagnostic.path)
    yield guesses.at(at)
    if diagnostic.region:
        yield guesses.at((*at[:_PLAN], REGIONS.place))
    yield _weighed(diagnostic, guesses)


def _weighed(diagnostic: Diagnostic, doubtful: AccountsByPath) -> frozenset[str]:
    """The accounts on which the finding's check looks at a doubtful setting."""
    weighed = WEIGHED.get(diagnostic.name)
    return _within(weighed, diagnostic, doubtful) if weighed else frozenset()


def _within(weighed: WeighedSettings, diagnostic: Diagnostic, doubtful: AccountsByPath) -> frozenset[str]:
    if weighed is ITSELF:
        return doubtful.at(keys(diagnostic.path))
    block = keys(diagnostic.path)[: weighed.depth]
    return doubtful.within(block, weighed.keys) if len(block) == weighed.depth else frozenset()
