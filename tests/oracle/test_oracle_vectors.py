"""The project's own vectors hold in the oracle, which knows nothing of the engine."""

import ast
import json
import sys
from pathlib import Path

import pytest

from oracle.cases import Tree, merged

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "effective.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_vector(case: Tree) -> None:
    result = merged(*case["levels"])
    assert result.policy == case["effective"]
    assert {(e["code"], e["path"]) for e in result.errors} == {tuple(error) for error in case["errors"]}


def test_the_oracle_stands_alone() -> None:
    """Of the engine it knows the written tree of expressions, AWS's data and the calendar, and nothing that judges."""
    files = [file for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("test_")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    own = {".".join(name.split(".")[:3]) for name in imported if name.startswith("policyengine")}
    assert own <= {
        "policyengine.language.syntax",
        "policyengine.aws.facts",
        "policyengine.aws.cron",
        "policyengine.base.source",
    }
    others = {name.partition(".")[0] for name in imported if not name.startswith("policyengine")}
    assert others <= {"oracle", *sys.stdlib_module_names}
