"""Start-up: what a process takes before there is any work to speak of."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import SMALL, organization
from benchmarks.inputs.projects import write_project
from benchmarks.scale import Scale
from benchmarks.timing import processes

_LIBRARIES = "import lark, pydantic, networkx, rich"
_ROUNDS = 3  # times the rounds of the scale: these are short, and scatter more


def startup(scale: Scale) -> Measurement:
    """`--version`, `show` and `check` on a small project, beside the imports of the libraries alone."""
    with TemporaryDirectory() as folder:
        project = write_project(Path(folder), organization(SMALL, scale.seed))
        commands = {
            "python -c pass": ("-c", "pass"),
            "imports of lark, pydantic, networkx, rich": ("-c", _LIBRARIES),
            "policyengine --version": ("-m", "policyengine", "--version"),
            f"policyengine check, {SMALL.accounts} accounts": ("-m", "policyengine", "check", str(project)),
        }
        taken = processes(commands, _ROUNDS * scale.rounds, codes=(0, 1))
    _, imports, version, check = taken.values()
    figures = [Figure(f"{name}, CPU", 1000 * found.cpu, "ms") for name, found in taken.items()]
    figures += [Figure(f"{name}, wall", 1000 * found.wall, "ms") for name, found in taken.items()]
    goals = (
        Goal("`--version`, of the imports", version.cpu / imports.cpu, 0.5, "times"),
        Goal("small `check`, of the imports", check.cpu / imports.cpu, 1.5, "times"),
    )
    return Measurement("startup", "Start-up", tuple(figures), goals)
