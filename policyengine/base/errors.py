"""Errors that stop a run: the outside world failed or the tool was misused. Faults in policies are diagnostics instead.

    PolicyEngineError
    ├── UsageError           the command line asks for something that cannot be done
    ├── UnreadableError      a file or folder cannot be read or written
    ├── ConfigurationError   policyengine.toml is faulty
    └── SnapshotError        the snapshot is faulty; carries all its faults

Each of them ends a command with exit code 2 and its message on stderr, never with a traceback.
"""

from __future__ import annotations

from policyengine.base.records import Record


class PolicyEngineError(Exception):
    """The root of all errors that a command reports and a library caller may catch."""


class UsageError(PolicyEngineError):
    """The request cannot be carried out as asked (unknown account, two folders, a bad date)."""


class UnreadableError(PolicyEngineError):
    """A file or folder could not be read or written."""


class ConfigurationError(PolicyEngineError):
    """`policyengine.toml` holds what its format does not allow (interface.md section 1)."""


class Fault(Record):
    """A mistake in a data file: its place, and a message that says what to do.

    `line` counts from 1 and is 0 where the value has no text; `path` reads `root.units[0].name`, empty for the whole.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class SnapshotError(PolicyEngineError):
    """The snapshot is faulty; `faults` holds all its faults, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def reason(error: OSError) -> str:
    """The operating system's reason for an error, in lower case as our messages are."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
