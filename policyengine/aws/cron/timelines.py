"""The runs of schedules as bits of integers, so that whole calendars are compared and combined at once.

Time is cut into slots of equal length, chosen so that every run of the schedules begins one. Bits are kept by month, of
long calendars by year: there are hundreds of these and few that differ, however short the slots are, so that each
distinct month or year, or pair of them, is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import accumulate, pairwise
from math import ceil, gcd
from operator import lshift, rshift
from typing import Any, NamedTuple

from policyengine.aws.cron.days import DECEMBER, FIRST_YEAR, LAST_YEAR, MonthShape, month_shapes
from policyengine.aws.cron.expression import Cron
from policyengine.base.records import Record

_DAY = 24 * 60
_EIGHTH_OF_DAY = 180  # minutes; days of eight slots, or of a multiple of that, are whole bytes
_BEFORE_1970 = date(FIRST_YEAR, 1, 1).toordinal()
_YEARS_BY_MONTH = 4  # beyond so many, whole years are fewer blocks than months are, though larger ones
_DAYS = date(LAST_YEAR + 1, 1, 1).toordinal() - _BEFORE_1970


class MonthSpan(NamedTuple):
    """Some months of a year one after the other: one of them, or all."""

    year: int
    first: int
    last: int


class Bits(NamedTuple):
    """Some of the slots of a timeline: for each of its parts the place in `blocks`, which are distinct.

    Bit `n` of a block stands for slot `n` of the part.
    """

    parts: tuple[int, ...]
    blocks: tuple[int, ...]

    @property
    def number(self) -> int:
        """The number of slots."""
        counts = [block.bit_count() for block in self.blocks]
        return sum(counts[place] for place in self.parts)


class Timeline(Record):
    """Slots of `unit` minutes. `start` is the first minute of the first one; minutes count from 1970, UTC.

    `parts` are whole months or whole years from `start` on; `offset` is where in a day the first of its slots begins.
    `begins` has the first slot of each part, and behind the last one the number of all slots.
    """

    start: int
    unit: int
    offset: int
    parts: tuple[MonthSpan, ...]
    begins: tuple[int, ...]

    @property
    def day(self) -> int:
        """The number of slots of a day."""
        return _DAY // self.unit

    def slot(self, minute: int) -> int:
        """The first slot that does not begin before a minute."""
        return -((self.start - minute) // self.unit)

    def minute(self, slot: int) -> int:
        """The minute at which a slot begins."""
        return self.start + slot * self.unit

    def bits(self, cron: Cron) -> Bits:
        """The slots that a schedule runs in, which must be one of those that the timeline was made for."""
        times = sum(1 << (time - self.offset) // self.unit for time in cron.times)
        day, years = times.to_bytes(self.day // 8, "little"), set(cron.years)
        idle, built = bytes(len(day)), dict[MonthShape, bytes]()

        def month(shape: MonthShape) -> bytes:
            if shape not in built:
                days = set(cron.days.within(*shape))
                built[shape] = b"".join(day if date in days else idle for date in range(1, shape[1] + 1))
            return built[shape]

        def block(shapes: tuple[MonthShape, ...], first: int, runs: bool) -> int:  # noqa: FBT001 - a key of parts
            months = (
                month(shape) if runs and number in cron.months else idle * shape[1]
                for number, shape in enumerate(shapes, first)
            )
            return int.from_bytes(b"".join(months), "little")

        return _by_part(block, ((_shapes(*part), part.first, part.year in years) for part in self.parts))

    def within(self, bits: Bits, start: int, end: int) -> Bits:
        """The slots that begin from a minute to before another one."""
        first, last = self.slot(start), self.slot(end)
        edges = (
            (place, min(max(first - begin, 0), after - begin), min(max(last - begin, 0), after - begin))
            for place, (begin, after) in zip(bits.parts, pairwise(self.begins), strict=True)
        )
        return _by_part(lambda place, low, high: (bits.blocks[place] & _ones(high)) >> low << low, edges)

    def after(self, bits: Bits, minutes: float) -> Bits:
        """The slots with all those that begin so many minutes after one, its own at least."""
        return self._spread(bits, minutes, _upwards, 1)

    def before(self, bits: Bits, minutes: float) -> Bits:
        """The slots with all those from which one begins within so many minutes, its own at least."""
        return self._spread(bits, minutes, _downwards, -1)

    def _spread(
        self, bits: Bits, minutes: float, spread: Callable[[int, int, int, int], tuple[int, int]], step: int
    ) -> Bits:
        """Part by part, each with the number of slots that those already passed reach into it."""
        wanted = ceil(min(max(minutes / self.unit, 1), self.begins[-1]))
        reached: dict[tuple[int, int, int], tuple[int, int]] = {}
        blocks: dict[int, int] = {}
        parts, reach = [], 0
        lengths = [after - begin for begin, after in pairwise(self.begins)]
        for place, length in zip(bits.parts[::step], lengths[::step], strict=True):
            key = (place, length, reach)
            if key not in reached:
                block, further = spread(bits.blocks[place], wanted, length, reach)
                reached[key] = blocks.setdefault(block, len(blocks)), further
            at, reach = reached[key]
            parts.append(at)
        return Bits(tuple(parts[::step]), tuple(blocks))

    def first(self, bits: Bits) -> int | None:
        """The minute of the first slot."""
        blocks = ((begin, bits.blocks[place]) for begin, place in zip(self.begins, bits.parts, strict=False))
        return next((self.minute(begin + _lowest(block)) for begin, block in blocks if block), None)

    def last(self, bits: Bits) -> int | None:
        """The minute of the last slot."""
        blocks = (
            (begin, bits.blocks[place]) for begin, place in zip(self.begins[-2::-1], bits.parts[::-1], strict=True)
        )
        return next((self.minute(begin + block.bit_length() - 1) for begin, block in blocks if block), None)

    def minutes(self, bits: Bits) -> tuple[int, ...]:
        """The minutes of all slots, ascending."""
        places = [_places(block) for block in bits.blocks]
        return tuple(
            self.minute(begin + slot)
            for begin, place in zip(self.begins, bits.parts, strict=False)
            for slot in places[place]
        )

    def longest_between(self, bits: Bits) -> tuple[int, int]:
        """The longest time in minutes between two neighbouring slots, and the first minute where it begins."""
        inside = [_inside(block) for block in bits.blocks]
        longest, first, previous = 0, 0, None
        for begin, place in zip(self.begins, bits.parts, strict=False):
            runs = inside[place]
            if runs is None:
                continue
            lowest, highest, inner, at = runs
            if previous is not None and begin + lowest - previous > longest:
                longest, first = begin + lowest - previous, previous
            if inner > longest:
                longest, first = inner, begin + at
            previous = begin + highest
        return longest * self.unit, self.minute(first)


def combined(operation: Callable[[int, int], int], left: Bits, other: Bits) -> Bits:
    """Two sets of slots of a timeline put together, bit by bit."""
    return _by_part(
        lambda first, second: operation(left.blocks[first], other.blocks[second]),
        zip(left.parts, other.parts, strict=True),
    )


def has_all(bits: Bits, others: Bits) -> bool:
    """Whether all of some slots are among others of the same timeline."""
    pairs = set(zip(bits.parts, others.parts, strict=True))
    return not any(others.blocks[second] & ~bits.blocks[first] for first, second in pairs)


def timeline(crons: Sequence[Cron], start: int, end: int) -> Timeline:
    """The timeline of some schedules that has every minute from `start` to before `end` of AWS's calendar."""
    times = [time for cron in crons for time in cron.times]
    unit = gcd(_EIGHTH_OF_DAY, *(time - times[0] for time in times))
    offset = times[0] % unit
    parts = tuple(_parts(start, end))
    first = month_shapes()[parts[0].year, parts[0].first][0] - _BEFORE_1970 if parts else 0
    days = (sum(length for _, length in _shapes(*part)) for part in parts)
    begins = tuple(accumulate((number * (_DAY // unit) for number in days), initial=0))
    return Timeline(first * _DAY + offset, unit, offset, parts, begins)


def _by_part(block: Callable[..., int], keys: Iterable[tuple[Any, ...]]) -> Bits:
    """The block of each part, made once for each distinct key."""
    places: dict[tuple[Any, ...], int] = {}
    blocks: dict[int, int] = {}
    parts = []
    for key in keys:
        at = places.get(key)
        if at is None:
            at = places[key] = blocks.setdefault(block(*key), len(blocks))
        parts.append(at)
    return Bits(tuple(parts), tuple(blocks))


def _upwards(block: int, wanted: int, length: int, reach: int) -> tuple[int, int]:
    """A part in which each slot takes up `wanted`, the first `reach` being taken, and how far it reaches beyond."""
    further = max(block.bit_length() - 1 + wanted, reach) if block else reach
    taken = _doubled(block, min(wanted, length), lshift) & _ones(length)
    return taken | _ones(min(reach, length)), max(further - length, 0)


def _downwards(block: int, wanted: int, length: int, reach: int) -> tuple[int, int]:
    """The same towards the past: the last `reach` slots are taken."""
    further = max(length - _lowest(block) - 1 + wanted, reach) if block else reach
    taken = _doubled(block, min(wanted, length), rshift)
    return taken | _ones(length) ^ _ones(max(length - reach, 0)), max(further - length, 0)


def _doubled(block: int, wanted: int, shift: Callable[[int, int], int]) -> int:
    done = 1
    while done < wanted:
        step = min(done, wanted - done)
        block |= shift(block, step)
        done += step
    return block


def _ones(number: int) -> int:
    return (1 << number) - 1


def _lowest(block: int) -> int:
    return (block & -block).bit_length() - 1


def _inside(bits: int) -> tuple[int, int, int, int] | None:
    """The first and the last bit, the longest distance between two neighbours and where it begins; None for no bits.

    The distance is the least one with which bits that each take up so many slots leave none free between them.
    """
    if not bits:
        return None
    lowest, highest = _lowest(bits), bits.bit_length() - 1
    shifted, whole = bits >> lowest, _ones(highest - lowest + 1)
    enough, most = 0, highest - lowest
    while most - enough > 1:
        middle = (enough + most) // 2
        if whole & ~_doubled(shifted, middle, lshift):
            enough = middle
        else:
            most = middle
    free = whole & ~_doubled(shifted, enough, lshift) if enough else 0
    return lowest, highest, most, lowest + _lowest(free) - enough if free else lowest


def _places(bits: int) -> list[int]:
    text = bin(bits)[:1:-1]
    places, place = [], text.find("1")
    while place >= 0:
        places.append(place)
        place = text.find("1", place + 1)
    return places


@cache
def _shapes(year: int, first: int, last: int) -> tuple[MonthShape, ...]:
    """The shapes of some months of a year."""
    return tuple(month_shapes()[year, month][1] for month in range(first, last + 1))


def _parts(start: int, end: int) -> Iterator[MonthSpan]:
    """The months of which some minute lies between two, or all months of such years where they are many."""
    if end <= max(start, 0) or start >= _DAYS * _DAY:
        return
    first, last = (_BEFORE_1970 + min(max(minute // _DAY, 0), _DAYS - 1) for minute in (start, end - 1))
    first_day, last_day = date.fromordinal(first), date.fromordinal(last)
    by_year = last_day.year - first_day.year > _YEARS_BY_MONTH
    for year in range(first_day.year, last_day.year + 1):
        if by_year:
            yield MonthSpan(year, 1, DECEMBER)
            continue
        begin = first_day.month if year == first_day.year else 1
        for month in range(begin, (last_day.month if year == last_day.year else DECEMBER) + 1):
            yield MonthSpan(year, month, month)
