"""The pace of calls: a bucket of tokens for each operation, which slows down when AWS throttles it.

Nobody publishes the rates of Organizations but that of ListRoots (pull.md#what-is-not-known), so that a bucket begins
without a bound of its own, and finds one.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from math import inf
from typing import Protocol

from msgspec import Struct

_FIRST_RATE = 10.0  # calls a second, after the first throttle
_LEAST_RATE = 0.5
_SLOWER, _FASTER = 0.5, 1.1
_UNBOUND = 500.0  # from here on a bucket is no bound any more
_CALM = 1.0  # seconds in which a bucket slows down once: eight threads are throttled at the same time


class Clock(Protocol):
    """The time, and waiting."""

    def now(self) -> float:
        """Seconds since some moment, which never go back."""

    def sleep(self, seconds: float) -> None:
        """Waits for some seconds."""

    def between(self, least: float, most: float) -> float:
        """A random number of seconds."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits for some seconds."""
        time.sleep(seconds)

    def between(self, least: float, most: float) -> float:
        """A random number of seconds."""
        return random.uniform(least, most)  # noqa: S311 - spreads calls, and hides nothing


class Buckets:
    """A bucket for each action. `most` bounds the rate of each from the beginning, in calls a second."""

    def __init__(self, clock: Clock, most: float = inf) -> None:
        self._clock, self._most = clock, most
        self._lock = threading.Lock()
        self._buckets: defaultdict[str, _Bucket] = defaultdict(lambda: _Bucket(most))

    def take(self, action: str) -> None:
        """Waits until a call may be made."""
        with self._lock:
            wait = self._buckets[action].reserve(self._clock.now())
        if wait > 0:
            self._clock.sleep(wait)

    def throttled(self, action: str) -> None:
        """AWS refused a call as one too many."""
        with self._lock:
            self._buckets[action].slow_down(self._clock.now())

    def answered(self, action: str) -> None:
        """Records that AWS took a call: the next may come sooner."""
        with self._lock:
            self._buckets[action].speed_up(self._most)


class _Bucket(Struct, eq=False):
    """A rate in calls a second, and when the next call may be made."""

    rate: float
    free: float = 0.0
    slowed: float = -inf

    def reserve(self, now: float) -> float:
        """Takes the next place, and says how long to wait for it."""
        if self.rate == inf:
            return 0.0
        place = max(now, self.free)
        self.free = place + 1 / self.rate
        return place - now

    def slow_down(self, now: float) -> None:
        if now - self.slowed >= _CALM:
            self.slowed = now
            self.rate = _FIRST_RATE if self.rate == inf else max(_LEAST_RATE, self.rate * _SLOWER)

    def speed_up(self, most: float) -> None:
        if self.rate < most:
            faster = self.rate * _FASTER
            self.rate = min(most, inf if faster > _UNBOUND else faster)
