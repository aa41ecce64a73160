"""One loop of retries: what is tried again, for how long, how fast; and eight threads that end together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from live.small_aws import SmallAws, SmallClock

from policyengine.aws.facts.api_operations import LIST_POLICIES, LIST_ROOTS
from policyengine.live import ApiError, ApiRequest, FaultKind, Pace
from policyengine.live.access import AwsAccess, Workers
from policyengine.live.answers import Answer
from policyengine.live.pacing import Buckets
from policyengine.live.progress import Meter, ProgressState
from policyengine.live.retrying import BudgetError, Calls

ROOTS = ApiRequest(LIST_ROOTS)
LASTING = [FaultKind.THROTTLED, FaultKind.CONCURRENT, FaultKind.IN_PROGRESS, FaultKind.UNAVAILABLE, FaultKind.BROKEN]
FINAL = [kind for kind in FaultKind if kind not in {*LASTING, FaultKind.UNREADABLE, FaultKind.PROXY}]


def attempts(kind: FaultKind, *, budget: float = 30, after: int = 0) -> tuple[type[Exception], int, SmallClock]:
    """What a call ends in that fails always, after others that do not, how often it is made, and the time it takes."""
    aws, clock = SmallAws(), SmallClock()
    calls = Calls(aws, clock, Pace(budget=budget))
    for _ in range(after):
        calls.answer(ROOTS)
    aws.always = {"ListRoots": kind}
    with pytest.raises((ApiError, BudgetError)) as caught:
        calls.answer(ROOTS)
    return caught.type, aws.count("ListRoots") - after, clock


@pytest.mark.parametrize("kind", LASTING)
def test_what_passes_is_tried_until_the_budget_is_over(kind: FaultKind) -> None:
    error, made, clock = attempts(kind, after=1)
    assert error is BudgetError
    assert made > 5
    assert clock.time <= 30


@pytest.mark.parametrize("kind", FINAL)
def test_what_stays_is_tried_once(kind: FaultKind) -> None:
    assert attempts(kind)[:2] == (ApiError, 1)


@pytest.mark.parametrize("kind", [FaultKind.UNREADABLE, FaultKind.PROXY])
def test_what_mostly_stays_is_tried_three_times(kind: FaultKind) -> None:
    assert attempts(kind)[:2] == (ApiError, 3)


def test_a_network_that_never_worked_is_tried_three_times() -> None:
    assert attempts(FaultKind.BROKEN)[:2] == (ApiError, 3)


def test_pauses_grow_and_have_a_bound() -> None:
    _, _, clock = attempts(FaultKind.UNAVAILABLE, budget=300)
    assert clock.waited[:4] == [0.1, 0.2, 0.4, 0.8]  # half of what they are at most: the clock of the test has no luck
    assert max(clock.waited) == 10


def test_a_rate_spreads_the_calls_of_an_operation() -> None:
    aws, clock = SmallAws(), SmallClock()
    calls = Calls(aws, clock, Pace(rate=4))
    for _ in range(9):
        calls.answer(ROOTS)
    assert clock.time == 2
    calls.answer(ApiRequest(LIST_POLICIES))
    assert clock.time == 2


def test_an_operation_that_is_throttled_is_asked_more_slowly_and_recovers() -> None:
    clock = SmallClock()
    buckets = Buckets(clock)
    buckets.take("a")
    buckets.throttled("a")
    buckets.throttled("a")  # of the same moment: once counts
    for _ in range(11):
        buckets.take("a")
    assert clock.time == pytest.approx(1)
    for _ in range(45):
        buckets.answered("a")
    before = clock.time
    for _ in range(100):
        buckets.take("a")
    assert clock.time - before < 0.2


@pytest.mark.parametrize("wide", [1, 8])
def test_results_stand_in_the_order_of_the_items(wide: int) -> None:
    assert Workers(wide).map(lambda number: number * 2, range(50)) == [number * 2 for number in range(50)]
    assert Workers(wide).map(str, []) == []


def test_a_failure_ends_all() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 3:
            raise ValueError("three")
        time.sleep(0.001)
        done.append(number)

    with pytest.raises(ValueError, match="three"):
        Workers().map(work, range(10_000))
    time.sleep(0.05)
    assert len(done) < 1_000


def test_nothing_is_asked_any_more_after_a_failure() -> None:
    aws = SmallAws()
    calls = Calls(aws, SmallClock(), Pace())

    def work(number: int) -> None:
        if number == 0:
            raise ValueError("nothing")
        for _ in range(100_000):
            calls.answer(ROOTS)

    with pytest.raises(ValueError, match="nothing"):
        Workers().map(work, range(8))
    made = aws.count("ListRoots")
    time.sleep(0.05)
    assert aws.count("ListRoots") == made < 100_000


def test_eight_at_a_time() -> None:
    together: list[int] = []
    gate, lock = threading.Barrier(8), threading.Lock()
    inside = 0

    def work(_: int) -> None:
        nonlocal inside
        with lock:
            inside += 1
            together.append(inside)
        gate.wait(10)
        with lock:
            inside -= 1
        gate.wait(10)

    Workers().map(work, range(16))
    assert max(together) == 8


def test_how_far_it_is() -> None:
    states: list[ProgressState] = []
    clock = SmallClock()
    access = AwsAccess(Calls(SmallAws(), clock, Pace()), Workers(1), Meter(clock, states.append))
    access.each("things", _slow(clock), range(4))
    assert [(state.what, state.done, state.total) for state in states] == [
        ("things", done, 4) for done in (0, 1, 2, 3, 4, 4)
    ]
    assert [state.left for state in states] == [None, 6, 4, 2, 0, 0]
    assert states[-1].rate == 0.5
    assert states[-1].ended


def _slow(clock: SmallClock) -> Callable[[int], None]:
    return lambda _: clock.sleep(2)


def test_a_page_may_be_empty_and_not_the_last() -> None:
    class Paged:
        """A list of which the first page is empty, without its member even."""

        def answer(self, request: ApiRequest) -> Answer:
            mark = request.parameters.get("NextToken", "")
            pages: dict[str, dict[str, Any]] = {
                "": {"NextToken": "1"},
                "1": {"Roots": [], "NextToken": "2"},
                "2": {"Roots": [{"Id": "r-1", "Name": "Root"}]},
            }
            return pages[mark]

    from policyengine.live.answers import Listing  # noqa: PLC0415 - of this test alone

    calls = Calls(Paged(), SmallClock(), Pace())
    assert [root["Id"] for root in calls.pages(Listing(LIST_ROOTS, "Roots", ("Id",)), ROOTS)] == ["r-1"]
