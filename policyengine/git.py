"""A project as a git revision has it, read into memory.

Git's plumbing answers, so that the working tree, the index and the configuration stay as they are, no hook and no
filter runs, and nothing is fetched. The repository is that of the checkout which the folder's name lies in: neither the
environment decides, nor anything that a commit can bring along, such as a link, a submodule or a bare repository.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import IO, NamedTuple, cast

from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.source import Source
from policyengine.base.text import quoted, suggestion
from policyengine.checkout import checkout_left, checkout_of
from policyengine.project import (
    CONFIGURATION,
    MOST_OF_POLICIES,
    POLICY,
    SNAPSHOTS,
    FileKind,
    Matches,
    decode,
    find_root,
    matches,
)
from policyengine.project import Entry as EntryKind

# What an administrator says of all repositories; everything else that begins with GIT_ is about one, or about a call.
_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # none; for releases that know nothing of the setting above
    "GIT_NO_REPLACE_OBJECTS": "1",  # a commit is what its hash says
    "GIT_GRAFT_FILE": os.devnull,
}
_SETTINGS = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.warnAmbiguousRefs": "true",
}
_SAFELY = ("--no-pager", *(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")))
_LINK, _SUBMODULE = "120000", "160000"
_BARE = ("HEAD", "objects", "refs")
_POINTER = b"version https://git-lfs.github.com/spec/"
_MOST_LINKS = 40  # in a row, as Linux has it
_MOST_LISTED = 256 << 20  # bytes that git needs to list the files of a commit
_AIM = FileKind("the aim of a link", 1 << 20)
_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?(?=[~^:@]|$)")
_OF_MESSAGES = re.compile(r"^:/|\^\{/")


class NoRevisionError(UsageError):
    """A text names no revision, or there is no repository to have one; `why` continues the sentence that says so."""

    def __init__(self, text: str, why: str) -> None:
        self.why = why
        super().__init__(f"{quoted(text)} is no git revision{why}")


class _Entry(NamedTuple):
    """A file, folder, link or submodule of a tree: its mode, and the name of its content."""

    mode: str
    number: str


class Revision:
    """The files of a project in a commit; `Files` and `Tree` of the workspace.

    Those of submodules are in another repository.
    """

    def __init__(self, repository: _Repository, commit: str, name: str, place: Path | str) -> None:
        """`place` is a folder on disk, whose project is meant, or the project's path in the tree."""
        self._repository = repository
        self._name = name
        self._entries: dict[str, _Entry] = {}
        self._submodules: dict[str, str] = {}
        self._foreign: set[str] = set()
        self._folders: dict[str, dict[str, EntryKind]] = {"": {}}
        for path, kind, entry in repository.entries(commit):
            self._add(path, kind, entry)
        self.below = place if isinstance(place, str) else self._find(place)

    def has(self, name: str) -> bool:
        """Whether there is a file of a name; a broken link counts."""
        place = self._place(name)
        return place in self._entries or self._target(place) in self._entries

    def policies(self, patterns: Iterable[str]) -> Matches:
        """The policy files that match any of the patterns.

        Raises as `matches` does, and `UnreadableError` where some may lie in a submodule or are too large.
        """
        matched = matches(self, patterns)
        places = [self._target(self._place(name)) for name in matched.names]
        files = {place: self._entries[place] for place in places if place in self._entries}
        sizes = self._repository.sizes(entry.number for entry in files.values())
        for place, entry in files.items():
            if sizes[entry.number] > POLICY.most:
                raise POLICY.too_large(f"{self._name}:{place}", sizes[entry.number])
        if sum(sizes.values()) <= MOST_OF_POLICIES:  # else the one that is too many will say so
            self._repository.fetch(entry.number for entry in files.values())
        return matched

    def source(self, name: str, kind: FileKind) -> Source:
        """A file's text. Raises `UnreadableError`."""
        place = self._target(self._place(name))
        entry = self._entries.get(place)
        if entry is None or entry.mode == _LINK:
            raise UnreadableError(f"{self._name}:{place}: no such file")
        content = self._repository.content(entry.number, kind, f"{self._name}:{place}")
        if content.startswith(_POINTER):
            raise UnreadableError(f"{self._name}:{place}: git has a pointer of Git LFS here, and no filter runs")
        return Source(name, decode(content, f"{self._name}:{place}"))

    def inside(self, folder: str) -> list[tuple[str, EntryKind]]:
        """The entries of a folder, none where it is gone. Raises `UnreadableError` for a submodule not at hand."""
        place = self._target(self._place(folder))
        self._look_into_submodule(place)
        return [*self._folders.get(place, {}).items()]

    def is_folder(self, name: str) -> bool:
        """Whether a name leads to a folder. Raises as `inside` does."""
        place = self._target(self._place(name))
        if place in self._submodules:
            return True
        self._look_into_submodule(place)
        return place in self._folders

    def is_file(self, name: str) -> bool:
        """Whether a name leads to a file, or is a link that leads nowhere.

        Raises `UnreadableError` for a file of a submodule: what it holds is in another repository.
        """
        place = self._place(name)
        target = self._target(place)
        self._look_into_submodule(target)
        if target in self._foreign:
            raise self._in_submodule(self._submodule_of(target))
        return target in self._entries or (place in self._entries and target not in self._folders)

    def _add(self, path: str, kind: str, entry: _Entry) -> None:
        folder, _, name = path.rpartition("/")
        self._folders[folder][name] = "link" if entry.mode == _LINK else "file" if kind == "blob" else "folder"
        if kind == "tree":
            self._folders[path] = {}
        elif entry.mode == _SUBMODULE:
            self._submodules[path] = entry.number
        else:
            self._entries[path] = entry

    def _submodule_of(self, place: str) -> str:
        """The submodule that a place is or lies in, empty if none."""
        if not self._submodules:
            return ""
        above = map(str, (PurePosixPath(place), *PurePosixPath(place).parents))
        return next((folder for folder in above if folder in self._submodules), "")

    def _look_into_submodule(self, place: str) -> None:
        """Adds the files of the submodule that a place lies in. Raises `UnreadableError` where they are not at hand."""
        submodule = self._submodule_of(place)
        if not submodule or submodule in self._folders:
            return
        files = self._repository.files_of(submodule, self._submodules[submodule])
        if files is None:
            raise self._in_submodule(submodule)
        self._folders[submodule] = {}
        for file in files:
            parts = PurePosixPath(submodule, file).parts
            for length in range(len(PurePosixPath(submodule).parts), len(parts)):
                # A link, since what is behind one is looked at: it is in another repository.
                kind: EntryKind = "folder" if length + 1 < len(parts) else "link"
                self._folders.setdefault("/".join(parts[:length]), {})[parts[length]] = kind
            self._foreign.add("/".join(parts))

    def _in_submodule(self, submodule: str) -> UnreadableError:
        return UnreadableError(
            f"{self._name}: {quoted(submodule)} is a git submodule, and its policies are in another repository:"
            " check both sides out (`git worktree add`, `git submodule update --init`) and compare the folders,"
            " or leave it out of `[project] policies`"
        )

    def _find(self, folder: Path) -> str:
        """The project's folder: the nearest upwards with a configuration, else the named one if it has a snapshot.

        Else that of the project on disk, for a call from a folder further down.
        """
        below = self._repository.below(folder)
        for place in (PurePosixPath(below), *PurePosixPath(below).parents):
            if str(place / CONFIGURATION) in self._entries:
                return "" if str(place) == "." else str(place)
        if any(join(below, name) in self._entries for name in SNAPSHOTS):
            return below
        return self._repository.project_above(folder) or below

    def _place(self, name: str) -> str:
        """Where the tree has a name of the project."""
        return _normal(join(self.below, name))

    def _target(self, place: str) -> str:
        """Where a place leads once every link on the way is followed."""
        for _ in range(_MOST_LINKS):
            parts = place.split("/")
            steps = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
            link = next((step for step in steps if step in self._entries and self._entries[step].mode == _LINK), None)
            if link is None:
                return place
            aim = os.fsdecode(self._repository.content(self._entries[link].number, _AIM, f"{self._name}:{link}"))
            place = _normal(join(dirname(link), aim, place[len(link) + 1 :]))
        return place


def read_revision(text: str, folder: Path, *, by_name: bool = False) -> Revision:
    """The revision that a text names, of the repository that a folder lies in; `REV:path` names the project in it.

    With `by_name` what is looked up in the messages of commits is none: their authors would decide which one it is.
    Raises `NoRevisionError`, and `UsageError` where the text is no name of a revision, or git cannot be asked.
    """
    if text.startswith("-"):
        raise UsageError(f"{quoted(text)} is no git revision: none begins with `-`")
    if by_name and _OF_MESSAGES.search(text):
        message = f"{quoted(text)} looks for a message, and whoever writes one decides what is found"
        raise UsageError(f"{message}; expected a branch, a tag or a hash")
    repository = _Repository(folder, text)
    if commit := repository.commit(text):
        return Revision(repository, commit, text, folder)
    revision, _, path = text.partition(":")
    commit = repository.commit(revision) if path else None
    below = repository.folder(commit, path) if commit else None
    if commit is None or below is None:
        raise NoRevisionError(text, repository.advice(text))
    return Revision(repository, commit, revision, below)


class _Repository:
    """The git repository that a folder lies in.

    Raises `NoRevisionError` where there is none, and `UsageError` where git cannot be asked about it.
    """

    def __init__(self, folder: Path, wanted: str) -> None:
        self._folder = folder
        self._wanted = wanted
        self._contents: dict[str, bytes] = {}
        self._named = checkout_of(folder)
        top = checkout_of(folder.resolve())
        self._bare = top is None
        if top is None:
            self._require_bare()
            self._at = ("--git-dir", str(folder.resolve()))
            return
        self._top = top
        self._at = ("-C", str(top))
        self._require_own()

    def commit(self, text: str) -> str | None:
        """The commit that a text names. Raises `UsageError` where it may be another one, or is not here."""
        done = self._run("rev-parse", "--verify", text) if text.isprintable() else None
        if done is None or done.returncode:
            return None
        if b"is ambiguous" in done.stderr and not _HASH.match(text):
            advice = "write it in full, as `refs/heads/NAME` or `refs/tags/NAME`"
            raise UsageError(f"{quoted(text)} is the name of more than one branch, tag or commit: {advice}")
        number = done.stdout.decode("ascii").strip()
        parsed = self._run("rev-parse", "--verify", "--quiet", f"{number}^{{commit}}")
        if parsed.returncode == 0:
            return parsed.stdout.decode("ascii").strip()
        if self._run("cat-file", "-e", number).returncode:
            raise UsageError(f"{quoted(text)} is a git revision that this clone does not have{self.advice(text)}")
        return None

    def folder(self, commit: str, path: str) -> str | None:
        """A folder of a commit by its path from the top, or, with `./` or `../` before it, from the folder on disk."""
        near = path.startswith(("./", "../")) or path in {".", ".."}
        place = _normal(join(self.below(self._folder), path) if near else path.lstrip("/"))
        if not place.isprintable() or place.startswith(".."):
            return None
        kind = self._run("cat-file", "-t", f"{commit}:{place}").stdout.strip()
        return place if kind == b"tree" else None

    def advice(self, text: str) -> str:
        """Advice for a text that names no commit."""
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

    def entries(self, commit: str) -> Iterator[tuple[str, str, _Entry]]:
        """All that a commit has, by its path from the top, with its kind; a folder comes before what is in it."""
        for line in self._listing(self._at, "-t", commit).split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, kind, number = head.decode("ascii").split(" ")
            yield os.fsdecode(path), kind, _Entry(mode, number)

    def files_of(self, submodule: str, commit: str) -> list[str] | None:
        """The files that a submodule has in a commit of its own; None where that is not at hand."""
        folder = self._top / submodule if not self._bare else None
        if folder is None or checkout_of(folder.resolve()) != folder:
            return None
        try:
            listed = self._listing(("-C", str(folder)), "--name-only", commit)
        except UsageError:
            return None
        return [os.fsdecode(path) for path in listed.split(b"\0")[:-1]]

    def sizes(self, numbers: Iterable[str]) -> dict[str, int]:
        """The sizes of files in bytes. Raises `UnreadableError` for one that is not here."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            return {}
        answers = self._ask("cat-file", "--batch-check", given=_lines(wanted)).splitlines()
        return {number: self._size(number, answer) for number, answer in zip(wanted, answers, strict=True)}

    def content(self, number: str, kind: FileKind, place: str) -> bytes:
        """The bytes of a file. Raises `UnreadableError`, also for one that is too large."""
        if number not in self._contents:
            if (size := self.sizes([number])[number]) > kind.most:
                raise kind.too_large(place, size)
            self.fetch([number])
        return self._contents[number]

    def fetch(self, numbers: Iterable[str]) -> None:
        """Reads several files in one go. Raises `UnreadableError`."""
        wanted = [number for number in dict.fromkeys(numbers) if number not in self._contents]
        if not wanted:
            return
        rest = memoryview(self._ask("cat-file", "--batch", given=_lines(wanted)))
        for number in wanted:
            head = bytes(rest[:_LONGEST_HEAD]).partition(b"\n")[0]
            size, start = self._size(number, head), len(head) + 1
            self._contents[number] = bytes(rest[start : start + size])
            rest = rest[start + size + 1 :]

    def below(self, folder: Path) -> str:
        """The path of a folder from the top as it is named, whatever a link there leads to on disk.

        Empty for the top itself, and where no folder is part of the tree.
        """
        if self._bare:
            return ""
        named = (Path(os.path.abspath(folder)), self._named) if self._named else (folder.resolve(), self._top)  # noqa: PTH100
        return _normal(named[0].relative_to(named[1]).as_posix())

    def project_above(self, folder: Path) -> str | None:
        """The folder of the project on disk that a folder is part of; None for another folder, or behind a link."""
        root = find_root(folder).resolve()
        if self._bare or not root.is_relative_to(self._top):
            return None
        place, below = _normal(root.relative_to(self._top).as_posix()), self.below(folder)
        return place if PurePosixPath(below).is_relative_to(place) else None

    def _require_bare(self) -> None:
        """Raises `NoRevisionError` for a folder that is in no checkout and is no bare repository itself."""
        folder = self._folder.resolve()
        if not all((folder / name).exists() for name in _BARE):
            raise NoRevisionError(self._wanted, f": {folder} is in no git repository")

    def _require_own(self) -> None:
        """Raises `UsageError` where git, or a link, has another repository for the folder than its checkout."""
        left = checkout_left(self._folder)
        if left or (self._named and self._named.resolve() != self._top):
            message = f"{self._folder} is or goes through a link out of the git checkout {left or self._named}"
            raise self._refusal(message)
        done = self._git(("-C", str(self._folder)), "rev-parse", "--show-toplevel")
        top = os.fsdecode(done.stdout.removesuffix(b"\n"))
        if done.returncode:
            reason = _reason(done)
            advice = _REFUSED.get(next((refused for refused in _REFUSED if refused in reason), ""), "")
            raise self._refusal(f"git refuses the repository of {self._folder}: {reason}{advice}")
        if Path(top).resolve() != self._top:
            raise self._refusal(f"{self._folder} lies in the git checkout {self._top}, and git takes {top} for it")
        if self._run("rev-parse", "--show-superproject-working-tree").stdout.strip():
            message = f"{self._folder} lies in the git submodule {self._top}, whose commits are another repository's"
            raise self._refusal(f"{message}; compare in a clone of that repository")

    def _refusal(self, why: str) -> UsageError:
        return UsageError(f"{quoted(self._wanted)} is not looked up: {why}")

    def _size(self, number: str, head: bytes) -> int:
        """The size that git reports of a file."""
        if not head.startswith(f"{number} blob ".encode("ascii")):
            raise UnreadableError(f"{self._wanted}: git has no content for {number}; is this a partial clone?")
        return int(head.rpartition(b" ")[2])

    def _listing(self, at: tuple[str, str], *arguments: str) -> bytes:
        """The listing of a commit, at every depth. Raises as `_answer` does, and `UnreadableError` for too much."""
        words = (*at, "ls-tree", "-r", "-z", "--full-tree", *arguments)
        with self._started(words) as git:
            listed = cast("IO[bytes]", git.stdout).read(_MOST_LISTED + 1)
            if len(listed) > _MOST_LISTED:
                git.kill()
                raise UnreadableError(f"{quoted(self._wanted)}: the commit has more files than a project can have")
            complaint = cast("IO[bytes]", git.stderr).read()
        return self._answer(subprocess.CompletedProcess(git.args, git.returncode, listed, complaint))

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """The output of a git command. Raises as `_answer` does."""
        return self._answer(self._run(*arguments, given=given))

    def _answer(self, done: subprocess.CompletedProcess[bytes]) -> bytes:
        """The output of a finished command. Raises `UnreadableError` for absent files, `UsageError` with the reason."""
        if b"promisor remote" in done.stderr:
            advice = "nothing is fetched: clone without `--filter`"
            raise UnreadableError(
                f"{quoted(self._wanted)}: this clone is partial and lacks some of its files, and {advice}"
            )
        if done.returncode:
            raise UsageError(f"{quoted(self._wanted)}: git cannot read it: {_reason(done)}")
        return done.stdout

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return self._git(self._at, *arguments, given=given)

    def _git(self, at: tuple[str, str], *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        with self._started((*at, *arguments)) as git:
            out, err = git.communicate(given)
        return subprocess.CompletedProcess(git.args, git.returncode, out, err)

    def _started(self, words: Iterable[str]) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
        try:
            return subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                ["git", *_SAFELY, *words],  # noqa: S607 - the git that the user has
                env={**kept, **_QUIET},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            message = "may be a git revision, and git, which could know it, is not installed"
            raise UsageError(f"{quoted(self._wanted)} {message}; a folder is written `./FOLDER`") from None


_LONGEST_HEAD = 200  # of an object's content in what `cat-file --batch` answers
_REFUSED = {
    "dubious ownership": "; it is another user's: `git config --global --add safe.directory FOLDER` trusts it",
    "bare repository": "; it is no checkout, and its commits are whoever's that put it there",
}


def _normal(path: str) -> str:
    """A path from the top in its shortest form, empty for the top itself."""
    place = normpath(path) if path else ""
    return "" if place == "." else place


def _lines(numbers: Iterable[str]) -> bytes:
    return "".join(f"{number}\n" for number in numbers).encode("ascii")


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8", "replace").partition("\n")[0].removeprefix("fatal: ")
