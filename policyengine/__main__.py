"""The command `policyengine`. `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import sys

from policyengine import __version__


def main() -> None:
    """Runs the command line and ends the process with its exit code (interface.md section 3)."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"policyengine {__version__}\n")
        return
    from policyengine.cli.app import run  # noqa: PLC0415 - start-up: only commands need it

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
