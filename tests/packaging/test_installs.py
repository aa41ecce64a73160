"""The installs of the README and of docs/install.md, as they are printed, in a copy of what a clone has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.installed import ROOT, copy_sources

from policyengine import __version__

pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("wheel")]  # with pip, downloads and all


def commands(page: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


INSTALLS = [*dict.fromkeys((*commands("README.md")[2:], *commands("docs/install.md")))]
"""Every block of commands once."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("clone"))


def test_the_pages_name_five_ways() -> None:
    assert [" ".join(command.split()[:2]) for command in INSTALLS] == [
        "pipx install", "uvx --from", "uv tool", "python3 -m", "pip wheel",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one install has downloaded and built for the next."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("command", INSTALLS, ids=str.strip)
def test_an_install_works_as_it_is_printed(clone: Path, cache: Path, tmp_path: Path, command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIPX_", "UV_TOOL"))}
    path = f"{tmp_path / '.local/bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache), "XDG_DATA_HOME": "", "XDG_BIN_HOME": ""}
    surroundings = {**kept, **homes, "PATH": path, "PIP_COMPILE": "0"}
    done = subprocess.run(
        ["bash", "-e", "-c", command], check=False, cwd=clone, env=surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("policyengine", "bpol"):
        for file in (tmp_path / ".local/bin" / name, tmp_path / ".bpol/bin" / name):
            if file.exists():
                told = subprocess.run([file, "-V"], check=True, capture_output=True, text=True, cwd="/")
                assert told.stdout == f"policyengine {__version__}\n"
