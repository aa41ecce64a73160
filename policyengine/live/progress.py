"""The progress of a reading: what is read, how much of it is done, how fast, and how long it will take."""

from __future__ import annotations

import threading
from collections.abc import Callable

from policyengine.base.records import Record
from policyengine.live.pacing import Clock


class ProgressState(Record):
    """A moment of a reading: `done` of so far `total` calls or accounts, `rate` a second, `left` seconds or None."""

    what: str
    done: int
    total: int
    rate: float
    left: float | None
    ended: bool = False


Report = Callable[[ProgressState], None]
"""Shows a state; called often, by several threads but never by two at the same time."""


def silent(_: ProgressState) -> None:
    """Shows nothing."""


class Meter:
    """Counts what is done of one kind of reading after the other."""

    def __init__(self, clock: Clock, report: Report = silent) -> None:
        self._clock, self._report = clock, report
        self._lock = threading.Lock()
        self._what, self._done, self._total, self._began = "", 0, 0, 0.0

    def begin(self, what: str, total: int) -> None:
        """Begins with a kind of reading, `total` calls or accounts as far as one sees."""
        with self._lock:
            self._what, self._done, self._total, self._began = what, 0, total, self._clock.now()
            self._report(self._state())

    def more(self, number: int) -> None:
        """More of it is to be read."""
        with self._lock:
            self._total += number

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1
            self._report(self._state())

    def end(self) -> None:
        """All of this kind is done."""
        with self._lock:
            self._report(self._state(ended=True))

    def _state(self, *, ended: bool = False) -> ProgressState:
        took = self._clock.now() - self._began
        rate = self._done / took if took > 0 else 0.0
        left = (self._total - self._done) / rate if rate > 0 else None
        return ProgressState(self._what, self._done, self._total, rate, left, ended)
