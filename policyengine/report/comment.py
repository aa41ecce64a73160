"""A comment on a pull request, in the Markdown of GitHub and GitLab: sections that share the room there is.

The first line is a mark to find the comment by, so that the next run can put its own in the same place. Entries that
are too many for a comment are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from policyengine.report.text import inert

_MOST = 60_000  # characters; GitHub takes 65,536
_LONGEST_REST = len("- and 1,000,000,000 more\n")


class Section(NamedTuple):
    """Lines that stand around entries, and each entry's own."""

    head: str
    entries: Sequence[str]
    foot: str = ""

    @property
    def frame(self) -> int:
        """Characters that it takes without any entry."""
        return len(self.head) + len(self.foot) + _LONGEST_REST


def item(line: str) -> str:
    """A line of an entry, ended; it holds no command for a CI system that prints it."""
    return f"{inert(line)}\n"


def folded(title: str, entries: Sequence[str]) -> Section:
    """A section that shows its title until it is opened."""
    return Section(f"\n<details>\n<summary>{title}</summary>\n\n", entries, "\n</details>\n")


def comment(name: str, summary: str, sections: Iterable[Section]) -> str:
    """A comment of at most 60,000 characters; sections without entries are left out.

    `name` is the command, `summary` and all else is Markdown already.
    """
    head = f"<!-- policyengine-{name} -->\n### policyengine {name}\n\n{summary}\n"
    shown = [section for section in sections if section.entries]
    room = _MOST - len(head) - sum(section.frame for section in shown)
    text = [head]
    for section in shown:
        entries = _fitting(section.entries, room)
        room -= sum(map(len, entries))
        rest = len(section.entries) - len(entries)
        text += [section.head, *entries, f"- and {rest:,} more\n" if rest else "", section.foot]
    return "".join(text)


def _fitting(entries: Sequence[str], room: int) -> Sequence[str]:
    """The first entries, as many as there is room for."""
    taken = 0
    for number, entry in enumerate(entries):
        taken += len(entry)
        if taken > room:
            return entries[:number]
    return entries
