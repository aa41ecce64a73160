"""`python -m mutation`: the share of the faults in a package that its tests notice, and those they do not."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path

from mutation.mutants import ROOT, Mutant, mutants_of
from mutation.trials import (
    OTHERWISE,
    PACKAGES,
    ROOMS,
    SURVIVED,
    Reach,
    measure,
    on_import,
    reaches,
    selected,
    try_inside,
    try_on_import,
)


def main() -> int:
    """1 where a fault goes unnoticed."""
    asked = _arguments()
    asked.state.mkdir(exist_ok=True)
    own = asked.packages or PACKAGES
    for room in own if asked.own or asked.again or asked.measured else ROOMS:
        measure(room, _reach(asked.state, room))
    return 1 if sum(_unnoticed(package, asked) for package in own) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"{', '.join(PACKAGES)}; all of them")
    parser.add_argument("--sample", type=int, help="so many mutants of each package instead of all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--seconds", type=float, default=5, help="of tests that a mutant has to outlive")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--own", action="store_true", help="with the tests of the package's own room only")
    parser.add_argument("--measured", action="store_true", help="with what other rooms' tests reached the last time")
    parser.add_argument("--again", action="store_true", help="the same, only those that nobody noticed then")
    parser.add_argument("--state", type=Path, default=ROOT / ".mutation", help="what is kept from run to run")
    return parser.parse_args()


def _unnoticed(package: str, asked: argparse.Namespace) -> int:
    mutants = mutants_of(package)
    if asked.sample and asked.sample < len(mutants):
        chosen = random.Random(asked.seed).sample(range(len(mutants)), asked.sample)
        mutants = [mutants[number] for number in sorted(chosen)]
    outcomes = asked.state / f"{package.replace('/', '.')}.outcomes.json"
    if asked.again:
        before = set(json.loads(outcomes.read_text(encoding="utf-8")))
        mutants = [mutant for mutant in mutants if _key(mutant) in before]
    survivors = _survivors(package, mutants, asked)
    outcomes.write_text(json.dumps([_key(mutant) for mutant in survivors], indent=1), encoding="utf-8")
    _tell(package, mutants, survivors)
    return len(survivors)


def _reach(state: Path, room: str) -> Path:
    return state / f"{room.replace('/', '.')}.reach.jsonl"


def _key(mutant: Mutant) -> str:
    """What stays the same when lines move."""
    return f"{mutant.file} {mutant.function}: {mutant.was} -> {mutant.now}"


def _survivors(package: str, mutants: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    rooms = [package] if asked.own else ROOMS
    known = [reach for room in rooms for reach in reaches(_reach(asked.state, room))]
    logs = [asked.state / f"{package.replace('/', '.')}.{number}.log" for number in range(asked.workers)]
    children = []
    for number, log in enumerate(logs):
        child = os.fork()
        if not child:
            _work(package, mutants[number :: asked.workers], asked.seconds, known, log)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    codes = {mutant: code for log in logs for mutant, code in _codes(log).items()}
    return [mutant for mutant in mutants if codes[str(mutant)] == SURVIVED]


def _codes(log: Path) -> dict[str, int]:
    return dict(json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())


def _work(package: str, mutants: Iterable[Mutant], seconds: float, known: list[Reach], log: Path) -> None:
    tests = {mutant: selected(mutant, package, known, seconds) for mutant in mutants}
    with log.open("w", encoding="utf-8", buffering=1) as out:

        def tell(mutant: Mutant, code: int) -> None:
            out.write(f"{json.dumps([str(mutant), code])}\n")

        try_inside({mutant: chosen for mutant, chosen in tests.items() if not on_import(mutant, known)}, tell)
        codes = _codes(log)
        for mutant, chosen in tests.items():
            if codes.get(str(mutant), OTHERWISE) == OTHERWISE:
                tell(mutant, try_on_import(mutant, chosen))


def _tell(package: str, mutants: list[Mutant], survivors: list[Mutant]) -> None:
    killed = len(mutants) - len(survivors)
    sys.stdout.write(f"{package}: {killed} of {len(mutants)} noticed ({killed / max(1, len(mutants)):.1%})\n")
    for mutant in survivors:
        sys.stdout.write(f"  {mutant}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
