"""Truths of conditions by columns, as tables: F false, M missing, U unknown, T true; a letter for each row."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from operator import attrgetter
from typing import Any, Literal, NamedTuple

import pytest

from policyengine.analysis.requirements.attributes import Attribute
from policyengine.analysis.requirements.evaluate_conditions import Columns
from policyengine.analysis.requirements.frame import Frame
from policyengine.analysis.requirements.truth import MISSING, TRUTH_BYTE, Truth
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Logical,
    Not,
    Quantifier,
    Slot,
)
from policyengine.analysis.requirements.value_types import ABSENT, Type, comparing
from policyengine.aws.deployment import UNKNOWN, View
from policyengine.base.source import Source, Span
from policyengine.language.syntax import nodes
from policyengine.language.syntax.literals import Boolean, Name

LETTERS: dict[str, Truth] = {"F": False, "M": MISSING, "U": UNKNOWN, "T": True}
LETTER = {TRUTH_BYTE[truth]: letter for letter, truth in LETTERS.items()}
HERE = Span(Source("requirements.bpol", ""), 0, 0)
WRITTEN = Boolean(value=True, span=HERE)


class Rule(NamedTuple):
    """A row's element: whether it is meant, and whether it satisfies; `number` sets equal ones apart."""

    truth: Truth
    meant: Truth = True
    number: int = 0


class Plan(NamedTuple):
    """An element with others inside."""

    rules: tuple[Rule, ...]


class Tagged(NamedTuple):
    """An element with a text."""

    tag: object


def asks(name: str, slot: Slot = "rule") -> Access:
    """An attribute of what a slot is at, which is a truth."""
    return Access(Type.BOOLEAN, slot, (Attribute(Type.BOOLEAN, attrgetter(name), name),), frozenset({slot}))


def rules(letters: str) -> tuple[Rule, ...]:
    """`TU` is a rule that satisfies and one that perhaps does."""
    return tuple(Rule(LETTERS[letter], number=number) for number, letter in enumerate(letters))


def column(condition: Condition, size: int, **at: Iterable[Any]) -> str:
    """The letters of a condition on a frame with these slots."""
    frame = Frame({slot: list(items) for slot, items in at.items()}, size, None)
    return "".join(map(LETTER.__getitem__, Columns(frame).of(condition)))


def quantifier(kind: Literal["every", "some", "no", "at least"], *, where: bool = False, count: int = 0) -> Quantifier:
    """`KIND rule where rule.meant satisfies rule.truth`, asked of the rules of a plan."""
    written = nodes.QuantifierNode(kind, count or None, Name("rule", span=HERE), None, WRITTEN, span=HERE)
    narrowed = asks("meant") if where else None
    return Quantifier(kind, count, "rule", "plan", narrowed, asks("truth"), frozenset({"plan"}), written)


def test_and_or_are_tables_of_four_truths() -> None:
    pairs = [(LETTERS[left], LETTERS[right]) for left, right in product("FMUT", repeat=2)]
    at = {"plan": [Rule(left) for left, _ in pairs], "rule": [Rule(right) for _, right in pairs]}
    sides = (asks("truth", "plan"), asks("truth"))
    free = frozenset({"plan", "rule"})
    assert column(Logical("and", sides, free, WRITTEN), 16, **at) == "FFFFFMMMFMUUFMUT"
    assert column(Logical("or", sides, free, WRITTEN), 16, **at) == "FMUTMMUTUUUTTTTT"


def test_not_changes_only_true_and_false() -> None:
    assert column(Not(asks("truth"), frozenset({"rule"})), 4, rule=rules("FMUT")) == "TMUF"


HOLDERS = ("", "T", "F", "U", "M", "TF", "TU", "FU", "FM", "UM", "TM", "TTF")


@pytest.mark.parametrize(
    ("kind", "count", "letters"),
    [
        ("every", 0, "T T F U M F U F F M M F"),
        ("some", 0, "F T F U M T T U M U T T"),
        ("no", 0, "T F T U M F F U M U F F"),
        ("at least", 1, "F T F U M T T U M U T T"),
        ("at least", 2, "F F F F M F U F M M M T"),
    ],
)
def test_a_quantifier_groups_the_rows_of_each_holder(
    kind: Literal["every", "some", "no", "at least"], count: int, letters: str
) -> None:
    plans = [Plan(rules(inside)) for inside in HOLDERS]
    assert column(quantifier(kind, count=count), len(plans), plan=plans) == letters.replace(" ", "")


def test_where_leaves_out_what_is_false_or_missing_and_doubts_what_is_unknown() -> None:
    plans = [Plan((Rule(LETTERS[truth], LETTERS[meant]),)) for meant, truth in product("FMUT", repeat=2)]
    assert column(quantifier("every", where=True), 16, plan=plans) == "TTTTTTTTUUUTFMUT"
    assert column(quantifier("some", where=True), 16, plan=plans) == "FFFFFFFFFUUUFMUT"
    assert column(quantifier("no", where=True), 16, plan=plans) == "TTTTTTTTTUUUTMUF"


def test_a_quantifier_meets_what_is_meant_or_may_be() -> None:
    plans = [Plan(()), *(Plan((Rule(truth=True, meant=LETTERS[meant]),)) for meant in "FMUT")]
    columns = Columns(Frame({"plan": plans}, len(plans), None))
    assert [bool(byte) for byte in columns.met([quantifier("every", where=True)])] == [False, False, False, True, True]


def test_a_quantifier_over_withheld_plans_is_unknown() -> None:
    over = nodes.QuantifierNode("every", None, Name("plan", span=HERE), None, WRITTEN, span=HERE)
    every = Quantifier("every", 0, "plan", "account", None, asks("rules", "plan"), frozenset({"view"}), over)
    assert column(every, 2, view=[View((), (), None), View((), (), None, withheld=True)]) == "TU"


def test_a_comparison_is_decided_once_for_each_distinct_value() -> None:
    decided: list[object] = []

    def holds(left: object, right: object) -> bool:
        decided.append(left)
        return left == right

    constant = Constant(Type.BOOLEAN, constant=True, text="true")
    written = nodes.ComparisonNode(WRITTEN, "==", WRITTEN, span=HERE)
    equals = Comparison(asks("truth"), "==", constant, holds, frozenset({"rule"}), written)
    assert column(equals, 8, rule=rules("TFTFMUTT")) == "TFTFMUTT"
    assert decided == [True, False]


def test_rows_at_equal_places_share_the_column_of_the_smaller_frame() -> None:
    here, there = Rule(truth=True), Rule(truth=False)
    columns, condition = Columns(Frame({"plan": ["a", "b", "c"], "rule": [here, there, here]}, 3, None)), asks("truth")
    assert [LETTER[byte] for byte in columns.of(condition)] == ["T", "F", "T"]
    assert columns.at(condition, {"plan": "c", "rule": here}) is True
    assert columns.at(condition, {"rule": there}) is False


def test_equality_is_looked_up_among_the_distinct_values() -> None:
    written = nodes.ComparisonNode(WRITTEN, "==", WRITTEN, span=HERE)
    constant = Constant(Type.BOOLEAN, constant=False, text="false")
    holds = comparing("==", Type.BOOLEAN, Type.BOOLEAN)
    equals = Comparison(asks("truth"), "==", constant, holds, frozenset({"rule"}), written)
    assert column(equals, 8, rule=rules("TFTFMUTT")) == "FTFTMUFF"
    assert column(equals, 2, rule=rules("TT")) == "FF"


def test_a_text_that_is_not_set_is_equal_to_none_not_even_to_another() -> None:
    written = nodes.ComparisonNode(WRITTEN, "==", WRITTEN, span=HERE)
    holds = comparing("==", Type.STRING, Type.STRING)
    both = frozenset({"plan", "rule"})
    equals = Comparison(asks("tag", "plan"), "==", asks("tag"), holds, both, written)
    assert column(equals, 2, plan=[Tagged("a"), Tagged(ABSENT)], rule=[Tagged(ABSENT)] * 2) == "FF"
