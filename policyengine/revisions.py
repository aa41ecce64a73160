"""A project as a git revision has it, read into memory.

Git's plumbing answers, so that the working tree, the index and the configuration stay as they are, no hook and no
filter runs, and nothing is fetched. Which repository it is, the folder decides, not the environment.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import NamedTuple

from policyengine.errors import UnreadableError, UsageError
from policyengine.source import Source
from policyengine.wording import quoted, suggestion
from policyengine.workspace import CONFIGURATION, decode, find_root, is_hidden, pattern_parts

_DECIDED_BY_THE_FOLDER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # none; for releases that know nothing of the setting above
}
_LINK, _SUBMODULE = "120000", "160000"
_POINTER = b"version https://git-lfs.github.com/spec/"
_MOST_LINKS = 40  # in a row, as Linux has it


class _Entry(NamedTuple):
    """A file, link or submodule of a tree: its mode, and the name of its content."""

    mode: str
    number: str


class Revision:
    """The files of a project in a commit; `Files` of the workspace. Those of submodules are in another repository."""

    def __init__(self, repository: _Repository, commit: str, name: str, place: Path | str) -> None:
        """`place` is a folder on disk, whose project is meant, or the project's path in the tree."""
        self._repository = repository
        self._name = name
        found = dict(repository.entries(commit))
        self._entries = {place: entry for place, entry in found.items() if entry.mode != _SUBMODULE}
        self._submodules = {place: entry.number for place, entry in found.items() if entry.mode == _SUBMODULE}
        self.below = place if isinstance(place, str) else self._find(place)

    def has(self, name: str) -> bool:
        """Whether there is a file of a name, be it a link that leads nowhere."""
        place = self._place(name)
        return place in self._entries or self._target(place) in self._entries

    def policies(self, patterns: Iterable[str]) -> list[str]:
        """The policy files that match any of the patterns, by name.

        Raises `ConfigurationError` for no pattern, and `UnreadableError` where some may lie in a submodule.
        """
        wanted = [pattern_parts(pattern) for pattern in patterns]
        self._refuse_submodules(wanted)
        files = (PurePosixPath(os.path.relpath(place, self.below or ".")) for place in self._entries)
        found = [file for file in sorted(files) if not is_hidden(file) and any(_fits(file.parts, w) for w in wanted)]
        entries = [self._entries.get(self._target(self._place(str(file)))) for file in found]
        self._repository.fetch(entry.number for entry in entries if entry)
        return [str(file) for file in found]

    def source(self, name: str) -> Source:
        """A file's text. Raises `UnreadableError`."""
        place = self._target(self._place(name))
        entry = self._entries.get(place)
        if entry is None or entry.mode == _LINK:
            raise UnreadableError(f"{self._name}:{place}: no such file")
        content = self._repository.content(entry.number)
        if content.startswith(_POINTER):
            raise UnreadableError(f"{self._name}:{place}: git has a pointer of Git LFS here, and no filter runs")
        return Source(name, decode(content, f"{self._name}:{place}"))

    def _refuse_submodules(self, wanted: Sequence[Sequence[str]]) -> None:
        """Raises `UnreadableError` for a submodule that has policies of the project, or may have some."""
        for place, commit in self._submodules.items():
            below = PurePosixPath(os.path.relpath(place, self.below or "."))
            if is_hidden(below / "policy") or not any(_fits_below(below.parts, pattern) for pattern in wanted):
                continue
            files = self._repository.files_of(place, commit)
            if files is None or any(_fits((below / file).parts, pattern) for file in files for pattern in wanted):
                raise UnreadableError(
                    f"{self._name}: {quoted(place)} is a git submodule, and its policies are in another repository:"
                    " check both sides out (`git worktree add`, `git submodule update --init`) and compare the folders,"
                    " or leave it out of `[project] policies`"
                )

    def _find(self, folder: Path) -> str:
        """The project's folder: the nearest upwards with a configuration, else the one that is the project on disk."""
        below = self._repository.below(folder)
        for place in (PurePosixPath(below), *PurePosixPath(below).parents):
            if str(place / CONFIGURATION) in self._entries:
                return "" if str(place) == "." else str(place)
        root = find_root(folder)
        return self._repository.below(root) if self._repository.holds(root) else below

    def _place(self, name: str) -> str:
        """Where the tree has a name of the project."""
        return normpath(join(self.below, name))

    def _target(self, place: str) -> str:
        """Where a place leads once every link on the way is followed."""
        for _ in range(_MOST_LINKS):
            parts = place.split("/")
            steps = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
            link = next((step for step in steps if step in self._entries and self._entries[step].mode == _LINK), None)
            if link is None:
                return place
            aim = os.fsdecode(self._repository.content(self._entries[link].number))
            place = normpath(join(dirname(link), aim, place[len(link) + 1 :]))
        return place


def read_revision(text: str, folder: Path) -> Revision:
    """The revision that a text names, of the repository that a folder lies in; `REV:path` names the project in it.

    Raises `UsageError`.
    """
    if text.startswith("-"):
        raise UsageError(f"{quoted(text)} is no git revision: none begins with `-`")
    repository = _Repository(folder, text)
    if commit := repository.commit(text):
        return Revision(repository, commit, text, folder)
    revision, _, path = text.partition(":")
    commit = repository.commit(revision) if path else None
    below = repository.folder(commit, path) if commit else None
    if commit is None or below is None:
        raise UsageError(f"{quoted(text)} is no file, no folder and no git revision{repository.advice(text)}")
    return Revision(repository, commit, revision, below)


class _Repository:
    """The git repository that a folder lies in. Raises `UsageError` where git cannot be asked about it."""

    def __init__(self, folder: Path, wanted: str) -> None:
        self._folder = folder
        self._wanted = wanted
        self._contents: dict[str, bytes] = {}
        bare = self._ask("rev-parse", "--is-bare-repository").strip() == b"true"
        asked = ("--absolute-git-dir",) if bare else ("--show-toplevel",)
        self._top = Path(os.fsdecode(self._ask("rev-parse", *asked).removesuffix(b"\n")))
        self._bare = bare

    def commit(self, text: str) -> str | None:
        """The commit that a text names."""
        found = self._verified(text) if text.isprintable() else None
        return self._verified(f"{found}^{{commit}}") if found else None

    def folder(self, commit: str, path: str) -> str | None:
        """A folder of a commit by its path from the top, or, with `./` or `../` before it, from the folder on disk."""
        near = path.startswith(("./", "../")) or path in {".", ".."}
        place = normpath(join(self.below(self._folder), path) if near else path.lstrip("/") or ".")
        if not place.isprintable() or place.startswith(".."):
            return None
        place = "" if place == "." else place
        kind = self._run("cat-file", "-t", f"{commit}:{place}").stdout.strip()
        return place if kind == b"tree" else None

    def advice(self, text: str) -> str:
        """What may have been meant by a text that names no commit."""
        if ".." in text and "../" not in text:
            return "; a range is two revisions: write them apart, as in `diff main HEAD`"
        references = self._run("for-each-ref", "--format=%(refname:short)", "--count=1000").stdout
        if near := suggestion(text, references.decode("utf-8", "replace").split()):
            return f"; {near}"
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        if shallow and ("~" in text or "^" in text):
            return "; this clone is shallow: `git fetch --deepen=1` brings one more commit, `--unshallow` all of them"
        return (
            "; this clone is shallow: fetch the revision first (`git fetch --depth=1 origin main`)" if shallow else ""
        )

    def entries(self, commit: str) -> Iterator[tuple[str, _Entry]]:
        """All files and links of a commit by their paths from the top."""
        for line in self._ask("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, kind, number = head.decode("ascii").split(" ")
            if kind == "blob" or mode == _SUBMODULE:
                yield os.fsdecode(path), _Entry(mode, number)

    def files_of(self, submodule: str, commit: str) -> list[str] | None:
        """The files that a submodule has in a commit of its own; None where that is not at hand."""
        folder = self._top / submodule
        found = self._run("-C", str(folder), "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return None if found.returncode else [os.fsdecode(path) for path in found.stdout.split(b"\0")[:-1]]

    def content(self, number: str) -> bytes:
        """The bytes of a file."""
        self.fetch([number])
        return self._contents[number]

    def fetch(self, numbers: Iterable[str]) -> None:
        """Reads several files in one go. Raises `UnreadableError`."""
        wanted = [number for number in dict.fromkeys(numbers) if number not in self._contents]
        if not wanted:
            return
        rest = self._ask("cat-file", "--batch", given="".join(f"{number}\n" for number in wanted).encode("ascii"))
        for number in wanted:
            head, _, rest = rest.partition(b"\n")
            if head.endswith(b" missing"):
                raise UnreadableError(f"{self._wanted}: git has no content for {number}; is this a partial clone?")
            size = int(head.rpartition(b" ")[2])
            self._contents[number], rest = rest[:size], rest[size + 1 :]

    def holds(self, folder: Path) -> bool:
        """Whether a folder lies in the repository."""
        return not self._bare and folder.resolve().is_relative_to(self._top.resolve())

    def below(self, folder: Path) -> str:
        """The path of a folder from the top, empty for the top itself, and where no folder is part of the tree."""
        if self._bare:
            return ""
        path = folder.resolve().relative_to(self._top.resolve()).as_posix()
        return "" if path == "." else path

    def _verified(self, text: str) -> str | None:
        found = self._run("rev-parse", "--verify", "--quiet", text)
        return found.stdout.decode("ascii").strip() if found.returncode == 0 else None

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git answers. Raises `UsageError` with its reason."""
        done = self._run(*arguments, given=given)
        if b"promisor remote" in done.stderr:
            advice = "nothing is fetched: clone without `--filter`"
            raise UnreadableError(
                f"{quoted(self._wanted)}: this clone is partial and lacks some of its files, and {advice}"
            )
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").partition("\n")[0].removeprefix("fatal: ")
            if reason.startswith("not a git repository"):
                reason = f"{self._folder.resolve()} is in no git repository"
            raise UsageError(f"{quoted(self._wanted)} is no file and no folder, and git knows no revision: {reason}")
        return done.stdout

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in _DECIDED_BY_THE_FOLDER}
        command = ["git", "-C", str(self._folder), *arguments]
        try:
            return subprocess.run(  # noqa: S603 - a list of arguments, no shell
                command, input=given, capture_output=True, env={**environment, **_QUIET}, check=False
            )
        except FileNotFoundError:
            message = "is no file and no folder, and git, which could know it as a revision, is not installed"
            raise UsageError(f"{quoted(self._wanted)} {message}") from None


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path matches a pattern, part by part; `**` stands for any folders, and only `..` for `..`."""
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        folders = (skipped for skipped in range(len(parts)) if ".." not in parts[:skipped])
        return any(_fits(parts[skipped:], pattern[1:]) for skipped in folders)
    same = parts[0] == pattern[0] if parts[0] == ".." else fnmatchcase(parts[0], pattern[0])
    return same and _fits(parts[1:], pattern[1:])


def _fits_below(folder: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a pattern may match something below a folder."""
    if not folder or not pattern:
        return bool(pattern)
    if pattern[0] == "**":
        return True
    same = folder[0] == pattern[0] if folder[0] == ".." else fnmatchcase(folder[0], pattern[0])
    return same and _fits_below(folder[1:], pattern[1:])
