"""Start-up: what a process takes before there is any work to speak of."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from benchmarks import ROOT
from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.scale import Scale
from benchmarks.timing import processes

_LIBRARIES = "import lark, pydantic, networkx, rich"


def startup(scale: Scale) -> Measurement:
    """`--version`, and `check` on a new project and on an example, beside the imports of the libraries alone."""
    with TemporaryDirectory() as folder:
        project = str(copytree(ROOT / "policyengine" / "cli" / "starter", Path(folder, "new")))
        commands = {
            "python -c pass": ("-c", "pass"),
            "imports of lark, pydantic, networkx, rich": ("-c", _LIBRARIES),
            "policyengine --version": ("-m", "policyengine", "--version"),
            "policyengine check, what init writes": ("-m", "policyengine", "check", project),
            "policyengine check, examples/acme": ("-m", "policyengine", "check", "examples/acme"),
        }
        taken = processes(commands, scale.starts, codes=(0, 1))
    _, imports, version, new, example = taken.values()
    figures = [Figure(f"{name}, CPU", 1000 * found.cpu, "ms") for name, found in taken.items()]
    figures += [Figure(f"{name}, wall", 1000 * found.wall, "ms") for name, found in taken.items()]
    goals = (
        Goal("`--version`, of the imports", version.cpu / imports.cpu, 0.5, "times"),
        Goal("`check` of what `init` writes, of the imports", new.cpu / imports.cpu, 1.5, "times"),
        Goal("`check` of examples/acme, of the imports", example.cpu / imports.cpu, 1.5, "times"),
    )
    return Measurement("startup", "Start-up", tuple(figures), goals)
