"""Lines of at most 80 columns with a lead and pieces, and lengths and lists of names as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.aws.deployment import DAY, Minutes
from policyengine.report.shown_text import count, printable, width
from policyengine.report.terminal import Part, TerminalPage, plain

_COLUMNS = 80
_MINUTES_OF_HOUR = 60
_MOST_NAMES = 4
_WIDEST_LABEL = 28


def entry(page: TerminalPage, lead: Sequence[Part], pieces: Iterable[Part], column: int) -> None:
    """Adds a lead and pieces with blanks between them, those from a column on; as many lines as it takes.

    A lead that does not fit stands in a line of its own.
    """
    used = _width(lead)
    if used >= column:
        page.line(*lead)
        lead, used = (), 0
    line: list[Part] = [*lead, " " * (column - used)]
    place = column
    for piece in pieces:
        wide = _width([piece])
        if place > column and place + 1 + wide > _COLUMNS:
            page.line(*line)
            line, place = [" " * column], column
        blank = " " if place > column else ""
        line += [blank, piece]
        place += len(blank) + wide
    page.line(*line)


def commas(texts: Sequence[str]) -> list[str]:
    """The texts with commas, but for the last."""
    return [*(f"{text}," for text in texts[:-1]), *texts[-1:]]


def columns(labels: Iterable[str]) -> int:
    """The column at which texts begin beside labels that are indented by two; very wide labels do not count."""
    wide = (width(printable(label)) for label in labels)
    return 4 + max((label for label in wide if label <= _WIDEST_LABEL), default=0)


def sentence(page: TerminalPage, text: str, indent: int = 2) -> None:
    """Adds a text, broken between its words; lines after the first stand deeper."""
    lead, words = " " * indent, printable(text).split(" ")
    line = lead + words[0]
    for word in words[1:]:
        if width(line) + 1 + width(word) > _COLUMNS:
            page.line(line)
            line = f"{lead}  {word}"
        else:
            line += f" {word}"
    page.line(line)


def long(minutes: Minutes) -> str:
    """A length as people say it: `1 day 8 hours`."""
    days, rest = divmod(int(minutes), DAY)
    hours, rest = divmod(rest, _MINUTES_OF_HOUR)
    parts = [count(days, "day") * bool(days), count(hours, "hour") * bool(hours), count(rest, "minute") * bool(rest)]
    return " ".join(part for part in parts if part) or "0 minutes"


def named(names: Iterable[str]) -> str:
    """Names with an `and`; a long list is cut."""
    listed = list(names)
    if len(listed) > _MOST_NAMES + 1:
        return f"{', '.join(listed[:_MOST_NAMES])} and {len(listed) - _MOST_NAMES:,} more"
    return f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else "".join(listed)


def _width(parts: Sequence[Part]) -> int:
    return width(printable(plain(parts)))
