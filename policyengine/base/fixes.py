"""Fixes: how they are written down, and what a text is once they are applied.

A fix replaces characters of files and looks at nothing but these files, so that what it does can be seen from the text
alone. Layout stays canonical where it was: what is removed takes its line with it, and no comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from policyengine.base.diagnostics import Edit, Fix
from policyengine.base.source import Source, Span
from policyengine.base.text import Advice, Suggestion, quoted

_LONGEST_TITLE = 60
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")
_IN_NAMES = r"[\w$*?.:/@+-]"
_COMMA_BEHIND = re.compile(r"[ \t]*,[ \t]*")
_NEEDS_ESCAPES = re.compile(r'["\\]')


def written(span: Span, text: str) -> Fix:
    """The fix that writes a text in the place of a span."""
    return Fix(f"write {quoted(' '.join(text.split()), _LONGEST_TITLE)}", (Edit(span, text),))


def inserted(span: Span, text: str) -> Fix:
    """The fix that writes a text before a span."""
    return Fix(f"add {quoted(text.strip(), _LONGEST_TITLE)}", (Edit(replace(span, end=span.start), text),))


def left_out(span: Span) -> Fix:
    """The fix that removes a span, with its line where nothing else stands there."""
    title = f"leave out {quoted(' '.join(span.text.split()), _LONGEST_TITLE)}"
    return Fix(title, (Edit(_with_blanks(span), ""),))


def item_left_out(span: Span) -> Fix:
    """The fix that removes an item of a list with its comma, or the blanks before it where there is none."""
    text = span.source.text
    before, behind = text[: span.start].rstrip(" \t"), _COMMA_BEHIND.match(text, span.end)
    if before.endswith(","):
        whole = replace(span, start=len(before) - 1)
    else:
        whole = replace(span, end=behind.end()) if behind else replace(span, start=len(before))
    return Fix(f"leave out {quoted(span.text)}", (Edit(whole, ""),))


def enclosed(span: Span, before: str, behind: str) -> Fix:
    """The fix that puts texts on both sides of a span."""
    edits = (Edit(replace(span, end=span.start), before), Edit(replace(span, start=span.end), behind))
    return Fix(f"put it between {quoted(before)} and {quoted(behind)}", edits)


def repeated(span: Span, first: Span) -> Fix | None:
    """The fix that removes a word-for-word repetition; None where the two differ, or a comment would go."""
    same = span.text.split() == first.text.split()
    return left_out(span) if same and "#" not in span.text else None


def advised(span: Span | None, advice: Suggestion | Advice) -> Fix | None:
    """The fix that follows advice on what a span holds, where there is exactly one."""
    if isinstance(advice, Suggestion):
        return renamed(span, advice)
    return written(span, advice.replacement) if span else None


def renamed(span: Span | None, advice: Suggestion) -> Fix | None:
    """The fix that writes the name that was surely meant; None where it is not sure, or not written in the span.

    The mistyped text must stand in the span once, as a word of its own. It keeps its quotes.
    """
    if span is None or not advice.sure or not advice.name.isprintable() or _NEEDS_ESCAPES.search(advice.name):
        return None
    word = rf'"{re.escape(advice.written)}"|(?<!{_IN_NAMES}){re.escape(advice.written)}(?!{_IN_NAMES})'
    places = list(re.finditer(word, span.text))
    if len(places) != 1:
        return None
    start, end = (span.start + offset for offset in places[0].span())
    is_quoted = places[0][0].startswith('"') or span.source.text[start - 1 : start] == '"'
    if not is_quoted and not _BARE.fullmatch(advice.name):
        return None
    text = f'"{advice.name}"' if places[0][0].startswith('"') else advice.name
    return Fix(f"write {quoted(advice.name)}", (Edit(Span(span.source, start, end), text),))


def apply_fixes(sources: Iterable[Source], fixes: Iterable[Fix]) -> tuple[tuple[Source, ...], int]:
    """The texts with fixes applied, and how many were; of fixes that touch each other the first by place alone.

    Each is applied as a whole. Fixes that edit another text than these are left out.
    """
    given = tuple(sources)
    chosen = _compatible(applicable(given, fixes))
    edits: dict[Source, list[Edit]] = {}
    for fix in chosen:
        for edit in fix.edits:
            edits.setdefault(edit.span.source, []).append(edit)
    return tuple(_edited(source, edits.get(source, ())) for source in given), len(chosen)


def applicable(sources: Iterable[Source], fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes, each once, that edit no other text than these."""
    given = frozenset(sources)
    return [fix for fix in dict.fromkeys(fixes) if all(edit.span.source in given for edit in fix.edits)]


def _compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes that can be applied together."""
    chosen: list[Fix] = []
    taken: dict[Source, list[tuple[int, int]]] = {}
    for fix in sorted(fixes, key=_place):
        spans = [edit.span for edit in fix.edits]
        if not any(_is_taken(span, taken.get(span.source, ())) for span in spans):
            chosen.append(fix)
            for span in spans:
                insort(taken.setdefault(span.source, []), (span.start, span.end))
    return chosen


def _place(fix: Fix) -> tuple[str, int, int]:
    first = min(fix.edits, key=lambda edit: (edit.span.source.name, edit.span.start, edit.span.end)).span
    return first.source.name, first.start, first.end


def _is_taken(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a span overlaps one of others, which are in order and apart; what is at a border counts as inside."""
    place = bisect_right(taken, (span.start, span.end))
    return any(start <= span.end and span.start <= end for start, end in taken[max(0, place - 1) : place + 1])


def _edited(source: Source, edits: Iterable[Edit]) -> Source:
    pieces, at = [], 0
    for span, replacement in sorted(edits, key=lambda edit: edit.span.start):
        pieces += [source.text[at : span.start], replacement]
        at = span.end
    return Source(source.name, "".join([*pieces, source.text[at:]])) if pieces else source


def _with_blanks(span: Span) -> Span:
    """A span with the blanks before it, or with its lines where it is all that stands on them.

    Of the blank lines around such lines one side goes with them.
    """
    text = span.source.text
    begin, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    end = len(text) if end < 0 else end + 1
    if text[begin : span.start].strip(" \t") or text[span.end : end].strip(" \t\r\n"):
        return _beside_comment(span)
    before = re.search(r"(?:\A|\n)((?:[ \t]*\r?\n)+)\Z", text[:begin])
    behind = re.match(r"(?:[ \t]*\r?\n)+|[ \t]*\}|\s*\Z", text[end:])
    if before and behind:
        begin = before.start(1)
    elif not begin and (blank := re.match(r"(?:[ \t]*\r?\n)+", text[end:])):
        end += blank.end()
    return Span(span.source, begin, end)


def _beside_comment(span: Span) -> Span:
    """A span with the blanks before it; where a comment follows at the begin of a line, those up to the comment."""
    text = span.source.text
    start = len(text[: span.start].rstrip(" \t"))
    if start and text[start - 1] != "\n":
        return Span(span.source, start, span.end)
    behind = re.compile(r"[ \t]*").match(text, span.end)
    return Span(span.source, span.start, behind.end() if behind else span.end)
