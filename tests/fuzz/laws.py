"""What must hold for every input, and how a breach is told."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from traceback import extract_tb
from types import FrameType

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.source import Span

LONGEST = 20.0
"""Seconds of processor time after which an input is given up."""

_UNMEASURED = 0.3  # seconds that any input may take: a collection of garbage, a page fault
_REPEATS = 3


class BrokenLawError(Exception):
    """A law does not hold for an input; `law` is its short name."""

    def __init__(self, law: str, detail: str) -> None:
        self.law = law
        super().__init__(f"{law}: {detail}")


class EndlessError(BaseException):
    """An input takes too long. Not an `Exception`, so that nobody on the way catches it."""


def holds(law: str, condition: object, detail: object = "") -> None:
    """Raises `BrokenLawError` where a law does not hold."""
    if not condition:
        raise BrokenLawError(law, str(detail))


def spans_lie_in_texts(found: Iterable[Diagnostic]) -> None:
    """The law of places: what a finding points at is in the text."""
    for diagnostic in found:
        for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
            if span is not None:
                holds(f"span of {diagnostic.name}", _inside(span), f"{span.start}-{span.end} of {diagnostic}")


def nodes_lie_in_text(node: object) -> None:
    """The law of places, for a tree: every span in it is in its text."""
    for span in _spans(node):
        holds("span of a node", _inside(span), f"{span.start}-{span.end}")


def try_out(check: Callable[[str], None], text: str, seconds_per_character: float) -> None:
    """Runs a check on a text; raises what it raises, or `BrokenLawError` if its time is not in proportion to the text."""
    allowed = _UNMEASURED + seconds_per_character * len(text)
    seconds = min(_timed(check, text, allowed))
    holds("time", seconds <= allowed, f"{seconds:.2f} s for {len(text)} characters, at most {allowed:.2f} s expected")


def signature(error: BaseException) -> str:
    """What two breaches with one cause have in common: the exception, and the innermost place of ours."""
    if isinstance(error, BrokenLawError):
        return f"law-{error.law}"
    frames = [frame for frame in extract_tb(error.__traceback__) if "policyengine" in PurePath(frame.filename).parts]
    if isinstance(error, EndlessError) or not frames:
        return type(error).__name__
    return f"{type(error).__name__}-{PurePath(frames[-1].filename).stem}-{frames[-1].name.strip('<>')}"


def _timed(check: Callable[[str], None], text: str, allowed: float) -> Iterator[float]:
    """The seconds that a check takes: once, or some times more where once was too long, for others share the machine."""
    for _ in range(_REPEATS):
        begin = time.process_time()
        with _limited():
            check(text)
        seconds = time.process_time() - begin
        yield seconds
        if seconds <= allowed:
            return


@contextmanager
def _limited() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise EndlessError(f"still busy after {LONGEST:.0f} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _inside(span: Span) -> bool:
    return 0 <= span.start <= span.end <= len(span.source.text)


def _spans(node: object) -> Iterator[Span]:
    waiting = [node]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Span):
            yield value
        elif isinstance(value, tuple):
            waiting.extend(value)
        elif isinstance(value, Record):
            waiting.extend(getattr(value, name) for name in value.__struct_fields__)
