"""Lines on a terminal that is narrower than they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.command import AT, Command
from hypothesis import given
from hypothesis import strategies as st

from policyengine.cli.output import Output
from policyengine.report.shown_text import width
from policyengine.report.terminal import TerminalPage, broken

GOLDEN = Path(__file__).parents[1] / "golden"
WORDS = st.text(alphabet="ab `語=-+", max_size=60)


def rows(columns: int, *parts: str | tuple[str, str], color: bool = False) -> list[str]:
    """The rows of a line."""
    page = TerminalPage(color=color, width=columns)
    page.line(*parts)
    return page.text().splitlines()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("error: aa bb cc dd", ["error: aa bb cc", "    dd"], id="below the text"),
        pytest.param("   = help: aa bb cc", ["   = help: aa bb", "     cc"], id="below a mark"),
        pytest.param("  aa bb cc dd ee ff gg", ["  aa bb cc dd ee", "    ff gg"], id="below what is indented"),
        pytest.param("! retain = 35 contested", ["! retain = 35", "  contested"], id="below a value"),
        pytest.param("aa bb cc dd ee f", ["aa bb cc dd ee f"], id="as wide as the terminal"),
        pytest.param("page: https://example.com/a", ["page: https://example.com/a"], id="a word too long for any row"),
        pytest.param("語語語 語語語 語語", ["語語語 語語語", "    語語"], id="letters of two columns"),
        pytest.param("a b c ::error::x y z", ["a b c ::error::x", "    y z"], id="no command"),
        pytest.param(
            "a b c d e f g h ::error::x", ["a b c d e f g h", r"    \x3a:error::x"], id="a command on its own"
        ),
    ],
)
def test_a_line_breaks_between_words(line: str, shown: list[str]) -> None:
    assert rows(16, line) == shown


def test_colours_go_on_in_the_next_row() -> None:
    first, second = rows(16, ("error", "error"), ": ", ("aaaa bbbb cccc", "strong"), color=True)
    assert first.endswith("\x1b[1mbbbb\x1b[0m")
    assert second == "    \x1b[1mcccc\x1b[0m"


def test_a_tree_goes_on_beside_its_branches() -> None:
    page = TerminalPage(color=False, width=20)
    page.branch("│   ├── ", "│   │   ", ("payments", "strong"), "  plans: aa, bb")
    page.branch("│   └── ", "│       ", "short")
    assert page.text().splitlines() == ["│   ├── payments", "│   │       plans:", "│   │       aa, bb", "│   └── short"]


@given(st.lists(WORDS, max_size=4), st.integers(1, 40))
def test_no_word_is_lost_and_no_row_is_too_wide(texts: list[str], columns: int) -> None:
    shown = ["".join(text for text, _ in row) for row in broken([(text, "") for text in texts], columns)]
    assert " ".join(shown).split() == "".join(texts).split()
    for row in shown:
        *most, _ = row.rstrip().rsplit(" ", 1) if " " in row.strip() else [row]
        assert width("".join(most)) <= columns


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ["check", "diff", "explain", "prove", "show", "schedule"])
def test_reports_fit_the_terminal(
    policyengine: Command, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.chdir(GOLDEN)
    monkeypatch.setattr(Output, "width", columns)
    arguments = {"check": ["project"], "diff": ["project", "changed"], "explain": ["payments", "-C", "project"]}
    arguments |= {"show": ["project"], "schedule": ["payments", "-C", "project"]}
    shown = policyengine(command, *arguments.get(command, ["proven"]), "--at", AT).out.splitlines()
    before_the_last_word = [line.rpartition(" ")[0] for line in shown if " | " not in line]
    assert [line for line in before_the_last_word if width(line) > columns] == []
    assert len(shown) > 5
