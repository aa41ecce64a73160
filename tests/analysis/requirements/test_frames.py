"""Frames of a few rows: smaller ones, those inside, and coded values."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from policyengine.analysis.requirements.attributes import Attribute
from policyengine.analysis.requirements.frame import Frame
from policyengine.analysis.requirements.typed import Access
from policyengine.analysis.requirements.value_types import Type


class Rule(NamedTuple):
    """What a row is at."""

    name: str


class Plan(NamedTuple):
    """What holds rules."""

    rules: tuple[Rule, ...]


NIGHTLY, HOURLY = Rule("nightly"), Rule("hourly")
NAME = Access(Type.NAME, "rule", (Attribute(Type.NAME, attrgetter("name"), "name"),), frozenset({"rule"}))


def frame(**at: list[object]) -> Frame:
    """A frame with these slots."""
    return Frame(at, len(next(iter(at.values()))), None)


def test_a_smaller_frame_has_each_combination_once() -> None:
    whole = frame(account=["a", "b", "c", "d"], plan=["p", "q", "p", "q"], rule=[NIGHTLY, HOURLY, NIGHTLY, NIGHTLY])
    small = whole.smaller(frozenset({"plan", "rule"}))
    assert small.frame.at == {"plan": ("p", "q", "q"), "rule": (NIGHTLY, HOURLY, NIGHTLY)}
    assert small.spread(b"\x07\x03\x00") == b"\x07\x03\x07\x00"


def test_a_frame_of_no_slot_is_one_row() -> None:
    small = frame(plan=["p", "q"]).smaller(frozenset())
    assert (small.frame.size, small.spread(b"\x07")) == (1, b"\x07\x07")


def test_a_frame_of_all_slots_or_of_distinct_rows_spreads_nothing() -> None:
    whole = frame(account=["a", "b"], plan=["p", "q"])
    assert whole.smaller(frozenset({"account", "plan"})).frame is whole
    assert whole.smaller(frozenset({"plan"})).rows is None


def test_inside_has_a_row_for_each_element_and_a_slice_for_each_holder() -> None:
    first, second = Plan((NIGHTLY, HOURLY)), Plan(())
    inside = frame(account=["a", "b", "c"], plan=[first, second, first]).inside("rule", "plan")
    assert inside.frame.at == {
        "account": ["a", "a", "c", "c"],
        "plan": [first] * 4,
        "rule": [NIGHTLY, HOURLY, NIGHTLY, HOURLY],
    }
    assert inside.slices == (slice(0, 2), slice(2, 2), slice(2, 4))


def test_values_are_coded_by_the_order_in_which_they_occur() -> None:
    coded = frame(rule=[HOURLY, NIGHTLY, HOURLY]).coded(NAME)
    assert (list(coded.codes), coded.values) == ([0, 1, 0], {"hourly": 0, "nightly": 1})


def test_more_values_than_a_byte_counts_are_coded_as_numbers() -> None:
    coded = frame(rule=[Rule(str(number)) for number in range(300)]).coded(NAME)
    assert coded.codes == list(range(300))


def test_a_row_is_looked_up_by_the_slots_that_the_frame_has() -> None:
    whole = frame(plan=["p", "q"], rule=[NIGHTLY, HOURLY])
    assert whole.position({"account": "a", "plan": "q", "rule": HOURLY}) == 1
