"""The access to AWS that all readers share: calls, the meter of their progress, and eight threads.

They read at the same time, and end at once when one of them fails or the user interrupts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

from policyengine.base.records import Record
from policyengine.live.progress import Meter
from policyengine.live.retrying import Calls, ReadingThread

A = TypeVar("A")
B = TypeVar("B")

_WIDE = 8
_LONGEST = 5.0  # seconds
_TICK = 0.2  # seconds; so long an interrupt may have to wait


class Workers:
    """Runs a function on many things, eight at a time. The threads do not keep the process from ending."""

    def __init__(self, wide: int = _WIDE) -> None:
        self._wide = wide

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> list[B]:
        """The results in the order of the items. Raises what the function raises first; no other item begins then."""
        waiting = list(items)
        run = _Run(function, waiting)
        threads = [ReadingThread(run.work, run.ended) for _ in range(min(self._wide, len(waiting)))]
        for thread in threads:
            thread.start()
        try:
            return run.results()
        except Exception:
            run.wait(threads)
            raise


class _Run(Generic[A, B]):
    """One run over items: what is to be done, and what is done."""

    def __init__(self, function: Callable[[A], B], items: list[A]) -> None:
        self._function, self._size = function, len(items)
        self.ended = threading.Event()
        self._done: SimpleQueue[tuple[int, B | BaseException, bool]] = SimpleQueue()
        self._waiting: SimpleQueue[tuple[int, A]] = SimpleQueue()
        for place in enumerate(items):
            self._waiting.put(place)

    def work(self) -> None:
        """Takes and runs tasks until none is left, or the run has ended."""
        while not self.ended.is_set():
            try:
                index, item = self._waiting.get_nowait()
            except Empty:
                return
            try:
                self._done.put((index, self._function(item), False))
            except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
                self._done.put((index, error, True))

    @staticmethod
    def wait(threads: Iterable[threading.Thread]) -> None:
        """Waits for the calls that are on their way, for a while: what they answer is kept for the next reading."""
        until = monotonic() + _LONGEST
        for thread in threads:
            thread.join(max(0, until - monotonic()))

    def results(self) -> list[B]:
        """Waits for all results."""
        by_index: dict[int, B] = {}
        try:
            while len(by_index) < self._size:
                try:
                    index, result, failed = self._done.get(timeout=_TICK)
                except Empty:
                    continue
                if failed and isinstance(result, BaseException):
                    raise result
                by_index[index] = result  # type: ignore[assignment] # no exception, as `failed` says
        finally:
            self.ended.set()
        return [by_index[index] for index in range(self._size)]


class AwsAccess(Record):
    """The way to AWS."""

    calls: Calls
    workers: Workers
    meter: Meter

    def each(self, what: str, function: Callable[[A], B], items: Iterable[A]) -> list[B]:
        """The results of a function for all items, in their order; the meter shows `what` and how many are done.

        Raises what the function raises first.
        """

        def counted(item: A) -> B:
            result = function(item)
            self.meter.step()
            return result

        given = list(items)
        self.meter.begin(what, len(given))
        results = self.workers.map(counted, given)
        self.meter.end()
        return results
