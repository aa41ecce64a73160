"""The cases under `cases/`: each check points at the marked lines, and at no other (see `cases/README.md`)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policyengine.analysis.checks import CHECKS
from policyengine.analysis.findings import Gate, settle
from policyengine.base.diagnostics import Severity
from policyengine.base.source import Source
from policyengine.engine import evaluate

AT = datetime(2026, 9, 13, 7, 0, tzinfo=UTC)
CASES = Path(__file__).parent / "cases"
RULES = {check.RULE.name: check.RULE for check in CHECKS}
OF_SNAPSHOTS = {"snapshot-region-unknown", "opt-in-name-unknown"}  # point at no policy (test_environment.py)
FOUND_BY_CASES = sorted(name for name, rule in RULES.items() if rule.code >= "PE5" and name not in OF_SNAPSHOTS)
_MARK = re.compile(r"# expect: ([a-z0-9-]+)(?: \((\w+)\))?")

Place = tuple[str, int, Severity]


def cases(kind: str) -> list[Path]:
    return sorted(path for path in CASES.glob(f"*/{kind}-*") if path.is_dir() or path.suffix == ".bpol")


def sources(case: Path) -> tuple[list[Source], Source]:
    files = sorted(case.glob("*.bpol")) if case.is_dir() else [case]
    tree = case / "organization.yaml" if case.is_dir() else CASES / "organization.yaml"
    return [Source(file.name, file.read_text()) for file in files], Source(tree.name, tree.read_text())


def found(case: Path) -> set[Place]:
    """Where the case's check found something, with its level."""
    policies, tree = sources(case)
    evaluation = evaluate(policies, tree, at=AT)
    assert not evaluation.stopped, [found.message for found in evaluation.diagnostics]
    named = [f for f in evaluation.diagnostics if f.name == case.parent.name]
    assert all(f.span and f.message and f.accounts and f.policies for f in named)
    told = [(f.span, f.message) for f in settle(named, Gate()).diagnostics]
    assert len(set(told)) == len(told), "what reads the same is said once, for all its accounts"
    return {(f.span.source.name, f.span.first.line, f.severity) for f in named if f.span}


def expected(case: Path) -> set[Place]:
    places: set[Place] = set()
    for source in sources(case)[0]:
        for number, line in enumerate(source.text.splitlines(), start=1):
            for name, level in _MARK.findall(line):
                assert name == case.parent.name
                places.add((source.name, number, Severity(level) if level else RULES[name].severity))
    return places


@pytest.mark.parametrize("case", cases("fail"), ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_failing_case_is_found_where_it_is_marked(case: Path) -> None:
    assert expected(case)
    assert found(case) == expected(case)


@pytest.mark.parametrize("case", cases("pass"), ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_passing_case_is_left_alone(case: Path) -> None:
    assert not expected(case)
    assert found(case) == set()


@pytest.mark.parametrize("name", FOUND_BY_CASES)
def test_every_check_has_a_failing_and_a_passing_case(name: str) -> None:
    assert [case for case in cases("fail") if case.parent.name == name]
    assert [case for case in cases("pass") if case.parent.name == name]


def test_every_folder_is_a_check() -> None:
    assert {path.name for path in CASES.iterdir() if path.is_dir()} <= set(RULES)
