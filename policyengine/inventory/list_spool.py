"""Lists of resources as files of lines for DuckDB: a line for each record of JSON, or each row of a CSV.

Only lists of a regular form are taken: of all others the answer is None, and the reader of records says what is wrong.
Where one record of JSON ends and the next begins is seen by a mark, such as `},{"arn"`, or `},{` with line ends, which
no text in quotes can hold. Who reads the lines has to prove that each is a value of JSON by itself: then the list is
JSON, too.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from policyengine.inventory.json_pieces import COUNT, has_next_page, is_cut
from policyengine.inventory.list_formats import PAGE_HEADS, PAGE_LISTS
from policyengine.inventory.record_values import distinct_keys

LONGEST_LINE = 2_000_000  # bytes
_BOM = b"\xef\xbb\xbf"
_SPACE = rb"[ \t\r\n]*+"
_BLANKS = b" \t\r\n"
_CSV = re.compile(rb'["A-Za-z0-9_]')
_HEAD = re.compile(rb"\{" + _SPACE + rb'"([A-Za-z]{1,60})"')
_LIST = re.compile(rb'"(' + "|".join(PAGE_LISTS).encode() + rb')"' + _SPACE + b":" + _SPACE + rb"\[")
_RECORD = re.compile(rb"\{(?:[ \t\r]*+\n" + _SPACE + rb'"|' + _SPACE + rb'"[A-Za-z0-9][^"\\]{0,60}")')
_TEXT = re.compile(rb'"\{')
_MOST_ENDS = 64  # brackets of which one ends a list
_UNUSED = (b"\0", b"\1", b"\2")  # marks between lines and cells, and for what is not there
_ELEMENTS = "elements"  # stand for those of the list in its frame


class ListedLines(NamedTuple):
    """The layout of the lines of a spooled list.

    Of a CSV `headers` are its columns, which its first line has. Of JSON there are none; `key` is the name of the
    list, empty for JSON Lines and a list by itself, and `first` the first record. `packed`: the lines are texts in
    quotes that hold records.
    """

    headers: tuple[str, ...] = ()
    key: str = ""
    first: dict[str, Any] = {}  # noqa: RUF012 - never changed
    packed: bool = False


class _IrregularError(ValueError):
    """The list has another form."""


def spool(chunks: Iterator[bytes], target: BinaryIO) -> ListedLines | None:
    """Writes the lines of a list, whose bytes come in chunks, to a file; None where it is of no regular form."""
    lead = b""
    for chunk in chunks:
        lead += chunk
        if len(lead) >= LONGEST_LINE // 2:
            break
    lead = lead.removeprefix(_BOM)
    try:
        if lead.lstrip(_BLANKS)[:1] in {b"{", b"["}:
            return _json(lead, chunks, target)
        if _CSV.match(lead) and not lead.startswith(b"PK"):
            return _csv(lead, chunks, target)
    except (ValueError, csv.Error, RecursionError):  # of JSON and of UTF-8, too
        pass
    return None


def _csv(lead: bytes, chunks: Iterator[bytes], target: BinaryIO) -> ListedLines:
    head = lead.partition(b"\n")[0].removesuffix(b"\r")
    headers = next(csv.reader([head.decode()], strict=True))
    for piece in _pieces(lead, chunks, b"\n"):
        lines = piece.replace(b"\r\n", b"\n")
        if b"\r" in lines:
            raise _IrregularError
        target.write(lines)
    return ListedLines(tuple(headers))


def _json(lead: bytes, chunks: Iterator[bytes], target: BinaryIO) -> ListedLines:
    frame = _frame(lead)
    if frame is not None:
        return _framed(lead, frame, chunks, target)
    target.writelines(piece.replace(b"\r", b"\t") for piece in _pieces(lead, chunks, b"\n"))
    return ListedLines(first=_record(lead.lstrip(_BLANKS).partition(b"\n")[0].decode()))


def _frame(lead: bytes) -> tuple[int, str] | None:
    """Where the elements of a list begin, with the list's name; None for JSON Lines."""
    start = len(lead) - len(lead.lstrip(_BLANKS))
    if lead.startswith(b"[", start):
        return start + 1, ""
    head = _HEAD.match(lead, start)
    if head is None or head[1].decode() not in {*PAGE_HEADS, *PAGE_LISTS}:
        return None
    match = _LIST.search(lead)
    if match is None:
        raise _IrregularError
    return match.end(), match[1].decode()


def _framed(lead: bytes, frame: tuple[int, str], chunks: Iterator[bytes], target: BinaryIO) -> ListedLines:
    """Writes the elements of a list, of which each begins as the first does."""
    start, key = frame
    prefix, inner = lead[:start], lead[start:].lstrip(_BLANKS)
    packed = _TEXT.match(inner)
    begin, end = (packed, b'}"') if packed else (_RECORD.match(inner), b"}")
    if begin is None:
        raise _IrregularError
    between = re.search(re.escape(end) + rb"([ \t\r\n]*,[ \t\r\n]*)" + re.escape(begin[0]), inner)
    mark, split = (between[0] if between else _UNUSED[0]), end + _UNUSED[0] + begin[0]
    last = b""
    for piece in _pieces(inner, chunks, mark):
        target.write(_as_lines(last, mark, split))
        last = piece
    last = _without_end(prefix, last, key)
    target.write(_as_lines(last, mark, split))
    text = (inner.partition(mark)[0] + end if between else last).decode()
    return ListedLines((), key, _record(_decoder.decode(text) if packed else text), packed is not None)


def _as_lines(piece: bytes, mark: bytes, split: bytes) -> bytes:
    """A piece with each element on a line: line ends within an element become tabs, which no text may hold either."""
    return piece.replace(mark, split).replace(b"\n", b"\t").replace(b"\r", b"\t").replace(_UNUSED[0], b"\n")


def _without_end(prefix: bytes, tail: bytes, key: str) -> bytes:
    """The last elements, without the bracket that ends their list and what stands behind it."""
    at = len(tail)
    for _ in range(_MOST_ENDS):
        at = tail.rfind(b"]", 0, at)
        if at < 0:
            break
        if _is_frame(prefix + json.dumps(_ELEMENTS).encode() + tail[at:], key):
            return tail[:at]
    raise _IrregularError


def _is_frame(text: bytes, key: str) -> bool:
    """Whether a text is JSON that has the elements in its list, and no other list of resources."""
    try:
        value = _decoder.decode(text.decode())
    except ValueError:
        return False
    if not key:
        return bool(value == [_ELEMENTS])
    if not isinstance(value, dict) or is_cut(value.get(COUNT)) or has_next_page(value):
        return False
    return value.get(key) == [_ELEMENTS] and value.keys() & set(PAGE_LISTS) == {key}


def _pieces(rest: bytes, chunks: Iterator[bytes], mark: bytes) -> Iterator[bytes]:
    """The bytes again, in pieces of which all but the last end with a mark."""
    for chunk in chain(chunks, (b"",)):
        end = rest.rfind(mark) + len(mark)
        if end >= len(mark):
            yield _sound(rest[:end])
            rest = rest[end:]
        if len(rest) > LONGEST_LINE:
            raise _IrregularError
        rest += chunk
    yield _sound(rest)


def _sound(piece: bytes) -> bytes:
    """A piece of UTF-8 without the bytes that serve as marks."""
    if any(mark in piece for mark in _UNUSED):
        raise _IrregularError
    if not piece.isascii():
        piece.decode()
    return piece


def _record(text: str) -> dict[str, Any]:
    value = _decoder.decode(text)
    if not isinstance(value, dict):
        raise _IrregularError
    return value


def _no_number(text: str) -> None:
    raise _IrregularError(text)


_decoder = json.JSONDecoder(object_pairs_hook=distinct_keys, parse_constant=_no_number)
