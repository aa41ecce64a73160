"""The page on performance: the tables of a run between two marks, all else by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.report import figures_table, from_json, goals_table

_BEGIN = "<!-- begin: written by `python -m benchmarks` -->\n"
_END = "<!-- end -->\n"


def write_page(page: Path, run: dict[str, Any]) -> None:
    """Puts the tables of a run into a page that has the marks. Raises `ValueError` where it has none."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the tables: {_BEGIN.strip()} ... {_END.strip()}")
    page.write_text(f"{before}{begin}\n{told(run)}\n{end}{after}", encoding="utf-8")


def told(run: dict[str, Any]) -> str:
    """The tables, and where they come from."""
    machine = ", ".join(f"{name} {value}" for name, value in run["machine"].items())
    versions = ", ".join(f"{name} {value}" for name, value in run["versions"].items())
    measurements = from_json(run)
    tables = "\n".join([goals_table(measurements), *map(figures_table, measurements)])
    return f"{tables}\nMachine: {machine}. Versions: {versions}. Seed: {run['seed']}.\n"
