"""The wheel works by itself: built from a copy of the sources, installed in a fresh environment, used elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from policyengine import __version__

ROOT = Path(__file__).parents[2]
SOURCES = (
    "policyengine",
    "docs/rules",
    "grammar",
    "policies",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "tables.bin", ".*_cache")

pytestmark = pytest.mark.xdist_group("wheel")  # built and installed once, by one worker


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, sources / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, sources)
    built = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), str(sources))
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", str(wheel))
    return environment / "bin" / "policyengine"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "acme", tmp_path / "acme"))


def test_wheel_holds_what_lies_outside_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        "policyengine/_grammar/policy.lark",
        "policyengine/_rules/vault-missing.md",
        "policyengine/_policies/README.md",
        "policyengine/_policies/packs/sec-17a-4/sec-17a-4.bpol",
        "policyengine/_policies/starter/gold.bpol",
        "policyengine/cli/starter/backup.bpol",
        "policyengine/aws/facts/regions.json",
        "policyengine/py.typed",
        "policyengine/report/html/page.css",
        "policyengine/report/html/page.html.jinja",
        "policyengine/language/syntax/tables.bin",
    }
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("tests/", "examples/"))]


def test_command_tells_its_version(command: Path) -> None:
    assert _run(command, "--version") == f"policyengine {__version__}\n"


def test_command_checks_an_example(command: Path, project: Path) -> None:
    printed = _run(command, "check", project, "--at", "2026-10-01")
    assert printed.endswith("pass: 50 accounts, 3 policies, 5 requirements: no findings\n")


def test_command_prints_the_page_of_a_rule(command: Path) -> None:
    assert _run(command, "rules", "vault-missing") == (ROOT / "docs" / "rules" / "vault-missing.md").read_text()


def test_command_writes_a_page(command: Path, project: Path) -> None:
    printed = _run(command, "check", project, "--at", "2026-10-01", "--format", "html")
    assert printed.startswith("<!doctype html>\n")
    assert printed.endswith("</html>\n")


def test_gate_fails_on_a_fault(command: Path, project: Path) -> None:
    (project / "policies" / "data.bpol").write_text(
        "policy data {\n  plan lake { regoins = [] }\n}\n", encoding="utf-8"
    )
    done = subprocess.run([command, "check", project], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "did you mean `regions`?" in done.stdout


def test_tables_of_the_parser_are_used(command: Path) -> None:
    script = (
        "import sys; from policyengine import Source, parse;"
        "outcome = parse(Source('a.bpol', 'policy a { }'));"
        "print(len(outcome.value.statements), outcome.failed, 'lark' in sys.modules)"
    )
    assert _run(command.with_name("python"), "-c", script) == "1 False False\n"


def _run(*arguments: str | Path) -> str:
    """What a command prints, run outside the repository and without this run's settings for Python."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, cwd="/", env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
