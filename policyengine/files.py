"""Files that are written whole or not at all, and streams that are open already."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from policyengine.base.errors import UnreadableError, reason
from policyengine.checkout import require_no_way_out

_OPEN_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")
_TEMPORARY = ".policyengine-"


def write_whole(file: Path, chunks: Iterable[str]) -> None:
    """Writes a file whole or not at all: to a temporary file beside it, then renamed.

    Links are followed, but not out of a git checkout. Devices, pipes and names of open streams are written into.
    Raises `UnreadableError`.
    """
    require_no_way_out(file)
    _write({file: chunks})


def require_writable(file: Path) -> None:
    """Raises `UnreadableError` where a file could not be written: for what takes long before it writes one."""
    require_no_way_out(file)
    if file.is_dir():
        raise UnreadableError(f"{file}: is a directory")
    place = file if is_stream(file) else file.resolve().parent
    if not place.exists():
        raise UnreadableError(
            f"{file}: cannot be written: there is no folder {place if file.is_symlink() else file.parent}"
        )
    if not os.access(place, os.W_OK):
        raise UnreadableError(f"{file}: cannot be written: permission denied")


def write_files(files: Mapping[Path, str]) -> None:
    """Writes files; each takes its place once all are on the disk. Raises `UnreadableError`."""
    for file in files:
        require_no_way_out(file)
    _write({file: [text] for file, text in files.items()})


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files into a folder, created if need be; each takes its place once all are on the disk.

    Raises `UnreadableError`.
    """
    for name in files:
        require_no_way_out(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = "; name a folder" if isinstance(error, (FileExistsError, NotADirectoryError)) else ""
        raise UnreadableError(f"{folder}: cannot be made: {reason(error)}{advice}") from error
    _write({folder / name: [text] for name, text in files.items()})


def _write(files: Mapping[Path, Iterable[str]]) -> None:
    with ExitStack() as undo:
        staged = []
        for file, chunks in files.items():
            with _faults_of(file):
                if is_stream(file):
                    _write_chunks(file, chunks)
                else:
                    staged.append((file, *_stage(Path(os.path.realpath(file)), chunks, undo)))
        for file, temporary, target in staged:
            with _faults_of(file):
                temporary.replace(target)


def is_stream(file: Path) -> bool:
    """Whether what has this name is to be written into, since nothing can be put into its place."""
    return (file.exists() and not file.is_file()) or os.path.abspath(file).startswith(_OPEN_STREAMS)  # noqa: PTH100


def _write_chunks(file: Path, chunks: Iterable[str]) -> None:
    """Writes into a stream, after what others have written there; a reader that has left is no fault."""
    with suppress(BrokenPipeError), file.open("a", encoding="utf-8", newline="") as stream:
        stream.writelines(chunks)


def _stage(target: Path, chunks: Iterable[str], undo: ExitStack) -> tuple[Path, Path]:
    """A temporary file beside the target with the text, ready to be renamed; `undo` removes what was not."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=_TEMPORARY)
    temporary = Path(name)
    undo.callback(temporary.unlink, missing_ok=True)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.writelines(chunks)
    temporary.chmod(_mode(target))
    return temporary, target


def _mode(file: Path) -> int:
    """The permissions of the file that is replaced, else what the process gives new files."""
    if file.exists():
        return file.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _faults_of(file: Path) -> Iterator[None]:
    if "\0" in str(file):  # which no system allows
        raise UnreadableError(f"{file}: not a name that a file can have")
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be written: {reason(error)}{_advice(error, file)}") from error


def _advice(error: OSError, file: Path) -> str:
    """What to do about a file that cannot be written, where that is plain."""
    if isinstance(error, FileNotFoundError):
        return f"; make the folder {file.parent} first"
    return "; name a file" if isinstance(error, IsADirectoryError) else ""
