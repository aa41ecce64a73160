"""Runs a command and tells what it took, as JSON: a script of its own, so that next to nothing runs beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

_KIB_IN_MB = 1000 * 1000 / 1024


def main() -> None:
    """Runs the command of the arguments; what it writes is thrown away, but for the end of what it says of errors."""
    with tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        errors.seek(0)
        told = errors.read().decode(errors="replace")[-500:]
    found = {
        "code": os.waitstatus_to_exitcode(status),
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": wall,
        "memory": usage.ru_maxrss / _KIB_IN_MB,
        "errors": told,
    }
    sys.stdout.write(json.dumps(found))
    child.returncode = 0  # waited for above


if __name__ == "__main__":
    main()
