"""One loop of retries for every call, with full jitter, inside a budget; and lists that are read page by page.

What is tried again: throttles, changes of others, changes in progress, failures of the service and of the network.
Credentials that have expired and what is denied stop at once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from math import inf
from typing import Any, TypeVar

from policyengine.base.records import Record
from policyengine.live.answers import Answer, Api, ApiError, ApiRequest, FaultKind, Listing
from policyengine.live.pacing import Buckets, Clock

T = TypeVar("T")

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 20.0  # seconds
_MOST_ATTEMPTS = 3
_UNTIL_BUDGET = frozenset(
    {FaultKind.THROTTLED, FaultKind.CONCURRENT, FaultKind.IN_PROGRESS, FaultKind.UNAVAILABLE, FaultKind.BROKEN}
)
"""Faults that pass: the call is tried again until its budget is over."""
_FEW_TIMES = frozenset({FaultKind.UNREADABLE, FaultKind.PROXY})
"""Faults that may be those of a broken connection, and mostly are none: `_MOST_ATTEMPTS` of the call, no more."""


class BudgetError(Exception):
    """A call did not succeed in the time that it had; `last` is why."""

    def __init__(self, last: ApiError) -> None:
        self.last = last
        super().__init__(str(last))


class Pace(Record):
    """The most calls a second of each operation, and for how many seconds one call is tried again."""

    rate: float = inf
    budget: float = 900.0


class OverError(Exception):
    """Nobody waits for an answer any more."""


class ReadingThread(threading.Thread):
    """A thread that reads until nobody waits for it any more; it does not keep the process from ending."""

    def __init__(self, work: Callable[[], None], ended: threading.Event) -> None:
        super().__init__(target=work, daemon=True)
        self.ended = ended


class Calls:
    """Calls that are tried again, counted by action. May be used by several threads at the same time."""

    def __init__(self, api: Api, clock: Clock, pace: Pace) -> None:
        self._api, self._clock, self._pace = api, clock, pace
        self._buckets = Buckets(clock, pace.rate)
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()

    @property
    def counted(self) -> dict[str, int]:
        """Answers by action, sorted; a call that was tried again is one."""
        with self._lock:
            return dict(sorted(self._counted.items()))

    def answer(self, request: ApiRequest) -> Answer:
        """AWS's answer. Raises `ApiError` for what no second try mends, and `BudgetError`."""
        return self.read(request, lambda answer: answer)

    def read(self, request: ApiRequest, take: Callable[[Answer], T]) -> T:
        """The value that `take` reads from AWS's answer.

        It raises `KeyError`, `TypeError` or `ValueError` for an unreadable one.

        Raises as `answer` does, and `OverError` in a thread that nobody waits for.
        """
        began: float | None = None
        for attempt in count():
            self._buckets.take(request.action)
            thread = threading.current_thread()
            if isinstance(thread, ReadingThread) and thread.ended.is_set():
                raise OverError
            try:
                taken = self._attempt(request, take)
            except ApiError as error:
                began = self._clock.now() if began is None else began
                self._wait(error, attempt, began)
            else:
                self._count(request.action)
                return taken
        raise AssertionError

    def pages(self, listing: Listing, request: ApiRequest) -> Iterator[dict[str, Any]]:
        """The items of a list over all of its pages. An empty page may be followed by others. Raises as `answer`."""
        marks: set[str] = set()
        parameters = dict(request.parameters)
        while True:
            page = ApiRequest(listing.operation, parameters, request.region, request.account, request.fresh)
            items, mark = self.read(page, lambda answer: _page(listing, answer))
            yield from items
            if not mark:
                return
            if mark in marks:
                raise ApiError(FaultKind.UNREADABLE, page)
            marks.add(mark)
            parameters = {**parameters, listing.start: mark}

    def _attempt(self, request: ApiRequest, take: Callable[[Answer], T]) -> T:
        answer = self._api.answer(request)
        try:
            return take(answer)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ApiError(FaultKind.UNREADABLE, request) from None

    def _count(self, action: str) -> None:
        self._buckets.answered(action)
        with self._lock:
            self._counted[action] += 1

    def _wait(self, error: ApiError, attempt: int, began: float) -> None:
        """Waits before the next attempt, or raises where there is none."""
        if error.kind is FaultKind.THROTTLED:
            self._buckets.throttled(error.request.action)
        if error.kind is FaultKind.NOT_FOUND:  # which is an answer
            self._count(error.request.action)
        is_first = error.kind is FaultKind.BROKEN and not self._counted  # nothing was ever reached
        if error.kind in _FEW_TIMES or is_first:
            if attempt + 1 >= _MOST_ATTEMPTS:
                raise error
        elif error.kind not in _UNTIL_BUDGET:
            raise error
        wait = self._clock.between(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempt, 10)))
        if self._clock.now() - began + wait > self._pace.budget:
            raise BudgetError(error)
        self._clock.sleep(wait)


def _page(listing: Listing, answer: Answer) -> tuple[list[dict[str, Any]], str]:
    """The items of a page, and where the next one begins; empty after the last."""
    mark = answer.get(listing.mark) or ""
    items = answer.get(listing.items, [] if mark else None)
    if not isinstance(items, list) or not isinstance(mark, str):
        raise TypeError
    for item in items:
        for name in listing.required:
            if not isinstance(item[name], str):
                raise TypeError
    return items, mark
