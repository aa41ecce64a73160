"""What the author of a pull request can bring along, tried against every gate that this project hands out.

The attacker decides about each byte of the proposed tree: files, links, names, attributes, submodules, configuration.
The base is a project that keeps backups for 35 days, the proposal keeps them for 7, and no gate may let that pass.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest
import yaml
from cli.command import SNAPSHOT, TOLD, Command, project_in, write
from e2e.recipes import recipe
from e2e.scratch import TRAPS, WEAKER, commit, git, surroundings, write_program

ROOT = Path(__file__).parents[2]
SECONDS = 6.0  # of a call or two, on a busy machine
HIDDEN = "what nobody is to see"
COMMAND = f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom policyengine.__main__ import main\nmain()\n"

Attack: TypeAlias = Callable[[Path], object]


class StatedValue(NamedTuple):
    """What a gate left behind."""

    code: int
    text: str


class Gates:
    """The gates as their systems run them, in a checkout of the proposal; the bare commands in this process."""

    def __init__(self, checkout: Path, policyengine: Command, program: str) -> None:
        self.checkout = checkout
        self._policyengine = policyengine
        self._own = checkout.parent / "runner"
        write(self._own, {"bin/pip": "#!/bin/sh\n", "gate.sh": recipe("gate.sh")})
        (self._own / "bin" / "pip").chmod(0o755)
        self.have(program)

    def have(self, program: str) -> None:
        """Puts the text of a program into the place of `policyengine`."""
        write_program(self._own / "bin" / "policyengine", program)

    def action(self, base: str, command: str = "diff") -> StatedValue:
        """The second half of action.yml."""
        declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
        inputs = {name.upper().replace("-", "_"): given["default"] for name, given in declared.items()}
        inputs |= {"COMMAND": command, "DIRECTORY": "backup", "BASE": base}
        inputs |= {"FAIL_ON": "lost,weakened"} if command == "diff" else {}
        files = {name: str(self._own / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        given = {"POLICYENGINE": str(self._own / "bin/policyengine"), "RUNNER_TEMP": str(self._own)}
        return self._run(["bash", str(ROOT / "ci/gate.sh")], {**inputs, **files, **given})

    def gitlab(self, base: str, job: str = "backup-policies-diff") -> StatedValue:
        """A job of .gitlab-ci.yml."""
        jobs = yaml.safe_load(recipe(".gitlab-ci.yml"))
        script = "\n".join(["set -eo pipefail", *jobs[".policyengine"]["before_script"], *jobs[job]["script"]])
        return self._run(["bash", "-c", script], {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})

    def script(self, base: str) -> StatedValue:
        """The script for other systems."""
        return self._run(["bash", str(self._own / "gate.sh"), "backup", base])

    def revisions(self, base: str, *words: str) -> StatedValue:
        """The call of all recipes, without the shell."""
        return self.command(base, "--revisions", *words)

    def command(self, base: str, *words: str) -> StatedValue:
        """A plain call, as somebody writes it who has not read the page."""
        return self._call("diff", "-C", "backup", base, "--fail-on", "lost,weakened", *words)

    def check(self, *words: str) -> StatedValue:
        """The other gate."""
        return self._call("check", "backup", "--strict", *words)

    def _call(self, *words: str) -> StatedValue:
        with chdir(self.checkout):
            ran = self._policyengine(*words)
        return StatedValue(ran.code, ran.out + ran.err)

    def _run(self, command: list[str], variables: Mapping[str, str] | None = None) -> StatedValue:
        path = os.pathsep.join([str(self._own / "bin"), os.environ["PATH"]])
        done = subprocess.run(
            command, cwd=self.checkout, env=surroundings() | {"PATH": path, **(variables or {})}, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip
        return StatedValue(done.returncode, done.stdout.decode("utf-8", "replace"))


CALLS = ("revisions", "command")
DIFFS = ("action", "gitlab", "script", *CALLS)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a sound project in `backup`, which is also `main` and `origin/main`."""
    checkout = tmp_path_factory.mktemp("kept") / "checkout"
    project_in(checkout / "backup", organization=SNAPSHOT + TOLD)
    project_in(checkout / "decoy", policy=WEAKER, organization=SNAPSHOT + TOLD)
    write(checkout, {**TRAPS, "backup/policyengine.toml": '[project]\npolicies = ["*.bpol"]\n'})
    git(checkout, "init", "--quiet")
    commit(checkout, "before")
    git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(checkout, "switch", "--quiet", "--create", "proposal")
    return checkout


@pytest.fixture
def gates(
    kept: Path, program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gates]:
    """Gates in such a repository of their own."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    yield Gates(shutil.copytree(kept, tmp_path / "checkout"), Command(capsys), program)
    assert list(tmp_path.rglob("pwned*")) == []


def propose(checkout: Path, attack: Attack) -> None:
    """Commits what the attacker wants, and what is to cover it."""
    write(checkout, {"backup/policy.bpol": WEAKER})
    attack(checkout)
    commit(checkout, "after")


def link(name: Path, aim: str | Path) -> None:
    name.parent.mkdir(parents=True, exist_ok=True)
    name.symlink_to(aim)


def replace(folder: Path, aim: str | Path) -> None:
    """Puts a link into the place of a folder."""
    shutil.rmtree(folder)
    link(folder, aim)


def bare_in(folder: Path) -> None:
    """Makes a folder look like a repository, whose commits have the proposal on both sides."""
    other = folder.parents[1] / "other"
    project_in(other / "backup", policy=WEAKER)
    git(other, "init", "--quiet")
    commit(other, "one")
    commit(other, "two")
    git(other, "update-ref", "refs/remotes/origin/main", "HEAD^")
    for name in ("HEAD", "objects", "refs"):
        place = other / ".git" / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, folder / name)
    script = folder / "trap"
    write(folder, {"config": f"[core]\n\tbare = true\n\tfsmonitor = {script}\n", "trap": "#!/bin/sh\ntouch pwned\n"})
    script.chmod(0o755)


def submodule_in(checkout: Path, place: str) -> None:
    """Adds a repository of the attacker's, with the proposal on both sides."""
    other = checkout.parent / "other"
    project_in(other, policy=WEAKER)
    project_in(other / "deep", policy=WEAKER)
    git(other, "init", "--quiet")
    commit(other, "one")
    commit(other, "two")
    git(checkout, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--force", str(other), place)
    git(checkout / place, "update-ref", "refs/remotes/origin/main", "HEAD^")


def elsewhere(checkout: Path) -> Path:
    """Another repository that is on the same machine."""
    other = checkout.parent / "elsewhere"
    if not other.exists():
        project_in(other / "backup", policy=WEAKER)
        git(other, "init", "--quiet")
        commit(other, "one")
        commit(other, "two")
        git(other, "update-ref", "refs/remotes/origin/main", "HEAD^")
    return other


# What a link or a folder is called, by what the gate is given as its base.
BASES: dict[str, Callable[[Path], str]] = {
    "the commit before": lambda _: "HEAD^1",
    "a branch of the remote": lambda _: "origin/main",
    "a branch": lambda _: "main",
    "a hash": lambda checkout: git(checkout, "rev-parse", "main"),
}
WAYS: dict[str, Callable[[Path, str], object]] = {
    "link": lambda checkout, base: link(checkout / "backup" / base, checkout / "backup"),
    "relative link": lambda checkout, base: link(checkout / "backup" / base, "../" * base.count("/") + "."),
    "folder": lambda checkout, base: project_in(checkout / "backup" / base, policy=WEAKER),
}


@pytest.mark.parametrize(
    ("gate", "base", "way"),
    [
        *((gate, base, way) for gate in CALLS for base in BASES for way in WAYS),
        *(("action", base, "link") for base in BASES),
        *((gate, "a hash", "link") for gate in ("gitlab", "script")),
    ],
)
def test_a_path_that_is_called_like_the_base(gates: Gates, gate: str, base: str, way: str) -> None:
    name = BASES[base](gates.checkout)
    propose(gates.checkout, lambda checkout: WAYS[way](checkout, name))
    said: StatedValue = getattr(gates, gate)(name)
    assert (said.code, "1 weakened" in said.text) == (1, True), said.text


def submodule_for_project(checkout: Path) -> None:
    git(checkout, "rm", "-rq", "--force", "backup")
    submodule_in(checkout, "backup")


def link_into_submodule(checkout: Path, aim: str) -> None:
    submodule_in(checkout, "vendor")
    replace(checkout / "backup", aim)


REPOSITORIES: dict[str, tuple[Attack, str]] = {
    "a bare one": (lambda checkout: bare_in(checkout / "backup"), "bare repository"),
    "a submodule": (
        submodule_for_project,
        "git submodule",
    ),
    "a link into a submodule": (
        lambda checkout: link_into_submodule(checkout, "vendor"),
        "git submodule",
    ),
    "a link into a folder of a submodule": (
        lambda checkout: link_into_submodule(checkout, "vendor/deep"),
        "a link out of the git checkout",
    ),
    "a link to the top of another checkout": (
        lambda checkout: replace(checkout / "backup", elsewhere(checkout)),
        "a link out of the git checkout",
    ),
    "a link to another checkout": (
        lambda checkout: replace(checkout / "backup", elsewhere(checkout) / "backup"),
        "a link out of the git checkout",
    ),
}


@pytest.mark.parametrize(
    ("gate", "way"),
    [*((gate, way) for gate in CALLS for way in REPOSITORIES), *((gate, "a bare one") for gate in DIFFS[:3])],
)
def test_a_repository_that_is_brought_along(gates: Gates, gate: str, way: str) -> None:
    attack, told = REPOSITORIES[way]
    propose(gates.checkout, attack)
    said: StatedValue = getattr(gates, gate)("HEAD^1")
    assert (said.code, told in said.text) == (2, True), said.text


@pytest.mark.parametrize("gate", DIFFS)
def test_a_project_that_is_a_link_to_a_harmless_one(gates: Gates, gate: str) -> None:
    """The base is what the named folder was, not what the link of today leads to."""
    gates.have(COMMAND)  # once for each gate with starts of its own
    propose(gates.checkout, lambda checkout: replace(checkout / "backup", "decoy"))
    said: StatedValue = getattr(gates, gate)("HEAD^1")
    assert (said.code, "1 weakened" in said.text) == (1, True), said.text


@pytest.mark.parametrize("gate", CALLS)
def test_a_project_that_is_moved_up_by_a_configuration(gates: Gates, gate: str) -> None:
    def attack(checkout: Path) -> None:
        (checkout / "backup/policyengine.toml").unlink()
        text = '[project]\norganization = "decoy/organization.yaml"\npolicies = ["decoy/*.bpol"]\n'
        write(checkout, {"policyengine.toml": text})

    propose(gates.checkout, attack)
    said: StatedValue = getattr(gates, gate)("HEAD^1")
    assert (said.code, "1 weakened" in said.text) == (1, True), said.text


def stand_in(checkout: Path) -> str:
    """A commit that has the proposal, and nothing before it."""
    return git(checkout, "commit-tree", "-m", "evil", "HEAD^{tree}")


def hooked(checkout: Path) -> None:
    """Hooks, filters, drivers and monitors that leave a trace, in the configuration and in the attributes."""
    trap = checkout / "trap"
    hooks = ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman")
    write(checkout, {"trap": "#!/bin/sh\ntouch pwned\ncat\n", **{f".git/hooks/{hook}": "" for hook in hooks}})
    trap.chmod(0o755)
    for hook in hooks:
        shutil.copy(trap, checkout / ".git/hooks" / hook)
    for key in ("filter.trap.smudge", "filter.trap.process", "diff.trap.textconv", "diff.external", "core.fsmonitor"):
        git(checkout, "config", key, str(trap))
    git(checkout, "config", "safe.bareRepository", "all")
    write(
        checkout, {".gitattributes": "* filter=trap diff=trap export-ignore working-tree-encoding=UTF-8 text eol=lf\n"}
    )


@pytest.mark.parametrize(
    ("gate", "way"),
    [
        *(("command", way) for way in ("hooks and filters", "a replaced commit", "a graft")),
        *((gate, "hooks and filters") for gate in DIFFS[:3]),
    ],
)
def test_what_a_checkout_is_set_up_with(gates: Gates, gate: str, way: str) -> None:
    propose(gates.checkout, lambda _: None)
    evil, base = stand_in(gates.checkout), git(gates.checkout, "rev-parse", "HEAD^1")
    if way == "hooks and filters":
        hooked(gates.checkout)
    elif way == "a replaced commit":
        git(gates.checkout, "replace", base, evil)
    else:
        head = git(gates.checkout, "rev-parse", "HEAD")
        write(gates.checkout, {".git/info/grafts": f"{head} {evil}\n"})
    said: StatedValue = getattr(gates, gate)("HEAD^1")
    assert (said.code, "1 weakened" in said.text) == (1, True), said.text


SURROUNDINGS: dict[str, Callable[[Path], dict[str, str]]] = {
    "another repository": lambda checkout: {"GIT_DIR": str(elsewhere(checkout) / ".git")},
    "another work tree": lambda checkout: {"GIT_WORK_TREE": str(elsewhere(checkout))},
    "other objects": lambda checkout: {"GIT_OBJECT_DIRECTORY": str(elsewhere(checkout) / ".git/objects")},
    "another common folder": lambda checkout: {"GIT_COMMON_DIR": str(elsewhere(checkout) / ".git")},
    "names of references": lambda _: {"GIT_NAMESPACE": "evil"},
    "replaced commits": lambda _: {"GIT_REPLACE_REF_BASE": "refs/evil/"},
    "a graft": lambda checkout: {"GIT_GRAFT_FILE": str(checkout.parent / "grafts")},
    "settings": lambda checkout: {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.worktree",
        "GIT_CONFIG_VALUE_0": str(elsewhere(checkout)),
    },
    "a file of settings": lambda checkout: {"GIT_CONFIG_GLOBAL": str(checkout.parent / "evil.config")},
}


@pytest.mark.parametrize("way", SURROUNDINGS)
def test_variables_of_git(gates: Gates, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    propose(gates.checkout, lambda _: None)
    evil, base, head = stand_in(gates.checkout), *git(gates.checkout, "rev-parse", "HEAD^1", "HEAD").splitlines()
    git(gates.checkout, "update-ref", f"refs/evil/{base}", evil)
    trap = gates.checkout.parent / "trap"
    write(gates.checkout.parent, {
        "grafts": f"{head} {evil}\n",
        "evil.config": f"[core]\n\tfsmonitor = {trap}\n\thooksPath = .\n[safe]\n\tbareRepository = all\n",
        "trap": "#!/bin/sh\ntouch pwned\n",
    })  # fmt: skip
    trap.chmod(0o755)
    variables = SURROUNDINGS[way](gates.checkout)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    said = gates.command("HEAD^1")
    assert (said.code, "1 weakened" in said.text) == (1, True), said.text


@pytest.mark.parametrize("gate", ["action", *CALLS])
def test_a_tag_that_is_called_like_a_branch(gates: Gates, gate: str) -> None:
    propose(gates.checkout, lambda _: None)
    git(gates.checkout, "tag", "origin/main", "HEAD")
    said: StatedValue = getattr(gates, gate)("origin/main")
    assert (said.code, "is the name of more than one branch, tag or commit" in said.text) == (2, True), said.text
    assert getattr(gates, gate)("refs/remotes/origin/main").code == 1


@pytest.mark.parametrize("gate", ["action", "revisions"])
@pytest.mark.parametrize("base", [":/before", "HEAD^{/before}"])
def test_a_message_that_is_looked_for(gates: Gates, gate: str, base: str) -> None:
    propose(gates.checkout, lambda _: None)
    git(gates.checkout, "commit", "--quiet", "--allow-empty", "--message", "before")
    said: StatedValue = getattr(gates, gate)(base)
    assert (said.code, "whoever writes one decides what is found" in said.text) == (2, True), said.text


@pytest.mark.parametrize("gate", ["action", *CALLS])
@pytest.mark.parametrize("base", ["HEAD^1", "0123456789" * 4, "HEAD:backup"])
def test_a_base_that_a_shallow_clone_lacks_is_nothing_else(gates: Gates, gate: str, base: str) -> None:
    propose(gates.checkout, lambda checkout: WAYS["folder"](checkout, base))
    shallow = gates.checkout.parent / "shallow"
    git(gates.checkout, "clone", "--quiet", "--depth=1", f"file://{gates.checkout}", str(shallow))
    git(shallow, "mv", "backup", "moved")
    git(shallow, "commit", "--quiet", "--amend", "--message", "moved")
    git(shallow, "mv", "moved", "backup")
    gates.checkout = shallow
    assert getattr(gates, gate)(base).code == 2


@pytest.mark.parametrize("gate", ["action", "gitlab", "script"])
def test_a_base_that_is_not_fetched_is_no_folder(gates: Gates, gate: str) -> None:
    propose(gates.checkout, lambda checkout: WAYS["folder"](checkout, "origin/next"))
    said: StatedValue = getattr(gates, gate)("origin/next")
    assert (said.code, "`origin/next` is no git revision" in said.text) == (2, True), said.text


# Where a project says what is read, and what that is on disk.
READS = {
    "the snapshot": '[project]\norganization = "{}"\npolicies = ["*.bpol"]\n',
    "the baseline": '[project]\npolicies = ["*.bpol"]\n[gate]\nbaseline = "{}"\n',
}


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize(
    "aim", ["/dev/zero", "/dev/stdin", "/proc/self/pagemap", "../../secret", ".git/config", "pipe"]
)
def test_names_of_what_is_no_file_of_the_checkout(gates: Gates, what: str, aim: str) -> None:
    def attack(checkout: Path) -> None:
        aimed = f"../{aim}" if aim.startswith(".git") else aim
        write(checkout, {"backup/policyengine.toml": READS[what].format(aimed)})
        write(checkout.parent, {"secret": HIDDEN})

    propose(gates.checkout, attack)
    os.mkfifo(gates.checkout / "backup" / "pipe")  # git brings none along, a build may
    _ends_soon(gates, "leads out of the git checkout" if aim != "pipe" else "this is no regular file")


@pytest.mark.parametrize("name", ["policy.bpol", "organization.yaml", "policyengine.toml", "more.bpol"])
@pytest.mark.parametrize("aim", ["/dev/zero", "/proc/self/environ", "../../secret", "../.git/config", "../trap/secret"])
def test_links_to_what_is_no_file_of_the_checkout(gates: Gates, name: str, aim: str) -> None:
    def attack(checkout: Path) -> None:
        write(checkout.parent, {"secret": HIDDEN})
        link(checkout / "trap", "..")
        (checkout / "backup" / name).unlink(missing_ok=True)
        link(checkout / "backup" / name, aim)

    propose(gates.checkout, attack)
    _ends_soon(gates, "leads out of the git checkout")


def test_links_in_a_circle(gates: Gates) -> None:
    def attack(checkout: Path) -> None:
        (checkout / "backup/organization.yaml").unlink()
        link(checkout / "backup/organization.yaml", "round.yaml")
        link(checkout / "backup/round.yaml", "organization.yaml")

    propose(gates.checkout, attack)
    _ends_soon(gates, "too many levels of symbolic links")


@pytest.mark.parametrize(
    ("name", "megabytes", "told"),
    [
        ("organization.yaml", 300, "the file is too large (300 MiB), a snapshot has at most 256 MiB"),
        ("policy.bpol", 20, "the file is too large (20 MiB), a policy file has at most 16 MiB"),
        ("policyengine.toml", 2, "the file is too large (2 MiB), a configuration has at most 1 MiB"),
        ("baseline.json", 65, "the file is too large (65 MiB), a baseline has at most 64 MiB"),
    ],
)
def test_files_that_are_too_large(gates: Gates, name: str, megabytes: int, told: str) -> None:
    def attack(checkout: Path) -> None:
        write(checkout, {"backup/policyengine.toml": READS["the baseline"].format("baseline.json")})
        with (checkout / "backup" / name).open("wb") as file:
            file.truncate(megabytes << 20)

    propose(gates.checkout, attack)
    _ends_soon(gates, told)
    started = time.process_time()
    said = gates.command("HEAD^1", "HEAD")
    assert (said.code, told in said.text, time.process_time() - started < SECONDS) == (2, True, True), said.text


def test_many_policy_files_that_are_too_large_together(gates: Gates) -> None:
    def attack(checkout: Path) -> None:
        for number in range(9):
            with (checkout / f"backup/more{number}.bpol").open("wb") as file:
                file.truncate(8 << 20)

    propose(gates.checkout, attack)
    _ends_soon(gates, "the policy files have more than 64 MiB")


STARS = '["' + '", "'.join("/".join(["**", "*"] * 40) + f"/{name}*.bpol" for name in "abc") + '"]'


@pytest.mark.scale
@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        ('["' + "**/" * 90 + '*.bpol"]', ""),
        ('["' + "**/" * 2_000 + '*.bpol"]', "has 2,001 parts, expected at most 100"),
        (STARS, "go through more than 500 links to folders"),
        ('["' + "*/" * 60 + '*.bpol"]', "go through more than 500 links to folders"),
        ('["../../../../../../../../**/*.bpol"]', "leads out of the git checkout"),
    ],
    ids=["stars in a row", "without end", "stars between stars", "links to oneself", "the whole machine"],
)
def test_patterns_on_deep_trees(gates: Gates, patterns: str, told: str) -> None:
    def attack(checkout: Path) -> None:
        write(checkout, {"backup/policyengine.toml": f"[project]\npolicies = {patterns}\n"})
        write(checkout, {f"backup/{'/'.join(['d'] * 120)}/x.txt": ""})
        for name in "stuvwxyz":
            link(checkout / "backup" / name, ".")

    propose(gates.checkout, attack)
    started = time.process_time()
    for said in (gates.check(), gates.command("HEAD^1")):
        assert said.code == (2 if told else said.code), said.text
        assert told in said.text, said.text
    in_a_revision = gates.command("HEAD^1", "HEAD")
    assert in_a_revision.code == (2 if told else 1), in_a_revision.text
    assert time.process_time() - started < 3 * SECONDS, patterns


def test_aliases_that_multiply(gates: Gates) -> None:
    names = "abcdefghijklmno"
    lines = [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in pairwise(names)]
    bomb = "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *lines, ""])
    propose(gates.checkout, lambda checkout: write(checkout, {"backup/organization.yaml": bomb}))
    _ends_soon(gates, "the aliases of this file expand to more than")


@pytest.mark.parametrize("aim", [".git/hooks/post-checkout", "trap/victim"])
def test_reports_that_are_links(gates: Gates, aim: str) -> None:
    names = ("policyengine.xml", "gl-code-quality-report.json", "backup-policies.md")

    def attack(checkout: Path) -> None:
        write(checkout.parent, {"victim": "before"})
        link(checkout / "trap", "..")
        for name in names:
            link(checkout / name, aim)

    propose(gates.checkout, attack)
    said = [gates.gitlab("HEAD^1"), gates.gitlab("HEAD^1", "backup-policies"), gates.script("HEAD^1")]
    assert [one.text for one in said if "a link that leads out of the git checkout" not in one.text] == []
    assert said[-1].code == 2
    assert (gates.checkout.parent / "victim").read_text(encoding="utf-8") == "before"
    assert not (gates.checkout / ".git/hooks/post-checkout").exists()


def test_a_baseline_that_is_written_elsewhere(gates: Gates) -> None:
    text = READS["the baseline"].format("../../victim.json")
    propose(gates.checkout, lambda checkout: write(checkout, {"backup/policyengine.toml": text}))
    said = gates.check("--update-baseline")
    assert (said.code, "leads out of the git checkout" in said.text) == (2, True), said.text
    assert not (gates.checkout.parent / "victim.json").exists()


NAMES = (
    "::error::owned.bpol",
    "a\n::error::owned.bpol",
    "\x1b[31mred\x1b]0;owned\x07.bpol",
    "%0A::set-output name=x::owned.bpol",
    "$(touch pwned).bpol",
    "; touch pwned ;.bpol",
    "--output=pwned.bpol",
    "-.bpol",
    "##[error]owned.bpol",
)


@pytest.mark.parametrize("policy", ["policy p{} {{ }}\n", "policy p{} {{ plan }}\n"])
def test_names_of_files(gates: Gates, policy: str) -> None:
    files = {f"backup/{name}": policy.format(number) for number, name in enumerate(NAMES)}
    propose(gates.checkout, lambda checkout: write(checkout, files))
    for gate in ("action", "gitlab", "command"):
        said: StatedValue = getattr(gates, gate)("HEAD^1")
        assert said.code == (1 if "plan" not in policy else 2), said.text
        _obeys_nobody(said)
    _obeys_nobody(gates.action("HEAD^1", "check"))
    _obeys_nobody(gates.gitlab("HEAD^1", "backup-policies"))


def test_a_gate_that_is_opened_is_reported(gates: Gates) -> None:
    """Whoever reads the comment sees what the proposal asks the gate to live with."""
    config = (
        '[project]\npolicies = ["*.bpol"]\n[gate]\nstrict = false\nbaseline = "baseline.json"\n'
        '[checks]\naccount-without-plan = "off"\n'
    )
    (gates.checkout / "backup/policyengine.toml").write_text(
        '[project]\npolicies = ["*.bpol"]\n[gate]\nstrict = true\n'
    )
    write(gates.checkout, {"backup/requirements.bpol": _REQUIRED.format(days=30, level="mandatory")})
    commit(gates.checkout, "strict")
    waiver = 'waive vault-missing for ou "Shops" until 2099-12-31\n  because "nobody looks"\n'
    files = {"backup/policyengine.toml": config, "backup/waivers.bpol": waiver, "backup/baseline.json": _ACCEPTED}
    files["backup/moved.bpol"] = _REQUIRED.format(days=1, level="advisory")
    (gates.checkout / "backup/requirements.bpol").unlink()
    write(gates.checkout, files)
    commit(gates.checkout, "after")
    said = gates.command("HEAD^1")
    assert [line for line in said.text.splitlines() if line.startswith("gate: ")] == [
        "gate: `gate.strict` of the configuration: `true` -> `false`",
        "gate: `gate.baseline` of the configuration: not set -> `baseline.json`",
        "gate: `checks.account-without-plan` of the configuration: not set -> `off`",
        "gate: the baseline accepts 1 finding that it did not accept before",
        "gate: requirement `long`: asks for something else than before",
        "gate: requirement `kept`: mandatory -> advisory",
        "gate: `vault-missing` is now waived for Shops until 2099-12-31 (because nobody looks)",
    ]
    assert (
        "**gate**: `gate.strict` of the configuration: `true` → `false`"
        in gates.command("HEAD^1", "--format", "markdown").text
    )


_REQUIRED = """
let least = {days} days
require long {{
  assert every rule satisfies rule.retention >= least
}}
require kept {{
  level = {level}
  assert every rule satisfies rule.retention >= 7 days
}}
require unchanged {{
  assert (some rule satisfies rule.retention >= 7 days) and not account.path like "x*"
}}
"""
_ACCEPTED = (
    '{"schema": "policyengine/baseline/1", "findings": [{"name": "policy-not-attached", "message": "policy `x` is'
    ' attached nowhere"}]}\n'
)


def _ends_soon(gates: Gates, told: str) -> None:
    """Asserts that `check` and `diff` refuse the proposal with a reason, soon, and show nothing that is a secret."""
    started = time.process_time()
    for said in (gates.check(), gates.revisions("HEAD^1")):
        assert (said.code, told in said.text) == (2, True), said.text
        assert HIDDEN not in said.text
        assert "repositoryformatversion" not in said.text
    assert time.process_time() - started < SECONDS


def _obeys_nobody(said: StatedValue) -> None:
    """Asserts that nothing of the log is a command of its system or of a terminal, but for our own annotations."""
    assert "\x1b" not in said.text
    commands = [line for line in said.text.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert [
        line
        for line in commands
        if not line.startswith(("::error title=policyengine", "::error file=backup/", "::warning file=backup/"))
    ] == []
