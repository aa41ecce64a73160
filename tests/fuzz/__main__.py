"""`python -m fuzz`: searches; or tries a kept input once more, or tells what was done so far."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from fuzz.campaign import ROOT, Campaign, Record
from fuzz.doors import NAMES, door
from fuzz.laws import try_out
from fuzz.work import GUIDED

_SHOWN = 2_000  # characters of an input or a traceback


def main() -> int:
    """1 where something was found."""
    asked = _arguments()
    doors = asked.doors or NAMES
    if asked.replay:
        return _replay(doors, asked.replay)
    if not GUIDED:
        _say("atheris is not installed: inputs are made without guidance by coverage")
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory())) if asked.fresh else asked.state
        campaign = Campaign(state)
        if asked.report:
            return _tell(map(campaign.record, doors), state)
        return _tell(campaign.run(doors, asked.minutes * 60, asked.workers, asked.seed), state)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("doors", nargs="*", choices=[*NAMES, []], metavar="DOOR", help=f"{', '.join(NAMES)}; all")
    parser.add_argument("--minutes", type=float, default=30, help="processor time for each door, earlier runs included")
    parser.add_argument("--workers", type=int, default=1, help="doors at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, default=ROOT / ".fuzz", help="what is kept from run to run")
    parser.add_argument("--fresh", action="store_true", help="begin anew and keep nothing")
    parser.add_argument("--report", action="store_true", help="what was done so far, also by a run that goes on")
    parser.add_argument("--replay", type=Path, metavar="INPUT", help="try one input on the doors")
    return parser.parse_args()


def _tell(records: Iterable[Record], state: Path) -> int:
    found = 0
    for record in records:
        _say(str(record))
        for name in record.findings:
            found += 1
            _say(f"  {name}")
            for file in sorted((state / record.door / "findings").glob(f"{name}.*")):
                _say(file.read_text(encoding="utf-8", errors="replace")[-_SHOWN:])
    return 1 if found else 0


def _replay(doors: Iterable[str], file: Path) -> int:
    text = file.read_bytes().decode("utf-8", "replace")
    for name in doors:
        try_out(door(name).check, text, door(name).seconds_per_character)
        _say(f"{name}: every law holds")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
