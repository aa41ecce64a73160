"""The cases under `tests/cases/`: their files, and what they expect (`cases/README.md`)."""

from __future__ import annotations

import re
from pathlib import Path

from policyengine.analysis.findings.registry import BY_NAME
from policyengine.base.diagnostics import Severity

CASES = Path(__file__).parents[1] / "cases"
MARK = re.compile(r"# expect: ([a-z0-9-]+)(?: \((\w+)\))?")

Place = tuple[str, int, Severity]


def cases(kind: str) -> list[Path]:
    """The cases of all rules that `fail` or `pass`."""
    return sorted(path for path in CASES.glob(f"*/{kind}-*") if path.is_dir() or path.suffix in {".bpol", ".json"})


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


def texts(case: Path) -> dict[str, str]:
    """The files of a case: a folder's, a document, or a policy in the organization that such cases share."""
    if case.is_dir():
        return {file.name: file.read_text() for file in sorted(case.iterdir())}
    if case.suffix == ".json":
        return {"policy.json": case.read_text()}
    return {case.name: case.read_text(), "organization.yaml": (CASES / "organization.yaml").read_text()}


def expected(case: Path) -> set[Place]:
    """The marked lines with the level that the rule has there."""
    rule = BY_NAME[case.parent.name]
    marks = {
        (file, number, Severity(level) if level else rule.severity, name)
        for file, text in texts(case).items()
        for number, line in enumerate(text.splitlines(), start=1)
        for name, level in MARK.findall(line)
    }
    assert {name for *_, name in marks} <= {rule.name}
    return {(file, number, level) for file, number, level, _ in marks}
