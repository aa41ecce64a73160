"""`python -m benchmarks`: measures, prints a table, writes JSON and the page."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import ROOT
from benchmarks.figures import Measurement
from benchmarks.machine import machine, versions
from benchmarks.measures import MEASURES, ON_DEMAND
from benchmarks.page import write_page
from benchmarks.report import as_json, figures_table, from_json, goals_table
from benchmarks.scale import Scale, quick

_FIGURES = ROOT / "benchmarks" / "figures.json"
_PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Takes the measures that are asked for; 1 when one of their goals is missed. Sizes of `--quick` prove nothing."""
    options = _options().parse_args(arguments)
    scale = quick(options.seed) if options.quick else Scale(options.seed)
    if options.resources:
        scale = scale._replace(resources=options.resources)
    measurements = list(_taken(options.measures or list(MEASURES), scale))
    kept = _kept(options.json) if options.measures else {}
    every = {**kept, **{found.name: found for found in measurements}}
    run = as_json(
        [every[name] for name in (*MEASURES, *ON_DEMAND) if name in every], machine(), versions(), options.seed
    )
    sys.stdout.write(f"{goals_table(measurements)}\n")
    if options.json:
        options.json.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.page:
        write_page(options.page, run)
    missed = [goal for found in measurements for goal in found.goals if not goal.holds]
    return 1 if missed and not options.quick else 0


def _kept(file: Path | None) -> dict[str, Measurement]:
    """The measures of an earlier run, which stay where others are taken anew."""
    if file is None or not file.is_file():
        return {}
    return {found.name: found for found in from_json(json.loads(file.read_text(encoding="utf-8")))}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measures the engine beside its peers.")
    names = ", ".join((*MEASURES, *ON_DEMAND))
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"only these of: {names}")
    parser.add_argument("--quick", action="store_true", help="small inputs, to see that everything runs")
    parser.add_argument("--seed", type=int, default=1, help="of the inputs (default: 1)")
    parser.add_argument("--resources", type=int, metavar="N", help="of the inventory of `coverage`")
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"writes the run, as in {_FIGURES.name}")
    parser.add_argument("--page", type=Path, metavar="FILE", help=f"puts the tables into a page, as in {_PAGE.name}")
    return parser


def _taken(names: Sequence[str], scale: Scale) -> Iterator[Measurement]:
    for name in names:
        started = time.monotonic()
        found = {**MEASURES, **ON_DEMAND}[name](scale)
        sys.stdout.write(f"{figures_table(found)}\n")
        sys.stdout.flush()
        sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n")
        yield found


if __name__ == "__main__":
    sys.exit(main())
