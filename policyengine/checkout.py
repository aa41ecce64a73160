"""The git checkout that a file lies in, and what leads out of it.

Whoever proposes a change decides about every file and link of a checkout, and about nothing beside it. So nothing that
a checkout says makes a command read or write outside of it, or in its `.git`.
"""

from __future__ import annotations

import os
from pathlib import Path

from policyengine.base.errors import UnreadableError

_GIT = ".git"


def checkout_of(folder: Path) -> Path | None:
    """The nearest folder upwards that git has its folder or file `.git` in; links on the way stay as they are."""
    named = Path(os.path.abspath(folder))  # noqa: PTH100 - what Path.absolute leaves is `..`
    return next((place for place in (named, *named.parents) if os.path.lexists(place / _GIT)), None)


def find_top(folder: Path) -> Path:
    """The top of the git repository that `folder` lies in, else `folder`, without links."""
    resolved = folder.resolve()
    return checkout_of(resolved) or resolved


def name_below(file: Path, top: Path) -> str:
    """A file's name relative to a folder such as `find_top` gives, as it stands where the file lies elsewhere."""
    resolved = file.parent.resolve() / file.name
    return resolved.relative_to(top).as_posix() if resolved.is_relative_to(top) else str(file)


def prefix_of(folder: Path) -> str:
    """The path of a folder in its git repository, as a prefix of names of files: `infra/backup/`, empty at its top."""
    below = name_below(folder.resolve(), find_top(folder))
    return "" if below == "." else f"{below}/"


def require_inside(file: Path, root: Path) -> None:
    """Raises `UnreadableError` for a file that a project names and that is not in the checkout of the project.

    Outside of git there is no bound.
    """
    top = checkout_of(root.resolve())
    if top and not _is_inside(_real(file), top):
        raise UnreadableError(
            f"{file}: this leads out of the git checkout {top}, and a project reads and writes nothing there;"
            " the command line may name such a file, as in `--snapshot FILE`"
        )


def require_no_way_out(file: Path) -> None:
    """Raises `UnreadableError` where a link on the way to a file leads out of the checkout that its name is in."""
    if left := checkout_left(file):
        raise UnreadableError(f"{file}: this is or goes through a link that leads out of the git checkout {left}")


def checkout_left(file: Path) -> Path | None:
    """The checkout that a link on the way to a file leads out of, or into its `.git`; None where there is none."""
    inside = None
    named = Path(os.path.abspath(file))  # noqa: PTH100 - as above
    for place in reversed((named, *named.parents)):
        if inside:
            real, own = _real(place), inside.resolve()
            if real != own / place.relative_to(inside) and not _is_inside(real, own):
                return inside
        if os.path.lexists(place / _GIT):
            inside = place
    return None


def _is_inside(real: Path, top: Path) -> bool:
    return real.is_relative_to(top) and _GIT not in map(str.casefold, real.relative_to(top).parts)


def _real(file: Path) -> Path:
    try:
        return Path(os.path.realpath(file))
    except ValueError:  # a NUL, which reading and writing report
        return Path(os.path.abspath(file))  # noqa: PTH100 - as above
