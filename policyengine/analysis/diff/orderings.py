"""Which of two values protects better: for settings as their table ranks them, for the rest row by row, with reasons.

A row reads a typed value of a rule, copy, selection or vault, so that an absent setting counts as AWS Backup's
default, and its order says what of the protection is lost by a change and what is won. The way back wins what was lost
and loses what was won. What no row covers is plainly changed.

Unknown facts are not relied on: a fact that was favourable and is unknown now is less than before, and one that
was not is no more and no less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from policyengine.analysis.diff.changes import ChangeClass
from policyengine.analysis.requirements import shown
from policyengine.aws.deployment import (
    FOREVER,
    UNKNOWN,
    BackupRule,
    Copy,
    DeployedVault,
    Plan,
    RunComparison,
    Value,
    compare_runs,
    last_run,
    next_run,
    value_at,
)
from policyengine.aws.setting_rows import TRUTHS, Better, Kind, SettingRow, complete
from policyengine.aws.settings import AIR_GAPPED_VAULT, COPY_RETAIN, SCHEDULE, SELECTED_VALUES, below, settings
from policyengine.base.records import Record
from policyengine.base.text import quoted

LOCKS = ("none", "governance", "compliance")
"""From the weakest: anybody may delete, only administrators may, nobody may (facts 4.2)."""

_RANKED = ("plan", "rule", "copy")


class Movement(NamedTuple):
    """A part of a change: what was there, what is there now, and what that means.

    Of a list `before` has only what was removed, `after` only what was added. `text` is the message where it is
    not built from the values.
    """

    change_class: ChangeClass
    before: Any
    after: Any
    text: str = ""


class Order(Protocol):
    """Compares two values of a setting or fact that are not equal."""

    def movements(self, before: Any, after: Any) -> Iterator[Movement]:  # noqa: ANN401 - of the type that the row reads
        """The parts of the change between two values: what is lost, and what is added."""


class Scale(Record):
    """An order in which one of two values protects better, or both equally; `worst` is the rank of an unknown value.

    `vanishes` says that the lower value leaves nothing, such as a vault that is gone, so that the change is a loss.
    """

    rank: Callable[[Any], float]
    worst: float = 0
    vanishes: bool = False

    def movements(self, before: Any, after: Any) -> Iterator[Movement]:  # noqa: ANN401 - as the protocol
        """The movement of the whole value, classed by the ranks of both sides."""
        yield Movement(self._class(before, after), before, after)

    def _class(self, before: Any, after: Any) -> ChangeClass:  # noqa: ANN401 - as the protocol
        before_rank, after_rank = (self.worst if side is UNKNOWN else self.rank(side) for side in (before, after))
        if before_rank == after_rank:
            return ChangeClass.CHANGED
        if self.vanishes and UNKNOWN not in (before, after):
            return ChangeClass.LOST if before_rank > after_rank else ChangeClass.ADDED
        return ChangeClass.WEAKENED if before_rank > after_rank else ChangeClass.STRENGTHENED


class Members:
    """Each member of a list protects by itself; where none of the old members is left, all is lost.

    `harmful` members take protection away.
    """

    def __init__(self, *, harmful: bool = False) -> None:
        self._harmful = harmful

    def movements(self, before: Collection[str], after: Collection[str]) -> Iterator[Movement]:
        """The removed members, and the added ones."""
        none_left = not set(before) & set(after) and not self._harmful
        less, more = (
            (ChangeClass.LOST, ChangeClass.ADDED) if none_left else (ChangeClass.WEAKENED, ChangeClass.STRENGTHENED)
        )
        gone = tuple(member for member in dict.fromkeys(before) if member not in after)
        came = tuple(member for member in dict.fromkeys(after) if member not in before)
        if gone:
            yield Movement(more if self._harmful else less, gone, ())
        if came:
            yield Movement(less if self._harmful else more, (), came)


class StartsOrdering:
    """Orders schedules by the runs that AWS starts (`plan.runs`): fewer runs, or a longer gap, are a loss.

    Runs at other times are compared by the gap, by their number and by their last year; one of these can be better and
    another worse.
    """

    def movements(self, before: BackupRule, after: BackupRule) -> Iterator[Movement]:
        """The parts of the change between two schedules; none where AWS starts the same runs."""
        if before.runs is UNKNOWN or after.runs is UNKNOWN:
            if before.schedule != after.schedule:
                yield from _unreadable(before, after)
            return
        comparison = compare_runs(before.runs, after.runs)
        if comparison.relation == "other":
            yield from _at_other_times(before, after, comparison)
        elif comparison.relation != "same":
            classes = (ChangeClass.WEAKENED, ChangeClass.STRENGTHENED)
            if not (_runs_again(before) and _runs_again(after)):
                classes = (ChangeClass.LOST, ChangeClass.ADDED)
            yield Movement(classes[comparison.relation == "more"], before, after, _runs_text(before, after, comparison))


def _runs_again(rule: BackupRule) -> bool:
    """Whether a run is to come; a rule with a gap has two."""
    return rule.interval != FOREVER or (rule.runs is not UNKNOWN and next_run(rule.runs) is not None)


def _unreadable(before: BackupRule, after: BackupRule) -> Iterator[Movement]:
    for movement in SHORTER.movements(before.interval, after.interval):
        text = f"schedule {quoted(before.schedule)} -> {quoted(after.schedule)}"
        yield movement._replace(before=before, after=after, text=text)


def _at_other_times(before: BackupRule, after: BackupRule, comparison: RunComparison) -> Iterator[Movement]:
    """By the gap, by how many runs there are, and by how long they go on: one movement for each direction."""
    measures = (
        (_sign(before.interval, after.interval), _gap_text(before, after)),
        (_sign(comparison.after, comparison.before), _number_text(comparison)),
        (_sign(_last_year(after), _last_year(before)), _end_text(before, after)),
    )
    texts: dict[int, str] = {}
    for sign, text in measures:
        texts.setdefault(sign, text)
    for sign, change_class in ((-1, ChangeClass.WEAKENED), (1, ChangeClass.STRENGTHENED)):
        if sign in texts:
            yield Movement(change_class, before, after, texts[sign])
    if set(texts) == {0}:
        yield Movement(ChangeClass.CHANGED, before, after, _runs_text(before, after, comparison))


def _last_year(rule: BackupRule) -> float:
    """The year of the last run that AWS starts, since schedules end with a year; `FOREVER` where they do not."""
    last = None if rule.runs is UNKNOWN else last_run(rule.runs)
    return last.year if last else FOREVER


def _sign(more: Any, less: Any) -> int:  # noqa: ANN401 - numbers, or an unknown one
    return int(more > less) - int(more < less)


def _runs_text(before: BackupRule, after: BackupRule, comparison: RunComparison) -> str:
    """The gap where it is another one, else how many runs there are, else the schedules."""
    if not _runs_again(after):
        return "runs no more"
    if before.interval != after.interval:
        return _gap_text(before, after)
    if comparison.before != comparison.after:
        return _number_text(comparison)
    return f"schedule {quoted(before.schedule)} -> {quoted(after.schedule)}"


def _gap_text(before: BackupRule, after: BackupRule) -> str:
    intervals = ["none" if side.interval in (FOREVER, UNKNOWN) else shown(side.interval) for side in (before, after)]
    return f"interval {intervals[0]} -> {intervals[1]}"


def _end_text(before: BackupRule, after: BackupRule) -> str:
    years = [_last_year(side) for side in (before, after)]
    ends = ["for good" if year == FOREVER else f"until {year:.0f}" for year in years]
    return f"runs {ends[0]} -> {ends[1]}"


def _number_text(comparison: RunComparison) -> str:
    return f"runs a {comparison.period} {comparison.before:,} -> {comparison.after:,}"


class Ordering(Record):
    """A setting below its block, or a fact: its words, how it is read, its order, and why it is that.

    `equal` says whether two blocks are equal in it, if not by what is read; `forever` is the word for a time
    without an end.
    """

    place: str
    noun: str
    read: Callable[[Any], Any]
    order: Order
    reason: str
    forever: str = "forever"
    equal: Callable[[Any, Any], bool] | None = None

    def movements(self, before: Any, after: Any) -> Iterator[Movement]:  # noqa: ANN401 - blocks that it reads
        """The parts of the change of a setting between two blocks; none where it is equal in both."""
        old, new = self.read(before), self.read(after)
        if not (self.equal(before, after) if self.equal else old == new):
            yield from self.order.movements(old, new)


def _itself(rule: BackupRule) -> BackupRule:
    return rule


def _less(number: float) -> float:
    return -number


def _unranked(_: object) -> float:
    return 0


LONGER, SHORTER = Scale(float), Scale(_less, worst=-FOREVER)
ON, OFF = Scale(float), Scale(_less, worst=-1)
PRESENT = Scale(lambda value: float(value is not None))
THERE = Scale(float, vanishes=True)
"""Whether a part exists, or a switch is on, without which nothing happens at all."""
NEITHER = Scale(_unranked)


class _Reader(Record):
    """Reads a setting of a plan, rule or copy."""

    row: SettingRow
    path: tuple[str, ...]

    def __call__(self, part: Plan | BackupRule | Copy) -> Value:
        return value_at(self.row, part.document, self.path)

    def same_members(self, before: Plan | BackupRule | Copy, after: Plan | BackupRule | Copy) -> bool:
        """Whether two blocks have the same in a list, whatever its order."""
        lists = [self(part) for part in (before, after)]
        return all(isinstance(members, tuple) for members in lists) and set(lists[0]) == set(lists[1])  # type: ignore[arg-type]


def _equal_retention(before: Copy, after: Copy) -> bool:
    """Whether two copies have an equal retention; what both inherit is reported at the rule."""
    inherited = before.inherits_retention and after.inherits_retention
    return inherited or before.retention == after.retention


_OF_TRUTHS = complete({Better.MORE: ON, Better.LESS: OFF, Better.NEITHER: NEITHER}, Better, Better.UNRANKED)
_OF_LENGTHS = complete({Better.MORE: LONGER, Better.LESS: SHORTER, Better.NEITHER: NEITHER}, Better, Better.UNRANKED)
_OF_LISTS: Mapping[Better, Order] = complete(
    {Better.MORE: Members(), Better.LESS: Members(harmful=True), Better.NEITHER: NEITHER}, Better, Better.UNRANKED
)
_OF_TEXTS: Mapping[Better, Order] = {Better.NEITHER: NEITHER}
_ORDERS: Mapping[Kind, Mapping[Better, Order]] = {
    **dict.fromkeys(Kind, _OF_TEXTS),
    **dict.fromkeys(TRUTHS, _OF_TRUTHS),
    Kind.NUMBER: _OF_LENGTHS,
}


def _ordered(block: str) -> tuple[Ordering, ...]:
    """The settings of a block, and of plain blocks in it, that the table ranks; one that cannot be ranked so fails."""
    return tuple(_ordering(row, path) for row, path in below(block) if row.better is not Better.UNRANKED)


def _ordering(row: SettingRow, path: tuple[str, ...]) -> Ordering:
    read = _Reader(row, path)
    order = (_OF_LISTS if row.many else _ORDERS[row.kind])[row.better]
    equal = read.same_members if row.many else None
    ordering = Ordering("/".join(path), row.in_words, read, order, row.reason, row.forever, equal)
    # A copy inherits the retention of its rule, which is not in the copy's own document.
    return replace(ordering, read=attrgetter("retention"), equal=_equal_retention) if row is COPY_RETAIN else ordering


PLAN, RULE, COPY = map(_ordered, _RANKED)
if _UNORDERED := {row for row in settings() if row.better is not Better.UNRANKED} - {
    row for block in _RANKED for row, _ in below(block)
}:
    raise LookupError(f"nothing compares {', '.join(sorted(row.key for row in _UNORDERED))}")
RUNS = Ordering(SCHEDULE.place, SCHEDULE.noun, _itself, StartsOrdering(), SCHEDULE.reason)
AIR_GAPPED = Ordering(
    AIR_GAPPED_VAULT.place, AIR_GAPPED_VAULT.noun, attrgetter("air_gapped"), PRESENT, AIR_GAPPED_VAULT.reason
)
TAGGED = Ordering(SELECTED_VALUES.place, SELECTED_VALUES.noun, attrgetter("values"), Members(), SELECTED_VALUES.reason)


def _lock_rank(lock: str) -> float:
    return LOCKS.index(lock)


def _rank_of_day(day: date | None) -> float:
    return -day.toordinal() if day else -FOREVER


def _other_lock_or_same_day(before: DeployedVault, after: DeployedVault) -> bool:
    """The day matters only where both locks are of the same kind."""
    return before.lock != after.lock or before.changeable_until == after.changeable_until


def _is_air_gapped(kind: str) -> float:
    return float(kind == "air_gapped")


def _is_customers(key: str) -> float:
    return float(key == "customer")


EXISTS = Ordering("", "vault", attrgetter("exists"), THERE, "into a vault that does not exist nothing goes")
LOCK = Ordering("", "lock", attrgetter("lock"), Scale(_lock_rank), "who may delete: nobody, administrators, anybody")
SEALS = Ordering(
    "",
    "day from which on nobody can remove the lock",
    attrgetter("changeable_until"),
    Scale(_rank_of_day, worst=-FOREVER),
    "until then administrators may delete; a governance lock never becomes a compliance lock by itself",
    equal=_other_lock_or_same_day,
)
BOUNDS = (
    Ordering("", "minimum retention", attrgetter("min_retention"), LONGER, "nobody can delete sooner"),
    Ordering(
        "",
        "maximum retention",
        attrgetter("max_retention"),
        NEITHER,
        "it deletes no backup; what is kept for longer fails, and a check says so",
    ),
)
TYPE = Ordering(
    "", "type", attrgetter("type"), Scale(_is_air_gapped), "an air-gapped vault outlives the account's own credentials"
)
KEY = Ordering("", "key", attrgetter("key"), NEITHER, "within the account AWS Backup may use any of them")
KEY_ABROAD = Ordering(
    "",
    "key",
    attrgetter("key"),
    Scale(_is_customers),
    "types that AWS Backup does not fully manage reach another account with a key of the customer only",
)


def of_vaults(
    before: DeployedVault, after: DeployedVault, *, crossing: bool = False
) -> Iterator[tuple[Ordering, Movement]]:
    """The movements between two vaults that backups lie in, or between two states of the same vault.

    `crossing` says that they come from another account. Unless the vault surely exists nothing else
    of it is compared, and no bounds unless the lock is known.
    """
    rows: tuple[Ordering, ...] = (EXISTS,)
    if before.exists is True and after.exists is True:
        bounds = () if UNKNOWN in (before.lock, after.lock) else BOUNDS
        rows = (LOCK, SEALS, *bounds, TYPE, KEY_ABROAD if crossing else KEY)
    for row in rows:
        for movement in row.movements(before, after):
            yield row, movement
