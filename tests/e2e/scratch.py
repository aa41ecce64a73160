"""Git repositories to try things in, and what is put there."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from cli.command import POLICY

WEAKER = POLICY.replace("35 days", "7 days")
FAULTY = POLICY.replace("retain", "retian")
TRAP = "open('pwned', 'w').close()\n"
TRAPS = {"pip.py": TRAP, "venv.py": TRAP, "policyengine/__init__.py": TRAP, "sitecustomize.py": TRAP}


def surroundings() -> dict[str, str]:
    """The environment of this process, without what is about this run's Python or this machine's git.

    pip compiles nothing ahead: of what it installs here little is run.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB_", "GIT_"))}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PIP_COMPILE": "0"}


def git(folder: Path, *words: str) -> str:
    """What a git command prints, run in a folder in nobody's name."""
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *author, *words], cwd=folder, env=surroundings(), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> None:
    """Commits everything in a folder."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)


def change(repository: Path, policy: str) -> None:
    """Makes the merge commit of a pull request."""
    (repository / "backup" / "policy.bpol").write_text(policy, encoding="utf-8")
    commit(repository, "after")


def write_program(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker of a run fills, and that the others wait for."""
    with folder.with_name(f"{folder.name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            make(folder)
    return folder
