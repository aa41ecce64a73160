"""Findings of one side only: backups that begin to fail, or no longer do, without a change that says as much.

Each check declares what its findings harm (`Harm`), and nothing here knows any of them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

from policyengine.analysis.diff.changes import Change, ChangeCause, ChangeClass, SideName
from policyengine.aws.deployment import DeployedPlan, View, origin
from policyengine.aws.merge import keys
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.text import quoted

_PLAN = 2  # steps of a path down to a plan
_WORSE = {Harm.BACKUP: ChangeClass.LOST, Harm.COPY: ChangeClass.LOST, Harm.PROTECTION: ChangeClass.WEAKENED}
_BETTER = {ChangeClass.LOST: ChangeClass.ADDED, ChangeClass.WEAKENED: ChangeClass.STRENGTHENED}

Views: TypeAlias = Mapping[tuple[View, View], list[str]]
"""The accounts of both sides by what they had and what they get."""


_Sentence: TypeAlias = tuple[str, ...]


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


_NEW = _Direction("head", {change_class: change_class for change_class in _BETTER})
_GONE = _Direction("base", _BETTER)


class _Harmful(NamedTuple):
    """A finding that surely harms accounts that are compared."""

    finding: Diagnostic
    accounts: frozenset[str]


class OneSided(NamedTuple):
    """The ids of accounts of which only the head says what they have, and of those of which only the base does."""

    came: frozenset[str] = frozenset()
    went: frozenset[str] = frozenset()


class _ReportedChange(NamedTuple):
    """A change that is reported already, and its accounts."""

    change: Change
    accounts: frozenset[str]


def harmed(
    findings: Iterable[Diagnostic],
    others: Iterable[Diagnostic],
    changes: Iterable[Change],
    views: Views,
    one_sided: OneSided,
) -> Iterator[Change]:
    """What the findings of the head harm that those of the base, the `others`, do not: lost, or weakened.

    And the other way round: what is no longer harmed. `changes` are those that are reported already; accounts that
    joined the organization, or left it, are `one_sided`, and so are those for which AWS keeps an unknown policy. They
    had nothing to lose, as far as is known, so that what fails there is weakened; and what only protects less
    than it could is no change where others have the same finding on the other side.
    """
    reported = [_ReportedChange(change, frozenset(change.accounts)) for change in changes]
    came, went = one_sided.came | _of_withheld(views, 0), one_sided.went | _of_withheld(views, 1)
    everybody = frozenset(number for ids in views.values() for number in ids) | came | went
    both = tuple(findings), tuple(others)
    head, base = (list(_certain(side, everybody)) for side in both)
    of_head, of_base = (frozenset(_usual(side)) for side in both)
    yield from _of_side(head, base, _ChangeIndex(reported, _NEW, came, of_base), everybody - went, views)
    yield from _of_side(base, head, _ChangeIndex(reported, _GONE, went, of_head), everybody - came, views)


def _usual(findings: Iterable[Diagnostic]) -> Iterator[_Sentence]:
    """The findings of weaker protection, whatever their accounts."""
    for finding in findings:
        for path in finding.places or (finding.path,) if finding.harm is Harm.PROTECTION else ():
            yield _sentence(replace(finding, path=path))


def _of_withheld(views: Views, side: Literal[0, 1]) -> frozenset[str]:
    """The accounts for which AWS keeps an unknown policy, in the base or in the head."""
    return frozenset(number for both, ids in views.items() if both[side].withheld for number in ids)


class _ChangeIndex:
    """Changes by where one side has them; of the accounts `alone` only this side says what they have.

    What is `usual` on the other side is not new for those.
    """

    def __init__(
        self, reported: Iterable[_ReportedChange], of: _Direction, alone: frozenset[str], usual: frozenset[_Sentence]
    ) -> None:
        self.of = of
        self.alone = alone
        self.usual = usual
        self._at: dict[str, list[_ReportedChange]] = {}
        self._in_plan: dict[tuple[str, ...], list[_ReportedChange]] = {}
        for entry in reported:
            self._at.setdefault(of.at(entry.change), []).append(entry)
            self._in_plan.setdefault(keys(of.at(entry.change))[:_PLAN], []).append(entry)
        moved = [entry for entry in reported if entry.change.path != entry.change.was_at]
        self._moved = sorted(moved, key=lambda entry: -len(of.at(entry.change)))

    def before(self, path: str, accounts: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Where the other side has a path, for which of the accounts: blocks may have been renamed."""
        for change, ids in self._moved:
            here = self.of.at(change)
            if _is_within(path, here) and ids & accounts:
                yield self.of.elsewhere(change) + path[len(here) :], ids & accounts
                accounts -= ids
        yield path, accounts

    def reporting(self, finding: Diagnostic, change_class: ChangeClass) -> frozenset[str]:
        """The accounts for which a change says as much: the same setting in that Region, as bad at least."""
        as_bad = {self.of.worse[entry] for entry in _BETTER if entry.rank <= change_class.rank}
        places = self._at.get(finding.path, ()) if finding.path else self._whole_plans()
        meant = (entry for entry in places if entry.change.region in {"", finding.region})
        return _accounts(entry for entry in meant if entry.change.change_class in as_bad)

    def adding(self, finding: Diagnostic) -> frozenset[str]:
        """The accounts to which the block or Region of a finding was added, or from which it was removed with it."""
        one_sided = ChangeClass.ADDED if self.of.side == "head" else ChangeClass.LOST
        steps = finding.path.split("/")
        blocks = ("/".join(steps[:length]) for length in range(_PLAN, len(steps) + 1))
        around = [entry for block in blocks for entry in self._at.get(block, ())]
        regions = self._at.get("/".join([*steps[:_PLAN], "regions"]), ()) if finding.region else ()
        around += [entry for entry in regions if entry.change.region == finding.region]
        return _accounts(entry for entry in around if entry.change.change_class is one_sided and not entry.change.fact)

    def makers(self, path: str, accounts: frozenset[str]) -> Iterator[ChangeCause]:
        """The causes of the changes to the plan for some of the accounts."""
        for change, ids in self._in_plan.get(keys(path)[:_PLAN], ()):
            if ids & accounts:
                yield from change.causes

    def _whole_plans(self) -> Iterator[_ReportedChange]:
        """Plans that are gone, or new: what a finding about no setting is about."""
        gone_or_new = {ChangeClass.LOST, ChangeClass.ADDED}
        everything = (entry for reported in self._in_plan.values() for entry in reported)
        return (
            entry
            for entry in everything
            if entry.change.change_class in gone_or_new and len(keys(entry.change.path)) == _PLAN
        )


def _of_side(
    findings: list[_Harmful], others: list[_Harmful], changes: _ChangeIndex, compared: frozenset[str], views: Views
) -> Iterator[Change]:
    there: dict[tuple[str, str, str], set[str]] = {}
    for other, numbers in others:
        there.setdefault((other.code, other.path, other.region), set()).update(numbers)
    for finding, accounts in findings:
        usual = changes.alone if _sentence(finding) in changes.usual else frozenset()
        new = frozenset(
            number
            for path, ids in changes.before(finding.path, accounts & compared - usual)
            for number in ids - there.get((finding.code, path, finding.region), set())
        )
        brought = (changes.adding(finding) | changes.alone) & new if new else new
        for change_class, ids in ((_WORSE[finding.harm], new - brought), (ChangeClass.WEAKENED, brought)):
            if left := ids - changes.reporting(finding, change_class) if ids else ids:
                yield from _changes(finding, change_class, left, changes, views)


def _changes(
    finding: Diagnostic, change_class: ChangeClass, accounts: frozenset[str], index: _ChangeIndex, views: Views
) -> Iterator[Change]:
    """A change for the accounts where policies are the cause, and another where the organization is."""
    of = index.of
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
    for (before, after), together in views.items():
        if here := accounts.intersection(together):
            made_by = dict.fromkeys((*_line(finding, of, before, after), *index.makers(finding.path, here)))
            numbers.setdefault(bool(made_by), set()).update(here)
            causes.setdefault(bool(made_by), {}).update(made_by)
            accounts -= here
    if accounts:  # they joined or left
        numbers.setdefault(False, set()).update(accounts)
        causes.setdefault(False, {})
    for written, ids in numbers.items():
        yield replace(change, causes=tuple(causes[written]), accounts=tuple(sorted(ids)))


def _line(finding: Diagnostic, of: _Direction, before: View, after: View) -> Iterator[ChangeCause]:
    """The line that the finding is about; none where the plan is the same on both sides."""
    was, is_now = (_plan(view, finding.path) for view in (before, after))
    plan = is_now if of.side == "head" else was
    if plan and not (was and is_now and was.plan.document == is_now.plan.document):
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
            here = replace(finding, path=path)
            equal.setdefault(_sentence(here), (here, set()))[1].update(compared.intersection(finding.accounts))
    yield from (_Harmful(finding, frozenset(accounts)) for finding, accounts in equal.values() if accounts)


def _accounts(reported: Iterable[_ReportedChange]) -> frozenset[str]:
    return frozenset().union(*(entry.accounts for entry in reported))


def _is_within(path: str, block: str) -> bool:
    return path == block or path.startswith(f"{block}/")


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
