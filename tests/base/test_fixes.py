"""Fixes as edits of a text: what applying them changes, and which can be applied together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.base.diagnostics import Edit, Fix
from policyengine.base.fixes import apply_fixes, inserted, left_out, renamed, written
from policyengine.base.source import Source, Span
from policyengine.base.text import Suggestion, differ_by_a_slip, suggestion


def at(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(Source("a.bpol", text), start, start + len(part))


def after(text: str, *fixes: Fix) -> str:
    return apply_fixes([Source("a.bpol", text)], fixes)[0][0].text


def test_writing_inserting_and_leaving_out() -> None:
    text = "a = 1 # why\nb = 2\n"
    assert after(text, written(at(text, "1"), "1 day")) == "a = 1 day # why\nb = 2\n"
    assert after(text, inserted(at(text, "a"), "locked ")) == "locked a = 1 # why\nb = 2\n"
    assert after(text, left_out(at(text, "b = 2"))) == "a = 1 # why\n"
    assert after(text, left_out(at(text, "a = 1"))) == "# why\nb = 2\n"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("x {\n  drop\n\n  y\n}\n", "x {\n\n  y\n}\n"),
        ("x {\n  y\n\n  drop\n}\n", "x {\n  y\n}\n"),
        ("y\n\ndrop\n\nz\n", "y\n\nz\n"),
        ("y\r\n\r\ndrop\r\n\r\nz\r\n", "y\r\n\r\nz\r\n"),
        ("y\n\n\tdrop", "y\n"),
        ("drop\n\ny\n", "y\n"),
        ("x { y  drop }\n", "x { y }\n"),
        ("x { y  drop } # é\n", "x { y } # é\n"),
    ],
)
def test_what_is_left_out_takes_its_line_and_a_blank_one_with_it(text: str, result: str) -> None:
    assert after(text, left_out(at(text, "drop"))) == result


def test_of_fixes_that_touch_the_first_is_applied_and_a_fix_never_in_part() -> None:
    text = "abcdef"
    both = Fix("both", (Edit(at(text, "bc"), "X"), Edit(at(text, "f"), "Y")))
    other = written(at(text, "cd"), "Z")
    assert apply_fixes([Source("a.bpol", text)], [other, both]) == ((Source("a.bpol", "aXdeY"),), 1)
    assert apply_fixes([Source("a.bpol", text)], [both, both])[1] == 1
    assert after("other text", both) == "other text"


@pytest.mark.parametrize(
    ("span", "name", "result"),
    [
        ("regoins", "regions", "regions"),
        ('ou "Prd/shp"', "Prd/shop", 'ou "Prd/shop"'),
        ("a = regoins", "regions", "a = regions"),
        ("regoins regoins", "regions", None),
        ("regoins-2", "regions", None),
        ("regoins", "reg ions", None),
        ('"regoins"', 're"gions', None),
        ("nothing", "regions", None),
    ],
)
def test_a_name_is_written_where_it_stands_once(span: str, name: str, result: str | None) -> None:
    mistyped = "Prd/shp" if "Prd" in span else "regoins"
    fix = renamed(at(span, span), Suggestion.of("did you mean?", mistyped, name, sure=True))
    assert (after(span, fix) if fix else None) == result


@pytest.mark.parametrize(
    ("text", "name", "sure"),
    [
        ("regoins", "regions", True),
        ("Base-Line", "baseline", True),
        ("long-retentoin", "long-retention", True),
        ("nightl", "nightly", True),
        ("nightlyy", "nightly", True),
        ("eu-west-4", "eu-west-1", False),
        ("team-c", "team-a", False),
        ("team2", "team1", False),
        ("prod-shop", "test-shop", False),
        ("nihglty", "nightly", False),
        ("data", "date", False),
        ("nigjtly", "nightly", True),
    ],
)
def test_a_slip_is_small_and_in_a_word_that_is_long_enough(text: str, name: str, *, sure: bool) -> None:
    assert differ_by_a_slip(text, name) is sure


def test_of_two_names_that_may_be_meant_none_is_sure() -> None:
    assert suggestion("monthy", ["monthly", "weekly"]).sure
    assert not suggestion("monthy", ["monthly", "month"]).sure
    assert not suggestion("anything", ["else"]).sure


@given(
    st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text(max_size=3)), max_size=6)
)
def test_nothing_but_the_spans_changes(text: str, places: list[tuple[int, int, str]]) -> None:
    """What is left of the text behind and before all edits stays, and as many characters as no edit covers."""
    source = Source("a.bpol", text)
    spans = [(min(start, len(text)), min(start + size, len(text)), new) for start, size, new in places]
    fixes = [Fix("any", (Edit(Span(source, start, end), new),)) for start, end, new in spans]
    (result,), applied = apply_fixes([source], fixes)
    assert applied <= len(fixes)
    first = min((start for start, _, _ in spans), default=len(text))
    last = max((end for _, end, _ in spans), default=0)
    assert result.text.startswith(text[:first])
    assert result.text.endswith(text[last:])
