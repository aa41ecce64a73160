"""Organizations of 200,000 accounts: the memory of `check` and `diff`, and how commands grow up to there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import Size, edited, organization
from benchmarks.inputs.projects import write_stored
from benchmarks.measures.growth import exponent
from benchmarks.scale import Scale
from benchmarks.timing import Process, run_python

_MEMORY = {"check": 500, "diff of a changed leaf": 900}
_ALMOST_LINEAR = 1.1


def huge(scale: Scale) -> Measurement:
    """CPU time and peak memory of `check`, `diff` and HTML by the number of accounts; the policies stay."""
    taken = {accounts: _measure(scale.grown._replace(accounts=accounts), scale.seed) for accounts in scale.huge}
    names, most = list(taken[scale.huge[0]]), scale.huge[-1]
    figures: list[Figure] = []
    goals: list[Goal] = []
    for name in names:
        for accounts, found in taken.items():
            note = f"{found[name].memory:,.0f} MB"
            figures.append(Figure(f"{name}, {accounts:,} accounts, CPU", found[name].cpu, "s", note))
        slope = exponent({accounts: found[name].cpu for accounts, found in taken.items()})
        goals.append(Goal(f"growth of {name} to {most:,} accounts", slope, _ALMOST_LINEAR, "exponent"))
    for name, limit in _MEMORY.items():
        goals.append(Goal(f"peak memory of {name}, {most:,} accounts", taken[most][name].memory, limit, "MB"))
    return Measurement("huge", "Accounts without end", tuple(figures), tuple(goals))


def _measure(size: Size, seed: int) -> Mapping[str, Process]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        generated = organization(size, seed)
        project = str(write_stored(folder / "base", generated))
        leaf = str(write_stored(folder / "leaf", edited(generated, "leaf")))
        output = ("--output", str(folder / "output"))
        commands = {
            "check": ("check", "--format", "json", *output, project),
            "diff of a changed leaf": ("diff", "--format", "json", *output, project, leaf),
            "check as HTML": ("check", "--format", "html", *output, project),
        }
        return {name: run_python(("-m", "policyengine", *command), (0, 1)) for name, command in commands.items()}
