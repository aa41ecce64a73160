"""What the commands `policyengine` and `bpol` start: the tool, where its files are in place.

PyPI has an unrelated `policyengine` (models of taxes and benefits) whose package has the same name as ours. In one
environment each overwrites files of the other, and what is installed last wins. So this looks, from a package of its
own and before anything of `policyengine` is imported, whether the files are those of `backup-policyengine`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

DISTRIBUTION = "backup-policyengine"
OTHER = "policyengine"
"""The distribution on PyPI whose package has the same name."""

_OURS = '"""Policy as code for AWS Organizations backup policies'
_COULD_NOT_JUDGE = 2
_ADVICE = (
    "`policyengine` on PyPI is another project (models of taxes and benefits) whose package has the same name;"
    f" install {DISTRIBUTION} into an environment of its own, with pipx, uv tool or a new venv"
)


def main() -> None:
    """Runs the command line and ends the process with its exit code; 2 where files of another package are in place."""
    package = installed_package()
    if package is None or not is_ours(package):
        place = package.parent if package else "this environment"
        _refuse(f"{place}: this is not the package `policyengine` of {DISTRIBUTION}")
    _check_neighbour(package.parent.parent)

    from policyengine.__main__ import main as run  # noqa: PLC0415 - not before it is known whose it is

    run()


def installed_package() -> Path | None:
    """The `__init__.py` that `import policyengine` would run; None where there is none."""
    spec = find_spec("policyengine")
    return Path(spec.origin) if spec and spec.origin else None


def is_ours(package: Path) -> bool:
    """Whether an `__init__.py` begins as ours does."""
    try:
        with package.open(encoding="utf-8") as file:
            return file.readline().startswith(_OURS)
    except (OSError, UnicodeDecodeError):
        return False


def replaced_files(home: Path) -> list[str]:
    """Our files below `home`, a folder of packages, that are gone or are not as they were installed."""
    record = next(home.glob(f"{DISTRIBUTION.replace('-', '_')}-*.dist-info/RECORD"), None)
    return [name for name, digest in _recorded(record) if _digest(home / name) != digest] if record else []


def _check_neighbour(home: Path) -> None:
    """Says where the other project is installed, too; goes on only where no file of ours has been replaced."""
    other = next(home.glob(f"{OTHER}-*.dist-info"), None)
    if other is None:
        return
    if replaced := replaced_files(home):
        _refuse(f"{home}: {other.stem} has replaced or removed files of {DISTRIBUTION}, such as {replaced[0]}")
    sys.stderr.write(f"warning: {home}: {other.stem} is installed in the same place: {_ADVICE}\n")


def _recorded(record: Path) -> Iterator[tuple[str, str]]:
    """The files of a package's list of what it installed that have a hash there, and the hash."""
    import csv  # noqa: PLC0415 - start-up: hardly any run reads the list

    with record.open(encoding="utf-8", newline="") as file:
        for name, digest, _ in csv.reader(file):
            if digest.startswith("sha256="):
                yield name, digest.removeprefix("sha256=")


def _digest(file: Path) -> str:
    """A file's SHA-256 as the lists of installed files write it; empty where it cannot be read."""
    from base64 import urlsafe_b64encode  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415

    try:
        content = file.read_bytes()
    except OSError:
        return ""
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"error: {message}; {_ADVICE}\n")
    sys.exit(_COULD_NOT_JUDGE)
