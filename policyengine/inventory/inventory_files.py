"""Inventories in files: found, opened and read, whatever their kind, which their first bytes tell and no name.

A file is read in pieces, each resource as it comes; what a reader holds beside the resources is bounded.
"""

from __future__ import annotations

import codecs
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from policyengine.aws.resources import InventorySettings, Resource, ResourceInventory
from policyengine.aws.resources.gathering import Gathering, capture_findings
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import ConfigurationError, Fault, UnreadableError, reason
from policyengine.base.text import listed
from policyengine.checkout import require_inside
from policyengine.inventory.aws_listings import RecoveryPoint
from policyengine.inventory.config_items import DeletedResource
from policyengine.inventory.json_pieces import TOKENS
from policyengine.inventory.list_formats import (
    Listed,
    PageEnd,
    Report,
    json_records,
    parquet_records,
    table_records,
)
from policyengine.inventory.record_values import RecordError
from policyengine.project import CONFIGURATION, Folder, Project, matches
from policyengine.unopened_files import unopened

_MEBIBYTE = 1 << 20
_PIECE = _MEBIBYTE
_MOST = 4096 * _MEBIBYTE  # bytes of a file, unpacked
MOST_RESOURCES = 5_000_000
"""How many resources are judged in this process at most."""

_MOST_FAULTS = 100
_MOST_SPACE = 16 * _MEBIBYTE  # before anything else
PARQUET = b"PAR1"
"""How Parquet files begin."""

_GZIP = b"\x1f\x8b"
_NOT_TEXT = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "a ZIP file"}
_EXPECTED = "expected an inventory: JSON, JSON Lines, CSV or Parquet, also packed with gzip"


class InventoryFile(NamedTuple):
    """An inventory as bytes: its name in messages, when it was written, and its path where it is a file."""

    name: str
    stream: BinaryIO
    written: datetime
    path: Path | None = None


class ListEnds:
    """Whether lists that come in pages, perhaps in a file each, have their last pages."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str | None], list[str]] = {}
        self._ended: dict[tuple[str, str | None], set[str]] = {}

    def take(self, file: str, end: PageEnd) -> None:
        """Takes in the pages of a list in a file."""
        if end.pages.is_open:
            self._open.setdefault((end.name, end.kind), []).append(file)
        if end.pages.has_last:
            self._ended.setdefault((end.name, end.kind), set()).add(file)

    def require_last(self) -> None:
        """Raises `UnreadableError` for a list whose last page is neither in its file nor in another one."""
        for (name, kind), files in self._open.items():
            lacking = next((file for file in files if self._ends(name, kind) <= {file}), None)
            if lacking is not None:
                raise UnreadableError(
                    f"{lacking}: {name}: expected the last page of the list, found that it names a next one "
                    f"({listed(TOKENS, 'or')}); fetch all, as the AWS CLI does without `--max-items` or `--no-paginate`"
                )

    def _ends(self, name: str, kind: str | None) -> set[str]:
        """The files with a last page of a list; a page without elements may be of each list of the name."""
        keys = [key for key in self._ended if key[0] == name and (kind is None or key[1] in {kind, None})]
        return set().union(*(self._ended[key] for key in keys))


def read_inventory(
    files: Iterable[Path],
    settings: InventorySettings,
    *,
    at: datetime,
) -> Outcome[ResourceInventory]:
    """The inventory that files list together, with a warning for each that is not of the time of `at`.

    Raises `UnreadableError` with a line for each fault, at most a hundred of a file.
    """
    return _read({str(file): file for file in files}, settings, at)


def _read(files: Mapping[str, Path], settings: InventorySettings, at: datetime) -> Outcome[ResourceInventory]:
    gathering, ends, findings = Gathering(), ListEnds(), list[Diagnostic]()
    for name, file in files.items():
        with opened_file(file, name) as opened:
            findings += _take(opened, settings, at, gathering, ends)
    ends.require_last()
    outcome = _with(findings, gathering.inventory())
    if not outcome.value.resources:
        raise empty_inventory(files, points=outcome.value.recovery_points is not None)
    return outcome


def empty_inventory(names: Iterable[str], *, points: bool = False) -> UnreadableError:
    """The error of lists without a resource, of which all would hold; `points` where they have recovery points."""
    if points:
        lacking = "only recovery points are listed, and no resource; add a list of the resources that there are"
    else:
        lacking = "no resource is listed, so that nothing can be said of any; list them anew"
    first, *others = names
    more = f" and {len(others):,} more" if others else ""
    return UnreadableError(f"{first}{more}: {lacking}")


def project_inventory(project: Project, given: Sequence[Path], *, at: datetime) -> Outcome[ResourceInventory] | None:
    """The inventory of the files that are given, or else of those of the project; None where it names none.

    In a git checkout none of the project's lies outside of it. Raises as `read_inventory` does, and
    `ConfigurationError` where no file fits the project's patterns.
    """
    files = inventory_paths(project, given)
    return _read(files, project.configuration.inventory, at) if files else None


def inventory_paths(project: Project, given: Sequence[Path]) -> dict[str, Path]:
    """The files that are given, or else those of the project, by their names in messages; none where it names none.

    Raises `ConfigurationError` where no file fits one of the project's patterns, or a file of a git checkout lies
    outside of it.
    """
    settings = project.configuration.inventory
    if given or not settings.files:
        return {str(file): file for file in given}
    matched = matches(Folder(project.root), settings.files, "inventory.files")
    if matched.idle:
        raise ConfigurationError(f"{CONFIGURATION}: inventory.files: no file matches {listed(matched.idle)}")
    for name in matched.names:
        require_inside(project.root / name, project.root)
    return {name: project.root / name for name in matched.names}


def read_streams(
    files: Iterable[InventoryFile],
    settings: InventorySettings,
    *,
    at: datetime,
) -> Outcome[ResourceInventory]:
    """The inventory of open files, as `read_inventory` returns it."""
    gathering, ends = Gathering(), ListEnds()
    findings = [finding for file in files for finding in _take(file, settings, at, gathering, ends)]
    ends.require_last()
    return _with(findings, gathering.inventory())


def _with(findings: Iterable[Diagnostic], outcome: Outcome[ResourceInventory]) -> Outcome[ResourceInventory]:
    return Outcome(outcome.value, (*findings, *outcome.diagnostics))


def _take(
    file: InventoryFile, settings: InventorySettings, at: datetime, gathering: Gathering, ends: ListEnds
) -> Iterator[Diagnostic]:
    """Takes a file in, and says if it is not of the time of `at`, by its latest capture or by when it was written."""
    latest: datetime | None = None
    for entry in listed_in(file, settings):
        if isinstance(entry, Resource):
            gathering.take(entry)
            captured = entry.captured_at
            if captured is not None and (latest is None or captured > latest):
                latest = captured
            if len(gathering.resources) > MOST_RESOURCES:
                raise UnreadableError(
                    f"{file.name}: more than {MOST_RESOURCES:,} resources; as Parquet they can be judged in any number"
                )
        elif isinstance(entry, RecoveryPoint):
            gathering.take_point(entry.arn, entry.last)
        elif isinstance(entry, PageEnd):
            ends.take(file.name, entry)
        else:
            gathering.take_deleted(entry.arn, entry.when)
    yield from capture_findings(file.name, latest, file.written, settings, at)


def listed_in(
    file: InventoryFile, settings: InventorySettings
) -> Iterator[Resource | DeletedResource | RecoveryPoint | PageEnd]:
    """The resources of a file, in its order, then how its lists end. Raises as `read_inventory` does."""
    faults: list[Fault] = []

    def report(line: int, flaw: RecordError) -> None:
        faults.append(Fault(file.name, line, flaw.path, flaw.message))
        if len(faults) >= _MOST_FAULTS:
            raise _faulty(faults)

    for entry in _records(file, settings, report):
        if entry is not None:
            yield entry
    if faults:
        raise _faulty(faults)


def _faulty(faults: list[Fault]) -> UnreadableError:
    return UnreadableError("\n".join(map(str, faults)))


def _records(file: InventoryFile, settings: InventorySettings, report: Report) -> Iterator[Listed]:
    chunks = unpacked(file)
    first = next(chunks, b"")
    if first.startswith(PARQUET):
        if file.path is None:
            raise UnreadableError(f"{file.name}: Parquet is read from files alone")
        return parquet_records(str(file.path.absolute()), file.name, settings, report)
    for mark, what in _NOT_TEXT.items():
        if first.startswith(mark):
            raise UnreadableError(f"{file.name}: this is {what}; {_EXPECTED}, and texts as UTF-8")
    pieces = _texts(file.name, first, chunks)
    start = ""
    for piece in pieces:
        start += piece
        if not start.isspace() or len(start) > _MOST_SPACE:
            break
    if not start or start.isspace():
        raise UnreadableError(f"{file.name}: the file is empty; {_EXPECTED}")
    read = json_records if start.lstrip()[:1] in {"{", "["} else table_records
    return read(_joined(start, pieces), file.name, settings, report)


def _joined(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def unpacked(file: InventoryFile) -> Iterator[bytes]:
    """The bytes of a file, unpacked where it is packed, in pieces of bounded size."""
    chunk = file.stream.read(_PIECE)
    if not chunk.startswith(_GZIP):
        size = 0
        while chunk:
            size += len(chunk)
            _require_size(file.name, size)
            yield chunk
            chunk = file.stream.read(_PIECE)
        return
    yield from _gunzipped(file, chunk)


def _gunzipped(file: InventoryFile, packed: bytes) -> Iterator[bytes]:
    """The bytes of a gzip file, of all its members."""
    size, unpacker = 0, zlib.decompressobj(wbits=31)
    while packed:
        try:
            chunk = unpacker.decompress(packed, _PIECE)
        except zlib.error as error:
            raise UnreadableError(f"{file.name}: this is no gzip file, or a damaged one: {error}") from None
        size += len(chunk)
        _require_size(file.name, size)
        if chunk:
            yield chunk
        packed = unpacker.unconsumed_tail
        if unpacker.eof:
            packed = unpacker.unused_data or file.stream.read(_PIECE)
            if packed:
                unpacker = zlib.decompressobj(wbits=31)
        elif not packed:
            packed = file.stream.read(_PIECE)
    if not unpacker.eof:
        raise UnreadableError(f"{file.name}: the gzip file ends too soon; fetch it again")


def _require_size(name: str, size: int) -> None:
    if size > _MOST:
        raise UnreadableError(f"{name}: an inventory has at most {_MOST // _MEBIBYTE:,} MiB, unpacked; split it")


def _texts(name: str, first: bytes, rest: Iterator[bytes]) -> Iterator[str]:
    decoder, lines = codecs.getincrementaldecoder("utf-8-sig")(), 1
    for chunk in _joined_bytes(first, rest):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start)
            byte = error.object[error.start]
            raise UnreadableError(f"{name}:{line}: not UTF-8 text (byte 0x{byte:02x}); {_EXPECTED}") from None
        lines += chunk.count(b"\n")
        yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableError(f"{name}:{lines}: the file ends within a character; fetch it again") from None


def _joined_bytes(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


@contextmanager
def opened_file(file: Path, name: str) -> Iterator[InventoryFile]:
    """A regular file, open; faults of reading it are `UnreadableError`."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise unopened(file, error, "an inventory") from error
    except ValueError:  # a NUL, which no system allows
        raise UnreadableError(f"{file}: not a name that a file can have") from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        what = "a directory" if stat.S_ISDIR(about.st_mode) else "no regular file"
        raise UnreadableError(f"{file}: this is {what}, {_EXPECTED}")
    with os.fdopen(handle, "rb", buffering=0) as stream:
        try:
            yield InventoryFile(name, stream, datetime.fromtimestamp(about.st_mtime, UTC), file)
        except OSError as error:
            raise UnreadableError(f"{file}: {reason(error)}") from error
