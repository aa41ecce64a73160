"""Errors for files and folders that cannot be opened: what was expected there, and which name was perhaps meant."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from policyengine.base.errors import UnreadableError, reason
from policyengine.base.text import suggestion

_MOST_SIBLINGS = 10_000


def unopened(file: Path, error: OSError, expected: str) -> UnreadableError:
    """The error for a file that the system does not open: its reason, what was `expected`, a name that is like it."""
    near = meant_name(file) if isinstance(error, FileNotFoundError) else ""
    return UnreadableError(f"{file}: {reason(error)}, expected {expected}{f'; {near}' if near else ''}")


def meant_name(file: Path) -> str:
    """What to do about a name that leads nowhere: the nearest name beside it, or its folder where there is none.

    Empty where nothing is like it.
    """
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    try:
        with os.scandir(folder) as entries:
            names = {entry.name for entry in islice(entries, _MOST_SIBLINGS)} - {file.name}  # a link that leads nowhere
    except OSError:  # a folder that may not be looked into
        return ""
    near = suggestion(file.name, names)
    return f"did you mean `{file.with_name(near.name)}`?" if near else ""
