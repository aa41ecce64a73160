"""Help: grouped, whole at 80 columns, with examples that work as they are printed and pages that are there."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.command import Command
from policyengine.analysis.findings.registry import RULES
from policyengine.base import REPOSITORY, page_url
from policyengine.base.rules import Rule
from policyengine.cli.commands import COMMANDS

ROOT = Path(__file__).parents[2]
FAILS = {"prove": 1}
"""Exit codes of examples that show a gate which does not pass."""
WORDS = re.compile(r"policyengine( [\w./,-]+)+")


def page_of(url: str) -> Path:
    """The file in the repository that an address of ours leads to."""
    assert url.startswith(page_url(""))
    return ROOT / "docs" / url.removeprefix(page_url("")).partition("#")[0]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_commands_stand_in_groups(policyengine: Command) -> None:
    lines = policyengine("--help").out.splitlines()
    assert [line for line in lines if re.fullmatch(r"[A-Z][a-z ]+:", line)] == [
        "Write:", "Understand:", "Gate:", "Roll out:", "Resources:", "Options:", "Example:",
    ]  # fmt: skip
    listed = [line.split()[0] for line in lines if re.match(r"  [a-z-]+  +[A-Z]", line)]
    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_nothing_is_cut(policyengine: Command, command: str) -> None:
    text = policyengine(*command.split(), "--help").out
    assert [line for line in text.splitlines() if len(line) > 80 and "https:" not in line] == []
    assert "..." not in re.sub(r"[\]}]\.\.\.|check, effective, \.\.\.", "", text)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_works_as_it_is_printed(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    text = policyengine(command, "--help").out
    example = text.partition("\n  Example:\n")[2].partition("\n\n")[0]
    lines = [line.removeprefix("    ") for line in example.splitlines()]
    assert lines == list(COMMANDS[command].example)
    assert any(f"policyengine {command}" in line for line in lines)
    monkeypatch.chdir(tmp_path)
    done = [did(policyengine, line) for line in lines]
    assert done == [(0, "")] * (len(lines) - 1) + [(FAILS.get(command, 0), "")]


def did(policyengine: Command, line: str) -> tuple[int, str]:
    """The exit code and the errors of a line: in this process where a shell would only split it, and else in a shell."""
    if WORDS.fullmatch(line):
        ran = policyengine(*line.split()[1:])
        return ran.code, ran.err
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = subprocess.run(
        ["bash", "-c", line], check=False, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    return shell.returncode, shell.stderr


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_page_is_there(policyengine: Command, command: str) -> None:
    urls = re.findall(r"https://\S+", policyengine(*command.split(), "--help").out)
    assert len(urls) == 1
    assert page_of(urls[0]).is_file()
    part = urls[0].partition("#")[2]
    headings = re.findall(r"^#+ (.+)$", page_of(urls[0]).read_text(encoding="utf-8"), re.MULTILINE)
    assert part in {"", *(heading.lower().replace(" ", "-") for heading in headings)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_finding_has_a_page_that_is_there(rule: Rule) -> None:
    assert rule.at(None, "it is found").url == rule.url
    assert page_of(rule.url).read_text(encoding="utf-8") == rule.page.text


FOLDERS = re.compile(r"\b(?:docs|examples|policies)/")
FILES = re.compile(rf"{FOLDERS.pattern}[\w./-]+\.(?:md|bpol)\b")


def texts(file: Path) -> Iterator[str]:
    """What a module that names one of the folders may print: its texts, without docstrings."""
    source = file.read_text(encoding="utf-8")
    if not FOLDERS.search(source):
        return
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
            yield node.value


def test_no_message_names_a_file_of_the_repository() -> None:
    """Who has installed the tool has none of them: a message names an address."""
    named = {
        (file.name, found[0])
        for file in (ROOT / "policyengine").rglob("*.py")
        for text in texts(file)
        for found in FILES.finditer(text.replace(page_url(""), ""))
    }
    assert named == {("rules.py", "docs/facts.md")}  # to whoever writes a page of a rule


def test_addresses_in_messages_lead_to_pages() -> None:
    called = re.compile(r"page_url\(f?[\"']([^\"'{]+)[\"']\)")
    names = {name for file in (ROOT / "policyengine").rglob("*.py") for name in called.findall(file.read_text("utf-8"))}
    assert names >= {"snapshot.md", "language.md", "index.md"}
    assert [name for name in names if not page_of(page_url(name)).is_file()] == []
    starter = (ROOT / "policyengine" / "cli" / "starter" / "organization.yaml").read_text(encoding="utf-8")
    assert f"# {page_url('snapshot.md')}\n" in starter


def test_addresses_are_those_of_the_package() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    assert urls == {
        "Homepage": REPOSITORY,
        "Documentation": page_url("index.md"),
        "Changelog": f"{REPOSITORY}/blob/main/CHANGELOG.md",
        "Issues": f"{REPOSITORY}/issues",
    }
