"""Work in a process of its own, which inherits everything and leaves nothing behind."""

from __future__ import annotations

import os
import resource
import traceback
from collections.abc import Callable

_MEMORY = 2 << 30  # bytes beyond which a fault that collects without end is stopped


def in_fork(work: Callable[[], int], *, seconds: int | None = None, silent: bool = True) -> int:
    """What the work returns, or a negative number where it dies; after so many seconds of processor time it does."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code, complaints = 70, os.fdopen(os.dup(2), "w")
    try:
        if silent:
            _silence()
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        code = work()
    except BaseException:  # noqa: BLE001 - nothing may get back into the parent's code
        traceback.print_exc(file=complaints)
        complaints.flush()
    finally:
        os._exit(code)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
