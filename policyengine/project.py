"""Files: finding a project and reading its texts; whatever a name leads to, reading it ends soon, in bounded memory."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import translate
from pathlib import Path, PurePath
from posixpath import join
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, TypeAlias

from policyengine.analysis.findings.configuration import Configuration, SettableLevels, read_configuration
from policyengine.analysis.findings.configuration_rules import POLICY_FILE_UNREAD
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.errors import ConfigurationError, UnreadableError, reason
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted
from policyengine.checkout import checkout_of, require_inside
from policyengine.unopened_files import meant_name, unopened

CONFIGURATION = "policyengine.toml"
SNAPSHOTS = ("organization.yaml", "organization.yml", "organization.json")
"""Names of a project's snapshot, where the configuration gives none."""

_WILDCARD = re.compile(r"[*?\[]")
_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
_CHUNK = 1 << 20  # bytes
_MEBIBYTE = 1 << 20
_MOST_POLICIES = 20_000
_MOST_PLACES = 500_000  # files and folders that patterns look at
_MOST_FOLDERS = 100_000
_MOST_LINKS = 500  # to folders, that patterns go through: a link to a folder above makes trees without end
_MOST_PATTERNS = 1_000
_MOST_PARTS = 100  # of a pattern


class FileKind(NamedTuple):
    """The kind of a file: its name in messages, and the most bytes that it may have.

    Pipes, and what the process has open such as `/dev/stdin`, are read only where `piped`, which is for files that the
    command line names; all else has to be a regular file.
    """

    name: str
    most: int
    piped: bool = False

    def too_large(self, place: str, size: int) -> UnreadableError:
        """The error for a file of so many bytes, or of more."""
        most = f"{self.name} has at most {self.most // _MEBIBYTE} MiB"
        return UnreadableError(f"{place}: the file is too large ({size / _MEBIBYTE:,.0f} MiB), {most}")


SNAPSHOT = FileKind("a snapshot", 256 * _MEBIBYTE)  # interface.md section 2
BASELINE = FileKind("a baseline", 64 * _MEBIBYTE)
POLICY = FileKind("a policy file", 16 * _MEBIBYTE)
DOCUMENT = FileKind("a policy document", 16 * _MEBIBYTE, piped=True)
SETTINGS = FileKind("a configuration", _MEBIBYTE)
MOST_OF_POLICIES = 64 * _MEBIBYTE
"""Bytes of all policy files of a project."""


class Project(Record):
    """A project's texts: policies in order of their names, the snapshot if there is one, the configuration.

    `unread` are findings about policy files that somebody may expect to be read.
    """

    root: Path
    sources: tuple[Source, ...]
    snapshot: Source | None
    configuration: Configuration
    unread: tuple[Diagnostic, ...] = ()


class Matches(NamedTuple):
    """The files that match patterns, by name.

    `idle` are the patterns that match no file, `by_case` the files that would match if case did not count.
    """

    names: list[str]
    idle: tuple[str, ...] = ()
    by_case: tuple[str, ...] = ()


class Files(Protocol):
    """The files of a project by their names relative to it, with `/` between folders."""

    def has(self, name: str) -> bool:
        """Whether there is a file of a name; a broken link counts."""

    def policies(self, patterns: Iterable[str]) -> Matches:
        """The policy files that match any of the patterns. Raises as `matches` does."""

    def source(self, name: str, kind: FileKind) -> Source:
        """A file's text. Raises `UnreadableError`."""


Entry: TypeAlias = Literal["folder", "link", "file"]
"""What a name in a folder is, before any link is followed; what is no folder and no link counts as a file."""


class ProjectTree(Protocol):
    """Folders and files by their names relative to a project, empty for the project itself. They may have `..`."""

    def inside(self, folder: str) -> Iterable[tuple[str, Entry]]:
        """The entries of a folder, none where it is gone."""

    def is_folder(self, name: str) -> bool:
        """Whether a name leads to a folder."""

    def is_file(self, name: str) -> bool:
        """Whether a name leads to a file, or is a link that leads nowhere."""


class Folder:
    """The files of a project on disk; `Files` and `ProjectTree`. In a git checkout it reads none outside of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str) -> bool:
        """Whether there is a file of a name; a broken link counts."""
        return os.path.lexists(self._root / name)

    def policies(self, patterns: Iterable[str]) -> Matches:
        """The policy files that match any of the patterns. Raises as `matches` does."""
        return matches(self, patterns)

    def source(self, name: str, kind: FileKind) -> Source:
        """A file's text. Raises `UnreadableError`."""
        require_inside(self._root / name, self._root)
        return read_source(self._root / name, kind, self._root)

    def inside(self, folder: str) -> Iterator[tuple[str, Entry]]:
        """The entries of a folder, none where it is gone. Raises `UnreadableError`."""
        try:
            with os.scandir(self._root / folder) as entries:
                yield from ((entry.name, _entry(entry)) for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise UnreadableError(f"{self._root / folder}: {reason(error)}") from error

    def is_folder(self, name: str) -> bool:
        """Whether a name leads to a folder. Raises `UnreadableError` where `..` leads out of the checkout."""
        if name.endswith(".."):
            require_inside(self._root / name, self._root)
        return (self._root / name).is_dir()

    def is_file(self, name: str) -> bool:
        """Whether a name leads to anything but a folder, so that reading it says what is wrong with it."""
        file = self._root / name
        return not file.is_dir() and os.path.lexists(file)


def load_project(
    folder: Path,
    *,
    known_checks: Mapping[str, SettableLevels] = MappingProxyType({}),
    snapshot: Path | None = None,
    with_snapshot: bool = True,
) -> Project:
    """The project that `folder` lies in: the nearest folder upwards with a configuration, else `folder` itself.

    `snapshot` replaces the project's; without `with_snapshot` none is read. Raises `UnreadableError` and
    `ConfigurationError`.
    """
    if not folder.is_dir():
        if folder.exists():
            raise UnreadableError(f"{folder}: this is a file, expected the folder of a project")
        advice = meant_name(folder) or f"`policyengine init {folder}` writes a project there"
        raise UnreadableError(f"{folder}: no such folder; {advice}")
    root = find_root(folder)
    given = read_source(snapshot, SNAPSHOT) if snapshot else None
    return read_project(Folder(root), root, known_checks=known_checks, snapshot=given, with_snapshot=with_snapshot)


def read_project(  # noqa: PLR0913 - what to read, and what of it is asked for
    files: Files,
    root: Path,
    *,
    known_checks: Mapping[str, SettableLevels] = MappingProxyType({}),
    snapshot: Source | None = None,
    with_snapshot: bool = True,
    with_allow: bool = True,
) -> Project:
    """The project that files make up; `root` is where messages say that it is.

    `snapshot` replaces the project's; without `with_snapshot` none is read. Without `with_allow` the table
    `[gate] allow` is ignored. Raises `UnreadableError` and `ConfigurationError`.
    """
    configuration = Configuration()
    if files.has(CONFIGURATION):
        text = files.source(CONFIGURATION, SETTINGS)
        configuration = read_configuration(text, known_checks=known_checks, with_allow=with_allow)
    matched = files.policies(configuration.policies)
    sources = _policies(files, matched.names)
    if not sources and configuration.policies != Configuration().policies:
        patterns = ", ".join(f"`{pattern}`" for pattern in configuration.policies)
        raise ConfigurationError(f"{CONFIGURATION}: project.policies: no file matches {patterns}")
    if with_snapshot and snapshot is None:
        snapshot = _snapshot(files, root, configuration)
    return Project(root, sources, snapshot, configuration, tuple(unread(matched)))


def unread(matched: Matches) -> Iterator[Diagnostic]:
    """A finding for each pattern that reads nothing beside others, and for each file that only differs in case."""
    for pattern in matched.idle if matched.names else ():
        advice = f"mend it in `[project] policies` of {CONFIGURATION}, or leave it out"
        yield POLICY_FILE_UNREAD.at(None, f"no file matches {quoted(pattern)}", help=advice)
    for name in matched.by_case:
        message = f"{quoted(name)} is not read: it matches `[project] policies` but for capitals and small letters"
        advice = f"rename it, or name it in `[project] policies` of {CONFIGURATION}"
        yield POLICY_FILE_UNREAD.at(None, message, help=advice).with_severity(Severity.ERROR)


def snapshot_only(snapshot: Source) -> Project:
    """No project at all: a snapshot with its own policies and attachments."""
    return Project(Path(), (), snapshot, Configuration())


def find_root(folder: Path) -> Path:
    """The nearest folder from `folder` upwards that holds a configuration, else `folder`.

    The search ends at the top of a git checkout: what lies above is not reviewed with the project.
    """
    resolved = folder.resolve()
    top = checkout_of(resolved)
    for candidate in (resolved, *resolved.parents):
        if os.path.lexists(candidate / CONFIGURATION):
            return candidate
        if candidate == top:
            break
    return folder


def find_policies(root: Path, patterns: Iterable[str]) -> list[Path]:
    """The policy files of a folder, by name. Raises as `matches` does."""
    return [root / name for name in matches(Folder(root), patterns).names]


def matches(tree: ProjectTree, patterns: Iterable[str], setting: str = "project.policies") -> Matches:
    """The files that match any of the patterns; files and folders that begin with a dot are left out.

    `setting` is what the configuration calls the patterns.

    `**` stands for any folders, but for those behind links; a link is followed where a part of a pattern names it.
    A link that leads nowhere counts, so that reading it fails. Each folder is asked once for each part of a pattern.

    Raises `ConfigurationError` for what is no pattern, and `UnreadableError` for a folder that cannot be looked into
    and where patterns look at more than a project can have.
    """
    given = list(patterns)
    if len(given) > _MOST_PATTERNS:
        raise ConfigurationError(f"{CONFIGURATION}: {setting}: expected at most {_MOST_PATTERNS:,} patterns")
    search = _Search(tree, [_parts(pattern, setting) for pattern in given], _narrower(setting))
    names = sorted(search.files, key=lambda name: name.split("/"))
    if len(names) > _MOST_POLICIES:
        raise UnreadableError(f"more than {_MOST_POLICIES:,} files match {search.patterns}, {search.narrower}")
    idle = tuple(pattern for place, pattern in enumerate(given) if place not in search.met)
    return Matches(names, idle, tuple(sorted(search.by_case - search.files)))


def read_source(file: Path, kind: FileKind, root: Path | None = None) -> Source:
    """A text file as a source named relative to `root`. Raises `UnreadableError`."""
    name = file.relative_to(root).as_posix() if root and file.is_relative_to(root) else str(file)
    return Source(name, decode(read_bytes(file, kind), name))


def read_bytes(file: Path, kind: FileKind) -> bytes:
    """A regular file's bytes. Raises `UnreadableError` with the system's reason, or where it is too large for its kind.

    What is no file of its kind is not waited for: neither a pipe that nobody writes into, nor a device without end.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | (0 if kind.piped else os.O_NONBLOCK))
    except OSError as error:
        raise unopened(file, error, kind.name) from error
    except ValueError:  # a NUL, which no system allows
        raise UnreadableError(f"{file}: not a name that a file can have") from None
    try:
        return _content(handle, file, kind)
    finally:
        os.close(handle)


def decode(content: bytes, name: str) -> str:
    """UTF-8 text, a byte order mark dropped. Raises `UnreadableError` naming the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{name}:{line}: not UTF-8 text (byte {error.start} is 0x{content[error.start]:02x}); save it as UTF-8"
        ) from error


def _narrower(setting: str) -> str:
    table, key = setting.split(".")
    return f"which is more than a project can have; narrow `[{table}] {key}` in {CONFIGURATION}"


class _Step(NamedTuple):
    """A folder, and what of a pattern is to be met there: the pattern's place in the list, and that of its part."""

    folder: str
    pattern: int
    part: int


class _Search:
    """The files of a tree that match patterns, the patterns that are `met`, and the files that fit but `by_case`."""

    def __init__(self, tree: ProjectTree, wanted: Sequence[Sequence[str]], narrower: str) -> None:
        self.narrower = narrower
        self.patterns = listed("/".join(parts) for parts in wanted)
        self._tree = tree
        self._wanted = wanted
        self._left, self._links = _MOST_PLACES, _MOST_LINKS
        self._listed: dict[str, list[tuple[str, Entry]]] = {}
        self.met: set[int] = set()
        self.by_case: set[str] = set()
        self._waiting = [_Step("", pattern, 0) for pattern in range(len(wanted))]
        self.files = set(self._files())

    def _files(self) -> Iterator[str]:
        seen: set[_Step] = set()
        while self._waiting:
            step = self._waiting.pop()
            if step not in seen:
                seen.add(step)
                self._count()
                yield from self._take(step)

    def _take(self, step: _Step) -> Iterator[str]:
        """The files that match with this step; where it leads to folders, the next steps wait."""
        parts = self._wanted[step.pattern]
        is_last = step.part + 1 == len(parts)
        if parts[step.part] == "**":
            self._waiting += () if is_last else self._expand_double_star(step)
            return
        for name, entry in self._named(step.folder, parts[step.part]):
            if is_last:
                if self._is_file(name, entry):
                    self.met.add(step.pattern)
                    yield name
            elif entry == "folder" or (entry == "link" and self._is_folder(name)):
                self._waiting.append(_Step(name, step.pattern, step.part + 1))
        if is_last:
            self.by_case.update(self._fitting_but_by_case(step.folder, parts[step.part]))

    def _is_file(self, name: str, entry: Entry) -> bool:
        return entry == "file" or (entry == "link" and self._tree.is_file(name))

    def _fitting_but_by_case(self, folder: str, part: str) -> Iterator[str]:
        """The files in a folder that a part with wildcards would name if case did not count."""
        if not _WILDCARD.search(part):
            return
        fits, folded = re.compile(translate(part)).match, re.compile(translate(part), re.IGNORECASE).match
        for name, entry in self._inside(folder):
            if folded(name) and not fits(name) and self._is_file(join(folder, name), entry):
                yield join(folder, name)

    def _expand_double_star(self, step: _Step) -> Iterator[_Step]:
        """`**` stands for no folder, or for each one below and `**` again; at the end it matches no file."""
        yield step._replace(part=step.part + 1)
        for name, entry in self._inside(step.folder):
            if entry == "folder":
                yield _Step(join(step.folder, name), step.pattern, step.part)

    def _named(self, folder: str, part: str) -> Iterator[tuple[str, Entry]]:
        """The entries that a part of a pattern matches in a folder: nothing hidden, but `..`."""
        if _WILDCARD.search(part):
            fits = re.compile(translate(part)).match
            yield from ((join(folder, name), entry) for name, entry in self._inside(folder) if fits(name))
        elif part == ".." or not part.startswith("."):
            yield join(folder, part), "link"  # it may be one

    def _inside(self, folder: str) -> Iterable[tuple[str, Entry]]:
        """The entries of a folder but hidden ones; each folder is listed once."""
        if folder not in self._listed:
            if len(self._listed) >= _MOST_FOLDERS:
                raise UnreadableError(f"{self.patterns} look into more than {_MOST_FOLDERS:,} folders, {self.narrower}")
            self._listed[folder] = []
            for name, entry in self._tree.inside(folder):
                self._count()
                if not name.startswith("."):
                    self._listed[folder].append((name, entry))
        return self._listed[folder]

    def _is_folder(self, name: str) -> bool:
        if not self._tree.is_folder(name):
            return False
        self._links -= 1
        if self._links < 0:
            raise UnreadableError(
                f"{self.patterns} go through more than {_MOST_LINKS:,} links to folders, {self.narrower}"
            )
        return True

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(
                f"{self.patterns} look at more than {_MOST_PLACES:,} files and folders, {self.narrower}"
            )


def _parts(pattern: str, setting: str) -> list[str]:
    """A pattern as names and wildcards of folders and, last, of files. Raises `ConfigurationError` for no pattern."""
    parts = PurePath(pattern).parts
    message = f"{CONFIGURATION}: {setting}: {quoted(pattern)}"
    if len(parts) > _MOST_PARTS:
        raise ConfigurationError(f"{message} has {len(parts):,} parts, expected at most {_MOST_PARTS}")
    try:
        list(Path(os.devnull).glob(pattern))  # says what is no pattern
    except (IndexError, NotImplementedError, ValueError) as error:
        advice = "expected one such as `**/*.bpol`, relative to the project"
        raise ConfigurationError(f"{message} is no pattern; {advice}") from error
    return [part for part, before in zip(parts, ("", *parts), strict=False) if (part, before) != ("**", "**")]


def _entry(entry: os.DirEntry[str]) -> Entry:
    if entry.is_symlink():
        return "link"
    return "folder" if entry.is_dir(follow_symlinks=False) else "file"


def _policies(files: Files, names: Iterable[str]) -> tuple[Source, ...]:
    """The policy files of these names. Raises as `Files` do, and where all together are too large."""
    sources, left, narrower = [], MOST_OF_POLICIES, _narrower("project.policies")
    for name in names:
        sources.append(files.source(name, POLICY))
        left -= len(sources[-1].text)
        if left < 0:
            raise UnreadableError(f"the policy files have more than {MOST_OF_POLICIES // _MEBIBYTE} MiB, {narrower}")
    return tuple(sources)


def _content(handle: int, file: Path, kind: FileKind) -> bytes:
    """The content of an open file."""
    about = os.fstat(handle)
    if stat.S_ISDIR(about.st_mode):
        raise UnreadableError(f"{file}: is a directory, expected {kind.name}")
    if not stat.S_ISREG(about.st_mode):
        is_open = os.path.abspath(file).startswith(_STREAMS)  # noqa: PTH100 - links stay as they are
        if not (kind.piped and (is_open or stat.S_ISFIFO(about.st_mode))):
            raise UnreadableError(f"{file}: this is no regular file, expected {kind.name}")
    chunks, size = [], 0
    if about.st_size > kind.most:
        raise kind.too_large(str(file), about.st_size)
    while chunk := os.read(handle, _CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > kind.most:
            raise kind.too_large(str(file), size)
    return b"".join(chunks)


def _snapshot(files: Files, root: Path, configuration: Configuration) -> Source | None:
    if configuration.organization:
        return files.source(configuration.organization, SNAPSHOT)
    present = [name for name in SNAPSHOTS if files.has(name)]
    if len(present) > 1:
        names = " and ".join(present)
        raise ConfigurationError(f"{root}: {names} are both here; name one in {CONFIGURATION}: project.organization")
    return files.source(present[0], SNAPSHOT) if present else None
