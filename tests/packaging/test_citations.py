"""What code cites of the pages, and what the pages cite of the code, is there: sections, rules, facts and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_NUMBER = r"R?\d+(?:\.\d+)*\b"
_NUMBERS = re.compile(
    rf"(?:(?<![\w-])(?P<page>[a-z-]+)\.md\)?|\bfacts)(?: sections?)? (?P<numbers>{_NUMBER}(?:(?:,| and| or) {_NUMBER})*)"
)
_ANCHOR = re.compile(r"(?<![\w-])([a-z-]+)\.md#([a-z-]+)")
_LINE_END = re.compile(r"\n *(?:#:? |\| )?")


def citations(text: str) -> Iterator[tuple[str, str]]:
    """Page and number, or page and `#anchor`, of each citation."""
    running = _LINE_END.sub(" ", text)
    for match in _NUMBERS.finditer(running):
        for number in re.findall(_NUMBER, match["numbers"]):
            yield match["page"] or "facts", number
    for page, anchor in _ANCHOR.findall(running):
        yield page, f"#{anchor}"


@cache
def places(page: str) -> frozenset[str]:
    """What can be cited of a page: numbers of its sections and of the rows of its tables, and headings as anchors."""
    path = DOCS / f"{page}.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    sections = {match[1] for heading in headings if (match := re.match(r"(\d+(?:\.\d+)*)\.? ", heading))}
    rows = re.findall(r"^\| (R?\d+(?:\.\d+)*) \|", text, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    return frozenset({*sections, *rows, *anchors})


def test_each_page_that_code_names_exists() -> None:
    pages = {path.name for path in (*DOCS.glob("*.md"), *DOCS.glob("rules/*.md"), *ROOT.glob("*.md"))}
    assert [
        f"{path.relative_to(ROOT)}: {page}"
        for path in sorted((ROOT / "policyengine").rglob("*.py"))
        for page in re.findall(r"[a-z-]+\.md\b", path.read_text(encoding="utf-8"))
        if page not in pages
    ] == []


@pytest.mark.parametrize("folder", ["policyengine", "tests", "benchmarks", "docs/rules"])
def test_what_is_cited_stands_below_docs(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md") and path != Path(__file__)]
    cited = {(path, citation) for path in files for citation in citations(path.read_text(encoding="utf-8"))}
    assert cited or folder == "benchmarks"
    assert [
        f"{path.relative_to(ROOT)}: {page}.md {number}"
        for path, (page, number) in sorted(cited)
        if number not in places(page)
    ] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""By what AWS says (facts 1.1.8, 1.3.14), slowly."""', [("facts", "1.1.8"), ("facts", "1.3.14")]),
        ("- [docs/facts.md](../facts.md) 2.1, 2.1.5", [("facts", "2.1"), ("facts", "2.1.5")]),
        ("as in semantics.md R9.", [("semantics", "R9")]),
        ("(language.md sections\n5 and 7).", [("language", "5"), ("language", "7")]),
        ("# what it reads (pull.md#what-is-read)", [("pull", "#what-is-read")]),
        ("two facts about docs/language.md", []),
    ],
)
def test_how_code_cites(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(citations(text)) == expected


def names_by_room(page: str) -> Iterator[tuple[str, str]]:
    """Room and name or expression, of each that an item of a list, which begins with the room, has in backticks."""
    for item in re.findall(r"^- (.*(?:\n  .*)*)", page, re.MULTILINE):
        room, *names = re.findall(r"`([^`]+)`", item.replace("\n  ", " "))
        if (ROOT / "policyengine" / room).is_dir():
            yield from ((room, name) for name in names)


def has_name(source: str, name: str) -> bool:
    """Whether each part of `Class.member` is defined in a source text, or, of what is no name, it occurs."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return name in source
    return all(
        re.search(rf"\b(?:def|class) {part}\b|^ *(?:self\.)?{part}(?:: | = )", source, re.MULTILINE) for part in parts
    )


def test_unnoticed_faults_are_in_names_that_their_rooms_have() -> None:
    names = list(names_by_room((DOCS / "reliability.md").read_text(encoding="utf-8")))
    sources = {
        room: "\n".join(
            path.read_text(encoding="utf-8") for path in sorted((ROOT / "policyengine" / room).glob("*.py"))
        )
        for room in dict.fromkeys(room for room, _ in names)
    }
    assert len(sources) == 4  # those that are tried with their own tests alone
    assert [f"{room}: {name}" for room, name in names if not has_name(sources[room], name)] == []
