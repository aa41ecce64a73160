"""action.yml, run as GitHub's runner would: its steps, with the environment that they declare, in a scratch repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cli.command import POLICY
from e2e.github import Ended, Job
from e2e.scratch import FAULTY, WEAKER, change, surroundings

from policyengine import __version__

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SCRIPTS = sorted((ROOT / "ci").glob("*.sh"))
MARKS = {"check": "<!-- policyengine-check -->", "diff": "<!-- policyengine-diff -->"}
# Python and policyengine in one: notes how it is called, makes environments that consist of itself, writes empty reports.
STAND_IN = """#!{python} -SE
import json, sys
from pathlib import Path
me, words = Path(sys.argv[0]), sys.argv[1:]
with open({log!r}, "a", encoding="utf-8") as log:
    print(json.dumps([me.name, *words]), file=log)
if words[:3] == ["-I", "-m", "venv"]:
    programs = Path(words[-1], "bin")
    programs.mkdir(parents=True)
    for name in ("python", "policyengine"):
        (programs / name).symlink_to({file!r})
if "--output" in words:
    Path(words[words.index("--output") + 1]).touch()
sys.exit({code})
"""
UNDECIDED = POLICY + "\nrequire kept {\n  assert every rule satisfies rule.vault.key == customer\n}\n"

as_installed_too = pytest.mark.parametrize(
    "job",
    ["here", pytest.param("installed", marks=[pytest.mark.scale, pytest.mark.xdist_group("action")])],
    indirect=True,
)  # by pip, with downloads: once, by one worker


@as_installed_too
def test_sound_project_passes(job: Job) -> None:
    ended = job.use(directory="backup")
    assert (ended.code, ended.outputs["exit-code"]) == (0, "0")
    assert job.log == "pass: 3 accounts, 1 policy: no findings\n"
    assert _sarif(ended)["results"] == []
    assert (
        _comment(ended) == f"{MARKS['check']}\n### policyengine check\n\n**pass**: 3 accounts, 1 policy: no findings\n"
    )
    assert job.summary == _comment(ended)


@as_installed_too
def test_gate_fails_with_an_annotation_an_alert_a_comment_and_a_summary(job: Job) -> None:
    _write(job, FAULTY)
    ended = job.use(directory="backup")
    assert (ended.code, ended.outputs["exit-code"]) == (1, "1")
    assert job.log.startswith("::error file=backup/policy.bpol,line=7,endLine=7,col=7,title=PE120 unknown-setting::")
    assert [result["ruleId"] for result in _sarif(ended)["results"]] == ["PE120"]
    assert "- **PE120 unknown-setting** `policy.bpol:7` a rule has no setting `retian`\n" in _comment(ended)
    assert job.summary == _comment(ended)


@pytest.mark.parametrize(("strict", "code"), [("false", 0), ("true", 1)])
def test_strict_fails_on_what_cannot_be_decided(job: Job, strict: str, code: int) -> None:
    _write(job, UNDECIDED)
    assert job.use(directory="backup", strict=strict).code == code
    assert "PE702 requirement-undecided" in job.log


def test_forms_of_a_result_are_judged_as_of_one_moment(job: Job, tmp_path: Path) -> None:
    log = _stand_in(job, tmp_path)
    assert job.use(python="", directory="backup").code == 0
    calls = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    moments = [words[words.index("--at") + 1] for words in calls if "--at" in words]
    assert (len(moments), len(set(moments))) == (3, 1)


def test_what_cannot_be_judged_is_reported_everywhere(job: Job) -> None:
    (job.workspace / "backup" / "organization.yaml").write_text("version: 1\nroot: {100%: 1}\n", encoding="utf-8")
    ended = job.use(directory="backup")
    assert (ended.code, ended.outputs["exit-code"], ended.outputs["sarif-file"]) == (2, "2", "")
    assert job.log.startswith("error: organization.yaml:2: root")
    assert "\n::error title=policyengine check::error: organization.yaml:2: root" in job.log
    assert "unknown key `100%25`" in job.log
    assert job.summary == _comment(ended)
    assert _comment(ended).startswith(
        f"{MARKS['check']}\n### policyengine check\n\ncould not judge (exit code 2)\n\n    error: organization.yaml:2: root"
    )


def test_a_result_that_comes_out_otherwise_the_second_time_is_none(job: Job, tmp_path: Path) -> None:
    _stand_in(job, tmp_path, code='"github" in words')
    ended = job.use(python="", directory="backup")
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")


@as_installed_too
@pytest.mark.parametrize(("fail_on", "code"), [("", 0), ("lost,weakened", 1)])
def test_diff_compares_with_the_commit_before(job: Job, fail_on: str, code: int) -> None:
    change(job.workspace, WEAKER)
    ended = job.use(command="diff", directory="backup", fail_on=fail_on)
    assert (ended.code, ended.outputs["exit-code"], ended.outputs["sarif-file"]) == (code, str(code), "")
    assert "retention 35 days -> 7 days\n" in job.log
    assert _comment(ended).startswith(f"{MARKS['diff']}\n### policyengine diff\n")
    failed = "\n::error title=policyengine diff::fail: 3 of 3 accounts touched (100 %25): 1 weakened\n"
    assert job.log.endswith(failed) == (code == 1)
    assert job.summary == _comment(ended)


def test_diff_tells_what_it_cannot_compare(job: Job) -> None:
    _write(job, FAULTY)
    ended = job.use(command="diff", directory="backup", base="HEAD")
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")
    assert "error[PE120 unknown-setting]" in job.log
    assert "\n::error title=policyengine diff::error: " in job.log
    assert _comment(ended).startswith(
        f"{MARKS['diff']}\n### policyengine diff\n\ncould not judge (exit code 2)\n\n    error: "
    )


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"command": "drift", "strict": "true"}, "strict: only check takes it"),
        ({"command": "validate"}, "command: expected check, diff or drift"),
        ({"strict": "yes"}, "strict: expected true or false"),
        ({"fail_on": "lost"}, "fail-on: only diff takes it; check has gate.fail_on in policyengine.toml"),
        ({"command": "diff", "strict": "true"}, "strict: only check takes it"),
        ({"version": "latest"}, "version: expected a release such as 0.1.0"),
    ],
)
def test_inputs_that_mean_nothing_are_refused(job: Job, inputs: dict[str, str], told: str) -> None:
    ended = job.use(**inputs)
    assert (ended.code, job.log) == (2, f"::error title=policyengine::{told}\n")
    assert ended.outputs["comment-file"] == ended.outputs["sarif-file"] == ""


@pytest.mark.parametrize("given", ["command", "directory", "base", "strict", "fail_on", "version"])
@pytest.mark.parametrize(
    "payload",
    [
        '"; touch pwned; "',
        "$(touch pwned)",
        "backup\nexit-code=0\n::warning::pwned",
        "--output=pwned",
        "backup --output=pwned",
        "${{ github.token }}",
        "*",
    ],
)
def test_hostile_inputs_do_nothing(job: Job, given: str, payload: str) -> None:
    command = "diff" if given in {"base", "fail_on"} else "check"
    job.github = {"token": "secret"}
    ended = job.use(**{"command": command, "directory": "backup", given: payload})
    assert ended.code == 2
    assert ended.outputs.keys() == ACTION["outputs"].keys()
    assert "\n::warning" not in job.log
    assert "secret" not in job.log


@pytest.mark.parametrize(
    "step", [step for step in ACTION["runs"]["steps"] if "run" in step], ids=lambda step: step["id"]
)
def test_scripts_get_inputs_from_the_environment_only(step: dict[str, str]) -> None:
    assert "${{" not in step["run"]
    assert "\n" not in step["run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_stop_at_faults(script: Path) -> None:
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n", script], check=False, capture_output=True).stderr == b""


def test_actions_of_others_are_named_by_commit() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert [bool(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)) for name in used] == [True]


@as_installed_too
def test_later_steps_have_the_command_and_nothing_else(job: Job) -> None:
    job.use(directory="backup")
    (folder,) = job.path
    assert [file.name for file in Path(folder).iterdir()] == ["policyengine"]
    done = subprocess.run(
        ["policyengine", "--version"], env=surroundings() | {"PATH": folder}, check=True, capture_output=True, text=True
    )
    assert done.stdout == f"policyengine {__version__}\n"


def test_a_release_is_installed_apart_from_the_repository(job: Job, tmp_path: Path) -> None:
    log = _stand_in(job, tmp_path)
    assert [job.use(python="", version="0.1.0").code for _ in range(2)] == [0, 0]
    calls = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    created, installed = [words for words in calls if words[0] != "policyengine"]
    assert created[:5] == ["python3", "-I", "-m", "venv", "--clear"]
    assert created[5].startswith(str(job.temp))
    assert installed[:5] == ["python", "-I", "-m", "pip", "install"]
    assert installed[-1] == "backup-policyengine==0.1.0"


def _stand_in(job: Job, folder: Path, code: str = "0") -> Path:
    """Gives a job a stand-in for Python and policyengine; the file that tells how it was called."""
    programs = folder / "bin"
    programs.mkdir()
    file, log = programs / "python3", folder / "calls"
    file.write_text(STAND_IN.format(python=sys.executable, file=str(file), log=str(log), code=code), encoding="utf-8")
    file.chmod(0o755)
    job.temp = folder / "temp"
    job.temp.mkdir()
    job.environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    return log


def _write(job: Job, policy: str) -> None:
    (job.workspace / "backup" / "policy.bpol").write_text(policy, encoding="utf-8")


def _comment(ended: Ended) -> str:
    return Path(ended.outputs["comment-file"]).read_text(encoding="utf-8")


def _sarif(ended: Ended) -> dict[str, list[dict[str, str]]]:
    document = json.loads(Path(ended.outputs["sarif-file"]).read_text(encoding="utf-8"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return dict(run)
