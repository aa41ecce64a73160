"""The wheel works by itself: built from a copy of the sources, installed in a fresh environment, used elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from support.installed import ROOT, call, new_environment

from policyengine import __version__

pytestmark = pytest.mark.xdist_group("wheel")  # built and installed once, by one worker


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_environment(tmp_path_factory.mktemp("environment"), wheel) / "policyengine"


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


@pytest.mark.parametrize("name", ["policyengine", "bpol"])
@pytest.mark.parametrize("option", ["--version", "-V"])
def test_both_commands_tell_the_version(command: Path, name: str, option: str) -> None:
    assert call(command.with_name(name), option) == f"policyengine {__version__}\n"


def test_the_short_name_does_the_same(command: Path, project: Path) -> None:
    words = ("show", project, "--at", "2026-10-01")
    assert call(command.with_name("bpol"), *words) == call(command, *words)


def test_command_checks_an_example(command: Path, project: Path) -> None:
    printed = call(command, "check", project, "--at", "2026-10-01")
    assert printed.endswith("pass: 50 accounts, 3 policies, 5 requirements: no findings\n")


def test_command_prints_the_page_of_a_rule(command: Path) -> None:
    assert call(command, "rules", "vault-missing") == (ROOT / "docs" / "rules" / "vault-missing.md").read_text()


def test_command_writes_a_page(command: Path, project: Path) -> None:
    printed = call(command, "check", project, "--at", "2026-10-01", "--format", "html")
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
    assert call(command.with_name("python"), "-c", script) == "1 False False\n"
