"""`read_snapshot` and `attach`: any text is an organization, or has faults with lines."""

from __future__ import annotations

from fuzz.doors.door import Door
from fuzz.laws import holds, spans_lie_in_texts
from fuzz.mutations import trees
from fuzz.seeds import snapshot_texts
from fuzz.words import snapshot_words
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot
from policyengine.base.errors import Fault, SnapshotError
from policyengine.base.source import Source

_LONGEST_KEY = 1024  # characters that YAML takes before a `:`, quotes and spaces included


def check(text: str) -> None:
    """Reads a text as JSON and as YAML, which must agree on what is JSON, and builds the organization."""
    as_json, as_yaml = _read("s.json", text), _read("s.yaml", text)
    if len(text) % 4 == 0:
        holds("same twice", _reported(_read("s.yaml", text)) == _reported(as_yaml))
    for read in (as_json, as_yaml):
        if isinstance(read, Snapshot):
            _attach(read, text)
        else:
            _faults_have_lines(read, text)
    if isinstance(as_json, Snapshot) and _plain(text):
        slowly = _read("s.yaml", f"{text}\n# so that it is not JSON\n")
        holds("both notations agree", _reported(slowly) == _reported(as_json), slowly)


def _read(name: str, text: str) -> Snapshot | tuple[Fault, ...]:
    try:
        return read_snapshot(Source(name, text))
    except SnapshotError as error:
        return error.faults


def _attach(snapshot: Snapshot, text: str) -> None:
    try:
        outcome = attach(snapshot)
    except SnapshotError as error:
        _faults_have_lines(error.faults, text)
    else:
        spans_lie_in_texts(outcome.diagnostics)


def _faults_have_lines(faults: tuple[Fault, ...], text: str) -> None:
    holds("faults are told", faults)
    lines = text.count("\n") + 1
    for fault in faults:
        holds("line", 1 <= fault.line <= lines, f"{fault} of {lines} lines")
        holds("message", fault.message and "\n" not in str(fault), fault)


def _reported(read: Snapshot | tuple[Fault, ...]) -> object:
    return read.model_dump() if isinstance(read, Snapshot) else [(fault.line, fault.message) for fault in read]


def _plain(text: str) -> bool:
    """Whether YAML reads a JSON text alike: all white space known to it, no character in two halves, no endless key."""
    parts = text.split('"')
    longest = max(len(first) + len(second) + 2 for first, second in zip(parts, [*parts[1:], ""], strict=True))
    return text.replace("\n", " ").isprintable() and "\\ud" not in text.lower() and longest <= _LONGEST_KEY


DOOR = Door("snapshot", check, snapshot_texts, snapshot_words(), trees.mutated_in_both, seconds_per_character=500e-6)
