"""Lines of at most 80 columns, and lengths and names as people say them."""

from __future__ import annotations

import pytest

from policyengine.report.schedule.layout import columns, commas, entry, long, named, sentence
from policyengine.report.terminal import TerminalPage


def written(lead: str, pieces: list[str], column: int) -> list[str]:
    page = TerminalPage(color=False)
    entry(page, [lead], pieces, column)
    return page.text().splitlines()


@pytest.mark.parametrize(
    ("lead", "pieces", "expected"),
    [
        pytest.param("  a", ["b", "c"], ["  a       b c"], id="one line"),
        pytest.param("  a", ["b" * 35, "c" * 34], ["  a       " + "b" * 35 + " " + "c" * 34], id="80 columns"),
        pytest.param("  a", ["b" * 35, "c" * 35], ["  a       " + "b" * 35, " " * 10 + "c" * 35], id="81 columns"),
        pytest.param("  a", ["b" * 90, "c"], ["  a       " + "b" * 90, " " * 10 + "c"], id="what cannot be broken"),
        pytest.param("  abcdefg", ["b"], ["  abcdefg b"], id="a lead that just fits"),
        pytest.param("  abcdefgh", ["b"], ["  abcdefgh", " " * 10 + "b"], id="a lead that touches"),
        pytest.param(
            "  \u6f22\u6f22\u6f22\u6f22", ["b"], ["  \u6f22\u6f22\u6f22\u6f22", " " * 10 + "b"], id="wide letters"
        ),
        pytest.param("  \x1b", ["b"], ["  \\x1b    b"], id="what does not print"),
        pytest.param("  a", [], ["  a"], id="nothing"),
    ],
)
def test_entries(lead: str, pieces: list[str], expected: list[str]) -> None:
    assert written(lead, pieces, 10) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a b", ["  a b"], id="one line"),
        pytest.param(f"{'a' * 70} {'b' * 7}", [f"  {'a' * 70} {'b' * 7}"], id="80 columns"),
        pytest.param(f"{'a' * 70} {'b' * 8}", [f"  {'a' * 70}", f"    {'b' * 8}"], id="81 columns"),
        pytest.param(f"a {'b' * 90} c", ["  a", f"    {'b' * 90}", "    c"], id="what cannot be broken"),
        pytest.param("a\nb\x1b", ["  a\\nb\\x1b"], id="what does not print"),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    page = TerminalPage(color=False)
    sentence(page, text)
    assert page.text().splitlines() == expected


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (24 * 60, "1 day"),
        (2 * 24 * 60 + 1, "2 days 1 minute"),
        (8 * 365 * 24 * 60, "2,920 days"),
    ],
)
def test_lengths(minutes: int, said: str) -> None:
    assert long(minutes) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abcde", "a, b, c, d and e"), ("abcdef", "a, b, c, d and 2 more")],
)
def test_names(names: str, said: str) -> None:
    assert named(names) == said


def test_commas() -> None:
    assert (commas([]), commas(["a"]), commas(["a", "b", "c"])) == ([], ["a"], ["a,", "b,", "c"])


def test_columns() -> None:
    assert (columns([]), columns(["a", "abc"]), columns(["a", "b" * 28]), columns(["a", "b" * 29])) == (4, 7, 32, 5)
