"""The runs of schedules as bit sets, so that whole calendars are compared and combined at once.

Time is cut into slots of equal length, chosen so that every run of the schedules is at the beginning of a slot. The
bits are kept by month: a calendar has thousands of months and few that differ, however short its slots are, so that
each distinct month, or pair of months, is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise
from math import ceil, gcd
from operator import lshift, rshift
from typing import Any, NamedTuple

from policyengine.aws.cron.days import DECEMBER, FIRST_YEAR, LAST_YEAR, MonthShape, month_shapes
from policyengine.aws.cron.expression import Cron
from policyengine.base.records import record

_DAY = 24 * 60
_EIGHTH_OF_DAY = 180  # minutes; a day then has a multiple of eight slots, hence whole bytes
_BEFORE_1970 = date(FIRST_YEAR, 1, 1).toordinal()
_DAYS = date(LAST_YEAR + 1, 1, 1).toordinal() - _BEFORE_1970


class Bits(NamedTuple):
    """A set of slots of a timeline: for each of its months an index into `blocks`, which are distinct.

    Bit `n` of a block is set where slot `n` of the month is in the set.
    """

    months: tuple[int, ...]
    blocks: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many slots the set has."""
        counts = [block.bit_count() for block in self.blocks]
        return sum(counts[index] for index in self.months)


@record
class Timeline:
    """Slots of `unit` minutes each. All minutes count from the beginning of 1970, UTC.

    `start` is the minute at which the first slot begins, `offset` the minute of a day at which the day's first slot
    does. `months` are the (year, month) of the whole months from `start` on; `begins` has the first slot of each month,
    and behind the last month the number of all slots.
    """

    start: int
    unit: int
    offset: int
    months: tuple[tuple[int, int], ...]
    begins: tuple[int, ...]

    @property
    def day(self) -> int:
        """How many slots a day has."""
        return _DAY // self.unit

    def slot(self, minute: int) -> int:
        """The first slot that does not begin before a minute."""
        return -((self.start - minute) // self.unit)

    def minute(self, slot: int) -> int:
        """The minute at which a slot begins."""
        return self.start + slot * self.unit

    def bits(self, cron: Cron) -> Bits:
        """The slots in which a schedule runs; it must be among the schedules that the timeline was built for."""
        times = sum(1 << (time - self.offset) // self.unit for time in _times(cron))
        day, years, listed = times.to_bytes(self.day // 8, "little"), set(cron.years), set(cron.months)
        idle, shapes = bytes(len(day)), month_shapes()

        def block(shape: MonthShape, runs: bool) -> int:  # noqa: FBT001 - a key of months
            days = set(cron.days.within(*shape)) if runs else ()
            return int.from_bytes(b"".join(day if date in days else idle for date in range(1, shape[1] + 1)), "little")

        keys = ((shapes[month][1], month[0] in years and month[1] in listed) for month in self.months)
        return _by_month(block, keys)

    def within(self, bits: Bits, start: int, end: int) -> Bits:
        """The slots of a set that begin from the minute `start` to before the minute `end`."""
        first, last = self.slot(start), self.slot(end)
        edges = (
            (index, min(max(first - begin, 0), after - begin), min(max(last - begin, 0), after - begin))
            for index, (begin, after) in zip(bits.months, pairwise(self.begins), strict=True)
        )
        return _by_month(lambda index, low, high: (bits.blocks[index] & _ones(high)) >> low << low, edges)

    def after(self, bits: Bits, minutes: float) -> Bits:
        """The slots that begin less than so many minutes after a slot of the set; at least the set itself."""
        return self._spread(bits, minutes, _upwards, 1)

    def before(self, bits: Bits, minutes: float) -> Bits:
        """The slots that begin less than so many minutes before a slot of the set; at least the set itself."""
        return self._spread(bits, minutes, _downwards, -1)

    def _spread(
        self, bits: Bits, minutes: float, spread: Callable[[int, int, int, int], tuple[int, int]], step: int
    ) -> Bits:
        """Month by month in the direction of `step`; `reach` is how many slots the months before cover of the next."""
        width = ceil(min(max(minutes / self.unit, 1), max(self.begins[-1], 1)))
        cached: dict[tuple[int, int, int], tuple[int, int]] = {}
        blocks: dict[int, int] = {}
        months, reach = [], 0
        lengths = [after - begin for begin, after in pairwise(self.begins)]
        for index, length in zip(bits.months[::step], lengths[::step], strict=True):
            key = (index, length, reach)
            if key not in cached:
                block, further = spread(bits.blocks[index], width, length, reach)
                cached[key] = blocks.setdefault(block, len(blocks)), further
            month, reach = cached[key]
            months.append(month)
        return Bits(tuple(months[::step]), tuple(blocks))

    def first(self, bits: Bits) -> int | None:
        """The minute of the first slot of a set; None for an empty set."""
        blocks = ((begin, bits.blocks[index]) for begin, index in zip(self.begins, bits.months, strict=False))
        return next((self.minute(begin + _lowest(block)) for begin, block in blocks if block), None)

    def last(self, bits: Bits) -> int | None:
        """The minute of the last slot of a set; None for an empty set."""
        blocks = (
            (begin, bits.blocks[index]) for begin, index in zip(self.begins[-2::-1], bits.months[::-1], strict=True)
        )
        return next((self.minute(begin + block.bit_length() - 1) for begin, block in blocks if block), None)

    def minutes(self, bits: Bits) -> tuple[int, ...]:
        """The minutes of all slots of a set, ascending."""
        slots = [_slots(block) for block in bits.blocks]
        return tuple(
            self.minute(begin + slot)
            for begin, index in zip(self.begins, bits.months, strict=False)
            for slot in slots[index]
        )

    def longest_between(self, bits: Bits) -> tuple[int, int]:
        """The longest time in minutes between two successive slots of a set, and the first minute where it begins."""
        gaps = [_gap_within(block) for block in bits.blocks]
        longest, first, previous = 0, 0, None
        for begin, index in zip(self.begins, bits.months, strict=False):
            gap = gaps[index]
            if gap is None:
                continue
            lowest, highest, inner, since = gap
            if previous is not None and begin + lowest - previous > longest:
                longest, first = begin + lowest - previous, previous
            if inner > longest:
                longest, first = inner, begin + since
            previous = begin + highest
        return longest * self.unit, self.minute(first)


def combined(operation: Callable[[int, int], int], left: Bits, right: Bits) -> Bits:
    """The set of slots that a bitwise operation (`operator.or_`, `and_`) makes of two sets of the same timeline."""
    return _by_month(
        lambda first, second: operation(left.blocks[first], right.blocks[second]),
        zip(left.months, right.months, strict=True),
    )


def has_all(bits: Bits, others: Bits) -> bool:
    """Whether the set `bits` has all slots of the set `others`, both of the same timeline."""
    pairs = set(zip(bits.months, others.months, strict=True))
    return not any(others.blocks[second] & ~bits.blocks[first] for first, second in pairs)


def timeline(crons: Sequence[Cron], start: int, end: int) -> Timeline:
    """The timeline for some schedules, over all months that the minutes from `start` to before `end` lie in.

    Only months of AWS's calendar count, 1970 to 2199.
    """
    times = [time for cron in crons for time in _times(cron)]
    unit = gcd(_EIGHTH_OF_DAY, *(time - times[0] for time in times))
    offset = times[0] % unit
    months = tuple(_months(start, end))
    first = month_shapes()[months[0]][0] - _BEFORE_1970 if months else 0
    shapes = month_shapes()
    begins = tuple(accumulate((shapes[month][1][1] * (_DAY // unit) for month in months), initial=0))
    return Timeline(first * _DAY + offset, unit, offset, months, begins)


def _by_month(block: Callable[..., int], keys: Iterable[tuple[Any, ...]]) -> Bits:
    """The set with the block of each month, which is computed once for each distinct key."""
    cached: dict[tuple[Any, ...], int] = {}
    blocks: dict[int, int] = {}
    months = []
    for key in keys:
        if key not in cached:
            cached[key] = blocks.setdefault(block(*key), len(blocks))
        months.append(cached[key])
    return Bits(tuple(months), tuple(blocks))


def _upwards(block: int, width: int, length: int, reach: int) -> tuple[int, int]:
    """A month with each slot widened to `width` towards the future, and how far it reaches into the next month.

    The first `reach` slots are covered by the months before.
    """
    further = max(block.bit_length() - 1 + width, reach) if block else reach
    covered = _widened(block, min(width, length), lshift) & _ones(length)
    return covered | _ones(min(reach, length)), max(further - length, 0)


def _downwards(block: int, width: int, length: int, reach: int) -> tuple[int, int]:
    """The same towards the past: the last `reach` slots are covered by the months behind."""
    further = max(length - _lowest(block) - 1 + width, reach) if block else reach
    covered = _widened(block, min(width, length), rshift)
    return covered | _ones(length) ^ _ones(max(length - reach, 0)), max(further - length, 0)


def _widened(block: int, width: int, shift: Callable[[int, int], int]) -> int:
    """Each bit as `width` bits; doubling takes the logarithm of `width` steps."""
    done = 1
    while block and done < width:
        step = min(done, width - done)
        block |= shift(block, step)
        done += step
    return block


def _ones(number: int) -> int:
    return (1 << number) - 1


def _lowest(block: int) -> int:
    return (block & -block).bit_length() - 1


def _gap_within(block: int) -> tuple[int, int, int, int] | None:
    """The first and the last slot, the longest distance between two neighbours and where it begins; None for none."""
    slots = _slots(block)
    if not slots:
        return None
    longest, since = 0, 0
    for earlier, later in pairwise(slots):
        if later - earlier > longest:
            longest, since = later - earlier, earlier
    return slots[0], slots[-1], longest, since


def _slots(block: int) -> list[int]:
    """The positions of the bits that are set, ascending; searching the digits is quicker than shifting."""
    digits = bin(block)[:1:-1]
    slots, slot = [], digits.find("1")
    while slot >= 0:
        slots.append(slot)
        slot = digits.find("1", slot + 1)
    return slots


def _times(cron: Cron) -> Iterator[int]:
    """The minutes of a run day at which a schedule runs."""
    return (60 * hour + minute for hour in cron.hours for minute in cron.minutes)


def _months(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The (year, month) in which some minute from `start` to before `end` lies."""
    first, last = (_BEFORE_1970 + min(max(minute // _DAY, 0), _DAYS - 1) for minute in (start, end - 1))
    first_day, last_day = date.fromordinal(first), date.fromordinal(last)
    if end <= max(start, 0) or start >= _DAYS * _DAY:
        return
    for year in range(first_day.year, last_day.year + 1):
        for month in range(1, DECEMBER + 1):
            if (first_day.year, first_day.month) <= (year, month) <= (last_day.year, last_day.month):
                yield year, month
