"""Files: finding a project and reading its texts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Protocol

from policyengine.errors import ConfigurationError, UnreadableError, reason
from policyengine.model import Configuration, Settable, read_configuration
from policyengine.source import Source
from policyengine.value import value

CONFIGURATION = "policyengine.toml"
_SNAPSHOTS = ("organization.yaml", "organization.yml", "organization.json")
_WILDCARD = re.compile(r"[*?\[]")


@value
class Project:
    """A project's texts: policies in order of their names, the snapshot if there is one, the configuration."""

    root: Path
    sources: tuple[Source, ...]
    snapshot: Source | None
    configuration: Configuration


class Files(Protocol):
    """The files of a project by their names relative to it, with `/` between folders."""

    def has(self, name: str) -> bool:
        """Whether there is a file of a name, be it a link that leads nowhere."""

    def policies(self, patterns: Iterable[str]) -> Iterable[str]:
        """The policy files that match any of the patterns, by name. Raises `ConfigurationError` for no pattern."""

    def source(self, name: str) -> Source:
        """A file's text. Raises `UnreadableError`."""


class Folder:
    """The files of a project on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str) -> bool:
        """Whether there is a file of a name, be it a link that leads nowhere."""
        return os.path.lexists(self._root / name)

    def policies(self, patterns: Iterable[str]) -> list[str]:
        """The policy files that match any of the patterns. Raises as `find_policies` does."""
        return [file.relative_to(self._root).as_posix() for file in find_policies(self._root, patterns)]

    def source(self, name: str) -> Source:
        """A file's text. Raises `UnreadableError`."""
        return read_source(self._root / name, self._root)


def load_project(
    folder: Path,
    *,
    known_checks: Mapping[str, Settable] = MappingProxyType({}),
    snapshot: Path | None = None,
    with_snapshot: bool = True,
) -> Project:
    """The project that `folder` lies in: the nearest folder upwards with a configuration, else `folder` itself.

    `snapshot` replaces the project's; without `with_snapshot` none is read. Raises `UnreadableError` and
    `ConfigurationError`.
    """
    if not folder.is_dir():
        found = "this is a file, expected the folder of a project" if folder.exists() else "no such folder"
        raise UnreadableError(f"{folder}: {found}")
    root = find_root(folder)
    given = read_source(snapshot) if snapshot else None
    return read_project(Folder(root), root, known_checks=known_checks, snapshot=given, with_snapshot=with_snapshot)


def read_project(
    files: Files,
    root: Path,
    *,
    known_checks: Mapping[str, Settable] = MappingProxyType({}),
    snapshot: Source | None = None,
    with_snapshot: bool = True,
) -> Project:
    """The project that files make up; `root` is where messages say that it is.

    `snapshot` replaces the project's; without `with_snapshot` none is read. Raises `UnreadableError` and
    `ConfigurationError`.
    """
    configuration = Configuration()
    if files.has(CONFIGURATION):
        configuration = read_configuration(files.source(CONFIGURATION), known_checks=known_checks)
    sources = tuple(files.source(name) for name in files.policies(configuration.policies))
    if not sources and configuration.policies != Configuration().policies:
        patterns = ", ".join(f"`{pattern}`" for pattern in configuration.policies)
        raise ConfigurationError(f"{CONFIGURATION}: project.policies: no file matches {patterns}")
    if with_snapshot and snapshot is None:
        snapshot = _snapshot(files, root, configuration)
    return Project(root, sources, snapshot, configuration)


def snapshot_only(snapshot: Source) -> Project:
    """No project at all: a snapshot with its own policies and attachments."""
    return Project(Path(), (), snapshot, Configuration())


def find_root(folder: Path) -> Path:
    """The nearest folder from `folder` upwards that holds a configuration, else `folder`."""
    resolved = folder.resolve()
    for candidate in (resolved, *resolved.parents):
        if os.path.lexists(candidate / CONFIGURATION):
            return candidate
    return folder


def find_top(folder: Path) -> Path:
    """The top of the git repository that `folder` lies in, else `folder`, without links."""
    resolved = folder.resolve()
    return next((place for place in (resolved, *resolved.parents) if os.path.lexists(place / ".git")), resolved)


def name_below(file: Path, top: Path) -> str:
    """A file's name relative to a folder such as `find_top` gives, as it stands where the file lies elsewhere."""
    found = file.parent.resolve() / file.name
    return found.relative_to(top).as_posix() if found.is_relative_to(top) else str(file)


def find_policies(root: Path, patterns: Iterable[str]) -> list[Path]:
    """The policy files of a project, by name; files and folders that begin with a dot are left out.

    A link that leads nowhere counts, so that reading it fails. Raises `ConfigurationError` for what is no pattern, and
    `UnreadableError` for a folder that cannot be looked into.
    """
    wanted = [pattern_parts(pattern) for pattern in patterns]
    found = {file for parts in wanted for file in _matches(root, parts) if file.is_file() or _leads_nowhere(file)}
    return sorted(file for file in found if not is_hidden(file.relative_to(root)))


def pattern_parts(pattern: str) -> tuple[str, ...]:
    """A pattern as names and wildcards of folders and, last, of files. Raises `ConfigurationError` for no pattern."""
    try:
        list(Path(os.devnull).glob(pattern))  # says what is no pattern
    except (IndexError, NotImplementedError, ValueError) as error:
        advice = "expected one such as `**/*.bpol`, relative to the project"
        raise ConfigurationError(f"{CONFIGURATION}: project.policies: `{pattern}` is no pattern; {advice}") from error
    return PurePath(pattern).parts


def is_hidden(name: PurePath) -> bool:
    """Whether a file or a folder on the way to it begins with a dot."""
    return any(part.startswith(".") and part != ".." for part in name.parts)


def read_source(file: Path, root: Path | None = None) -> Source:
    """A text file as a source named relative to `root`. Raises `UnreadableError`."""
    name = file.relative_to(root).as_posix() if root and file.is_relative_to(root) else str(file)
    return Source(name, decode(read_bytes(file), name))


def read_bytes(file: Path) -> bytes:
    """A file's bytes. Raises `UnreadableError` with the system's reason."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{file}: {reason(error)}") from error
    except ValueError:  # a NUL, which no system allows
        raise UnreadableError(f"{file}: not a name that a file can have") from None


def decode(content: bytes, name: str) -> str:
    """UTF-8 text, a byte order mark dropped. Raises `UnreadableError` naming the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{name}:{line}: not UTF-8 text (byte {error.start} is 0x{content[error.start]:02x})"
        ) from error


def _snapshot(files: Files, root: Path, configuration: Configuration) -> Source | None:
    if configuration.organization:
        return files.source(configuration.organization)
    found = [name for name in _SNAPSHOTS if files.has(name)]
    if len(found) > 1:
        names = " and ".join(found)
        raise ConfigurationError(f"{root}: {names} are both here; name one in {CONFIGURATION}: project.organization")
    return files.source(found[0]) if found else None


def _matches(folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """What matches a pattern below a folder; unlike `Path.glob` it passes over nothing that it may not look into."""
    first, rest = parts[0], parts[1:]
    places: Iterable[Path]
    if first == "**":
        places = _folders(folder) if rest else ()
    elif _WILDCARD.search(first):
        places = (folder / entry.name for entry in _entries(folder) if fnmatchcase(entry.name, first))
    else:
        places = (folder / first,)
    for place in places:
        if not rest:
            yield place
        elif place.is_dir():
            yield from _matches(place, rest)


def _folders(folder: Path) -> Iterator[Path]:
    """A folder and those below, without what begins with a dot and what is behind links."""
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        yield place
        inner = (entry for entry in _entries(place) if not entry.name.startswith("."))
        waiting += [place / entry.name for entry in inner if entry.is_dir(follow_symlinks=False)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, nothing where it is gone. Raises `UnreadableError`."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UnreadableError(f"{folder}: {reason(error)}") from error


def _leads_nowhere(file: Path) -> bool:
    return file.is_symlink() and not file.exists()
