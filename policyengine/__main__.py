"""The command `policyengine`. `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import sys

from policyengine import __version__


def main() -> None:
    """Runs the command line and ends the process with its exit code (interface.md section 3)."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"policyengine {__version__}\n")
        return
    try:
        code = _run()
    except KeyboardInterrupt:  # while the modules are still loading; `run` handles its own
        code = 130
    sys.exit(code)


def _run() -> int:
    import gc  # noqa: PLC0415 - start-up: only commands need these
    import os  # noqa: PLC0415

    sys.unraisablehook = _repeat_dropped_interrupt
    gc.disable()  # one command, then the process ends: collecting costs a third of the time and frees next to nothing
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else pydantic looks through all that is installed

    from policyengine.cli.app import run  # noqa: PLC0415
    from policyengine.cli.output import prepare  # noqa: PLC0415

    prepare()
    code = run(sys.argv[1:])
    gc.freeze()  # Python collects at its end even so: half a second for 30,000 accounts
    return code


def _repeat_dropped_interrupt(lost: sys.UnraisableHookArgs) -> None:
    """Has an interrupt come again that Python had to drop, since it came within `__del__` or a callback."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return

    from _thread import interrupt_main  # noqa: PLC0415
    from threading import Timer  # noqa: PLC0415

    again = Timer(0.01, interrupt_main)  # by then the callback is over
    again.daemon = True
    again.start()


if __name__ == "__main__":
    main()
