"""Standard streams in every state that a caller may leave them in."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

import pytest

from policyengine.base.errors import UnreadableError
from policyengine.cli.output import prepare, put


def test_a_reader_that_has_left_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        put(["one\n", "two\n"], stream)
        put(["three\n"], stream)


def test_a_full_disk_is_one() -> None:
    with open("/dev/full", "w", encoding="utf-8") as stream:  # noqa: PTH123, SIM117 - it must stay open for `put`
        with pytest.raises(UnreadableError, match=r"^the output cannot be written: no space left on device$"):
            put(["text"], stream)


def test_closed_streams_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    prepare()
    assert sys.stdin.buffer.read() == b""
    put(["dropped"], sys.stdout)
    put(["dropped"], sys.stderr)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


def test_a_pipe_gets_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with TextIOWrapper(os.fdopen(writing, "wb"), encoding="ascii") as stream, os.fdopen(reading, "rb") as reader:
        monkeypatch.setattr(sys, "stdout", stream)
        prepare()
        put(["├── é\ud800\n"], sys.stdout)
        assert reader.readline() == "├── é\\ud800\n".encode()


def test_a_terminal_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with TextIOWrapper(os.fdopen(writing, "wb"), encoding="latin-1") as stream, os.fdopen(reading, "rb") as reader:
        monkeypatch.setattr(stream, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdout", stream)
        prepare()
        put(["├── é\n"], sys.stdout)
        assert reader.readline() == b"\\u251c\\u2500\\u2500 \xe9\n"
