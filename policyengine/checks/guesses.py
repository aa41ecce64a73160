"""What rests on an attachment order that nobody knows is at most a warning: another order may give another value.

`peer-order-unknown` tells which values these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policyengine.checks.dependence import weighs
from policyengine.checks.facts import Facts
from policyengine.diagnostics import Diagnostic, Severity
from policyengine.effective import keys

_PLAN = 2  # steps of a path down to a plan


def without_guesses(found: Iterable[Diagnostic], facts: Facts) -> Iterator[Diagnostic]:
    """The findings, no errors among them on accounts where they rest on a guess."""
    notes = [(keys(note.path), ids) for note, _, ids in facts.notes if note.kind == "peer-order-unknown"]
    for one in found:
        if one.severity is not Severity.ERROR:
            yield one
            continue
        guessed = {number for path, ids in notes if _rests_on(one, path) for number in ids}
        doubtful = tuple(number for number in one.accounts if number in guessed)
        if certain := tuple(number for number in one.accounts if number not in guessed):
            yield replace(one, accounts=certain) if doubtful else one
        if doubtful:
            yield replace(one, accounts=doubtful).with_severity(Severity.WARNING)
        elif not one.accounts:
            yield one


def _rests_on(found: Diagnostic, path: tuple[str, ...]) -> bool:
    at = keys(found.path)
    in_its_region = bool(found.region) and path == (*at[:_PLAN], "regions")
    return at == path or in_its_region or weighs(found, path)
