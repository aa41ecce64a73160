"""The whole gate: `check` with three packs as a process, beside the floor of reading and validating the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import Size, organization
from benchmarks.inputs.projects import snapshot_text, write_stored
from benchmarks.scale import Scale
from benchmarks.timing import Process, processes

_TIMES, _MEMORY = 3, 500


def gate(scale: Scale) -> Measurement:
    """CPU time and peak memory of `check`; the floor is `show --quiet` on the same snapshot."""
    figures: list[Figure] = []
    goals: list[Goal] = []
    for size in scale.large:
        with TemporaryDirectory() as folder:
            taken = _measure(Path(folder), size, scale)
        floor, check, violated = taken["show --quiet"], taken["check"], taken["check, all violated"]
        figures += _figures(f"{size.accounts:,} accounts", taken)
        goals += [
            Goal(f"`check` of {size.accounts:,} accounts, of the floor", check.cpu / floor.cpu, _TIMES, "times"),
            Goal("the same, every plan violating", violated.cpu / floor.cpu, _TIMES, "times"),
            Goal(f"peak memory with {size.accounts:,} accounts", violated.memory, _MEMORY, "MB"),
        ]
    return Measurement("gate", "The whole gate", tuple(figures), tuple(goals))


def _measure(folder: Path, size: Size, scale: Scale) -> dict[str, Process]:
    found = organization(size, scale.seed)
    project = write_stored(folder / "holding", found)
    violating = write_stored(folder / "violating", found)
    (violating / "organization.json").write_text(snapshot_text(found, air_gapped=False), encoding="utf-8")
    output = ("--format", "json", "--output", str(folder / "output.json"))
    commands = {
        "show --quiet": ("-m", "policyengine", "show", "--quiet", str(project)),
        "check": ("-m", "policyengine", "check", *output, str(project)),
        "check, all violated": ("-m", "policyengine", "check", *output, str(violating)),
    }
    return processes(commands, scale.rounds, codes=(0, 1))


def _figures(of: str, taken: dict[str, Process]) -> Iterator[Figure]:
    for name, found in taken.items():
        yield Figure(f"{of}: {name}, CPU", found.cpu, "s")
        yield Figure(f"{of}: {name}, wall", found.wall, "s")
        yield Figure(f"{of}: {name}, peak memory", found.memory, "MB")
