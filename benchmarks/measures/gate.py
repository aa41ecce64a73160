"""The whole gate: `check` and `diff` as processes, beside `json.loads` of the text of the same snapshot.

The library's reader does not change with the engine, so its time is the unit of the gate's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import Size, edited, organization
from benchmarks.inputs.projects import snapshot_text, write_stored
from benchmarks.scale import Scale
from benchmarks.timing import Process, instructions, processes

_CHECK, _VIOLATING, _LEAF, _ROOT = 35, 45, 1.6, 1.4
_MEMORY = 500

_LOADS = "json.loads"
_ENGINE = ("-m", "policyengine")
_LOADING = """
import gc, json, pathlib, sys
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
gc.disable()
for _ in range(int(sys.argv[2])):
    json.loads(text)
"""
_REPEATED = 20  # readings of the snapshot in one process, which outweigh its start


def gate(scale: Scale) -> Measurement:
    """CPU time and peak memory of `check` and `diff`, and the instructions of a smaller `check`."""
    size = scale.large[-1]
    with TemporaryDirectory() as folder:
        taken = _measure(Path(folder), size, scale)
    of = f"{size.accounts:,} accounts"
    figures = (*_figures(of, taken), *counted_instructions(scale))
    return Measurement("gate", "The whole gate", figures, tuple(_goals(of, taken)))


def _measure(folder: Path, size: Size, scale: Scale) -> Mapping[str, Process]:
    """Processes by name; that of the readings has the time of one reading, without the start."""
    generated = organization(size, scale.seed)
    project = write_stored(folder / "holding", generated)
    leaf = write_stored(folder / "leaf", edited(generated, "leaf"))
    root = write_stored(folder / "root", edited(generated, "root"))
    violating = write_stored(folder / "violating", generated)
    (violating / "organization.json").write_text(snapshot_text(generated, air_gapped=False), encoding="utf-8")
    output = ("--format", "json", "--output", str(folder / "output.json"))
    check, diff = (*_ENGINE, "check", *output), (*_ENGINE, "diff", *output)
    loads = ("-c", _LOADING, str(project / "organization.json"))
    commands = {
        "no reading": (*loads, "0"),
        _LOADS: (*loads, str(_REPEATED)),
        "check": (*check, str(project)),
        "check, all violated": (*check, str(violating)),
        "diff of a changed leaf": (*diff, str(project), str(leaf)),
        "diff of the changed root": (*diff, str(project), str(root)),
    }
    taken = processes(commands, scale.gates, codes=(0, 1))
    start, reading = taken.pop("no reading"), taken[_LOADS]
    each = ((reading.cpu - start.cpu) / _REPEATED, (reading.wall - start.wall) / _REPEATED)
    return {**taken, _LOADS: Process(*each, reading.memory)}


def _goals(of: str, taken: Mapping[str, Process]) -> Iterator[Goal]:
    check, unit = taken["check"].cpu, taken[_LOADS].cpu
    yield Goal(f"`check` of {of}, of `json.loads`", check / unit, _CHECK, "times")
    yield Goal("the same, every plan violating", taken["check, all violated"].cpu / unit, _VIOLATING, "times")
    memory = max(process.memory for name, process in taken.items() if name.startswith("check"))
    yield Goal(f"peak memory of `check`, {of}", memory, _MEMORY, "MB")
    yield Goal("`diff` of a changed leaf, of a `check`", taken["diff of a changed leaf"].cpu / check, _LEAF, "times")
    yield Goal(
        "`diff` of the changed root, of a `check`", taken["diff of the changed root"].cpu / check, _ROOT, "times"
    )


def _figures(of: str, taken: Mapping[str, Process]) -> Iterator[Figure]:
    for name, process in taken.items():
        yield Figure(f"{of}: {name}, CPU", process.cpu, "s")
        yield Figure(f"{of}: {name}, wall", process.wall, "s")
        yield Figure(f"{of}: {name}, peak memory", process.memory, "MB")


def counted_instructions(scale: Scale) -> Iterator[Figure]:
    """Instructions of a `check` that is small enough to be counted, and of reading its snapshot once."""
    with TemporaryDirectory() as folder:
        project = write_stored(Path(folder), organization(scale.counted, scale.seed))
        loads = ("-c", _LOADING, str(project / "organization.json"))
        commands = {
            "check": (*_ENGINE, "check", "--quiet", str(project)),
            _LOADS: (*loads, "1"),
            "no reading": (*loads, "0"),
        }
        counts = {name: instructions(command, codes=(0, 1)) for name, command in commands.items()}
    check, reading, start = counts["check"], counts[_LOADS], counts["no reading"]
    if check is not None and reading is not None and start is not None:
        of = f"{scale.counted.accounts:,} accounts"
        yield Figure(f"{of}: check, instructions", check / 1_000_000, "million")
        yield Figure(f"{of}: json.loads, instructions", (reading - start) / 1_000_000, "million")
