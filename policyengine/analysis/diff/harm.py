"""What checks say of one side only: backups that begin to fail, or no longer do, without a change that says as much.

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


_NEW = _Direction("head", {one: one for one in _BETTER})
_GONE = _Direction("base", _BETTER)


class _Found(NamedTuple):
    """A finding that surely harms accounts that are compared."""

    finding: Diagnostic
    accounts: frozenset[str]


class OneSided(NamedTuple):
    """The ids of accounts of which only the head says what they have, and of those of which only the base does."""

    came: frozenset[str] = frozenset()
    went: frozenset[str] = frozenset()


class _Told(NamedTuple):
    """A change that is known already, and the accounts to which it happens."""

    change: Change
    accounts: frozenset[str]


def harmed(
    found: Iterable[Diagnostic],
    others: Iterable[Diagnostic],
    changes: Iterable[Change],
    views: Views,
    one_sided: OneSided,
) -> Iterator[Change]:
    """What the findings of the head harm that those of the base, the `others`, do not: lost, or weakened.

    And the other way round: what is no longer harmed. `changes` are those that are known already; accounts that
    joined the organization, or left it, are `one_sided`, and so are those for which AWS keeps what nobody knows. They
    had nothing to lose, as far as anybody can tell, so that what fails there is weakened; and what only protects less
    than it could is no change where it is said of others on the other side as well.
    """
    told = [_Told(change, frozenset(change.accounts)) for change in changes]
    came, went = one_sided.came | _of_withheld(views, 0), one_sided.went | _of_withheld(views, 1)
    everybody = frozenset(number for ids in views.values() for number in ids) | came | went
    both = tuple(found), tuple(others)
    head, base = (list(_certain(side, everybody)) for side in both)
    of_head, of_base = (frozenset(_usual(side)) for side in both)
    yield from _of_side(head, base, _Known(told, _NEW, came, of_base), everybody - went, views)
    yield from _of_side(base, head, _Known(told, _GONE, went, of_head), everybody - came, views)


def _usual(found: Iterable[Diagnostic]) -> Iterator[_Sentence]:
    """What is said to protect less than it could, of whatever accounts."""
    for one in found:
        for path in one.places or (one.path,) if one.harm is Harm.PROTECTION else ():
            yield _sentence(replace(one, path=path))


def _of_withheld(views: Views, side: Literal[0, 1]) -> frozenset[str]:
    """The accounts for which AWS keeps a policy that nobody knows, in the base or in the head."""
    return frozenset(number for both, ids in views.items() if both[side].withheld for number in ids)


class _Known:
    """Changes by where one side has them; of the accounts `alone` only this side says what they have.

    What is `usual` on the other side is nothing new for those.
    """

    def __init__(
        self, told: Iterable[_Told], of: _Direction, alone: frozenset[str], usual: frozenset[_Sentence]
    ) -> None:
        self.of = of
        self.alone = alone
        self.usual = usual
        self._at: dict[str, list[_Told]] = {}
        self._in_plan: dict[tuple[str, ...], list[_Told]] = {}
        for one in told:
            self._at.setdefault(of.at(one.change), []).append(one)
            self._in_plan.setdefault(keys(of.at(one.change))[:_PLAN], []).append(one)
        moved = [one for one in told if one.change.path != one.change.was_at]
        self._moved = sorted(moved, key=lambda one: -len(of.at(one.change)))

    def before(self, path: str, accounts: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Where the other side has a path, for which of the accounts: blocks may have been renamed."""
        for change, ids in self._moved:
            here = self.of.at(change)
            if _is_within(path, here) and ids & accounts:
                yield self.of.elsewhere(change) + path[len(here) :], ids & accounts
                accounts -= ids
        yield path, accounts

    def saying(self, found: Diagnostic, change_class: ChangeClass) -> frozenset[str]:
        """The accounts of which a change says as much: the same setting in that Region, as bad at least."""
        as_bad = {self.of.worse[one] for one in _BETTER if one.rank <= change_class.rank}
        places = self._at.get(found.path, ()) if found.path else self._whole_plans()
        meant = (one for one in places if one.change.region in {"", found.region})
        return _accounts(one for one in meant if one.change.change_class in as_bad)

    def bringing(self, found: Diagnostic) -> frozenset[str]:
        """The accounts to which the block or Region of a finding was added, or from which it went with it."""
        one_sided = ChangeClass.ADDED if self.of.side == "head" else ChangeClass.LOST
        steps = found.path.split("/")
        blocks = ("/".join(steps[:length]) for length in range(_PLAN, len(steps) + 1))
        around = [one for block in blocks for one in self._at.get(block, ())]
        regions = self._at.get("/".join([*steps[:_PLAN], "regions"]), ()) if found.region else ()
        around += [one for one in regions if one.change.region == found.region]
        return _accounts(one for one in around if one.change.change_class is one_sided and not one.change.fact)

    def makers(self, path: str, accounts: frozenset[str]) -> Iterator[ChangeCause]:
        """Who changed the plan of some of the accounts."""
        for change, ids in self._in_plan.get(keys(path)[:_PLAN], ()):
            if ids & accounts:
                yield from change.causes

    def _whole_plans(self) -> Iterator[_Told]:
        """Plans that are gone, or new: what a finding about no setting is about."""
        gone_or_new = {ChangeClass.LOST, ChangeClass.ADDED}
        everything = (one for told in self._in_plan.values() for one in told)
        return (
            one for one in everything if one.change.change_class in gone_or_new and len(keys(one.change.path)) == _PLAN
        )


def _of_side(
    found: list[_Found], others: list[_Found], known: _Known, compared: frozenset[str], views: Views
) -> Iterator[Change]:
    there: dict[tuple[str, str, str], set[str]] = {}
    for other, numbers in others:
        there.setdefault((other.code, other.path, other.region), set()).update(numbers)
    for one, accounts in found:
        usual = known.alone if _sentence(one) in known.usual else frozenset()
        new = frozenset(
            number
            for path, ids in known.before(one.path, accounts & compared - usual)
            for number in ids - there.get((one.code, path, one.region), set())
        )
        brought = (known.bringing(one) | known.alone) & new if new else new
        for change_class, ids in ((_WORSE[one.harm], new - brought), (ChangeClass.WEAKENED, brought)):
            if left := ids - known.saying(one, change_class) if ids else ids:
                yield from _changes(one, change_class, left, known, views)


def _changes(
    found: Diagnostic, change_class: ChangeClass, accounts: frozenset[str], known: _Known, views: Views
) -> Iterator[Change]:
    """A change for the accounts to which policies did it, and one for those to which the organization did."""
    of = known.of
    text = found.message if of.side == "head" else f"no longer a finding: {found.message}"
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
    causes: dict[bool, dict[ChangeCause, None]] = {}
    numbers: dict[bool, set[str]] = {}
    for (before, after), together in views.items():
        if here := accounts.intersection(together):
            made_by = dict.fromkeys((*_line(found, of, before, after), *known.makers(found.path, here)))
            numbers.setdefault(bool(made_by), set()).update(here)
            causes.setdefault(bool(made_by), {}).update(made_by)
            accounts -= here
    if accounts:  # they joined or left
        numbers.setdefault(False, set()).update(accounts)
        causes.setdefault(False, {})
    for written, ids in numbers.items():
        yield replace(change, causes=tuple(causes[written]), accounts=tuple(sorted(ids)))


def _line(found: Diagnostic, of: _Direction, before: View, after: View) -> Iterator[ChangeCause]:
    """The line that the finding is about; none where the plan is the same on both sides."""
    was, is_now = (_plan(view, found.path) for view in (before, after))
    plan = is_now if of.side == "head" else was
    if plan and not (was and is_now and was.plan.document == is_now.plan.document):
        written = origin(plan.plan, found.path)
        if written:
            yield ChangeCause(written.span, of.side, written.policy.name, written.entity)


def _plan(view: View, path: str) -> DeployedPlan | None:
    return next((plan for plan in view.plans if _is_within(path, plan.plan.path)), None)


def _sentence(found: Diagnostic) -> _Sentence:
    """What a finding says, of whatever accounts."""
    return found.code, found.path, found.region, found.message


def _certain(found: Iterable[Diagnostic], compared: frozenset[str]) -> Iterator[_Found]:
    """The findings that surely harm accounts that are compared; an information is about what may be, or is meant.

    Those that say the same at the same place are one.
    """
    equal: dict[_Sentence, tuple[Diagnostic, set[str]]] = {}
    for one in found:
        certain = one.harm is not Harm.NOTHING and one.severity is not Severity.INFO
        for path in one.places or (one.path,) if certain else ():
            here = replace(one, path=path)
            equal.setdefault(_sentence(here), (here, set()))[1].update(compared.intersection(one.accounts))
    yield from (_Found(one, frozenset(accounts)) for one, accounts in equal.values() if accounts)


def _accounts(told: Iterable[_Told]) -> frozenset[str]:
    return frozenset().union(*(one.accounts for one in told))


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
