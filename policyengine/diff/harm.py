"""What checks say of one side only: backups that begin to fail, or no longer do, without a change that says as much.

Each check declares what its findings harm (`Harm`), and nothing here knows any of them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from policyengine.diagnostics import Diagnostic, Harm, Severity
from policyengine.diff.values import Cause, Change, ChangeClass, SideName
from policyengine.effective import keys
from policyengine.plan import DeployedPlan, View, origin
from policyengine.wording import quoted

_PLAN = 2  # steps of a path down to a plan
_WORSE = {Harm.BACKUP: ChangeClass.LOST, Harm.COPY: ChangeClass.LOST, Harm.PROTECTION: ChangeClass.WEAKENED}
_BETTER = {ChangeClass.LOST: ChangeClass.ADDED, ChangeClass.WEAKENED: ChangeClass.STRENGTHENED}

Views: TypeAlias = Mapping[tuple[View, View], list[str]]
"""The accounts of both sides by what they had and what they get."""


class _Direction(NamedTuple):
    """Whether findings are new or gone: the side that has them, and the classes of changes that say the same."""

    side: SideName
    worse: Mapping[ChangeClass, ChangeClass]

    def at(self, change: Change) -> str:
        """Where this side has what changed."""
        return change.path if self.side == "head" else change.was_at

    def elsewhere(self, change: Change) -> str:
        """Where the other side has it."""
        return change.was_at if self.side == "head" else change.path


_NEW = _Direction("head", {one: one for one in _BETTER})
_GONE = _Direction("base", _BETTER)


def harmed(
    found: Iterable[Diagnostic], others: Iterable[Diagnostic], changes: Iterable[Change], views: Views
) -> Iterator[Change]:
    """What the findings of the head harm that those of the base, the `others`, do not: lost, or weakened.

    And the other way round: what is no longer harmed. `changes` are those that are known already.
    """
    known = _Known(changes)
    head, base = (list(_certain(side, views)) for side in (found, others))
    yield from _of_side(head, base, _NEW, known, views)
    yield from _of_side(base, head, _GONE, known, views)


class _Known:
    """Changes by where they are."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = [(change, frozenset(change.accounts)) for change in changes]

    def before(self, path: str, accounts: frozenset[str], to: _Direction) -> Iterator[tuple[str, frozenset[str]]]:
        """Where the other side has a path, for which of the accounts: blocks may have been renamed."""
        moved = [(to.at(one), to.elsewhere(one), ids) for one, ids in self._changes if one.path != one.was_at]
        for here, there, ids in sorted(moved, key=lambda move: -len(move[0])):
            if _is_within(path, here) and ids & accounts:
                yield there + path[len(here) :], ids & accounts
                accounts -= ids
        yield path, accounts

    def saying(self, found: Diagnostic, change_class: ChangeClass, of: _Direction) -> frozenset[str]:
        """The accounts of which a change says as much: the same setting in that Region, as bad at least."""
        as_bad = {of.worse[one] for one in _BETTER if one.rank <= change_class.rank}
        return frozenset().union(
            *(
                ids
                for one, ids in self._changes
                if one.change_class in as_bad and one.region in {"", found.region} and _is_about(of.at(one), found, one)
            )
        )

    def bringing(self, found: Diagnostic, of: _Direction) -> frozenset[str]:
        """The accounts to which the block or Region of a finding was added, or from which it went with it."""
        one_sided = ChangeClass.ADDED if of.side == "head" else ChangeClass.LOST
        return frozenset().union(
            *(
                ids
                for one, ids in self._changes
                if one.change_class is one_sided
                and not one.fact
                and (
                    _is_within(found.path, of.at(one))
                    or (one.region and one.region == found.region and _same_plan(found.path, of.at(one)))
                )
            )
        )

    def makers(self, path: str, accounts: frozenset[str]) -> Iterator[Cause]:
        """Who changed the plan of some of the accounts."""
        for one, ids in self._changes:
            if ids & accounts and _same_plan(path, one.path):
                yield from one.causes


def _of_side(
    found: list[Diagnostic], others: list[Diagnostic], of: _Direction, known: _Known, views: Views
) -> Iterator[Change]:
    there: dict[tuple[str, str, str], set[str]] = {}
    for other in others:
        there.setdefault((other.code, other.path, other.region), set()).update(other.accounts)
    for one in found:
        new = frozenset(
            number
            for path, ids in known.before(one.path, frozenset(one.accounts), of)
            for number in ids - there.get((one.code, path, one.region), set())
        )
        brought = known.bringing(one, of) & new if new else new
        for change_class, ids in ((_WORSE[one.harm], new - brought), (ChangeClass.WEAKENED, brought)):
            if left := ids - known.saying(one, change_class, of) if ids else ids:
                yield from _changes(one, of, (change_class, left), known, views)


def _changes(
    found: Diagnostic, of: _Direction, harm: tuple[ChangeClass, frozenset[str]], known: _Known, views: Views
) -> Iterator[Change]:
    """A change for the accounts to which policies did it, and one for those to which the organization did."""
    change_class, accounts = harm
    text = found.message if of.side == "head" else f"no longer so: {found.message}"
    change = Change(
        change_class=of.worse[change_class],
        path=found.path,
        region=found.region,
        before=None,
        after=None,
        subject=_subject(found.path),
        effect=text if found.region in text else f"{text} in {found.region}",
        fact=f"{found.name}: {found.message}",
        was_at=found.path,
    )
    causes: dict[bool, dict[Cause, None]] = {}
    numbers: dict[bool, set[str]] = {}
    for (before, after), together in views.items():
        if here := accounts.intersection(together):
            made_by = dict.fromkeys((*_line(found, of, before, after), *known.makers(found.path, here)))
            numbers.setdefault(bool(made_by), set()).update(here)
            causes.setdefault(bool(made_by), {}).update(made_by)
    for written, ids in numbers.items():
        yield replace(change, causes=tuple(causes[written]), accounts=tuple(sorted(ids)))


def _line(found: Diagnostic, of: _Direction, before: View, after: View) -> Iterator[Cause]:
    """The line that the finding is about; none where the plan is the same on both sides."""
    was, is_now = (_plan(view, found.path) for view in (before, after))
    plan = is_now if of.side == "head" else was
    if plan and not (was and is_now and was.plan.document == is_now.plan.document):
        written = origin(plan.plan, found.path)
        if written:
            yield Cause(written.span, of.side, written.policy.name, written.entity)


def _plan(view: View, path: str) -> DeployedPlan | None:
    return next((plan for plan in view.plans if _is_within(path, plan.plan.path)), None)


def _certain(found: Iterable[Diagnostic], views: Views) -> Iterator[Diagnostic]:
    """The findings that surely harm accounts that are compared; an information is about what may be, or is meant."""
    compared = {number for ids in views.values() for number in ids}
    for one in found:
        if one.harm is not Harm.NOTHING and one.severity is not Severity.INFO:
            accounts = tuple(number for number in one.accounts if number in compared)
            if accounts:
                yield replace(one, accounts=accounts)


def _is_about(path: str, found: Diagnostic, change: Change) -> bool:
    """Whether a change is of the setting of a finding; one about no setting is about all plans of an account."""
    if not found.path:
        return len(keys(path)) == _PLAN and change.change_class in {ChangeClass.LOST, ChangeClass.ADDED}
    return path == found.path


def _is_within(path: str, block: str) -> bool:
    return path == block or path.startswith(f"{block}/")


def _same_plan(path: str, other: str) -> bool:
    return keys(path)[:_PLAN] == keys(other)[:_PLAN]


def _subject(path: str) -> str:
    """The plan, and the rule or selection, that a path leads to."""
    steps = keys(path)
    if len(steps) < _PLAN:
        return "the account"
    words = [f"plan {quoted(steps[1])}"]
    if steps[2:3] == ("rules",) and len(steps) > _PLAN + 1:
        words.append(f"rule {quoted(steps[3])}")
    if steps[2:3] == ("selections",) and len(steps) > _PLAN + 2:
        words.append(f"{'tag' if steps[3] == 'tags' else 'resource'} selection {quoted(steps[4])}")
    return ", ".join(words)
