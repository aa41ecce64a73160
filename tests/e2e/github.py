"""GitHub's runner, as far as action.yml and the workflows of docs/ci.md need it.

Steps run in order in a workspace; conditions, inputs, outputs, the path and the summary mean what GitHub says.
Actions of others are Python functions.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml
from e2e.expressions import fill, holds
from e2e.scratch import surroundings

Step: TypeAlias = Mapping[str, Any]
Action: TypeAlias = Callable[[dict[str, str]], dict[str, str]]

_SHELLS = {None: ("bash", "-e"), "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}


class Ended(NamedTuple):
    """What steps or an action left behind: the exit code of the first that failed, and outputs by name."""

    code: int
    outputs: dict[str, str]


@dataclass
class Job:
    """A job on a runner of its own.

    `temp` is the runner's folder for temporary files, `action` the folder of our action, `others` are the actions of
    others by name, `github` and `environment` what the job is given.
    """

    workspace: Path
    temp: Path
    action: Path
    others: Mapping[str, Action] = field(default_factory=dict)
    github: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    log: str = ""
    path: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The job's summary so far."""
        return self._summary.read_text(encoding="utf-8") if self._summary.exists() else ""

    @property
    def _summary(self) -> Path:
        return self.workspace.with_name("summary.md")

    def use(self, **given: str) -> Ended:
        """Our action with inputs; `_` in their names stands for `-`."""
        return self._our_action({name.replace("_", "-"): value for name, value in given.items()})

    def run(self, workflow: str) -> int:
        """The only job of a workflow; the exit code of the first step that failed."""
        ((_, job),) = yaml.safe_load(workflow)["jobs"].items()
        return self._steps(job["steps"], {"github": self.github, "steps": {}})

    def _our_action(self, given: Mapping[str, str]) -> Ended:
        declared = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        assert given.keys() <= declared["inputs"].keys()
        inputs = {name: given.get(name, told["default"]) for name, told in declared["inputs"].items()}
        contexts: dict[str, Any] = {"inputs": inputs, "github": self.github, "steps": {}}
        code = self._steps(declared["runs"]["steps"], contexts)
        return Ended(code, {name: fill(told["value"], contexts) for name, told in declared["outputs"].items()})

    def _steps(self, steps: list[Step], contexts: dict[str, Any]) -> int:
        code = 0
        for step in steps:
            if holds(str(step.get("if", "success()")), contexts, failed=code != 0):
                ended = self._step(step, contexts)
                code = code or ended.code
                contexts["steps"][step.get("id", "")] = {"outputs": ended.outputs}
        return code

    def _step(self, step: Step, contexts: Mapping[str, Any]) -> Ended:
        if "run" in step:
            return self._script(step, contexts)
        name = step["uses"].partition("@")[0]
        given = {key: _text(value, contexts) for key, value in step.get("with", {}).items()}
        return self._our_action(given) if name == "OWNER/policyengine" else Ended(0, self.others[name](given))

    def _script(self, step: Step, contexts: Mapping[str, Any]) -> Ended:
        own = {name: _text(value, contexts) for name, value in step.get("env", {}).items()}
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder, name) for name in ("script", "output", "path")}
            for file in files.values():
                file.touch()
            files["script"].write_text(fill(step["run"], contexts), encoding="utf-8")
            command = [*_SHELLS[step.get("shell")], str(files["script"])]
            done = subprocess.run(
                command, check=False, cwd=self.workspace, env=self._given(files) | own, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self.log += done.stdout
            self.path[:0] = files["path"].read_text(encoding="utf-8").splitlines()
            written = files["output"].read_text(encoding="utf-8").splitlines()
        return Ended(done.returncode, dict(line.split("=", 1) for line in written))

    def _given(self, files: Mapping[str, Path]) -> dict[str, str]:
        return surroundings() | {
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_PATH": str(files["path"]),
            "GITHUB_STEP_SUMMARY": str(self._summary),
            "RUNNER_TEMP": str(self.temp),
            **self.environment,
            "PATH": os.pathsep.join([*self.path, self.environment.get("PATH", os.environ["PATH"])]),
        }


def _text(value: object, contexts: Mapping[str, Any]) -> str:
    """A value of YAML as GitHub hands it on."""
    return str(value).lower() if isinstance(value, bool) else fill(str(value), contexts)
