"""Files: finding a project, reading its texts, writing results whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from policyengine.errors import ConfigurationError, UnreadableError
from policyengine.model import Configuration, read_configuration
from policyengine.source import Source

CONFIGURATION = "policyengine.toml"
_SNAPSHOTS = ("organization.yaml", "organization.yml", "organization.json")


@dataclass(frozen=True, slots=True)
class Project:
    """A project's texts: policies in order of their names, the snapshot if there is one, the configuration."""

    root: Path
    sources: tuple[Source, ...]
    snapshot: Source | None
    configuration: Configuration


def load_project(
    folder: Path, *, known_checks: Collection[str] = (), snapshot: Path | None = None, with_snapshot: bool = True
) -> Project:
    """The project that `folder` lies in: the nearest folder upwards with a configuration, else `folder` itself.

    `snapshot` replaces the project's; without `with_snapshot` none is read. Raises `UnreadableError` and
    `ConfigurationError`.
    """
    if not folder.is_dir():
        found = "this is a file, expected the folder of a project" if folder.exists() else "no such folder"
        raise UnreadableError(f"{folder}: {found}")
    root = find_root(folder)
    written = root / CONFIGURATION
    configuration = Configuration()
    if os.path.lexists(written):
        configuration = read_configuration(read_source(written, root), known_checks=known_checks)
    sources = tuple(read_source(file, root) for file in find_policies(root, configuration.policies))
    if not sources and configuration.policies != Configuration().policies:
        patterns = ", ".join(f"`{pattern}`" for pattern in configuration.policies)
        raise ConfigurationError(f"{CONFIGURATION}: project.policies: no file matches {patterns}")
    read = _snapshot(root, configuration, snapshot) if with_snapshot else None
    return Project(root, sources, read, configuration)


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


def find_policies(root: Path, patterns: Iterable[str]) -> list[Path]:
    """The policy files of a project, by name; files and folders that begin with a dot are left out.

    A link that leads nowhere counts, so that reading it fails. Raises `ConfigurationError` for what is no pattern.
    """
    found = {file for pattern in patterns for file in _matches(root, pattern) if file.is_file() or _leads_nowhere(file)}
    return sorted(file for file in found if not _hidden(file.relative_to(root)))


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


def write_whole(file: Path, chunks: Iterable[str]) -> None:
    """Writes a file whole or not at all: to a temporary file beside it, then renamed; links are followed.

    Raises `UnreadableError`.
    """
    try:
        _write(Path(os.path.realpath(file)), chunks)
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be written: {reason(error)}") from error


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes several files into a folder, made if need be, each whole. Raises `UnreadableError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableError(f"{folder}: cannot be made: {reason(error)}") from error
    for name, text in files.items():
        write_whole(folder / name, [text])


def reason(error: OSError) -> str:
    """Why the system refused, as our own messages are worded."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def _write(file: Path, chunks: Iterable[str]) -> None:
    if file.exists() and not file.is_file():
        with file.open("w", encoding="utf-8") as device:
            device.writelines(chunks)
        return
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(chunks)
        temporary.chmod(_mode(file))
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(file: Path) -> int:
    """The permissions of the file that is replaced, else what the process gives new files."""
    if file.exists():
        return file.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _snapshot(root: Path, configuration: Configuration, given: Path | None) -> Source | None:
    if given:
        return read_source(given)
    if configuration.organization:
        return read_source(root / configuration.organization, root)
    found = list(_candidates(root))
    if len(found) > 1:
        names = " and ".join(file.name for file in found)
        raise ConfigurationError(f"{root}: {names} are both here; name one in {CONFIGURATION}: project.organization")
    return read_source(found[0], root) if found else None


def _candidates(root: Path) -> Iterator[Path]:
    for name in _SNAPSHOTS:
        if os.path.lexists(root / name):
            yield root / name


def _matches(root: Path, pattern: str) -> Iterable[Path]:
    try:
        return list(root.glob(pattern))
    except (IndexError, NotImplementedError, ValueError) as error:
        advice = "expected one such as `**/*.bpol`, relative to the project"
        raise ConfigurationError(f"{CONFIGURATION}: project.policies: `{pattern}` is no pattern; {advice}") from error


def _leads_nowhere(file: Path) -> bool:
    return file.is_symlink() and not file.exists()


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") and part != ".." for part in relative.parts)
