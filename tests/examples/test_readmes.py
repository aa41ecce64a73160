"""Every command on the README pages does what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from examples.console import Command, agrees, follow, steps
from policyengine.cli.app import run

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted(ROOT.glob("examples/*/README.md")), *sorted(ROOT.glob("docs/*.md"))]
    if "```console" in page.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def do(words: tuple[str, ...]) -> tuple[int, str]:
        code = run(words)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    monkeypatch.chdir(_folder_of(page, tmp_path))
    assert "\n".join(follow(page.read_text(encoding="utf-8"), do)) == ""


def _folder_of(page: Path, scratch: Path) -> Path:
    """A copy of what lies beside the page: its example, or all of them."""
    if page.parent.parent == ROOT / "examples":
        return Path(shutil.copytree(page.parent, scratch / page.parent.name))
    shutil.copytree(ROOT / "examples", scratch / "examples")
    return scratch


@pytest.mark.parametrize("example", ["acme", "existing", "ledger", "retail"])
def test_examples_have_pages_with_commands(example: str) -> None:
    page = (ROOT / "examples" / example / "README.md").read_text(encoding="utf-8")
    assert [step for step in steps(page) if isinstance(step, Command)]


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\nb  \n\n", True),
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a\n...\n", "a\n", True),
        ("...\nc\n", "a\nb\nc\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nc\n", "a\nb\n", False),
        ("a.\n", "ab\n", False),
    ],
)
def test_three_dots_stand_for_any_lines(expected: str, printed: str, same: bool) -> None:  # noqa: FBT001 - a table's column
    assert agrees(expected, printed) is same


def test_a_page_that_is_wrong_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = "# Page\n\n```console\n$ policyengine check \\\n    shop\npass\n$ echo $?\n1\n$ rm x\n```\n"
    assert follow(page, lambda words: (1, " ".join(words))) == [
        "line 4: $ policyengine check shop\n--- the page says\npass\n--- it prints\ncheck shop",
        "line 9: `rm` is no command that a page may use",
    ]
