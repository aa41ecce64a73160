"""The lower bounds of what the package needs are bounds that CI installs."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from lowest import TESTS, TOOLS, constraints
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = [Requirement(text) for text in (*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"])]


def test_bounds_become_exact_versions() -> None:
    needed = {"dependencies": ["jinja2>=3.1", "lark>=1.2.1,<2"]}
    project = {"build-system": {"requires": ["hatchling>=1.26", "lark>=1.2.1,<2"]}, "project": needed}
    assert [*constraints(project)] == ["hatchling==1.26", "lark==1.2.1", "jinja2==3.1"]


def test_everything_that_is_needed_has_one_lower_bound() -> None:
    assert [line.partition("==")[0] for line in constraints(PROJECT)] == [*dict.fromkeys(one.name for one in NEEDED)]


@pytest.mark.parametrize("name", TOOLS)
def test_tools_are_those_of_the_gate(name: str) -> None:
    assert name in {Requirement(text).name for text in PROJECT["project"]["optional-dependencies"]["dev"]}


@pytest.mark.parametrize("requirement", NEEDED, ids=str)
def test_this_environment_is_within_the_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(version(requirement.name))


def test_ci_runs_the_tests_with_them() -> None:
    assert all((ROOT / test).exists() for test in TESTS)
    for page in (".ci/run", "CONTRIBUTING.md"):
        assert ".venv/bin/python -m tests.lowest\n" in (ROOT / page).read_text(encoding="utf-8")
