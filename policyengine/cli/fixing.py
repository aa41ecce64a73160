"""The work of `check --fix`: it applies the fixes of findings to the files of a project, in rounds, and writes them.

A fix can bring up the next finding with one, as a name that had a mistake in it does, so a round judges what the last
one left. Files are written once no round is left, all of them or none.
"""

from __future__ import annotations

import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec.structs import replace

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UnreadableError
from policyengine.base.fixes import applicable, apply_fixes
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.checkout import require_inside
from policyengine.files import write_files
from policyengine.project import POLICY, Project, decode, read_bytes
from policyengine.report.check import AppliedFixes
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage, write_text_diff

_MOST_ROUNDS = 30


class Repair(Record):
    """The texts of a project before and after, in the same order, and how many fixes lie between."""

    before: tuple[Source, ...]
    after: tuple[Source, ...]
    fixes: int

    @property
    def changed(self) -> list[tuple[Source, Source]]:
        """The texts that are not the same, before and after."""
        return [pair for pair in zip(self.before, self.after, strict=True) if pair[0] != pair[1]]

    @property
    def summary(self) -> AppliedFixes:
        """The fixes for outputs."""
        return AppliedFixes(self.fixes, tuple(source.name for source, _ in self.changed))


def repair(project: Project, standing: Callable[[Project], Iterable[Diagnostic]]) -> Repair:
    """The texts of a project with all fixes; `standing` gives the findings of a state of it that count."""
    before = sources = tuple(project.sources)
    fixes, seen = 0, {before}
    for _ in range(_MOST_ROUNDS):
        findings = standing(replace(project, sources=sources))
        offered = applicable(sources, (finding.fix for finding in findings if finding.fix))
        sources, applied = apply_fixes(sources, offered)
        if sources in seen:
            break
        seen.add(sources)
        fixes += applied
    return Repair(before, sources, fixes)


def write_repair(root: Path, done: Repair) -> None:
    """Writes the files that a repair changes, all or none.

    Raises `UnreadableError` for a file that is not what was judged, that nobody may write, that is not in the
    project's folder, or that the project reads under two names, one of which would undo the other.
    """
    _require_one_name_each(root, done)
    write_files({root / source.name: _content(root, source, after) for source, after in done.changed})


def _require_one_name_each(root: Path, done: Repair) -> None:
    names: dict[Path, str] = {}
    for source in done.before:
        names.setdefault((root / source.name).resolve(), source.name)
    for source, _ in done.changed:
        first = names[(root / source.name).resolve()]
        if first != source.name:
            raise UnreadableError(
                f"{first} and {source.name}: the two are one file, and no file is fixed; keep one name"
            )


def _content(root: Path, judged: Source, after: Source) -> str:
    """The content to write into a file; a byte order mark stays."""
    file = root / judged.name
    require_inside(file, root)
    if not file.resolve().is_relative_to(root.resolve()):
        raise UnreadableError(f"{file}: this is not in the folder of the project, and fixes change nothing elsewhere")
    content = read_bytes(file, POLICY)
    if decode(content, judged.name) != judged.text:
        raise UnreadableError(f"{file}: the file has changed since it was judged, and no file is fixed; run it again")
    if not file.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise UnreadableError(f"{file}: the file is read-only, and no file is fixed")
    mark = "\ufeff" if content.startswith(BOM_UTF8) else ""
    return mark + after.text


def repair_text(done: Repair, *, color: bool) -> str:
    """The unified diffs of a repair."""
    page = TerminalPage(color=color)
    for before, after in done.changed:
        write_text_diff(page, before.name, before.text, after.text)
    fixes, files = count(done.fixes, "fix").replace("fixs", "fixes"), count(len(done.changed), "file")
    page.line(f"{fixes} in {files}; nothing is written" if done.fixes else "nothing to fix")
    return page.text()
