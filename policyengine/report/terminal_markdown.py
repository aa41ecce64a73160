"""Our pages of Markdown as people read them on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions
from rich.markdown import CodeBlock, Heading, ListItem, Markdown, Paragraph
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from policyengine.report.shown_text import width
from policyengine.report.terminal import broken

_INDENT = "  "
_BULLET = " • "
_WORD = re.compile(r"\S+")
_AUTOLINK = re.compile(r"<(https://[^>\s]+)>")
_OWN_PAGE = re.compile(r"\[[^\]]*\]\((https://[^)\s]+)\)")
# Rich's own are blue and magenta, which many terminals show too dark on black; these are the colours of findings.
_STYLES = Theme(
    {
        "markdown.h1": "bold",
        "markdown.h2": "bold color(31)",
        "markdown.h3": "bold",
        "markdown.code": "color(31)",
        "markdown.link": "color(63)",
        "markdown.link_url": "color(63)",
        "markdown.item.bullet": "color(63)",
    }
)


# A head, a line of dashes, and rows, of more columns than have room beside each other.
_WIDE_TABLE = re.compile(r"^\|(?:[^|\n]*\|){4,}\n\|[ :|-]*\n(?:\|.*\n?)+", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")


def _as_list(table: re.Match[str]) -> str:
    """The rows of a table one below the other: a title, and each other cell with the head of its column."""
    head, _, *rows = [
        [cell.strip() for cell in _BAR.split(line.strip().strip("|"))] for line in table[0].strip().splitlines()
    ]
    return "\n".join(
        f"{title}\n\n" + "".join(f"- *{name}*: {cell}\n" for name, cell in zip(head[1:], cells, strict=False) if cell)
        for title, *cells in rows
    )


class _PlainCode(CodeBlock):
    """Code as it is written, indented; what a line has no room for follows below it, deeper."""

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        columns = options.max_width - len(_INDENT)
        for line in str(self.text).rstrip().splitlines():
            for row in broken([(line, "")], columns):
                yield Text(_INDENT + "".join(text for text, _ in row))


class _LeftHeading(Heading):
    """A heading at the left edge, where the text below it begins."""

    def __rich_console__(self, _: Console, __: ConsoleOptions) -> Iterator[Text]:
        yield self.text


class _WholeParagraph(Paragraph):
    """A paragraph whose lines end between words only, where rich breaks words that no line has room for."""

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        text, begin, breaks = self.text.plain, 0, []
        for word in _WORD.finditer(text):
            if width(text[begin : word.end()]) > options.max_width and word.start() > begin:
                begin = word.start()
                breaks.append(begin)
        for row in self.text.divide(breaks):
            row.rstrip()
            row.no_wrap, row.overflow = True, "ignore"
            yield row


class _WholeItem(ListItem):
    """An item of a list that keeps such words as well, where rich cuts them."""

    def render_bullet(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        bullet = console.get_style("markdown.item.bullet")
        inner = options.update(width=options.max_width - len(_BULLET))
        for number, line in enumerate(Segment.split_lines(console.render(self.elements, inner))):
            yield Segment(" " * len(_BULLET) if number else _BULLET, bullet)
            yield from line
            yield Segment.line()


class _Page(Markdown):
    elements = {  # noqa: RUF012 - as rich has it
        **Markdown.elements,
        "fence": _PlainCode,
        "code_block": _PlainCode,
        "heading_open": _LeftHeading,
        "paragraph_open": _WholeParagraph,
        "list_item_open": _WholeItem,
    }


def rendered(page: str, *, columns: int, color: bool) -> str:
    """A page of ours with its headings, tables and code set out within so many columns.

    A link shows the address that it leads to, once; one that no line has room for stays whole.
    """
    console = Console(
        width=columns,
        force_terminal=color,
        color_system="256" if color else None,
        highlight=False,
        theme=_STYLES,
    )
    plain = _WIDE_TABLE.sub(_as_list, _OWN_PAGE.sub(r"\1", _AUTOLINK.sub(r"\1", page)))
    with console.capture() as capture:
        console.print(_Page(plain, hyperlinks=False), crop=False)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
