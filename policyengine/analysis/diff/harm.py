"""Findings of one side only: backups that begin to fail, or no longer do, without a change that says as much.

Each check declares what its findings harm (`Harm`), and nothing here knows any of them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from policyengine.analysis.diff.change_index import GONE, NEW, PLAN_DEPTH, ChangeIndex, Direction, ReportedChange
from policyengine.analysis.diff.changes import Change, ChangeCause, ChangeClass
from policyengine.aws.deployment import DeployedPlan, View, origin
from policyengine.aws.merge import keys
from policyengine.aws.settings import BY_TAGS, RULE_BLOCK, SELECTIONS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.text import quoted

_WORSE = {Harm.BACKUP: ChangeClass.LOST, Harm.COPY: ChangeClass.LOST, Harm.PROTECTION: ChangeClass.WEAKENED}

Views: TypeAlias = Mapping[tuple[View, View], list[str]]
"""The accounts of both sides by what they had and what they get."""


_Sentence: TypeAlias = tuple[str, ...]


class _Harmful(NamedTuple):
    """A finding that certainly harms backups of accounts on both sides."""

    finding: Diagnostic
    accounts: frozenset[str]


class AccountsOfOneSide(NamedTuple):
    """The ids of accounts whose policy only the head has, and of those whose policy only the base has."""

    came: frozenset[str] = frozenset()
    went: frozenset[str] = frozenset()


class _OtherSide(NamedTuple):
    """The facts by which a finding of one side is judged to be a change or none.

    `changes` are reported already. Of the accounts `alone` only this side says what they have, and what is `usual` on
    the other side is not new for those. `compared` are the accounts of both sides, `pairs` the position of each among
    the `views`.
    """

    changes: ChangeIndex
    alone: frozenset[str]
    usual: frozenset[_Sentence]
    compared: frozenset[str]
    pairs: Mapping[str, int]
    views: Sequence[tuple[View, View]]


def harmed(
    findings: Iterable[Diagnostic],
    others: Iterable[Diagnostic],
    changes: Iterable[Change],
    views: Views,
    one_sided: AccountsOfOneSide,
) -> Iterator[Change]:
    """The harm, lost or weakened, of findings of the head that the `others`, those of the base, do not report.

    And the other way round: what is no longer harmed. `changes` are those that are reported already; accounts that
    joined the organization, or left it, are `one_sided`, and so are those for which AWS keeps an unknown policy. They
    had nothing to lose, as far as is known, so that what fails there is weakened; and what only protects less
    than it could is no change where others have the same finding on the other side.
    """
    reported = [ReportedChange(change, frozenset(change.accounts)) for change in changes]
    came, went = one_sided.came | _of_withheld(views, 0), one_sided.went | _of_withheld(views, 1)
    pairs = {number: position for position, ids in enumerate(views.values()) for number in ids}
    everybody = frozenset(pairs) | came | went
    both = tuple(findings), tuple(others)
    head, base = (list(_certain(side, everybody)) for side in both)
    of_head, of_base = (frozenset(_usual(side)) for side in both)
    new, gone = ChangeIndex(reported, NEW), ChangeIndex(reported, GONE)
    yield from _of_side(head, base, _OtherSide(new, came, of_base, everybody - went, pairs, tuple(views)))
    yield from _of_side(base, head, _OtherSide(gone, went, of_head, everybody - came, pairs, tuple(views)))


def _usual(findings: Iterable[Diagnostic]) -> Iterator[_Sentence]:
    """The findings of weaker protection, whatever their accounts."""
    for finding in findings:
        for path in finding.places or (finding.path,) if finding.harm is Harm.PROTECTION else ():
            yield finding.code, path, finding.region, finding.message


def _of_withheld(views: Views, side: Literal[0, 1]) -> frozenset[str]:
    """The accounts for which AWS keeps an unknown policy, in the base or in the head."""
    return frozenset(number for both, ids in views.items() if both[side].withheld for number in ids)


def _of_side(findings: list[_Harmful], others: list[_Harmful], other_side: _OtherSide) -> Iterator[Change]:
    other_accounts: dict[tuple[str, str, str], set[str]] = {}
    for other, numbers in others:
        other_accounts.setdefault((other.code, other.path, other.region), set()).update(numbers)
    for finding, accounts in findings:
        compared = accounts & other_side.compared
        if _sentence(finding) in other_side.usual:
            compared -= other_side.alone
        new = frozenset(
            number
            for path, ids in other_side.changes.before(finding.path, compared)
            for number in ids - other_accounts.get((finding.code, path, finding.region), set())
        )
        added = other_side.changes.adding(finding)
        brought = frozenset(number for number in new if number in added or number in other_side.alone)
        for change_class, ids in ((_WORSE[finding.harm], new - brought), (ChangeClass.WEAKENED, brought)):
            if left := ids - other_side.changes.reporting(finding, change_class) if ids else ids:
                yield from _changes(finding, change_class, left, other_side)


def _changes(
    finding: Diagnostic, change_class: ChangeClass, accounts: frozenset[str], other_side: _OtherSide
) -> Iterator[Change]:
    """A change for the accounts where policies are the cause, and another where the organization is."""
    of = other_side.changes.of
    text = finding.message if of.side == "head" else f"no longer a finding: {finding.message}"
    change = Change(
        change_class=of.worse[change_class],
        path=finding.path,
        region=finding.region,
        before=None,
        after=None,
        subject=_subject(finding.path),
        effect=text if finding.region in text else f"{text} in {finding.region}",
        fact=f"{finding.name}: {finding.message}",
        was_at=finding.path,
    )
    causes: dict[bool, dict[ChangeCause, None]] = {}
    numbers: dict[bool, set[str]] = {}
    for position, here in _by_pair(accounts, other_side.pairs):
        line = _line(finding, of, *other_side.views[position]) if position is not None else ()
        caused_by = (
            dict.fromkeys((*line, *other_side.changes.causes_of(finding.path, here))) if position is not None else {}
        )
        numbers.setdefault(bool(caused_by), set()).update(here)
        causes.setdefault(bool(caused_by), {}).update(caused_by)
    for written, ids in numbers.items():
        yield replace(change, causes=tuple(causes[written]), accounts=tuple(sorted(ids)))


def _by_pair(accounts: Iterable[str], pairs: Mapping[str, int]) -> Iterator[tuple[int | None, set[str]]]:
    """The accounts by the position of their views, in order; at last those that joined or left, without one."""
    together: dict[int | None, set[str]] = {}
    for number in accounts:
        together.setdefault(pairs.get(number), set()).add(number)
    alone = together.pop(None, None)
    yield from sorted(together.items())
    if alone:
        yield None, alone


def _line(finding: Diagnostic, of: Direction, before: View, after: View) -> Iterator[ChangeCause]:
    """The line that the finding is about; none where the plan is the same on both sides."""
    base_plan, head_plan = (_plan(view, finding.path) for view in (before, after))
    plan = head_plan if of.side == "head" else base_plan
    if plan and not (base_plan and head_plan and base_plan.plan.document == head_plan.plan.document):
        written = origin(plan.plan, finding.path)
        if written:
            yield ChangeCause(written.span, of.side, written.policy.name, written.entity)


def _plan(view: View, path: str) -> DeployedPlan | None:
    return next((plan for plan in view.plans if _is_within(path, plan.plan.path)), None)


def _sentence(finding: Diagnostic) -> _Sentence:
    """The text and place of a finding, whatever its accounts."""
    return finding.code, finding.path, finding.region, finding.message


def _certain(findings: Iterable[Diagnostic], compared: frozenset[str]) -> Iterator[_Harmful]:
    """The findings that surely harm accounts that are compared; an information is about what may be, or is meant.

    Those with the same text and place are merged.
    """
    equal: dict[_Sentence, tuple[Diagnostic, set[str]]] = {}
    for finding in findings:
        certain = finding.harm is not Harm.NOTHING and finding.severity is not Severity.INFO
        for path in finding.places or (finding.path,) if certain else ():
            here = finding if path == finding.path else replace(finding, path=path)
            equal.setdefault(_sentence(here), (here, set()))[1].update(compared.intersection(finding.accounts))
    yield from (_Harmful(finding, frozenset(accounts)) for finding, accounts in equal.values() if accounts)


def _is_within(path: str, block: str) -> bool:
    return path == block or path.startswith(f"{block}/")


def _subject(path: str) -> str:
    """The plan, and the rule or selection, that a path leads to."""
    steps = keys(path)
    if len(steps) < PLAN_DEPTH:
        return "the account"
    words = [f"plan {quoted(steps[1])}"]
    if steps[2:3] == (RULE_BLOCK.place,) and len(steps) > PLAN_DEPTH + 1:
        words.append(f"rule {quoted(steps[3])}")
    if steps[2:3] == (SELECTIONS,) and len(steps) > PLAN_DEPTH + 2:
        words.append(f"{'tag' if steps[3] == BY_TAGS else 'resource'} selection {quoted(steps[4])}")
    return ", ".join(words)
