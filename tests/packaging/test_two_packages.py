"""Beside PyPI's unrelated `policyengine`, whose package has our package's name: both commands say so plainly.

A made-up wheel stands for it, so that no network is needed.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.installed import attempt, new_environment, pip

import backup_policyengine
from policyengine import __version__

pytestmark = pytest.mark.xdist_group("wheel")

BOTH = pytest.mark.parametrize("name", ["policyengine", "bpol"])
ADVICE = (
    "`policyengine` on PyPI is another project (models of taxes and benefits) whose package has the same name;"
    " install backup-policyengine into an environment of its own, with pipx, uv tool or a new venv\n"
)
NOT_OURS = f"this is not the package `policyengine` of backup-policyengine; {ADVICE}"
FILES = {
    "policyengine/__init__.py": "from policyengine.constants import COUNTRIES\n",
    "policyengine/constants.py": "COUNTRIES = ()\n",
    "policyengine/engine.py": "raise ImportError('a model of taxes')\n",
    "policyengine-3.4.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: policyengine\nVersion: 3.4.0\n",
    "policyengine-3.4.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wheel = tmp_path_factory.mktemp("other") / "policyengine-3.4.0-py3-none-any.whl"
    record = "policyengine-3.4.0.dist-info/RECORD"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
        archive.writestr(record, "".join(f"{name},,\n" for name in (*FILES, record)))
    return wheel


@pytest.fixture(scope="module")
def ours_first(wheel: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_environment(tmp_path_factory.mktemp("ours first"), wheel, other, dependencies=False)


@pytest.fixture(scope="module")
def ours_last(wheel: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_environment(tmp_path_factory.mktemp("ours last"), other, wheel, dependencies=False)


@BOTH
def test_the_other_installed_after_ours_is_named(ours_first: Path, name: str) -> None:
    done = attempt(ours_first / name, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"policyengine: {NOT_OURS}")
    assert done.stderr.count("\n") == 1


@BOTH
def test_ours_installed_after_the_other_works_and_warns(ours_last: Path, name: str) -> None:
    done = attempt(ours_last / name, "--version")
    assert (done.returncode, done.stdout) == (0, f"policyengine {__version__}\n")
    assert done.stderr.startswith("warning: ")
    assert done.stderr.endswith(f": policyengine-3.4.0 is installed in the same place: {ADVICE}")


def test_files_that_are_replaced_or_removed_are_named(wheel: Path, other: Path, tmp_path: Path) -> None:
    commands = new_environment(tmp_path, other, wheel, dependencies=False)
    home = next(tmp_path.glob("lib/python*/site-packages"))
    (home / "policyengine" / "engine.py").write_text(FILES["policyengine/engine.py"], encoding="utf-8")
    (home / "policyengine" / "git.py").unlink()
    assert backup_policyengine.replaced_files(home) == ["policyengine/engine.py", "policyengine/git.py"]
    done = attempt(commands / "bpol", "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "policyengine-3.4.0 has replaced or removed files of backup-policyengine, such as policyengine/engine.py; "
        in done.stderr
    )

    pip(commands, "uninstall", "--yes", "policyengine")
    done = attempt(commands / "policyengine", "check")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: this environment: {NOT_OURS}")


def test_our_package_is_recognised() -> None:
    package = backup_policyengine.installed_package()
    assert package is not None
    assert backup_policyengine.is_ours(package)


@pytest.mark.parametrize("content", [b"", b"from policyengine.constants import COUNTRIES\n", b"\xff\xfe"])
def test_another_package_is_not_ours(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "__init__.py").write_bytes(content)
    assert not backup_policyengine.is_ours(tmp_path / "__init__.py")
    assert not backup_policyengine.is_ours(tmp_path / "gone.py")


def test_the_look_costs_no_import_of_note() -> None:
    script = "import sys, backup_policyengine; print(*sorted({'policyengine', 'csv', 'hashlib', 'importlib.metadata'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "\n"
