"""What every reader of AWS works with: calls, threads, and the meter that says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from policyengine.base.records import record
from policyengine.live.progress import Meter
from policyengine.live.retrying import Calls
from policyengine.live.workers import Workers

A = TypeVar("A")
B = TypeVar("B")


@record
class Access:
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
